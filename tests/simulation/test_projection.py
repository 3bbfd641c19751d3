"""Promises about how many people a place is expected to have."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.projection import (
    AGES,
    FIFTHS,
    Cells,
    people_by_month,
    people_by_single_year,
    project,
    shares_by_month,
    survival_by_month,
)
from simulation.stationarity import AGE_MONTHS
from tests.simulation.few_people import tables_of

SURVIVAL = survival_by_month(np.linspace(0.001, 0.2, AGE_MONTHS))
BANDS = np.array([0, 5, 18, 65, 85])
PEOPLE = np.array([300.0, 900.0, 3000.0, 700.0, 90.0])


def test_single_years_and_months_keep_the_totals_of_bands() -> None:
    """Smoothing moves nobody out of a band."""
    by_year = people_by_single_year(BANDS, PEOPLE, SURVIVAL[6::12])
    by_month = people_by_month(by_year, SURVIVAL)
    band = np.searchsorted(BANDS, np.arange(AGES), side="right") - 1
    assert np.bincount(band, by_year) == pytest.approx(PEOPLE)
    assert by_month.reshape(AGES, 12).sum(axis=1) == pytest.approx(by_year)
    assert by_year.min() >= 0.0


@pytest.mark.parametrize("growth", [0.0, 0.02, -0.01])
def test_births_and_moves_bring_about_the_target(growth: float) -> None:
    """Survivors plus arrivals less departures are the target of the next month, at every age and fifth."""
    people = people_by_month(people_by_single_year(BANDS, PEOPLE, SURVIVAL[6::12]), SURVIVAL)
    share = np.full((AGE_MONTHS, FIFTHS), 0.2)
    deaths = np.tile(np.linspace(0.0001, 0.02, AGE_MONTHS), (3, 1))
    years = np.arange(4) / 12
    made = project(people, share, share, np.full(AGE_MONTHS, growth), years, deaths)
    for month in range(3):
        here = people[:, None] * np.exp(growth * years[month]) * share
        alive = here * (1 - deaths[month])[:, None] * (1 - made.moving_out[month])
        alive += made.moves_in[month] * np.sqrt(1 - deaths[month])[:, None]
        wanted = people[:, None] * np.exp(growth * years[month + 1]) * share
        assert alive[:-2] == pytest.approx(wanted[1:-1], rel=1e-6)
        assert made.births[month] * np.sqrt(1 - deaths[month, 0]) == pytest.approx(wanted[0])


def test_nobody_moves_both_ways() -> None:
    """At one age, fifth and month, people on balance come or go."""
    tables, _ = tables_of(5000, 2, growing=True)
    assert not np.any((tables.projection.moves_in > 0) & (tables.projection.moving_out > 0))


def test_shares_of_fifths_add_up_and_run_between_bands() -> None:
    """Linear between the middles of bands; a band without people takes the shares of the place."""
    people = np.zeros((5, FIFTHS, 2))
    people[:3, 0], people[3, 1] = 1.0, 1.0
    share, female = shares_by_month(Cells(BANDS, people))
    assert share.sum(axis=1) == pytest.approx(np.ones(AGE_MONTHS))
    assert share[30 * 12, 0] == pytest.approx(1.0)
    assert 0.0 < share[60 * 12, 0] < 1.0
    assert share[90 * 12, 0] == pytest.approx(0.75, abs=0.01)
    assert female[30 * 12, 0] == pytest.approx(0.5)
