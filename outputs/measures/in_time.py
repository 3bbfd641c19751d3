"""Events and intervals found by period without looking at all of them each time: they are put in order once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.periods import Period
from simulation.calendar import Calendar

BITS_OF_A_WORD = 64
SECONDS_PER_USUAL_DAY = 86400

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Events:
    """Some rows of a table, in order of the ticks at which something happened. Arrays of one length."""

    rows: Ints
    ticks: Ints

    @classmethod
    def of(cls, ticks: Ints, chosen: NDArray[np.bool_] | None = None) -> Events:
        """Rows of a table by their ticks; `chosen` leaves rows out."""
        rows = np.arange(len(ticks)) if chosen is None else np.flatnonzero(chosen)
        order = order_of(ticks[rows])
        rows = rows[order]
        return cls(rows, ticks[rows])

    def within(self, period: Period) -> Ints:
        """Rows of a period."""
        first, last = np.searchsorted(self.ticks, (period.start, period.stop))
        return self.rows[first:last]

    def only(self, chosen: NDArray[np.bool_]) -> Events:
        """Those whose rows of the table are chosen."""
        left = chosen[self.rows]
        return Events(self.rows[left], self.ticks[left])

    def count(self, period: Period) -> int:
        """How many rows a period has."""
        return len(self.within(period))


@dataclass(frozen=True)
class Intervals:
    """Intervals of time that lasted, by their first ticks and by the ticks after them, with sums of all before."""

    starts: Ints
    ends: Ints
    sum_of_starts: Ints
    sum_of_ends: Ints

    @classmethod
    def of(cls, start: Ints, end: Ints) -> Intervals:
        """Intervals from arrays of one length; what ends no later than it starts takes no time."""
        lasted = end > start
        starts, ends = np.sort(start[lasted]), np.sort(end[lasted])
        return cls(starts, ends, np.append(0, np.cumsum(starts)), np.append(0, np.cumsum(ends)))

    def seconds(self, period: Period) -> float:
        """Seconds of the intervals that fall in a period, all together."""
        return self.between(period.start, period.stop)

    def between(self, start: int, stop: int) -> float:
        """The same from one tick up to another."""
        return float(self._until(stop) - self._until(start))

    def _until(self, tick: int) -> int:
        """Seconds of the intervals that fall before a tick."""
        begun, over = int(np.searchsorted(self.starts, tick)), int(np.searchsorted(self.ends, tick))
        return (begun - over) * tick - int(self.sum_of_starts[begun]) + int(self.sum_of_ends[over])


def order_of(numbers: Ints) -> Ints:
    """As a stable `argsort`: number and row are sorted as one word where they fit."""
    bits = len(numbers).bit_length()
    if int(numbers.max(initial=0)).bit_length() + bits >= BITS_OF_A_WORD or int(numbers.min(initial=0)) < 0:
        return np.argsort(numbers, kind="stable")
    words = numbers << bits | np.arange(len(numbers))
    words.sort()
    words &= (1 << bits) - 1
    return words


def order_of_two(first: Ints, second: Ints) -> Ints:
    """As `np.lexsort((second, first))`; quick where rows are nearly in order."""
    width = int(second.max(initial=0)) + 1
    fits = int(first.max(initial=0)).bit_length() + width.bit_length() < BITS_OF_A_WORD
    if fits and min(int(first.min(initial=0)), int(second.min(initial=0))) >= 0:
        return np.argsort(first * width + second, kind="stable")
    return np.lexsort((second, first))


def day_of(calendar: Calendar, ticks: Ints) -> Ints:
    """Index of the day in which each tick falls; the horizon falls on the day after the last.

    Days by the clock begin at most an hour before or after days of 24 hours, so that a day is right or next to right.
    """
    starts = calendar.day_start
    day = np.clip(ticks // SECONDS_PER_USUAL_DAY, 0, len(starts) - 1)
    day -= ticks < starts[day]
    day += ticks >= np.append(starts, np.iinfo(np.int64).max)[day + 1]
    return day
