"""Ways through care that only a service opens: referral, lifts to the practice, urgent care with hours and places."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from scenarios.resolved import RangeValue, Resolved
from simulation.calendar import SECONDS_PER_HOUR
from simulation.model import Model
from simulation.run import simulate
from simulation.stays import NEVER, RunResult
from tests.simulation.small_place import model_of, small

PEOPLE = 1500
SEED = 5
CHANGE = 24
"""Month of the change."""
PLACES = {"evening_and_weekend_gp_places": 4.0, "nhs111_clinician_places": 4.0, "pharmacy_consultation_places": 4.0}
OPEN = {"evening_and_weekend_gp": (8, 23), "nhs111_clinician": (8, 23), "pharmacy_consultation": (8, 20)}
SATURDAY, SUNDAY = 5, 6


def for_sure(resolved: Resolved, phrase: str, change: float, adds: dict[str, float] | None = None) -> Resolved:
    """A scenario with one effect alone, of a size that is certain, and perhaps other places."""
    certain = RangeValue(change, change, change)
    plans = [replace(plan, effects=tuple(replace(effect, change=certain) for effect in plan.effects
                                         if effect.phrase == phrase), lag_months=0,
                     adds=plan.adds if adds is None else adds) for plan in resolved.interventions]
    return replace(resolved, interventions=tuple(plan for plan in plans if plan.effects))




@lru_cache(maxsize=8)
def run(scenario: str, phrase: str = "", change: float = 0.0, places: float = 1.0) -> tuple[Model, RunResult]:
    """A run of a scenario with one effect of a certain size; `places` is by how many times usual it has some."""
    resolved = small(scenario, people=PEOPLE)
    if phrase:
        adds = {name: places * number for name, number in PLACES.items()} if scenario.startswith("out-of") else None
        resolved = for_sure(resolved, phrase, change, adds)
    model = model_of(resolved)
    return model, simulate(model, SEED, 0)


def contacts(result: RunResult, tag: str) -> np.ndarray:
    """(months,) contacts in settings with a tag."""
    return np.asarray(result.contacts[:, list(result.settings.tags[tag])].sum(axis=(1, 2)))


def test_a_share_of_booked_visits_ends_in_a_referral_and_another_visit_is_missed() -> None:
    """As the rows say, within four standard errors of counts; nobody uses what no scenario brings."""
    _, nothing = run("do-nothing")
    booked = contacts(nothing, "gp_booked").sum() - contacts(nothing, "gp_follow_up").sum()
    for tag, share in (("clinic_referral", 0.08), ("gp_missed", 0.0526)):
        assert abs(contacts(nothing, tag).sum() - share * booked) < 4.0 * np.sqrt(share * booked), tag
    assert contacts(nothing, "next_gp_visit").sum() == contacts(nothing, "gp_missed").sum()
    for setting in OPEN:
        assert not _stays_in(nothing, setting).any()


def test_one_organisation_refers_fewer_people_or_more_as_said_and_changes_no_stay_by_it() -> None:
    """Both signs; only from the change on."""
    _, nothing = run("do-nothing")
    before, usual = contacts(nothing, "clinic_referral")[:CHANGE], contacts(nothing, "clinic_referral")[CHANGE:].sum()
    for change in (-0.9, 0.9):
        _, result = run("vertical-integration", "referrals to clinics", change)
        found = contacts(result, "clinic_referral")
        assert np.array_equal(found[:CHANGE], before)
        assert (found[CHANGE:].sum() - usual) * change > 0.0
        assert np.array_equal(result.stays.ended, nothing.stays.ended)


def test_with_a_lift_visits_that_were_missed_take_place() -> None:
    """One for one: what is missed less is kept more, by people with the service."""
    _, nothing = run("do-nothing")
    _, result = run("housing-and-transport", "missed GP visits", -0.9)
    missed, kept = (contacts(result, tag) - contacts(nothing, tag) for tag in ("gp_missed", "gp_booked"))
    assert np.array_equal(missed, -kept)
    assert missed.sum() < 0 == missed[:CHANGE].sum()
    assert np.array_equal(result.stays.ended, nothing.stays.ended)


def test_urgent_care_is_open_when_it_says_and_never_fuller_than_it_is() -> None:
    """Evening GPs while practices are shut; pharmacies not on Sundays; places at once as added."""
    model, result = run("out-of-hours-and-pharmacy", "going to A&E where other urgent care would do", -0.9)
    for setting, (opens, closes) in OPEN.items():
        rows = _stays_in(result, setting)
        began, ended = result.stays.started[rows], result.stays.ended[rows]
        assert len(began) > 3, setting
        assert began.min() >= model.calendar.month_start[CHANGE]
        day = np.searchsorted(model.calendar.day_start, began, side="right") - 1
        hour = (began - model.calendar.day_start[day]) / SECONDS_PER_HOUR
        weekday = model.calendar.weekday[day]
        assert (hour >= opens - 1).all()
        assert (hour < closes + 1).all(), "clocks change by an hour"
        assert setting != "pharmacy_consultation" or (weekday != SUNDAY).all()
        if setting == "evening_and_weekend_gp":
            assert ((weekday >= SATURDAY) | (hour < 8) | (hour >= 18.5)).all()
        places = result.pool_places[:, result.pool_names.index(f"{setting}_places")]
        at_once = np.array([((began <= tick) & (ended > tick)).sum() for tick in began])
        assert at_once.max() <= places.max()


def test_who_is_seen_elsewhere_is_not_in_ae_and_who_finds_it_shut_or_full_is() -> None:
    """In the same second, of the same need; without any place that is everybody who would have gone elsewhere."""
    phrase = "going to A&E where other urgent care would do"
    for places in (0.0, 1.0):
        _, result = run("out-of-hours-and-pharmacy", phrase, -0.9, places)
        in_ae = _needs(result, _stays_in_tag(result, "ae_type1_arrival") | _stays_in_tag(result, "ae_other"))
        asked = np.isin(result.stays.setting, [result.settings.names.index(setting) for setting in OPEN])
        seen = asked & (result.stays.started != NEVER)
        turned_away = _needs(result, asked & ~seen)
        assert len(turned_away) > 20
        assert turned_away <= in_ae
        assert bool(seen.any()) == (places > 0.0)
        assert not _needs(result, seen) & in_ae
        assert not _needs(result, seen) & _needs(result, _stays_in_tag(result, "ward"))


def test_discharge_is_planned_from_the_door_of_ae() -> None:
    """Whoever joins came to A&E in that second, before any ward."""
    _, result = run("discharge-from-arrival")
    arrivals = _stays_in_tag(result, "ae_type1_arrival") | _stays_in_tag(result, "ae_other")
    seconds = set(zip(result.stays.person[arrivals].tolist(), result.stays.requested[arrivals].tolist(), strict=True))
    joined = list(zip(result.enrolments.person.tolist(), result.enrolments.joined.tolist(), strict=True))
    assert len(joined) > 20
    assert set(joined) <= seconds


def _needs(result: RunResult, rows: np.ndarray) -> set[tuple[int, int]]:
    """Persons and needs of some stays that ended before the run did."""
    rows = rows & (result.stays.ended < result.calendar.horizon)
    return set(zip(result.stays.person[rows].tolist(), result.stays.candidate[rows].tolist(), strict=True))


def _stays_in(result: RunResult, setting: str) -> np.ndarray:
    """(stays,) whether each is a stay in a setting that began."""
    rows = result.stays.setting == result.settings.names.index(setting)
    return np.asarray(rows & (result.stays.started != NEVER))


def _stays_in_tag(result: RunResult, tag: str) -> np.ndarray:
    """(stays,) whether each is a stay in a setting with a tag that began."""
    return np.asarray(np.isin(result.stays.setting, result.settings.tags[tag]) & (result.stays.started != NEVER))
