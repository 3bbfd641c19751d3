"""Coming back, and days at home, counted by hand."""

from __future__ import annotations

from datetime import date

import pytest

from outputs.measures import continuity
from outputs.measures.view import View
from simulation.stays import Outcome
from tests.outputs.factory import RunBuilder, resolved, view_of


def measured(view: View, name: str, year: int = 1) -> float:
    """A measure in 2016/17."""
    return float(getattr(continuity, name)(view, view.years[year])["all"])


def test_a_readmission_begins_within_30_days_of_the_end_of_the_stay_before() -> None:
    """Three people leave; one is back after 30 days, one after 31, one never: 1 of 5 stays is followed by another."""
    run = RunBuilder().crowd(1, 5)
    run.admission(1, "2016-05-01", "2016-05-03 10:00", need=1).admission(1, "2016-06-02 09:00", "2016-06-03", need=2)
    run.admission(2, "2016-05-01", "2016-05-03 10:00", need=1).admission(2, "2016-06-03 09:00", "2016-06-04", need=2)
    run.admission(3, "2016-05-01", "2016-05-03 10:00")
    assert measured(view_of(run), "readmission_30_day_share") == pytest.approx(1 / 5)


def test_stays_that_end_in_death_are_not_in_the_denominator() -> None:
    """One of two stays ended alive, and was not followed."""
    run = RunBuilder().crowd(1, 1).person(2, left="2016-05-03", died_in="acute_ward")
    run.admission(1, "2016-05-01", "2016-05-03").admission(2, "2016-05-01", "2016-05-03", outcome=Outcome.DIED)
    assert measured(view_of(run), "readmission_30_day_share") == 0.0
    only_death = RunBuilder().person(2, left="2016-05-03", died_in="acute_ward")
    only_death.admission(2, "2016-05-01", "2016-05-03", outcome=Outcome.DIED)
    view = view_of(only_death)
    assert continuity.readmission_30_day_share(view, view.years[1]) == {}


def test_stays_without_30_days_left_are_not_in_the_denominator() -> None:
    """A stay that ends in the last month of the study cannot be followed."""
    view = view_of(RunBuilder().crowd(1, 1).admission(1, "2017-03-01", "2017-03-10"))
    assert continuity.readmission_30_day_share(view, view.years[1]) == {}


def test_another_attendance_within_7_days_is_from_arrival_to_arrival() -> None:
    """Of four attendances one is followed after six days, one after eight."""
    run = RunBuilder().crowd(1, 2)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 12:00", need=1)
    run.attendance(1, "2016-05-07 10:00", "2016-05-07 12:00", need=2)
    run.attendance(2, "2016-05-01 10:00", "2016-05-01 12:00", need=1)
    run.attendance(2, "2016-05-09 10:00", "2016-05-09 12:00", need=2)
    assert measured(view_of(run), "reattendance_7_day_share") == pytest.approx(1 / 4)


def test_attenders_are_counted_by_how_often_they_come() -> None:
    """Visits of 1, 1, 3 and 7: half come once, half three times or more with 10 of 12 visits, a quarter six or more."""
    run = RunBuilder().crowd(1, 6)
    for person, visits in ((1, 1), (2, 1), (3, 3), (4, 7)):
        for visit in range(visits):
            run.attendance(person, f"2016-05-{10 + visit} 10:00", f"2016-05-{10 + visit} 12:00", need=visit + 1)
    for visit in range(6):
        run.stay(5, "minor_injury_unit", f"2016-05-1{visit} 10:00", f"2016-05-1{visit} 11:00", need=visit + 1)
    view = view_of(run)
    assert measured(view, "attenders_once_share") == pytest.approx(2 / 4)
    assert measured(view, "attenders_3_plus_share") == pytest.approx(2 / 4)
    assert measured(view, "attenders_3_plus_visit_share") == pytest.approx(10 / 12)
    assert measured(view, "attenders_6_plus_share") == pytest.approx(1 / 4)
    assert measured(view, "attenders_6_plus_visit_share") == pytest.approx(7 / 12)


def test_people_with_two_admissions_are_followed_over_the_years() -> None:
    """At 65+ in 2015/16: 3 of 4 admissions by the one with several; next year 1 of 2; five years on 1 of 3."""
    run = RunBuilder(end=date(2021, 4, 1)).crowd(1, 9, age=70)
    for need, month in enumerate(("05", "07", "09"), start=1):
        run.admission(1, f"2015-{month}-01", f"2015-{month}-03", need=need, age_band=4)
    run.admission(2, "2015-06-01", "2015-06-03", age_band=4)
    run.admission(3, "2015-06-01", "2015-06-03", need=1).admission(3, "2015-08-01", "2015-08-03", need=2)
    for need, (person, year) in enumerate(((1, 2016), (4, 2016), (1, 2020), (5, 2020), (6, 2020)), start=10):
        run.admission(person, f"{year}-06-01", f"{year}-06-03", need=need, age_band=5)
    view = view_of(run, resolved(end=date(2021, 4, 1)))
    assert measured(view, "repeated_65_plus_same_year_share", year=0) == pytest.approx(3 / 4)
    assert measured(view, "repeated_65_plus_next_year_share", year=1) == pytest.approx(1 / 2)
    assert measured(view, "repeated_65_plus_five_years_on_share", year=5) == pytest.approx(1 / 3)
    assert continuity.repeated_65_plus_five_years_on_share(view, view.years[4]) == {}


def test_days_at_home_leave_out_hospital_death_and_care_homes() -> None:
    """Over 365 days: one at home; one 10 days in hospital; one dead after 100; one in a care home, 5 days away."""
    run = RunBuilder().crowd(1, 2).person(3, left="2016-07-10", died_in="home").person(4, age=85, care_home=True)
    run.admission(2, "2016-05-01 12:00", "2016-05-11 12:00")
    run.stay(4, "nursing_home", "2015-04-01", None, kind="care_home_entry", care_home=True)
    run.admission(4, "2016-05-01 12:00", "2016-05-06 12:00", need=2, care_home=True)
    view = view_of(run)
    assert measured(view, "days_at_home_per_person") == pytest.approx((365 + 355 + 100 + 0) / 4, abs=0.02)
    assert measured(view, "days_in_care_home_per_person") == pytest.approx(360 / 4, abs=0.02)


def test_time_in_ae_and_in_intermediate_care_is_not_at_home() -> None:
    """Half a day in A&E before the ward and four days in an intermediate-care bed after it."""
    run = RunBuilder().crowd(1, 1).attendance(1, "2016-05-01 00:00", "2016-05-01 12:00")
    run.admission(1, "2016-05-01 12:00", "2016-05-03 00:00")
    run.stay(1, "intermediate_care_beds", "2016-05-03 00:00", "2016-05-07 00:00")
    assert measured(view_of(run), "days_at_home_per_person") == pytest.approx(365 - 6.0)


def test_people_who_move_away_or_in_are_not_in_the_cohort_of_days_at_home() -> None:
    """Only the one who is there from the start of the year to its end, or to death, is followed."""
    run = RunBuilder().crowd(1, 1).person(2, left="2016-07-01").person(3, entered="2016-07-01")
    assert measured(view_of(run), "days_at_home_per_person") == pytest.approx(365.0)
