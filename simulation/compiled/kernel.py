"""The clock of the compiled flow: takes what happens in its order, and settles each instant (engines R1-R3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.compiled.episodes import free_episode, new_episode, new_episode_of_resident, stop
from simulation.compiled.event_heap import (
    ARRIVES,
    BEGIN_DAY,
    CAPACITY,
    CENSUS,
    CHANGES_TEAM,
    DIES,
    DRAWN_AGAIN,
    END_OF_SERVICE,
    GIVES_UP,
    INTERRUPTED,
    KEEPS_BOOKING,
    MOVES_AWAY,
    MOVES_FROM_HOME,
    NEED,
    NEEDS_CARE_HOME,
    OPEN_PLACES,
    PHASES,
    PLACE_READY,
    PUT_OFF,
    SETTLE,
    TAKE_CENSUS,
    TIME_OVER,
    call_at,
    heap_goes_first,
    take_first,
)
from simulation.compiled.floor import begin_day, new_visit, open_places, place_is_ready, start, take_census, withdraw
from simulation.compiled.lookup import (
    admitted_of,
    again_of,
    candidate_key_of,
    candidate_person_of,
    candidate_severity_of,
    candidate_stream_of,
    candidate_tick_of,
    claims_of,
    dirty_of,
    entry_of,
    episodes_of,
    events_of,
    gauges_of,
    gone_of,
    heap_of,
    limited_first_of,
    limited_of,
    on_need_of,
    pending_needs_of,
    persons_of,
    rows_of,
    settings_of,
    state_of,
    stream_kind_of,
    visits_of,
    wide,
)
from simulation.compiled.month import changes_team, free_need, is_here, is_in_force, moved_to_care_home, new_need
from simulation.compiled.queues import drop, first_beyond_limit, next_to_start
from simulation.compiled.records import CLAIMS_PLACE, OVERDUE
from simulation.compiled.residents import ESCALATED, dies, is_averted, moves_at_discharge, moves_away
from simulation.compiled.stories import ARRIVED, ASKS, GIVEN_UP, STAYS_FOR_EVER, TURNED_AWAY, contact, go_on, next_step
from simulation.compiled.written import count_turned_away
from simulation.draws import uniform
from simulation.jit import compilable, compiled
from simulation.network import FINISH, NONE
from simulation.reference.engine import ABSORB, CARE_HOME_STREAM, DEFER, OUTSIDER_BAND, START_STREAM
from simulation.reference.floor import GAVE_UP
from simulation.reference.floor import TURNED_AWAY as WAS_TURNED_AWAY
from simulation.stays import Outcome

DONE, NEEDS_ROOM, FAILED = range(3)
"""How `run_before` ends."""
OPEN = int(Outcome.OPEN)
_NEVER_COMES = 1 << 62
IntArray = NDArray[np.int64]


@compiled
def run_before(handle: int, end: int) -> int:
    """Let everything happen before a tick; ends early when a table is full, to go on once it has grown."""
    state = state_of(handle)
    last_when = end * PHASES
    while True:
        heap_when = heap_of(handle)[0].when if state.heap > 0 else _NEVER_COMES
        candidate_when = _NEVER_COMES
        if state.candidate < state.candidates:
            candidate_when = candidate_tick_of(handle)[state.candidate] * PHASES + NEED
        when = min(heap_when, candidate_when)
        if state.dirty > 0 and when > state.tick * PHASES + SETTLE:
            if not settle(handle):
                return NEEDS_ROOM
            continue
        if when >= last_when:
            state.tick = end
            return DONE
        if not has_room(handle):
            return NEEDS_ROOM
        state.tick = when // PHASES
        if candidate_when < heap_when or (candidate_when == heap_when and not heap_goes_first(handle)):
            state.timed_events += 1
            candidate_comes(handle)
        else:
            if when % PHASES <= NEED:
                state.timed_events += 1
            happens(handle, take_first(handle))
        if state.failed:
            return FAILED


@compiled
def begin_study(handle: int) -> None:
    """Put the first day and the first census on the heap."""
    call_at(handle, 0, CAPACITY, 0, 0, BEGIN_DAY, 0, 0)
    if len(gauges_of(handle)) > 0:
        call_at(handle, 0, CENSUS, 0, 0, TAKE_CENSUS, 0, 0)


@compiled
def expect(handle: int, first: int, ticks: IntArray, persons: IntArray, call: int, what: IntArray, more: int) -> int:
    """Put events of one sort on the heap, from a row on; the row to go on with when there is no more room, or -1."""
    for row in range(first, len(ticks)):
        if not has_room(handle):
            return row
        phase, visit = NEED, 0
        if call == DIES or call == MOVES_AWAY or call == CHANGES_TEAM:
            phase, visit = INTERRUPTED, call - DIES
        call_at(handle, ticks[row], phase, persons[row], visit, call, what[row], more)
    return NONE


@compiled
def settle_residents(handle: int, first: int, persons: IntArray, settings: IntArray) -> int:
    """Give people who already need a care home a place in one when the study begins.

    Args:
        handle: of the run.
        first: row to begin with.
        persons: (residents,) who they are.
        settings: (residents,) in which home.

    Returns:
        The row to go on with when there is no more room, or -1.
    """
    kind = int(claims_of(handle).kind)
    for row in range(first, len(persons)):
        if not has_room(handle):
            return row
        episode = new_episode_of_resident(handle, persons[row], kind, 0.5, START_STREAM << 12)
        _lives_in(handle, episode, settings[row])
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
def settle(handle: int) -> bool:
    """Start whoever can start, pool by pool in the order of their names, and turn away who is too many (R3).

    False when a table is full; it is then to be called again.
    """
    state = state_of(handle)
    while state.dirty > 0:
        pool = int(state.settling)
        if pool == NONE:
            pool = 0
            while not dirty_of(handle)[pool]:
                pool += 1
            dirty_of(handle)[pool] = 0
            state.settling = pool
        visit = next_to_start(handle, pool)
        while visit != NONE:
            if not has_room(handle):
                return False
            _starts(handle, visit)
            visit = next_to_start(handle, pool)
        for position in range(limited_first_of(handle)[pool], limited_first_of(handle)[pool + 1]):
            setting = limited_of(handle)[position]
            limit = settings_of(handle)[setting].queue_limit
            visit = first_beyond_limit(handle, pool, setting, limit)
            while visit != NONE:
                if not has_room(handle):
                    return False
                _is_turned_away(handle, visit)
                visit = first_beyond_limit(handle, pool, setting, limit)
        state.settling = NONE
        state.dirty -= 1
    return True


@compilable
def candidate_comes(handle: int) -> None:
    """The next of the month's needs, unless the person's needs have been drawn again."""
    state = state_of(handle)
    row = state.candidate
    state.candidate += 1
    person = int(candidate_person_of(handle)[row])
    if is_in_force(handle, person, candidate_tick_of(handle)[row], 0):
        stream = wide(candidate_stream_of(handle)[row])
        fires(handle, person, candidate_key_of(handle)[row], stream, candidate_severity_of(handle)[row], NONE)


@compilable
def happens(handle: int, event: int) -> None:
    """Carry out one event."""
    entry = events_of(handle)[event]
    person, call, what, more = int(entry.person), entry.call, int(entry.what), int(entry.more)
    if call == TIME_OVER:
        if episodes_of(handle)[what].timer == more:
            go_on(handle, what, int(episodes_of(handle)[what].stage))
    elif call == DRAWN_AGAIN or call == PUT_OFF:
        _need_comes(handle, what, call == DRAWN_AGAIN)
    elif call == KEEPS_BOOKING:
        if episodes_of(handle)[what].outsider or is_here(handle, person):
            begins(handle, what, more)
        else:
            free_episode(handle, what)
    elif call == GIVES_UP:
        if episodes_of(handle)[what].timer == more:
            withdraw(handle, int(episodes_of(handle)[what].visit), GAVE_UP)
            go_on(handle, what, GIVEN_UP)
    elif call == ARRIVES:
        severity = uniform(state_of(handle).key, person, decisions.OUTSIDER_SEVERITY, 0)
        episode = new_episode(handle, person, what, OUTSIDER_BAND, OUTSIDER_BAND, severity, 0, 1)
        begins(handle, episode, more)
    elif call == PLACE_READY:
        place_is_ready(handle, what)
    elif call == DIES:
        dies(handle, person)
    elif call == MOVES_AWAY:
        moves_away(handle, person)
    elif call == CHANGES_TEAM:
        if is_here(handle, person):
            changes_team(handle, person, int(state_of(handle).tick), what)
    elif call == NEEDS_CARE_HOME:
        needs_care_home(handle, person)
    elif call == MOVES_FROM_HOME:
        moves_from_home(handle, person)
    elif call == OPEN_PLACES:
        open_places(handle, what, more)
    elif call == BEGIN_DAY:
        begin_day(handle, what)
    else:
        take_census(handle)


@compilable
def fires(handle: int, person: int, key: int, stream: int, severity: float, need: int) -> None:
    """A need fires: the care that the person is in takes it up, or an episode begins.

    Args:
        need: its row among needs drawn again or put off, which is given back unless it is put off; -1 none.
    """
    if not is_here(handle, person):
        state_of(handle).ignored_gone += 1
        _give_back(handle, need)
        return
    episode = new_episode_of_resident(handle, person, stream_kind_of(handle)[stream], severity, key)
    resident = persons_of(handle)[person]
    current = wide(resident.in_care)
    if current != NONE:
        answer = ABSORB
        visit = episodes_of(handle)[current].held
        if visit == NONE:
            visit = episodes_of(handle)[current].visit
        if visit != NONE:
            answer = on_need_of(handle)[visits_of(handle)[visit].setting, episodes_of(handle)[episode].tier]
        if answer == ABSORB:
            state_of(handle).ignored_in_care += 1
            free_episode(handle, episode)
            _give_back(handle, need)
            return
        if answer == DEFER:
            free_episode(handle, episode)
            _put_off(handle, person, key, stream, severity, need)
            return
        resident.in_care = NONE
        stop(handle, current, ESCALATED)
    _give_back(handle, need)
    begins(handle, episode, int(entry_of(handle)[episodes_of(handle)[episode].kind]))


@compilable
def begins(handle: int, episode: int, setting: int) -> None:
    """Begin an episode: contacts are over at once; the first stay begins its story."""
    story = episodes_of(handle)[episode]
    delay = 0
    while setting != FINISH and settings_of(handle)[setting].is_contact and not delay:
        setting, delay, _ = contact(handle, episode, setting)
        if not next_step(handle, episode):
            return
    if setting == FINISH:
        free_episode(handle, episode)
    elif delay:
        tick = state_of(handle).tick + delay
        call_at(handle, tick, END_OF_SERVICE, story.person, story.occurrence, KEEPS_BOOKING, episode, setting)
    elif _is_in_other_care(handle, episode, setting):
        state_of(handle).ignored_in_care += 1
        free_episode(handle, episode)
    else:
        story.setting = setting
        go_on(handle, episode, ASKS)


@compilable
def needs_care_home(handle: int, person: int) -> None:
    """A care home is needed: some wait for a discharge, the rest move from home, each waiting for a place."""
    resident = persons_of(handle)[person]
    if not is_here(handle, person) or resident.residence != NONE or is_averted(handle, person):
        return
    state, claims = state_of(handle), claims_of(handle)
    resident.flags |= CLAIMS_PLACE
    resident.claimed_in = state.month
    if moves_at_discharge(handle, person):
        call_at(handle, state.tick + claims.wait_ticks, NEED, person, 0, MOVES_FROM_HOME, 0, 0)
    else:
        moves_from_home(handle, person)


@compilable
def moves_from_home(handle: int, person: int) -> None:
    """Ask for a care-home place from home; somebody in care just then asks, or moves, when that is over."""
    resident = persons_of(handle)[person]
    if not resident.flags & CLAIMS_PLACE:
        return
    if resident.in_care != NONE:
        resident.flags |= OVERDUE
        return
    resident.flags &= ~CLAIMS_PLACE
    key = wide(resident.claimed_in) << 16 | CARE_HOME_STREAM << 12
    kind = claims_of(handle).kind
    begins(handle, new_episode_of_resident(handle, person, kind, 0.5, key), int(entry_of(handle)[kind]))


@compilable
def _starts(handle: int, visit: int) -> None:
    episode = int(visits_of(handle)[visit].episode)
    drop(handle, visit)
    start(handle, visit)
    go_on(handle, episode, ARRIVED)


@compilable
def _is_turned_away(handle: int, visit: int) -> None:
    episode, setting = int(visits_of(handle)[visit].episode), int(visits_of(handle)[visit].setting)
    withdraw(handle, visit, WAS_TURNED_AWAY)
    episodes_of(handle)[episode].timer += 1
    if not episodes_of(handle)[episode].outsider:
        count_turned_away(handle, setting, int(episodes_of(handle)[episode].band))
    go_on(handle, episode, TURNED_AWAY)


@compilable
def _need_comes(handle: int, need: int, may_be_replaced: bool) -> None:
    """A need that was drawn again, or put off, comes."""
    entry = pending_needs_of(handle)[need]
    person = int(entry.person)
    if may_be_replaced and not is_in_force(handle, person, entry.tick, entry.version):
        free_need(handle, need)
        return
    fires(handle, person, int(entry.key), int(entry.stream), entry.severity, need)


@compilable
def _give_back(handle: int, need: int) -> None:
    if need != NONE:
        free_need(handle, need)


@compilable
def _put_off(handle: int, person: int, key: int, stream: int, severity: float, need: int) -> None:
    """Keep a need until the person is at their residence again."""
    if need == NONE:
        need = new_need(handle)
        entry = pending_needs_of(handle)[need]
        entry.person = person
        entry.key = key
        entry.stream = stream
        entry.severity = severity
    resident = persons_of(handle)[person]
    pending_needs_of(handle)[need].next = resident.deferred
    resident.deferred = need


@compilable
def _is_in_other_care(handle: int, episode: int, setting: int) -> bool:
    story = episodes_of(handle)[episode]
    if story.outsider or not settings_of(handle)[setting].is_body:
        return False
    return bool(persons_of(handle)[story.person].in_care != NONE)


@compilable
def _lives_in(handle: int, episode: int, setting: int) -> None:
    """Somebody is in a care home when the study begins."""
    story = episodes_of(handle)[episode]
    visit = new_visit(handle, episode, setting, 0, 1)
    visits_of(handle)[visit].wanted = (1 << settings_of(handle)[setting].pool_count) - 1
    start(handle, visit)
    story.stage = STAYS_FOR_EVER
    persons_of(handle)[story.person].residence = episode
    moved_to_care_home(handle, int(story.person), 0)
