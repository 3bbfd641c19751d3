"""A comparison as one JSON document. Ids are stable; shares are 0-1; `_percent` is per cent."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.findings import tables_of
from outputs.measures.measure import ALL, Measure
from outputs.measures.registry import MEASURES
from outputs.ranges import INTERVAL_KIND, LEVEL
from scenarios.resolved import Resolved

Document = dict[str, Any]
SHOWN = (
    "growth", "vanguard_marks", "best", "pairing", "organisations", "present_values", "break_even", "money_summary",
    "bays", "people", "equity",
)
"""Finished tables that the document holds; all of them are in a study's folder."""


def json_document(comparison: Comparison) -> Document:
    """The document: what was asked, levels of each scenario, differences from the reference, people reached, tables."""
    first = comparison.scenarios[0]
    return {
        "place": {"id": first.place.id, "title": first.place.title, "people": first.place.people,
                  "year": first.place.year},
        "about": words.about_the_place(first),
        "price_year": first.price_year,
        "period": comparison.period.name,
        "base_period": comparison.base.name,
        "runs": comparison.runs,
        "scenarios": [_scenario(comparison, one) for one in comparison.scenarios],
        "comparisons": [_comparison(comparison, one) for one in comparison.others()] if comparison.reference else [],
        "tables": {name: records(table) for name, table in tables_of(comparison).items() if name in SHOWN},
    }


def to_text(document: Document) -> str:
    """The document as text: UTF-8, two spaces, the same bytes for the same findings."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _scenario(comparison: Comparison, scenario: Resolved) -> Document:
    return {
        "id": scenario.id,
        "title": scenario.title,
        "question": scenario.question,
        "measures": _numbers(comparison, comparison.levels, scenario),
    }


def _comparison(comparison: Comparison, scenario: Resolved) -> Document:
    reached = comparison.reached[comparison.reached["scenario"] == scenario.id].drop(columns="scenario")
    return {
        "scenario": scenario.id,
        "reference": comparison.reference,
        "differences": _numbers(comparison, comparison.differences, scenario),
        "reached": records(reached),
        **{
            name: records(_of_period(getattr(comparison, name), comparison, scenario))
            for name in ("accounting", "instead", "attribution")
        },
    }


def _of_period(table: pd.DataFrame, comparison: Comparison, scenario: Resolved) -> pd.DataFrame:
    """Rows of a scenario in the reported period; those of attribution are about no other, growth apart."""
    if table.empty:
        return table
    rows = table[table["scenario"] == scenario.id]
    if "measure" not in table:
        rows = rows[rows["period"] == comparison.period.name]
    return rows.drop(columns=["scenario", "reference"])


def _numbers(comparison: Comparison, table: pd.DataFrame, scenario: Resolved) -> Document:
    """Measures of a scenario in their reported periods, the values of groups inside each under `groups`."""
    numbers: Document = {}
    for row in table[table["scenario"] == scenario.id].to_dict("records"):
        measure = MEASURES[row["measure"]]
        period = comparison.period_of(measure)
        if period is None or row["period"] != period.name:
            continue
        number = numbers.setdefault(measure.id, {})
        if row["stratum"] == ALL:
            number |= _number(comparison, measure, row)
        else:
            number.setdefault("groups", {})[row["stratum"]] = _number(comparison, measure, row)
    return {name: numbers[name] for name in MEASURES if name in numbers}


def _number(comparison: Comparison, measure: Measure, row: dict[Any, Any]) -> Document:
    is_difference = "verdict" in row
    number = {
        "mean": _plain(row["mean"]),
        "low": _plain(row["low"]),
        "high": _plain(row["high"]),
        "unit": words.unit_of_difference(measure) if is_difference else measure.unit,
        "interval_kind": INTERVAL_KIND,
        "level": LEVEL,
        "period": row["period"],
        "base_period": comparison.base.name,
        "runs": int(row["runs"]),
        "simulation_error": _plain(row["simulation_error"]),
        "title": measure.title,
    }
    if is_difference:
        number |= {"verdict": row["verdict"], "chance_lower": _plain(row["chance_lower"])}
    return number


def records(table: pd.DataFrame) -> list[Document]:
    """Rows of a table; what is not known, or has no end, is null."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:  # noqa: ANN401 - cells of a table
    """A cell as JSON has it; what is not known, or has no end, is null."""
    if value is None or isinstance(value, (str, bool)):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if isinstance(value, int) else number
