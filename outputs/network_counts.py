"""Numbers present over time, exact to the second, from the ticks at which stays begin and end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import SECONDS_PER_HOUR, Calendar
from simulation.network import Pool

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
HOURS = 24


def clipped(begin: Ints, end: Ints, first: int, last: int) -> Ints:
    """Seconds of each stay that lie in a window."""
    return np.asarray(np.maximum(np.minimum(end, last) - np.maximum(begin, first), 0), np.int64)


def number_over_time(begin: Ints, end: Ints, first: int, last: int) -> Floats:
    """Share of a window's time in which 0, 1, 2, ... are present, up to the most that ever are."""
    number, seconds = _levels(begin, end, first, last)
    return np.bincount(number, weights=seconds) / (last - first)


def present_at(begin: Ints, end: Ints, ticks: Ints) -> Ints:
    """Number present at each of some ticks."""
    came = np.searchsorted(np.sort(begin), ticks, side="right")
    went = np.searchsorted(np.sort(end), ticks, side="right")
    return np.asarray(came - went, np.int64)


def quantile_of_time(shares: Floats, share: float) -> int:
    """The number that is not exceeded in a share of the time."""
    return int(np.searchsorted(np.cumsum(shares), share - 1e-12, side="left"))


def full_for_arrivals(shares: Floats, beds: int) -> float:
    """Share of random arrivals who would find so many beds taken, judged by numbers in a ward without a limit.

    P(N = n) / P(N <= n): with Poisson numbers this is Erlang's loss formula.
    """
    below = float(shares[: beds + 1].sum())
    return float(shares[beds]) / below if beds < len(shares) and below > 0.0 else 0.0


@dataclass(frozen=True)
class OpenPlaces:
    """Places of a pool that are open in a window.

    Attributes:
        ticks: when their number changes, the first being the beginning of the window.
        places: how many are open from each tick on.
        last: tick after the window.
    """

    ticks: Ints
    places: Ints
    last: int

    @property
    def mean(self) -> float:
        """Mean number open."""
        seconds = np.diff(np.append(self.ticks, self.last))
        return float((self.places * seconds).sum() / seconds.sum())

    def share_full(self, begin: Ints, end: Ints) -> float:
        """Share of the time in which places are open and all of them are taken."""
        first = int(self.ticks[0])
        moments = np.concatenate([begin, end])
        changes = np.concatenate([np.ones(len(begin), np.int64), -np.ones(len(end), np.int64)])
        within = moments < self.last
        moments, changes = np.maximum(moments[within], first), changes[within]
        edges = np.sort(np.concatenate([moments, self.ticks, [self.last]]))
        edges = edges[np.append(True, np.diff(edges) > 0)]
        taken = np.cumsum(np.bincount(np.searchsorted(edges, moments), weights=changes, minlength=len(edges)))[:-1]
        places = self.places[np.searchsorted(self.ticks, edges[:-1], side="right") - 1]
        seconds = np.diff(edges)
        return float(seconds[(taken >= places) & (places > 0)].sum() / (self.last - first))


def open_places(pool: Pool, calendar: Calendar, first: int, last: int) -> OpenPlaces:
    """Places of a pool from hour to hour of a window."""
    if pool.changes is not None:
        later = pool.changes.ticks[(pool.changes.ticks > first) & (pool.changes.ticks < last)]
        edges = np.concatenate([[first], later]).astype(np.int64)
        return OpenPlaces(edges, np.rint(pool.changes.at(edges)).astype(np.int64), last)
    by_hour = pool.places_by_hour.reshape(-1, HOURS)
    if pool.places_by_hour.min() == pool.places_by_hour.max() and (pool.places_by_month == 1.0).all():
        return OpenPlaces(np.array([first]), np.array([round(float(pool.places_by_hour[0]))]), last)
    ticks: list[Ints] = []
    places: list[Ints] = []
    for day in range(calendar.days):
        start, end = int(calendar.day_start[day]), int(calendar.day_start[day + 1])
        hours = np.arange(start, end, SECONDS_PER_HOUR)
        factor = float(pool.places_by_month[calendar.month_of_day[day]])
        of_day = np.round(by_hour[int(calendar.weekday[day])] * factor).astype(np.int64)
        ticks.append(hours)
        places.append(of_day[np.minimum(np.arange(len(hours)), HOURS - 1)])
    tick, place = np.concatenate(ticks), np.concatenate(places)
    from_first = int(np.searchsorted(tick, first, side="right")) - 1
    tick, place = np.maximum(tick[from_first:], first), place[from_first:]
    return OpenPlaces(tick[tick < last], place[tick < last], last)


def _levels(begin: Ints, end: Ints, first: int, last: int) -> tuple[Ints, Ints]:
    """Numbers present one after the other in a window, and for how many seconds each."""
    there = (begin < last) & (end > first)
    moments = np.concatenate([np.maximum(begin[there], first), end[there], [first]])
    changes = np.concatenate([np.ones(int(there.sum()), np.int64), -np.ones(int(there.sum()), np.int64), [0]])
    within = moments < last
    order = np.argsort(moments[within], kind="stable")
    moments, changes = moments[within][order], changes[within][order]
    number = np.cumsum(changes)
    seconds = np.diff(np.append(moments, last))
    lasts = seconds > 0
    return number[lasts], seconds[lasts]
