"""The books of every run of a study, by financial year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from outputs.comparison import Comparison
from outputs.ledger.activity import Activity
from outputs.ledger.books import Frame, RunBooks, books_of
from outputs.ledger.postings import ViewName
from outputs.ledger.rules import slack_months
from outputs.ledger.valued import MONTHS_PER_YEAR, Years, years_of
from scenarios.evidence import Evidence, load
from scenarios.resolved import Resolved

Floats = NDArray[np.float64]
Key = tuple[ViewName, str, str, str]
"""View, organisation, account, counterparty."""
PENCE_A_POUND = 100.0


@dataclass(frozen=True)
class StudyBooks:
    """Closed books of all runs.

    Attributes:
        comparison: the study.
        reference: scenario that the others are compared with; the first where there is none.
        frame: its months and years.
        year_names: of each year; with its months where it is not whole.
        runs: numbers of the runs.
        books: by scenario and run.
        activities: by scenario and run.
    """

    comparison: Comparison
    reference: Resolved
    frame: Frame
    year_names: tuple[str, ...]
    runs: tuple[int, ...]
    books: Mapping[tuple[str, int], RunBooks]
    activities: Mapping[tuple[str, int], Activity]
    _known: dict[str, dict[Key, Floats]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def years(self) -> Years:
        """Financial years of the books."""
        return self.frame.years

    @property
    def year_inflation(self) -> Floats:
        """(years,) what a pound of the price year is in each year."""
        return self.years.inflation[self.years.last_months()]

    @property
    def first_year_of_change(self) -> int:
        """Index of the year in which the change begins."""
        return int(self.years.of_month[min(self.frame.change, len(self.years.of_month) - 1)])

    def amounts(self, scenario: str) -> dict[Key, Floats]:
        """(runs, years) pounds of each line of a scenario's books; debits positive."""
        if scenario in self._known:
            return self._known[scenario]
        lines: dict[Key, Floats] = {}
        for row, run in enumerate(self.runs):
            for entry in self.books[scenario, run].books.entries:
                key = (entry.view, entry.organisation, entry.account, entry.counterparty)
                table = lines.setdefault(key, np.zeros((len(self.runs), len(self.year_names))))
                table[row] += self.years.sums(entry.pence) / PENCE_A_POUND
        self._known[scenario] = lines
        return lines

    def by_year(self, scenario: str, what: str) -> Floats:
        """(runs, years) sums over the months of each year of one of the columns of a scenario's activities."""
        return np.array([self.years.sums(getattr(self.activities[scenario, run], what)) for run in self.runs])

    def services(self, scenario: str) -> Floats:
        """(runs, months) what all interventions of a scenario cost, in pounds of the price year."""
        months = len(self.years.of_month)
        return np.array([
            sum(self.activities[scenario, run].services.values(), np.zeros(months)) for run in self.runs
        ])

    def resources(self, scenario: str, part: str = "") -> Floats:
        """(runs, years) nominal pounds of the resources view, of all organisations; `part` begins the account."""
        total = np.zeros((len(self.runs), len(self.year_names)))
        for (view, _, account, counterparty), pounds in self.amounts(scenario).items():
            if view == "resources" and account.startswith(part) and counterparty == "staff and suppliers":
                total += pounds
        return total


def study_books(comparison: Comparison, evidence: Evidence | None = None) -> StudyBooks | None:
    """Keep the books of a study; None when its runs were made without what books need."""
    if not comparison.activities:
        return None
    evidence = evidence or load()
    reference = comparison.scenario(comparison.reference) if comparison.reference else comparison.scenarios[0]
    runs = tuple(sorted({run for _, run in comparison.activities}))
    months = comparison.activities[reference.id, runs[0]].months
    years = years_of(months, reference.price_year, evidence)
    frame = Frame(years, _months_of(months, comparison), _change(months, comparison), slack_months(evidence))
    books = {
        (one.id, run): books_of(
            one, comparison.activities[one.id, run], reference, comparison.activities[reference.id, run], frame
        )
        for one in comparison.scenarios for run in runs
    }
    return StudyBooks(comparison, reference, frame, _named(years), runs, books, comparison.activities)


def _months_of(months: tuple[str, ...], comparison: Comparison) -> range:
    """Months of the base year of a study."""
    first, end = f"{comparison.base.first:%Y-%m}", f"{comparison.base.end:%Y-%m}"
    inside = [index for index, month in enumerate(months) if first <= month < end]
    return range(inside[0], inside[-1] + 1)


def _change(months: tuple[str, ...], comparison: Comparison) -> int:
    change = f"{comparison.scenarios[0].window.change:%Y-%m}"
    return next((index for index, month in enumerate(months) if month >= change), len(months))


def _named(years: Years) -> tuple[str, ...]:
    counts = np.bincount(years.of_month)
    return tuple(
        name if count == MONTHS_PER_YEAR else f"{name} ({count} months)"
        for name, count in zip(years.names, counts, strict=True)
    )
