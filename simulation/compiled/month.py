"""The people of a place as compiled code meets them: columns, the month's tables, and needs drawn again."""

from __future__ import annotations

from simulation.columns import GONE, HERE, CaseloadColumns, Columns
from simulation.compiled.event_heap import DRAWN_AGAIN, NEED, call_at
from simulation.compiled.lookup import (
    again_of,
    alive_of,
    caseloads_words_of,
    columns_words_of,
    death_tick_of,
    factors_of,
    found_words_of,
    in_care_home_of,
    month_words_of,
    need_numbers_of,
    need_tables_words_of,
    opened_words_of,
    pending_needs_of,
    persons_of,
    profile_of,
    state_of,
    triggers_of,
)
from simulation.inhabitants import ATTENDANCE_LIFE, ATTENDANCE_RATE, DISCHARGE_LIFE
from simulation.jit import compilable
from simulation.memory import caseloads_at, columns_at, found_at, month_at, need_tables_at, opened_at
from simulation.needs import needs_of
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


@compilable
def columns_of(handle: int) -> Columns:
    """Columns of the people."""
    return columns_at(columns_words_of(handle))


@compilable
def is_here(handle: int, person: int) -> bool:
    """Whether somebody is alive and lives in the place."""
    return bool(alive_of(handle)[person] == HERE)


@compilable
def death_tick(handle: int, person: int) -> int:
    """Tick of the person's latent death."""
    return int(death_tick_of(handle)[person])


@compilable
def factor_of(handle: int, person: int, value: int) -> float:
    """Factor on a named value from the teams that the person is with."""
    return float(factors_of(handle)[profile_of(handle)[person], value, 0])


@compilable
def after_attendance(handle: int, person: int, tick: int) -> None:
    """An A&E attendance has ended without admission."""
    triggers = triggers_of(handle)
    attendance_ended(person, tick, columns_of(handle), triggers[ATTENDANCE_LIFE], triggers[ATTENDANCE_RATE])
    state_of(handle).draws_again = person


@compilable
def after_discharge(handle: int, person: int, tick: int, came_through_ae: bool) -> None:
    """An emergency stay has ended alive."""
    triggers = triggers_of(handle)
    stay_ended(
        person, tick, came_through_ae, columns_of(handle), triggers[DISCHARGE_LIFE], triggers,
        triggers[ATTENDANCE_LIFE], triggers[ATTENDANCE_RATE])  # fmt: skip
    state_of(handle).draws_again = person


@compilable
def moved_to_care_home(handle: int, person: int, tick: int) -> None:
    """Somebody has moved into a care home."""
    in_care_home_of(handle)[person] = 1
    leave_for_care_home(person, tick, _caseloads(handle))
    state_of(handle).draws_again = person


@compilable
def changes_team(handle: int, person: int, change: int) -> None:
    """Carry out one of the month's changes of team."""
    change_team(change, in_care_home_of(handle)[person] == 1, _caseloads(handle))
    state_of(handle).draws_again = person


@compilable
def joins_at(handle: int, event: int, person: int, tick: int, kind: int) -> None:
    """Let a person join the teams that people join at an event."""
    join_at_event(person, tick, event, kind, in_care_home_of(handle)[person] == 1, _caseloads(handle))


@compilable
def gone(handle: int, person: int, tick: int) -> None:
    """Somebody has died or moved out of the place."""
    alive_of(handle)[person] = GONE
    leave_all_teams(person, tick, _caseloads(handle))


@compilable
def draw_again(handle: int, person: int) -> None:
    """From the next tick on, the rest of this month's needs of a person are these: `reference.needs.replace`.

    What changes a person's needs says so in `state.draws_again`; they are drawn when the event is over.
    """
    tick = int(state_of(handle).tick)
    found = found_at(found_words_of(handle))
    count = needs_of(
        person, tick, columns_of(handle), need_tables_at(need_tables_words_of(handle), need_numbers_of(handle)),
        month_at(month_words_of(handle)), found, opened_at(opened_words_of(handle)))  # fmt: skip
    if count > len(found.tick):
        state_of(handle).failed = TOO_MANY_NEEDS
        count = 0
    version = _next_version(handle, person, tick)
    for row in range(count):
        need = new_need(handle)
        entry = pending_needs_of(handle)[need]
        entry.tick = found.tick[row]
        entry.person = person
        entry.key = found.key[row]
        entry.stream = found.stream[row]
        entry.severity = found.severity[row]
        entry.version = version
        call_at(handle, entry.tick, NEED, person, entry.key, DRAWN_AGAIN, need, 0)


@compilable
def is_in_force(handle: int, person: int, tick: int, version: int) -> bool:
    """Whether a need is among the last drawn for its tick; what is drawn again counts from the tick after."""
    row = persons_of(handle)[person].again
    if row == NONE:
        return version == 0
    again = again_of(handle)[row]
    if tick > again.last:
        return bool(version == again.version)
    return bool(version == again.before)


@compilable
def new_need(handle: int) -> int:
    """A row for a need."""
    state = state_of(handle)
    state.live_needs += 1
    need = state.free_need
    if need == NONE:
        need = state.needs
        state.needs += 1
    else:
        state.free_need = pending_needs_of(handle)[need].next
    pending_needs_of(handle)[need].next = NONE
    return int(need)


@compilable
def free_need(handle: int, need: int) -> None:
    """Give a need's row back; it keeps what it says until the next `new_need`."""
    pending_needs_of(handle)[need].next = state_of(handle).free_need
    state_of(handle).free_need = need
    state_of(handle).live_needs -= 1


@compilable
def _next_version(handle: int, person: int, tick: int) -> int:
    """Count that a person's needs were drawn again."""
    state = state_of(handle)
    resident = persons_of(handle)[person]
    row = int(resident.again)
    if row == NONE:
        row = int(state.again)
        state.again += 1
        resident.again = row
        again = again_of(handle)[row]
        again.person = person
        again.last = NONE
        again.version = 0
        again.before = 0
    again = again_of(handle)[row]
    if tick > again.last:
        again.before = again.version
    again.version += 1
    again.last = tick
    return int(again.version)


@compilable
def _caseloads(handle: int) -> CaseloadColumns:
    return caseloads_at(caseloads_words_of(handle))
