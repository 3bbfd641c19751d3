"""How fast something grows: by the year over several years, and by the quarter against the year before."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

QUARTER_MONTHS = 3
QUARTERS_PER_YEAR = 4


def yearly_growth(per_day: Sequence[float]) -> float:
    """Growth a year of daily counts of successive years: 0.029 is 2.9 % a year.

    The exponential of the least-squares slope of the logarithm, less one.

    Raises:
        ValueError: with fewer than two years, or a year without any.
    """
    if len(per_day) < 2 or min(per_day) <= 0.0:
        raise ValueError("growth needs two years or more, none of them empty")
    return math.expm1(_slope(np.log(np.asarray(per_day, np.float64))))


def quarterly_growth(monthly_per_day: Sequence[float], days: Sequence[int]) -> list[float]:
    """Growth of each quarter over the same quarter of the year before.

    Args:
        monthly_per_day: count per day of successive months; the first begins a quarter.
        days: days of each month.

    Returns:
        One value for each quarter from the fifth on. Months after the last whole quarter are not used. A quarter whose
        year before is empty gives NaN.
    """
    quarters = len(monthly_per_day) // QUARTER_MONTHS
    used = quarters * QUARTER_MONTHS
    lengths = np.asarray(days[:used], np.float64).reshape(quarters, QUARTER_MONTHS)
    counts = np.asarray(monthly_per_day[:used], np.float64).reshape(quarters, QUARTER_MONTHS) * lengths
    per_day = counts.sum(axis=1) / lengths.sum(axis=1)
    before, now = per_day[:-QUARTERS_PER_YEAR], per_day[QUARTERS_PER_YEAR:]
    return [float(n / b) - 1.0 if b > 0.0 else math.nan for b, n in zip(before, now, strict=True)]


def share_of_the_extra(part: Sequence[float], whole: Sequence[float]) -> float | None:
    """Which share of the yearly rise of a whole is the rise of a part, by least squares; None when it does not rise."""
    rise = _slope(np.asarray(whole, np.float64))
    return _slope(np.asarray(part, np.float64)) / rise if rise > 0.0 else None


def _slope(values: NDArray[np.float64]) -> float:
    """Least-squares slope of successive values, per step."""
    steps = np.arange(len(values)) - (len(values) - 1) / 2.0
    return float((steps * values).sum() / (steps * steps).sum())
