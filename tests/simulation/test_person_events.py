"""Promises about what events change about people, called from compiled code and from Python."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.addresses import caseloads_at, columns_at, found_at, need_tables_at
from simulation.columns import BECAUSE_OF, HERE, NOT_A_MEMBER
from simulation.jit import compiled
from simulation.needs import FIRST_SET_OFF, needs_of, needs_set_off
from simulation.people import OWN_HOME, Population
from simulation.people_tables import Replacement
from simulation.person_events import (
    attendance_ended,
    change_team,
    leave_all_teams,
    leave_for_care_home,
    stay_ended,
)
from tests.simulation.few_people import a_team, live, population_of

PEOPLE = 5_000
IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@compiled
def a_month_of_events(
    persons: IntArray, tick: int, changes: int, at: IntArray, discharge_rate: FloatArray, attendance_rate: float,
    counts: IntArray, keys: IntArray,
) -> None:
    """Everything that can happen to people, as the compiled engine would tell it."""
    people, tables, room, teams = columns_at(at), need_tables_at(at), found_at(at), caseloads_at(at)
    for index in range(changes):
        person = teams.planned[index, 1]
        change_team(index, people.in_care_home[person] == 1, teams)
    for place in range(len(persons)):
        person = persons[place]
        if place % 3 == 0:
            attendance_ended(person, tick, people, tables.attendance_life, attendance_rate)
        else:
            stay_ended(person, tick, place % 3 == 1, people, tables.discharge_life, discharge_rate,
                       tables.attendance_life, attendance_rate)
        if place % 5 == 0:
            people.in_care_home[person] = 1
            leave_for_care_home(person, tick, teams)
        if place % 7 == 0:
            leave_all_teams(person, tick, teams)
        everything = place % 5 == 0 or place % 7 == 0
        counts[place] = needs_of(person, tick, at) if everything else needs_set_off(person, tick, at)
        for row in range(counts[place]):
            keys[place] = keys[place] * 3 + room.key[row] + room.tick[row]


def from_python(population: Population, persons: IntArray, tick: int, changes: int) -> tuple[IntArray, IntArray]:
    """The same through the methods of `Population`."""
    for index, person in enumerate(population._caseloads.columns.planned[:changes, 1].tolist()):
        population.apply_profile(person, tick, index)
    counts, keys = np.zeros((2, len(persons)), np.int64)
    for place, person in enumerate(persons.tolist()):
        if place % 3 == 0:
            needs = population.after_attendance(person, tick)
        else:
            needs = population.after_discharge(person, tick, place % 3 == 1)
        if place % 5 == 0:
            needs = population.moved_to_care_home(person, tick)
        if place % 7 == 0:
            population._caseloads.columns.profile[person] = population.profile[person]
            leave_all_teams(person, tick, population._caseloads.columns)
            needs = population._again(person, tick)
        counts[place] = len(needs.key)
        for key, second in zip(needs.key, needs.tick, strict=True):
            keys[place] = keys[place] * 3 + key + second
    return counts, keys


def with_teams() -> tuple[Population, int, int]:
    """A population with two teams in its third month, a tick in the middle of it, and its changes of team."""
    teams = [a_team(24, residence=OWN_HOME), a_team(24, name="other", number=5)]
    population = population_of(PEOPLE, 2, teams=teams)
    for _ in live(population, 2):
        pass
    events = population.begin_month(2)
    return population, int(np.median(events.candidates.tick)), len(events.profile_changes.person)


def test_events_told_from_compiled_code_do_what_they_do_from_python() -> None:
    """Rates, teams, profiles and the needs that follow are the same to the bit."""
    some, tick, changes = with_teams()
    other, _, _ = with_teams()
    planned = some._caseloads.columns.planned[:, 1]
    persons = np.unique(np.append(planned, np.flatnonzero(some.alive == HERE)[::7]))
    tables, at = other._tables, other.addresses()
    counts, keys = np.zeros((2, len(persons)), np.int64)
    a_month_of_events(
        persons, tick, changes, at.people, tables.discharge_rate, tables.attendance_rate, counts, keys)
    expected = from_python(some, persons, tick, changes)
    assert changes == 100
    assert counts.sum() > 100
    assert np.array_equal(counts, expected[0])
    assert np.array_equal(keys, expected[1])
    assert np.array_equal(other._caseloads.log, some._caseloads.log)
    assert np.array_equal(other._caseloads.columns.member_row, some._caseloads.columns.member_row)
    for name, column in some._columns._asdict().items():
        assert np.array_equal(getattr(other._columns, name), column), name


def test_who_cannot_join_a_team_stays_with_the_one_that_it_replaces() -> None:
    """Leaving because of joining comes about where joining does: not for people in care homes, where it is barred."""
    population, tick, changes = with_teams()
    teams, (own_home, other) = population._caseloads.columns, (0, 1)
    for index in range(changes):
        change_team(index, False, teams)
    person, second = population._caseloads.members(other)[:2].tolist()
    teams = teams._replace(planned=np.array([
        [tick, person, other, BECAUSE_OF - own_home], [tick, second, other, BECAUSE_OF - own_home],
        [tick, person, other, BECAUSE_OF - other],
    ]))  # fmt: skip
    change_team(0, True, teams)
    assert teams.member_row[other, person] != NOT_A_MEMBER
    change_team(1, False, teams)
    assert teams.member_row[other, second] == NOT_A_MEMBER
    change_team(2, True, teams)
    assert teams.member_row[other, person] == NOT_A_MEMBER


def test_needs_of_one_person_come_in_order() -> None:
    """By tick, and by key in the same second."""
    population, tick, _ = with_teams()
    start = int(population._tables.month_start[2])
    most = 0
    population._columns.readmission_rate[:50] = 200.0
    population._columns.discharged[:50] = tick
    for person in np.flatnonzero(population.alive[:50] == HERE).tolist():
        needs = population.after_attendance(person, start)
        order = list(zip(needs.tick, needs.key, strict=True))
        assert order == sorted(order)
        most = max(most, len(order))
    assert most > 10


def test_an_attendance_or_a_discharge_leaves_all_other_needs_as_they_are() -> None:
    """What it sets off, with the other needs still pending, is what drawing everything again gives."""
    population, tick, _ = with_teams()
    before = {person: population._again(person, tick) for person in np.flatnonzero(population.alive == HERE)[::3]}
    found = 0
    for place, (person, pending) in enumerate(before.items()):
        if place % 2:
            set_off = population.after_attendance(person, tick)
        else:
            set_off = population.after_discharge(person, tick, came_through_ae=place % 4 == 0)
        assert set_off.first_stream == FIRST_SET_OFF
        left = [need for need in _needs(pending) if need[2] < FIRST_SET_OFF]
        assert sorted([*left, *_needs(set_off)]) == _needs(population._again(person, tick))
        found += len(set_off.tick)
    assert found > 100


def test_somebody_who_joined_a_team_at_an_event_has_all_needs_drawn_again() -> None:
    """At the end of the attendance or stay, and only once."""
    population, tick, _ = with_teams()
    population._joined_at_event.add(5)
    assert population.after_attendance(5, tick).first_stream == 0
    assert population.after_attendance(5, tick).first_stream == FIRST_SET_OFF


def _needs(replacement: Replacement) -> list[tuple[int, int, int, float]]:
    """Tick, key, stream and severity of each."""
    return list(zip(replacement.tick, replacement.key, replacement.stream, replacement.severity, strict=True))


def test_admissions_noted_together_are_those_noted_one_by_one() -> None:
    """Several admissions of one person count as several."""
    population, tick, _ = with_teams()
    other, _, _ = with_teams()
    for person in (5, 9, 5):
        population.note_admission(person, tick)
    other.note_admissions(np.array([5, 9, 5]), 2)
    for month in (2, 3, 14, 15):
        assert np.array_equal(population._past.before(month, 10), other._past.before(month, 10))
    assert other._past.before(3, 10)[5] == 2


def test_there_are_no_addresses_before_the_first_month() -> None:
    """Since the tables of a month do not exist yet."""
    with pytest.raises(ValueError, match="no month yet"):
        population_of(PEOPLE, 2).addresses()


def test_the_log_has_room_for_everybody_who_is_planned_to_join() -> None:
    """Whatever has been written to it before."""
    population, _, changes = with_teams()
    columns = population._caseloads.columns
    assert len(columns.log) >= int(columns.log_count[0]) + changes
