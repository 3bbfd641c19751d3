"""How long a study will take."""

from __future__ import annotations

from pathlib import Path

import pytest

from caresim.estimate import START_SECONDS, Estimate, estimate, in_words, learn
from caresim.study import prepare


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests teach is forgotten after each."""
    for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))


def test_years_before_the_change_are_counted_once() -> None:
    """Four scenarios take three years together and three years each: 15 years of 25,000 people."""
    names = ("do-nothing", "extensivist-teams", "care-home-teams", "neighbourhood-networks")
    plan = prepare(names, compared=True, place="england-average-25k", replications=1).plan
    found = estimate(plan, {key for _, _, key in plan.runs()}, 1, "simpy")
    assert found.person_years == pytest.approx(25_000 * 15, rel=0.01)


def test_work_is_shared_among_workers_in_whole_runs() -> None:
    """Three runs on two workers take as long as two runs on one."""
    plan = prepare(["do-nothing"], compared=False, place="england-average-25k", replications=3).plan
    missing = {key for _, _, key in plan.runs()}
    assert estimate(plan, missing, 2, "simpy").seconds == pytest.approx(
        estimate(plan, set(list(missing)[:2]), 1, "simpy").seconds
    )


def test_nothing_missing_takes_no_time() -> None:
    """A finished study is shown at once."""
    plan = prepare(["do-nothing"], compared=False, place="england-average-25k", replications=1).plan
    assert estimate(plan, set(), 2, "simpy") == Estimate(0.0, 0.0, 0.0)


def test_the_next_estimate_knows_how_fast_this_machine_was() -> None:
    """One study that took four times as long doubles the expectation: it may have had company."""
    plan = prepare(["do-nothing"], compared=False, place="england-average-25k", replications=1).plan
    missing = {key for _, _, key in plan.runs()}
    first = estimate(plan, missing, 1, "simpy")
    working = first.seconds - START_SECONDS
    learn(first, START_SECONDS + 4 * working, "simpy")
    assert estimate(plan, missing, 1, "simpy").seconds == pytest.approx(START_SECONDS + 2 * working)


def test_small_studies_teach_nothing() -> None:
    """A village tells how long starting takes, not how fast the model runs."""
    plan = prepare(["do-nothing"], compared=False, place="england-average-25k", replications=1).plan
    missing = {key for _, _, key in plan.runs()}
    before = estimate(plan, missing, 1, "simpy")
    learn(Estimate(6_000.0, 9.0, 1.0), 60.0, "simpy")
    assert estimate(plan, missing, 1, "simpy") == before


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(20, "less than a minute"), (59, "about 1 minute"), (370, "about 6 minutes"), (3500, "about 58 minutes"),
     (9000, "about 2.5 hours")],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str) -> None:
    """No false precision."""
    assert in_words(seconds) == words
