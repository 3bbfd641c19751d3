"""Money: each unit of care once, teams from their first day, and nothing added that must not be."""

from __future__ import annotations

from datetime import date

import pytest

from outputs.measures import cost, teams
from outputs.measures.view import View
from outputs.prices import PRICES, PriceList, read_prices
from scenarios.evidence import load
from tests.outputs.factory import RunBuilder, intervention, resolved, view_of

PERSON_YEARS_OF_TEN = 10 * 365 / 365.25


def busy_run() -> RunBuilder:
    """Ten people of whom some use each kind of care that the price list knows and a built run has."""
    run = RunBuilder(teams=("a-team",)).crowd(1, 9).person(10, age=85, care_home=True)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 12:00").admission(1, "2016-05-01 12:00", "2016-05-04 12:00")
    run.admission(2, "2016-06-01 10:00", "2016-06-01 20:00")
    run.attendance(3, "2016-05-01 10:00", "2016-05-01 12:00")
    run.stay(4, "minor_injury_unit", "2016-05-01 10:00", "2016-05-01 12:00")
    run.stay(1, "intermediate_care_beds", "2016-05-04 12:00", "2016-05-14 12:00")
    run.stay(10, "nursing_home", "2015-04-01", None, kind="care_home_entry", care_home=True)
    run.contacts("same_day_gp", "2016-04", 40).contacts("booked_gp", "2016-05", 60).contacts("reablement", "2016-05", 2)
    return run.contacts("ambulance", "2016-05", 3)


EXPECTED = {
    "emergency_overnight": 1,
    "emergency_bed_day": 3,
    "emergency_zero_day": 1,
    "ae_type1_admitted": 1,
    "ae_type1_not_admitted": 1,
    "ae_other": 1,
    "intermediate_care": 10,
    "nursing_home": 365 / 7,
    "gp_same_day": 40,
    "gp_booked": 60,
    "reablement": 2,
    "ambulance_conveyed": 3,
}


def values(view: View, name: str) -> dict[str, float]:
    """A measure of cost in 2016/17, all strata."""
    return dict(getattr(cost, name)(view, view.years[1]))


def test_each_unit_of_care_is_counted_in_one_item() -> None:
    """The units of each item are those worked out by hand; everything else is none."""
    units = values(view_of(busy_run()), "units_of_care")
    for item, number in units.items():
        assert number == pytest.approx(EXPECTED.get(item, 0.0), rel=1e-3), item


def test_same_day_care_of_an_admitted_patient_is_an_admission_and_not_a_clinic_visit() -> None:
    """The unit is a ward to the admitted and a clinic to the others; one of each is one unit of each price."""
    run = RunBuilder().crowd(1, 10).stay(1, "same_day_unit", "2016-05-01 10:00", "2016-05-01 15:00")
    run.stay(2, "same_day_clinic", "2016-05-01 10:00", "2016-05-01 15:00")
    run.contacts("same_day_unit", "2016-05", 1).contacts("same_day_clinic", "2016-05", 1)
    units = values(view_of(run), "units_of_care")
    assert {item: number for item, number in units.items() if number} == {
        "emergency_zero_day": 1.0, "same_day_emergency_care": 1.0,
    }


def test_no_two_prices_count_the_same_thing() -> None:
    """What is counted, and where, is named by one item only: money is counted once."""
    prices = read_prices(PRICES / "england-2016-17.csv")
    counted = [(price.counts, price.tag) for price in prices]
    assert len(set(counted)) == len(counted)


def test_cost_per_head_is_the_sum_of_its_sectors_and_teams() -> None:
    """Units at their prices, over people; nothing twice, nothing lost."""
    plan = intervention(running_gbp=1000.0)
    scenario = resolved(interventions=(plan,))
    view = view_of(busy_run(), scenario)
    per_head = values(view, "cost_per_head_gbp")
    assert per_head["all"] == pytest.approx(sum(value for name, value in per_head.items() if name != "all"))
    by_hand = 2000.0 + sum(
        values(view, "units_of_care")[price.item] * price.value.best for price in view.prices.prices
    )
    assert per_head["all"] == pytest.approx(by_hand / PERSON_YEARS_OF_TEN)


def test_emergency_admissions_are_costed_without_or_with_nights() -> None:
    """One without a night, and one with three: its fixed part and three bed days."""
    view = view_of(busy_run())
    price = {one.item: one.value.best for one in view.prices.prices}
    by_hand = price["emergency_zero_day"] + price["emergency_overnight"] + 3 * price["emergency_bed_day"]
    found = values(view, "emergency_admission_cost_per_head_gbp")["all"]
    assert found == pytest.approx(by_hand / PERSON_YEARS_OF_TEN)


def test_teams_cost_from_their_first_day_filled_or_not() -> None:
    """Two teams from April, three from October, at £1,200 a year: 6 months of two, 6 of three; nobody enrolled."""
    plan = intervention(teams=((date(2016, 4, 1), 2.0), (date(2016, 10, 1), 3.0)), running_gbp=1200.0)
    view = view_of(busy_run(), resolved(interventions=(plan,)))
    assert values(view, "intervention_cost_gbp")["all"] == pytest.approx(1200.0 * 2.5)


def test_set_up_falls_in_the_year_of_the_first_day() -> None:
    """A programme that starts in April 2016 is set up in 2016/17 and not before."""
    view = view_of(busy_run(), resolved(interventions=(intervention(set_up_gbp=500.0),)))
    assert cost.intervention_cost_gbp(view, view.years[0])["all"] == 0.0
    assert cost.intervention_cost_gbp(view, view.years[1])["all"] == 500.0


def test_teams_cost_nothing_once_funding_ends() -> None:
    """Funding ends in July: three months of two teams."""
    plan = intervention(running_gbp=1200.0, funding_ends=date(2016, 7, 1))
    view = view_of(busy_run(), resolved(interventions=(plan,)))
    assert values(view, "intervention_cost_gbp")["all"] == pytest.approx(1200.0 * 2 * 3 / 12)


def test_extras_are_paid_for_the_time_that_people_are_enrolled() -> None:
    """Two people for half a year each at £100 a year: about £100."""
    run = busy_run().enrol(1, "2016-04-01", "2016-10-01").enrol(2, "2016-10-01", "2017-04-01")
    view = view_of(run, resolved(interventions=(intervention(per_person_gbp=100.0),)))
    assert values(view, "intervention_cost_gbp")["a-team"] == pytest.approx(100.0 * 365 / 365.25)
    assert teams.enrolled_people(view, view.years[1])["a-team"] == pytest.approx(1.0)
    assert teams.team_contacts(view, view.years[1])["a-team"] == pytest.approx(24.0)


def test_hours_of_staff_are_those_of_staffed_teams_by_role() -> None:
    """Two teams of half a GP and two nurses, filled or not, for half a year: until funding ends."""
    plan = intervention(staff={"gp": 0.5, "nurse": 2.0}, funding_ends=date(2016, 10, 1))
    view = view_of(busy_run(), resolved(interventions=(plan,)))
    hours = teams.staff_hours(view, view.years[1])
    gp, nurse = (load().value("staff.hours_per_year", role) for role in ("gp", "nurse"))
    assert hours == pytest.approx({"GP": 0.5 * gp, "nurse": 2.0 * nurse, "all": 0.5 * gp + 2.0 * nurse})
    assert sum(teams.staff_hours(view, view.years[0]).values()) == 0.0


def test_net_cost_is_teams_plus_the_part_of_care_that_moves_with_use() -> None:
    """£2,000 of teams, and each unit at its price times its marginal share."""
    view = view_of(busy_run(), resolved(interventions=(intervention(running_gbp=1000.0),)))
    units = values(view, "units_of_care")
    moves = sum(units[one.item] * one.value.best * one.marginal_share.best for one in view.prices.prices)
    assert values(view, "marginal_care_cost_gbp")["all"] == pytest.approx(moves)
    assert values(view, "net_cost_gbp")["all"] == pytest.approx(2000.0 + moves)


def test_one_admission_fewer_saves_its_marginal_cost_only() -> None:
    """Between two runs that differ by one zero-day admission, net cost differs by the price times its share."""
    with_it, without = view_of(busy_run()), view_of(_without_the_zero_day_admission())
    price = next(one for one in with_it.prices.prices if one.item == "emergency_zero_day")
    saved = values(with_it, "net_cost_gbp")["all"] - values(without, "net_cost_gbp")["all"]
    assert saved == pytest.approx(price.value.best * price.marginal_share.best)


def test_the_share_of_spending_covered_is_of_health_and_social_care() -> None:
    """Average cost of care per head over all spending per head, about £2,500 a head in 2016/17."""
    view = view_of(busy_run())
    per_head = values(view, "cost_per_head_gbp")["all"]
    assert values(view, "spending_covered_share")["all"] == pytest.approx(per_head / view.prices.all_spending_per_head)
    assert 2400 < view.prices.all_spending_per_head < 2600


def test_a_price_list_without_prices_costs_nothing() -> None:
    """Cost comes from the list and from nowhere else."""
    view = view_of(busy_run(), prices=PriceList("2016/17", (), 2500.0))
    assert values(view, "cost_per_head_gbp")["all"] == 0.0


def _without_the_zero_day_admission() -> RunBuilder:
    run = busy_run()
    run.rows = [row for row in run.rows if row["person"] != 2]
    return run
