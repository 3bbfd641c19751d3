"""Queues of pools, in order of priority, request, person and visit (engines R4).

A queue consists of lanes: visits that wait for one setting, of one priority, and lack places of the same pools. If the
first of a lane cannot start, nobody in the lane can.
"""

from __future__ import annotations

from simulation.compiled.lookup import (
    episode_at,
    head_at,
    head_of,
    lane_at,
    lane_first_at,
    lanes_first_at,
    places_at,
    setting_at,
    setting_pool_at,
    tail_at,
    tail_of,
    visit_at,
    waiting_at,
    waiting_for_at,
    waiting_for_of,
    waiting_of,
)
from simulation.jit import compilable
from simulation.network import NONE

EVERYBODY = 1 << 40
"""More than can ever wait."""


@compilable
def join(handle: int, visit: int) -> None:
    """Put a visit into its lane; who asks last is nearly always the last."""
    entry = visit_at(handle, visit)
    pools_lacked = (1 << setting_at(handle, entry.setting).pool_count) - 1
    lane = lane_first_at(handle, entry.setting) + entry.level * pools_lacked + entry.wanted - 1
    entry.lane = lane
    before = tail_at(handle, lane)
    while before != NONE and goes_first(handle, visit, before):
        before = visit_at(handle, before).before
    after = head_at(handle, lane) if before == NONE else visit_at(handle, before).after
    entry.before = before
    entry.after = after
    if before == NONE:
        head_of(handle)[lane] = visit
    else:
        visit_at(handle, before).after = visit
    if after == NONE:
        tail_of(handle)[lane] = visit
    else:
        visit_at(handle, after).before = visit
    waiting_of(handle)[entry.queue] += 1
    waiting_for_of(handle)[entry.setting] += 1


@compilable
def drop(handle: int, visit: int) -> None:
    """Take a visit out of its lane."""
    entry = visit_at(handle, visit)
    if entry.before == NONE:
        head_of(handle)[entry.lane] = entry.after
    else:
        visit_at(handle, entry.before).after = entry.after
    if entry.after == NONE:
        tail_of(handle)[entry.lane] = entry.before
    else:
        visit_at(handle, entry.after).before = entry.before
    waiting_of(handle)[entry.queue] -= 1
    waiting_for_of(handle)[entry.setting] -= 1


@compilable
def next_to_start(handle: int, pool: int) -> int:
    """The first visit in a pool's queue for which there is a place in every pool that it lacks; -1 none."""
    if waiting_at(handle, pool) == 0 or places_at(handle, pool).open <= places_at(handle, pool).taken:
        return NONE
    chosen = NONE
    for position in range(lanes_first_at(handle, pool), lanes_first_at(handle, pool + 1)):
        visit = head_at(handle, lane_at(handle, position))
        if visit == NONE or (chosen != NONE and goes_first(handle, chosen, visit)):
            continue
        if has_places(handle, visit):
            chosen = visit
    return int(chosen)


@compilable
def marks_beyond_limit(handle: int, setting: int) -> bool:
    """Mark the last of those who wait for a setting, as many as are more than may; False when nobody is."""
    here = setting_at(handle, setting)
    too_many = waiting_for_at(handle, setting) - here.queue_limit
    if here.overflow_if_free and too_many > 0:
        too_many = min(too_many, room_at(handle, here.overflow))
    if too_many <= 0:
        return False
    for _ in range(too_many):
        chosen = NONE
        for lane in range(lane_first_at(handle, setting), lane_first_at(handle, setting + 1)):
            visit = tail_at(handle, lane)
            while visit != NONE and visit_at(handle, visit).over:
                visit = visit_at(handle, visit).before
            if visit != NONE and (chosen == NONE or goes_first(handle, chosen, visit)):
                chosen = visit
        visit_at(handle, chosen).over = 1
    return True


@compilable
def room_at(handle: int, setting: int) -> int:
    """Places of a setting that are free and that nobody waits for; below 0 where more wait than there are."""
    here = setting_at(handle, setting)
    room = EVERYBODY
    for position in range(here.pool_count):
        pool = setting_pool_at(handle, here.pool_first + position)
        places = places_at(handle, pool)
        room = min(room, int(places.open - places.taken - waiting_at(handle, pool)))
    return room


@compilable
def first_over(handle: int, setting: int) -> int:
    """The first of those who are about to be turned away from a setting; -1 none."""
    chosen = NONE
    for lane in range(lane_first_at(handle, setting), lane_first_at(handle, setting + 1)):
        visit = head_at(handle, lane)
        while visit != NONE and not visit_at(handle, visit).over:
            visit = visit_at(handle, visit).after
        if visit != NONE and (chosen == NONE or goes_first(handle, visit, chosen)):
            chosen = visit
    return int(chosen)


@compilable
def has_places(handle: int, visit: int) -> bool:
    """Whether each pool that a visit lacks has a place free."""
    entry = visit_at(handle, visit)
    setting = setting_at(handle, entry.setting)
    for position in range(setting.pool_count):
        if entry.wanted >> position & 1:
            pool = setting_pool_at(handle, setting.pool_first + position)
            if places_at(handle, pool).open <= places_at(handle, pool).taken:
                return False
    return True


@compilable
def goes_first(handle: int, visit: int, other: int) -> bool:
    """Whether a visit goes before another."""
    one, two = visit_at(handle, visit), visit_at(handle, other)
    if one.priority != two.priority:
        return bool(one.priority < two.priority)
    if one.requested != two.requested:
        return bool(one.requested < two.requested)
    person = episode_at(handle, one.episode).person
    other_person = episode_at(handle, two.episode).person
    if person != other_person:
        return bool(person < other_person)
    return bool(one.key < two.key)
