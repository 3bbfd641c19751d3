"""Places, who has them and who waits (engines R2-R6, R8): `simulation.reference.floor`, compiled."""

from __future__ import annotations

import math

from simulation import decisions
from simulation.calendar import SECONDS_PER_HOUR
from simulation.compiled.event_heap import (
    BEGIN_DAY,
    CAPACITY,
    CENSUS,
    END_OF_SERVICE,
    OPEN_PLACES,
    PLACE_READY,
    TAKE_CENSUS,
    TIME_OVER,
    call_at,
)
from simulation.compiled.lengths import class_of, length_of, of_class
from simulation.compiled.lookup import (
    day_month_at,
    day_start_at,
    dirty_at,
    dirty_of,
    episode_at,
    feed_at,
    feeds_first_at,
    gauge_pool_at,
    gauge_pools_first_at,
    gauge_setting_at,
    gauge_settings_first_at,
    gauges_of,
    holding_at,
    holding_of,
    network_of,
    open_by_hour_at,
    places_at,
    places_of,
    quota_by_day_at,
    setting_at,
    setting_pool_at,
    state_of,
    visit_at,
    waiting_at,
    weekday_at,
)
from simulation.compiled.queues import drop, join
from simulation.compiled.records import TURNOVER
from simulation.compiled.written import count_start, write_row
from simulation.jit import compilable
from simulation.network import NONE
from simulation.reference.floor import ALMOST, COMPLETED, HOURS, LAST_WEEKDAY
from simulation.stays import NEVER


@compilable
def ask(handle: int, episode: int, setting: int, priority: int, care_home: int) -> int:
    """Ask for a setting; the visit starts at once if it needs no place that it does not have, and queues otherwise."""
    story = episode_at(handle, episode)
    visit = new_visit(handle, episode, setting, priority, care_home)
    entry = visit_at(handle, visit)
    here = setting_at(handle, setting)
    for position in range(here.pool_count):
        pool = setting_pool_at(handle, here.pool_first + position)
        if story.held == NONE or not _has_place(handle, story.held, pool):
            entry.wanted |= 1 << position
            if entry.queue == NONE:
                entry.queue = pool
    if entry.wanted:
        join(handle, visit)
        make_dirty(handle, entry.queue)
    else:
        start(handle, visit)
    return visit


@compilable
def new_visit(handle: int, episode: int, setting: int, priority: int, care_home: int) -> int:
    """The record of a visit that is asked for now: the one of the episode's two that is not held."""
    story = episode_at(handle, episode)
    visit = 2 * episode
    if story.held == visit:
        visit += 1
    entry = visit_at(handle, visit)
    entry.episode = episode
    entry.setting = setting
    entry.key = story.occurrence
    entry.priority = priority
    entry.level = priority - network_of(handle).lowest_priority
    entry.requested = state_of(handle).tick
    entry.care_home = care_home
    entry.started = NEVER
    entry.ready = NEVER
    entry.ends = NEVER
    entry.interrupted_at = NEVER
    entry.interrupted = 0
    entry.reason = 0
    entry.wanted = 0
    entry.has = 0
    entry.queue = NONE
    entry.over = 0
    story.visit = visit
    return int(visit)


@compilable
def start(handle: int, visit: int) -> None:
    """Start a visit: it takes its places, and the visit that was held for it lets go of the others."""
    state, entry = state_of(handle), visit_at(handle, visit)
    story = episode_at(handle, entry.episode)
    here = setting_at(handle, entry.setting)
    for position in range(here.pool_count):
        if entry.wanted >> position & 1:
            places_at(handle, setting_pool_at(handle, here.pool_first + position)).taken += 1
    entry.has = entry.wanted
    if entry.interrupted_at != NEVER:
        goes_on_with_visit(handle, visit)
        return
    held = story.held
    if held != NONE:
        kept = 0
        for position in range(here.pool_count):
            if _has_place(handle, held, setting_pool_at(handle, here.pool_first + position)):
                kept |= 1 << position
        story.held = NONE
        holding_of(handle)[visit_at(handle, held).setting] -= 1
        free(handle, held, entry.setting)
        write_row(handle, held, state.tick, COMPLETED, entry.setting)
        entry.has |= kept
    entry.started = state.tick
    if not story.outsider:
        count_start(handle, state.month, entry.setting, story.band, 1)
    story.timer += 1


@compilable
def goes_on_with_visit(handle: int, visit: int) -> None:
    """Go on where a visit was interrupted: what was left of it is left, and nothing is drawn again."""
    tick, entry = state_of(handle).tick, visit_at(handle, visit)
    left = entry.ends - entry.interrupted_at
    entry.interrupted += tick - entry.interrupted_at
    entry.interrupted_at = NEVER
    wait_until(handle, int(entry.episode), tick + left)


@compilable
def hold(handle: int, visit: int, reason: int) -> None:
    """Service is over; the visit keeps its place until the episode's next visit starts or it leaves."""
    entry = visit_at(handle, visit)
    entry.ready = state_of(handle).tick
    entry.reason = reason
    holding_of(handle)[entry.setting] += 1
    story = episode_at(handle, entry.episode)
    story.held = visit
    story.visit = NONE


@compilable
def leave(handle: int, visit: int, outcome: int, next_setting: int) -> None:
    """End a started visit and free its places."""
    entry = visit_at(handle, visit)
    story = episode_at(handle, entry.episode)
    if story.held == visit:
        story.held = NONE
        holding_of(handle)[entry.setting] -= 1
    else:
        story.visit = NONE
    if entry.ready < 0 and outcome == COMPLETED:
        entry.ready = state_of(handle).tick
    free(handle, visit, NONE)
    write_row(handle, visit, state_of(handle).tick, outcome, next_setting)


@compilable
def withdraw(handle: int, visit: int, outcome: int) -> None:
    """End a visit that has not started."""
    drop(handle, visit)
    episode_at(handle, visit_at(handle, visit).episode).visit = NONE
    write_row(handle, visit, state_of(handle).tick, outcome, NONE)


@compilable
def free(handle: int, visit: int, next_setting: int) -> None:
    """Free the places of a visit that the next setting does not keep, after they have been made ready."""
    entry = visit_at(handle, visit)
    here = setting_at(handle, entry.setting)
    law, episode = NONE, int(entry.episode)
    if entry.has:
        law = of_class(handle, int(entry.setting), class_of(handle, episode), TURNOVER)
    for position in range(here.pool_count):
        pool = setting_pool_at(handle, here.pool_first + position)
        if not entry.has >> position & 1 or (next_setting != NONE and _uses(handle, next_setting, pool)):
            continue
        if law != NONE:
            person = episode_at(handle, episode).person
            tick = state_of(handle).tick + length_of(handle, episode, law, decisions.TURNOVER, int(entry.key))
            call_at(handle, tick, END_OF_SERVICE, person, entry.key, PLACE_READY, pool, 0)
        else:
            place_is_ready(handle, pool)


@compilable
def place_is_ready(handle: int, pool: int) -> None:
    """A place may be taken again."""
    places_at(handle, pool).taken -= 1
    look_at_waiting(handle, pool)


@compilable
def look_at_waiting(handle: int, pool: int) -> None:
    """A pool may have places: look at each queue in which somebody may wait for one of them."""
    for position in range(feeds_first_at(handle, pool), feeds_first_at(handle, pool + 1)):
        waiting = feed_at(handle, position)
        if waiting_at(handle, waiting):
            make_dirty(handle, waiting)


@compilable
def make_dirty(handle: int, pool: int) -> None:
    """Look at a pool's queue when everything bound to this tick has happened."""
    if not dirty_at(handle, pool):
        dirty_of(handle)[pool] = 1
        state_of(handle).dirty += 1


@compilable
def wait_until(handle: int, episode: int, tick: int) -> None:
    """Let the episode go on at a tick unless it is stopped before."""
    story = episode_at(handle, episode)
    story.timer += 1
    if story.visit != NONE:
        visit_at(handle, story.visit).ends = tick
    call_at(handle, tick, END_OF_SERVICE, story.person, story.occurrence, TIME_OVER, episode, story.timer)


@compilable
def take_quota(handle: int, setting: int) -> bool:
    """Use up one of today's places of a contact in each of its pools, if all have one left."""
    first = setting_at(handle, setting).pool_first
    last = first + setting_at(handle, setting).pool_count
    for position in range(first, last):
        places = places_at(handle, setting_pool_at(handle, position))
        if places.open <= places.taken:
            return False
    for position in range(first, last):
        places_at(handle, setting_pool_at(handle, position)).taken += 1
    return True


@compilable
def begin_day(handle: int, day: int) -> None:
    """Open the day's places: daily quotas afresh, and every change of places by the hour."""
    state = state_of(handle)
    beginning, weekday = day_start_at(handle, day), weekday_at(handle, day)
    state.day = day
    state.month = day_month_at(handle, day)
    state.opens = beginning
    state.closes = beginning
    if weekday <= LAST_WEEKDAY:
        state.opens = beginning + network_of(handle).open_first_second
        state.closes = beginning + network_of(handle).open_last_second
    hours = min((day_start_at(handle, day + 1) - beginning) // SECONDS_PER_HOUR, HOURS)
    for pool in range(len(places_of(handle))):
        places = places_at(handle, pool)
        if not places.by_the_clock:
            continue
        if places.daily_quota:
            places.saved += quota_by_day_at(handle, pool, day)
            places.open = math.floor(places.saved + ALMOST)
            places.saved -= places.open
            places.taken = 0
            continue
        hour_of_week = weekday * HOURS
        open_places(handle, pool, open_by_hour_at(handle, pool, hour_of_week))
        for hour in range(1, hours):
            number = open_by_hour_at(handle, pool, hour_of_week + hour)
            if number != open_by_hour_at(handle, pool, hour_of_week + hour - 1):
                tick = beginning + hour * SECONDS_PER_HOUR
                call_at(handle, tick, CAPACITY, 0, pool, OPEN_PLACES, pool, number)
    if day + 1 < network_of(handle).days:
        call_at(handle, day_start_at(handle, day + 1), CAPACITY, 0, 0, BEGIN_DAY, day + 1, 0)


@compilable
def open_places(handle: int, pool: int, number: int) -> None:
    """Change how many places are open. Nobody is put out: places vanish as they empty (R8)."""
    places_at(handle, pool).open = number
    look_at_waiting(handle, pool)


@compilable
def take_census(handle: int) -> None:
    """Publish what the gauges show; values that answer to crowding read this, never live counts."""
    for gauge in range(len(gauges_of(handle))):
        opened, number = 0, 0
        counts_settings = gauge_settings_first_at(handle, gauge) < gauge_settings_first_at(handle, gauge + 1)
        for position in range(gauge_pools_first_at(handle, gauge), gauge_pools_first_at(handle, gauge + 1)):
            places = places_at(handle, gauge_pool_at(handle, position))
            opened += places.open
            if not counts_settings:
                number += places.taken
        for position in range(gauge_settings_first_at(handle, gauge), gauge_settings_first_at(handle, gauge + 1)):
            number += holding_at(handle, gauge_setting_at(handle, position))
        gauges_of(handle)[gauge] = number / opened if opened > 0 else 0.0
    tick = state_of(handle).tick + network_of(handle).census_seconds
    call_at(handle, tick, CENSUS, 0, 0, TAKE_CENSUS, 0, 0)


@compilable
def _has_place(handle: int, visit: int, pool: int) -> bool:
    """Whether a visit has a place of a pool."""
    entry = visit_at(handle, visit)
    here = setting_at(handle, entry.setting)
    for position in range(here.pool_count):
        if entry.has >> position & 1 and setting_pool_at(handle, here.pool_first + position) == pool:
            return True
    return False


@compilable
def _uses(handle: int, setting: int, pool: int) -> bool:
    """Whether a setting uses places of a pool."""
    here = setting_at(handle, setting)
    used = False
    for position in range(here.pool_first, here.pool_first + here.pool_count):
        used = used or setting_pool_at(handle, position) == pool
    return used
