"""Money agreed between organisations: what a contract says, and who provides which care."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

LIBRARY = Path(__file__).parent / "library"
CONTRACTS = LIBRARY / "contracts"
WHO_PROVIDES = CONTRACTS / "who_provides.csv"
PRICE_LIST = LIBRARY / "prices" / "england-2016-17.csv"
DEFAULT_CONTRACTS = "england-2016-17"
NEW_SERVICES = "new services"
EVERYTHING = "all care"

ORGANISATIONS = (
    "commissioner", "acute trust", "community provider", "general practice", "council", "voluntary sector", "household",
)
"""Those whose gains and losses are shown."""
CARE_HOMES, NATIONAL_FUNDS, POOLED_FUND, SUPPLIERS = (
    "care homes", "national funds", "pooled fund", "staff and suppliers",
)
BOUNDARY = (CARE_HOMES, NATIONAL_FUNDS, POOLED_FUND, SUPPLIERS)
"""Where money comes from or goes to beyond them, so that every pound has two ends."""
PAYERS = (*ORGANISATIONS, NATIONAL_FUNDS)
PROVIDERS = (*ORGANISATIONS, CARE_HOMES)

AgreementKind = Literal[
    "block", "activity tariff", "marginal rate", "blended", "capitation with gain share", "pooled budget",
    "system incentive",
]
KINDS: tuple[AgreementKind, ...] = (
    "block", "activity tariff", "marginal rate", "blended", "capitation with gain share", "pooled budget",
    "system incentive",
)
Baseline = Literal["base year", "doing nothing"]
Status = Literal["sourced", "derived", "assumption"]


@dataclass(frozen=True)
class Agreement:
    """What is paid for some care.

    Attributes:
        name: as written, "emergency hospital care".
        kind: how the sum follows from the care given; docs/money.md has the formula of each.
        payers: share of each payer; together 1.
        care: items or sectors of the price list, "new services", one service by its id, or "all care".
        providers: share of each provider of a system incentive; empty otherwise, where providers are paid for the care
            that they give.
        baseline: what a sum agreed beforehand follows: the last year before the change, month by month, or what doing
            nothing would bring in the same month.
        pounds_per_person: a year, in the price year; None: the baseline's value at full prices.
        rate: share of the price that is paid above the baseline (marginal rate), or for every difference from it
            (blended).
        shared: share of a gain or loss against the budget that providers carry (capitation with gain share).
        status: standing of its numbers.
        source: where they are from.
    """

    name: str
    kind: AgreementKind
    payers: Mapping[str, float]
    care: tuple[str, ...]
    providers: Mapping[str, float]
    baseline: Baseline
    pounds_per_person: float | None
    rate: float
    shared: float
    status: Status
    source: str


@dataclass(frozen=True)
class Contracts:
    """All agreements of an area, in the order of their file; no care is paid for twice."""

    id: str
    title: str
    summary: str
    agreements: tuple[Agreement, ...]


@dataclass(frozen=True)
class Provided:
    """Who gives an item of the price list; an organisation may stand for others that are not shown."""

    item: str
    provider: str
    status: str
    note: str


@lru_cache(maxsize=1)
def who_provides() -> Mapping[str, Provided]:
    """The provider of each item of the price list, by item."""
    return {row["item"]: Provided(**row) for row in _rows(WHO_PROVIDES)}


@lru_cache(maxsize=1)
def sectors() -> Mapping[str, str]:
    """Sector of each item of the price list, by item, in its order."""
    return {row["item"]: row["sector"] for row in _rows(PRICE_LIST)}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
