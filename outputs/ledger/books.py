"""The books of one run: payments under its contracts, resources that its care uses up, and care at average cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outputs.ledger.activity import Activity
from outputs.ledger.bays import bays_closed
from outputs.ledger.contracts import Setting, post_payments
from outputs.ledger.postings import Books, Ints, pence_of
from outputs.ledger.valued import Care, Years, care_of, in_base_year
from outputs.periods import days_of
from scenarios.contract_files import default_contracts
from scenarios.contracts import SUPPLIERS
from scenarios.resolved import Resolved

BAYS = "bays"
CAPACITY = "capacity of the year before the change"


@dataclass(frozen=True)
class Frame:
    """What all runs of a study share.

    Attributes:
        years: of its months.
        base: indices of the months of the last year before the change; of the first year where there is none.
        change: index of the first month of change.
        slack_months: months in a row with beds to spare before a bay closes.
    """

    years: Years
    base: range
    change: int
    slack_months: int


@dataclass(frozen=True)
class RunBooks:
    """The books of one run, closed: balanced in every account and month.

    Attributes:
        books: every entry.
        bays: (months,) bays shut compared with the reference.
        freed: (months,) beds to spare compared with the reference.
    """

    books: Books
    bays: Ints
    freed: np.ndarray


def books_of(scenario: Resolved, run: Activity, reference: Resolved, reference_run: Activity, frame: Frame) -> RunBooks:
    """Keep the books of a run.

    Args:
        scenario: that was run.
        run: what happened.
        reference: what it is compared with; itself where there is no other.
        reference_run: the paired run of the reference: what doing nothing would have brought.
        frame: see `Frame`.

    Raises:
        Unbalanced: never, unless there is a mistake in the rules of a contract.
    """
    inflation = frame.years.inflation
    care = care_of(run, scenario, inflation)
    base_year = care_of(in_base_year(reference_run, frame.base), reference, inflation)
    expected = care_of(reference_run, reference, inflation)
    before = frame.years.sums(reference_run.admissions)
    setting = Setting(frame.years, reference_run.people, tuple(frame.years.sums(run.admissions) < before))
    books = Books(len(run.months))
    post_payments(books, scenario.contracts or default_contracts(), care,
                  {"base year": base_year, "doing nothing": expected}, setting)
    bays = bays_closed(
        reference_run.beds_taken, run.beds_taken, run.rules["bay_beds"], frame.slack_months, frame.change
    )
    _post_resources(books, care, base_year)
    trust = next(one.provider for one in care if one.id == run.bed_day)
    books.post("resources", BAYS, trust, SUPPLIERS, -_pence_of_bays(run, bays, inflation))
    _post_average_cost(books, care)
    books.check()
    return RunBooks(books, bays, reference_run.beds_taken - run.beds_taken)


def _post_resources(books: Books, care: tuple[Care, ...], base_year: tuple[Care, ...]) -> None:
    """Capacity stays as it was in the year before the change; care moves with use; services are paid filled or not."""
    for one in base_year:
        if not one.is_new_service:
            fixed = np.rint(one.pence * (1.0 - one.marginal_share)).astype(np.int64)
            _spend(books, f"{CAPACITY}: {one.sector}", one.provider, fixed)
    for one in care:
        moves = np.rint(one.pence * one.marginal_share).astype(np.int64)
        account = f"new service: {one.title}" if one.is_new_service else f"care that moves with use: {one.sector}"
        _spend(books, account, one.provider, moves)


def _post_average_cost(books: Books, care: tuple[Care, ...]) -> None:
    for one in care:
        account = f"new service: {one.title}" if one.is_new_service else one.sector
        books.post("average cost", account, one.provider, SUPPLIERS, one.pence)


def _spend(books: Books, account: str, provider: str, pence: Ints) -> None:
    books.post("resources", account, provider, SUPPLIERS, pence)


def _pence_of_bays(run: Activity, bays: Ints, inflation: np.ndarray) -> Ints:
    """(months,) what shut bays save: the staff of the bay, a part of what its bed days cost in full."""
    days = np.array([days_of(month) for month in run.months])
    a_bay = run.rules["bay_beds"] * days * run.prices[run.bed_day][0] * run.rules["bay_cost_share"]
    return pence_of(bays * a_bay * inflation)

