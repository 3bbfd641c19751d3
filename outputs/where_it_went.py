"""Accounting and attribution on the screen: where admissions went, what came instead, which part did it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

import pandas as pd

from outputs.accounting.classify import REFERENCE, SCENARIO, SPILL_OVER_FEWER, SPILL_OVER_MORE
from outputs.accounting.instead import FEWER
from outputs.attribution import OVERLAP, TOTAL
from outputs.comparison import Comparison
from outputs.words import ADMISSIONS, RICH, Symbols, number, run_count
from scenarios.resolved import Resolved

MOST_SCENARIOS = 2
"""With more, the tables would bury the comparison; they are in the results folder."""
MOST_ITEMS = 4
WIDTH = 98
LEAST = 0.05

Row = dict[str, Any]


def in_words(comparison: Comparison, symbols: Symbols = RICH) -> Iterator[str]:
    """A block of text for each scenario's accounts, and for each attribution."""
    if len(comparison.others()) <= MOST_SCENARIOS:
        for scenario in comparison.others():
            lines = [*_accounts(comparison, scenario, symbols), *_instead(comparison, scenario, symbols)]
            if lines:
                yield "\n".join(lines)
    for scenario in comparison.others():
        lines = list(_attribution(comparison, scenario, symbols))
        if lines:
            yield "\n".join(lines)


def _accounts(comparison: Comparison, scenario: Resolved, symbols: Symbols) -> Iterator[str]:
    """Admissions of the reference, each thing that became of them, and admissions of the scenario."""
    table = comparison.accounting
    rows = _of_period(table, comparison, scenario)
    if not rows:
        return
    yield f"WHERE DID IT GO?  {scenario.title}, {comparison.period.name}: emergency admissions, {_averages(comparison)}"
    rows = _folded(rows)
    titles = {REFERENCE: comparison.scenario(str(comparison.reference)).title, SCENARIO: scenario.title}
    for row in rows:
        is_level = row["kind"] in titles
        if not is_level and abs(row["mean"]) < LEAST and comparison.runs > 1:
            continue
        title = str(titles.get(row["kind"], row["title"])) + (f": {row['where']}" if row["where"] else "")
        amount = number(row["mean"], 0 if is_level else 1, signed=not is_level)
        error = ""
        if comparison.runs > 1 and not is_level and not math.isnan(row["simulation_error"]):
            error = f"{symbols.plus_minus}{number(row['simulation_error'], 1)}"
        first, *rest = wrap(title, WIDTH - 22) or [""]
        yield f"{amount:>10} {error:>8}  {first}".rstrip()
        yield from (f"{'':21}{more}" for more in rest)


def _folded(rows: list[Row]) -> list[Row]:
    """Spill-over in a line for each direction: where it went is in the table, and of little interest on the screen."""
    folded: dict[tuple[str, str], Row] = {}
    for row in rows:
        is_spill_over = row["kind"] in (SPILL_OVER_FEWER, SPILL_OVER_MORE)
        key = (row["kind"], "" if is_spill_over else f"{row['where']} {row['reached']}")
        if key in folded:
            folded[key] |= {"mean": folded[key]["mean"] + row["mean"], "simulation_error": math.nan}
        else:
            folded[key] = {**row, "where": "" if is_spill_over else row["where"]}
    return list(folded.values())


def _instead(comparison: Comparison, scenario: Resolved, symbols: Symbols) -> Iterator[str]:
    """What people with an admission less received more of."""
    rows = [
        row for row in _of_period(comparison.instead, comparison, scenario)
        if row["group"] == FEWER and row["units"] > LEAST
    ]
    rows.sort(key=lambda row: -float(row["average_cost_gbp"]))
    if not rows:
        return
    found = [
        f"{row['title']} +{number(row['units'], 1)} ({row['unit']}), "
        f"{symbols.pound}{number(row['average_cost_gbp'])} at average cost"
        for row in rows[:MOST_ITEMS]
    ]
    yield from wrap(f"People with an admission less received instead: {'; '.join(found)}.", WIDTH)


def _attribution(comparison: Comparison, scenario: Resolved, symbols: Symbols) -> Iterator[str]:
    table = comparison.attribution
    if table.empty:
        return
    chosen = table[(table["scenario"] == scenario.id) & (table["measure"] == ADMISSIONS)]
    rows = [{str(key): value for key, value in row.items()} for row in chosen.to_dict("records")]
    if not rows:
        return
    first = rows[0]
    orders = "all orders" if first["method"] == "exact" else f"a sample of {first['orders']} orders"
    yield from wrap(
        f"WHICH PART DID IT?  {scenario.title}, {comparison.period.name}: emergency admissions, "
        f"{_averages(comparison)}; shares over {orders}", WIDTH,
    )  # fmt: skip
    yield f"{'':44}{'alone':>12}{'share':>12}{'added last':>12}"
    for row in rows:
        last = "" if row["part"] in (OVERLAP,) else number(row["last"], 1, signed=True)
        share = "" if row["part"] == OVERLAP else number(row["share"], 1, signed=True)
        error = "" if comparison.runs == 1 else f"   {symbols.plus_minus}{number(row['share_simulation_error'], 1)}"
        if row["method"] != "exact" and row["part"] not in (OVERLAP, TOTAL):
            error += f", orders {symbols.plus_minus}{number(row['sampling_error'], 1)}"
        title = row["title"] if len(row["title"]) < 42 else row["title"][:41] + "."
        alone = number(row["alone"], 1, signed=True)
        yield f"  {title:<42}{alone:>12}{share:>12}{last:>12}{'' if row['part'] == OVERLAP else error}".rstrip()


def _averages(comparison: Comparison) -> str:
    return "1 run" if comparison.runs == 1 else f"averages of {run_count(comparison)}"


def _of_period(table: pd.DataFrame, comparison: Comparison, scenario: Resolved) -> list[Row]:
    """Rows of a scenario in the reported period."""
    if table.empty:
        return []
    rows = table[(table["scenario"] == scenario.id) & (table["period"] == comparison.period.name)]
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]
