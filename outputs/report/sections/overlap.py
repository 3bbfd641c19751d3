"""How many people have two services of a plan at once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from outputs.finished import Findings
from outputs.measures.measure import ALL
from outputs.measures.two_services import AND, OF
from outputs.report.parts import Block, table_of

WITH_BOTH, WITH_ANOTHER = "people_with_two_services", "share_with_another_service"
LEAST_PEOPLE = 1.0
"""People with both services below which there is nobody worth naming."""
HEADINGS = {
    "scenario": "scenario", "team": "service", "part": "another service", "people": "people with both at a time",
    "share": "of those with the service, %", "share_back": "of those with the other, %",
}


def overlap_blocks(findings: Findings) -> tuple[Block, ...]:
    """A table of pairs of services and the people who have both; nothing where no scenario has two services."""
    pairs = overlaps(findings.comparison.levels, findings.comparison.period.name)
    if pairs.empty:
        return ()
    titled = findings.with_titles(pairs).assign(
        share=pairs["share"] * 100.0, share_back=pairs["share_back"] * 100.0
    ).sort_values("share", ascending=False, kind="stable")
    return (table_of(titled, _finding(titled.to_dict("records")[0]), HEADINGS),)


def _finding(most: Mapping[Hashable, Any]) -> str:
    """What the table says first."""
    if most["people"] < LEAST_PEOPLE:
        return "Hardly anybody has two services at once"
    return (f"{most['share']:.0f} % of those with {str(most['team']).lower()} have {str(most['part']).lower()} too, at "
            "any one time: what two services do to one person is multiplied, not added")


def overlaps(levels: pd.DataFrame, period: str) -> pd.DataFrame:
    """One row a scenario and pair of services: scenario, team, part, people with both, and shares of each one's people.

    Args:
        levels: of a comparison.
        period: name of the year.
    """
    chosen = levels[(levels["period"] == period) & (levels["stratum"] != ALL)]
    shares = {
        (row["scenario"], row["stratum"]): float(row["mean"])
        for row in chosen[chosen["measure"] == WITH_ANOTHER].to_dict("records")
    }
    rows = []
    for row in chosen[chosen["measure"] == WITH_BOTH].to_dict("records"):
        one, _, other = str(row["stratum"]).partition(AND)
        back = shares.get((row["scenario"], f"{OF}{other}: {one}"), 0.0)
        there = shares.get((row["scenario"], f"{OF}{one}: {other}"), 0.0)
        if there < back:
            one, other, there, back = other, one, back, there
        rows.append((row["scenario"], one, other, float(row["mean"]), there, back))
    return pd.DataFrame(rows, columns=["scenario", "team", "part", "people", "share", "share_back"])
