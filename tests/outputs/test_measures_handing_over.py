"""Handovers, repeating oneself, a named co-ordinator and the gap after hospital, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from outputs.measures import handing_over
from outputs.measures.deaths import deaths_by_place_share
from scenarios.resolved import Intervention
from tests.outputs.factory import RunBuilder, intervention, resolved, view_of

PLAN = intervention(teams=((date(2016, 4, 1), 1.0),))
SHARED = 0.3
"""Share of handovers between organisations at which the record can be read anyway."""


def measured(run: RunBuilder, name: str, *plans: Intervention, stratum: str = "all") -> float:
    """A measure in 2016/17."""
    view = view_of(run, resolved(interventions=plans))
    return float(getattr(handing_over, name)(view, view.years[1])[stratum])


def per_1000(count: float, people: int = 10) -> float:
    """A count as a rate per 1,000 people a year of the factory's year."""
    return count * 1000.0 / people * 365.25 / 365.0


def story() -> RunBuilder:
    """One person: A&E, a ward, intermediate care, home. Nine others stay well."""
    run = RunBuilder().crowd(1, 10)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 14:00")
    run.stay(1, "acute_ward", "2016-05-01 14:00", "2016-05-06")
    return run.stay(1, "intermediate_care_beds", "2016-05-06", "2016-05-20")


def test_a_story_is_counted_hand_by_hand() -> None:
    """A&E to ward (one organisation), ward to intermediate care, back to the practice; triage to cubicle is none."""
    run = story()
    assert measured(run, "handovers_per_1000") == pytest.approx(per_1000(3))
    assert measured(run, "handovers_per_1000", stratum="between organisations") == pytest.approx(per_1000(2))


def test_an_ambulance_hands_over() -> None:
    """Contacts of ambulances that convey are handovers between organisations."""
    run = story().contacts("ambulance", "2016-05", 4)
    assert measured(run, "handovers_per_1000", stratum="between organisations") == pytest.approx(per_1000(6))


def test_without_a_shared_record_people_repeat_themselves() -> None:
    """Two handovers between organisations, three in ten with a record: 1.4 times for the one admission."""
    run = story()
    assert measured(run, "handovers_without_record_per_1000") == pytest.approx(per_1000(2 * (1 - SHARED)))
    assert measured(run, "repeating_oneself_per_admission") == pytest.approx(2 * (1 - SHARED))


def test_a_shared_record_helps_those_who_have_it_while_they_have_it() -> None:
    """With a service that shares it, seven in ten are spared; with one that does not, or after it, three in ten."""
    run = story()
    run.teams = ("a-team",)
    run.enrol(1, "2016-04-10")
    sharing = replace(PLAN, shares_record=True)
    assert measured(run, "repeating_oneself_per_admission", sharing) == pytest.approx(2 * 0.3)
    assert measured(run, "repeating_oneself_per_admission", PLAN) == pytest.approx(1.4)
    over = story()
    over.teams = ("a-team",)
    over.enrol(1, "2016-04-10", "2016-04-20")
    assert measured(over, "repeating_oneself_per_admission", sharing) == pytest.approx(1.4)


def test_a_named_coordinator_counts_on_the_day_of_admission() -> None:
    """One of two people admitted is with a service that names somebody; one of ten people has one at a time."""
    run = RunBuilder().crowd(1, 10)
    run.admission(1, "2016-05-01", "2016-05-03").admission(2, "2016-05-01", "2016-05-03")
    run.teams = ("a-team",)
    run.enrol(1, "2016-04-01")
    naming = replace(PLAN, named_coordinator=True)
    assert measured(run, "named_coordinator_share", naming) == pytest.approx(0.5)
    assert measured(run, "named_coordinator_share", naming, stratum=handing_over.EVERYBODY) == pytest.approx(0.1)
    assert measured(run, "named_coordinator_share", PLAN) == 0.0


def test_the_gap_after_hospital_is_to_the_first_contact() -> None:
    """Reablement after 5 days; nothing for the other, which counts 30: 17.5 on average, half without a contact."""
    run = RunBuilder().crowd(1, 10)
    run.admission(1, "2016-05-01", "2016-05-04").admission(2, "2016-05-01", "2016-05-04")
    run.stay(1, "reablement", "2016-05-09", "2016-06-09")
    assert measured(run, "discharge_to_community_days") == pytest.approx(17.5)
    assert measured(run, "no_community_contact_share") == pytest.approx(0.5)


def test_a_team_that_comes_twice_a_month_comes_after_a_week() -> None:
    """Half the time between two contacts; people in care homes are looked after at once."""
    run = RunBuilder().crowd(1, 10)
    run.admission(1, "2016-05-01", "2016-05-04")
    run.teams = ("a-team",)
    run.enrol(1, "2016-04-01")
    assert measured(run, "discharge_to_community_days", PLAN) == pytest.approx(365.25 / 12 / 2 / 2)
    home = RunBuilder().crowd(1, 10).admission(1, "2016-05-01", "2016-05-04", care_home=True)
    assert measured(home, "discharge_to_community_days") == 0.0


def test_deaths_and_zero_day_stays_have_no_gap() -> None:
    """Who dies, or goes home the same day, is not waited for."""
    run = RunBuilder().crowd(1, 10).admission(1, "2016-05-01 08:00", "2016-05-01 18:00")
    view = view_of(run)
    assert handing_over.discharge_to_community_days(view, view.years[1]) == {}


def test_places_of_death_make_one_whole() -> None:
    """One on a ward, one in a care home, two at home."""
    run = RunBuilder().crowd(1, 6)
    for person, place in ((1, "acute_ward"), (2, "nursing_home"), (3, "home"), (4, "home")):
        run.person(person, left="2016-08-01", died_in=place)
    view = view_of(run)
    assert deaths_by_place_share(view, view.years[1]) == {
        "hospital": 0.25, "care home": 0.25, "own home and elsewhere": 0.5}
