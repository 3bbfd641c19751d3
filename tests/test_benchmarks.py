"""Benchmarks: what they print about figures, what they keep, and that all ways simulate the same network."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from benchmarks import england, other_engines
from benchmarks.figures import Figure, judged
from scenarios.network_file import NetworkFile

PLACE = england.PlaceRun(
    people=250_000.0,
    counts={name: rate * 250.0 for name, (rate, _) in england.published().items()},
    cpu_seconds=1.0,
    memory=300_000_000,
    worker_cpu_seconds=1.0,
    worker=1,
)


def test_a_missed_figure_is_said_plainly() -> None:
    """Beside its row, and again at the end."""
    table = [Figure("Speed", 299_999.0, at_least=300_000), Figure("Memory", 120.0, "bytes", at_most=120),
             Figure("Share", 50.0, "%")]  # fmt: skip
    assert [str(figure).split()[-1] for figure in table] == ["MISSED", "met", "target"]
    assert judged(table) == "1 of 2 met. Missed: Speed."


def test_england_goes_on_with_the_places_that_are_not_there_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Places of an earlier sitting are not run again, and their time counts."""
    for number in (0, 2):
        england.keep(tmp_path, number, dataclasses.replace(PLACE, clock=60.0 + number, worker=number))
    (tmp_path / ".place-001-77.part").write_text('{"people": 1')
    found = england.kept(tmp_path, 3)
    assert sorted(found) == [0, 2]
    again = dataclasses.replace(PLACE, sitting=1, clock=30.0)
    england.keep(tmp_path, 1, again)
    time, memory = england.figures(list(england.kept(tmp_path, 3).values()), 3)
    assert time.found == pytest.approx((62.0 + 30.0) / 60.0)
    assert memory.found == pytest.approx(600.0)
    monkeypatch.setattr(england, "ProcessPoolExecutor", None)
    england.run_missing(tmp_path, 3)


def test_national_sums_say_whether_they_lie_within_what_is_allowed() -> None:
    """Each beside the published total of as many people."""
    assert all(line.endswith("  met") for line in england.sums([PLACE, PLACE])[2:])
    name = england.SUMMED[0]
    more = dataclasses.replace(PLACE, counts={**PLACE.counts, name: PLACE.counts[name] * 1.5})
    verdicts = [line.split()[-1] for line in england.sums([more, more])[2:]]
    assert verdicts == ["MISSED", *["met"] * (len(england.SUMMED) - 1)]


def test_our_network_has_the_load_that_the_other_libraries_are_given() -> None:
    """Needs a day, places, and the share that goes on: what is written for them, read back from the network file."""
    file: NetworkFile = other_engines.reduced_network(100_000)
    assert {pool.name: float(pool.places_by_hour.max()) for pool in file.network.pools} == {
        "beds": 270.0, "cubicles": 20.0, "slots": 12.0,
    }  # fmt: skip
    assert {setting.name for setting in file.network.settings} >= {"appointment", "ae_0", "ae_1", "ae_2", "ward"}


def test_counts_that_differ_by_chance_are_a_few_standard_errors_apart() -> None:
    """And others are not."""
    ours = [other_engines.Ran(1.0, (1000, 100, 10)), other_engines.Ran(1.0, (1040, 96, 12))]
    near = [other_engines.Ran(1.0, (1030, 104, 9))]
    far = [other_engines.Ran(1.0, (1500, 104, 9))]
    assert other_engines.errors_apart(0, near, ours) == pytest.approx(10.0 / (1030 + 2040 / 4) ** 0.5)
    assert "DIFFERS" not in "\n".join(other_engines.report({"compiled engine": ours, "Ciw": near}))
    assert "DIFFERS" in "\n".join(other_engines.report({"compiled engine": ours, "Ciw": far}))
