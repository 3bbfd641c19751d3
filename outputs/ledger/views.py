"""What the books come to over runs: three views by year, who gains and loses, bays, present values, break-even."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from outputs import economics
from outputs.comparison import Comparison
from outputs.ledger.books import BAYS
from outputs.ledger.postings import VIEWS
from outputs.ledger.rules import discounting, rows
from outputs.ledger.study import Floats, StudyBooks, study_books
from outputs.over_runs import DIFFERENCES, NUMBERS, both, numbers
from scenarios.contracts import ORGANISATIONS
from scenarios.evidence import load
from scenarios.resolved import Resolved
from scenarios.wording import terms

ALL_YEARS = "all years"
NOMINAL = "£, nominal"
HELD = (*NUMBERS, *DIFFERENCES)
Row = tuple[object, ...]
LINES = ("received", "paid", "resources", "position")
NET, PROGRAMME, MOVES, BAY_LINE, DAYS = (
    "net cost of all organisations", "new services", "care that moves with use", "bays", "days at home gained"
)


@dataclass(frozen=True)
class Ledger:
    """The money of a study, as tables; their columns are in docs/tables.md. Three views, never added together."""

    study: StudyBooks

    @cached_property
    def by_year(self) -> pd.DataFrame:
        """Each line of the books by year and view: nominal pounds; debits (paid, spent) are positive."""
        columns = ("scenario", "view", "period", "organisation", "account", "counterparty", "unit", *HELD)
        return pd.DataFrame(list(self._lines()), columns=list(columns))

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """Who gains and who loses: received, paid, resources used and what is left of them, by year."""
        columns = ("scenario", "period", "organisation", "line", "unit", *HELD)
        return pd.DataFrame(list(self._organisations()), columns=list(columns))

    @cached_property
    def postings(self) -> pd.DataFrame:
        """Debits and credits of each run and view, in pence: they are equal."""
        found = []
        for (scenario, run), closed in self.study.books.items():
            for view in VIEWS:
                entries = sum(entry.view == view for entry in closed.books.entries)
                found.append((scenario, run, view, entries, *closed.books.totals(view)))
        return pd.DataFrame(found, columns=["scenario", "run", "view", "entries", "debits_pence", "credits_pence"])

    @cached_property
    def bays(self) -> pd.DataFrame:
        """Beds to spare compared with the reference, bays shut for it, and what that saves, by year."""
        columns = ("scenario", "period", "line", "unit", *HELD)
        return pd.DataFrame(list(self._bays()), columns=list(columns))

    @cached_property
    def present_values(self) -> pd.DataFrame:
        """Differences from the reference since the change, in the price year's money, discounted."""
        columns = ("scenario", "line", "rate_percent", "price_year", "unit", *NUMBERS)
        return pd.DataFrame(list(self._present_values()), columns=list(columns))

    @cached_property
    def break_even(self) -> pd.DataFrame:
        """Cumulative net cost by year, discounted, and the share of runs that have broken even."""
        columns = ("scenario", "period", "price_year", "unit", *NUMBERS, "share_of_runs")
        return pd.DataFrame(list(self._break_even()), columns=list(columns))

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row a scenario: cost of an admission avoided, break-even year, double running, share covered."""
        columns = (
            "scenario", "contracts", "price_year", "admissions_avoided", "admissions_avoided_low",
            "admissions_avoided_high", "cost_per_admission_avoided", "cost_per_admission_avoided_low",
            "cost_per_admission_avoided_high", "warning", "break_even_year", "break_even_share_of_runs",
            "double_running_months", "double_running_gbp", "bays_closed_at_end", "spending_covered_share",
        )
        return pd.DataFrame([self._summary(one.id) for one in self._scenarios()], columns=list(columns))

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """The agreements under which each scenario was paid."""
        found = [
            (one.id, one.contracts.id, agreement.name, agreement.kind, "; ".join(agreement.payers),
             "; ".join(agreement.providers), "; ".join(agreement.care), terms(agreement), agreement.status,
             agreement.source)
            for one in self._scenarios() if one.contracts is not None for agreement in one.contracts.agreements
        ]
        columns = (
            "scenario", "contracts", "agreement", "kind", "payers", "providers", "care", "terms", "status", "source",
        )
        return pd.DataFrame(found, columns=list(columns))

    @cached_property
    def capacity(self) -> pd.DataFrame:
        """The rows behind bays and discounting."""
        found = [(row.name, row.value, row.low, row.high, row.unit, row.status, row.source, row.note)
                 for row in rows(load())]
        return pd.DataFrame(found, columns=["name", "value", "low", "high", "unit", "status", "source", "note"])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by the name of its file."""
        return {
            "ledger": self.by_year, "organisations": self.organisations, "postings": self.postings, "bays": self.bays,
            "present_values": self.present_values, "break_even": self.break_even, "money_summary": self.summary,
            "contracts": self.contracts, "capacity": self.capacity,
        }

    def _scenarios(self) -> tuple[Resolved, ...]:
        return self.study.comparison.scenarios

    def _others(self) -> Iterator[str]:
        return (one.id for one in self.study.comparison.others() if self.study.comparison.reference is not None)

    def _reference(self, scenario: str) -> str | None:
        """The reference's id for a scenario that is compared with it."""
        compared = self.study.comparison.reference
        return compared if compared is not None and scenario != compared else None

    def _periods(self, pounds: Floats) -> Iterator[tuple[str, Floats]]:
        """Each year of (runs, years), then all years together."""
        yield from zip(self.study.year_names, pounds.T, strict=True)
        yield ALL_YEARS, pounds.sum(axis=1)

    def _lines(self) -> Iterator[Row]:
        there = self.study.amounts(self.study.reference.id)
        for one in self._scenarios():
            here = self.study.amounts(one.id)
            compared = self._reference(one.id) is not None
            nothing = np.zeros((len(self.study.runs), len(self.study.year_names)))
            for key in sorted({*here, *(there if compared else ())}, key=lambda key: (VIEWS.index(key[0]), key)):
                now, before = here.get(key, nothing), there.get(key, nothing)
                for (period, values), (_, base) in zip(self._periods(now), self._periods(before), strict=True):
                    numbers_ = both(values, base if compared else None)
                    yield (one.id, key[0], period, key[1], key[2], key[3], NOMINAL, *numbers_)

    def _organisations(self) -> Iterator[Row]:
        before = self._positions(self.study.reference.id)
        for one in self._scenarios():
            compared = self._reference(one.id) is not None
            for (organisation, line), pounds in self._positions(one.id).items():
                base = before[organisation, line]
                level = float(np.abs(before[organisation, "resources"] + before[organisation, "paid"]).mean())
                for (period, values), (_, there) in zip(self._periods(pounds), self._periods(base), strict=True):
                    matters = 0.001 * level if line == "position" else None
                    yield (one.id, period, organisation, line, NOMINAL,
                           *both(values, there if compared else None, matters))

    def _positions(self, scenario: str) -> dict[tuple[str, str], Floats]:
        """(runs, years) of each organisation and line: what it received, paid, used up, and is left with."""
        shape = (len(self.study.runs), len(self.study.year_names))
        found = {(name, line): np.zeros(shape) for name in ORGANISATIONS for line in LINES}
        for (view, name, _, _), pounds in self.study.amounts(scenario).items():
            if name not in ORGANISATIONS or view == "average cost":
                continue
            if view == "resources":
                found[name, "resources"] += pounds
            else:
                found[name, "paid"] += np.maximum(pounds, 0.0)
                found[name, "received"] += np.maximum(-pounds, 0.0)
        for name in ORGANISATIONS:
            found[name, "position"] = found[name, "received"] - found[name, "paid"] - found[name, "resources"]
        return found

    def _bays(self) -> Iterator[Row]:
        counts = np.bincount(self.study.years.of_month)
        for scenario in self._others():
            closed = [self.study.books[scenario, run] for run in self.study.runs]
            saved = -self.study.resources(scenario, BAYS)
            freed = np.array([self.study.years.sums(one.freed) for one in closed]) / counts
            shut = np.array([self.study.years.sums(one.bays) for one in closed]) / counts
            for line, unit, table in (("beds_freed", "beds", freed), ("bays_closed", "bays", shut),
                                      ("saved_gbp", NOMINAL, saved)):
                for period, values in zip(self.study.year_names, table.T, strict=True):
                    yield (scenario, period, line, unit, *both(values, np.zeros_like(values), 0.0))

    def _real(self, scenario: str, part: str = "") -> Floats:
        """(runs, years since the change) difference of resources from the reference, in the price year's money."""
        nominal = self.study.resources(scenario, part) - self.study.resources(self.study.reference.id, part)
        return np.asarray((nominal / self.study.year_inflation)[:, self.study.first_year_of_change :])

    def _present_values(self) -> Iterator[Row]:
        rates, price_year = discounting(), self.study.reference.price_year
        parts = ((NET, ""), (PROGRAMME, "new service"), (MOVES, MOVES), (BAY_LINE, BAYS))
        for scenario in self._others():
            for rate in (rates.costs, 0.0):
                for line, part in parts:
                    values = np.array([economics.present_value(row, rate) for row in self._real(scenario, part)])
                    yield (scenario, line, round(100.0 * rate, 6), price_year, "£", *numbers(values))
            days = self._days_at_home(scenario)
            for rate in (rates.health, 0.0):
                values = np.array([economics.present_value(row, rate) for row in days])
                yield (scenario, DAYS, round(100.0 * rate, 6), "", "days", *numbers(values))

    def _days_at_home(self, scenario: str) -> Floats:
        """(runs, years since the change) days at home of all residents more than in the reference."""
        table = self.study.comparison.run_values
        own = table[table["measure"] == "days_at_home_per_person"]
        names = list(self.study.year_names[self.study.first_year_of_change :])
        here, there = (
            own[own["scenario"] == name].pivot(index="run", columns="period", values="value")
            .reindex(columns=names).to_numpy(np.float64)
            for name in (scenario, self.study.reference.id)
        )
        people = self.study.by_year(self.study.reference.id, "people") / np.bincount(self.study.years.of_month)
        found = (here - there) * people[:, self.study.first_year_of_change :]
        return np.asarray(np.nan_to_num(found))

    def _break_even(self) -> Iterator[Row]:
        rate, names = discounting().costs, self.study.year_names[self.study.first_year_of_change :]
        for scenario in self._others():
            real = self._real(scenario)
            cumulative = np.cumsum(real * economics.factors(real.shape[1], rate), axis=1)
            shares = economics.broken_even(real, rate).mean(axis=0)
            for name, values, share in zip(names, cumulative.T, shares, strict=True):
                yield (scenario, name, self.study.reference.price_year, "£", *numbers(values), float(share))

    def _summary(self, scenario: str) -> Row:
        contracts, year = self._terms(scenario), self.study.reference.price_year
        covered = self.study.comparison.level(scenario, "spending_covered_share")
        share = np.nan if covered is None else covered.mean
        if self._reference(scenario) is None:
            return (scenario, contracts, year, *[np.nan] * 6, "", "", *[np.nan] * 4, share)
        since = self.study.first_year_of_change
        avoided = (self.study.by_year(self.study.reference.id, "admissions")
                   - self.study.by_year(scenario, "admissions"))[:, since:].sum(axis=1)
        real = self._real(scenario)
        cost = economics.cost_per_admission_avoided(real.sum(axis=1), avoided)
        even = economics.broken_even(real, discounting().costs)
        names = self.study.year_names[since:]
        mean_even = economics.broken_even(real.mean(axis=0)[None, :], discounting().costs)[0]
        first = next((name for name, yes in zip(names, mean_even, strict=True) if yes), "")
        months, pounds = self._double_running(scenario)
        at_end = float(np.mean([self.study.books[scenario, run].bays[-1] for run in self.study.runs]))
        return (
            scenario, contracts, year, *numbers(avoided)[:3], cost.pounds, cost.low, cost.high, cost.warning, first,
            float(even[:, -1].mean()), months, pounds, at_end, share,
        )

    def _terms(self, scenario: str) -> str:
        agreed = self.study.comparison.scenario(scenario).contracts
        return agreed.id if agreed is not None else ""

    def _double_running(self, scenario: str) -> tuple[float, float]:
        """Months in which new services were paid and no bay had closed for them yet, and what they cost meanwhile."""
        months, pounds = [], []
        for costs, run in zip(self.study.services(scenario), self.study.runs, strict=True):
            shut = np.flatnonzero(self.study.books[scenario, run].bays > 0)
            until = int(shut[0]) if len(shut) else len(costs)
            months.append(int(np.count_nonzero(costs[:until])))
            pounds.append(float(costs[:until].sum()))
        return float(np.mean(months)), float(np.mean(pounds))


def ledger_of(comparison: Comparison) -> Ledger | None:
    """The money of a study; None when its runs were made without what books need.

    Raises:
        ValueError: when there is no GDP deflator for one of its years.
    """
    return comparison.once("ledger", lambda: _ledger(comparison))


def _ledger(comparison: Comparison) -> Ledger | None:
    found = study_books(comparison)
    return None if found is None else Ledger(found)
