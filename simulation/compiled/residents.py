"""Who is where: `simulation.reference.registry`, compiled."""

from __future__ import annotations

from simulation import decisions
from simulation.calendar import SECONDS_PER_DAY
from simulation.compiled.episodes import stop
from simulation.compiled.event_heap import MOVES_FROM_HOME, NEED, PUT_OFF, call_at
from simulation.compiled.lookup import (
    admitted_of,
    claims_of,
    departure_at,
    episode_at,
    need_tick_at,
    pending_need_at,
    person_at,
    setting_at,
    state_of,
    visit_at,
    wide,
)
from simulation.compiled.month import (
    after_attendance,
    after_discharge,
    factor_of,
    free_need,
    gone,
    is_here,
    joins_at,
    moved_to_care_home,
)
from simulation.compiled.records import CLAIMS_PLACE, OVERDUE
from simulation.draws import uniform
from simulation.enrolment import AT_ADMISSION, AT_AE, AT_DISCHARGE
from simulation.factors import DEATH, NEED_CARE_HOME
from simulation.jit import compilable
from simulation.network import NONE
from simulation.stays import NEVER, Outcome

DIED = int(Outcome.DIED)
MOVED_OUT = int(Outcome.MOVED_OUT)
ESCALATED = int(Outcome.ESCALATED)
TURNED_AWAY = int(Outcome.TURNED_AWAY)


@compilable
def may_ask(handle: int, episode: int, setting: int) -> bool:
    """Whether the person can ask for a setting; somebody bodily in other care by now goes nowhere else."""
    story = episode_at(handle, episode)
    if story.outsider:
        return True
    if setting_at(handle, setting).is_body:
        resident = person_at(handle, story.person)
        if resident.in_care == NONE:
            resident.in_care = episode
        elif resident.in_care != episode:
            state_of(handle).ignored_in_care += 1
            return False
        not_beside(handle, episode)
    elif story.held == NONE:
        waits_at_home(handle, episode)
    return True


@compilable
def waits_at_home(handle: int, episode: int) -> None:
    """The person is at their residence while the episode waits for what comes next."""
    story = episode_at(handle, episode)
    if story.outsider:
        return
    comes_home(handle, episode)
    if not story.is_beside:
        resident = person_at(handle, story.person)
        story.is_beside = 1
        story.next_beside = resident.beside
        resident.beside = episode


@compilable
def arrives(handle: int, episode: int, setting: int) -> bool:
    """A visit to a setting has started; False when it cannot go on, and has been ended."""
    here, story = setting_at(handle, setting), episode_at(handle, episode)
    if here.is_attendance:
        if not story.attended and not story.outsider:
            joins_at(handle, AT_AE, story.person, int(state_of(handle).tick), story.kind)
        story.attended = 1
    elif not here.is_admission:
        leaves_hospital(handle, episode)
    elif not story.admitted:
        story.admitted = 1
        if not story.outsider:
            admitted_of(handle)[state_of(handle).admitted] = story.person
            state_of(handle).admitted += 1
            if state_of(handle).admitted > state_of(handle).most_admitted:
                state_of(handle).full = 1
            joins_at(handle, AT_ADMISSION, story.person, int(state_of(handle).tick), story.kind)
            ends_care_beside(handle, episode)
    if story.outsider:
        return True
    if not here.is_body and person_at(handle, story.person).in_care == episode:
        waits_at_home(handle, episode)
    return not here.is_residence or moves_into_care_home(handle, episode)


@compilable
def is_home_again(handle: int, episode: int) -> None:
    """The episode is over and the person is at their residence."""
    if not episode_at(handle, episode).outsider:
        comes_home(handle, episode)
        not_beside(handle, episode)


@compilable
def moves_at_discharge(handle: int, person: int) -> bool:
    """Whether somebody is among those who move into a care home at a discharge near the day of need."""
    chance = uniform(state_of(handle).key, person, decisions.MOVES_AT_DISCHARGE, 0)
    return bool(chance < claims_of(handle).share)


@compilable
def moves_on_to_care_home(handle: int, episode: int) -> bool:
    """Whether a stay in hospital that is over ends in a move into a care home: the need has come, or is near."""
    story = episode_at(handle, episode)
    if story.outsider:
        return False
    person = story.person
    resident = person_at(handle, person)
    if resident.residence != NONE:
        return False
    if resident.marks & CLAIMS_PLACE:
        return True
    if is_averted(handle, person):
        return False
    near = state_of(handle).tick + claims_of(handle).days_before * SECONDS_PER_DAY
    return bool(need_tick_at(handle, person) < near) and moves_at_discharge(handle, person)


@compilable
def is_averted(handle: int, person: int) -> bool:
    """Whether a team keeps somebody who comes to need a care home at home; one draw for each person."""
    factor = factor_of(handle, person, NEED_CARE_HOME, 0)
    if factor >= 1.0:
        return False
    return bool(uniform(state_of(handle).key, person, decisions.CARE_HOME_AVERTED, 0) >= factor)


@compilable
def is_saved(handle: int, person: int) -> bool:
    """Whether a team keeps somebody alive who would die now; one draw for each death."""
    factor = factor_of(handle, person, DEATH, 0)
    if factor >= 1.0:
        return False
    state = state_of(handle)
    return bool(uniform(state.key, person, decisions.DEATH_AVERTED, state.month) >= factor)


@compilable
def dies(handle: int, person: int) -> None:
    """Somebody dies, wherever they are, unless they have moved away or are saved."""
    if is_here(handle, person) and not is_saved(handle, person):
        is_gone(handle, person, whereabouts(handle, person), DIED)


@compilable
def moves_away(handle: int, person: int) -> None:
    """Somebody moves out of the place, unless they have died."""
    if is_here(handle, person):
        is_gone(handle, person, NEVER, MOVED_OUT)


@compilable
def whereabouts(handle: int, person: int) -> int:
    """Setting where a person is: the body visit that has started, else the care home, else -1 for home."""
    resident = person_at(handle, person)
    if resident.in_care != NONE:
        current = episode_at(handle, resident.in_care)
        if current.held != NONE:
            return int(visit_at(handle, current.held).setting)
        if current.visit != NONE and visit_at(handle, current.visit).started != NEVER:
            return int(visit_at(handle, current.visit).setting)
    if resident.residence != NONE:
        return int(visit_at(handle, episode_at(handle, resident.residence).visit).setting)
    return NEVER


@compilable
def is_gone(handle: int, person: int, place: int, outcome: int) -> None:
    """Close every visit, queue place and claim of a person, and say that they have gone."""
    state = state_of(handle)
    departure, resident = departure_at(handle, state.gone), person_at(handle, person)
    departure.person = person
    departure.tick = state.tick
    departure.place = place
    departure.died = outcome == DIED
    state.gone += 1
    if state.gone > state.most_gone:
        state.full = 1
    if resident.in_care != NONE:
        stop(handle, wide(resident.in_care), outcome)
        resident.in_care = NONE
    while resident.beside != NONE:
        beside = wide(resident.beside)
        resident.beside = episode_at(handle, beside).next_beside
        stop(handle, beside, outcome)
    if resident.residence != NONE:
        stop(handle, wide(resident.residence), outcome)
        resident.residence = NONE
    resident.marks = 0
    while resident.deferred != NONE:
        need = wide(resident.deferred)
        resident.deferred = pending_need_at(handle, need).next
        free_need(handle, need)
    gone(handle, person, int(state.tick))


@compilable
def comes_home(handle: int, episode: int) -> None:
    """The person is at their residence again; what was put off until then is asked for one tick later."""
    leaves_hospital(handle, episode)
    state = state_of(handle)
    person = episode_at(handle, episode).person
    resident = person_at(handle, person)
    if resident.in_care != episode:
        return
    resident.in_care = NONE
    while resident.deferred != NONE:
        need = wide(resident.deferred)
        entry = pending_need_at(handle, need)
        resident.deferred = entry.next
        entry.tick = state.tick + 1
        call_at(handle, entry.tick, NEED, person, entry.key, PUT_OFF, need, 0)
    if resident.marks & OVERDUE:
        resident.marks &= ~OVERDUE
        call_at(handle, state.tick + 1, NEED, person, 0, MOVES_FROM_HOME, 0, 0)


@compilable
def ends_care_beside(handle: int, admitted: int) -> None:
    """End other care at home that does not go on while the person is in hospital."""
    beside = wide(person_at(handle, episode_at(handle, admitted).person).beside)
    while beside != NONE:
        after = int(episode_at(handle, beside).next_beside)
        visit = episode_at(handle, beside).visit
        is_other = visit != NONE and beside != admitted
        if is_other and setting_at(handle, visit_at(handle, visit).setting).ends_on_admission:
            not_beside(handle, beside)
            stop(handle, beside, ESCALATED)
        beside = after


@compilable
def moves_into_care_home(handle: int, episode: int) -> bool:
    """Whether the person now lives in the care home; somebody who lives in one already gives the place back."""
    person = episode_at(handle, episode).person
    resident = person_at(handle, person)
    resident.marks &= ~CLAIMS_PLACE
    not_beside(handle, episode)
    if resident.residence != NONE:
        stop(handle, episode, TURNED_AWAY)
        return False
    resident.residence = episode
    moved_to_care_home(handle, person, int(state_of(handle).tick))
    return True


@compilable
def leaves_hospital(handle: int, episode: int) -> None:
    """An attendance or admission that is over makes further needs likelier for a while."""
    story, tick = episode_at(handle, episode), int(state_of(handle).tick)
    if story.outsider or not (story.attended or story.admitted):
        return
    attended, admitted = story.attended, story.admitted
    story.attended = 0
    story.admitted = 0
    if admitted:
        joins_at(handle, AT_DISCHARGE, story.person, tick, story.kind)
        after_discharge(handle, story.person, tick, attended == 1)
    else:
        after_attendance(handle, story.person, tick)


@compilable
def not_beside(handle: int, episode: int) -> None:
    """The episode is not one that runs beside the residence."""
    story = episode_at(handle, episode)
    if not story.is_beside:
        return
    resident = person_at(handle, story.person)
    story.is_beside = 0
    if resident.beside == episode:
        resident.beside = story.next_beside
    else:
        before = wide(resident.beside)
        while episode_at(handle, before).next_beside != episode:
            before = int(episode_at(handle, before).next_beside)
        episode_at(handle, before).next_beside = story.next_beside
    story.next_beside = NONE
