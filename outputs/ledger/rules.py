"""The numbers that the books go by, each a row of the evidence: bays, discounting."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.assumption_draws import draw
from scenarios.evidence import Evidence, Row, load

BAY_BEDS, BAY_COST_SHARE, BAY_SLACK = "ledger.bay_beds", "ledger.bay_cost_share", "ledger.bay_slack"
DISCOUNT = "discount.rate"
DRAWN = {"bay_beds": BAY_BEDS, "bay_cost_share": BAY_COST_SHARE}


@dataclass(frozen=True)
class Discounting:
    """Yearly rates of discount, as fractions."""

    costs: float
    health: float


def rules_for_run(evidence: Evidence, seed: int | None, replication: int | None) -> dict[str, float]:
    """Values of one run by short name: drawn from their ranges, best guesses without a seed. Beds are whole."""
    found = {}
    for short, name in DRAWN.items():
        row = evidence.row(name)
        certain = seed is None or replication is None
        found[short] = row.value if certain else draw(row.range, name, seed or 0, replication or 0)
    found["bay_beds"] = float(round(found["bay_beds"]))
    return found


def slack_months(evidence: Evidence | None = None) -> int:
    """Months in a row with beds to spare before a bay closes."""
    return round((evidence or load()).value(BAY_SLACK))


def discounting(evidence: Evidence | None = None) -> Discounting:
    """The rates in force."""
    tables = evidence or load()
    return Discounting(tables.value(DISCOUNT, "costs") / 100.0, tables.value(DISCOUNT, "health") / 100.0)


def rows(evidence: Evidence) -> list[Row]:
    """Every row that the books go by."""
    return [row for row in evidence.rows() if row.parameter in (*DRAWN.values(), BAY_SLACK, DISCOUNT)]
