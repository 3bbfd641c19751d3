"""From stays to books: whatever happens to people, the books balance and say what the measures say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from outputs.ledger.books import Frame, books_of
from outputs.ledger.postings import VIEWS
from outputs.ledger.valued import years_of
from outputs.measures.cost import emergency_admission_cost_per_head_gbp
from outputs.measures.for_books import activity_of
from scenarios.catalogue import shipped
from scenarios.contract_files import contracts
from scenarios.evidence import load
from scenarios.resolved import Origin
from tests.outputs.factory import RunBuilder, intervention, resolved, view_of

RULES = {"bay_beds": 5.0, "bay_cost_share": 0.35}
STAY = some.tuples(some.integers(1, 12), some.integers(0, 690), some.integers(0, 30), some.booleans())
"""Person, day of the study, nights, whether through A&E."""
PEOPLE = 12


def run_of(stays: list[tuple[int, int, int, bool]]) -> RunBuilder:
    """A run of twelve people with some stays, one need each; stays after the end are open."""
    run = RunBuilder().crowd(1, PEOPLE)
    for need, (person, day, nights, through_ae) in enumerate(stays, 1):
        begin = np.datetime64("2015-04-01") + day
        end = begin + nights
        until = f"{end} 20:00" if end < np.datetime64("2017-04-01") else None
        if through_ae:
            run.attendance(person, f"{begin} 08:00", f"{begin} 11:00", need=need)
        run.admission(person, f"{begin} 11:00", until, need=need)
    return run


@settings(max_examples=12, deadline=None)
@given(some.lists(STAY, max_size=8), some.lists(STAY, max_size=8), some.sampled_from(shipped("contract")))
def test_books_of_random_stays_balance_and_agree_with_the_measures(
    stays: list[tuple[int, int, int, bool]], reference: list[tuple[int, int, int, bool]], name: str
) -> None:
    """Debits equal credits in every view; emergency care at average cost is the measure, but for pennies rounded."""
    plan = intervention(set_up_gbp=1234.56, running_gbp=7777.77)
    nothing = resolved()
    scenario = replace(resolved(scenario="plan", interventions=(plan,)), contracts=contracts(name, Origin("", 0)))
    view = view_of(run_of(stays), scenario)
    run, other = activity_of(view, RULES), activity_of(view_of(run_of(reference), nothing), RULES)
    years = years_of(run.months, "2016/17", load())
    kept = books_of(scenario, run, nothing, other, Frame(years, range(12), 12, 3))
    for one in VIEWS:
        debits, credits_ = kept.books.totals(one)
        assert debits == credits_
    own = [entry.pence for entry in kept.books.entries
           if entry.view == "average cost" and entry.account == "emergency admissions" and entry.pence.sum() > 0]
    pounds = sum((years.sums(pence)[1] for pence in own), 0) / 100.0
    year = view.years[1]
    measured = emergency_admission_cost_per_head_gbp(view, year)["all"] * view.person_years(year)
    assert pounds == pytest.approx(measured, abs=0.005 * 3 * 12)
