"""Growth of emergency admissions by quarter and year, against doing nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from outputs.comparison import Comparison
from outputs.measures.registry import MEASURES
from outputs.monthly import WHOLE, Monthly, monthly_of
from outputs.over_runs import DIFFERENCES, NO_NUMBERS, NUMBERS, both, numbers
from outputs.ranges import HIGH_QUANTILE, INTERVAL_KIND

COLUMNS = (
    "scenario", "series", "step", "period", "from_period", "reading", "interval_kind", "unit", *NUMBERS, *DIFFERENCES
)
BY_CHANCE = "one year by chance"
ON_YEAR_BEFORE, SINCE_BASE = "on the year before", "since the base year"
SERIES = ("total", "per head")
GROWTH = "emergency_admission_growth_percent"
QUARTER, YEAR = 3, 12
APRIL = 4
Row = tuple[object, ...]


@dataclass(frozen=True)
class Stretch:
    """Whole quarters or financial years of a study: name, and indices of its months."""

    name: str
    step: str
    months: range


def growth_table(comparison: Comparison) -> pd.DataFrame:
    """The table `growth` of docs/tables.md; empty for runs made without months."""
    rows = _rows(comparison) if comparison.activities else ()
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def stretches(months: tuple[str, ...], step: str) -> list[Stretch]:
    """Whole financial quarters or years among some months."""
    length = QUARTER if step == "quarter" else YEAR
    found = []
    for first in range(len(months) - length + 1):
        year, month = int(months[first][:4]), int(months[first][5:7])
        if (month - APRIL) % length:
            continue
        start = year if month >= APRIL else year - 1
        name = f"{start}/{(start + 1) % 100:02d}"
        if step == "quarter":
            name += f" Q{(month - APRIL) % YEAR // QUARTER + 1}"
        found.append(Stretch(name, step, range(first, first + length)))
    return found


def _rows(comparison: Comparison) -> Iterator[Row]:
    tables = {one.id: monthly_of(comparison, one.id) for one in comparison.scenarios}
    reference = tables.get(comparison.reference or "")
    base_months = _base(comparison, next(iter(tables.values())))
    for name, own in tables.items():
        compared = reference if name != comparison.reference else None
        for step in ("year", "quarter"):
            found = stretches(own.months, step)
            by_first = {one.months[0]: one for one in found}
            for now in found:
                for reading, before in _befores(now, by_first, base_months):
                    for series in SERIES:
                        key = (name, series, step, now.name, before.name, reading)
                        yield from _growth(key, own, compared, now, before, comparison.reference in (None, name))


def _base(comparison: Comparison, table: Monthly) -> range:
    """Months of the last year before the change."""
    first, end = f"{comparison.base.first:%Y-%m}", f"{comparison.base.end:%Y-%m}"
    inside = [index for index, month in enumerate(table.months) if first <= month < end]
    return range(inside[0], inside[-1] + 1)


def _befores(now: Stretch, by_first: dict[int, Stretch], base: range) -> Iterator[tuple[str, Stretch]]:
    """What a stretch is compared with under each reading, where that lies in the study."""
    year_before = by_first.get(now.months[0] - YEAR)
    if year_before is not None:
        yield ON_YEAR_BEFORE, year_before
    years_since = (now.months[0] - base[0]) // YEAR
    in_base = by_first.get(now.months[0] - YEAR * years_since)
    if years_since > 0 and in_base is not None and in_base.months[0] in base:
        yield SINCE_BASE, in_base


def _growth(
    key: tuple[str, ...], own: Monthly, reference: Monthly | None, now: Stretch, before: Stretch, is_reference: bool
) -> Iterator[Row]:
    per_head = key[1] == "per head"
    values = own.growth(now.months, before.months, of=WHOLE, per_head=per_head)
    there = None if reference is None else reference.growth(now.months, before.months, of=WHOLE, per_head=per_head)
    matters = MEASURES[GROWTH].matters
    yield (*key, INTERVAL_KIND, "%", *both(values, there, matters))
    if is_reference:
        mean, _, _, error, runs = numbers(values)
        around = _chance_of_one_year(own, now, before, mean)
        yield (*key, BY_CHANCE, "%", mean, mean - around, mean + around, error, runs, *NO_NUMBERS, "")


def _chance_of_one_year(own: Monthly, now: Stretch, before: Stretch, growth_percent: float) -> float:
    """How far, in points, one real place's growth could be from the mean by chance alone: 8 in 10 lie inside.

    Admissions are counted as independent of each other, so it is a little too small: the model's own runs vary more.
    """
    counts = [float(own.counts[WHOLE][:, list(one.months)].sum(axis=1).mean()) for one in (now, before)]
    if min(counts) <= 0.0:
        return float("nan")
    relative = float(np.sqrt(1.0 / counts[0] + 1.0 / counts[1]))
    return NormalDist().inv_cdf(HIGH_QUANTILE) * relative * (100.0 + growth_percent)
