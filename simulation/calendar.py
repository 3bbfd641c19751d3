"""The one clock: whole seconds since the study began, with real dates, weekdays and clock changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SECONDS_PER_HOUR = 3600
SECONDS_PER_DAY = 86400
DAYS_PER_YEAR = 365.25
SECONDS_PER_YEAR = 31557600
UNIX_DAY = date(1970, 1, 1).toordinal()

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Calendar:
    """Dates of a study and the ticks at which its days and months begin, in British local time.

    A day lasts 23 hours when clocks go forward and 25 when they go back, so that hours by the clock
    stay where people meet them.
    """

    start: date
    end: date
    """First day after the study."""
    day_start: IntArray
    """(days + 1,) tick of each local midnight; the last is the horizon."""
    weekday: IntArray
    """(days,) 0 = Monday."""
    month_start: IntArray
    """(months + 1,) tick at which each calendar month begins; the last is the horizon."""
    month_number: IntArray
    """(months,) calendar month, 1-12."""
    month_year: IntArray
    """(months,) calendar year."""
    month_of_day: IntArray
    """(days,) index of the month that a day belongs to."""

    @property
    def horizon(self) -> int:
        """Tick at which the study ends."""
        return int(self.day_start[-1])

    @property
    def months(self) -> int:
        """How many calendar months the study has."""
        return len(self.month_number)

    @property
    def days(self) -> int:
        """How many days the study has."""
        return len(self.weekday)

    def tick_of(self, day: date) -> int:
        """Tick of local midnight at the start of `day`, which must lie in the study or be its end."""
        return int(self.day_start[(day - self.start).days])

    def date_of(self, tick: int) -> date:
        """Local date of a tick."""
        return self.start + timedelta(days=self.day_of(tick))

    def day_of(self, tick: int) -> int:
        """Index of the day in which a tick falls; a tick at the horizon falls on the day after the last."""
        return int(np.searchsorted(self.day_start, tick, side="right")) - 1

    def month_of(self, tick: int) -> int:
        """Index of the calendar month in which a tick falls."""
        return int(np.searchsorted(self.month_start, tick, side="right")) - 1

    def month_index(self, day: date) -> int:
        """Index of the month that contains `day`."""
        return (day.year - self.start.year) * 12 + day.month - self.start.month

    def years_since(self, tick: int, day: date) -> float:
        """Years from `day`, which may lie outside the study, to a tick; negative before it."""
        return (tick - (day - self.start).days * SECONDS_PER_DAY) / SECONDS_PER_YEAR


@lru_cache(maxsize=64)
def build_calendar(start: date, end: date) -> Calendar:
    """The calendar from the first of a month up to (not including) the first of another, made once for each two dates.

    Raises:
        ValueError: when either date is not the first of a month, or the end does not follow the start.
    """
    if start.day != 1 or end.day != 1:
        raise ValueError("a study starts and ends on the first of a month")
    if end <= start:
        raise ValueError("a study ends after it starts")
    days = [start + timedelta(days=d) for d in range((end - start).days + 1)]
    day_start = np.array([_utc_seconds(day) - _utc_seconds(start) for day in days], np.int64)
    firsts = [i for i, day in enumerate(days) if day.day == 1]
    in_study = days[:-1]
    return Calendar(
        start=start,
        end=end,
        day_start=day_start,
        weekday=np.array([day.weekday() for day in in_study], np.int64),
        month_start=day_start[firsts],
        month_number=np.array([days[i].month for i in firsts[:-1]], np.int64),
        month_year=np.array([days[i].year for i in firsts[:-1]], np.int64),
        month_of_day=np.array([(d.year - start.year) * 12 + d.month - start.month for d in in_study], np.int64),
    )


def unix_seconds(calendar: Calendar) -> int:
    """Seconds from 1970 (UTC) to the calendar's first tick: added to a tick, they give a moment on any clock."""
    return _utc_seconds(calendar.start) - UNIX_DAY * SECONDS_PER_DAY


def clock_seconds(calendar: Calendar, ticks: IntArray) -> IntArray:
    """What clocks on the wall show at some ticks, as seconds since midnight of 1 January 1970.

    Clocks change at 01:00 UTC; the hour that they go back over is shown twice.
    """
    moments = ticks + unix_seconds(calendar)
    years = range(calendar.start.year - 1, calendar.end.year + 2)
    changes = np.array(
        [(_last_sunday(year, month).toordinal() - UNIX_DAY) * SECONDS_PER_DAY + SECONDS_PER_HOUR
         for year in years for month in (3, 10)],
        np.int64,
    )  # fmt: skip
    is_summer = np.searchsorted(changes, moments, side="right") % 2 == 1
    return np.asarray(moments + SECONDS_PER_HOUR * is_summer, np.int64)


def cut_after(calendar: Calendar, days: int) -> Calendar:
    """The first days of a calendar; its last month may then be a part of one."""
    months = int(calendar.month_of_day[days - 1]) + 1
    month_start = calendar.month_start[: months + 1].copy()
    month_start[months] = calendar.day_start[days]
    return replace(
        calendar,
        end=calendar.start + timedelta(days=days),
        day_start=calendar.day_start[: days + 1],
        weekday=calendar.weekday[:days],
        month_start=month_start,
        month_number=calendar.month_number[:months],
        month_year=calendar.month_year[:months],
        month_of_day=calendar.month_of_day[:days],
    )


def _utc_seconds(day: date) -> int:
    """Seconds from a fixed origin to local midnight of `day`."""
    return day.toordinal() * SECONDS_PER_DAY - (SECONDS_PER_HOUR if _is_summer_time(day) else 0)


def _is_summer_time(day: date) -> bool:
    """Whether British Summer Time is in force at midnight of `day` (last Sundays of March and October)."""
    return _last_sunday(day.year, 3) < day <= _last_sunday(day.year, 10)


@lru_cache(maxsize=1024)
def _last_sunday(year: int, month: int) -> date:
    """Last Sunday of March or October, both of which have 31 days."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)
