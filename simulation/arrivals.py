"""Arrivals of patients from outside the population: at random by inversion of the cumulative rate, or by a schedule."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.calendar import SECONDS_PER_HOUR, Calendar
from simulation.draws import uniforms
from simulation.laws import quantile
from simulation.network import Gaps, Stream
from simulation.stays import FIRST_OUTSIDER, NEVER

FEWEST_DRAWN = 64
LAST_HOUR = 23

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _nothing() -> Floats:
    return np.zeros(0)


@dataclass
class Arrivals:
    """One stream's arrivals, month after month; gaps are drawn in expected numbers, so rates may vary freely."""

    stream: Stream
    number: int
    calendar: Calendar
    key: int
    expected: float = 0.0
    """Expected number of arrivals up to the start of the month."""
    latest: float = 0.0
    """Expected number at which the latest drawn arrival lies."""
    drawn: int = 0
    ahead: Floats = field(default_factory=_nothing)
    """Expected numbers at which the next drawn arrivals lie."""

    def of_month(self, month: int) -> tuple[Ints, Ints]:
        """Ticks and persons of the month's arrivals, in order."""
        numbers, ticks = self._at_random(month) if self.stream.ticks is None else self._by_schedule(month)
        stream, first = self.stream, FIRST_OUTSIDER + (self.number << 32)
        if stream.attends < 1.0:
            comes = self._chances(decisions.ATTENDS, numbers) < stream.attends
            numbers, ticks = numbers[comes], ticks[comes]
        most = len(stream.together)
        if most <= 1:
            return ticks, first + numbers
        sizes = 1 + np.searchsorted(stream.together, self._chances(decisions.TOGETHER, numbers), side="left")
        which = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return np.repeat(ticks, sizes), first + np.repeat(numbers, sizes) * most + which

    def _at_random(self, month: int) -> tuple[Ints, Ints]:
        """Numbers and ticks of arrivals in the month."""
        edges, growth = self._hours(month)
        ends = self.expected + growth[-1]
        while self.latest <= ends:
            self._draw_more(ends)
        inside = int(np.searchsorted(self.ahead, ends, side="right"))
        positions, self.ahead = self.ahead[:inside], self.ahead[inside:]
        numbers = np.arange(self.drawn - len(self.ahead) - inside, self.drawn - len(self.ahead), dtype=np.int64)
        ticks = np.floor(np.interp(positions - self.expected, growth, edges)).astype(np.int64)
        self.expected = ends
        return numbers, ticks

    def _draw_more(self, ends: float) -> None:
        """Draw arrivals until beyond an expected number, most likely."""
        count = FEWEST_DRAWN + int((ends - self.latest) * 1.02)
        chances = self._chances(decisions.ARRIVAL, np.arange(self.drawn, self.drawn + count, dtype=np.int64))
        gaps = -np.log(chances) if self.stream.gaps is None else _drawn(self.stream.gaps, chances)
        positions = np.cumsum(np.concatenate([[self.latest], gaps]))[1:]
        self.ahead = np.concatenate([self.ahead, positions])
        self.latest = float(positions[-1])
        self.drawn += count

    def _by_schedule(self, month: int) -> tuple[Ints, Ints]:
        """Numbers and ticks of the month's scheduled arrivals."""
        assert self.stream.ticks is not None
        starts = self.calendar.month_start
        first, last = np.searchsorted(self.stream.ticks, [starts[month], starts[month + 1]], side="left")
        return np.arange(first, last, dtype=np.int64), self.stream.ticks[first:last]

    def _chances(self, decision: int, occurrences: Ints) -> Floats:
        return uniforms(self.key, FIRST_OUTSIDER + (self.number << 32), decision, occurrences)

    def _hours(self, month: int) -> tuple[Floats, Floats]:
        """Ticks at which the rate may change in a month, by the clock, and the expected arrivals up to each."""
        calendar, stream = self.calendar, self.stream
        begin, end = (int(tick) for tick in calendar.month_start[month : month + 2])
        hours = np.arange(begin, end, SECONDS_PER_HOUR)
        days = np.searchsorted(calendar.day_start, hours, side="right") - 1
        hour_of_day = np.minimum((hours - calendar.day_start[days]) // SECONDS_PER_HOUR, LAST_HOUR)
        weekdays = calendar.weekday[days]
        daily = stream.per_day_by_month[month] * stream.weekday_weight[weekdays]
        if stream.by_day is not None:
            daily = daily * stream.by_day[days]
        growth = np.concatenate([[0.0], np.cumsum(daily * stream.hour_weight[weekdays, hour_of_day])])
        ticks = np.append(hours, end).astype(np.float64)
        last = calendar.horizon if stream.last_tick == NEVER else stream.last_tick
        if stream.first_tick <= ticks[0] and last >= ticks[-1]:
            return ticks, growth
        return _between(ticks, growth, stream.first_tick, last)


def _between(ticks: Floats, growth: Floats, first: int, last: int) -> tuple[Floats, Floats]:
    """The same expected arrivals, with none before a tick and none from another on."""
    cuts = np.array([each for each in (first, last) if ticks[0] < each < ticks[-1]], np.float64)
    edges = np.union1d(ticks, cuts)
    begin, end = np.interp([first, last], ticks, growth)
    return edges, np.clip(np.interp(edges, ticks, growth), begin, end) - begin


def _drawn(gaps: Gaps, chances: Floats) -> Floats:
    """Gaps of a law, in expected numbers."""
    tables = [] if gaps.table is None else [gaps.table.tolist()]
    return np.array(
        [quantile(gaps.law, gaps.first, gaps.second, gaps.third, tables, 0, u) / gaps.mean for u in chances.tolist()]
    )
