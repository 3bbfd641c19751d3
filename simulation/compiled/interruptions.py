"""Who waits takes the place of somebody of lower priority, where pools allow it (engines R7)."""

from __future__ import annotations

from simulation.compiled.lookup import (
    episode_at,
    head_at,
    lane_at,
    lanes_first_at,
    places_at,
    setting_at,
    setting_pool_at,
    state_of,
    visit_at,
    waiting_at,
)
from simulation.compiled.queues import goes_first, join
from simulation.compiled.stories import IN_SERVICE
from simulation.jit import compilable
from simulation.network import NONE
from simulation.stays import NEVER


@compilable
def interrupts(handle: int, pool: int) -> int:
    """Interrupt somebody for the first who waits for a pool; the visit that may now start, or -1."""
    places = places_at(handle, pool)
    if waiting_at(handle, pool) == 0 or places.open != places.taken:
        return NONE
    visit = _first_in_queue(handle, pool)
    victim = _last_of_lower_priority(handle, pool, int(visit_at(handle, visit).priority))
    if victim == NONE:
        return NONE
    entry = visit_at(handle, victim)
    places.taken -= 1
    entry.interrupted_at = state_of(handle).tick
    entry.has = 0
    entry.queue = pool
    episode_at(handle, entry.episode).timer += 1
    join(handle, victim)
    return visit


@compilable
def _first_in_queue(handle: int, pool: int) -> int:
    chosen = NONE
    for position in range(lanes_first_at(handle, pool), lanes_first_at(handle, pool + 1)):
        visit = head_at(handle, lane_at(handle, position))
        if visit != NONE and (chosen == NONE or goes_first(handle, visit, chosen)):
            chosen = visit
    return int(chosen)


@compilable
def _last_of_lower_priority(handle: int, pool: int, priority: int) -> int:
    """Of those in service who have lower priority: the lowest, then who started last; -1 when there is nobody."""
    chosen = NONE
    for episode in range(state_of(handle).episodes):
        story = episode_at(handle, episode)
        if not story.active or story.visit == NONE or story.stage != IN_SERVICE:
            continue
        visit = story.visit
        entry = visit_at(handle, visit)
        if entry.priority <= priority or entry.started == NEVER or entry.interrupted_at != NEVER:
            continue
        here = setting_at(handle, entry.setting)
        if here.pool_count != 1 or setting_pool_at(handle, here.pool_first) != pool:
            continue
        if entry.ends > state_of(handle).tick and (chosen == NONE or _is_interrupted_first(handle, visit, chosen)):
            chosen = visit
    return int(chosen)


@compilable
def _is_interrupted_first(handle: int, visit: int, other: int) -> bool:
    one, two = visit_at(handle, visit), visit_at(handle, other)
    if one.priority != two.priority:
        return bool(one.priority > two.priority)
    if one.started != two.started:
        return bool(one.started > two.started)
    person = episode_at(handle, one.episode).person
    other_person = episode_at(handle, two.episode).person
    if person != other_person:
        return bool(person > other_person)
    return bool(one.key > two.key)
