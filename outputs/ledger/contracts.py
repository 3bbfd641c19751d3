"""What each kind of contract pays for care, to the penny.

V is the value of the care given at full prices, B that of the baseline (the year before the change, or what doing
nothing brings in the same month), both of one financial year:

- block: B, whatever is given; or the sum agreed.
- activity tariff: V.
- marginal rate: V up to B, and a share of the price above it.
- blended: B, and a share of the price for every difference from it, up or down.
- capitation with gain share: the budget is B or the sum agreed; providers are paid V, and at the end of the year carry
  their share of what is left of the budget or missing from it.
- pooled budget: payers pay the sum agreed into a fund, the fund pays V, and what is left or missing at the end of the
  year is theirs in the shares in which they pay in.
- system incentive: the sum agreed, at the end of a year in which the area had fewer emergency admissions than the
  reference; nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from outputs.ledger.postings import Books, Ints, pence_of, split
from outputs.ledger.valued import MONTHS_PER_YEAR, Care, Floats, Years
from scenarios.contract_files import agreement_for
from scenarios.contracts import POOLED_FUND, Agreement, Contracts

ByProvider = Mapping[str, Ints]
"""Provider to pence (months,)."""


@dataclass(frozen=True)
class Setting:
    """What contracts look at besides care.

    Attributes:
        years: of the books.
        people: (months,) residents of the reference run, for whom sums a head are agreed.
        earned: (years,) whether the area had fewer emergency admissions than the reference.
    """

    years: Years
    people: Floats
    earned: tuple[bool, ...]


def post_payments(
    books: Books, agreed: Contracts, care: Sequence[Care], baselines: Mapping[str, Sequence[Care]], setting: Setting
) -> None:
    """Post what every agreement pays.

    Args:
        books: to post in.
        agreed: contracts of the scenario; every item of care is in one of them.
        care: of the run.
        baselines: the same care in the year before the change and doing nothing, by the words of `Agreement.baseline`.
        setting: see `Setting`.
    """
    for agreement in agreed.agreements:
        given = _under(agreement, agreed, care)
        expected = _under(agreement, agreed, baselines[agreement.baseline])
        if agreement.kind == "pooled budget":
            _post_pooled(books, agreement, given, setting)
            continue
        for provider, pence in paid(agreement, given, expected, setting).items():
            books.post_shared("payments", agreement.name, agreement.payers, provider, pence)


def paid(agreement: Agreement, given: ByProvider, expected: ByProvider, setting: Setting) -> dict[str, Ints]:
    """What an agreement other than a pooled budget pays each provider in each month.

    Args:
        agreement: its terms.
        given: value of the care given, V.
        expected: value of the baseline, B.
        setting: see `Setting`.
    """
    if agreement.kind == "system incentive":
        return _incentive(agreement, setting)
    if agreement.kind == "activity tariff":
        return dict(given)
    providers = sorted({*given, *expected})
    nothing = np.zeros(len(setting.people), np.int64)
    actual = {name: given.get(name, nothing) for name in providers}
    budget = _budget(agreement, {name: expected.get(name, nothing) for name in providers}, actual, setting)
    if agreement.kind == "block":
        return budget
    if agreement.kind == "blended":
        return {name: budget[name] + _part(actual[name] - budget[name], agreement.rate) for name in providers}
    over = setting.years.sums(sum(actual.values(), nothing)) - setting.years.sums(sum(budget.values(), nothing))
    if agreement.kind == "marginal rate":
        due = -_part(np.maximum(over, 0), 1.0 - agreement.rate)
        return _settled(actual, due, actual, setting.years)
    return _settled(actual, _part(-over, agreement.shared), budget, setting.years)


def _under(agreement: Agreement, agreed: Contracts, care: Sequence[Care]) -> dict[str, Ints]:
    """Value of the care that one agreement is about, by provider."""
    values: dict[str, Ints] = {}
    for one in care:
        if agreement_for(agreed, one.id, one.sector) is agreement:
            values[one.provider] = values.get(one.provider, np.zeros(len(one.pence), np.int64)) + one.pence
    return values


def _budget(agreement: Agreement, expected: ByProvider, actual: ByProvider, setting: Setting) -> dict[str, Ints]:
    """Sums agreed beforehand, by provider: the baseline, or so much a head shared out as the baseline is."""
    if agreement.pounds_per_person is None:
        return dict(expected)
    total = _a_head(agreement.pounds_per_person, setting)
    weights = _shares(expected) or _shares(actual) or {name: 1.0 / len(expected) for name in expected}
    return dict(zip(weights, split(total, tuple(weights.values())), strict=True))


def _a_head(pounds_per_person: float, setting: Setting) -> Ints:
    """So many pounds of the price year a head and year, by month, in money of each month's year."""
    return pence_of(pounds_per_person * setting.people / MONTHS_PER_YEAR * setting.years.inflation)


def _incentive(agreement: Agreement, setting: Setting) -> dict[str, Ints]:
    """The incentive of each year in which it is earned, at its end."""
    a_year = setting.years.sums(_a_head(agreement.pounds_per_person or 0.0, setting))
    due = np.where(np.array(setting.earned, np.bool_), a_year, 0).astype(np.int64)
    monthly = np.zeros(len(setting.people), np.int64)
    monthly[setting.years.last_months()] = due
    return dict(zip(agreement.providers, split(monthly, tuple(agreement.providers.values())), strict=True))


def _settled(monthly: ByProvider, due: Ints, by: ByProvider, years: Years) -> dict[str, Ints]:
    """Monthly payments, and at the end of each year a sum shared out as some amounts of that year are."""
    found = {name: pence.copy() for name, pence in monthly.items()}
    for year, (last, amount) in enumerate(zip(years.last_months(), due, strict=True)):
        weights = _shares({name: pence[years.of_month == year] for name, pence in by.items()})
        for name, part in zip(weights, split(np.array([amount], np.int64), tuple(weights.values())) if weights else (),
                              strict=True):
            found[name][last] += part[0]
    return found


def _post_pooled(books: Books, agreement: Agreement, given: ByProvider, setting: Setting) -> None:
    """Contributions into the fund, what it pays, and what is left or missing at the end of each year."""
    paid_in = _a_head(agreement.pounds_per_person or 0.0, setting)
    books_of_fund = paid_in.copy()
    books.post_shared("payments", agreement.name, agreement.payers, POOLED_FUND, paid_in)
    for provider, pence in given.items():
        books.post("payments", agreement.name, POOLED_FUND, provider, pence)
        books_of_fund -= pence
    back = np.zeros(len(paid_in), np.int64)
    back[setting.years.last_months()] = setting.years.sums(books_of_fund)
    books.post_shared("payments", f"{agreement.name}: what is left", agreement.payers, POOLED_FUND, -back)


def _shares(amounts: ByProvider) -> dict[str, float]:
    """Each provider's share of all amounts; empty when there are none."""
    sums = {name: float(pence.sum()) for name, pence in amounts.items()}
    total = sum(sums.values())
    return {name: value / total for name, value in sums.items()} if total > 0.0 else {}


def _part(pence: Ints, share: float) -> Ints:
    """A share of amounts, to the nearest penny."""
    return np.asarray(np.rint(pence * share), np.int64)
