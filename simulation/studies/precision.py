"""When there are runs enough: a rule that looks at runs in their order, so that it stops at the same number everywhere.

Each target is a series with one number a run, such as the difference between two scenarios in the same run. Its
half-width is that of a Student t interval around the mean. With several targets each interval is made wider
(Bonferroni), so that all of them hold together with the stated confidence. A half-width may be small for a moment by
chance: it has to stay small for some runs more (Hoad, Robinson and Davies, Journal of the Operational Research Society
2010).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

CONFIDENCE = 0.95
FEWEST_RUNS = 3
LOOK_AHEAD = 5
LOOK_AHEAD_PER_RUNS = 100
"""The look-ahead is for so many runs; with more runs it grows in proportion."""
MARGIN = 1.1
"""The next guess aims a little further than the arithmetic says, since variances are guesses too."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Precision:
    """How far a study is from what was wanted.

    Attributes:
        runs: how many there are.
        enough: the number of runs at which the rule stops, look-ahead included; None when it is not reached.
        half_widths: (targets,) with all runs; NaN where a target has no number yet.
        allowed: (targets,) what they may be at most.
        expected: how many runs it will take, as well as can be said now.
    """

    runs: int
    enough: int | None
    half_widths: Floats
    allowed: Floats
    expected: int


def look_ahead(runs: int) -> int:
    """For how many runs more half-widths must stay as small as wanted."""
    return LOOK_AHEAD * max(runs, LOOK_AHEAD_PER_RUNS) // LOOK_AHEAD_PER_RUNS


def assess(series: Floats, allowed: Floats, fewest: int = FEWEST_RUNS) -> Precision:
    """See whether there are runs enough.

    Args:
        series: (targets, runs) a number for each target and run; NaN where a run has none.
        allowed: (targets, runs) the largest half-width that is small enough, given the first 1, 2, ... runs.
        fewest: runs below which nothing is enough.
    """
    targets, runs = series.shape
    widths = half_widths(series)
    with np.errstate(invalid="ignore"):
        small = np.all((widths <= allowed) | (np.isnan(widths) & _never_known(series)), axis=0)
    small[: max(fewest, FEWEST_RUNS) - 1] = False
    last_width = widths[:, -1] if runs else np.full(targets, math.nan)
    last_allowed = allowed[:, -1] if runs else np.full(targets, math.nan)
    enough = _first_that_stays(small)
    return Precision(runs, enough, last_width, last_allowed, enough or _expected(runs, last_width, last_allowed))


def half_widths(series: Floats, confidence: float = CONFIDENCE) -> Floats:
    """(targets, runs) half-width of each target's mean over the first 1, 2, ... runs, all holding together.

    NaN while fewer than two runs have a number.
    """
    targets = len(series)
    known = ~np.isnan(series)
    count = known.cumsum(axis=1)
    centre = np.nan_to_num(np.array([row[~np.isnan(row)][:1].sum() for row in series]))[:, np.newaxis]
    values = np.where(known, series - centre, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = values.cumsum(axis=1) / count
        variance = np.maximum((values**2).cumsum(axis=1) - count * mean**2, 0.0) / (count - 1)
        reach = stats.t.ppf(1.0 - (1.0 - confidence) / (2.0 * max(targets, 1)), np.maximum(count - 1, 1))
        width = reach * np.sqrt(variance / count)
    return np.asarray(np.where(count >= 2, width, math.nan), np.float64)


def _never_known(series: Floats) -> NDArray[np.bool_]:
    """(targets, 1) targets that no run has a number for: nothing can be waited for."""
    return np.asarray(np.isnan(series).all(axis=1, keepdims=True), np.bool_)


def _first_that_stays(small: NDArray[np.bool_]) -> int | None:
    """The number of runs at which the rule has looked ahead far enough."""
    since: int | None = None
    for position, is_small in enumerate(small.tolist()):
        runs = position + 1
        if not is_small:
            since = None
        elif since is None:
            since = runs
        if since is not None and runs - since >= look_ahead(since):
            return runs
    return None


def _expected(runs: int, width: Floats, allowed: Floats) -> int:
    """Half-widths shrink with the square root of the number of runs."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.nanmax(np.append(width / allowed, 0.0))
    if not math.isfinite(ratio):
        return runs * 2
    wanted = math.ceil(MARGIN * runs * max(1.0, float(ratio)) ** 2)
    return max(runs + 1, wanted + look_ahead(wanted))
