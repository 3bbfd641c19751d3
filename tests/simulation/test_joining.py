"""Joining a team at an event, leaving it again, and what teams do to ways through care; on both engines."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from scenarios.resolved import EffectSpec, Intervention, RangeValue, Resolved, WhoSpec
from simulation.calendar import SECONDS_PER_DAY
from simulation.run import simulate
from simulation.stays import NEVER, RunResult
from tests.simulation.small_place import differing_columns, model_of, small

ENGINES = ("compiled", "simpy")
PEOPLE = 1500


def certain(value: float) -> RangeValue:
    """A number without a range."""
    return RangeValue(value, value, value, "share")


def effect(value: str, change: float) -> EffectSpec:
    """A change to one value from the day of joining, for sure."""
    return EffectSpec(value, (value,), 0, None, certain(change))


@lru_cache(maxsize=1)
def base() -> Resolved:
    """A small place with one team from April 2017."""
    return small("extensivist-teams", people=PEOPLE, room=3.0)


def team(name: str, **changes: object) -> Intervention:
    """A team of one for everybody, chosen at random, that avoids needs of all severities alike."""
    plan = base().interventions[0]
    one = replace(
        plan, id=name, teams=tuple((day, 1.0) for day, _ in plan.teams[:1]), who=WhoSpec(), caseload_per_team=25.0,
        selection=replace(plan.selection, method="everyone"), short_end_share=certain(0.0), effects=(),
    )
    return replace(one, **changes)  # type: ignore[arg-type]


def run(*plans: Intervention, engine: str = "compiled") -> RunResult:
    """A run with these teams."""
    return simulate(model_of(replace(base(), interventions=plans)), 5, 0, engine=engine)


@lru_cache(maxsize=1)
def nothing() -> RunResult:
    """The same place without a team."""
    return run()


ALL = (
    team("at-ae", joining="at A&E", stays_months=1,
         effects=(effect("way.admitted_for_a_day", -0.5), effect("way.ward", -0.3),
                  effect("hazard.reattendance", -0.5))),
    team("at-admission", joining="at admission", stays_months=2, who=WhoSpec(age_from=65), uptake=certain(0.5),
         effects=(effect("stay.nights", -0.5), effect("need.care_home", -0.6), effect("way.care_package", -0.5))),
    team("at-discharge", joining="at discharge", stays_months=3, who=WhoSpec(fifths=2),
         effects=(effect("hazard.readmission", -0.5),), lasts_months=2),
    team("mental", joining="at A&E", crisis="mental", stays_months=3, effects=(effect("hazard.mental.upper", 0.5),)),
    team("monthly", stays_months=3, lasts_months=4, caseload_per_team=100.0, who=WhoSpec(age_from=65),
         uptake=certain(0.6),
         effects=(effect("way.conveyed", -0.5), effect("way.ae_less_serious", -0.5))),
)


def test_both_engines_tell_the_same_story() -> None:
    """Row for row, and who was with whom from when to when, with every way of joining and every value at once."""
    compiled, simpy = (run(*ALL, engine=engine) for engine in ENGINES)
    assert differing_columns(compiled.stays, simpy.stays) == []
    assert np.array_equal(compiled.contacts, simpy.contacts)
    for column in ("person", "team", "joined", "left"):
        assert np.array_equal(getattr(compiled.enrolments, column), getattr(simpy.enrolments, column)), column
    assert set(compiled.enrolments.team.tolist()) == set(range(len(ALL)))


@pytest.mark.parametrize("name", ["at-ae", "at-admission", "at-discharge", "mental"])
def test_people_join_at_the_very_second_of_their_event(name: str) -> None:
    """An arrival at A&E, the start of an emergency stay, or its end; of the kind that was asked for."""
    plan = next(each for each in ALL if each.id == name)
    result = run(replace(plan, effects=()))
    marks = {"at A&E": ("ae_type1_arrival", "ae_other"), "at admission": ("emergency_bed", "same_day_emergency_care"),
             "at discharge": ("emergency_bed", "same_day_emergency_care")}[plan.joining]
    settings = np.isin(result.stays.setting, [index for tag in marks for index in _tagged(result, tag)])
    rows = settings & (result.stays.started != NEVER)
    tick = result.stays.ended if plan.joining == "at discharge" else result.stays.started
    kind = result.settings.kinds.index("mental") if plan.crisis else None
    events = {(int(p), int(t)) for p, t, k in zip(
        result.stays.person[rows], tick[rows], result.stays.kind[rows], strict=True) if kind is None or k == kind}
    joined = list(zip(result.enrolments.person.tolist(), result.enrolments.joined.tolist(), strict=True))
    assert len(joined) > 10
    assert all(each in events for each in joined)


@pytest.mark.parametrize("plan", ALL, ids=lambda plan: plan.id)
def test_people_leave_after_the_stated_months(plan: Intervention) -> None:
    """Within a month of it, unless they die, move or the study ends; places are never exceeded."""
    result = run(replace(plan, effects=()))
    left, joined = result.enrolments.left, result.enrolments.joined
    days = (left - joined) / SECONDS_PER_DAY
    assert plan.stays_months is not None
    assert days.max() < (plan.stays_months + 1) * 31 + 1
    ticks = np.sort(np.concatenate([joined, left]))
    at_once = [int(((joined <= tick) & (left > tick)).sum()) for tick in ticks]
    assert max(at_once) <= plan.caseload_per_team


def test_only_a_share_of_those_asked_joins() -> None:
    """Half of a half is a quarter of nobody: with places for all, members are as many as the uptake says."""
    everybody = team("asked", caseload_per_team=10_000.0, uptake=certain(0.5))
    result = run(everybody)
    asked = result.eligible[:, 0].max()
    joined = len(np.unique(result.enrolments.person))
    assert abs(joined / asked - 0.5) < 4.0 * np.sqrt(0.25 / asked)


def test_only_people_of_the_stated_fifths_join() -> None:
    """Counted from the most deprived."""
    result = run(team("deprived", caseload_per_team=200.0, who=WhoSpec(fifths=2)))
    fifth = result.residents.deprivation_fifth[np.searchsorted(result.residents.person, result.enrolments.person)]
    assert len(fifth) > 50
    assert set(fifth.tolist()) <= {1, 2}


def test_a_way_that_is_closed_is_not_taken_and_the_others_are() -> None:
    """Fewer patients of A&E ask for a bed, as many arrive and go home; those ill enough for a night still come in."""
    plan = team("nobody-for-a-day", caseload_per_team=10_000.0, effects=(effect("way.admitted_for_a_day", -1.0),))
    with_team, without = run(plan), nothing()
    model = model_of(replace(base(), interventions=(plan,)))
    change = int(model.calendar.month_start[model.first_change + 1])

    def asked_for_a_bed(result: RunResult) -> int:
        at_desk = result.stays.setting == result.settings.names.index("ae_bed_request")
        return int((at_desk & (result.stays.started > change)).sum())

    assert 0.3 * asked_for_a_bed(without) < asked_for_a_bed(with_team) < 0.9 * asked_for_a_bed(without)


def test_needs_for_a_care_home_that_are_averted_lead_to_no_move() -> None:
    """With every need averted nobody asks for a place, but for needs of before, which may wait some months."""
    everybody = team("at-home", caseload_per_team=10_000.0, effects=(effect("need.care_home", -1.0),))
    with_team, without = run(everybody), nothing()
    model = model_of(replace(base(), interventions=(everybody,)))
    change = int(model.calendar.month_start[model.first_change + 4])

    def moves(result: RunResult) -> int:
        stays = result.stays
        homes = np.isin(stays.setting, _tagged(result, "residence")) & (stays.started > 0)
        return int((homes & (stays.requested > change)).sum())

    assert moves(without) > 3
    assert moves(with_team) == 0


@pytest.mark.parametrize("plan", ALL, ids=lambda plan: plan.id)
def test_a_team_without_effects_changes_nothing(plan: Intervention) -> None:
    """Whoever joins when: the stays are those of doing nothing, row for row."""
    assert differing_columns(run(replace(plan, effects=())).stays, nothing().stays) == []


@pytest.mark.parametrize("plan", ALL, ids=lambda plan: plan.id)
def test_nothing_changes_before_the_team_starts(plan: Intervention) -> None:
    """Stays that began before the first month of the team are the same up to that month."""
    model = model_of(replace(base(), interventions=(plan,)))
    change = int(model.calendar.month_start[model.first_change])
    some, others = run(plan).stays, nothing().stays
    for column in ("person", "setting", "requested", "started"):
        mine, theirs = (getattr(each, column)[each.ended < change] for each in (some, others))
        assert np.array_equal(mine, theirs), column


def _tagged(result: RunResult, tag: str) -> tuple[int, ...]:
    """Settings that carry a tag."""
    return result.settings.tags[tag]


@pytest.mark.parametrize("lasts", [0, 6])
def test_an_effect_lasts_after_leaving_for_as_long_as_is_said(lasts: int) -> None:
    """Everybody joins in one month, leaves after three, and has a tenth of the usual visits until it is over."""
    visits = booked(run(team("short", stays_months=3, lasts_months=lasts, caseload_per_team=1e6,
                             effects=(effect("hazard.routine", -0.9),))))
    share = visits / booked(nothing())
    joins = base().interventions[0].teams[0][0]
    first = nothing().calendar.month_index(joins)
    left = first + 3
    assert (share[first + 1 : left] < 0.5).all()
    if lasts:
        assert (share[left + 1 : left + lasts] < 0.5).all()
    assert (share[left + lasts + 1 :] > 0.8).all()
    assert np.array_equal(visits[:first], booked(nothing())[:first])


def test_who_gives_up_keeps_nothing() -> None:
    """With everybody giving up in the second month, what would last does not."""
    visits = booked(run(team("short", stays_months=3, lasts_months=6, caseload_per_team=1e6, drop_out=certain(1.0),
                             effects=(effect("hazard.routine", -0.9),))))
    share = visits / booked(nothing())
    first = nothing().calendar.month_index(base().interventions[0].teams[0][0])
    assert (share[first + 2 :] > 0.8).all()


def booked(result: RunResult) -> np.ndarray:
    """(months,) booked visits to general practice."""
    return np.asarray(result.contacts[:, list(result.settings.tags["gp_booked"])].sum(axis=(1, 2)))
