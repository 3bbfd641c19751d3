"""What will happen, in its total order: by second, phase, person, visit, and only then as it was asked for."""

from __future__ import annotations

from simulation.compiled.lookup import (
    candidate_key_at,
    candidate_person_at,
    event_at,
    heap_entry_at,
    state_of,
)
from simulation.jit import compilable, inlined
from simulation.network import NONE

CAPACITY, END_OF_SERVICE, PATIENCE_OVER, INTERRUPTED, NEED, SETTLE, CENSUS = range(7)
"""As `simulation.reference.environment.Phase`."""
PHASES = 8
"""A second and a phase make one number: second x `PHASES` + phase."""

(
    BEGIN_DAY, OPEN_PLACES, TIME_OVER, PLACE_READY, KEEPS_BOOKING, GIVES_UP, DIES, MOVES_AWAY, CHANGES_TEAM,
    NEEDS_CARE_HOME, MOVES_FROM_HOME, ARRIVES, DRAWN_AGAIN, PUT_OFF, TAKE_CENSUS,
    LIVES_IN,
) = range(16)  # fmt: skip
"""What an event is. Beside it stand two numbers, `what` and `more`:

`BEGIN_DAY` day · `OPEN_PLACES` pool and places · `TIME_OVER` and `GIVES_UP` episode and timer · `PLACE_READY` pool ·
`KEEPS_BOOKING` episode and setting · `CHANGES_TEAM` number of the change · `ARRIVES` row of the arrival ·
`DRAWN_AGAIN` and `PUT_OFF` row of the need · `LIVES_IN` person and setting; the others none.
"""


@compilable
def call_at(handle: int, tick: int, phase: int, person: int, visit: int, call: int, what: int, more: int) -> None:
    """Let something happen at a tick, in its place in the total order."""
    state = state_of(handle)
    event = state.free_event
    if event == NONE:
        event = state.events
        state.events += 1
    else:
        state.free_event = event_at(handle, event).next_free
    entry = event_at(handle, event)
    entry.person = person
    entry.visit = visit
    entry.order = state.order
    entry.call = call
    entry.what = what
    entry.more = more
    state.order += 1
    when = tick * PHASES + phase
    place = state.heap
    state.heap += 1
    if state.heap > state.most_heap:
        state.full = 1
    while place > 0:
        parent = (place - 1) >> 1
        above = heap_entry_at(handle, parent).when
        if when > above or (when == above and not is_before(handle, event, heap_entry_at(handle, parent).event)):
            break
        heap_entry_at(handle, place).when = heap_entry_at(handle, parent).when
        heap_entry_at(handle, place).event = heap_entry_at(handle, parent).event
        place = parent
    heap_entry_at(handle, place).when = when
    heap_entry_at(handle, place).event = event


@compilable
def take_first(handle: int) -> int:
    """Take the next event off the heap. Its record says what it is until something new is put on the heap."""
    state = state_of(handle)
    first = heap_entry_at(handle, 0).event
    state.heap -= 1
    last = state.heap
    when, event = heap_entry_at(handle, last).when, heap_entry_at(handle, last).event
    place = 0
    while True:
        child = 2 * place + 1
        if child >= last:
            break
        below = heap_entry_at(handle, child).when
        if child + 1 < last:
            other = heap_entry_at(handle, child + 1).when
            if other < below or (other == below and _is_second_child_first(handle, child)):
                child += 1
                below = other
        if when < below or (when == below and is_before(handle, event, heap_entry_at(handle, child).event)):
            break
        heap_entry_at(handle, place).when = heap_entry_at(handle, child).when
        heap_entry_at(handle, place).event = heap_entry_at(handle, child).event
        place = child
    heap_entry_at(handle, place).when = when
    heap_entry_at(handle, place).event = event
    event_at(handle, first).next_free = state.free_event
    state.free_event = first
    return int(first)


@inlined
def _is_second_child_first(handle: int, child: int) -> bool:
    """Whether of two neighbours on the heap, of the same second and phase, the second comes first."""
    return is_before(handle, heap_entry_at(handle, child + 1).event, heap_entry_at(handle, child).event)


@inlined
def is_before(handle: int, event: int, other: int) -> bool:
    """Whether an event comes before another of the same second and phase."""
    one, two = event_at(handle, event), event_at(handle, other)
    if one.person != two.person:
        return bool(one.person < two.person)
    if one.visit != two.visit:
        return bool(one.visit < two.visit)
    return bool(one.order < two.order)


@inlined
def heap_goes_first(handle: int) -> bool:
    """Whether the first event on the heap comes before the next of the month's needs, which has the same second."""
    event = event_at(handle, heap_entry_at(handle, 0).event)
    row = state_of(handle).candidate
    person = candidate_person_at(handle, row)
    if event.person != person:
        return bool(event.person < person)
    return bool(event.visit <= candidate_key_at(handle, row))
