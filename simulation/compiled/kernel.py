"""The clock of the compiled flow: takes what happens in its order, and settles each instant (engines R1-R3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.compiled.episodes import stop
from simulation.compiled.event_heap import (
    KEEPS_BOOKING,
    NEED,
    PHASES,
    SETTLE,
    TIME_OVER,
    call_at,
    heap_goes_first,
    take_first,
)
from simulation.compiled.floor import start, withdraw
from simulation.compiled.happenings import candidate_comes, happens
from simulation.compiled.interruptions import interrupts
from simulation.compiled.lookup import (
    admitted_of,
    again_of,
    bring_episode_near,
    bring_event_near,
    bring_person_near,
    candidate_person_of,
    candidate_tick_of,
    dirty_of,
    episodes_of,
    events_of,
    gone_of,
    heap_of,
    limited_first_of,
    limited_of,
    pending_needs_of,
    places_of,
    rows_of,
    settings_of,
    state_of,
    visits_of,
)
from simulation.compiled.month import draw_again
from simulation.compiled.queues import drop, first_over, marks_beyond_limit, next_to_start
from simulation.compiled.stories import ARRIVED, TURNED_AWAY, go_on
from simulation.compiled.written import count_turned_away
from simulation.jit import compilable, compiled
from simulation.network import NONE
from simulation.reference.floor import TURNED_AWAY as WAS_TURNED_AWAY
from simulation.stays import NEVER, Outcome

DONE, NEEDS_ROOM, FAILED = range(3)
"""How `run_before` ends."""
OPEN = int(Outcome.OPEN)
_NEVER_COMES = 1 << 62
AHEAD = 8
"""How many needs ahead a person is brought near."""
IntArray = NDArray[np.int64]


@compiled
def run_before(handle: int, end: int) -> int:
    """Let everything happen before a tick; ends early when a table is full, to go on once it has grown.

    Whatever happens names the episode that goes on because of it, and whose needs it changes. Both follow here and
    nowhere else, so that their code is compiled once.
    """
    state = state_of(handle)
    heap = heap_of(handle)
    candidate_ticks = candidate_tick_of(handle)
    candidate_persons = candidate_person_of(handle)
    last_when = end * PHASES
    while True:
        if not has_room(handle):
            return NEEDS_ROOM
        heap_when = heap[0].when if state.heap > 0 else _NEVER_COMES
        candidate_when = _NEVER_COMES
        if state.candidate < state.candidates:
            candidate_when = candidate_ticks[state.candidate] * PHASES + NEED
        when = min(heap_when, candidate_when)
        if state.dirty > 0 and when > state.tick * PHASES + SETTLE:
            episode = settles(handle)
        elif when >= last_when:
            state.tick = end
            return DONE
        else:
            state.tick = when // PHASES
            if when % PHASES <= NEED:
                state.timed_events += 1
            if state.candidate + AHEAD < state.candidates:
                bring_person_near(handle, candidate_persons[state.candidate + AHEAD])
            if candidate_when < heap_when or (candidate_when == heap_when and not heap_goes_first(handle)):
                episode = candidate_comes(handle)
            else:
                event = take_first(handle)
                _bring_next_near(handle)
                episode = happens(handle, event)
        if episode != NONE:
            go_on(handle, episode)
        if state.draws_again != NONE:
            draw_again(handle, int(state.draws_again))
            state.draws_again = NONE
        if state.failed:
            return FAILED


@compiled
def expect(handle: int, first: int, phase: int, call: int, table: IntArray) -> int:
    """Put events of one sort on the heap, from a row on; the row to go on with when there is no more room, or -1.

    Args:
        handle: of the run.
        first: row to begin with.
        phase: of the events.
        call: what they are.
        table: (5, events) ticks, persons, visits, and the two numbers that say what they are about.
    """
    for row in range(first, table.shape[1]):
        if not has_room(handle):
            return row
        call_at(handle, table[0, row], phase, table[1, row], table[2, row], call, table[3, row], table[4, row])
    return NONE


@compiled
def close(handle: int, first: int) -> int:
    """Write every stay that is still going on at the horizon, from an episode on; the episode to go on with, or -1."""
    for episode in range(first, state_of(handle).episodes):
        if not has_room(handle):
            return episode
        if episodes_of(handle)[episode].active:
            stop(handle, episode, OPEN)
    return NONE


@compilable
def has_room(handle: int) -> bool:
    """Whether what happens next has room in every table, however much it is."""
    state = state_of(handle)
    margin = state.margin
    return bool(
        state.heap + margin < len(heap_of(handle))
        and state.rows + margin < len(rows_of(handle))
        and state.live_needs + margin < len(pending_needs_of(handle))
        and state.live_episodes + 2 < len(episodes_of(handle))
        and state.again + margin < len(again_of(handle))
        and state.gone + 1 < len(gone_of(handle))
        and state.admitted + margin < len(admitted_of(handle))
    )


@compilable
def settles(handle: int) -> int:
    """One step of settling an instant (R3): the episode that starts, or is turned away; -1 when a pool is settled.

    Pools come in the order of their names: in each, whoever can start does, and then those who are too many are turned
    away, setting by setting, in the order of the queue.
    """
    state = state_of(handle)
    pool = int(state.settling)
    if pool == NONE:
        dirty = dirty_of(handle)
        pool = 0
        while not dirty[pool]:
            pool += 1
        dirty[pool] = 0
        state.settling = pool
    if state.turning == NONE:
        visit = next_to_start(handle, pool)
        if visit == NONE and places_of(handle)[pool].preemptive:
            visit = interrupts(handle, pool)
        if visit != NONE:
            return _starts(handle, visit)
        position = limited_first_of(handle)[pool]
    else:
        visit = first_over(handle, limited_of(handle)[state.turning])
        if visit != NONE:
            return _is_turned_away(handle, visit)
        position = state.turning + 1
    return _turns_to(handle, position, limited_first_of(handle)[pool + 1])


@compilable
def _turns_to(handle: int, position: int, last: int) -> int:
    """Go on to the next limited setting of a pool for which too many wait, and turn the first away, or end."""
    state = state_of(handle)
    while position < last:
        setting = limited_of(handle)[position]
        if marks_beyond_limit(handle, setting, settings_of(handle)[setting].queue_limit):
            state.turning = position
            return _is_turned_away(handle, first_over(handle, setting))
        position += 1
    state.settling = NONE
    state.turning = NONE
    state.dirty -= 1
    return NONE


@compilable
def _starts(handle: int, visit: int) -> int:
    episode = int(visits_of(handle)[visit].episode)
    goes_on = visits_of(handle)[visit].interrupted_at != NEVER
    drop(handle, visit)
    start(handle, visit)
    if goes_on:
        return NONE
    episodes_of(handle)[episode].stage = ARRIVED
    return episode


@compilable
def _is_turned_away(handle: int, visit: int) -> int:
    episode, setting = int(visits_of(handle)[visit].episode), int(visits_of(handle)[visit].setting)
    withdraw(handle, visit, WAS_TURNED_AWAY)
    episodes_of(handle)[episode].timer += 1
    if not episodes_of(handle)[episode].outsider:
        count_turned_away(handle, setting, int(episodes_of(handle)[episode].band))
    episodes_of(handle)[episode].stage = TURNED_AWAY
    return episode


@compilable
def _bring_next_near(handle: int) -> None:
    """Ask for what the first event on the heap is about, and for the two that may follow it."""
    heap, events = heap_of(handle), events_of(handle)
    if state_of(handle).heap > 2:
        first = events[heap[0].event]
        if first.call in (TIME_OVER, KEEPS_BOOKING):
            bring_episode_near(handle, first.what)
        bring_event_near(handle, heap[1].event)
        bring_event_near(handle, heap[2].event)
