"""Attendances, admissions and consultations counted by hand."""

from __future__ import annotations

import pytest

from outputs.measures import activity
from outputs.measures.view import View
from simulation.stays import FIRST_OUTSIDER, Outcome
from tests.outputs.factory import RunBuilder, view_of

YEAR = 1
"""Position of 2016/17 in the window of a built run, 365 days."""
PERSON_YEARS_OF_TEN = 10 * 365 / 365.25


def ten_people() -> RunBuilder:
    """Ten people aged 40 who live in the place throughout."""
    return RunBuilder().crowd(1, 10)


def measured(view: View, name: str, stratum: str = "all") -> float:
    """A measure of activity in 2016/17."""
    return float(getattr(activity, name)(view, view.years[YEAR])[stratum])


def test_an_episode_with_several_beds_is_one_admission_from_the_first_to_the_last() -> None:
    """Moving from one ward to another within an episode is not another admission."""
    run = ten_people()
    run.stay(1, "acute_ward", "2016-05-01 10:00", "2016-05-03 09:00")
    run.stay(1, "older_peoples_ward", "2016-05-03 09:00", "2016-05-06 12:00")
    view = view_of(run)
    assert len(view.admissions) == 1
    assert view.admissions.nights.tolist() == [5]
    assert measured(view, "emergency_admissions") == 1


def test_two_needs_of_one_person_are_two_admissions() -> None:
    """Episodes are told apart by the need that began them."""
    run = ten_people().admission(1, "2016-05-01", "2016-05-02", need=1).admission(1, "2016-06-01", "2016-06-02", need=2)
    assert measured(view_of(run), "emergency_admissions") == 2


def test_admissions_per_1000_are_over_the_time_that_people_lived_there() -> None:
    """Someone who leaves half-way counts half: 9.5 people for 365 days."""
    run = RunBuilder().crowd(1, 9).person(10, left="2016-09-30 12:00").admission(1, "2016-05-01", "2016-05-02")
    expected = 1000 / ((9 * 365 + 182.5) / 365.25)
    assert measured(view_of(run), "emergency_admissions_per_1000") == pytest.approx(expected)


def test_a_rate_by_age_is_per_1000_people_of_that_age() -> None:
    """Two of ten people are 80: their one admission is 500 per 1,000 of them a year."""
    run = RunBuilder().crowd(1, 8).crowd(9, 2, age=80).admission(9, "2016-05-01", "2016-05-02", age_band=5)
    view = view_of(run)
    assert measured(view, "emergency_admissions_per_1000", "age 75-84") == pytest.approx(1000 / (2 * 365 / 365.25))
    assert measured(view, "emergency_admissions_per_1000", "age 40-64") == 0.0


def test_elective_patients_and_people_from_outside_are_no_emergency_admissions_of_residents() -> None:
    """Streams of patients use beds but are not the place's admissions."""
    run = ten_people()
    run.admission(FIRST_OUTSIDER, "2016-05-01", "2016-05-02", kind="elective")
    run.admission(FIRST_OUTSIDER + 1, "2016-05-01", "2016-05-02", kind="outside_emergency")
    assert len(view_of(run).admissions) == 0


def test_a_bed_that_never_came_is_no_admission() -> None:
    """Somebody who waited for a bed and left without one was not admitted."""
    run = ten_people()
    run.stay(1, "acute_ward", "2016-05-01", "2016-05-02", started=None, outcome=Outcome.GAVE_UP)
    assert len(view_of(run).admissions) == 0


def test_an_admission_still_open_at_the_horizon_counts_and_is_not_zero_day() -> None:
    """It began in the year; since it is there at midnight it has a night."""
    run = ten_people().admission(1, "2017-03-31 20:00", None)
    view = view_of(run)
    assert measured(view, "emergency_admissions") == 1
    assert measured(view, "zero_day_share") == 0.0


def test_zero_day_admissions_end_on_the_day_on_which_they_begin() -> None:
    """One of three is out before midnight; one of six hours is not, as midnight falls in it."""
    run = ten_people()
    run.admission(1, "2016-05-01 01:00", "2016-05-01 23:59")
    run.admission(2, "2016-05-01 21:00", "2016-05-02 03:00")
    run.admission(3, "2016-05-01 12:00", "2016-05-09 12:00")
    view = view_of(run)
    assert measured(view, "zero_day_share") == pytest.approx(1 / 3)
    assert measured(view, "zero_day_admissions") == 1


def test_an_attendance_is_admitted_when_a_bed_follows_in_its_episode() -> None:
    """One of two type 1 attendances leads to a bed; the admission came through A&E, the third one did not."""
    run = ten_people()
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 13:00").admission(1, "2016-05-01 13:00", "2016-05-03")
    run.attendance(2, "2016-05-01 10:00", "2016-05-01 12:00")
    run.admission(3, "2016-05-01 10:00", "2016-05-03")
    run.stay(4, "minor_injury_unit", "2016-05-01 10:00", "2016-05-01 11:00")
    view = view_of(run)
    assert measured(view, "admitted_share_type1") == pytest.approx(1 / 2)
    assert measured(view, "admitted_share_all_types") == pytest.approx(1 / 3)
    assert measured(view, "direct_admissions_per_1000") == pytest.approx(1000 / PERSON_YEARS_OF_TEN)
    assert measured(view, "admissions_through_ae_per_day") == pytest.approx(1 / 365)


def test_a_bed_of_another_need_does_not_make_an_attendance_admitted() -> None:
    """The same person admitted for something else is another episode."""
    run = ten_people().attendance(1, "2016-05-01 10:00", "2016-05-01 12:00", need=1)
    run.admission(1, "2016-05-02", "2016-05-03", need=2)
    assert measured(view_of(run), "admitted_share_type1") == 0.0


def test_an_attendance_after_a_bed_of_its_episode_is_not_admitted_by_it() -> None:
    """Only a bed that starts after the arrival counts."""
    run = ten_people().admission(1, "2016-05-01", "2016-05-03").attendance(1, "2016-05-04 10:00", "2016-05-04 12:00")
    view = view_of(run)
    assert measured(view, "admitted_share_type1") == 0.0
    assert not view.admissions.through_ae[0]


def test_type_1_and_other_attendances_add_up_to_all() -> None:
    """Two type 1 and one minor injury unit among ten people; an outsider's is not the residents'."""
    run = ten_people()
    for person in (1, 2):
        run.attendance(person, "2016-07-01 10:00", "2016-07-01 12:00")
    run.stay(3, "minor_injury_unit", "2016-07-01 10:00", "2016-07-01 11:00")
    run.attendance(FIRST_OUTSIDER, "2016-07-01 10:00", "2016-07-01 12:00", kind="outside_emergency")
    view = view_of(run)
    assert measured(view, "ae_type1_attendances_per_1000") == pytest.approx(2000 / PERSON_YEARS_OF_TEN)
    assert measured(view, "ae_attendances_per_1000") == pytest.approx(3000 / PERSON_YEARS_OF_TEN)


def test_somebody_who_leaves_unseen_has_attended() -> None:
    """A place in the queue for triage that came to nothing is an attendance all the same."""
    run = ten_people()
    run.stay(1, "triage", "2016-07-01 10:00", "2016-07-01 14:00", started=None, outcome=Outcome.GAVE_UP)
    assert measured(view_of(run), "ae_type1_attendances_per_1000") == pytest.approx(1000 / PERSON_YEARS_OF_TEN)


def test_the_share_aged_65_and_over_is_of_admissions() -> None:
    """One of two admissions is of somebody aged 65 to 74."""
    run = ten_people().admission(1, "2016-05-01", "2016-05-02").admission(2, "2016-05-01", "2016-05-02", age_band=4)
    assert measured(view_of(run), "share_aged_65_plus") == 0.5


def test_consultations_are_same_day_and_booked_together() -> None:
    """40 and 12 in the year, 1 the year before, among ten people."""
    run = ten_people().contacts("same_day_gp", "2016-04", 40).contacts("booked_gp", "2017-03", 12)
    run.contacts("booked_gp", "2016-03", 1)
    assert measured(view_of(run), "gp_consultations_per_person") == pytest.approx(52 / PERSON_YEARS_OF_TEN)


def test_requests_turned_away_are_a_share_of_all_requests() -> None:
    """Ten turned away and thirty seen: a quarter."""
    run = ten_people().contacts("same_day_gp", "2016-04", 30).turned_away("same_day_gp", "2016-04", 10)
    assert measured(view_of(run), "gp_same_day_turned_away_share") == 0.25


@pytest.mark.parametrize(
    ("measure", "settings"),
    [("clinic_referrals_per_1000", {"referral": 7}), ("missed_gp_visits_per_1000", {"missed": 3}),
     ("urgent_care_instead_per_1000", {"pharmacy": 4, "evening_gp": 5}),
     ("handled_in_care_homes_per_1000", {"home_team": 6}),
     ("helped_home_first_per_1000", {"reablement_first": 2, "assessed_at_home": 5})],
)  # fmt: skip
def test_referrals_missed_visits_and_urgent_care_are_rates_of_their_own(measure: str, settings: dict[str, int]) -> None:
    """Contacts of the year over the time of ten people; one of the year before and consultations do not count."""
    run = ten_people().contacts("booked_gp", "2016-04", 50)
    for setting, number in settings.items():
        run.contacts(setting, "2016-06", number).contacts(setting, "2016-03", 1)
    expected = 1000 * sum(settings.values()) / PERSON_YEARS_OF_TEN
    assert measured(view_of(run), measure) == pytest.approx(expected)


def test_months_are_counted_per_actual_day() -> None:
    """Two attendances in February 2017, a month of 28 days."""
    run = ten_people()
    for person in (1, 2):
        run.attendance(person, "2017-02-10 10:00", "2017-02-10 12:00")
    view = view_of(run)
    february = next(month for month in view.months if month.name == "2017-02")
    assert activity.ae_type1_attendances_per_day(view, february)["all"] == pytest.approx(2 / 28)
