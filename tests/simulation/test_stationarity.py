"""Promises about frailty and need for a care home by age."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.build_people import build_stationary, england_by_month, mean_death_rate
from scenarios.evidence import load
from simulation.stationarity import (
    AGE_MONTHS,
    FRAILTIES,
    Stationary,
    band_of_age_month,
    death_rate_by_age,
    logit_curve,
    solve,
)
from simulation.stays import AGE_BANDS

FRAILTY_NAMES = ("fit", "mild", "moderate", "severe")
OLD = ("65-74", "75-84", "85+")


@pytest.fixture(scope="module", name="england")
def _england() -> np.ndarray:
    return england_by_month(load())


@pytest.fixture(scope="module", name="solved")
def _solved(england: np.ndarray) -> Stationary:
    return build_stationary(load(), england, mean_death_rate(load(), england))


def band_mean(values: np.ndarray, weights: np.ndarray, band: str) -> float:
    """Weighted mean over the months of age of a band."""
    inside = band_of_age_month() == AGE_BANDS.index(band)
    return float(np.average(values[inside], weights=weights[inside]))


def test_frailty_by_band_is_the_published_mix(solved: Stationary, england: np.ndarray) -> None:
    """Means over the people of a band are those of the table, to a hundredth of a point."""
    frailty = solved.share[:, :FRAILTIES] + solved.share[:, FRAILTIES:]
    for band in OLD:
        mix = [100 * band_mean(frailty[:, state], england, band) for state in range(FRAILTIES)]
        published = load().values("recommended_frailty_mix", [f"{band}, {name}" for name in FRAILTY_NAMES])
        assert mix == pytest.approx(published, abs=0.01)


def test_care_home_need_by_band_is_the_table(solved: Stationary, england: np.ndarray) -> None:
    """And nobody under 65 needs one."""
    need = solved.share[:, FRAILTIES:].sum(axis=1)
    shares = [100 * band_mean(need, england, band) for band in OLD]
    assert shares == pytest.approx(load().values("care_home_need_share", OLD), abs=0.001)
    assert need[: 65 * 12].max() == 0.0


def test_death_rates_hold_in_every_band(solved: Stationary, england: np.ndarray) -> None:
    """States differ, but together people of a band die at its rate."""
    rate = (solved.share * solved.death_rate).sum(axis=1)
    evidence = load()
    people = evidence.values("population", AGE_BANDS)
    place = evidence.values("population.residents", (*AGE_BANDS, "care home")).sum()
    for band, name in enumerate(AGE_BANDS):
        published = evidence.value("population.deaths", name) / (place * people[band] / people.sum())
        assert band_mean(rate, england, name) == pytest.approx(published, rel=1e-9)


def test_states_stay_as_common_when_everybody_lives_a_month(solved: Stationary) -> None:
    """Deaths, steps in frailty and new needs bring each age's shares to the next age's, exactly."""
    alive = solved.share * np.exp(-solved.death_rate / 12)
    home, need = alive[:, :FRAILTIES].copy(), alive[:, FRAILTIES:].copy()
    for state in range(FRAILTIES - 1):
        for people in (home, need):
            moved = people[:, state] * solved.frailty_step[:, state]
            people[:, state] -= moved
            people[:, state + 1] += moved
    moved = home * solved.need_chance
    after = np.concatenate([home - moved, need + moved], axis=1)
    after /= after.sum(axis=1, keepdims=True)
    assert np.abs(after[:-1] - solved.share[1:]).max() < 1e-12


def test_solved_steps_agree_with_the_published_solution(solved: Stationary, england: np.ndarray) -> None:
    """At 65 and over within a tenth of the derived table's rates, which another program solved."""
    rate = -np.log1p(-solved.frailty_step) * 12000
    frailty = solved.share[:, :FRAILTIES] + solved.share[:, FRAILTIES:]
    for band in OLD:
        for state in range(FRAILTIES - 1):
            name = f"{FRAILTY_NAMES[state]} to {FRAILTY_NAMES[state + 1]}, {band}"
            found = band_mean(rate[:, state], england * frailty[:, state], band)
            assert found == pytest.approx(load().value("stationary_frailty_transition", name), rel=0.1), name


def test_a_share_that_falls_with_age_needs_no_recovery() -> None:
    """Where a curve would need people to get better, the chance is nought and the share follows."""
    frailty = np.zeros((AGE_MONTHS, FRAILTIES))
    frailty[:, 3] = np.linspace(0.5, 0.1, AGE_MONTHS)
    frailty[:, 0] = 1.0 - frailty[:, 3]
    nobody = np.zeros(AGE_MONTHS)
    found = solve(frailty, nobody, np.full(AGE_MONTHS, 0.01), np.ones(4), np.ones(AGE_MONTHS), np.ones(4))
    assert found.frailty_step[:, 0].max() == 0.0
    assert found.share[-1, 3] == pytest.approx(0.5)


def test_death_rates_rise_with_age_inside_older_bands(england: np.ndarray) -> None:
    """By the same factor a year, and not at all inside younger ones."""
    rates = death_rate_by_age(np.linspace(0.001, 0.1, len(AGE_BANDS)), england, 0.11, 40)
    assert rates[71 * 12] / rates[70 * 12] == pytest.approx(np.exp(0.11))
    assert rates[25 * 12] == rates[30 * 12]


def test_a_curve_without_solution_is_an_error() -> None:
    """A band mean of nought cannot be met by a logit; it is said, not approximated."""
    with pytest.raises(ValueError, match="no curve has the band means"):
        logit_curve(np.array([0.0] * len(AGE_BANDS)), np.ones(AGE_MONTHS), 2)
