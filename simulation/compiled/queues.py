"""Queues of pools: one list a pool and priority, each in order of request, person and visit (engines R4)."""

from __future__ import annotations

from simulation.compiled.lookup import (
    episodes_of,
    head_of,
    network_of,
    places_of,
    setting_pools_of,
    settings_of,
    tail_of,
    visits_of,
    waiting_for_of,
    waiting_of,
)
from simulation.jit import compilable
from simulation.network import NONE


@compilable
def join(handle: int, visit: int) -> None:
    """Put a visit into the queue of the pool that it lacks; who asks last is nearly always the last."""
    entry = visits_of(handle)[visit]
    pool, level = entry.queue, entry.level
    before = tail_of(handle)[pool, level]
    while before != NONE and _goes_first(handle, visit, before):
        before = visits_of(handle)[before].before
    after = head_of(handle)[pool, level] if before == NONE else visits_of(handle)[before].after
    entry.before = before
    entry.after = after
    if before == NONE:
        head_of(handle)[pool, level] = visit
    else:
        visits_of(handle)[before].after = visit
    if after == NONE:
        tail_of(handle)[pool, level] = visit
    else:
        visits_of(handle)[after].before = visit
    waiting_of(handle)[pool] += 1
    waiting_for_of(handle)[entry.setting] += 1


@compilable
def drop(handle: int, visit: int) -> None:
    """Take a visit out of its queue."""
    entry = visits_of(handle)[visit]
    pool, level = entry.queue, entry.level
    if entry.before == NONE:
        head_of(handle)[pool, level] = entry.after
    else:
        visits_of(handle)[entry.before].after = entry.after
    if entry.after == NONE:
        tail_of(handle)[pool, level] = entry.before
    else:
        visits_of(handle)[entry.after].before = entry.before
    waiting_of(handle)[pool] -= 1
    waiting_for_of(handle)[entry.setting] -= 1


@compilable
def next_to_start(handle: int, pool: int) -> int:
    """The first visit in a pool's queue for which there is a place in every pool that it lacks; -1 none."""
    if waiting_of(handle)[pool] == 0 or places_of(handle)[pool].open <= places_of(handle)[pool].taken:
        return NONE
    for level in range(network_of(handle).levels):
        visit = head_of(handle)[pool, level]
        while visit != NONE:
            if has_places(handle, visit):
                return int(visit)
            visit = visits_of(handle)[visit].after
    return NONE


@compilable
def has_places(handle: int, visit: int) -> bool:
    """Whether each pool that a visit lacks has a place free."""
    entry = visits_of(handle)[visit]
    setting = settings_of(handle)[entry.setting]
    for position in range(setting.pool_count):
        if entry.wanted >> position & 1:
            pool = setting_pools_of(handle)[setting.pool_first + position]
            if places_of(handle)[pool].open <= places_of(handle)[pool].taken:
                return False
    return True


@compilable
def first_beyond_limit(handle: int, pool: int, setting: int, limit: int) -> int:
    """The first of those who wait for a setting after as many as may; -1 none."""
    if waiting_for_of(handle)[setting] <= limit:
        return NONE
    passed = 0
    for level in range(network_of(handle).levels):
        visit = head_of(handle)[pool, level]
        while visit != NONE:
            if visits_of(handle)[visit].setting == setting:
                if passed == limit:
                    return int(visit)
                passed += 1
            visit = visits_of(handle)[visit].after
    return NONE


@compilable
def _goes_first(handle: int, visit: int, other: int) -> bool:
    """Whether a visit goes before another of the same priority."""
    one, two = visits_of(handle)[visit], visits_of(handle)[other]
    if one.requested != two.requested:
        return bool(one.requested < two.requested)
    person, other_person = episodes_of(handle)[one.episode].person, episodes_of(handle)[two.episode].person
    if person != other_person:
        return bool(person < other_person)
    return bool(one.key < two.key)
