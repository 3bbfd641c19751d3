"""The tables of accounting over runs: means that add up, ranges over assumptions, and simulation error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from outputs.accounting.classify import KINDS, Classified, classify
from outputs.accounting.instead import GROUPS, TEAMS, CareInstead, care_instead
from outputs.measures.trace import TRACE, Trace
from outputs.prices import Price, load_prices
from outputs.ranges import spread
from scenarios.resolved import Resolved

ACCOUNTING_COLUMNS = (
    "scenario", "reference", "period", "kind", "title", "where", "reached",
    "mean", "low", "high", "simulation_error", "runs",
)
QUANTITIES = ("units", "average_cost_gbp", "marginal_cost_gbp")
INSTEAD_COLUMNS = (
    "scenario", "reference", "period", "group", "group_title", "item", "title", "sector", "unit",
    *(f"{name}{end}" for name in QUANTITIES for end in ("", "_low", "_high", "_simulation_error")), "runs",
)
TEAM_SECTOR, TEAM_UNIT = "teams", "team-year"

Key = tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """One run of a scenario beside the same run of the reference."""

    classified: Classified
    care: list[CareInstead]


def pairs_of(runs: pd.DataFrame, scenario: str, reference: str) -> list[Pair]:
    """Every run of a scenario beside the reference's; none when the runs carry no traces."""
    rows = runs.loc[runs["measure"] == TRACE, ["scenario", "run", "content"]]
    packed = {(row["scenario"], row["run"]): row["content"] for row in rows.to_dict("records")}
    pairs = []
    for run in sorted(run for name, run in packed if name == scenario):
        there, here = Trace.unpacked(packed[reference, run]), Trace.unpacked(packed[scenario, run])
        found = classify(there, here)
        pairs.append(Pair(found, care_instead(there, here, found)))
    return pairs


def accounting_of(pairs: Sequence[Pair], scenario: str, reference: str) -> pd.DataFrame:
    """Where did it go: rows of `ACCOUNTING_COLUMNS`, one for each period, kind, place and whether reached."""
    values = _over_runs([
        {change[:4]: float(change[4]) for change in pair.classified.changes} for pair in pairs
    ])
    order = list(KINDS)
    rows = []
    for (period, kind, where, reached), found in sorted(
        values.items(), key=lambda item: (item[0][0], order.index(item[0][1]), item[0])
    ):
        over = spread(found)
        numbers = (over.mean, over.low, over.high, over.simulation_error, over.runs)
        rows.append((scenario, reference, period, kind, KINDS[kind], where, reached, *numbers))
    return pd.DataFrame(rows, columns=list(ACCOUNTING_COLUMNS))


def instead_of(pairs: Sequence[Pair], scenario: Resolved, reference: Resolved) -> pd.DataFrame:
    """What people received instead: rows of `INSTEAD_COLUMNS`, one for each period, group and item."""
    by_quantity = {
        name: _over_runs([
            {(one.period, one.group, one.item): float(getattr(one, name)) for one in pair.care} for pair in pairs
        ])
        for name in QUANTITIES
    }
    prices = {price.item: price for price in load_prices(scenario).prices}
    teams = {plan.id: plan.title for one in (reference, scenario) for plan in one.interventions}
    groups, items = list(GROUPS), [*prices, *teams]
    keys = sorted(by_quantity["units"], key=lambda key: (key[0], groups.index(key[1]), items.index(key[2])))
    rows = []
    for period, group, item in keys:
        numbers: list[float] = []
        for name in QUANTITIES:
            over = spread(by_quantity[name][period, group, item])
            numbers += [over.mean, over.low, over.high, over.simulation_error]
        described = _described(group, item, prices, teams)
        rows.append((scenario.id, reference.id, period, group, GROUPS[group], item, *described, *numbers, len(pairs)))
    return pd.DataFrame(rows, columns=list(INSTEAD_COLUMNS))


def _described(group: str, item: str, prices: Mapping[str, Price], teams: Mapping[str, str]) -> tuple[str, str, str]:
    """Title, sector and unit of an item."""
    if group == TEAMS:
        return teams[item], TEAM_SECTOR, TEAM_UNIT
    return prices[item].title, prices[item].sector, prices[item].unit


def _over_runs(runs: Sequence[Mapping[Key, float]]) -> dict[Key, np.ndarray]:
    """(runs,) values of each key; nothing counts as 0."""
    values: dict[Key, np.ndarray] = defaultdict(lambda: np.zeros(len(runs)))
    for number, one in enumerate(runs):
        for key, value in one.items():
            values[key][number] = value
    return dict(values)
