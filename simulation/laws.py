"""Laws of durations and counts: each turns a uniform draw into a value, rising with the draw.

All laws are inverse distribution functions made of scalar rules, so that both engines compute the
same value from the same draw. Laws that need special functions read a table built when the model is.
Draws lie above 0 and below 1 and are multiples of 2**-53 (`draws.uniform`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation.jit import rule

FloatArray = NDArray[np.float64]
Table: TypeAlias = Sequence[float] | FloatArray

CONSTANT = 0
EXPONENTIAL = 1
LOGNORMAL = 2
GAMMA = 3
WEIBULL = 4
TRIANGULAR = 5
UNIFORM = 6
EMPIRICAL = 7

TABLE_SIZE = 1025
"""Numbers in a table, whichever law it serves."""
MOST_KNOTS = 512
"""Knots that an empirical table can hold."""
EXACT_POISSON_MEAN = 100.0
"""Poisson quantiles are exact up to this mean."""

_TABLE_REACH = 8.25
_TABLE_STEPS = TABLE_SIZE - 1
_STEPS_PER_DEVIATE = _TABLE_STEPS / (2 * _TABLE_REACH)
_MOST_SEARCH_STEPS = 10
_MOST_COUNTED = 1000


@rule
def quantile(
    law: int, a: float, b: float, c: float, tables: Sequence[Table] | FloatArray, table_row: int, u: float
) -> float:
    """The value of a law at probability `u`.

    Args:
        law: code of the law.
        a: constant: the value; exponential: mean; lognormal: mean of the logarithm; Weibull: shape; triangular and
            uniform: low; gamma and empirical: not used.
        b: lognormal: standard deviation of the logarithm; gamma and Weibull: scale; triangular: mode; uniform: high.
        c: triangular: high.
        tables: (rows, TABLE_SIZE) tables from `gamma_table` and `empirical_table`.
        table_row: the row that a gamma or empirical law reads.
        u: a draw.
    """
    if law == LOGNORMAL:
        return lognormal_quantile(u, a, b)
    if law == EXPONENTIAL:
        return exponential_quantile(u, a)
    if law == GAMMA:
        return b * table_quantile(u, tables[table_row])
    if law == EMPIRICAL:
        return empirical_quantile(u, tables[table_row])
    if law == WEIBULL:
        return weibull_quantile(u, a, b)
    if law == TRIANGULAR:
        return triangular_quantile(u, a, b, c)
    if law == UNIFORM:
        return uniform_quantile(u, a, b)
    return a


@rule
def exponential_quantile(u: float, mean: float) -> float:
    """Exponential value with this mean."""
    return -mean * math.log(1.0 - u)


@rule
def lognormal_quantile(u: float, log_mean: float, log_sd: float) -> float:
    """Lognormal value whose logarithm has this mean and standard deviation."""
    return math.exp(log_mean + log_sd * normal_quantile(u))


@rule
def weibull_quantile(u: float, shape: float, scale: float) -> float:
    """Weibull value; shape and scale above 0."""
    return scale * math.exp(math.log(-math.log(1.0 - u)) / shape)


@rule
def uniform_quantile(u: float, low: float, high: float) -> float:
    """Value spread evenly from low to high."""
    return low + u * (high - low)


@rule
def triangular_quantile(u: float, low: float, mode: float, high: float) -> float:
    """Triangular value; low <= mode <= high, and low itself when all three are equal."""
    width = high - low
    if width <= 0.0:
        return low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


@rule
def table_quantile(u: float, table: Table) -> float:
    """Value of a table built by `gamma_table`: its cube root is linear between equal steps of the normal deviate."""
    position = (normal_quantile(u) + _TABLE_REACH) * _STEPS_PER_DEVIATE
    step = math.floor(position)
    below = table[step]
    root = below + (position - step) * (table[step + 1] - below)
    return root * root * root


@rule
def empirical_quantile(u: float, table: Table) -> float:
    """Value of a table built by `empirical_table`: linear between its knots, exactly."""
    low = 1
    high = int(table[0])
    knots = high
    for _ in range(_MOST_SEARCH_STEPS):
        if high - low == 1:
            break
        middle = (low + high) // 2
        if table[middle] <= u:
            low = middle
        else:
            high = middle
    share = (u - table[low]) / (table[high] - table[low])
    below = table[knots + low]
    return below + share * (table[knots + high] - below)


@rule
def poisson_quantile(u: float, mean: float) -> int:
    """Poisson count, at least 0.

    Exact up to a mean of `EXACT_POISSON_MEAN`; above it a Cornish-Fisher expansion, whose cumulative
    probabilities are within 0.0002 of the exact ones.
    """
    if mean > EXACT_POISSON_MEAN:
        return _large_poisson_quantile(u, mean)
    count = 0
    probability = math.exp(-mean)
    reached = probability
    for _ in range(_MOST_COUNTED):
        if u <= reached:
            return count
        count += 1
        probability *= mean / count
        if count > mean and reached + probability == reached:
            return count
        reached += probability
    return count


@rule
def _large_poisson_quantile(u: float, mean: float) -> int:
    """Poisson count for large means, from the normal deviate corrected for skewness and kurtosis."""
    deviate = normal_quantile(u)
    spread = math.sqrt(mean)
    centre = mean + spread * deviate + (deviate * deviate - 1.0) / 6.0
    count = math.floor(centre + (deviate - deviate * deviate * deviate) / (72.0 * spread) + 0.5)
    if count < 0:
        return 0
    return count


@rule
def whole_ticks(duration_seconds: float) -> int:
    """Whole seconds nearest to a duration, halves up, and at least 1."""
    ticks = math.floor(duration_seconds + 0.5)
    if ticks < 1:
        return 1
    return ticks


@rule
def normal_quantile(u: float) -> float:
    """Standard normal value: Wichura's AS 241 (PPND16, 1988), relative error about 1e-16."""
    centred = u - 0.5
    if -0.425 <= centred <= 0.425:
        return centred * _central_ratio(0.180625 - centred * centred)
    tail = u
    if centred > 0.0:
        tail = 1.0 - u
    depth = math.sqrt(-math.log(tail))
    size = _near_tail_ratio(depth - 1.6) if depth <= 5.0 else _far_tail_ratio(depth - 5.0)
    if centred < 0.0:
        return -size
    return size


@rule
def _central_ratio(r: float) -> float:
    """Coefficients of AS 241 for probabilities from 0.075 to 0.925."""
    above = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
    above = above * r + 6.7265770927008700853e4
    above = above * r + 4.5921953931549871457e4
    above = above * r + 1.3731693765509461125e4
    above = above * r + 1.9715909503065514427e3
    above = above * r + 1.3314166789178437745e2
    above = above * r + 3.3871328727963666080e0
    below = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
    below = below * r + 3.9307895800092710610e4
    below = below * r + 2.1213794301586595867e4
    below = below * r + 5.3941960214247511077e3
    below = below * r + 6.8718700749205790830e2
    below = below * r + 4.2313330701600911252e1
    return above / (below * r + 1.0)


@rule
def _near_tail_ratio(r: float) -> float:
    """Coefficients of AS 241 for tails down to exp(-25)."""
    above = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
    above = above * r + 2.41780725177450611770e-1
    above = above * r + 1.27045825245236838258e0
    above = above * r + 3.64784832476320460504e0
    above = above * r + 5.76949722146069140550e0
    above = above * r + 4.63033784615654529590e0
    above = above * r + 1.42343711074968357734e0
    below = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
    below = below * r + 1.51986665636164571966e-2
    below = below * r + 1.48103976427480074590e-1
    below = below * r + 6.89767334985100004550e-1
    below = below * r + 1.67638483018380384940e0
    below = below * r + 2.05319162663775882187e0
    return above / (below * r + 1.0)


@rule
def _far_tail_ratio(r: float) -> float:
    """Coefficients of AS 241 for tails beyond exp(-25)."""
    above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
    above = above * r + 1.24266094738807843860e-3
    above = above * r + 2.65321895265761230930e-2
    above = above * r + 2.96560571828504891230e-1
    above = above * r + 1.78482653991729133580e0
    above = above * r + 5.46378491116411436990e0
    above = above * r + 6.65790464350110377720e0
    below = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
    below = below * r + 1.84631831751005468180e-5
    below = below * r + 7.86869131145613259100e-4
    below = below * r + 1.48753612908506148525e-2
    below = below * r + 1.36929880922735805310e-1
    below = below * r + 5.99832206555887937690e-1
    return above / (below * r + 1.0)


def gamma_table(shape: float) -> FloatArray:
    """(TABLE_SIZE,) the table of a gamma law with scale 1, for `table_quantile`.

    For shapes of 0.5 and more, values above a hundredth of the mean are within one part in 10,000 of the
    exact ones, and all are within 0.00003 of the mean.

    Raises:
        ValueError: when the shape is not above 0.
    """
    if not shape > 0.0:
        raise ValueError(f"the shape of a gamma law is above 0: {shape}")
    deviates = np.linspace(-_TABLE_REACH, _TABLE_REACH, TABLE_SIZE)
    lower = special.gammaincinv(shape, special.ndtr(deviates))
    upper = special.gammainccinv(shape, special.ndtr(-deviates))
    return np.cbrt(np.where(deviates < 0.0, lower, upper)).astype(np.float64)


def empirical_table(probabilities: Sequence[float], values: Sequence[float]) -> FloatArray:
    """(TABLE_SIZE,) the table of a law through given points, for `empirical_quantile`.

    Args:
        probabilities: shares of people at or below each value, rising from exactly 0 to exactly 1.
        values: as many values, never falling.

    Raises:
        ValueError: when the points do not describe a distribution or are too many.
    """
    if not 2 <= len(values) <= MOST_KNOTS or len(probabilities) != len(values):
        raise ValueError(f"an empirical law has 2 to {MOST_KNOTS} probabilities and as many values")
    if probabilities[0] != 0.0 or probabilities[-1] != 1.0 or not np.all(np.diff(probabilities) > 0.0):
        raise ValueError("the probabilities of an empirical law rise from exactly 0 to exactly 1")
    if not np.all(np.diff(values) >= 0.0):
        raise ValueError("the values of an empirical law do not fall")
    table = np.zeros(TABLE_SIZE)
    table[0] = len(values)
    table[1 : 1 + len(values)] = probabilities
    table[1 + len(values) : 1 + 2 * len(values)] = values
    return table
