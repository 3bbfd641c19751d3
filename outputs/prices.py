"""What care costs: unit costs from a price list, brought to a price year, and drawn for a run."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from scenarios.assumption_draws import draw
from scenarios.evidence import LIBRARY, Evidence, Source, load
from scenarios.messages import BadInput, Message
from scenarios.resolved import Origin, RangeValue, Resolved, Scale

PRICES = LIBRARY / "prices"
SHIPPED = "england-2016-17.csv"
SHIPPED_YEAR = "2016/17"
SOURCES = "sources.csv"
POUNDS_PER_BILLION = 1e9
COUNTS = (
    "admissions_zero_day", "admissions_overnight", "admission_nights", "type1_admitted", "type1_not_admitted",
    "ae_other", "contacts", "days", "weeks",
)
"""What a price may be a price of; the last three are counted in the settings that carry the price's tag."""
COUNTS_BY_TAG = ("contacts", "days", "weeks")
APRIL = 4
COUNTS_NIGHTS = "admission_nights"


@dataclass(frozen=True)
class Price:
    """What one unit of care costs, and how much of that moves with one unit more or less.

    Attributes:
        item: short name, used nowhere twice.
        title: in the NHS's words.
        sector: part of the service whose spending it is.
        counts: what it is a price of, one of `COUNTS`.
        tag: settings in which that is counted; empty when `counts` needs none.
        unit: in words.
        value: full average cost in pounds of the list's price year.
        marginal_share: the part of it that one unit more or less changes, 0-1.
        status: "sourced", "derived" or "assumption", of the value.
        source: id of the value's source.
        marginal_status: the same, of the marginal share.
        marginal_source: ids of its sources, with ";" between them.
        note: how it was made.
    """

    item: str
    title: str
    sector: str
    counts: str
    tag: str
    unit: str
    value: RangeValue
    marginal_share: RangeValue
    status: str
    source: str
    marginal_status: str
    marginal_source: str
    note: str


@dataclass(frozen=True)
class PriceList:
    """Prices of one price year.

    Attributes:
        price_year: financial year of the money.
        prices: no item twice.
        all_spending_per_head: yearly spending on health and adult social care in England per head, in pounds of the
            price year: what the spending that the model covers is a share of.
    """

    price_year: str
    prices: tuple[Price, ...]
    all_spending_per_head: float

    def at(self, price_year: str, evidence: Evidence) -> PriceList:
        """The list in the money of another year, by the GDP deflator; ValueError when a year has no deflator."""
        factor = deflator(self.price_year, price_year, evidence)
        prices = tuple(replace(price, value=_times(price.value, factor)) for price in self.prices)
        return PriceList(price_year, prices, self.all_spending_per_head * factor)

    def drawn(self, seed: int, replication: int) -> PriceList:
        """The list of one run: each price and marginal share drawn from its range, the same in every scenario."""
        prices = tuple(
            replace(
                price,
                value=_certain(draw(price.value, f"price.{price.item}", seed, replication)),
                marginal_share=_certain(draw(price.marginal_share, _marginal_name(price), seed, replication)),
            )
            for price in self.prices
        )
        return replace(self, prices=prices)


def load_prices(resolved: Resolved, evidence: Evidence | None = None) -> PriceList:
    """The shipped price list in the money of a scenario's price year.

    Raises:
        ValueError: when there is no GDP deflator for a year between the list's and the scenario's.
    """
    evidence = evidence or load()
    shipped = PriceList(SHIPPED_YEAR, read_prices(PRICES / SHIPPED), _all_spending_per_head(evidence))
    return shipped.at(resolved.price_year, evidence)


def prices_for_run(resolved: Resolved, seed: int, replication: int) -> PriceList:
    """The price list of one run: as `load_prices`, then drawn."""
    return load_prices(resolved).drawn(seed, replication)


def read_prices(path: Path) -> tuple[Price, ...]:
    """Prices of a list.

    Raises:
        ValueError: when an item stands twice, or counts something unknown, or a share is not between 0 and 1.
    """
    with path.open(encoding="utf-8", newline="") as stream:
        prices = tuple(_price(record) for record in csv.DictReader(stream))
    items = [price.item for price in prices]
    for price in prices:
        if items.count(price.item) > 1:
            raise ValueError(f"{path.name}: item {price.item} stands twice")
        if price.counts not in COUNTS or bool(price.tag) != (price.counts in COUNTS_BY_TAG):
            raise ValueError(f"{path.name}: item {price.item} counts {price.counts!r} of tag {price.tag!r}")
        if not 0.0 <= price.marginal_share.low <= price.marginal_share.high <= 1.0:
            raise ValueError(f"{path.name}: item {price.item} has a marginal share outside 0-1")
    return prices


def check_years(scenario: Resolved) -> None:
    """See that money of a scenario's price year can be brought to every year of its run.

    Raises:
        BadInput: naming the first year without a deflator.
    """
    window = scenario.window
    years = {_financial_year(day) for day in (window.start, window.end)}
    for year in (SHIPPED_YEAR, *sorted(years)):
        try:
            deflator(scenario.price_year, year, load())
        except ValueError:
            origin = scenario.origins.get("price_year", Origin("", 0))
            known = [stratum.removeprefix("financial year ") for stratum in load().strata("gdp_deflator")]
            text = f"Money cannot be brought from {scenario.price_year} to {year}: there is no GDP deflator."
            allowed = f"price years and runs from {min(known)} to {max(known)}"
            raise BadInput([
                Message(origin.file, origin.line, "price_year", scenario.price_year, allowed, "", text)
            ]) from None


def _financial_year(day: date) -> str:
    first = day.year if day.month >= APRIL else day.year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def price_sources() -> Mapping[str, Source]:
    """Sources that price lists cite, by id: those of the evidence and those of their own."""
    with (PRICES / SOURCES).open(encoding="utf-8", newline="") as stream:
        own = {record["id"]: Source(**record) for record in csv.DictReader(stream)}
    return {**load().sources(), **own}


def deflator(from_year: str, to_year: str, evidence: Evidence) -> float:
    """What a pound of one financial year is in the money of another.

    Raises:
        ValueError: when a year between them has no deflator.
    """
    first, last = _first_calendar_year(from_year), _first_calendar_year(to_year)
    factor = 1.0
    for year in range(min(first, last) + 1, max(first, last) + 1):
        stratum = f"financial year {year}/{(year + 1) % 100:02d}"
        if stratum not in evidence.strata("gdp_deflator"):
            known = evidence.strata("gdp_deflator")
            raise ValueError(f"no GDP deflator for {stratum}; known: {', '.join(known)}")
        factor *= 1.0 + evidence.value("gdp_deflator", stratum) / 100.0
    return factor if last >= first else 1.0 / factor


def _price(record: Mapping[str, str]) -> Price:
    return Price(
        item=record["item"],
        title=record["title"],
        sector=record["sector"],
        counts=record["counts"],
        tag=record["tag"],
        unit=record["unit"],
        value=_amount(record, ("value", "low", "high"), "positive"),
        marginal_share=_amount(record, ("marginal_share", "marginal_low", "marginal_high"), "share"),
        status=record["price_status"],
        source=record["price_source"],
        marginal_status=record["marginal_status"],
        marginal_source=record["marginal_source"],
        note=record["note"],
    )


def _amount(record: Mapping[str, str], columns: tuple[str, str, str], scale: Scale) -> RangeValue:
    best, low, high = (float(record[column]) for column in columns)
    return RangeValue(best, low, high, scale)


def _all_spending_per_head(evidence: Evidence) -> float:
    """Health and adult social care spending per head in England, in 2016/17 pounds a year."""
    billions = evidence.value("budget_dhsc_total", "England")
    billions += evidence.value("adult_social_care_gross_current_expenditure", "England councils")
    return billions * POUNDS_PER_BILLION / evidence.value("population", "all England")


def _first_calendar_year(financial_year: str) -> int:
    return int(financial_year[:4])


def _marginal_name(price: Price) -> str:
    """Name under which a marginal share is drawn: prices of one sector move together."""
    return f"marginal share.{price.sector}"


def _certain(value: float) -> RangeValue:
    return RangeValue(value, value, value)


def _times(amount: RangeValue, factor: float) -> RangeValue:
    return replace(amount, best=amount.best * factor, low=amount.low * factor, high=amount.high * factor)
