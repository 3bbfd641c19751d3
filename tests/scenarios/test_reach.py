"""Who may join, and their part of admissions, by the evidence."""

from __future__ import annotations

import pytest

from scenarios.evidence import load
from scenarios.reach import admissions_of, people_by_band, reach
from scenarios.resolve import resolve
from scenarios.resolved import Place


@pytest.fixture(scope="module")
def average() -> Place:
    """The average place."""
    return resolve("do-nothing").place


def eligible(who: str, *changes: str) -> float:
    """People who may join a team for such people."""
    overrides = [f"care-home-teams.who={who}", *changes]
    found = resolve("care-home-teams", overrides=overrides)
    return reach(found.interventions[0], found.place, load()).eligible


def test_admissions_come_out_as_published(average: Place) -> None:
    """104.3 per 1,000 people."""
    assert admissions_of(average, load()) / average.people == pytest.approx(0.1043, rel=0.005)


def test_bands_hold_everybody(average: Place) -> None:
    """No one is lost between the age bands."""
    assert sum(people_by_band(average.population).values()) == pytest.approx(average.people)


def test_care_home_residents_are_those_of_the_evidence() -> None:
    """4.93 per 1,000 people, to 3 %."""
    assert eligible("care home") / 250_000 == pytest.approx(0.00493, rel=0.03)


def test_own_home_and_care_home_make_up_everybody() -> None:
    """Each person lives in one of the two."""
    assert eligible("own home") + eligible("care home") == pytest.approx(eligible("everyone")) == pytest.approx(250_000)


def test_two_or_more_conditions_are_as_common_as_published() -> None:
    """72 % of those aged 75 to 84."""
    share = eligible("age 75 to 84; 2 or more conditions") / eligible("age 75 to 84")
    assert share == pytest.approx(0.72, abs=0.005)


def test_frailty_is_as_common_as_published() -> None:
    """14 % of those aged 85 and over are severely frail, 42 % moderately or worse."""
    assert eligible("age 85 and over; severe frailty or worse") / eligible("age 85 and over") == pytest.approx(0.14)
    assert eligible("age 85 and over; moderate frailty or worse") / eligible("age 85 and over") == pytest.approx(0.42)


def test_named_conditions_are_as_common_as_their_rows_say() -> None:
    """5,300 in 100,000 people at home have diabetes, 7 in 10 residents of care homes dementia, and no child either."""
    assert eligible("age 65 to 74; diabetes; own home") / eligible("age 65 to 74; own home") == pytest.approx(0.145)
    assert eligible("dementia; care home") / eligible("care home") == pytest.approx(0.7)
    assert eligible("diabetes; own home") / 2.5 == pytest.approx(5_300, rel=0.01)
    assert eligible("under 18; depression or anxiety") == 0.0
    frail = eligible("age 65 to 74; diabetes; moderate frailty or worse") / eligible(
        "age 65 to 74; moderate frailty or worse")
    assert 0.145 < frail < 0.4


def test_more_conditions_and_frailty_leave_fewer_people() -> None:
    """Each demand narrows who may join; frailty and conditions go together."""
    all_ill = eligible("age 75 to 84; 2 or more conditions")
    frail = eligible("age 75 to 84; moderate frailty or worse")
    both = eligible("age 75 to 84; 2 or more conditions; moderate frailty or worse")
    assert eligible("age 75 to 84; 5 or more conditions") < eligible("age 75 to 84; 3 or more conditions") < all_ill
    assert both > frail * all_ill / eligible("age 75 to 84")


def test_few_are_lonely_and_no_child_is_counted_so() -> None:
    """As the evidence has it: about one in fifteen of the old."""
    assert 0.04 < eligible("age 65 and over; lonely") / eligible("age 65 and over") < 0.10
    assert eligible("under 18; lonely") == 0.0


def test_people_chosen_by_risk_are_admitted_more_often_than_people_like_them() -> None:
    """1.93 times a year before they joined; the share of admissions follows."""
    found = resolve("extensivist-teams")
    reached = reach(found.interventions[0], found.place, load())
    assert reached.admissions_each == 1.93
    assert reached.share == pytest.approx(800 * 1.93 / reached.admissions)


def test_no_more_are_reached_than_may_join() -> None:
    """However many teams there are, nor more than all admissions."""
    found = resolve("care-home-teams", overrides=["care-home-teams.teams=500"])
    reached = reach(found.interventions[0], found.place, load())
    assert reached.people == reached.eligible
    assert reached.share < 0.04
