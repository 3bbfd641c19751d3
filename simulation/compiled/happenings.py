"""What can happen to people and places, one function for each sort of event: `simulation.reference.engine`, compiled.

Each names the episode that goes on because of it, or -1; the kernel lets it go on.
"""

from __future__ import annotations

from simulation import decisions
from simulation.compiled.episodes import free_episode, new_episode, new_episode_of_resident, stop
from simulation.compiled.event_heap import (
    ARRIVES,
    BEGIN_DAY,
    CHANGES_TEAM,
    DIES,
    DRAWN_AGAIN,
    GIVES_UP,
    KEEPS_BOOKING,
    LIVES_IN,
    MOVES_AWAY,
    MOVES_FROM_HOME,
    NEED,
    NEEDS_CARE_HOME,
    OPEN_PLACES,
    PLACE_READY,
    PUT_OFF,
    TIME_OVER,
    call_at,
)
from simulation.compiled.floor import begin_day, new_visit, open_places, place_is_ready, start, take_census, withdraw
from simulation.compiled.lookup import (
    arrival_at,
    candidate_key_at,
    candidate_person_at,
    candidate_severity_at,
    candidate_stream_at,
    candidate_tick_at,
    claims_of,
    entry_at,
    episode_at,
    event_at,
    on_need_at,
    pending_need_at,
    person_at,
    setting_at,
    state_of,
    stream_kind_at,
    visit_at,
    wide,
)
from simulation.compiled.month import changes_team, free_need, is_here, is_in_force, moved_to_care_home, new_need
from simulation.compiled.records import CLAIMS_PLACE, OVERDUE
from simulation.compiled.residents import ESCALATED, dies, is_averted, moves_at_discharge, moves_away
from simulation.compiled.stories import BEGINS, GIVEN_UP, STAYS_FOR_EVER
from simulation.draws import uniform
from simulation.jit import compilable, inlined
from simulation.network import NONE
from simulation.reference.engine import ABSORB, CARE_HOME_STREAM, DEFER, OUTSIDER_BAND, START_STREAM
from simulation.reference.floor import GAVE_UP


@inlined
def candidate_comes(handle: int) -> int:
    """The next of the month's needs, unless the person's needs have been drawn again."""
    state = state_of(handle)
    row = state.candidate
    state.candidate += 1
    person = int(candidate_person_at(handle, row))
    stream = candidate_stream_at(handle, row)
    if is_in_force(handle, person, candidate_tick_at(handle, row), stream, 0):
        return fires(handle, person, candidate_key_at(handle, row), stream, candidate_severity_at(handle, row), NONE)
    return NONE


@compilable
def happens(handle: int, event: int) -> int:
    """Carry out one event; the episode that goes on because of it, or -1."""
    entry = event_at(handle, event)
    person, call, what, more = int(entry.person), entry.call, int(entry.what), int(entry.more)
    if call == TIME_OVER:
        if episode_at(handle, what).timer == more:
            return what
    elif call in (DRAWN_AGAIN, PUT_OFF):
        return _need_comes(handle, what, call == DRAWN_AGAIN)
    elif call == KEEPS_BOOKING:
        if episode_at(handle, what).outsider or is_here(handle, person):
            return begins_at(handle, what, more)
        free_episode(handle, what)
    elif call == GIVES_UP:
        if episode_at(handle, what).timer == more:
            withdraw(handle, int(episode_at(handle, what).visit), GAVE_UP)
            episode_at(handle, what).stage = GIVEN_UP
            return what
    elif call == ARRIVES:
        return arrives_from_outside(handle, what)
    elif call == PLACE_READY:
        place_is_ready(handle, what)
    elif call == DIES:
        dies(handle, person)
    elif call == MOVES_AWAY:
        moves_away(handle, person)
    elif call == CHANGES_TEAM:
        if is_here(handle, person):
            changes_team(handle, person, what)
    elif call == NEEDS_CARE_HOME:
        return needs_care_home(handle, person)
    elif call == MOVES_FROM_HOME:
        return moves_from_home(handle, person)
    elif call == LIVES_IN:
        lives_in(handle, what, more)
    elif call == OPEN_PLACES:
        open_places(handle, what, more)
    elif call == BEGIN_DAY:
        begin_day(handle, what)
    else:
        take_census(handle)
    return NONE


@compilable
def arrives_from_outside(handle: int, row: int) -> int:
    """Somebody arrives by a stream, whose next arrival is expected now; the episode that begins."""
    arrival = arrival_at(handle, row)
    if not arrival.is_last:
        after = arrival_at(handle, row + 1)
        call_at(handle, after.tick, NEED, after.person, 0, ARRIVES, row + 1, 0)
    severity = uniform(state_of(handle).key, arrival.person, decisions.OUTSIDER_SEVERITY, 0)
    episode = new_episode(handle, arrival.person, arrival.kind, OUTSIDER_BAND, OUTSIDER_BAND, severity, 0, 1)
    return begins_at(handle, episode, arrival.setting)


@compilable
def fires(handle: int, person: int, key: int, stream: int, severity: float, need: int) -> int:
    """A need fires: the care that the person is in takes it up, or an episode begins, which is returned.

    Args:
        need: its row among needs drawn again or put off, which is given back unless it is put off; -1 none.
    """
    if not is_here(handle, person):
        state_of(handle).ignored_gone += 1
        _give_back(handle, need)
        return NONE
    episode = new_episode_of_resident(handle, person, stream_kind_at(handle, stream), severity, key)
    resident = person_at(handle, person)
    current = wide(resident.in_care)
    if current != NONE:
        answer = ABSORB
        visit = episode_at(handle, current).held
        if visit == NONE:
            visit = episode_at(handle, current).visit
        if visit != NONE:
            answer = on_need_at(handle, visit_at(handle, visit).setting, episode_at(handle, episode).tier)
        if answer == ABSORB:
            state_of(handle).ignored_in_care += 1
            free_episode(handle, episode)
            _give_back(handle, need)
            return NONE
        if answer == DEFER:
            free_episode(handle, episode)
            _put_off(handle, person, key, stream, severity, need)
            return NONE
        resident.in_care = NONE
        stop(handle, current, ESCALATED)
    _give_back(handle, need)
    return begins_at(handle, episode, int(entry_at(handle, episode_at(handle, episode).kind)))


@inlined
def begins_at(handle: int, episode: int, setting: int) -> int:
    """Let an episode begin, or take up a booking, at a setting; returns the episode."""
    story = episode_at(handle, episode)
    story.setting = setting
    story.stage = BEGINS
    return episode


@compilable
def needs_care_home(handle: int, person: int) -> int:
    """A care home is needed: some wait for a discharge, the rest move from home, each waiting for a place."""
    resident = person_at(handle, person)
    if not is_here(handle, person) or resident.residence != NONE or is_averted(handle, person):
        return NONE
    state, claims = state_of(handle), claims_of(handle)
    resident.marks |= CLAIMS_PLACE
    resident.claimed_in = state.month
    if moves_at_discharge(handle, person):
        call_at(handle, state.tick + claims.wait_ticks, NEED, person, 0, MOVES_FROM_HOME, 0, 0)
        return NONE
    return moves_from_home(handle, person)


@compilable
def moves_from_home(handle: int, person: int) -> int:
    """Ask for a care-home place from home; somebody in care just then asks, or moves, when that is over."""
    resident = person_at(handle, person)
    if not resident.marks & CLAIMS_PLACE:
        return NONE
    if resident.in_care != NONE:
        resident.marks |= OVERDUE
        return NONE
    resident.marks &= ~CLAIMS_PLACE
    key = wide(resident.claimed_in) << 16 | CARE_HOME_STREAM << 12
    kind = claims_of(handle).kind
    return begins_at(handle, new_episode_of_resident(handle, person, kind, 0.5, key), int(entry_at(handle, kind)))


@compilable
def _need_comes(handle: int, need: int, may_be_replaced: bool) -> int:
    """A need that was drawn again, or put off, comes."""
    entry = pending_need_at(handle, need)
    person = int(entry.person)
    if may_be_replaced and not is_in_force(handle, person, entry.tick, entry.stream, entry.version):
        free_need(handle, need)
        return NONE
    return fires(handle, person, int(entry.key), int(entry.stream), entry.severity, need)


@inlined
def _give_back(handle: int, need: int) -> None:
    if need != NONE:
        free_need(handle, need)


@compilable
def _put_off(handle: int, person: int, key: int, stream: int, severity: float, need: int) -> None:
    """Keep a need until the person is at their residence again."""
    if need == NONE:
        need = new_need(handle)
        entry = pending_need_at(handle, need)
        entry.person = person
        entry.key = key
        entry.stream = stream
        entry.severity = severity
    resident = person_at(handle, person)
    pending_need_at(handle, need).next = resident.deferred
    resident.deferred = need


@compilable
def lives_in(handle: int, person: int, setting: int) -> None:
    """Somebody is in a care home when the study begins."""
    kind = int(claims_of(handle).kind)
    episode = new_episode_of_resident(handle, person, kind, 0.5, START_STREAM << 12)
    visit = new_visit(handle, episode, setting, 0, 1)
    visit_at(handle, visit).wanted = (1 << setting_at(handle, setting).pool_count) - 1
    start(handle, visit)
    episode_at(handle, episode).stage = STAYS_FOR_EVER
    person_at(handle, person).residence = episode
    moved_to_care_home(handle, person, 0)
