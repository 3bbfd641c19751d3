"""The whole model, people and services together: nothing changes by itself, and recovery looks like success."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest

from benchmarks.ten_years import one_run
from outputs.before_and_after import ReachedCounts, reached_counts
from outputs.measures.reducing import ADMISSIONS, ENROLMENTS, AdmissionTimes, TimeWithTeams, reduce
from outputs.periods import period
from scenarios.build_model import build
from scenarios.resolve import resolve
from simulation.run import simulate_together
from simulation.stays import RunResult
from simulation.studies.warm_up import Flatness, flatness, in_equilibrium

pytestmark = pytest.mark.statistical
RUNS = 12
CERTAIN = 4.44
"""Quantile of Student's t with RUNS - 1 degrees of freedom that is passed, either way, once in a thousand."""
SURE = 3.29
"""The same of the normal law."""


@pytest.fixture(scope="module")
def ten_years() -> dict[str, Flatness]:
    """Ten years of 25,000 people, numbers and ages frozen and growth off, in 12 runs."""
    runs = [one_run(("england-average-25k", 4, run)) for run in range(RUNS)]
    return {found.measure: found for found in in_equilibrium(runs)}


@pytest.mark.parametrize("measure", ["emergency admissions", "emergency bed days", "deaths"])
def test_ten_years_without_growth_are_flat(ten_years: dict[str, Flatness], measure: str) -> None:
    """A trend within 0.1 % a year and no year 1 % off the mean, give or take chance: t at 99.95 % over 12 runs."""
    found = ten_years[measure]
    assert found.is_flat(CERTAIN), found
    assert found.trend_error < 0.003


@pytest.mark.parametrize("age", ["65-74", "75-84", "85+"])
def test_frailty_by_age_stays_as_it_is(ten_years: dict[str, Flatness], age: str) -> None:
    """As many are fit, mildly, moderately and severely frail at each age in every year, by the same rule."""
    for state in ("fit", "mild", "moderate", "severe"):
        assert ten_years[f"{state} at {age}"].is_flat(CERTAIN), ten_years[f"{state} at {age}"]


def test_a_trend_is_found_where_there_is_one() -> None:
    """Half a per cent a year in every run, with a tenth of a per cent of chance, is not called flat; none is."""
    chance = 1.0 + 0.001 * np.sin(np.arange(120.0) ** 2).reshape(12, 10)
    assert flatness("still", chance).is_flat()
    growing = flatness("growing", chance * 1.005 ** np.arange(10))
    assert growing.trend == pytest.approx(math.log(1.005), abs=2e-4)
    assert not growing.is_flat()


def test_one_odd_year_is_found() -> None:
    """A year 5 % off the others, in every run."""
    odd = np.ones((12, 10))
    odd[:, 4] = 1.05
    assert not flatness("odd", odd + 0.001 * np.sin(np.arange(120.0) ** 2).reshape(12, 10)).is_flat()


@pytest.fixture(scope="module")
def useless_team() -> ReachedCounts:
    """One run of 250,000 people with extensivist teams that change nothing, and the same run without them."""
    scenarios = [
        resolve(name, place="england-average", overrides=changes, start=date(2016, 4, 1), end=date(2020, 4, 1))
        for name, changes in (("do-nothing", ()), ("extensivist-teams", ("extensivist-teams.effects=none",)))
    ]

    def kept(number: int, result: RunResult) -> tuple[bytes, bytes]:
        table = reduce(result, scenarios[number]).set_index("measure")["content"]
        return table.get(ADMISSIONS, b""), table.get(ENROLMENTS, b"")

    models = [build(each, seed=12, replication=0) for each in scenarios]
    (nothing, _), (admissions, enrolments) = simulate_together(models, 12, 0, kept)
    last_year = period(models[0].calendar, date(2018, 4, 1), date(2019, 4, 1), "2018/19")
    return reached_counts(
        AdmissionTimes.unpacked(admissions), AdmissionTimes.unpacked(nothing), TimeWithTeams.unpacked(enrolments), 0,
        last_year, models[0].calendar.horizon,
    )  # fmt: skip


def test_about_six_hundred_people_are_reached(useless_team: ReachedCounts) -> None:
    """Enough that what follows is no accident."""
    assert 500 < useless_team.followed < 1100


def test_a_team_that_does_nothing_changes_nothing(useless_team: ReachedCounts) -> None:
    """Its people have the same admissions with it and without it."""
    assert useless_team.with_team == useless_team.without_team > 0
    assert useless_team.after == useless_team.after_without


def test_a_team_that_does_nothing_would_be_called_a_success(useless_team: ReachedCounts) -> None:
    """Admissions of its people fall after they join by more than a tenth, by 3.29 standard errors of two counts."""
    fall = 1.0 - useless_team.after / useless_team.before
    error = useless_team.after / useless_team.before * math.sqrt(1 / useless_team.after + 1 / useless_team.before)
    assert fall - SURE * error > 0.1
