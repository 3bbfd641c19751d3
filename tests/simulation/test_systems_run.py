"""Every shipped scenario, and every named place, run on both engines in a small size."""

from __future__ import annotations

from dataclasses import replace
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
from simulation.run import simulate
from simulation.stays import RunResult
from tests.simulation.small_place import END, START, differing_columns, model_of, small

PEOPLE = 500
RARE = 8.0
"""Places below which a service may meet nobody among so few people."""
A_DAY, A_MONTH, OLDEST = 1.0 / 365.0, 1.0 / 12.0, 130
SCENARIOS = [name for name in shipped("scenario") if name != "do-nothing"]
PLACES = [name for name in shipped("place") if not name.startswith("england")]
BOTH_ENGINES = (
    "mcp-vanguard", "pacs-vanguard", "north-west-london-pilot", "mental-health-integration", "hospital-at-home",
    "comprehensive-geriatric-assessment",
)
"""Together these use every mechanism and nearly every service."""


@lru_cache(maxsize=64)
def in_a_small_place(name: str) -> Resolved:
    """A scenario among 500 people with room enough."""
    return small(name, people=PEOPLE, room=3.0)


@lru_cache(maxsize=64)
def model(name: str) -> Model:
    """Its model."""
    return model_of(in_a_small_place(name))


@lru_cache(maxsize=64)
def run(name: str) -> RunResult:
    """Its run."""
    return simulate(model(name), 5, 0)


def without_effects(resolved: Resolved) -> Resolved:
    """The same people on the same caseloads, with no effect and no place added."""
    return replace(resolved, interventions=tuple(
        replace(plan, effects=(), adds={}) for plan in resolved.interventions))


@pytest.mark.parametrize("name", SCENARIOS)
def test_caseloads_are_never_exceeded(name: str) -> None:
    """At every second there are at most as many people with a team as it has places."""
    result = run(name)
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
    result, plans = run(name), in_a_small_place(name).interventions
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
    """Stays that ended before the first month of change are those of doing nothing."""
    change = int(model(name).calendar.month_start[_first_month(name)])
    some, others = run(name).stays, run("do-nothing").stays
    for column in ("person", "setting", "requested", "started", "outcome"):
        mine, theirs = (getattr(each, column)[each.ended < change] for each in (some, others))
        assert np.array_equal(mine, theirs), column


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_without_its_effects_is_doing_nothing(name: str) -> None:
    """Row for row: finding people, seeing them and letting them go changes nothing by itself."""
    whole = model(name)
    teams = build_teams(without_effects(in_a_small_place(name)), load(), whole.calendar, 5, 0, whole.network)
    result = simulate(replace(model("do-nothing"), teams=teams), 5, 0)
    assert differing_columns(result.stays, run("do-nothing").stays) == []


@pytest.mark.parametrize("name", BOTH_ENGINES)
def test_both_engines_agree_on_it(name: str) -> None:
    """Row for row, and on who was with which team."""
    simpy = simulate(model(name), 5, 0, engine="simpy")
    assert differing_columns(run(name).stays, simpy.stays) == []
    assert np.array_equal(run(name).enrolments.left, simpy.enrolments.left)


@pytest.mark.parametrize("name", PLACES)
def test_a_named_place_runs_what_it_ran(name: str) -> None:
    """Its ages in a small size, with the scenario that its file names; teams reach people."""
    whole = resolve("do-nothing", place=name).place
    share = PEOPLE / whole.people
    cells = tuple(replace(cell, people=cell.people * share) for cell in whole.population)
    services = {service: max(places * share * 4.0, 2.0) for service, places in whole.services.items()}
    for ran in whole.ran:
        resolved = resolve(ran, place=name, start=START, end=END)
        place = replace(resolved.place, population=cells, services=services, bed_people=None)
        result = simulate(model_of(replace(resolved, place=place)), 5, 0)
        assert len(result.stays.person) > PEOPLE


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
    return min(calendar.month_index(plan.starts) for plan in in_a_small_place(name).interventions)
