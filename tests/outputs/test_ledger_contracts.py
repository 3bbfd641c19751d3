"""Every kind of contract pays what its formula says, and the books balance whatever happens."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from outputs.ledger.activity import Activity
from outputs.ledger.books import Frame, RunBooks, books_of
from outputs.ledger.postings import VIEWS
from outputs.ledger.valued import financial_year, years_of
from scenarios.catalogue import shipped
from scenarios.contract_files import contracts
from scenarios.contracts import POOLED_FUND, Agreement, Contracts, sectors
from scenarios.evidence import load
from scenarios.resolved import Origin
from tests.outputs.books import CHANGE, MONTHS, activity
from tests.outputs.studies import do_nothing, with_team

NO_INFLATION = years_of(MONTHS, "2016/17", load())
YEARS = replace(NO_INFLATION, inflation=np.ones(len(MONTHS)))
FRAME = Frame(YEARS, range(CHANGE - 12, CHANGE), CHANGE, 3)
ADMISSION = "emergency_zero_day"
LAST_YEAR = slice(60, 72)


@cache
def shipped_contracts(name: str) -> Contracts:
    """Shipped contracts by name, read once."""
    return contracts(name, Origin("", 0), services=["a-team"])


def keep(name: str, run: Activity, reference: Activity, **terms: object) -> RunBooks:
    """Books under shipped contracts, with terms of the agreement on emergency care changed."""
    agreed = shipped_contracts(name)
    first = replace(agreed.agreements[0], **terms)  # type: ignore[arg-type]
    agreed = replace(agreed, agreements=(first, *agreed.agreements[1:]))
    scenario = replace(with_team(), contracts=agreed)
    return books_of(scenario, run, do_nothing(), reference, FRAME)


def received(kept: RunBooks, organisation: str, account: str = "") -> np.ndarray:
    """(months,) pence that an organisation received under agreements whose name begins so."""
    own = [entry.pence for entry in kept.books.entries if entry.view == "payments"
           and entry.organisation == organisation and entry.account.startswith(account)]
    return -sum(own, np.zeros(len(MONTHS), np.int64))


def test_a_block_pays_what_doing_nothing_brings_whatever_is_done() -> None:
    """Twice the admissions bring not a penny more."""
    less, more = activity({ADMISSION: 100.0}), activity({ADMISSION: 200.0})
    assert received(keep("block", more, less), "acute trust").tolist() == [100_000] * len(MONTHS)


def test_a_tariff_pays_for_each() -> None:
    """200 admissions at £10 are £2,000 a month."""
    kept = keep("activity-tariff", activity({ADMISSION: 200.0}), activity({ADMISSION: 100.0}))
    assert received(kept, "acute trust").tolist() == [200_000] * len(MONTHS)


def test_a_marginal_rate_pays_less_above_the_base_year_and_the_full_price_below() -> None:
    """150 against 100 a month at 70 %: 135 are paid, settled at the end of the year; 80 are paid as 80."""
    units = np.full(len(MONTHS), 100.0)
    grown, fallen = units.copy(), units.copy()
    grown[LAST_YEAR], fallen[LAST_YEAR] = 150.0, 80.0
    reference = activity({ADMISSION: units})
    more = received(keep("england-2016-17", activity({ADMISSION: grown}), reference), "acute trust")[LAST_YEAR]
    assert more.sum() == 12 * 135_000
    assert more[:-1].tolist() == [150_000] * 11
    less = received(keep("england-2016-17", activity({ADMISSION: fallen}), reference), "acute trust")[LAST_YEAR]
    assert less.tolist() == [80_000] * 12


def test_a_blended_payment_moves_by_a_fifth_either_way() -> None:
    """50 more or fewer than expected change the payment by 10."""
    reference = activity({ADMISSION: 100.0})
    for units, paid in ((150.0, 110_000), (50.0, 90_000)):
        kept = keep("blended", activity({ADMISSION: units}), reference)
        assert received(kept, "acute trust").tolist() == [paid] * len(MONTHS)


@pytest.mark.parametrize(("units", "team", "kept_of_it"), [(800.0, 0.0, 1_200_000), (1000.0, 1_000.0, -600_000)])
def test_a_population_budget_shares_gains_and_losses(units: float, team: float, kept_of_it: int) -> None:
    """The budget is 1,000 admissions of £10 a month. Providers keep half of £24,000 less care a year, and carry half
    of a service's £12,000; all in pence.
    """
    run = activity({ADMISSION: units}, services={"a-team": team})
    kept = keep("population-budget", run, activity({ADMISSION: 1000.0}))
    paid = sum(int(received(kept, name, "population budget")[LAST_YEAR].sum())
               for name in ("acute trust", "community provider"))
    cost = 12 * round(100 * (10.0 * units + team))
    assert paid - cost == kept_of_it


def test_a_pooled_fund_is_empty_at_the_end_of_every_year() -> None:
    """What is paid in is paid out or goes back, to the penny, in the shares in which it came."""
    run = activity({"reablement": 33.3}, services={"a-team": 7_777.77})
    kept = keep("pooled-budget", run, activity({"reablement": 33.3}))
    fund = received(kept, POOLED_FUND)
    np.testing.assert_array_equal(YEARS.sums(fund), np.zeros(len(YEARS.names)))
    paid = {name: -int(received(kept, name, "pooled fund").sum()) for name in ("commissioner", "council")}
    councils_own = 72 * round(33.3 * 10.0 * 100)
    given = councils_own + 36 * 777_777
    assert paid["commissioner"] + paid["council"] + councils_own == given
    assert paid["council"] + councils_own == pytest.approx(0.1 * given, abs=2 * len(MONTHS))


def test_a_system_incentive_is_paid_only_when_the_system_delivers() -> None:
    """A year with fewer admissions than doing nothing brings £33 a head; a year with as many brings nothing."""
    admissions = np.full(len(MONTHS), 100.0)
    admissions[LAST_YEAR] = 99.0
    kept = keep("system-incentive", activity(admissions=admissions), activity(admissions=100.0))
    paid = -sum((entry.pence for entry in kept.books.entries if entry.organisation == "national funds"),
                np.zeros(len(MONTHS), np.int64))
    assert YEARS.sums(-paid).tolist() == [0] * 5 + [33 * 12_000 * 100]


def test_a_trust_breaks_even_in_the_year_before_the_change() -> None:
    """Capacity and care that moves with use together are what the tariff pays in that year."""
    run = activity({ADMISSION: 123.0, "ae_type1_admitted": 45.6})
    kept = books_of(replace(do_nothing(), contracts=shipped_contracts("activity-tariff")), run, do_nothing(),
                    run, FRAME)
    spent = sum(entry.pence for entry in kept.books.entries
                if entry.view == "resources" and entry.organisation == "acute trust")
    np.testing.assert_allclose(spent, received(kept, "acute trust"), atol=2)


def test_a_shut_bay_saves_its_staff_and_a_refilled_bed_saves_nothing() -> None:
    """Five beds to spare for three months save 40 % of their bed days; beds that refill are as taken as before."""
    beds = np.full(len(MONTHS), 50.0)
    fewer = beds.copy()
    fewer[CHANGE:] = 44.0
    kept = keep("england-2016-17", activity(beds=fewer), activity(beds=beds))
    (saved,) = (entry.pence for entry in kept.books.entries
                if entry.account == "bays" and entry.organisation == "acute trust")
    assert saved[CHANGE + 3] == -round(5 * 31 * 10.0 * 0.4 * 100)
    assert not saved[: CHANGE + 3].any()
    refilled = keep("england-2016-17", activity({ADMISSION: 50.0}, beds=beds), activity({ADMISSION: 90.0}, beds=beds))
    assert not [entry for entry in refilled.books.entries if entry.account == "bays"]


UNITS = some.dictionaries(some.sampled_from(sorted(sectors())), some.floats(0.0, 5_000.0), max_size=6)


@settings(max_examples=30, deadline=None)
@given(UNITS, UNITS, some.floats(0.0, 90_000.0), some.sampled_from(shipped("contract")),
       some.lists(some.floats(0.0, 80.0), min_size=72, max_size=72), some.floats(0.0, 1.0))
def test_debits_equal_credits_to_the_penny_whatever_happens(
    units: dict[str, float], expected: dict[str, float], team: float, name: str, beds: list[float], part: float
) -> None:
    """Over random care, services, beds, contracts and their terms: every account, every month, every view.

    Balance is taken from the entries alone: what organisations paid, less what others received, is nothing.
    """
    growth = 1.0 + np.arange(len(MONTHS)) / 40.0
    run = activity({item: value * growth for item, value in units.items()}, services={"a-team": team},
                   beds=np.array(beds), price=7.77, marginal=0.333)
    terms = {key: part for key, kind in (("rate", "marginal rate"), ("shared", "capitation with gain share"))
             if shipped_contracts(name).agreements[0].kind == kind}
    kept = keep(name, run, activity(expected, beds=40.0, price=7.77, marginal=0.333), **terms)
    sums: dict[tuple[str, str], np.ndarray] = defaultdict(lambda: np.zeros(len(MONTHS), np.int64))
    for entry in kept.books.entries:
        assert entry.pence.dtype == np.int64
        sums[entry.view, entry.account] += entry.pence
    assert all(not total.any() for total in sums.values())
    for view in VIEWS:
        debits, credits_ = kept.books.totals(view)
        assert debits == credits_


def test_each_item_is_paid_under_the_agreement_that_names_it_most_closely() -> None:
    """An item before its sector, a sector before all care; every shipped file pays for everything once."""
    from scenarios.contract_files import agreement_for

    for name in shipped("contract"):
        agreed = shipped_contracts(name)
        for item, sector in sectors().items():
            assert isinstance(agreement_for(agreed, item, sector), Agreement)
    england = shipped_contracts("england-2016-17")
    assert agreement_for(england, "reablement", "community services").name == "reablement"  # type: ignore[union-attr]


def test_months_know_their_financial_year() -> None:
    """March belongs to the year that began in April before."""
    assert [financial_year(month) for month in ("2017-03", "2017-04", "2099-12")] == ["2016/17", "2017/18", "2099/00"]


def test_money_is_that_of_its_own_year() -> None:
    """A pound of 2016/17 is £1.017 in 2017/18 and £1/1.022 in 2015/16."""
    inflation = dict(zip(MONTHS, NO_INFLATION.inflation, strict=True))
    assert inflation["2016-06"] == pytest.approx(1.0)
    assert inflation["2017-06"] == pytest.approx(1.017)
    assert inflation["2015-06"] == pytest.approx(1.0 / 1.022)
