"""Beds, nights and delays counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from outputs.measures import beds
from outputs.measures.continuity import days_at_home_per_person
from outputs.measures.view import View
from simulation.stays import FIRST_OUTSIDER
from tests.outputs.factory import RunBuilder, view_of

PERSON_YEARS_OF_TEN = 10 * 365 / 365.25
BOTH_WARDS = 20
"""Beds of a built run: ten in each of two ward pools; intermediate care is not a ward."""


def measured(view: View, name: str, stratum: str = "all", year: int = 1) -> float:
    """A measure of beds in 2016/17."""
    return float(getattr(beds, name)(view, view.years[year])[stratum])


def test_bed_days_are_midnights() -> None:
    """From 10 in the evening on the 1st to 8 in the morning on the 4th: three midnights."""
    run = RunBuilder().crowd(1, 10).admission(1, "2016-05-01 22:00", "2016-05-04 08:00", age_band=3)
    view = view_of(run)
    assert measured(view, "emergency_bed_days") == 3
    assert measured(view, "emergency_bed_days_per_1000") == pytest.approx(3000 / PERSON_YEARS_OF_TEN)
    assert measured(view, "emergency_bed_days", "age 40-64") == 3
    assert measured(view, "emergency_bed_days", "age 85+") == 0


def test_a_stay_across_the_new_year_is_split_at_its_midnight() -> None:
    """30 March to 3 April: the nights that begin on 30 and 31 March, and on 1 and 2 April."""
    view = view_of(RunBuilder().crowd(1, 10).admission(1, "2016-03-30 12:00", "2016-04-03 12:00"))
    assert measured(view, "emergency_bed_days", year=0) == 2
    assert measured(view, "emergency_bed_days", year=1) == 2


def test_beds_taken_are_averaged_over_all_hours_by_who_is_in_them() -> None:
    """Emergency 36.5 days, elective 73 days, outside 3.65 days: 0.1, 0.2 and 0.01 beds over 365 days."""
    run = RunBuilder().crowd(1, 10)
    run.admission(1, "2016-05-01 00:00", "2016-06-06 12:00")
    run.admission(FIRST_OUTSIDER, "2016-05-01 00:00", "2016-07-13 00:00", kind="elective")
    run.admission(FIRST_OUTSIDER + 1, "2016-05-01 00:00", "2016-05-04 15:36", kind="outside_emergency")
    view = view_of(run)
    assert measured(view, "emergency_beds_occupied") == pytest.approx(0.1)
    assert measured(view, "elective_beds_occupied") == pytest.approx(0.2)
    assert measured(view, "other_beds_occupied") == pytest.approx(0.01)
    assert measured(view, "bed_occupancy") == pytest.approx(0.31 / BOTH_WARDS)
    assert measured(view, "beds_open") == BOTH_WARDS


def test_a_chair_in_same_day_emergency_care_is_no_bed() -> None:
    """Somebody admitted to it is an admission, takes no bed, and is not at home meanwhile."""
    run = RunBuilder().crowd(1, 1).stay(1, "same_day_unit", "2016-05-01 06:00", "2016-05-01 18:00")
    view = view_of(run)
    assert len(view.admissions) == 1
    assert measured(view, "bed_occupancy") == 0.0
    assert days_at_home_per_person(view, view.years[1])["all"] == pytest.approx(364.5)


def test_a_stay_open_at_the_horizon_takes_its_bed_until_then() -> None:
    """The last 73 days of the year: a fifth of a bed."""
    view = view_of(RunBuilder().crowd(1, 10).admission(1, "2017-01-18 00:00", None))
    assert measured(view, "emergency_beds_occupied") == pytest.approx(73 / 365, abs=2e-4)


def test_occupancy_has_no_answer_without_a_limit() -> None:
    """Wards without a limit have no share taken."""
    view = view_of(RunBuilder(beds=-1).crowd(1, 1).admission(1, "2016-05-01", "2016-05-09"))
    assert beds.bed_occupancy(view, view.years[1]) == {}
    assert beds.beds_open(view, view.years[1]) == {}


def test_medically_fit_days_run_from_ready_to_leaving_where_that_is_a_delay() -> None:
    """Four days waiting for a care package and one for assessment count; waiting for another bed does not."""
    run = RunBuilder().crowd(1, 10)
    run.admission(1, "2016-05-01", "2016-05-10", ready="2016-05-06", reason="care_package")
    run.admission(2, "2016-05-01", "2016-05-04", ready="2016-05-03", reason="assessment")
    run.admission(3, "2016-05-01", "2016-05-04", ready="2016-05-02", reason="bed")
    run.admission(FIRST_OUTSIDER, "2016-05-01", "2016-05-09", ready="2016-05-02", reason="assessment", kind="elective")
    view = view_of(run)
    assert measured(view, "medically_fit_days_per_1000") == pytest.approx(5000 / PERSON_YEARS_OF_TEN)


def test_reported_delayed_days_are_a_share_of_them_by_reason() -> None:
    """The reasons add up to the whole, each the reported share of its medically-fit days."""
    run = RunBuilder().crowd(1, 10)
    run.admission(1, "2016-05-01", "2016-05-10", ready="2016-05-06", reason="care_package")
    run.admission(2, "2016-05-01", "2016-05-04", ready="2016-05-03", reason="assessment")
    view = view_of(run)
    whole = 5000 / PERSON_YEARS_OF_TEN * view.reported_share
    assert measured(view, "delayed_days_per_1000") == pytest.approx(whole)
    assert measured(view, "delayed_days_per_1000", "care package") == pytest.approx(whole * 4 / 5)
    assert measured(view, "delayed_days_per_1000", "assessment") == pytest.approx(whole / 5)


def test_nights_after_the_21st_are_those_beyond_three_weeks() -> None:
    """A stay of 31 nights has ten, one of 21 has none; only the first is over 21 nights."""
    run = RunBuilder().crowd(1, 10)
    run.admission(1, "2016-05-01 12:00", "2016-06-01 12:00").admission(2, "2016-05-01 12:00", "2016-05-22 12:00")
    view = view_of(run)
    assert measured(view, "beds_after_21_nights") == pytest.approx(10 / 365)
    assert measured(view, "stays_over_21_nights") == 1


def test_long_stays_are_counted_in_the_year_in_which_they_end() -> None:
    """Nights fall in the year of their midnight, the stay in the year of its end."""
    view = view_of(RunBuilder().crowd(1, 10).admission(1, "2016-03-01 12:00", "2016-04-11 12:00"))
    assert measured(view, "stays_over_21_nights", year=0) == 0
    assert measured(view, "stays_over_21_nights", year=1) == 1
    assert measured(view, "beds_after_21_nights", year=0) == pytest.approx(10 / 366)
    assert measured(view, "beds_after_21_nights", year=1) == pytest.approx(10 / 365)


def test_beds_taken_add_up_over_years_to_the_time_in_them() -> None:
    """Whatever the stays, the years' bed time is all of the bed time: nothing twice, nothing lost."""
    draws = np.random.default_rng(1)
    run = RunBuilder().crowd(1, 200)
    seconds = 0
    for person in range(1, 201):
        begin = int(draws.integers(0, run.calendar.horizon - 100))
        end = int(draws.integers(begin + 1, run.calendar.horizon))
        run.stay(person, "acute_ward", "2016-05-01", "2016-05-02")
        run.rows[-1] |= {"requested": begin, "started": begin, "ended": end}
        seconds += end - begin
    view = view_of(run)
    taken = sum(beds.emergency_beds_occupied(view, year)["all"] * year.seconds for year in view.years)
    assert taken == pytest.approx(seconds)
    nights = sum(beds.emergency_bed_days(view, year)["all"] for year in view.years)
    assert nights == view.admissions.nights.sum()


def test_a_bed_that_a_neighbour_lends_is_no_bed_of_this_hospital() -> None:
    """Its nights are the resident's; it takes none of the places here, and is counted as sent to the neighbour."""
    run = RunBuilder().crowd(1, 10).admission(1, "2016-05-01 12:00", "2016-05-11 12:00")
    run.stay(2, "lent_bed", "2016-05-01 12:00", "2016-05-11 12:00")
    view = view_of(run)
    assert measured(view, "emergency_bed_days") == 20
    assert measured(view, "emergency_beds_occupied") == pytest.approx(10 / 365)
    assert measured(view, "bed_occupancy") == pytest.approx(10 / 365 / BOTH_WARDS)
    assert measured(view, "sent_to_neighbour_per_1000") == pytest.approx(1000 / PERSON_YEARS_OF_TEN)
