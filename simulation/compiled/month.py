"""The people of a place as compiled code meets them: columns, the month's tables, and needs drawn again."""

from __future__ import annotations

from typing import Any

from simulation.addresses import caseloads_at, columns_at, found_at
from simulation.columns import GONE, HERE, CaseloadColumns, Columns
from simulation.compiled.event_heap import DRAWN_AGAIN, NEED, call_at
from simulation.compiled.lookup import (
    again_at,
    alive_at,
    alive_of,
    death_tick_cell_at,
    factor_cell_at,
    in_care_home_at,
    in_care_home_of,
    pending_need_at,
    people_words_of,
    person_at,
    profile_at,
    state_of,
    triggers_of,
)
from simulation.compiled.records import JOINED_A_TEAM
from simulation.inhabitants import ATTENDANCE_LIFE, ATTENDANCE_RATE, DISCHARGE_LIFE
from simulation.jit import compilable, inlined
from simulation.needs import FIRST_SET_OFF, needs_of, needs_set_off
from simulation.network import NONE
from simulation.person_events import (
    attendance_ended,
    change_team,
    join_at_event,
    leave_all_teams,
    leave_for_care_home,
    stay_ended,
)

TOO_MANY_NEEDS = 2
"""Failure: a person has more needs in a month than there is room for."""


@inlined
def columns_of(handle: int) -> Columns:
    """Columns of the people."""
    return columns_at(people_words_of(handle))


@inlined
def is_here(handle: int, person: int) -> bool:
    """Whether somebody is alive and lives in the place."""
    return bool(alive_at(handle, person) == HERE)


@inlined
def death_tick(handle: int, person: int) -> int:
    """Tick of the person's latent death."""
    return int(death_tick_cell_at(handle, person))


@inlined
def factor_of(handle: int, person: int, value: int, end: int) -> float:
    """Factor on a named value from the person's teams, at the threshold of admission (end 0) or the worst (1)."""
    return float(factor_cell_at(handle, profile_at(handle, person), value, end))


@compilable
def after_attendance(handle: int, person: int, tick: int) -> None:
    """An A&E attendance has ended without admission."""
    triggers = triggers_of(handle)
    attendance_ended(person, tick, columns_of(handle), triggers[ATTENDANCE_LIFE], triggers[ATTENDANCE_RATE])
    _sets_off_needs(handle, person)


@compilable
def after_discharge(handle: int, person: int, tick: int, came_through_ae: bool) -> None:
    """An emergency stay has ended alive."""
    triggers = triggers_of(handle)
    stay_ended(
        person, tick, came_through_ae, columns_of(handle), triggers[DISCHARGE_LIFE], triggers,
        triggers[ATTENDANCE_LIFE], triggers[ATTENDANCE_RATE])  # fmt: skip
    _sets_off_needs(handle, person)


@compilable
def moved_to_care_home(handle: int, person: int, tick: int) -> None:
    """Somebody has moved into a care home."""
    in_care_home_of(handle)[person] = 1
    leave_for_care_home(person, tick, _caseloads(handle))
    _changes_all_needs(handle, person)


@compilable
def changes_team(handle: int, person: int, change: int) -> None:
    """Carry out one of the month's changes of team."""
    change_team(change, in_care_home_at(handle, person) == 1, _caseloads(handle))
    _changes_all_needs(handle, person)


@compilable
def joins_at(handle: int, event: int, person: int, tick: int, kind: int) -> None:
    """Let a person join the teams that people join at an event; what they need changes when they leave hospital."""
    before = profile_at(handle, person)
    join_at_event(person, tick, event, kind, in_care_home_at(handle, person) == 1, _caseloads(handle))
    if profile_at(handle, person) != before:
        person_at(handle, person).marks |= JOINED_A_TEAM


@compilable
def gone(handle: int, person: int, tick: int) -> None:
    """Somebody has died or moved out of the place."""
    alive_of(handle)[person] = GONE
    leave_all_teams(person, tick, _caseloads(handle))


@inlined
def _sets_off_needs(handle: int, person: int) -> None:
    """Let needs that attendances and discharges set off be drawn again; all of them, if the person's teams changed."""
    if person_at(handle, person).marks & JOINED_A_TEAM:
        _changes_all_needs(handle, person)
    else:
        state_of(handle).draws_again = person


@inlined
def _changes_all_needs(handle: int, person: int) -> None:
    """Let all needs of a person be drawn again."""
    state = state_of(handle)
    state.draws_again = person
    state.draws_all = 1
    person_at(handle, person).marks &= ~JOINED_A_TEAM


@compilable
def draw_again(handle: int, person: int) -> None:
    """From the next tick on, the rest of this month's needs of a person are these: `reference.needs.replace`.

    What changes a person's needs says so in `state.draws_again`; they are drawn when the event is over. After an
    attendance or a discharge only the needs that it sets off are: the others would come out as they are.
    """
    state, at = state_of(handle), people_words_of(handle)
    tick, draws_all = int(state.tick), bool(state.draws_all)
    state.draws_all = 0
    count = needs_of(person, tick, at) if draws_all else needs_set_off(person, tick, at)
    found = found_at(at)
    if count > len(found.tick):
        state.failed = TOO_MANY_NEEDS
        count = 0
    again = _again_of(handle, person)
    if tick > again.last:
        again.before = again.version
        again.before_set_off = again.version_set_off
    again.version += draws_all
    again.version_set_off += 1
    again.last = tick
    for row in range(count):
        need = new_need(handle)
        entry = pending_need_at(handle, need)
        entry.tick = found.tick[row]
        entry.person = person
        entry.key = found.key[row]
        entry.stream = found.stream[row]
        entry.severity = found.severity[row]
        entry.version = again.version_set_off if entry.stream >= FIRST_SET_OFF else again.version
        call_at(handle, entry.tick, NEED, person, entry.key, DRAWN_AGAIN, need, 0)


@inlined
def is_in_force(handle: int, person: int, tick: int, stream: int, version: int) -> bool:
    """Whether a need is among the last drawn for its tick; what is drawn again counts from the tick after."""
    row = person_at(handle, person).again
    if row == NONE:
        return version == 0
    again = again_at(handle, row)
    if stream >= FIRST_SET_OFF:
        return bool(version == (again.version_set_off if tick > again.last else again.before_set_off))
    return bool(version == (again.version if tick > again.last else again.before))


@inlined
def new_need(handle: int) -> int:
    """A row for a need."""
    state = state_of(handle)
    state.live_needs += 1
    if state.live_needs > state.most_needs:
        state.full = 1
    need = state.free_need
    if need == NONE:
        need = state.needs
        state.needs += 1
    else:
        state.free_need = pending_need_at(handle, need).next
    pending_need_at(handle, need).next = NONE
    return int(need)


@inlined
def free_need(handle: int, need: int) -> None:
    """Give a need's row back; it keeps what it says until the next `new_need`."""
    pending_need_at(handle, need).next = state_of(handle).free_need
    state_of(handle).free_need = need
    state_of(handle).live_needs -= 1


@inlined
def _again_of(handle: int, person: int) -> Any:  # noqa: ANN401
    """The record of a person whose needs are drawn again in this month."""
    state, resident = state_of(handle), person_at(handle, person)
    if resident.again == NONE:
        resident.again = state.again
        state.again += 1
        if state.again > state.most_again:
            state.full = 1
        again = again_at(handle, resident.again)
        again.person = person
        again.last = NONE
        again.version = again.before = 0
        again.version_set_off = again.before_set_off = 0
    return again_at(handle, resident.again)


@inlined
def _caseloads(handle: int) -> CaseloadColumns:
    return caseloads_at(people_words_of(handle))
