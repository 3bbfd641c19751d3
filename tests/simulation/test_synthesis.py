"""Promises about who the people are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.draws import stream_key
from simulation.laws import gamma_table
from simulation.stationarity import AGE_MONTHS
from simulation.synthesis import SECONDS_PER_AGE_MONTH, Roll, Susceptibility, synthesise, systematic
from tests.simulation.few_people import tables_of

PEOPLE = 60_000
SURE = 3.48
"""Standard errors beyond which a true promise fails once in 2,000 tries (two-sided 99.95 %)."""


@pytest.fixture(scope="module", name="roll")
def _roll() -> Roll:
    tables, _ = tables_of(PEOPLE, 2, growing=True)
    return synthesise(
        tables.projection, tables.stationary, tables.susceptibility, tables.month_start, stream_key(1, 0))


def test_each_cell_gets_its_expected_number_rounded_down_or_up() -> None:
    """Systematic sampling, whatever the offset."""
    expected = np.array([0.2, 3.7, 0.0, 1.0, 12.4, 0.7])
    for offset in (0.001, 0.3, 0.5, 0.999):
        found = np.bincount(systematic(expected, offset), minlength=6)
        assert np.all(found >= np.floor(expected))
        assert np.all(found <= np.ceil(expected))


def test_people_at_the_start_have_the_ages_of_the_projection(roll: Roll) -> None:
    """To one person in each year of age."""
    tables, _ = tables_of(PEOPLE, 2, growing=True)
    months = np.clip(-roll.birth_month[: roll.starters] - 1, 0, AGE_MONTHS - 1)
    found = np.bincount(months // 12, minlength=AGE_MONTHS // 12)
    expected = tables.projection.at_start.sum(axis=1).reshape(-1, 12).sum(axis=1)
    assert np.abs(found - expected).max() <= 2.0


def test_ids_run_from_those_at_the_start_through_the_months_of_entry(roll: Roll) -> None:
    """So that a month's arrivals are a range of ids."""
    assert np.all(np.diff(roll.entry_month.astype(int)) >= 0)
    for month in (0, 7, 23):
        here = np.arange(roll.first_of_month[month], roll.first_of_month[month + 1])
        assert np.all(roll.entry_month[here] == month)
        tables, _ = tables_of(PEOPLE, 2, growing=True)
        assert np.all(roll.entered[here] >= tables.month_start[month])
        assert np.all(roll.entered[here] < tables.month_start[month + 1])


def test_newborns_are_born_when_they_enter(roll: Roll) -> None:
    """And everybody else before."""
    newborn = (roll.entry_month >= 0) & (roll.birth_month == roll.entry_month)
    assert newborn.sum() > 500
    assert np.array_equal(roll.born[newborn], roll.entered[newborn])
    assert np.all(roll.born[~newborn] < roll.entered[~newborn])


def test_states_are_as_common_as_they_should_be(roll: Roll) -> None:
    """Severe frailty among people of 80 and over, against its expected number; judged at 3.48 standard errors."""
    tables, _ = tables_of(PEOPLE, 2, growing=True)
    ages = np.clip(-roll.birth_month[: roll.starters] - 1, 0, AGE_MONTHS - 1)
    old = ages >= 80 * 12
    for state in range(8):
        chance = tables.stationary.share[ages[old], state]
        found = int((roll.state[: roll.starters][old] == state).sum())
        assert abs(found - chance.sum()) <= SURE * math.sqrt((chance * (1 - chance)).sum()), state


def test_susceptibilities_have_mean_one_and_the_spread_of_their_laws(roll: Roll) -> None:
    """Mean 1; variance 1 / shape for needs that lead to admission; ranks of the two kinds go together."""
    tables, _ = tables_of(PEOPLE, 2, growing=True)
    laws = tables.susceptibility
    size = roll.size
    for values, shape in ((roll.acute_young, laws.young_shape), (roll.acute_old, laws.old_shape)):
        assert values.mean() == pytest.approx(1.0, abs=SURE * math.sqrt(1 / shape / size))
        assert values.var() == pytest.approx(1.0 / shape, rel=0.05)
    assert roll.minor.mean() == pytest.approx(1.0, abs=SURE * float(roll.minor.std()) / math.sqrt(size))
    assert np.corrcoef(roll.acute_old, np.log(roll.minor + 1e-3))[0, 1] > 0.4


def test_a_person_keeps_the_rank_at_65() -> None:
    """Who is more susceptible than another under 65 still is after."""
    tables, _ = tables_of(2000, 2)
    roll = synthesise(
        tables.projection, tables.stationary, tables.susceptibility, tables.month_start, stream_key(5, 1))
    order = np.argsort(roll.acute_young, kind="stable")
    assert np.all(np.diff(roll.acute_old[order]) >= -1e-5)


def test_susceptibility_is_cut_at_one_in_a_million() -> None:
    """Nobody is beyond the stated quantile."""
    shape = 0.8
    law = Susceptibility(shape, gamma_table(shape), 3.0, gamma_table(3.0), 2.0, gamma_table(2.0), 0.4,
                         gamma_table(0.4), 0.05, 7.5, 0.75)
    tables, _ = tables_of(PEOPLE, 2, growing=True)
    roll = synthesise(tables.projection, tables.stationary, law, tables.month_start, stream_key(2, 0))
    assert roll.acute_young.max() < 16.5


def test_another_replication_is_other_people_in_the_same_numbers(roll: Roll) -> None:
    """Runs differ in who people are, not in how many there are."""
    tables, _ = tables_of(PEOPLE, 2, growing=True)
    other = synthesise(
        tables.projection, tables.stationary, tables.susceptibility, tables.month_start, stream_key(1, 1))
    assert abs(other.size - roll.size) <= 3
    assert not np.any(other.acute_young[:500] == roll.acute_young[:500])


def test_what_is_seldom_asked_agrees_with_what_is_kept(roll: Roll) -> None:
    """Month of birth and tick of birth, month of entry and tick of entry; women are about half."""
    tables, _ = tables_of(PEOPLE, 2, growing=True)
    start = tables.month_start[np.maximum(roll.entry_month, 0)]
    age = (start - roll.born) / SECONDS_PER_AGE_MONTH
    older = roll.birth_month < roll.entry_month
    in_months = np.maximum(roll.entry_month, 0) - roll.birth_month.astype(int) - 1
    assert np.all(np.floor(age[older]) <= in_months[older] + 1)
    assert np.all(np.ceil(age[older]) >= in_months[older])
    assert roll.female.mean() == pytest.approx(0.506, abs=SURE * 0.5 / math.sqrt(roll.size) + 0.005)


def test_people_do_not_depend_on_how_many_are_made_at_a_time(
    roll: Roll, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks are for memory only."""
    tables, _ = tables_of(PEOPLE, 2, growing=True)
    monkeypatch.setattr("simulation.synthesis.BLOCK", 7_001)
    other = synthesise(
        tables.projection, tables.stationary, tables.susceptibility, tables.month_start, stream_key(1, 0))
    for name in ("birth_month", "entered", "state", "fifth", "acute_young", "acute_old", "minor"):
        assert np.array_equal(getattr(roll, name), getattr(other, name)), name
