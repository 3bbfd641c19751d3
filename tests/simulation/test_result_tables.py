"""What a run leaves behind is put together quickly, and is what the plain way of doing it gives."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulation.calendar import SECONDS_PER_YEAR, build_calendar
from simulation.compiled.in_order import order_of
from simulation.person_time import seconds_by_month_and_age
from simulation.stays import AGE_BAND_FROM_YEARS, BANDS, CARE_HOME_BAND, FIRST_OUTSIDER

CALENDAR = build_calendar(date(2016, 4, 1), date(2017, 4, 1))
PEOPLE = st.one_of(st.integers(0, 5), st.integers(0, 2**31), st.integers(FIRST_OUTSIDER, FIRST_OUTSIDER + 2**34))
VISITS = st.one_of(st.integers(0, 6), st.integers(0, 2**47))
TICKS = st.one_of(
    st.integers(-10, CALENDAR.horizon + 10),
    st.sampled_from([int(tick) + shift for tick in CALENDAR.month_start for shift in (-1, 0, 1)]),
)
AGES = st.one_of(
    st.integers(-CALENDAR.horizon, 100 * SECONDS_PER_YEAR), st.sampled_from([y * SECONDS_PER_YEAR for y in range(100)])
)


@settings(max_examples=300)
@given(st.lists(st.tuples(PEOPLE, VISITS, st.integers(-1, 3))))
def test_rows_are_in_order_of_person_visit_and_start(rows: list[tuple[int, int, int]]) -> None:
    """Exactly as sorting by three keys puts them, rows alike in all three in the order in which they were written."""
    person, visit, started = np.array(rows, np.int64).reshape(-1, 3).T
    expected = np.lexsort((started, visit, person))
    assert order_of(person, visit, started).tolist() == expected.tolist()


@settings(max_examples=300)
@given(st.lists(st.tuples(AGES, TICKS, TICKS), max_size=20))
def test_time_by_month_and_age_is_what_looking_at_every_month_gives(rows: list[tuple[int, int, int]]) -> None:
    """Exactly, also on the first second of a month, on birthdays, and for intervals that are empty or stick out."""
    age, first, last = np.array(rows, np.int64).reshape(-1, 3).T
    found = seconds_by_month_and_age(-age, first, last, CALENDAR)
    assert found.tolist() == _month_by_month(-age, first, last).tolist()


def _month_by_month(born: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    result = np.zeros((CALENDAR.months, len(BANDS)), np.int64)
    for month in range(CALENDAR.months):
        start, end = int(CALENDAR.month_start[month]), int(CALENDAR.month_start[month + 1])
        for b, f, t in zip(born.tolist(), first.tolist(), last.tolist(), strict=True):
            band = sum(start - b >= years * SECONDS_PER_YEAR for years in AGE_BAND_FROM_YEARS) - 1
            result[month, min(max(band, 0), CARE_HOME_BAND - 1)] += max(min(t, end) - max(f, start), 0)
    return result
