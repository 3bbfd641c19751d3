"""The middle and the spread of a number over runs, and whether a difference is one.

Each run draws its assumptions, the same draws in every scenario. Over runs, therefore, the range from the 10th to the
90th percentile is an 8-in-10 range over assumptions; chance inside a run widens it a little, since no run is infinitely
large. Simulation error is something else: the standard error of the mean over runs, that is how far the mean may be
from the mean of very many such runs. More runs make it smaller; they do not make the range smaller.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.8
INTERVAL_KIND = "assumptions"
LOW_QUANTILE, HIGH_QUANTILE = 0.1, 0.9
FEWEST_RUNS = 6
"""With fewer, all runs may agree by chance."""
CLEAR_CHANCE = 0.8
STANDARD_ERRORS = 2.0
NO_CLEAR_DIFFERENCE = "no clear difference"
TOO_FEW_RUNS = "too few runs to say"
NEARLY_NOTHING = 1e-9

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """A number over runs.

    Attributes:
        mean: average over runs.
        low: 10th percentile over runs.
        high: 90th percentile over runs.
        simulation_error: standard error of the mean; NaN with a single run.
        runs: how many there are.
    """

    mean: float
    low: float
    high: float
    simulation_error: float
    runs: int


def spread(values: Floats) -> Spread:
    """A number over runs, one value a run.

    Percentiles are the median-unbiased ones (Hyndman and Fan's type 8), which do not depend on a law. Where one far run
    draws the mean out of them, the range is stretched to hold it.

    Raises:
        ValueError: without runs.
    """
    if len(values) == 0:
        raise ValueError("a range needs at least one run")
    in_order = np.sort(values).tolist()
    low, high = _quantile(in_order, LOW_QUANTILE), _quantile(in_order, HIGH_QUANTILE)
    error = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    mean = min(max(float(values.mean()), in_order[0]), in_order[-1])
    return Spread(mean, min(low, mean), max(high, mean), error, len(values))


def verdict(differences: Floats, matters: float) -> str:
    """Whether a scenario differs from its reference, from one paired difference a run.

    1. Under six runs: too few runs to say.
    2. If the chance that it is lower, judged by the share of runs with a rule of succession, (runs lower + 1) /
       (runs + 2), is at least 8 in 10: "lower (n in 10)", n rounded down; and the same for higher.
    3. Else, if the mean is within two standard errors of nothing and these two standard errors are larger than the
       smallest difference worth knowing: too few runs to say. More runs might show a direction.
    4. Else: no clear difference. Either it is known to be small, or the assumptions do not agree on a direction.

    Args:
        differences: scenario less reference, one a run.
        matters: smallest difference worth knowing, in the unit of the differences.
    """
    runs = len(differences)
    if runs < FEWEST_RUNS:
        return TOO_FEW_RUNS
    for word, sign in (("lower", -1.0), ("higher", 1.0)):
        chance = _chance(int(np.count_nonzero(differences * sign > 0.0)), runs)
        if chance >= CLEAR_CHANCE:
            return f"{word} ({in_ten(chance)} in 10)"
    around = STANDARD_ERRORS * spread(differences).simulation_error
    is_vague = abs(float(differences.mean())) <= around and around > matters
    return TOO_FEW_RUNS if is_vague else NO_CLEAR_DIFFERENCE


def chance_lower(differences: Floats) -> float:
    """Chance that a scenario is lower than its reference, judged by runs; runs without any difference count half."""
    ties = int(np.count_nonzero(differences == 0.0))
    return (int(np.count_nonzero(differences < 0.0)) + 0.5 * ties + 1.0) / (len(differences) + 2.0)


def in_ten(chance: float) -> int:
    """A chance as whole times in ten, rounded down."""
    return math.floor(10.0 * chance + NEARLY_NOTHING)


def _quantile(in_order: list[float], share: float) -> float:
    """Median-unbiased quantile of values in order, as NumPy's: a tenth of its time, which thousands of ranges feel."""
    position = (len(in_order) + 1.0 / 3.0) * share + 1.0 / 3.0
    below = min(max(math.floor(position), 1), len(in_order))
    above = min(below + 1, len(in_order))
    weight = min(max(position - below, 0.0), 1.0)
    return in_order[below - 1] + weight * (in_order[above - 1] - in_order[below - 1])


def _chance(runs_that_agree: int, runs: int) -> float:
    return (runs_that_agree + 1.0) / (runs + 2.0)
