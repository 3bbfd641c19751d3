"""How many people of each age a place is expected to have, month by month, and the births and moves that make it so.

The yearly growth of each age band is given. Births and net moves make up what survival leaves short or over: they are
expected numbers, the same in every scenario and in every run.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from simulation.stationarity import AGE_MONTHS, Stationary

FIFTHS = 5
AGES = AGE_MONTHS // 12

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Projection:
    """Expected people, arrivals and chances of leaving. Months run on twelve beyond the study.

    Ages are whole months at the start of a month; fifths run from the most deprived.
    """

    at_start: FloatArray
    """(ages, fifths) people at the first second."""
    births: FloatArray
    """(months, fifths) births in each month."""
    moves_in: FloatArray
    """(months, ages, fifths) people who move in during each month, by age at its start."""
    moving_out: NDArray[np.float32]
    """(months, ages, fifths) chance of moving out within the month, for those who live through it."""
    female: FloatArray
    """(ages, fifths) share who are women, among those at the start and those who move in."""


@dataclass(frozen=True)
class Cells:
    """People of a place in bands of age; the bands follow each other from 0 to the last, which has no upper end."""

    age_from: IntArray
    """(bands,) first whole year of age of each band."""
    people: FloatArray
    """(bands, fifths, 2) men, then women."""


def people_by_single_year(age_from: IntArray, people: FloatArray, survival: FloatArray) -> FloatArray:
    """(AGES,) people of each single year of age, as smooth as bands and survival allow.

    The number ever born into each year of age, people over survival, changes as little as it can from one age to
    the next (least squares of first differences) while the bands keep their totals.

    Args:
        age_from: (bands,) first year of each band.
        people: (bands,) totals.
        survival: (AGES,) share alive at each age, above 0.
    """
    band = np.searchsorted(age_from, np.arange(AGES), side="right") - 1
    size = len(age_from)
    totals = np.zeros((size, AGES))
    totals[band, np.arange(AGES)] = survival
    difference = np.diff(np.eye(AGES), axis=0)
    system = np.block([[difference.T @ difference, totals.T], [totals, np.zeros((size, size))]])
    born: FloatArray = linalg.solve(system, np.concatenate([np.zeros(AGES), people]), assume_a="sym")[:AGES]
    return _keep_totals(np.maximum(born, 0.0) * survival, people, band)


def people_by_month(by_year: FloatArray, survival: FloatArray) -> FloatArray:
    """(AGE_MONTHS,) people by month of age; years keep their totals.

    Args:
        by_year: (AGES,) people by single year.
        survival: (AGE_MONTHS,) share alive at each month of age, above 0.
    """
    months = np.arange(AGE_MONTHS)
    born = np.interp((months + 0.5) / 12, np.arange(AGES) + 0.5, by_year / survival[6::12])
    return _keep_totals(born * survival, by_year, months // 12)


def shares_by_month(cells: Cells) -> tuple[FloatArray, FloatArray]:
    """(AGE_MONTHS, fifths) share of each fifth, and share of women in each; linear between the middles of bands.

    A band without people, or a fifth without people in a band, takes the shares of the whole place.
    """
    upper = np.append(cells.age_from[1:], cells.age_from[-1] + 5)
    middles = (cells.age_from + upper) / 2
    ages = (np.arange(AGE_MONTHS) + 0.5) / 12
    fifths = cells.people.sum(axis=2)
    in_band = fifths.sum(axis=1, keepdims=True)
    everybody = cells.people.sum()
    share = np.where(in_band > 0.0, fifths / np.maximum(in_band, 1e-12), fifths.sum(axis=0) / everybody)
    all_women = cells.people[:, :, 1].sum() / everybody
    women = np.where(fifths > 0.0, cells.people[:, :, 1] / np.maximum(fifths, 1e-12), all_women)
    by_month = np.stack([np.interp(ages, middles, share[:, fifth]) for fifth in range(FIFTHS)], axis=1)
    female = np.stack([np.interp(ages, middles, women[:, fifth]) for fifth in range(FIFTHS)], axis=1)
    return by_month / by_month.sum(axis=1, keepdims=True), female


def survival_by_month(mean_death_rate: FloatArray) -> FloatArray:
    """(AGE_MONTHS,) share of those born who are alive at the middle of each month of age."""
    monthly = mean_death_rate / 12
    return np.asarray(np.exp(-(np.cumsum(monthly) - monthly / 2)), np.float64)


def month_deaths(stationary: Stationary, years: FloatArray) -> FloatArray:
    """(months, ages) share of an age who die in a month.

    Args:
        stationary: states by age and death rates.
        years: (months,) length of each month in years times its seasonal index of deaths.
    """
    distinct, which = np.unique(years, return_inverse=True)
    dead = [(stationary.share * -np.expm1(-stationary.death_rate * length)).sum(axis=1) for length in distinct]
    return np.stack(dead)[which]


def project(
    people: FloatArray, share: FloatArray, female: FloatArray, growth: FloatArray, years_since: FloatArray,
    deaths: FloatArray,
) -> Projection:
    """The projection of a place.

    Args:
        people: (ages,) people by month of age at the date to which they refer.
        share: (ages, fifths) how they are spread over the fifths.
        female: (ages, fifths) share of women.
        growth: (ages,) growth a year, as a rate of the logarithm.
        years_since: (months + 1,) years from that date to the start of each month.
        deaths: (months, ages) share who die in each month.
    """
    months = len(deaths)
    births = np.zeros((months, FIFTHS))
    moves_in = np.zeros((months, AGE_MONTHS, FIFTHS))
    moving_out = np.zeros((months, AGE_MONTHS, FIFTHS), np.float32)
    at_start = (people * np.exp(growth * years_since[0]))[:, None] * share
    here = at_start
    for month in range(months):
        alive = here * (1.0 - deaths[month])[:, None]
        wanted = (people * np.exp(growth * years_since[month + 1]))[:, None] * share
        half_alive = np.sqrt(1.0 - deaths[month])[:, None]
        births[month] = wanted[0] / half_alive[0]
        gap = np.zeros_like(alive)
        gap[:-1] = wanted[1:] - alive[:-1]
        gap[-2] -= alive[-1]
        moves_in[month] = np.maximum(gap, 0.0) / half_alive
        moving_out[month] = np.where(gap < 0.0, np.minimum(-gap / np.maximum(alive, 1e-12), 1.0), 0.0)
        here = wanted
    return Projection(at_start, births, moves_in, moving_out, female)


def _keep_totals(parts: FloatArray, totals: FloatArray, group: IntArray) -> FloatArray:
    """`parts` scaled so that each group adds up to its total."""
    sums = np.bincount(group, parts, minlength=len(totals))
    return parts * (totals / np.maximum(sums, 1e-300))[group]
