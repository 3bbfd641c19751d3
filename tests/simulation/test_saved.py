"""Deaths that a service averts: who is saved lives on, leaves hospital, and dies another day."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from scenarios.resolved import Intervention, RangeValue, Resolved, WhoSpec
from scenarios.values import read_effect
from simulation.calendar import SECONDS_PER_DAY
from simulation.run import simulate, simulate_together
from simulation.stays import NEVER, RunResult
from tests.simulation.small_place import NO_CROWDING, differing_columns, model_of, rows, small

PEOPLE, SEED, BEGINS = 5000, 5, 24


@lru_cache(maxsize=1)
def base() -> Resolved:
    """A small place with one team from April 2017, where nobody's care answers to how full it is."""
    return small("gp-access", people=PEOPLE, overrides=NO_CROWDING)


def averting(change: float, **changes: object) -> Intervention:
    """A service for everybody that changes deaths by so much, for sure."""
    plan, certain = base().interventions[0], RangeValue(change, change, change)
    none, everybody = RangeValue(0.0, 0.0, 0.0, "share"), RangeValue(1.0, 1.0, 1.0, "share")
    some = replace(
        plan, effects=(read_effect("deaths", certain),), who=WhoSpec(), caseload_per_team=1e6, crisis="",
        joining="month by month", uptake=everybody, drop_out=none, other_patients=none, lag_months=0, adds={},
        teams=((plan.teams[0][0], 1.0),), selection=replace(plan.selection, method="everyone"))
    return replace(some, **changes)  # type: ignore[arg-type]


@lru_cache(maxsize=8)
def run(change: float | None, engine: str = "compiled") -> RunResult:
    """A run in which everybody has the service; None: nobody has."""
    plans = () if change is None else (averting(change),)
    return simulate(model_of(replace(base(), interventions=plans)), SEED, 0, engine=engine)


def deaths(result: RunResult) -> dict[int, int]:
    """Tick of death by person, of deaths once everybody had joined."""
    people = result.residents
    found = people.died & (people.left >= result.calendar.month_start[BEGINS + 1])
    return dict(zip(people.person[found].tolist(), people.left[found].tolist(), strict=True))


def test_half_of_the_deaths_that_would_come_do_not() -> None:
    """Of the same people: a binomial count, give or take four standard errors; and the draw is for each death."""
    usual, halved = deaths(run(None)), deaths(run(-0.5))
    saved = [person for person in usual if halved.get(person) != usual[person]]
    assert abs(len(saved) / len(usual) - 0.5) < 4.0 * np.sqrt(0.25 / len(usual))
    assert all(halved[person] > usual[person] for person in saved if person in halved)


def test_who_is_saved_may_die_later_and_needs_care_until_then() -> None:
    """With nine deaths of ten averted, people live on, come to hospital again, and some die within the two years."""
    usual, few = deaths(run(None)), deaths(run(-0.9))
    later = [person for person in usual if few.get(person, 0) > usual[person]]
    assert later
    stays = run(-0.9).stays
    asked = sum(bool((stays.requested[stays.person == person] > tick).any()) for person, tick in usual.items()
                if few.get(person) != tick)
    assert asked > 0.3 * len(usual)


def test_nobody_is_kept_in_hospital_for_a_death_that_does_not_come() -> None:
    """Those who were kept until their death leave in the second after it would have come."""
    usual, few = run(None), run(-0.9)
    died = deaths(usual)
    hospital = np.isin(usual.stays.setting, list(usual.settings.tags["emergency_bed"]))
    kept = [(person, tick) for person, tick in died.items()
            if (hospital & (usual.stays.person == person) & (usual.stays.ended == tick)).any()]
    stays = few.stays
    beds = np.isin(stays.setting, list(few.settings.tags["emergency_bed"])) & (stays.started != NEVER)
    alive = [(person, tick) for person, tick in kept if deaths(few).get(person) != tick]
    assert len(alive) > 10
    released = [person for person, tick in alive
                if (beds & (stays.person == person) & (stays.ready == tick + 1)).any()]
    assert released
    for person, tick in alive:
        mine = beds & (stays.person == person) & (stays.started <= tick) & (stays.ended > tick)
        assert (stays.ended[mine] < tick + 200 * SECONDS_PER_DAY).all()


def test_both_engines_and_a_shared_past_give_the_same_rows() -> None:
    """Row for row; runs that go on from one past foresee needs, but not those of people who are saved."""
    halved = run(-0.5)
    assert differing_columns(halved.stays, run(-0.5, "simpy").stays) == []
    brief = averting(-0.5, stays_months=2)
    alone = simulate(model_of(replace(base(), interventions=(brief,))), SEED, 0)
    models = [model_of(replace(base(), interventions=plans)) for plans in ((), (averting(-0.5),), (brief,))]
    shared = simulate_together(models, SEED, 0, lambda _, result: result)
    assert differing_columns(halved.stays, shared[1].stays) == []
    assert differing_columns(alone.stays, shared[2].stays) == []
    assert np.array_equal(alone.residents.left, shared[2].residents.left)


def test_nothing_differs_without_an_effect_or_before_the_start() -> None:
    """A change of nought leaves every row and death; one of half leaves those that ended before the service began."""
    usual, none, halved = run(None), run(0.0), run(-0.5)
    assert differing_columns(usual.stays, none.stays) == []
    assert np.array_equal(usual.residents.left, none.residents.left)
    start = usual.calendar.month_start[BEGINS]
    before = [rows(result.stays, result.stays.ended < start) for result in (usual, halved)]
    assert [name for name in ("person", "setting", "started", "ended") if
            not np.array_equal(getattr(before[0], name), getattr(before[1], name))] == []
