"""Time in A&E counted by hand."""

from __future__ import annotations

import pytest

from outputs.measures import waiting
from outputs.measures.view import View
from simulation.stays import FIRST_OUTSIDER, Outcome
from tests.outputs.factory import RunBuilder, view_of


def measured(view: View, name: str) -> float:
    """A measure of waiting in 2016/17."""
    return float(getattr(waiting, name)(view, view.years[1])["all"])


def test_time_in_the_department_runs_from_arrival_to_the_last_of_its_settings() -> None:
    """Four hours to the minute is within the standard, a minute more is not; the cubicle is part of it."""
    run = RunBuilder().crowd(1, 3)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 14:00")
    run.attendance(2, "2016-05-01 10:00", "2016-05-01 14:01")
    assert measured(view_of(run), "four_hour_share_type1") == 0.5


def test_boarding_in_the_department_counts_as_time_in_it() -> None:
    """The cubicle is held until the bed is there, five hours after arrival."""
    run = RunBuilder().crowd(1, 1)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 15:00", ready="2016-05-01 12:00", reason="bed")
    run.admission(1, "2016-05-01 15:00", "2016-05-03")
    assert measured(view_of(run), "four_hour_share_type1") == 0.0


def test_all_types_take_walk_in_centres_in() -> None:
    """One of two type 1 and one walk-in within four hours: two of three."""
    run = RunBuilder().crowd(1, 3)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 11:00").attendance(2, "2016-05-01 10:00", "2016-05-01 20:00")
    run.stay(3, "minor_injury_unit", "2016-05-01 10:00", "2016-05-01 11:00")
    assert measured(view_of(run), "four_hour_share_all_types") == pytest.approx(2 / 3)


def test_the_department_counts_everybody_who_comes() -> None:
    """People from outside wait as well: it is a measure of the hospital."""
    run = RunBuilder().crowd(1, 1).attendance(1, "2016-05-01 10:00", "2016-05-01 11:00")
    run.attendance(FIRST_OUTSIDER, "2016-05-01 10:00", "2016-05-01 18:00", kind="outside_emergency")
    assert measured(view_of(run), "four_hour_share_type1") == 0.5


def test_two_attendances_in_one_episode_are_timed_apart() -> None:
    """Coming back in the same episode begins a new attendance."""
    run = RunBuilder().crowd(1, 1)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 11:00").attendance(1, "2016-05-02 10:00", "2016-05-02 11:00")
    assert measured(view_of(run), "four_hour_share_type1") == 1.0


def test_an_attendance_open_at_the_horizon_is_neither_within_nor_over() -> None:
    """How long it takes is not known, so it is left out."""
    run = RunBuilder().crowd(1, 2).attendance(1, "2016-05-01 10:00", "2016-05-01 11:00")
    run.stay(2, "triage", "2017-03-31 23:00", None, outcome=Outcome.OPEN)
    assert measured(view_of(run), "four_hour_share_type1") == 1.0


def test_over_twelve_hours_is_the_rest() -> None:
    """One of four stays for thirteen hours."""
    run = RunBuilder().crowd(1, 4).attendance(1, "2016-05-01 08:00", "2016-05-01 21:00")
    for person in (2, 3, 4):
        run.attendance(person, "2016-05-01 10:00", "2016-05-01 11:00")
    assert measured(view_of(run), "over_twelve_hours_share_type1") == 0.25


def test_a_year_without_attendances_has_no_share() -> None:
    """A share of nothing is left out, not zero."""
    view = view_of(RunBuilder().crowd(1, 1))
    assert waiting.four_hour_share_type1(view, view.years[1]) == {}
