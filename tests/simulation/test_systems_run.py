"""Every shipped scenario, and every place, run on both engines in a small size: who is reached, and what moves.

Scenarios that add no places share their people, their network and their years before the change, which are simulated
once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pytest

from scenarios.build_people import build_teams
from scenarios.catalogue import shipped
from scenarios.evidence import load
from scenarios.resolve import resolve
from scenarios.resolved import Resolved
from simulation.calendar import SECONDS_PER_YEAR
from simulation.model import Model
from simulation.run import simulate, simulate_together
from simulation.stays import RunResult, Stays
from tests.simulation.equality import Log, assert_same, difference, log_of_result
from tests.simulation.small_place import END, START, model_of, small, with_changes

PEOPLE = 500
FEW = 300
"""People of a named place."""
ROOM = 3.0
SEED = 5
RARE = 8.0
"""Places below which a service may meet nobody among so few people."""
STRONG = -0.5
ENOUGH = 60.0
"""People with a team, times the share of its effects that has come about by the end."""
A_DAY, A_MONTH, OLDEST = 1.0 / 365.0, 1.0 / 12.0, 130
A_MONTH_BEFORE, SOON = date(2017, 3, 1), date(2017, 8, 1)
SCENARIOS = tuple(shipped("scenario"))
PLACES = tuple(shipped("place"))
NOTHING = "do-nothing"
OF_A_TEAM = ("enrolments", "standing")
"""How the names of tables begin that say who was with a team, which a team without effects fills too."""


@lru_cache(maxsize=64)
def in_a_small_place(name: str) -> Resolved:
    """A scenario among 500 people with room enough."""
    return small(name, people=PEOPLE, room=ROOM)


@lru_cache(maxsize=64)
def model(name: str) -> Model:
    """Its model."""
    return model_of(in_a_small_place(name))


def run_all(built: Callable[[str], Model], engine: str = "compiled") -> Mapping[str, RunResult]:
    """The run of every scenario; those that add no places have one network and share their past."""
    alone = [name for name in SCENARIOS if any(plan.adds for plan in in_a_small_place(name).interventions)]
    together = [name for name in SCENARIOS if name not in alone]
    found = simulate_together([built(name) for name in together], SEED, 0, _kept, engine)
    return {**dict(zip(together, found, strict=True)),
            **{name: simulate(built(name), SEED, 0, engine=engine) for name in alone}}


def _kept(_: int, result: RunResult) -> RunResult:
    return result


@lru_cache(maxsize=1)
def results() -> Mapping[str, RunResult]:
    """The run of every scenario: two years before the change, two after."""
    return run_all(model)


@lru_cache(maxsize=64)
def soon_changed(name: str) -> Model:
    """Its model from a month before the change to a few months after it."""
    return model_of(_soon(in_a_small_place(name)))


@lru_cache(maxsize=2)
def few_months(engine: str) -> Mapping[str, RunResult]:
    """The run of every scenario around the change: SimPy's time goes with the calendar, not with people."""
    return run_all(soon_changed, engine)


def varied(changed: Callable[[Resolved], Resolved]) -> Mapping[str, RunResult]:
    """The run of every scenario with its teams changed, and no place added."""
    nothing = model(NOTHING)
    models = [replace(nothing, teams=build_teams(
        changed(in_a_small_place(name)), load(), nothing.calendar, SEED, 0, nothing.network)) for name in SCENARIOS]
    return dict(zip(SCENARIOS, simulate_together(models, SEED, 0, _kept), strict=True))


@lru_cache(maxsize=1)
def without_effects() -> Mapping[str, RunResult]:
    """The same people on the same caseloads."""
    return varied(lambda resolved: replace(resolved, interventions=tuple(
        replace(plan, effects=()) for plan in resolved.interventions)))


@lru_cache(maxsize=1)
def with_strong_effects() -> Mapping[str, RunResult]:
    """Every effect halves what it acts on."""
    return varied(lambda resolved: with_changes(resolved, STRONG))


@pytest.mark.parametrize("name", SCENARIOS)
def test_both_engines_agree_on_it(name: str) -> None:
    """Stays, contacts, people turned away, residents, who was with which team and who could have been: row for row."""
    simpy, compiled = (log_of_result(few_months(engine)[name]) for engine in ("simpy", "compiled"))
    assert len(compiled.stays) > PEOPLE / 3
    assert_same(simpy, compiled)


@pytest.mark.parametrize("name", SCENARIOS)
def test_caseloads_are_never_exceeded(name: str) -> None:
    """At every second there are at most as many people with a team as it has places."""
    result = results()[name]
    month_start = model(name).calendar.month_start
    for number, team in enumerate(model(name).teams):
        own = result.enrolments.team == number
        joined, left = result.enrolments.joined[own], result.enrolments.left[own]
        month = np.searchsorted(month_start, joined, side="right") - 1
        members = np.array([int(((joined <= tick) & (left > tick)).sum()) for tick in joined])
        assert (members <= team.places_by_month[month]).all(), team.name


@pytest.mark.parametrize("name", SCENARIOS)
def test_those_reached_are_those_meant(name: str) -> None:
    """By age on the day of joining, deprivation, and where they then live; and somebody is reached."""
    result, plans = results()[name], in_a_small_place(name).interventions
    log, people = result.enrolments, result.residents
    place = np.searchsorted(people.person, log.person)
    years = (log.joined - people.born[place]) / SECONDS_PER_YEAR
    in_home = _in_care_home(result)
    for number, plan in enumerate(plans):
        own, who = log.team == number, plan.who
        assert own.any() or plan.most_people < RARE, plan.id
        assert (years[own] >= who.age_from - A_DAY).all()
        assert (years[own] < (who.age_to or OLDEST) + 1.0 + A_MONTH).all()
        assert (people.deprivation_fifth[place[own]] <= who.fifths).all()
        if who.residence != "any":
            assert (in_home[own] == (who.residence != "own home")).all(), plan.id


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_changes_before_the_start(name: str) -> None:
    """Stays that ended before the first month of change are those of doing nothing, and nobody is with a team."""
    result, nothing = results()[name], results()[NOTHING]
    change = int(model(name).calendar.month_start[_first_month(name)])
    for column in ("person", "setting", "requested", "started", "outcome"):
        mine, theirs = (getattr(each.stays, column)[each.stays.ended < change] for each in (result, nothing))
        assert np.array_equal(mine, theirs), column
    assert (result.enrolments.joined >= change).all()


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_first_change_is_in_the_care_of_somebody_reached(name: str) -> None:
    """Others may wait longer or shorter later, for beds that change hands, but it never begins with them."""
    strong, nothing = with_strong_effects()[name], results()[NOTHING]
    tick, people = _first_difference(strong.stays, nothing.stays)
    log = strong.enrolments
    assert not people or people & set(log.person[log.joined <= tick].tolist())


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_service_decides_who_dies(name: str) -> None:
    """Who dies, and when, is as with nothing done: no shipped service claims an effect on deaths."""
    some, others = (each.residents for each in (results()[name], results()[NOTHING]))
    for column in ("person", "born", "entered", "left", "died"):
        assert np.array_equal(getattr(some, column), getattr(others, column)), column


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_without_its_effects_is_doing_nothing(name: str) -> None:
    """Row for row, in every table: finding people, seeing them and letting them go changes nothing by itself."""
    plain, nothing = (_without_teams(log_of_result(each[name_of])) for each, name_of in (
        (without_effects(), name), (results(), NOTHING)))
    assert difference(plain, nothing) == ""


@pytest.mark.parametrize("name", SCENARIOS)
def test_strong_effects_are_felt(name: str) -> None:
    """Where a service reaches enough people for long enough to act, halving what it acts on comes to something.

    What it acts on, and what not, is the affair of the factor table (`tests/scenarios/test_systems.py`).
    """
    strong, nothing = with_strong_effects()[name], results()[NOTHING]
    teams, log = model(name).teams, strong.enrolments
    acting = sum(float(team.strength_by_month[-1]) * (log.team == number).sum() for number, team in enumerate(teams)
                 if (team.changes != 0.0).any())
    different = difference(_without_teams(log_of_result(strong)), _without_teams(log_of_result(nothing)))
    assert bool(different) or acting < ENOUGH


@pytest.mark.parametrize("name", PLACES)
def test_a_place_runs_what_it_ran_on_both_engines(name: str) -> None:
    """Its ages in a small size, from a month before the change, with the scenarios that its file names, row for row."""
    whole = resolve(NOTHING, place=name).place
    models = [_of_few_people(resolve(ran, place=name, start=START, end=END)) for ran in whole.ran or (NOTHING,)]
    for each in models:
        simpy, compiled = (log_of_result(simulate(each, SEED, 0, engine=engine)) for engine in ("simpy", "compiled"))
        assert len(compiled.stays) > FEW / 3
        assert all(team.places_by_month.max() < RARE for team in each.teams) or len(compiled.tables["enrolments.team"])
        assert_same(simpy, compiled)


def _of_few_people(resolved: Resolved) -> Model:
    """A place with 300 people of its ages, around the month of the change."""
    place = resolved.place
    share = FEW / place.people
    cells = tuple(replace(cell, people=cell.people * share) for cell in place.population)
    services = {service: max(places * share * 4.0, 2.0) for service, places in place.services.items()}
    few = replace(place, population=cells, services=services, bed_people=None)
    plans = tuple(replace(plan, teams=tuple((day, max(teams, 0.1)) for day, teams in plan.teams))
                  for plan in resolved.interventions)
    return model_of(_soon(replace(resolved, place=few, interventions=plans)))


def _soon(resolved: Resolved) -> Resolved:
    """The same from a month before the change to a few months after it."""
    window = replace(resolved.window, burn_in_start=A_MONTH_BEFORE, start=A_MONTH_BEFORE, end=SOON)
    return replace(resolved, window=window)


def _without_teams(log: Log) -> Log:
    """What a run leaves behind, but for who was with a team; contacts with teams are counted from that too."""
    return replace(log, tables={name: table for name, table in log.tables.items() if not name.startswith(OF_A_TEAM)})


def _first_difference(some: Stays, others: Stays) -> tuple[int, set[int]]:
    """The earliest second in which two tables of stays tell something different, and whose stays those are."""
    tick, people = 0, set[int]()
    happened = [_happenings(each) for each in (some, others)]
    differ = happened[0] ^ happened[1]
    if differ:
        tick = min(when for when, *_ in differ)
        people = {person for when, person, *_ in differ if when == tick}
    return tick, people


def _happenings(stays: Stays) -> set[tuple[int, ...]]:
    """When, to whom, where and what of everything in a table of stays: asking, starting, being ready, ending."""
    found: set[tuple[int, ...]] = set()
    for number, column in enumerate(("requested", "started", "ready", "ended")):
        ticks = getattr(stays, column)
        rows = np.stack([ticks, stays.person, stays.setting, np.full(len(ticks), number)], axis=1)[ticks >= 0]
        found |= set(map(tuple, rows.tolist()))
    return found


def _in_care_home(result: RunResult) -> np.ndarray:
    """(memberships,) whether a member lived in a care home when joining."""
    stays, log = result.stays, result.enrolments
    lives = np.isin(stays.setting, result.settings.tags["residence"]) & (stays.started >= 0)
    moved = dict(zip(stays.person[lives].tolist(), stays.started[lives].tolist(), strict=True))
    return np.array([moved.get(person, joined + 1) <= joined
                     for person, joined in zip(log.person.tolist(), log.joined.tolist(), strict=True)], np.bool_)


def _first_month(name: str) -> int:
    """Month in which the first team is staffed, whether it has a caseload or only brings places."""
    calendar = model(name).calendar
    plans = in_a_small_place(name).interventions
    return min((calendar.month_index(plan.starts) for plan in plans), default=calendar.months - 1)
