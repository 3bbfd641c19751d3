"""When needs come: the hours of the week, the months of the year, and weeks of illness that a whole place shares.

A month is measured in operational time, in which candidate needs are spread evenly: an hour counts for as much as it
is busier than the average hour. Lengths are in years, so that a rate a year times a length is an expected number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.calendar import SECONDS_PER_HOUR, SECONDS_PER_YEAR, Calendar
from simulation.draws import uniform
from simulation.laws import normal_quantile

LOWER, UPPER, STEADY, ROUTINE = range(4)
"""Rhythms: needs that do not lead to admission; those that do; urgent needs without a season; booked care."""
RHYTHMS = 4
HOURS_PER_WEEK = 168
GUIDE_STEPS = 4096

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class RhythmTables:
    """What makes some hours busier than others."""

    by_hour: FloatArray
    """(rhythms, 168) weight of each hour of the week from Monday 00:00; each row has mean 1."""
    by_month: FloatArray
    """(rhythms, 12) index of each month of the year; mean 1 over the days of a year."""
    answers_to_illness: NDArray[np.bool_]
    """(rhythms,) whether the weekly illness moves it."""
    illness_sd: float
    """Standard deviation of the logarithm of the weekly illness."""
    illness_correlation: float
    """Between one week's logarithm and the next's."""


@dataclass(frozen=True)
class MonthRhythm:
    """Operational time in one month."""

    years: FloatArray
    """(rhythms,) operational length of the month."""
    reached: FloatArray
    """(rhythms, hours + 1) share of the month's operational time before each hour; from 0 to exactly 1."""
    guide: NDArray[np.int16]
    """(rhythms, GUIDE_STEPS) hour in which each step of that share begins."""
    hour_start: IntArray
    """(hours + 1,) tick at which each hour begins."""


def weekly_illness(tables: RhythmTables, calendar: Calendar, key: int) -> FloatArray:
    """(weeks,) factor of each week of the study, weeks beginning on Mondays; the same in every scenario.

    The logarithm is autoregressive, begins in equilibrium, and is centred so that the factor has mean 1.
    """
    weeks = (calendar.days + int(calendar.weekday[0])) // 7 + 1
    first_week = (calendar.start.toordinal() - 1) // 7
    sd, kept = tables.illness_sd, tables.illness_correlation
    logarithm = np.empty(weeks)
    for week in range(weeks):
        surprise = normal_quantile(uniform(key, first_week + week, decisions.WEEKLY_ILLNESS, 0))
        fresh = sd * surprise
        logarithm[week] = fresh if week == 0 else kept * logarithm[week - 1] + np.sqrt(1.0 - kept * kept) * fresh
    return np.exp(logarithm - sd * sd / 2)


def month_rhythm(tables: RhythmTables, calendar: Calendar, illness: FloatArray, month: int) -> MonthRhythm:
    """Operational time in a month of the study; clocks that go forward or back lose or repeat an hour."""
    first, last = np.searchsorted(calendar.month_of_day, [month, month + 1])
    hours_of_day = np.diff(calendar.day_start[first : last + 1]) // SECONDS_PER_HOUR
    day = np.repeat(np.arange(first, last), hours_of_day)
    hour_start = np.append(_hour_ticks(calendar, int(first), hours_of_day), calendar.day_start[last])
    clock_hour = np.concatenate([_clock_hours(int(hours)) for hours in hours_of_day])
    weights = tables.by_hour[:, calendar.weekday[day] * 24 + clock_hour]
    shock = illness[(day + int(calendar.weekday[0])) // 7]
    weights = np.where(tables.answers_to_illness[:, None], weights * shock, weights)
    index = tables.by_month[:, calendar.month_number[month] - 1]
    reached = np.zeros((RHYTHMS, len(day) + 1))
    np.cumsum(weights, axis=1, out=reached[:, 1:])
    total = reached[:, -1].copy()
    reached /= total[:, None]
    first_step = np.ceil(reached * GUIDE_STEPS).astype(np.int64)
    guide = np.stack([np.repeat(np.arange(len(day), dtype=np.int16), np.diff(row)) for row in first_step])
    years = total * index * (SECONDS_PER_HOUR / SECONDS_PER_YEAR)
    return MonthRhythm(years, reached, guide, hour_start)


def _hour_ticks(calendar: Calendar, first: int, hours_of_day: IntArray) -> IntArray:
    within = [np.arange(hours) for hours in hours_of_day]
    starts = np.repeat(calendar.day_start[first : first + len(hours_of_day)], hours_of_day)
    return np.asarray(starts + np.concatenate(within) * SECONDS_PER_HOUR, np.int64)


def _clock_hours(hours: int) -> IntArray:
    """What the clock shows in each hour of a day; one o'clock is missing in spring and comes twice in autumn."""
    if hours == 23:
        return np.array([0, *range(2, 24)])
    if hours == 25:
        return np.array([0, 1, 1, *range(2, 24)])
    return np.arange(24)
