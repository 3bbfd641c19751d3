"""What the rows of a series say: counts a day, or people on average, beside those of the months on which they grow.

The base is what the file states, or the first twelve months. Counts carry the chance of so many; a number of people
has none, because everybody is counted.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from calibration.calendar_months import YEAR, Months, days_between, in_words
from calibration.estimands import Counts
from calibration.monthly_counts import PEOPLE
from calibration.targets import COUNT, Target

CHANCE: Final = Path(__file__).parent / "chance.csv"
OWN_YEAR: Final = "first twelve months"


@dataclass(frozen=True)
class Base:
    """What a series grows on.

    Attributes:
        months: periods of the base; not always next to each other.
        level: count a day, or people; 0 when the file gives growth instead of counts, or none were counted.
        variance: of the logarithm of `level`, by chance.
        rows: that are part of it.
        words: what it is.
    """

    months: tuple[Months, ...]
    level: float
    variance: float
    rows: tuple[Target, ...]
    words: str


def base_of(ordered: Sequence[Target]) -> Base:
    """The base of a series whose rows are in order."""
    first = ordered[0]
    start, stop = first.base or (first.months[0], first.months[0] + YEAR)
    inside = tuple(row for row in ordered if start <= row.months[0] and row.months[1] <= stop)
    if first.base is None:
        inside = inside or (first,)
        return Base(tuple(row.months for row in inside), level_of(inside), chance_of(inside), inside, OWN_YEAR)
    words = f"base {in_words(first.base)}"
    if first.base_value is not None:
        level = first.base_value if first.measure == PEOPLE else first.base_value / days_between(first.base)
        return Base((first.base,), level, _chance(first.measure, first.base_value), inside, words)
    counted = tuple(row for row in inside if row.unit == COUNT)
    return Base((first.base,), level_of(counted), chance_of(counted), inside, words)


def level_of(rows: Sequence[Target]) -> float:
    """Count a day of rows together, or people on average; 0 of no rows."""
    days = sum(row.days for row in rows)
    if not days:
        return 0.0
    weights = [row.days if row.measure == PEOPLE else 1.0 for row in rows]
    return sum(weight * row.value for weight, row in zip(weights, rows, strict=True)) / days


def chance_of(rows: Sequence[Target]) -> float:
    """Variance of the logarithm of rows' count together, by chance."""
    return _chance(rows[0].measure, sum(row.value for row in rows)) if rows else 0.0


def level_in(counts: Counts, row: Target, months: Sequence[Months]) -> float:
    """What a point shows of a row's series a day, over some periods; of people, in person-years a day."""
    total = sum(counts.total(row.system, row.measure, row.people, *each) for each in months)
    return total / sum(days_between(each) for each in months)


def growth(row: Target, base: Base) -> tuple[float, float]:
    """Logarithm of what a row shows over its base, and the variance of that. Both must be above zero."""
    if row.unit != COUNT:
        return row.log_value, row.log_error**2
    own = row.log_error**2 + _chance(row.measure, row.value)
    return math.log(level_of([row]) / base.level), own + base.variance


def _chance(measure: str, count: float) -> float:
    return chance_times()[measure] / count if count > 0.0 else 0.0


@cache
def chance_times() -> dict[str, float]:
    """How many times the chance of a plain count each measure's has: its variance over its mean."""
    with CHANCE.open(encoding="utf-8", newline="") as stream:
        return {row["measure"]: float(row["times"]) for row in csv.DictReader(stream)}
