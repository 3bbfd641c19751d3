"""Places that open and close on dates and at times of the day, as both engines meet them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import Calendar

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Changes:
    """How many places are open from tick to tick, whatever the hour and month.

    Attributes:
        ticks: (changes,) in order, the first being 0.
        places: (changes,) places open from each tick on.
    """

    ticks: Ints
    places: Floats

    def of_month(self, calendar: Calendar, month: int) -> tuple[Ints, Ints]:
        """Ticks of the changes in a month, and how many places are open from each on."""
        first, last = np.searchsorted(self.ticks, calendar.month_start[month : month + 2], side="left")
        return self.ticks[first:last], np.rint(self.places[first:last]).astype(np.int64)

    def at(self, ticks: Ints) -> Floats:
        """Places open at each of some ticks."""
        return np.asarray(self.places[np.searchsorted(self.ticks, ticks, side="right") - 1], np.float64)

    def most_in(self, starts: Ints) -> Floats:
        """(len(starts) - 1,) most places open at any moment between each tick and the next."""
        edges = np.union1d(self.ticks, starts[:-1])
        places = self.at(edges)
        return np.array([
            places[(edges >= first) & (edges < last)].max()
            for first, last in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
        ])  # fmt: skip

    def mean_in(self, starts: Ints) -> Floats:
        """(len(starts) - 1,) mean number of places open between each tick and the next."""
        edges = np.union1d(self.ticks, starts)
        passed = np.concatenate([[0.0], np.cumsum(self.at(edges[:-1]) * np.diff(edges))])
        return np.asarray(np.diff(np.interp(starts, edges, passed)) / np.diff(starts), np.float64)

    def plus(self, by_month: Floats, calendar: Calendar) -> Changes:
        """The same with more places in each month, at whatever times any are open."""
        edges = np.union1d(self.ticks, calendar.month_start[:-1])
        places, more = self.at(edges), by_month[np.searchsorted(calendar.month_start, edges, side="right") - 1]
        return Changes(edges, np.where(places > 0.0, np.maximum(places + more, 0.0), 0.0))

