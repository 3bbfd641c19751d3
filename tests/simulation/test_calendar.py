"""The clock: whole seconds, real dates, and hours that stay where people meet them when clocks change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.calendar import (
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    SECONDS_PER_YEAR,
    Calendar,
    build_calendar,
    clock_seconds,
    unix_seconds,
)

CLOCKS_FORWARD = ["2014-03-30", "2015-03-29", "2016-03-27", "2017-03-26", "2018-03-25", "2019-03-31", "2020-03-29"]
CLOCKS_BACK = ["2014-10-26", "2015-10-25", "2016-10-30", "2017-10-29", "2018-10-28", "2019-10-27", "2020-10-25"]
"""Days on which British clocks changed, as published."""

SEVEN_YEARS = build_calendar(date(2014, 1, 1), date(2021, 1, 1))

firsts_of_months = st.builds(date, st.integers(1990, 2060), st.integers(1, 12), st.just(1))
repeatably = settings(deadline=None, derandomize=True, max_examples=60)


def month_after(day: date, months: int) -> date:
    """The first of the month so many months after a first of a month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


calendars = st.builds(
    lambda start, months: build_calendar(start, month_after(start, months)), firsts_of_months, st.integers(1, 40)
)


def days_lasting(calendar: Calendar, seconds: int) -> list[str]:
    """Dates of the days that last so many seconds."""
    lengths = np.diff(calendar.day_start)
    return [(calendar.start + timedelta(days=int(d))).isoformat() for d in np.flatnonzero(lengths == seconds)]


def test_days_last_23_and_25_hours_when_clocks_change_and_24_otherwise() -> None:
    """The published days of clock changes, and no others, are an hour short or long."""
    assert days_lasting(SEVEN_YEARS, SECONDS_PER_DAY - SECONDS_PER_HOUR) == CLOCKS_FORWARD
    assert days_lasting(SEVEN_YEARS, SECONDS_PER_DAY + SECONDS_PER_HOUR) == CLOCKS_BACK
    assert len(days_lasting(SEVEN_YEARS, SECONDS_PER_DAY)) == SEVEN_YEARS.days - len(CLOCKS_FORWARD + CLOCKS_BACK)


def test_whole_years_of_clocks_lose_no_second() -> None:
    """From one winter to another the days make up exactly 24 hours each."""
    assert SEVEN_YEARS.horizon == SEVEN_YEARS.days * SECONDS_PER_DAY
    assert SEVEN_YEARS.days == (date(2021, 1, 1) - date(2014, 1, 1)).days


def test_weekdays_months_and_leap_days_are_real() -> None:
    """Known dates fall on their weekday and in their month, and 29 February 2016 exists."""
    day = (date(2016, 2, 29) - SEVEN_YEARS.start).days
    month = int(SEVEN_YEARS.month_of_day[day])
    assert SEVEN_YEARS.weekday[day] == 0
    assert (SEVEN_YEARS.month_year[month], SEVEN_YEARS.month_number[month]) == (2016, 2)
    assert SEVEN_YEARS.month_index(date(2016, 2, 29)) == month
    assert SEVEN_YEARS.months == 84


@repeatably
@given(calendars, st.data())
def test_a_day_and_its_tick_name_each_other(calendar: Calendar, data: st.DataObject) -> None:
    """The first and the last second of every day belong to it, and to its month."""
    day = calendar.start + timedelta(days=data.draw(st.integers(0, calendar.days - 1)))
    first, last = calendar.tick_of(day), calendar.tick_of(day + timedelta(days=1)) - 1
    assert calendar.date_of(first) == calendar.date_of(last) == day
    assert calendar.month_of(first) == calendar.month_of(last) == calendar.month_index(day)
    assert calendar.day_of(first) == calendar.day_of(last) == (day - calendar.start).days


@repeatably
@given(calendars)
def test_months_tile_the_study(calendar: Calendar) -> None:
    """Months begin on the first at midnight, follow one another without gaps, and end at the horizon."""
    begins = [calendar.date_of(int(tick)) for tick in calendar.month_start[:-1]]
    assert all(day.day == 1 for day in begins)
    assert [(day.year, day.month) for day in begins] == list(
        zip(calendar.month_year.tolist(), calendar.month_number.tolist(), strict=True)
    )
    assert calendar.month_start[0] == 0
    assert calendar.month_start[-1] == calendar.horizon == calendar.tick_of(calendar.end)
    assert np.bincount(calendar.month_of_day).tolist() == [
        (calendar.date_of(int(end) - 1) - begin).days + 1
        for begin, end in zip(begins, calendar.month_start[1:], strict=True)
    ]


def test_the_horizon_belongs_to_the_day_after_the_study() -> None:
    """A stay still open at the end is dated on the first day after the study."""
    assert SEVEN_YEARS.day_of(SEVEN_YEARS.horizon) == SEVEN_YEARS.days
    assert SEVEN_YEARS.month_of(SEVEN_YEARS.horizon) == SEVEN_YEARS.months


def test_years_since_a_date_count_from_outside_the_study_too() -> None:
    """Four years from a leap year on are exactly four; a date after the tick gives years below zero."""
    calendar = build_calendar(date(2020, 1, 1), date(2021, 1, 1))
    assert calendar.years_since(0, date(2016, 1, 1)) == pytest.approx(4.0, abs=1e-12)
    assert calendar.years_since(0, date(2020, 12, 31)) == pytest.approx(-365 * SECONDS_PER_DAY / SECONDS_PER_YEAR)


@pytest.mark.parametrize(
    ("start", "end", "complaint"),
    [
        (date(2016, 4, 2), date(2017, 4, 1), "first of a month"),
        (date(2016, 4, 1), date(2017, 3, 31), "first of a month"),
        (date(2016, 4, 1), date(2016, 4, 1), "after it starts"),
        (date(2016, 4, 1), date(2016, 3, 1), "after it starts"),
    ],
)
def test_a_study_of_no_whole_months_is_refused(start: date, end: date, complaint: str) -> None:
    """Dates within a month, or in the wrong order, are named as the mistake."""
    with pytest.raises(ValueError, match=complaint):
        build_calendar(start, end)


def test_clocks_on_the_wall_are_those_of_london() -> None:
    """Ticks shown as moments and as wall-clock times agree with the time-zone database, clock changes included."""
    calendar = build_calendar(date(2015, 4, 1), date(2017, 4, 1))
    ticks = np.arange(0, calendar.horizon, 1777)
    london = ZoneInfo("Europe/London")
    moments = [datetime.fromtimestamp(second, london) for second in (ticks + unix_seconds(calendar)).tolist()]
    shown = [datetime(1970, 1, 1) + timedelta(seconds=second) for second in clock_seconds(calendar, ticks).tolist()]
    assert shown == [moment.replace(tzinfo=None) for moment in moments]
    assert shown[0] == datetime(2015, 4, 1)
