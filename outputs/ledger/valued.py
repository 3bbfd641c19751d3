"""Care in pounds of the year in which it is given, by whom it is given; and the financial years of the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from outputs.ledger.activity import BY_MONTH, Activity
from outputs.ledger.postings import Ints, pence_of
from outputs.prices import deflator
from scenarios.contracts import NEW_SERVICES, sectors, who_provides
from scenarios.evidence import Evidence
from scenarios.resolved import Resolved

Floats = NDArray[np.float64]
T = TypeVar("T", np.int64, np.float64)
MONTHS_PER_YEAR = 12
APRIL = 4


@dataclass(frozen=True)
class Care:
    """An item of the price list, or an intervention, and what it came to.

    Attributes:
        id: of the item or intervention.
        title: as accounts call it: the sector, or the intervention's own title.
        sector: of the price list, or "new services".
        provider: organisation that gives it.
        pence: (months,) its value at full prices, in money of each month's year.
        marginal_share: the part of its price that one unit more changes; 1 for an intervention.
    """

    id: str
    title: str
    sector: str
    provider: str
    pence: Ints
    marginal_share: float

    @property
    def is_new_service(self) -> bool:
        """Whether it is an intervention."""
        return self.sector == NEW_SERVICES


@dataclass(frozen=True)
class Years:
    """Financial years of the books' months.

    Attributes:
        names: of each year, in order.
        of_month: (months,) which year each month is in.
        inflation: (months,) what a pound of the price year is in each month's year.
    """

    names: tuple[str, ...]
    of_month: Ints
    inflation: Floats

    def last_months(self) -> Ints:
        """Index of the last month of each year: when accounts are settled."""
        return np.append(np.flatnonzero(np.diff(self.of_month)), len(self.of_month) - 1)

    def sums(self, monthly: NDArray[T]) -> NDArray[T]:
        """(years,) sums of monthly amounts."""
        return np.add.reduceat(monthly, np.append(0, self.last_months()[:-1] + 1))


def years_of(months: tuple[str, ...], price_year: str, evidence: Evidence) -> Years:
    """Financial years of months and the deflators that lead to them; ValueError when one is missing."""
    names = [financial_year(month) for month in months]
    in_order = tuple(name for name, _ in groupby(names))
    factors = {name: deflator(price_year, name, evidence) for name in in_order}
    return Years(
        in_order,
        np.array([in_order.index(name) for name in names], np.int64),
        np.array([factors[name] for name in names], np.float64),
    )


def financial_year(month: str) -> str:
    """The financial year of a month: "2017-03" is in "2016/17"."""
    year, number = int(month[:4]), int(month[5:7])
    first = year if number >= APRIL else year - 1
    return f"{first}/{(first + 1) % 100:02d}"


def care_of(activity: Activity, scenario: Resolved, inflation: Floats) -> tuple[Care, ...]:
    """Every item and intervention of a run, valued."""
    items = tuple(
        Care(item, sectors()[item], sectors()[item], who_provides()[item].provider,
             pence_of(units * activity.prices[item][0] * inflation), activity.prices[item][1])
        for item, units in activity.units.items()
    )
    return items + tuple(
        Care(plan.id, plan.title, NEW_SERVICES, plan.run_by, pence_of(activity.services[plan.id] * inflation), 1.0)
        for plan in scenario.interventions
    )


def in_base_year(activity: Activity, base: range) -> Activity:
    """A run in which every month is the same month of the base year.

    Args:
        activity: the run.
        base: indices of the months of the base year; where it lacks a month of the calendar, its mean month stands in.
    """
    by_calendar = {int(activity.months[month][5:7]): month for month in base}
    wanted = [by_calendar.get(int(month[5:7]), -1) for month in activity.months]

    def repeated(monthly: Floats) -> Floats:
        mean = float(monthly[list(base)].mean())
        return np.array([mean if month < 0 else monthly[month] for month in wanted])

    units: Mapping[str, Floats] = {item: repeated(monthly) for item, monthly in activity.units.items()}
    services: Mapping[str, Floats] = {name: np.zeros(len(wanted)) for name in activity.services}
    by_month: dict[str, Any] = {name: repeated(getattr(activity, name)) for name in BY_MONTH}
    return replace(activity, units=units, services=services, **by_month)
