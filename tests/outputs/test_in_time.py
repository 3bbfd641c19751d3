"""Events and intervals by period: quick ways of counting give what looking at each of them gives."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from outputs.measures.in_time import Events, Intervals, day_of, order_of, order_of_two
from outputs.measures.view import begins_in, seconds_within
from outputs.periods import months
from simulation.calendar import build_calendar

CALENDAR = build_calendar(date(2016, 3, 1), date(2016, 12, 1))
MONTHS = months(CALENDAR, CALENDAR.start, CALENDAR.end)
EDGES = [int(tick) + shift for tick in CALENDAR.day_start for shift in (-1, 0, 1)]
TICKS = st.one_of(st.integers(-5, CALENDAR.horizon), st.sampled_from(EDGES))


@given(st.lists(st.tuples(TICKS, st.booleans())))
def test_events_of_a_period_are_those_that_begin_in_it(events: list[tuple[int, bool]]) -> None:
    """Every month's rows, none of those that were left out."""
    ticks = np.array([tick for tick, _ in events], np.int64)
    chosen = np.array([wanted for _, wanted in events], np.bool_)
    found = Events.of(ticks, chosen)
    for month in MONTHS:
        assert sorted(found.within(month).tolist()) == np.flatnonzero(begins_in(ticks, month) & chosen).tolist()


@given(st.lists(st.tuples(TICKS, TICKS)))
def test_seconds_of_intervals_in_a_period_are_exact(intervals: list[tuple[int, int]]) -> None:
    """As the sum over all overlaps; intervals that end before they start take no time."""
    start, end = np.array(intervals, np.int64).reshape(-1, 2).T
    found = Intervals.of(start, end)
    assert [found.seconds(month) for month in MONTHS] == [seconds_within(start, end, month) for month in MONTHS]


@given(st.lists(st.tuples(st.integers(-2, 2**44), st.integers(-2, 2**44))))
def test_rows_are_put_in_the_order_of_a_stable_sort(rows: list[tuple[int, int]]) -> None:
    """By one number or two, whether or not they fit in one word."""
    first, second = np.array(rows, np.int64).reshape(-1, 2).T
    assert order_of(first).tolist() == np.argsort(first, kind="stable").tolist()
    assert order_of_two(first % 7, second).tolist() == np.lexsort((second, first % 7)).tolist()
    assert order_of_two(first, second).tolist() == np.lexsort((second, first)).tolist()


def test_the_day_of_a_tick_follows_the_clock() -> None:
    """On either side of every midnight, through both changes of the clock, up to the horizon."""
    ticks = np.array([tick for tick in EDGES if 0 <= tick <= CALENDAR.horizon], np.int64)
    expected = np.searchsorted(CALENDAR.day_start, ticks, side="right") - 1
    assert day_of(CALENDAR, ticks).tolist() == expected.tolist()
