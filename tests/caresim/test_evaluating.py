"""`caresim evaluate` from the command line to the folder, on made-up records in place of the model.

People are admitted at random, those who joined were just admitted, and the team does nothing for them, so it is known
what each method should report. No simulation is run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration.area_spread import AreaSpread, load_spread
from calibration.evaluate import DIFFERENCES, evaluate_areas
from caresim.cli import run_command_line
from caresim.simulating import Means
from caresim.study import Study
from outputs.measures.packing import pack
from outputs.measures.reducing import ADMISSIONS, ENROLMENTS, AdmissionTimes, TimeWithTeams
from outputs.recorded import NEVER, RECORDS
from scenarios.resolved import Resolved
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_YEAR, build_calendar
from simulation.studies import Store

PEOPLE, RUNS = 1_500, 8
YEARS = ("2015/16", "2016/17", "2017/18", "2018/19", "2019/20")
HERE = ("--place", "england-average-25k", "--jobs", "1", "--yes")


def toy_run(scenario: Resolved, run: int) -> pd.DataFrame:
    """Half an admission a year each; whoever has one in May 2017 joins ten days later and gets nothing from it."""
    window, generator = scenario.window, np.random.default_rng(run)
    horizon = build_calendar(window.burn_in_start, window.end).horizon
    person = np.repeat(np.arange(PEOPLE), generator.poisson(3.0, PEOPLE))
    begin = generator.integers(1, horizon, len(person))
    day = (window.change - window.burn_in_start).days * SECONDS_PER_DAY
    crisis = (begin > day + 30 * SECONDS_PER_DAY) & (begin < day + 61 * SECONDS_PER_DAY)
    joiner, first = np.unique(person[crisis], return_index=True)
    if not scenario.interventions:
        joiner, first = joiner[:0], first[:0]
    size, horizons = len(joiner), np.full(len(joiner), horizon)
    nothing = np.zeros(size, np.int64)
    teams = TimeWithTeams(joiner, nothing, begin[crisis][first] + 10 * SECONDS_PER_DAY, horizons, nothing, horizons,
                          nothing)  # fmt: skip
    everybody = np.arange(PEOPLE)
    records = pack({}, {
        "person": everybody, "born": np.full(PEOPLE, round(-70 * SECONDS_PER_YEAR)), "female": everybody % 2,
        "came": 0 * everybody, "went": 0 * everybody + horizon, "care_home_from": 0 * everybody + NEVER,
        "fifth": 1 + everybody % 5, "frail_from": np.full((PEOPLE, 3), NEVER),
    })  # fmt: skip
    packed = [(ADMISSIONS, AdmissionTimes(person, begin).packed()), (ENROLMENTS, teams.packed()), (RECORDS, records)]
    rows = [("emergency_admissions_per_1000", year, "all", 90.0 + generator.normal(), b"") for year in YEARS]
    rows += [("emergency_admissions", year, "all", 2_500.0, b"") for year in YEARS]
    return pd.DataFrame(
        [*rows, *((name, "", "all", 0.0, content) for name, content in packed)],
        columns=["measure", "period", "stratum", "value", "content"],
    )


def toy_simulate(
    study: Study, store: Store, means: Means, *, period: str | None, only: Set[str],
    keep_going: Callable[[], None] | None = None,
) -> None:
    """In place of the simulation."""
    missing = store.missing(list(only))
    for spec, run, key in study.plan.runs():
        if key in missing:
            assert isinstance(spec.payload, Resolved)
            store.write(key, toy_run(spec.payload, run))


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of the user's, and the toy in place of the simulation."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("caresim.bench.simulate", toy_simulate)
    monkeypatch.setattr("caresim.asking.make_ready", lambda *_, **__: None)


LINE = ("evaluate", "extensivist-teams", *HERE, "-n", str(RUNS))


@pytest.mark.usefixtures("toy")
def test_a_team_that_does_nothing_would_be_praised_before_and_after_and_not_by_matched_controls(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Chosen for an admission, people have 1 + 0.5 x 335/365 in the year before and 0.5 after: some 66 % fewer."""
    assert run_command_line([*LINE, "--out", "found"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "before and after would report -6" in said
    assert "Areas are not compared" not in said
    table = pd.read_csv(Path("found") / "data" / "evaluation.csv").set_index("method")
    assert table["true"]["before_and_after"] == pytest.approx(0.0)
    assert table["estimate"]["before_and_after"] == pytest.approx(-0.65, abs=0.05)
    off, error = table["off"]["matched_controls"], table["off_error"]["matched_controls"]
    assert abs(off) < 5.41 * error
    assert abs(off) < abs(table["off"]["before_and_after"]) / 2.0
    assert set(table.index[2:]) == {"difference_in_differences", "synthetic_control"}
    assert len(pd.read_csv(Path("found") / "data" / "evaluation_runs.csv")) == 4 * RUNS
    assert (Path("found") / "figures" / "evaluation_chart.png").is_file()
    assert run_command_line([*LINE, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["methods"][0]["runs"] == RUNS


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        (("evaluate", "extensivist-teams", *HERE, "-n", "1"), 2, "take 2 runs or more"),
        (("evaluate", "do-nothing", *HERE), 2, "one and the same scenario"),
        (("evaluate", "extensivist-team", *HERE), 2, "extensivist-teams"),
        (("evaluate", "extensivist-teams", *HERE, "-n", "3"), 0, "Areas are not compared: that takes 8 runs"),
    ],
)
def test_what_cannot_be_evaluated_is_said(
    line: tuple[str, ...], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One clear message and exit code 2; or, with too few runs for areas, what there is and why not more."""
    assert run_command_line(list(line)) == code
    printed = capsys.readouterr()
    assert says in " ".join((printed.out + printed.err).split())


def test_difference_in_differences_holds_a_zero_effect_in_95_of_100_with_the_spread_of_real_areas() -> None:
    """540 areas of the size of a place, 12 at a time, with level, years and growth of their own, and chance in counts.

    Areas of one trial share their controls, so the error is that of the 45 trials' shares; t at 99.95 %.
    """
    spread, shares = load_spread(), []
    for trial in range(45):
        rates = 90.0 * np.exp(np.random.default_rng(trial).normal(0.0, 0.02, (12, 5)))
        rows = evaluate_areas(rates, rates, np.arange(5) >= 2, spread, seed=trial)
        shares.append(np.mean([row[-1] for row in rows if row[1] == DIFFERENCES]))
    error = float(np.std(shares, ddof=1) / np.sqrt(len(shares)))
    assert abs(float(np.mean(shares)) - 0.95) < 3.5 * error
    assert error < 0.01


def test_areas_differ_as_much_as_the_table_says() -> None:
    """The change from one year to the next has a standard deviation of 6 %, that of trusts."""
    drawn = np.log(load_spread().drawn(20_000, 2, seed=1))
    assert np.std(drawn[:, 1] - drawn[:, 0]) == pytest.approx(0.060, abs=0.0015)
    assert np.std(drawn[:, 0]) == pytest.approx(0.155, abs=0.004)
    assert (AreaSpread(0.0, 0.0, 0.0).drawn(3, 2, seed=1) == 1.0).all()
