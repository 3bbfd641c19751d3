"""The model's growth beside the vanguards' published figures: the same length after the start, the same reading.

The quarter of 2017 was published without what its growth is since. It is shown under both readings: on the same quarter
a year before, and on the same quarter of the last year before the programme. What cannot be compared like for like is
refused with the reason.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from outputs.comparison import Comparison
from outputs.growth_tables import ON_YEAR_BEFORE, QUARTER, SINCE_BASE, YEAR
from outputs.monthly import Floats, Monthly, monthly_of
from outputs.over_runs import NO_NUMBERS, numbers
from outputs.periods import in_months
from scenarios.evidence import EVIDENCE, ProgrammeResult, load
from scenarios.units import months_after
from scenarios.wording import ordinal

MARKS = EVIDENCE / "vanguard_marks.csv"
COLUMNS = (
    "mark", "title", "group", "people", "series", "reading", "published_percent", "published_comparator_percent",
    "published_gap_percent", "published_low", "published_high", "source_id", "source", "status", "note", "scenario",
    "period", "from_period", "model_percent", "model_reference_percent", "model_gap_mean", "model_gap_low",
    "model_gap_high", "model_gap_simulation_error", "runs", "chance_beats", "comparable", "reason",
)
NOTHING = (math.nan, math.nan, *NO_NUMBERS, 0, math.nan)
NO_REFERENCE = "there is no scenario to compare with: a gap needs two"
Row = tuple[object, ...]


@dataclass(frozen=True)
class Mark:
    """One published figure.

    Attributes:
        label: a few words, for a chart.
        programme: id of the result about the programme; a relative gap where there is no `rest`.
        rest: id of the result about the rest of England; empty for a gap.
        people: whose admissions.
        series: "total" or "per head".
        step: "quarter" or "year".
        position: which quarter or year after the programme's start it is, 1 the first.
        base_stated: whether the source says what the growth is since (the year before the programme).
    """

    mark: str
    label: str
    title: str
    group: str
    programme: str
    rest: str
    people: str
    series: str
    step: str
    position: int
    base_stated: bool
    note: str

    @property
    def readings(self) -> tuple[str, ...]:
        """What its growth may be since."""
        return (SINCE_BASE,) if self.base_stated else (ON_YEAR_BEFORE, SINCE_BASE)


@lru_cache(maxsize=1)
def marks() -> tuple[Mark, ...]:
    """Every published figure that growth is set beside."""
    with MARKS.open(encoding="utf-8", newline="") as stream:
        return tuple(_mark(row) for row in csv.DictReader(stream))


def _mark(row: dict[str, str]) -> Mark:
    position, stated = int(row.pop("position")), row.pop("base_stated") == "yes"
    return Mark(**row, position=position, base_stated=stated)


def relative_gap(programme: Floats | float, rest: Floats | float) -> Floats:
    """Growth relative to growth, all in per cent: (1 + programme) / (1 + rest) - 1."""
    return np.asarray(100.0 * ((100.0 + programme) / (100.0 + np.asarray(rest, np.float64)) - 1.0))


def vanguard_marks(comparison: Comparison) -> pd.DataFrame:
    """The table `vanguard_marks` of docs/tables.md."""
    return pd.DataFrame(list(_rows(comparison)), columns=list(COLUMNS))


def _rows(comparison: Comparison) -> Iterator[Row]:
    tables = {one.id: monthly_of(comparison, one.id) for one in comparison.scenarios} if comparison.activities else {}
    for mark in marks():
        published = _published(mark)
        for reading in mark.readings:
            beginning = (mark.mark, mark.title, mark.group, mark.people, mark.series, reading, *published)
            for one in comparison.others():
                yield (*beginning, one.id, *_model(comparison, tables, mark, reading, one.id, published[2]))


def _published(mark: Mark) -> tuple[float, float, float, float, float, str, str, str, str]:
    results = load().results()
    found = results[mark.programme]
    value = float(found.value)
    if mark.rest:
        rest = float(results[mark.rest].value)
        numbers_ = (value, rest, float(relative_gap(value, rest)), math.nan, math.nan)
    else:
        low, high = (float(text) if text else math.nan for text in (found.ci_low, found.ci_high))
        numbers_ = (math.nan, math.nan, _of_log(value), _of_log(low), _of_log(high))
    ids = "; ".join(each for each in (mark.programme, mark.rest) if each)
    return (*numbers_, ids, _source(found), found.status, mark.note)


def _of_log(coefficient: float) -> float:
    """A coefficient on the log of a rate as a relative gap in per cent."""
    return 100.0 * math.expm1(coefficient)


def _source(result: ProgrammeResult) -> str:
    return f"{result.source_title} ({result.publisher}, {result.year})"


def _model(
    comparison: Comparison, tables: Mapping[str, Monthly], mark: Mark, reading: str, scenario: str, published: float
) -> Row:
    """The model's columns of a row, or why there are none."""
    if comparison.reference is None:
        return ("", "", *NOTHING, "no", NO_REFERENCE)
    if not tables:
        return ("", "", *NOTHING, "no", "the runs were kept without months")
    own, rest = tables[scenario], tables[comparison.reference]
    now, before = _months(comparison, mark, reading)
    names = (_name(comparison, now), _name(comparison, before))
    missing = [name for name, months in zip(names, (now, before), strict=True)
               if months[0] < 0 or months[-1] >= len(own.months)]
    if missing:
        which = f"the {ordinal(mark.position)} {mark.step} after the change"
        return (*names, *NOTHING, "no", f"{which} is set beside the published one, and {missing[0]} is not in the run")
    per_head = mark.series == "per head"
    with_, without = (table.growth(now, before, of=mark.people, per_head=per_head) for table in (own, rest))
    gap = relative_gap(with_, without)
    known = gap[~np.isnan(gap)]
    beats = float((known < published).mean()) if len(known) else math.nan
    return (*names, _mean(with_), _mean(without), *numbers(gap), beats, "yes", "")


def _mean(values: Floats) -> float:
    """Over the runs that have one; NaN when none has."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def _months(comparison: Comparison, mark: Mark, reading: str) -> tuple[range, range]:
    """Months of the study that lie as long after its change as the published ones after the programme's start."""
    change = _since(comparison)
    length = QUARTER if mark.step == "quarter" else YEAR
    first = change + length * (mark.position - 1)
    years_since = (first - change) // YEAR + 1
    back = YEAR if reading == ON_YEAR_BEFORE else YEAR * years_since
    return range(first, first + length), range(first - back, first - back + length)


def _since(comparison: Comparison) -> int:
    """Index of the first month of change."""
    change, start = comparison.scenarios[0].window.change, comparison.scenarios[0].window.start
    return (change.year - start.year) * YEAR + change.month - start.month


def _name(comparison: Comparison, months: range) -> str:
    start = comparison.scenarios[0].window.start
    return in_months(months_after(start, months[0]), months_after(start, months[-1] + 1))
