"""What each value that a service may change moves, and what it leaves alone, in runs of the whole model.

Everybody in a small place, or every resident of its care homes, has a service with one effect, of a size that is
certain. What the value is about then changes by that much, give or take four standard errors of the two counts; needs
that it is not about stay where they were by the same measure, and nothing differs before the service begins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pytest

from scenarios.resolved import Intervention, RangeValue, Residence, Resolved, WhoSpec
from scenarios.values import phrases, read_effect
from simulation.model import Model
from simulation.network import ADMITTED, OVERNIGHT
from simulation.run import simulate
from simulation.stays import CARE_HOME_BAND, NEVER, RunResult
from tests.simulation.small_place import NO_CROWDING, model_of, small

PEOPLE, SEED = 5000, 5
BEGINS, COUNTED_FROM = 24, 25
"""Months: people join during the first."""
HALF = -0.5
CRISES = ("exacerbation", "acute", "injury", "mental", "end_of_life", "readmission")
ROOM = {"reablement_places": 500.0, "evening_and_weekend_gp_places": 500.0, "nhs111_clinician_places": 500.0,
        "pharmacy_consultation_places": 500.0, "two_hour_response_starts": 500.0, "hospital_at_home_places": 500.0}
Counter = Callable[[RunResult], float]


@dataclass(frozen=True)
class Move:
    """What a value is about: counts that change by as much as the value, and needs that change with them."""

    counter: Counter
    needs: tuple[str, ...] = ()
    """Of `CRISES`, and "milder": those that fall too."""
    residence: Residence = "any"
    left: tuple[float, float] = (0.5, 0.5)
    """Least and greatest share that may be left when the value is halved."""


def base(residence: Residence = "any") -> Resolved:
    """A small place where nobody's care answers to how full it is; for care homes one of hardly any but the old."""
    if residence == "any":
        return small("gp-access", people=PEOPLE, overrides=NO_CROWDING)
    resolved = small("gp-access", people=PEOPLE, room=15.0, overrides=NO_CROWDING)
    shaped = [replace(cell, people=cell.people * (1.0 if cell.age_from >= 75 else 0.01)) for cell in
             resolved.place.population]
    share = PEOPLE / sum(cell.people for cell in shaped)
    cells = tuple(replace(cell, people=cell.people * share) for cell in shaped)
    return replace(resolved, place=replace(resolved.place, population=cells))


@lru_cache(maxsize=64)
def run(phrase: str, residence: Residence = "any") -> RunResult:
    """A run in which everybody who lives so has a service that halves one value; "" changes nothing."""
    resolved = base(residence)
    plan: Intervention = resolved.interventions[0]
    effects = (read_effect(phrase, RangeValue(HALF, HALF, HALF)),) if phrase else ()
    none, all_of_them = RangeValue(0.0, 0.0, 0.0, "share"), RangeValue(1.0, 1.0, 1.0, "share")
    everybody = replace(
        plan, effects=effects, who=WhoSpec(residence=residence), caseload_per_team=1e6, joining="month by month",
        crisis="", uptake=all_of_them, stays_months=None, drop_out=none, other_patients=none, lag_months=0,
        short_end_share=none, adds=ROOM, teams=((plan.teams[0][0], 1.0),), works_less_without={},
        selection=replace(plan.selection, method="everyone"))
    return simulate(model_of(replace(resolved, interventions=(everybody,))), SEED, 0)


@lru_cache(maxsize=1)
def model() -> Model:
    """The model, for its kinds and thresholds."""
    return model_of(base())


def there(result: RunResult, tag: str) -> np.ndarray:
    """(stays,) whether each is in a setting with a tag, and was asked for once everybody had joined."""
    stays = result.stays
    rows = np.isin(stays.setting, list(result.settings.tags[tag])) & (stays.started != NEVER)
    return np.asarray(rows & (stays.requested >= result.calendar.month_start[COUNTED_FROM]))


def threshold(result: RunResult, which: int) -> np.ndarray:
    """(stays,) severity from which the patient's kind of need is bad enough, in the base year, from which it falls."""
    stays, thresholds = result.stays, model().network.thresholds
    band = np.where(stays.care_home, CARE_HOME_BAND, stays.age_band)
    return np.asarray(thresholds[np.minimum(stays.kind, len(thresholds) - 1), band, which])


def seen(tag: str) -> Counter:
    """Contacts, and stays that began, in settings with a tag."""
    return lambda result: float(result.contacts[COUNTED_FROM:, list(result.settings.tags[tag])].sum())


def booked(result: RunResult) -> float:
    """Booked consultations but those after a stay."""
    return seen("gp_booked")(result) - seen("gp_follow_up")(result)


def crises(*kinds: str) -> Counter:
    """Emergency admissions of people with needs of such a kind that are bad enough."""
    def count(result: RunResult) -> float:
        stays, numbers = result.stays, [model().network.kinds.index(kind) for kind in kinds]
        rows = there(result, "emergency_bed") & np.isin(stays.kind, numbers)
        rows &= stays.severity > threshold(result, ADMITTED)
        return float(len(set(zip(stays.person[rows].tolist(), stays.candidate[rows].tolist(), strict=True))))
    return count


def attendances(kinds: tuple[str, ...], *, in_homes: bool = False) -> Counter:
    """A&E attendances of people with needs of such a kind that are not bad enough to be admitted."""
    def count(result: RunResult) -> float:
        stays, numbers = result.stays, [model().network.kinds.index(kind) for kind in kinds]
        rows = there(result, "ae_type1_arrival") | there(result, "ae_other")
        rows &= np.isin(stays.kind, numbers) & (stays.severity < 0.9 * threshold(result, ADMITTED))
        return float((rows & (stays.care_home | (not in_homes))).sum())
    return count


def again(result: RunResult) -> float:
    """A&E attendances that an attendance set off."""
    rows = there(result, "ae_type1_arrival") | there(result, "ae_other")
    return float((rows & (result.stays.kind == model().network.kinds.index("reattendance"))).sum())


def of_residents(result: RunResult) -> float:
    """Emergency admissions of care-home residents for needs that are bad enough."""
    stays = result.stays
    rows = there(result, "emergency_bed") & stays.care_home & (stays.severity > threshold(result, ADMITTED))
    return float(len(set(zip(stays.person[rows].tolist(), stays.candidate[rows].tolist(), strict=True))))


MILDER = ("minor", "exacerbation", "acute", "injury", "mental")
MOVES = {
    "acute crises": Move(crises("exacerbation", "acute"), ("exacerbation", "acute", "readmission")),
    "all crises": Move(crises(*CRISES), CRISES),
    "injuries": Move(crises("injury"), ("injury", "milder", "readmission")),
    "mental health crises": Move(crises("mental"), ("mental", "milder", "readmission")),
    "end-of-life crises": Move(crises("end_of_life"), ("end_of_life", "readmission")),
    "readmissions": Move(crises("readmission"), ("readmission",)),
    "repeat attendances": Move(again),
    "minor A&E visits": Move(attendances(MILDER), ("milder",), left=(0.25, 0.5)),   # fewer find the practice full, too
    "GP visits": Move(booked, left=(0.5, 0.6)),                     # some booked visits come of other needs
    "flare-ups of a long-term condition": Move(crises("exacerbation"), ("exacerbation", "readmission")),
    "referrals to clinics": Move(seen("clinic_referral")),
    "missed GP visits": Move(seen("gp_missed")),
    "care packages after a stay": Move(seen("care_package")),
    "seen by liaison psychiatry in A&E": Move(seen("liaison_psychiatry")),
    "serious illness sent to hospital": Move(of_residents, CRISES, "care home"),
    "minor illness sent to A&E": Move(attendances(MILDER, in_homes=True), ("milder",), "care home"),
}
"""Values that halve a count when they are halved."""


def test_every_value_that_a_planner_may_name_is_followed_here() -> None:
    """A new one cannot be forgotten."""
    assert set(phrases()) == {*MOVES, *INSTEAD, *LASTS, *COMES_LESS}


@pytest.mark.parametrize("phrase", MOVES)
def test_a_value_that_is_halved_halves_what_it_is_about_and_no_other_need(phrase: str) -> None:
    """Counts of two years, with those of the same people and chance whom nothing changes."""
    move = MOVES[phrase]
    usual, halved = run("", move.residence), run(phrase, move.residence)
    before, now = move.counter(usual), move.counter(halved)
    assert before > 15, "too few to tell"
    error = 4.0 * np.sqrt(now + 0.25 * before)
    assert move.left[0] * before - error < now < move.left[1] * before + error
    for kind in CRISES:
        if kind not in move.needs:
            assert_unmoved(crises(kind)(usual), crises(kind)(halved), kind)
    if "milder" not in move.needs:
        assert_unmoved(attendances(MILDER)(usual), attendances(MILDER)(halved), "milder")


INSTEAD: dict[str, tuple[str, str, Residence]] = {
    "admission for a day from A&E": ("emergency_bed", "", "any"),
    "admission for a day despite social work": ("emergency_bed", "social_work", "any"),
    "admission for a day despite liaison psychiatry": ("emergency_bed", "", "any"),
    "going to A&E with less serious needs": ("ae_type1_arrival", "gp_same_day", "any"),
    "ambulance to A&E when not very ill": ("ambulance_conveyed", "two_hour_response", "any"),
    "stays on a ward that could be at home": ("emergency_bed", "hospital_at_home", "any"),
    "going to A&E where other urgent care would do": ("ae_type1_arrival", "urgent_care_instead", "any"),
    "care packages without reablement first": ("care_package", "reablement_first", "any"),
    "assessments waited for in hospital": ("", "assessed_at_home", "any"),
}
"""Values that send people another way: what falls, what rises instead, and of whom."""


@pytest.mark.parametrize("phrase", INSTEAD)
def test_who_does_not_go_one_way_goes_the_other(phrase: str) -> None:
    """What is sought falls and what is offered instead rises; how many needs there are does not change."""
    falls, rises, residence = INSTEAD[phrase]
    usual, halved = run("", residence), run(phrase, residence)
    if falls:
        assert seen(falls)(halved) < seen(falls)(usual)
    if rises:
        assert seen(rises)(halved) > seen(rises)(usual)
    for kind in CRISES:
        if kind != "readmission":
            assert_unmoved(crises(kind)(usual), crises(kind)(halved), kind)


def nights(result: RunResult) -> float:
    """Days on a ward until fit to leave, of needs that bring a night."""
    stays = result.stays
    rows = there(result, "emergency_bed") & (stays.ready != NEVER) & (stays.severity > threshold(result, OVERNIGHT))
    return float((stays.ready[rows] - stays.started[rows]).sum())


def waiting_for_an_assessment(result: RunResult) -> float:
    """Days for which somebody fit to leave waits in hospital for an assessment."""
    stays = result.stays
    rows = there(result, "emergency_bed") & (stays.reason == 1 + model().network.reasons.index("assessment"))
    return float((stays.ended[rows] - stays.ready[rows]).sum())


def moves_into_care_homes(result: RunResult) -> float:
    """Stays in care homes that began."""
    return float(there(result, "residence").sum())


def deaths(result: RunResult) -> float:
    """Residents who died once everybody had joined."""
    people = result.residents
    return float((people.died & (people.left >= result.calendar.month_start[COUNTED_FROM])).sum())


LASTS = {"length of stay": nights, "discharge delay": waiting_for_an_assessment}
COMES_LESS = {"deaths": deaths, "new need for a care home": moves_into_care_homes}


@pytest.mark.parametrize("phrase", LASTS)
def test_a_time_that_is_halved_is_about_half_as_long(phrase: str) -> None:
    """Nights are whole and at least one, and people in hospital have no other needs: between 0.35 and 0.7 is left."""
    usual, halved = run(""), run(phrase)
    assert 0.35 < LASTS[phrase](halved) / LASTS[phrase](usual) < 0.7
    assert_unmoved(crises("acute")(usual), crises("acute")(halved), "acute")


@pytest.mark.parametrize("phrase", COMES_LESS)
def test_half_of_what_would_befall_somebody_does_not(phrase: str) -> None:
    """Of the same events, each with its own draw: half, give or take four standard errors; crises are as many."""
    usual, halved = run(""), run(phrase)
    before, now = COMES_LESS[phrase](usual), COMES_LESS[phrase](halved)
    assert before > 15, "too few to tell"
    assert abs(now - 0.5 * before) < 4.0 * np.sqrt(0.25 * before)
    assert_unmoved(crises("acute")(usual), crises("acute")(halved), "acute")


@pytest.mark.parametrize("phrase", ["all crises", "care packages without reablement first", "length of stay"])
def test_nothing_differs_before_the_service_begins(phrase: str) -> None:
    """Row by row."""
    usual, halved = run(""), run(phrase)
    start = usual.calendar.month_start[BEGINS]
    tables = [(result.stays, np.flatnonzero(result.stays.ended < start)) for result in (usual, halved)]
    (one, first), (other, second) = tables
    for column in ("person", "visit", "setting", "requested", "started", "ended", "severity"):
        assert np.array_equal(getattr(one, column)[first], getattr(other, column)[second]), column
    assert np.array_equal(usual.contacts[:BEGINS], halved.contacts[:BEGINS])


def assert_unmoved(before: float, now: float, what: str) -> None:
    """Two counts differ by no more than four standard errors."""
    assert abs(now - before) <= 4.0 * np.sqrt(now + before), what
