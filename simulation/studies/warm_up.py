"""Whether a simulation that starts from somewhere has settled, and what to leave out until it has.

MSER-5 (White, Simulation 1997; Hoad, Robinson and Davies, Journal of the Operational Research Society 2010): leave
out so much of the beginning that the mean of the rest is known best. Batches of five steady a noisy series. A cut in
the second half of the series says that it has not settled within it, and is refused.

The equilibrium test is for a model that should not change: its trend must be small, and no year far from the mean.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BATCH = 5
FEWEST_BATCHES = 10
"""With fewer nothing can be said."""
LATEST_SHARE = 0.5
"""Of the series: a later cut is no settled series."""
TREND_ALLOWED = 0.001
"""Change a year, as a share."""
YEAR_ALLOWED = 0.01
"""Distance of a year from the mean, as a share."""
STANDARD_ERRORS = 3.0
"""That chance is given."""

Floats = NDArray[np.float64]


class NotSettled(Exception):
    """A series whose beginning cannot be told from the rest of it."""

    def __init__(self, series: str, length: int) -> None:
        super().__init__(series, length)
        self.series = series
        self.length = length

    def __str__(self) -> str:
        return (
            f"{self.series} has not settled within {self.length} values: it may need a longer run, or it may never "
            "settle because more arrives than can be served"
        )


def mser(series: Floats, batch: int = BATCH) -> int | None:
    """How many values to leave out at the beginning; None when the series has not settled, or is too short to say.

    Args:
        series: (values,) equally spaced in time; with several runs, their mean at each time.
        batch: how many values are averaged before looking.
    """
    batches = len(series) // batch
    if batches < FEWEST_BATCHES:
        return None
    means = series[: batches * batch].reshape(batches, batch).mean(axis=1)
    kept = np.arange(batches, 0, -1)
    centred = means - means[-1]
    sums, squares = centred[::-1].cumsum()[::-1], (centred**2)[::-1].cumsum()[::-1]
    statistic = np.maximum(squares - sums**2 / kept, 0.0) / kept.astype(np.float64) ** 2
    cut = int(np.argmin(statistic[: batches - BATCH + 1]))
    return None if cut > LATEST_SHARE * batches else cut * batch


def warm_up(series: dict[str, Floats], batch: int = BATCH) -> int:
    """How many values to leave out so that every series has settled: the longest that any of them needs.

    Raises:
        NotSettled: naming the first series that has not settled.
    """
    longest = 0
    for name, values in series.items():
        cut = mser(values, batch)
        if cut is None:
            raise NotSettled(name, len(values))
        longest = max(longest, cut)
    return longest


@dataclass(frozen=True)
class Flatness:
    """How flat a measure is over years in which nothing should change it, as shares of its mean.

    Attributes:
        trend: a year, of the logarithm.
        trend_error: its standard error, from how trends of runs differ.
        furthest: largest distance of a year from the mean.
        year_error: standard error of one year's mean over runs.
    """

    measure: str
    mean: float
    trend: float
    trend_error: float
    furthest: float
    year_error: float

    def is_flat(self, errors: float = STANDARD_ERRORS) -> bool:
        """Whether it is, give or take so many standard errors."""
        return (abs(self.trend) <= TREND_ALLOWED + errors * self.trend_error
                and self.furthest <= YEAR_ALLOWED + errors * self.year_error)  # fmt: skip


def flatness(measure: str, runs: Floats) -> Flatness:
    """How flat (runs, years) values of a measure are; at least two runs, all values above zero."""
    yearly = runs.mean(axis=0)
    years = np.arange(runs.shape[1]) - (runs.shape[1] - 1) / 2.0
    trends = np.log(runs) @ years / (years @ years)
    scatter = (runs / runs.mean(axis=1, keepdims=True)).std(axis=0, ddof=1)
    return Flatness(
        measure,
        mean=float(yearly.mean()),
        trend=float(trends.mean()),
        trend_error=float(trends.std(ddof=1) / math.sqrt(len(runs))),
        furthest=float(np.abs(yearly / yearly.mean() - 1.0).max()),
        year_error=float(np.sqrt(np.mean(scatter**2) / len(runs))),
    )


def in_equilibrium(runs: Sequence[dict[str, Floats]]) -> list[Flatness]:
    """Flatness of every measure that runs show, each with one value a year."""
    return [flatness(name, np.stack([run[name] for run in runs])) for name in runs[0]]
