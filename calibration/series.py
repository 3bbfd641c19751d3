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

from calibration.contrasts import CHANGE, DO_NOTHING, EVERYONE, PEOPLE, RESIDENTS
from calibration.estimands import Counts
from calibration.fitting import discrepancies
from calibration.hold_outs import Score, unpredicted
from calibration.targets import LEVEL, REPORT_ONLY, SERIES, Target
from outputs.periods import days_of

Floats = NDArray[np.float64]
BASE_MONTHS: Final = 12
HALF_WIDTH: Final = float(norm.ppf(0.9))


def months_of(target: Target) -> tuple[int, int]:
    """Programme months of a row's period: the first, and the first after it; 0 is the month of the change."""
    assert target.period is not None
    first, last = ((year - CHANGE.year) * 12 + month - CHANGE.month for year, month in target.period)
    return first, last


def series_scores(rows: Sequence[Target], counts: Sequence[Counts], before: Sequence[Counts]) -> list[Score]:
    """Predict and score levels, and months by series: rows of one system, measure and people belong together.

    Args:
        rows: of one system.
        counts: what runs show that take members of the ensemble.
        before: what runs show that take the assumptions before the fit.
    """
    found: list[Score] = []
    for key in dict.fromkeys((row.estimator, row.measure, row.people) for row in rows):
        together = [row for row in rows if (row.estimator, row.measure, row.people) == key]
        found += _levels(together, counts, before) if key[0] == LEVEL else _series(together, counts, before)
    return found


def crps_normal(mean: float, sd: float, value: float) -> float:
    """Continuous ranked probability score of a normal law."""
    if sd <= 0.0:
        return abs(value - mean)
    z = (value - mean) / sd
    return float(sd * (z * (2.0 * norm.cdf(z) - 1.0) + 2.0 * norm.pdf(z) - 1.0 / math.sqrt(math.pi)))


def _series(rows: Sequence[Target], counts: Sequence[Counts], before: Sequence[Counts]) -> Iterator[Score]:
    """Months of one series, each as its daily count over the mean daily count of the first twelve."""
    ordered = sorted(rows, key=months_of)
    base = ordered[:BASE_MONTHS]
    observed_base = sum(row.value for row in base) / sum(days_of_row(row) for row in base)
    own = discrepancies()[SERIES]
    for row in ordered:
        expected = [_index(row, base, each) for each in (counts, before)]
        if observed_base <= 0.0 or row.value <= 0.0 or any(mean <= 0.0 for mean, _ in expected):
            yield unpredicted(row, "a series needs counts above zero")
            continue
        chance_of_counts = math.sqrt(1.0 / row.value + 1.0 / sum(each.value for each in base))
        flat = math.hypot(own, chance_of_counts)
        laws = [(math.log(mean), math.hypot(by_chance, flat)) for mean, by_chance in expected]
        value = row.value / days_of_row(row) / observed_base
        in_base = row in base and len(ordered) > BASE_MONTHS
        yield _judged(row, laws, math.log(value), flat, "first twelve months" if in_base else "")


def _index(row: Target, base: Sequence[Target], counts: Sequence[Counts]) -> tuple[float, float]:
    """A month's daily count over that of its base, the mean over runs, and its relative error; 0 without counts."""
    days = sum(days_of_row(each) for each in base)
    model_base = np.array([sum(_count(each, one) for each in base) / days for one in counts])
    if (model_base <= 0.0).any():
        return 0.0, 0.0
    return _mean_of(np.array([_count(row, one) for one in counts]) / days_of_row(row) / model_base)


def _mean_of(values: Floats) -> tuple[float, float]:
    """Mean over runs and its relative standard error."""
    mean = float(values.mean())
    if len(values) < 2 or mean <= 0.0:
        return mean, 0.0
    return mean, float(values.std(ddof=1)) / math.sqrt(len(values)) / mean


def _levels(rows: Sequence[Target], counts: Sequence[Counts], before: Sequence[Counts]) -> Iterator[Score]:
    """Rates per 1,000 people a year."""
    own = discrepancies()[LEVEL]
    for row in rows:
        expected = [_mean_of(np.array([1000.0 * _count(row, one) / _people(row, one) for one in each]))
                    for each in (counts, before)]  # fmt: skip
        if any(mean <= 0.0 for mean, _ in expected):
            yield unpredicted(row, "the model counts none of these")
            continue
        error = row.standard_error / row.value
        laws = [(math.log(mean), math.sqrt(by_chance**2 + own**2 + error**2)) for mean, by_chance in expected]
        yield _judged(row, laws, math.log(row.value), laws[0][1], "")


def _judged(row: Target, laws: Sequence[tuple[float, float]], value: float, flat: float, base: str) -> Score:
    """A row on the log scale of its index or rate, after the fit and before; for a series no change is a reference."""
    (mean, sd), law_before = laws
    low, high = mean - HALF_WIDTH * sd, mean + HALF_WIDTH * sd
    nothing = crps_normal(0.0, flat, value) if row.estimator == SERIES else math.nan
    why = base or ("report only" if row.role == REPORT_ONLY else "")
    return Score(row, low, mean, high, low <= value <= high, crps_normal(mean, sd, value),
                 crps_normal(*law_before, value), nothing, not why, why, observed=value)  # fmt: skip


def _count(row: Target, counts: Counts) -> float:
    return counts.total(row.system, row.measure, row.people, *months_of(row))


def _people(row: Target, counts: Counts) -> float:
    """Person-years; of everybody where the group's own are not kept."""
    group = row.people if row.people in (EVERYONE, RESIDENTS) else EVERYONE
    return counts.total(row.system if row.system else DO_NOTHING, PEOPLE, group, *months_of(row))


def days_of_row(row: Target) -> float:
    """Days of a row's period."""
    assert row.period is not None
    (year, month), last = row.period
    total = 0.0
    while (year, month) < last:
        total += days_of(f"{year}-{month:02d}")
        year, month = year + month // 12, month % 12 + 1
    return total
