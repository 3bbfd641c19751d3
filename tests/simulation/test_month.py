"""Promises about the month: who dies, leaves and becomes frailer, and that a place stays what it is."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from simulation.calendar import SECONDS_PER_YEAR
from simulation.people import GONE, HERE, NOT_HERE_YET, Population
from simulation.stationarity import STATES, band_of_age_month
from simulation.stays import AGE_BANDS
from tests.simulation.few_people import live, population_of, tables_of

SURE = 3.48
"""Standard errors beyond which a true promise fails once in 2,000 tries (two-sided 99.95 %)."""
HERE_ABOUTS = Path(__file__).resolve().parents[2]


def test_deaths_are_known_a_year_ahead() -> None:
    """Every death was decided twelve months before its month, and none comes as a surprise."""
    population = population_of(20_000, 3)
    known: list[np.ndarray] = []
    for month, events in enumerate(live(population, 36)):
        if month >= 12:
            before = known[month - 12][events.deaths.person]
            assert np.array_equal(before, events.deaths.tick)
        known.append(population.death_tick.copy())
    assert len(known) == 36


def test_events_of_a_month_lie_in_it_and_happen_to_people_who_are_here() -> None:
    """Deaths, departures, arrivals, needs: all inside the month, in order, after entry and before death."""
    tables, _ = tables_of(20_000, 2, growing=True)
    population = population_of(20_000, 2, growing=True)
    for month, events in enumerate(live(population, 24)):
        start, end = tables.month_start[month], tables.month_start[month + 1]
        for each in (events.candidates, events.entrants, events.deaths, events.leavers, events.care_home_needs):
            assert np.all((each.tick >= start) & (each.tick < end))
            assert np.all(np.diff(each.tick) >= 0)
            assert np.all(each.tick >= population.entered[each.person])
            assert np.all(each.tick <= population.death_tick[each.person])


def test_people_arrive_in_the_month_of_their_entry_and_no_sooner() -> None:
    """`alive` is not-here-yet, then here, then gone."""
    tables, _ = tables_of(20_000, 2, growing=True)
    population = population_of(20_000, 2, growing=True)
    for month, _ in enumerate(live(population, 6)):
        later = population.entered >= tables.month_start[month + 1]
        assert np.all(population.alive[later] == NOT_HERE_YET)
        assert np.all(population.alive[~later] != NOT_HERE_YET)
    assert (population.alive == GONE).sum() > 0


def test_a_place_with_frozen_ages_stays_what_it_is() -> None:
    """Ten years, two runs of 60,000: people, frailty at 65+ and need for a care home have no trend.

    Judged by the slope of the yearly log means against 3.48 of its standard errors, plus 0.1 % a year.
    """
    years = np.zeros((2, 10, 4))
    for run in range(2):
        population = population_of(60_000, 10, replication=run)
        for month, _ in enumerate(live(population, 120)):
            here = population.alive == HERE
            old = here & (population.age_band >= 4)
            frailty = np.bincount(population.frailty[old], minlength=4) / old.sum()
            years[run, month // 12] += (here.sum(), frailty[2] + frailty[3], population.in_care_home[here].mean(),
                                        population.deprivation_fifth[old].mean())
    logs = np.log(years.mean(axis=0))
    for column, noise in enumerate((0.002, 0.02, 0.03, 0.003)):
        slope, _ = np.polyfit(np.arange(10), logs[:, column], 1)
        assert abs(slope) < 0.001 + SURE * noise / math.sqrt(82.5), column


def test_people_die_at_the_rate_of_their_band() -> None:
    """Deaths in five years of 60,000 people against expected numbers, by band; judged at 3.48 standard errors."""
    tables, _ = tables_of(60_000, 5)
    population = population_of(60_000, 5)
    stationary = tables.stationary
    mean_rate = (stationary.share * stationary.death_rate).sum(axis=1)
    bands = band_of_age_month()
    expected, found = np.zeros(len(AGE_BANDS)), np.zeros(len(AGE_BANDS))
    for month, events in enumerate(live(population, 60)):
        here = (population.alive == HERE) | np.isin(np.arange(population.size), events.deaths.person)
        length = (tables.month_start[month + 1] - tables.month_start[month]) / SECONDS_PER_YEAR
        ages = np.arange(len(bands))
        people = np.bincount(np.clip(month - birth_months(population)[here] - 1, 0, ages[-1]), minlength=len(ages))
        index = tables.death_years[month] / length
        expected += np.bincount(bands, people * mean_rate * length * index, minlength=len(AGE_BANDS))
        found += np.bincount(population.age_band[events.deaths.person], minlength=len(AGE_BANDS))
    assert np.all(np.abs(found - expected) < SURE * np.sqrt(expected) + 0.02 * expected)


def birth_months(population: object) -> np.ndarray:
    """(size,) month of birth of everybody."""
    return np.asarray(population._roll.birth_month, np.int64)  # type: ignore[attr-defined]


def test_the_future_does_not_depend_on_what_happens_to_people() -> None:
    """Care-home moves, admissions and contacts change nobody's death, frailty, need or departure."""
    quiet, busy = population_of(5_000, 2), population_of(5_000, 2)
    for month in range(24):
        quiet.begin_month(month)
        for row in range(0, 400, 7):
            person, tick = row, int(quiet._tables.month_start[month]) + 1000
            busy_events = None if row else busy.begin_month(month)
            assert row or busy_events is not None
            if busy.alive[person] == HERE:
                busy.after_discharge(person, tick, True)
                busy.moved_to_care_home(person, tick)
        for column in ("death_tick", "leave_tick", "care_home_need_tick", "frailty"):
            assert np.array_equal(getattr(quiet, column), getattr(busy, column)), column


def test_plain_python_and_compiled_code_live_the_same_two_years() -> None:
    """200 people, 24 months, events and replacements included: not a bit differs."""
    script = str(Path(__file__).with_name("two_years_of_200_people.py"))
    answers = []
    for disabled in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disabled, "PYTHONPATH": str(HERE_ABOUTS)}
        run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env=environment)
        answers.append(run.stdout.strip())
    assert answers[0] == answers[1]
    assert len(answers[0]) == 64


def test_states_are_counted_as_the_tables_count_them() -> None:
    """Frailty and need pack into one number, as many as the table has columns."""
    tables, _ = tables_of(2_000, 2)
    assert tables.stationary.share.shape[1] == STATES


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_makes_the_same_month(seed: int) -> None:
    """Nothing but seed and replication decides."""
    some, other = (population_of(3_000, 2, seed=seed).begin_month(0) for _ in range(2))
    assert np.array_equal(some.candidates.key, other.candidates.key)
    assert np.array_equal(some.candidates.tick, other.candidates.tick)


def test_a_study_that_columns_cannot_count_is_refused() -> None:
    """Ticks of people have 32 bits, which is 64 years."""
    tables, calendar = tables_of(2_000, 2)
    later = tables.month_start.copy()
    later[-1] = 2**31 - 1
    with pytest.raises(ValueError, match="at most 63 years"):
        Population(replace(tables, month_start=later), [], calendar, 1, 0)


def test_a_place_with_more_people_than_a_word_can_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A need's word has 25 bits for its person."""
    tables, calendar = tables_of(2_000, 2)
    monkeypatch.setattr("simulation.people.MOST_PEOPLE", 1_999)
    with pytest.raises(ValueError, match="at most 1,999 people: run it as several places"):
        Population(tables, [], calendar, 1, 0)


def test_people_do_not_depend_on_how_many_are_looked_at_together() -> None:
    """One person's needs are those that the whole month gave them, whoever they are."""
    population = population_of(2_000, 2)
    population.in_care_home[::9] = 1
    population._columns.readmission_rate[::5] = 20.0
    rows = population.begin_month(0).candidates
    for person in range(population.size):
        again = population._again(person, -1)
        mine = rows.person == person
        assert again.key == rows.key[mine].tolist()
        assert again.severity == rows.severity[mine].tolist()
