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
    bring_age_near,
    bring_episode_near,
    bring_event_near,
    bring_life_near,
    bring_person_near,
    candidate_person_at,
    candidate_tick_at,
    dirty_of,
    episode_at,
    event_at,
    heap_entry_at,
    limited_at,
    limited_first_at,
    places_at,
    state_of,
    visit_at,
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
    last_when = end * PHASES
    while True:
        if state.full:
            return NEEDS_ROOM
        heap_when = heap_entry_at(handle, 0).when if state.heap > 0 else _NEVER_COMES
        candidate_when = _NEVER_COMES
        if state.candidate < state.candidates:
            candidate_when = candidate_tick_at(handle, state.candidate) * PHASES + NEED
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
                person = candidate_person_at(handle, state.candidate + AHEAD)
                bring_person_near(handle, person)
                bring_life_near(handle, person)
                bring_age_near(handle, person)
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
        if state_of(handle).full:
            return row
        call_at(handle, table[0, row], phase, table[1, row], table[2, row], call, table[3, row], table[4, row])
    return NONE


@compiled
def close(handle: int, first: int) -> int:
    """Write every stay that is still going on at the horizon, from an episode on; the episode to go on with, or -1."""
    for episode in range(first, state_of(handle).episodes):
        if state_of(handle).full:
            return episode
        if episode_at(handle, episode).active:
            stop(handle, episode, OPEN)
    return NONE


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
        if visit == NONE and places_at(handle, pool).preemptive:
            visit = interrupts(handle, pool)
        if visit != NONE:
            return _starts(handle, visit)
        position = limited_first_at(handle, pool)
    else:
        visit = first_over(handle, limited_at(handle, state.turning))
        if visit != NONE:
            return _is_turned_away(handle, visit)
        position = state.turning + 1
    return _turns_to(handle, position, limited_first_at(handle, pool + 1))


@compilable
def _turns_to(handle: int, position: int, last: int) -> int:
    """Go on to the next limited setting of a pool for which too many wait, and turn the first away, or end."""
    state = state_of(handle)
    while position < last:
        setting = limited_at(handle, position)
        if marks_beyond_limit(handle, setting):
            state.turning = position
            return _is_turned_away(handle, first_over(handle, setting))
        position += 1
    state.settling = NONE
    state.turning = NONE
    state.dirty -= 1
    return NONE


@compilable
def _starts(handle: int, visit: int) -> int:
    episode = int(visit_at(handle, visit).episode)
    goes_on = visit_at(handle, visit).interrupted_at != NEVER
    drop(handle, visit)
    start(handle, visit)
    if goes_on:
        return NONE
    episode_at(handle, episode).stage = ARRIVED
    return episode


@compilable
def _is_turned_away(handle: int, visit: int) -> int:
    episode, setting = int(visit_at(handle, visit).episode), int(visit_at(handle, visit).setting)
    withdraw(handle, visit, WAS_TURNED_AWAY)
    episode_at(handle, episode).timer += 1
    if not episode_at(handle, episode).outsider:
        count_turned_away(handle, setting, int(episode_at(handle, episode).band))
    episode_at(handle, episode).stage = TURNED_AWAY
    return episode


@compilable
def _bring_next_near(handle: int) -> None:
    """Ask for what the first event on the heap is about, and for the two that may follow it."""
    if state_of(handle).heap > 2:
        first = event_at(handle, heap_entry_at(handle, 0).event)
        if first.call in (TIME_OVER, KEEPS_BOOKING):
            bring_episode_near(handle, first.what)
        bring_event_near(handle, heap_entry_at(handle, 1).event)
        bring_event_near(handle, heap_entry_at(handle, 2).event)
