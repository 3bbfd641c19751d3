"""Care homes and deaths counted by hand."""

from __future__ import annotations

import pytest

from outputs.measures import care_home, deaths
from outputs.measures.view import View
from tests.outputs.factory import RunBuilder, view_of

YEAR_OF_365 = 365 / 365.25


def measured(view: View, name: str) -> float:
    """A measure in 2016/17."""
    module = care_home if name in vars(care_home) else deaths
    return float(getattr(module, name)(view, view.years[1])["all"])


def test_care_home_residents_are_people_living_there_at_a_time() -> None:
    """Two of ten people live in a care home."""
    view = view_of(RunBuilder().crowd(1, 8).crowd(9, 2, age=85, care_home=True))
    assert measured(view, "care_home_residents_per_1000") == pytest.approx(200.0)


def test_use_of_hospital_is_per_resident_of_a_care_home() -> None:
    """Two residents, three visits and one admission in 365 days; a visit of somebody at home is not theirs."""
    run = RunBuilder().crowd(1, 8).crowd(9, 2, age=85, care_home=True)
    for need in (1, 2, 3):
        run.attendance(9, f"2016-05-0{need} 10:00", f"2016-05-0{need} 12:00", need=need, care_home=True)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 12:00")
    run.admission(10, "2016-06-01", "2016-06-03", care_home=True)
    view = view_of(run)
    assert measured(view, "care_home_ae_per_resident") == pytest.approx(3 / (2 * YEAR_OF_365))
    assert measured(view, "care_home_admissions_per_resident") == pytest.approx(1 / (2 * YEAR_OF_365))


def test_without_care_home_residents_there_is_nothing_per_resident() -> None:
    """Nobody to divide by: left out."""
    view = view_of(RunBuilder().crowd(1, 5))
    assert care_home.care_home_ae_per_resident(view, view.years[1]) == {}


def test_deaths_are_counted_where_they_happen() -> None:
    """Four deaths: on a ward, in A&E, in a nursing home, at home; moving away is none."""
    run = RunBuilder().crowd(1, 95)
    run.person(96, left="2016-06-01", died_in="acute_ward").person(97, left="2016-06-01", died_in="cubicle")
    run.person(98, left="2016-06-01", died_in="nursing_home").person(99, left="2016-06-01", died_in="home")
    run.person(100, left="2016-06-01")
    view = view_of(run)
    years = (95 * 365 + 5 * 61) / 365.25
    assert measured(view, "deaths_per_1000") == pytest.approx(4000 / years)
    assert measured(view, "hospital_deaths_per_1000") == pytest.approx(2000 / years)
    assert measured(view, "care_home_deaths_per_1000") == pytest.approx(1000 / years)


def test_the_last_30_days_of_life_are_those_before_the_death() -> None:
    """Of three people who die, one was admitted 29 days before, one 31 days before, one never."""
    run = RunBuilder().crowd(1, 5)
    for person in (6, 7, 8):
        run.person(person, left="2016-12-31", died_in="home")
    run.admission(6, "2016-12-02", "2016-12-05").admission(7, "2016-11-30", "2016-12-05")
    assert measured(view_of(run), "admitted_in_last_30_days_share") == pytest.approx(1 / 3)


def test_three_admissions_in_the_last_year_of_life_are_within_365_days() -> None:
    """One of two has three within the year; the other's first is a day too early."""
    run = RunBuilder().crowd(1, 5)
    for person in (6, 7):
        run.person(person, left="2016-12-31", died_in="home")
        run.admission(person, "2016-06-01", "2016-06-02", need=2).admission(person, "2016-09-01", "2016-09-02", need=3)
    run.admission(6, "2016-01-02", "2016-01-04", need=1).admission(7, "2015-12-31", "2016-01-01", need=1)
    assert measured(view_of(run), "three_admissions_in_last_year_share") == pytest.approx(1 / 2)


def test_a_year_without_a_year_before_it_cannot_tell_the_last_year_of_life() -> None:
    """In the first year of a run the admissions before it are not known."""
    run = RunBuilder().crowd(1, 5).person(6, left="2015-12-31", died_in="home")
    view = view_of(run)
    assert deaths.three_admissions_in_last_year_share(view, view.years[0]) == {}
