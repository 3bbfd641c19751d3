"""How long people were alive and living in the place, by month and age."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import SECONDS_PER_YEAR, Calendar
from simulation.network import Network, Presence
from simulation.stays import (
    AGE_BAND_FROM_YEARS,
    BANDS,
    CARE_HOME_BAND,
    FIRST_OUTSIDER,
    NEVER,
    Residents,
    Stays,
)


def person_seconds(residents: Residents, stays: Stays, network: Network, calendar: Calendar) -> NDArray[np.int64]:
    """(months, bands of BANDS) time that residents were alive and living in the place, by age at the month's start.

    Time of people who live in a care home counts in the band of care homes and in no age band.
    """
    homes = np.array([setting.presence == Presence.RESIDENCE for setting in network.settings], np.bool_)
    rows = np.flatnonzero(homes[stays.setting])
    rows = rows[(stays.started[rows] != NEVER) & (stays.person[rows] < FIRST_OUTSIDER)]
    born_in_home = residents.born[np.searchsorted(residents.person, stays.person[rows])]
    in_home = seconds_by_month_and_age(born_in_home, stays.started[rows], stays.ended[rows], calendar)
    result = seconds_by_month_and_age(residents.born, residents.entered, residents.left, calendar) - in_home
    result[:, CARE_HOME_BAND] += in_home.sum(axis=1)
    return result


def seconds_by_month_and_age(
    born: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64], calendar: Calendar
) -> NDArray[np.int64]:
    """(months, bands of BANDS) seconds of some intervals in each month, by age at the month's start.

    The months in which an interval begins and ends are looked at one by one. Of those between only how many intervals
    fill them is counted, at the months at which one enters or leaves an age band.

    Args:
        born: (intervals,) tick of birth of the person of each.
        first: (intervals,) tick at which each begins.
        last: (intervals,) tick after each; those that do not lie after `first` have no time.
        calendar: of the run.
    """
    starts = calendar.month_start
    first, last = np.maximum(first, 0), np.minimum(last, calendar.horizon)
    some = last > first
    if not some.all():
        born, first, last = born[some], first[some], last[some]
    begins, ends = _month_of(starts, first), _month_of(starts, last - 1)
    at_start, at_end = _band_of(starts[begins] - born), _band_of(starts[ends] - born)
    result = np.zeros((calendar.months, len(BANDS)), np.int64)
    _add(result, begins, at_start, np.minimum(last, starts[begins + 1]) - first)
    later = np.flatnonzero(ends > begins)
    _add(result, ends[later], at_end[later], (last - starts[ends])[later])
    filled = np.zeros((calendar.months + 1, len(BANDS)), np.int64)
    same = later[at_start[later] == at_end[later]]
    _count(filled, begins[same] + 1, ends[same], at_start[same])
    changing = later[at_start[later] != at_end[later]]
    for band in range(CARE_HOME_BAND):
        _count_in_band(filled, band, born[changing], begins[changing] + 1, ends[changing], starts)
    return np.asarray(result + np.cumsum(filled[:-1], axis=0) * np.diff(starts)[:, np.newaxis], np.int64)


def _count_in_band(
    filled: NDArray[np.int64],
    band: int,
    born: NDArray[np.int64],
    begins: NDArray[np.int64],
    ends: NDArray[np.int64],
    starts: NDArray[np.int64],
) -> None:
    """Count the months of some intervals at whose start people are in an age band."""
    if band > 0:
        begins = np.maximum(begins, np.searchsorted(starts, born + AGE_BAND_FROM_YEARS[band] * SECONDS_PER_YEAR))
    if band + 1 < CARE_HOME_BAND:
        ends = np.minimum(ends, np.searchsorted(starts, born + AGE_BAND_FROM_YEARS[band + 1] * SECONDS_PER_YEAR))
    some = ends > begins
    _count(filled, begins[some], ends[some], np.full(int(some.sum()), band))


def _count(
    filled: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64], bands: NDArray[np.signedinteger]
) -> None:
    """Note in which month an interval begins to fill months of a band and in which it no longer does."""
    flat = filled.reshape(-1)
    flat += np.bincount(begins * len(BANDS) + bands, minlength=flat.size)
    flat -= np.bincount(ends * len(BANDS) + bands, minlength=flat.size)


def _add(
    result: NDArray[np.int64], months: NDArray[np.int64], bands: NDArray[np.int64], seconds: NDArray[np.int64]
) -> None:
    """Add seconds to cells of months and bands; sums stay far below 2**53, where floating point is exact."""
    flat = result.reshape(-1)
    flat += np.bincount(months * len(BANDS) + bands, weights=seconds, minlength=flat.size).astype(np.int64)


def _month_of(starts: NDArray[np.int64], ticks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Month in which each tick falls; most begin or end with the study, which needs no search."""
    months = np.zeros(len(ticks), np.int64)
    months[ticks == starts[-1] - 1] = len(starts) - 2
    inner = np.flatnonzero((ticks >= starts[1]) & (ticks < starts[-1] - 1))
    months[inner] = np.searchsorted(starts, ticks[inner], side="right") - 1
    return months


def _band_of(seconds_since_birth: NDArray[np.int64]) -> NDArray[np.int64]:
    """Age band of each; those not yet born at the month's start are in the first."""
    edges = np.array(AGE_BAND_FROM_YEARS[1:], np.int64) * SECONDS_PER_YEAR
    return np.searchsorted(edges, seconds_since_birth, side="right").astype(np.int64)
