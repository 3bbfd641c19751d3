"""Arrivals of patients from outside the population: a Poisson process by inversion of its cumulative rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.calendar import SECONDS_PER_HOUR, Calendar
from simulation.draws import uniforms
from simulation.network import Stream
from simulation.stays import FIRST_OUTSIDER

_BATCH = 64


@dataclass
class Arrivals:
    """One stream's arrivals, month after month; gaps are exponential in expected numbers, so rates may vary freely."""

    stream: Stream
    number: int
    calendar: Calendar
    key: int
    expected: float = 0.0
    """Expected number of arrivals up to the start of the month."""
    latest: float = 0.0
    """Expected number at which the latest drawn arrival lies."""
    drawn: int = 0
    waiting: tuple[float, int] | None = None

    def of_month(self, month: int) -> list[tuple[int, int]]:
        """(tick, person) of the month's arrivals, in order."""
        edges, growth = self._hours(month)
        ends = self.expected + growth[-1]
        found: list[float] = []
        first = self.drawn
        while self.latest <= ends:
            gaps = -np.log(self._chances(self.drawn))
            for gap in gaps.tolist():
                if self.latest > ends:
                    break
                self.latest += gap
                self.drawn += 1
                found.append(self.latest)
        inside = [at for at in found if at <= ends]
        if self.waiting is not None:
            if self.waiting[0] > ends:
                self.expected = ends
                return []
            inside.insert(0, self.waiting[0])
            first = self.waiting[1]
        beyond = [at for at in found if at > ends]
        self.waiting = (beyond[0], self.drawn - 1) if beyond else None
        ticks = np.floor(np.interp(np.array(inside) - self.expected, growth, edges)).astype(np.int64)
        self.expected = ends
        person = FIRST_OUTSIDER + (self.number << 32)
        return [(tick, person + first + i) for i, tick in enumerate(ticks.tolist())]

    def _chances(self, first: int) -> NDArray[np.float64]:
        occurrences = np.arange(first, first + _BATCH, dtype=np.int64)
        return uniforms(self.key, FIRST_OUTSIDER + (self.number << 32), decisions.ARRIVAL, occurrences)

    def _hours(self, month: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Ticks of the month's hours by the clock and the expected arrivals up to each."""
        calendar, stream = self.calendar, self.stream
        days = np.flatnonzero(calendar.month_of_day == month)
        edges: list[float] = []
        rates: list[float] = []
        for day in days.tolist():
            start, end = int(calendar.day_start[day]), int(calendar.day_start[day + 1])
            hours = np.minimum(np.arange(start, end, SECONDS_PER_HOUR), end)
            daily = stream.per_day_by_month[month] * stream.weekday_weight[calendar.weekday[day]]
            of_hour = np.minimum(np.arange(len(hours)), 23)
            edges.extend(hours.tolist())
            rates.extend((daily * stream.hour_weight[of_hour]).tolist())
        edges.append(float(calendar.month_start[month + 1]))
        return np.array(edges), np.concatenate([[0.0], np.cumsum(rates)])
