"""Frailty and need for a care home by age, with the monthly changes that keep them as they are.

Published rates of becoming frail, taken together with frailty by age and deaths, would make everybody frailer year
after year. Here the changes are solved from what is known better: how common each state is at each age, and how
likely people in it are to die. Any age structure then keeps its states.

States are numbered frailty + 4 x need, frailty 0 fit, 1 mild, 2 moderate, 3 severe. Ages are whole months.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from simulation.stays import AGE_BAND_FROM_YEARS

FRAILTIES = 4
STATES = 2 * FRAILTIES
AGE_MONTHS = 105 * 12
"""Ages followed; the last month stands for everybody older."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Stationary:
    """States by age and what changes them; arrays by whole months of age at the start of a month."""

    death_rate: FloatArray
    """(ages, states) deaths a person-year."""
    frailty_step: FloatArray
    """(ages, 3) chance of going on from fit, mild and moderate within the month, for those who live through it."""
    need_chance: FloatArray
    """(ages, frailties) chance of coming to need a care home within the month, likewise, after the step in frailty."""
    share: FloatArray
    """(ages, states) how people of an age are spread over the states."""


def band_of_age_month() -> IntArray:
    """(ages,) index into `stays.AGE_BANDS`."""
    years = np.arange(AGE_MONTHS) // 12
    return np.searchsorted(np.array(AGE_BAND_FROM_YEARS), years, side="right").astype(np.int64) - 1


def death_rate_by_age(band_rates: FloatArray, people: FloatArray, rise: float, rise_from_years: int) -> FloatArray:
    """(ages,) deaths a person-year: flat inside younger bands, rising with age inside older ones.

    Args:
        band_rates: (bands,) deaths a person-year; they hold for `people`.
        people: (ages,) relative numbers.
        rise: rise of the logarithm of the rate in a year of age, inside a band.
        rise_from_years: first age of the bands in which rates rise.
    """
    bands = band_of_age_month()
    ages = (np.arange(AGE_MONTHS) + 0.5) / 12
    shape = np.where(np.array(AGE_BAND_FROM_YEARS)[bands] >= rise_from_years, np.exp(rise * ages), 1.0)
    mean_shape = np.bincount(bands, people * shape) / np.bincount(bands, people)
    return np.asarray(shape * (band_rates / mean_shape)[bands], np.float64)


def logit_curve(band_shares: FloatArray, people: FloatArray, first_band: int) -> FloatArray:
    """(ages,) a share by age whose logit is piecewise linear and whose band means are as given.

    The knots are the middles of the bands, and the end pieces go on outside them. Bands before `first_band` are
    left out: the curve goes on into them.

    Args:
        band_shares: (bands,) shares between 0 and 1.
        people: (ages,) relative numbers, for the means.
        first_band: first band whose share is known.

    Raises:
        ValueError: when no such curve exists.
    """
    bands = band_of_age_month()
    ages = (np.arange(AGE_MONTHS) + 0.5) / 12
    known = np.arange(first_band, len(band_shares))
    middles = np.array([np.average(ages[bands == band], weights=people[bands == band]) for band in known])
    wanted = band_shares[known]

    def curve(knots: FloatArray) -> FloatArray:
        logits = np.interp(ages, middles, knots)
        below, above = ages < middles[0], ages > middles[-1]
        logits[below] = knots[0] + (ages[below] - middles[0]) * (knots[1] - knots[0]) / (middles[1] - middles[0])
        logits[above] = knots[-1] + (ages[above] - middles[-1]) * (knots[-1] - knots[-2]) / (middles[-1] - middles[-2])
        return np.asarray(1.0 / (1.0 + np.exp(-logits)), np.float64)

    def miss(knots: FloatArray) -> FloatArray:
        shares = curve(knots)
        means = np.array([np.average(shares[bands == band], weights=people[bands == band]) for band in known])
        return np.asarray(np.log(means / wanted), np.float64)

    if np.all((wanted > 0.0) & (wanted < 1.0)):
        solution = optimize.root(miss, np.log(wanted / (1.0 - wanted)), tol=1e-12)
        if solution.success and np.abs(miss(solution.x)).max() < 1e-8:
            return curve(solution.x)
    raise ValueError(f"no curve has the band means {wanted.tolist()}")


def solve(
    frailty: FloatArray, needs_care_home: FloatArray, mean_death_rate: FloatArray, weight: FloatArray,
    need_ratio: FloatArray, entry_weight: FloatArray,
) -> Stationary:
    """Changes that keep frailty and need for a care home as common at each age as they are.

    Within a month people die, then those who live may become frailer, then those frail enough may come to need a
    care home. Each chance is the one that brings the next age's share; where that would be a recovery it is 0 and
    the share follows.

    Args:
        frailty: (ages, 4) shares by age, each row adding up to 1.
        needs_care_home: (ages,) share by age.
        mean_death_rate: (ages,) deaths a person-year at each age, all states together.
        weight: (4,) relative death rate by frailty.
        need_ratio: (ages,) how many times as likely to die, at equal frailty, those who need a care home are.
        entry_weight: (4,) relative chance of coming to need a care home by frailty.
    """
    relative = np.concatenate([np.outer(np.ones(AGE_MONTHS), weight), np.outer(need_ratio, weight)], axis=1)
    death_rate = np.zeros((AGE_MONTHS, STATES))
    step = np.zeros((AGE_MONTHS, FRAILTIES - 1))
    need_chance = np.zeros((AGE_MONTHS, FRAILTIES))
    share = np.zeros((AGE_MONTHS, STATES))
    share[0, :FRAILTIES] = frailty[0]
    for age in range(AGE_MONTHS):
        death_rate[age] = relative[age] * mean_death_rate[age] / (share[age] @ relative[age])
        living = share[age] * np.exp(-death_rate[age] / 12)
        living = (living / living.sum()).reshape(2, FRAILTIES)
        older = min(age + 1, AGE_MONTHS - 1)
        step[age] = _take_steps(living, frailty[older])
        need_chance[age] = _take_up_needs(living[0], living[1], needs_care_home[older], entry_weight)
        if older > age:
            share[older] = living.reshape(STATES)
    return Stationary(death_rate, step, need_chance, share)


def _take_steps(living: FloatArray, wanted: FloatArray) -> FloatArray:
    """(3,) chances of going on from each frailty; `living` (2, 4) is moved on."""
    chances = np.zeros(FRAILTIES - 1)
    for state in range(FRAILTIES - 1):
        here = living[:, state].sum()
        if here > wanted[state]:
            chances[state] = (here - wanted[state]) / here
            moved = living[:, state] * chances[state]
            living[:, state] -= moved
            living[:, state + 1] += moved
    return chances


def _take_up_needs(home: FloatArray, need: FloatArray, wanted: float, weight: FloatArray) -> FloatArray:
    """(4,) chances of coming to need a care home; `home` and `need` (4,) are moved on."""
    missing = wanted - need.sum()
    if missing <= 0.0:
        return np.zeros(FRAILTIES)
    chances: FloatArray = np.minimum(1.0, weight * missing / (home @ weight))
    need += home * chances
    home *= 1.0 - chances
    return chances
