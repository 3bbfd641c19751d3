"""The people's side and equity of a study, as tables: only what is already measured, put where it can be found."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import pandas as pd

from outputs.comparison import Comparison
from outputs.measures.fifths import KINDS, MOST_TO_LEAST
from outputs.measures.measure import Measure
from outputs.measures.registry import MEASURES
from outputs.over_runs import DIFFERENCES, NO_NUMBERS, NUMBERS
from outputs.words import unit_of_difference

PEOPLE = (
    "days_at_home_per_person", "days_in_care_home_per_person", "handovers_per_1000",
    "handovers_without_record_per_1000", "repeating_oneself_per_admission", "named_coordinator_share",
    "discharge_to_community_days", "no_community_contact_share", "readmission_30_day_share", "deaths_per_1000",
    "hospital_deaths_per_1000", "care_home_deaths_per_1000", "deaths_by_place_share",
    "admitted_in_last_30_days_share", "three_admissions_in_last_year_share",
)
"""Measures of the people's side, in the order in which they are shown."""
BEGINNING = ("scenario", "measure", "title")
PEOPLE_COLUMNS = (
    *BEGINNING, "stratum", "period", "unit", "difference_unit", "rule", *NUMBERS, *DIFFERENCES
)
EQUITY_COLUMNS = (
    *BEGINNING, "kind", "group", "period", "unit", "difference_unit", "rule", *NUMBERS, *DIFFERENCES
)
STATISTICS = ("mean", "low", "high", "simulation_error")
Row = tuple[object, ...]


def people_table(comparison: Comparison) -> pd.DataFrame:
    """The table `people` of docs/tables.md."""
    rows = [
        (scenario, name, MEASURES[name].title, stratum, period, *_units(MEASURES[name], stratum), MEASURES[name].rule,
         *found)
        for scenario, name, stratum, period, found in _found(comparison, PEOPLE)
    ]
    return pd.DataFrame(rows, columns=list(PEOPLE_COLUMNS))


def equity_table(comparison: Comparison) -> pd.DataFrame:
    """The table `equity` of docs/tables.md."""
    rows = [
        (scenario, name, MEASURES[name].title, KINDS[name], group, period, *_units(MEASURES[name], group),
         MEASURES[name].rule, *found)
        for scenario, name, group, period, found in _found(comparison, tuple(KINDS))
    ]
    return pd.DataFrame(rows, columns=list(EQUITY_COLUMNS))


def _units(measure: Measure, stratum: str) -> tuple[str, str]:
    if stratum == MOST_TO_LEAST:
        return "ratio", "ratio"
    return measure.unit, unit_of_difference(measure)


def _found(comparison: Comparison, names: Sequence[str]) -> Iterator[tuple[str, str, str, str, Row]]:
    """Numbers and differences of some measures in their reported periods, scenario by scenario."""
    differences = {
        (row["scenario"], row["measure"], row["period"], row["stratum"]): row
        for row in comparison.differences[comparison.differences["measure"].isin(names)].to_dict("records")
    }
    levels = comparison.levels[comparison.levels["measure"].isin(names)]
    by_measure = dict(iter(levels.groupby("measure", sort=False)))
    for one in comparison.scenarios:
        for name in names:
            period = comparison.period_of(MEASURES[name])
            if period is None or name not in by_measure:
                continue
            rows = by_measure[name]
            for row in rows[(rows["scenario"] == one.id) & (rows["period"] == period.name)].to_dict("records"):
                changed = differences.get((one.id, name, period.name, row["stratum"]))
                yield (one.id, name, str(row["stratum"]), period.name, _numbers(row, changed))


def _numbers(row: dict[Hashable, Any], changed: dict[Hashable, Any] | None) -> Row:
    level = (*(row[name] for name in STATISTICS), row["runs"])
    if changed is None:
        return (*level, *NO_NUMBERS, "")
    return (*level, *(changed[name] for name in STATISTICS), changed["verdict"])
