"""An area's own counts beside the model's: months as an index of their series, and levels per 1,000 people.

A place of 25,000 people has 220 emergency admissions a month: chance alone moves them by 7 %. What is predicted is the
mean over runs, which real areas vary about by what `discrepancy.csv` says and by the chance of their own counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from calibration.contrasts import PEOPLE
from calibration.estimands import Counts
from calibration.fitting import discrepancies
from calibration.growth_of_series import base_of, growth, level_in
from calibration.hold_outs import Score, unpredicted
from calibration.targets import COUNT, LEVEL, REPORT_ONLY, SERIES, Target

Floats = NDArray[np.float64]
HALF_WIDTH: Final = float(norm.ppf(0.9))


def series_scores(rows: Sequence[Target], counts: Sequence[Counts]) -> list[Score]:
    """Predict and score levels, and months by series: rows of one system, measure and people belong together."""
    found: list[Score] = []
    for key in dict.fromkeys((row.estimator, row.measure, row.people) for row in rows):
        together = [row for row in rows if (row.estimator, row.measure, row.people) == key]
        found += _levels(together, counts) if key[0] == LEVEL else _series(together, counts)
    return found


def crps_normal(mean: float, sd: float, value: float) -> float:
    """Continuous ranked probability score of a normal law."""
    if sd <= 0.0:
        return abs(value - mean)
    z = (value - mean) / sd
    return float(sd * (z * (2.0 * norm.cdf(z) - 1.0) + 2.0 * norm.pdf(z) - 1.0 / math.sqrt(math.pi)))


def _series(rows: Sequence[Target], counts: Sequence[Counts]) -> Iterator[Score]:
    """Months of one series, each as its daily count over the mean daily count of its base."""
    ordered = sorted(rows, key=lambda row: row.months)
    base = base_of(ordered)
    model_base = np.array([level_in(one, ordered[0], base.months) for one in counts])
    own = discrepancies()[SERIES]
    for row in ordered:
        no_counts = row.unit == COUNT and (base.level <= 0.0 or row.value <= 0.0)
        shown = np.array([level_in(one, row, [row.months]) for one in counts])
        if no_counts or (model_base <= 0.0).any() or (shown <= 0.0).any():
            yield unpredicted(row, "a series needs counts above zero")
            continue
        index = shown / model_base
        mean = float(index.mean())
        by_chance = float(index.std(ddof=1)) / math.sqrt(len(index)) if len(index) > 1 else 0.0
        value, variance = growth(row, base)
        flat = math.hypot(own, math.sqrt(variance))
        in_base = row in base.rows and len(ordered) > len(base.rows)
        sd = math.hypot(by_chance / mean, flat)
        yield _judged(row, math.log(mean), sd, value, flat, base.words if in_base else "")


def _levels(rows: Sequence[Target], counts: Sequence[Counts]) -> Iterator[Score]:
    """Rates per 1,000 people a year."""
    own = discrepancies()[LEVEL]
    for row in rows:
        rates = np.array([1000.0 * _count(row, one) / _people(row, one) for one in counts])
        mean = float(rates.mean())
        by_chance = float(rates.std(ddof=1)) / math.sqrt(len(rates)) if len(rates) > 1 else 0.0
        sd = math.sqrt((by_chance / mean) ** 2 + own**2 + row.log_error**2)
        yield _judged(row, math.log(mean), sd, row.log_value, sd, "")


def _judged(row: Target, mean: float, sd: float, value: float, flat: float, base: str) -> Score:
    """A row on the log scale of its index or rate; the reference for skill is no change since the base."""
    low, high = mean - HALF_WIDTH * sd, mean + HALF_WIDTH * sd
    score = crps_normal(mean, sd, value)
    nothing = crps_normal(0.0, flat, value) if row.estimator == SERIES else math.nan
    why = base or ("report only" if row.role == REPORT_ONLY else "")
    return Score(row, low, mean, high, low <= value <= high, score, score, nothing, not why, why, value)


def _count(row: Target, counts: Counts) -> float:
    return counts.total(row.system, row.measure, row.people, *row.months)


def _people(row: Target, counts: Counts) -> float:
    """Person-years of the same people."""
    return counts.total(row.system, PEOPLE, row.people, *row.months)
