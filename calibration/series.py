"""An area's own counts beside the model's: months as an index of their series, and levels per 1,000 people.

A place of 25,000 people has 220 emergency admissions a month: chance alone moves them by 7 %. What is predicted is the
mean over runs; real areas vary about it by what the model may be off, by how areas differ (`area_spread.csv`), and by
the chance of their own counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from calibration.apart import SOLVED_MONTHS, growth_apart, level_apart
from calibration.calendar_months import YEAR
from calibration.estimands import CONTINUITY, Counts
from calibration.growth_of_series import Base, base_of, growth, level_in
from calibration.hold_outs import Score, unpredicted
from calibration.monthly_counts import PEOPLE
from calibration.targets import COUNT, LEVEL, NEITHER, REPORT_ONLY, SERIES, Target

Floats = NDArray[np.float64]
HALF_WIDTH: Final = float(norm.ppf(0.9))


def series_scores(
    rows: Sequence[Target], counts: Sequence[Counts], before: Sequence[Counts], fitted: Sequence[Target] = ()
) -> list[Score]:
    """Predict and score levels, and months by series: rows of one system, measure and people belong together.

    Args:
        rows: of one system.
        counts: what runs show that take members of the ensemble.
        before: what runs show that take the assumptions before the fit.
        fitted: rows to which the ensemble was fitted; the same counts are no test.
    """
    known = {_counted(row) for row in fitted if row.estimator in (LEVEL, SERIES)}
    found: list[Score] = []
    for key in dict.fromkeys((row.estimator, row.measure, row.people) for row in rows):
        together = [row for row in rows if (row.estimator, row.measure, row.people) == key]
        scores = _levels(together, counts, before) if key[0] == LEVEL else _series(together, counts, before)
        found += [_no_test(one) if _counted(one.target) in known else one for one in scores]
    return found


def _counted(row: Target) -> tuple[object, ...]:
    """What a row counted, whatever it is called."""
    return row.estimator, row.system, row.measure, row.people, row.months, row.value


def _no_test(one: Score) -> Score:
    """A row that was fitted is shown and not counted."""
    return replace(one, counted=False, why="; ".join(filter(None, ("it was fitted", one.why))))


def crps_normal(mean: float, sd: float, value: float) -> float:
    """Continuous ranked probability score of a normal law."""
    if sd <= 0.0:
        return abs(value - mean)
    z = (value - mean) / sd
    return float(sd * (z * (2.0 * norm.cdf(z) - 1.0) + 2.0 * norm.pdf(z) - 1.0 / math.sqrt(math.pi)))


def _series(rows: Sequence[Target], counts: Sequence[Counts], before: Sequence[Counts]) -> Iterator[Score]:
    """Months of one series, each as its daily count over the mean daily count of its base."""
    ordered = sorted(rows, key=lambda row: row.months)
    base = base_of(ordered)
    for row in ordered:
        no_counts = row.unit == COUNT and (base.level <= 0.0 or row.value <= 0.0)
        expected = [_index(row, ordered[0], base, each) for each in (counts, before)]
        if no_counts or any(mean <= 0.0 for mean, _ in expected):
            yield unpredicted(row, "a series needs counts above zero")
            continue
        value, variance = growth(row, base)
        apart = math.hypot(growth_apart(row, row.months, base.months), math.sqrt(variance))
        laws = [(math.log(mean), math.hypot(unsure, apart, _effects_apart(row, each)))
                for (mean, unsure), each in zip(expected, (counts, before), strict=True)]  # fmt: skip
        yield _judged(row, laws, value, (_a_year_earlier(row, ordered, base), apart), _no_test_by_itself(row, base))


def _no_test_by_itself(row: Target, base: Base) -> str:
    """Why a month is no test: it is part of what it is set on, or of what the baseline was solved on; else empty."""
    if row in base.rows and row.unit == COUNT and row.base_value is None:
        return base.words
    first, last = SOLVED_MONTHS
    is_known = not row.is_one_area and row.system == NEITHER and first <= row.months[0] and row.months[1] <= last
    return "the baseline was solved on these" if is_known else ""


def _a_year_earlier(row: Target, ordered: Sequence[Target], base: Base) -> float:
    """The reference "no change": the index of the same months a year earlier, or the base where that is not told."""
    first, last = (month - YEAR for month in row.months)
    earlier = next((each for each in ordered if each.months == (first, last) and each.unit == row.unit), None)
    if earlier is None or (earlier.unit == COUNT and earlier.value <= 0.0):
        return 0.0
    return growth(earlier, base)[0]


def _effects_apart(row: Target, counts: Sequence[Counts]) -> float:
    """How much a scenario's effect differs between runs, which take different assumptions: a standard deviation.

    Doing nothing meets the same chance in each run, so that hardly anything but assumptions is left in the ratio.
    """
    if row.system == NEITHER or len(counts) < 2:
        return 0.0
    totals = np.array([[one.total(system, row.measure, row.people, *row.months) for system in (row.system, NEITHER)]
                       for one in counts])  # fmt: skip
    return float(np.diff(np.log(totals + CONTINUITY), axis=1).std(ddof=1))


def _index(row: Target, first: Target, base: Base, counts: Sequence[Counts]) -> tuple[float, float]:
    """A month's daily count over that of its base, of all runs together, and its relative error; 0 without counts.

    The ratio of sums, and not the mean of ratios: a small base by chance would weigh more than a large one.
    """
    model_base = np.array([level_in(one, first, base.months) for one in counts])
    shown = np.array([level_in(one, row, [row.months]) for one in counts])
    if model_base.sum() <= 0.0 or shown.sum() <= 0.0:
        return 0.0, 0.0
    ratio = float(shown.sum() / model_base.sum())
    if len(shown) < 2:
        return ratio, 0.0
    spread = float((shown - ratio * model_base).std(ddof=1))
    return ratio, spread / math.sqrt(len(shown)) / float(shown.mean())


def _mean_of(values: Floats) -> tuple[float, float]:
    """Mean over runs and its relative standard error."""
    mean = float(values.mean())
    if len(values) < 2 or mean <= 0.0:
        return mean, 0.0
    return mean, float(values.std(ddof=1)) / math.sqrt(len(values)) / mean


def _levels(rows: Sequence[Target], counts: Sequence[Counts], before: Sequence[Counts]) -> Iterator[Score]:
    """Rates per 1,000 people a year."""
    for row in rows:
        if not all(_people(row, one) > 0.0 for one in (*counts, *before)):
            yield unpredicted(row, "nobody of them lives in the simulated place")
            continue
        expected = [_mean_of(np.array([1000.0 * _count(row, one) / _people(row, one) for one in each]))
                    for each in (counts, before)]  # fmt: skip
        if any(mean <= 0.0 for mean, _ in expected):
            yield unpredicted(row, "the model counts none of these")
            continue
        apart = math.hypot(level_apart(row), row.log_error)
        laws = [(math.log(mean), math.hypot(by_chance, apart, _effects_apart(row, each)))
                for (mean, by_chance), each in zip(expected, (counts, before), strict=True)]  # fmt: skip
        yield _judged(row, laws, row.log_value, (0.0, laws[0][1]), "")


def _judged(
    row: Target, laws: Sequence[tuple[float, float]], value: float, no_change: tuple[float, float], base: str
) -> Score:
    """A row on the log scale of its index or rate, after the fit and before; for a series no change is a reference."""
    (mean, sd), law_before = laws
    low, high = mean - HALF_WIDTH * sd, mean + HALF_WIDTH * sd
    nothing = crps_normal(*no_change, value) if row.estimator == SERIES else math.nan
    why = base or ("report only" if row.role == REPORT_ONLY else "")
    return Score(row, low, mean, high, low <= value <= high, crps_normal(mean, sd, value),
                 crps_normal(*law_before, value), nothing, not why, why, observed=value)  # fmt: skip


def _count(row: Target, counts: Counts) -> float:
    return counts.total(row.system, row.measure, row.people, *row.months)


def _people(row: Target, counts: Counts) -> float:
    """Person-years of the same people."""
    return counts.total(row.system, PEOPLE, row.people, *row.months)
