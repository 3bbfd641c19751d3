"""Tables that change as people flow: made empty, brought to a month, and grown when they are full."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.calendar import Calendar
from simulation.compiled.frozen import records
from simulation.compiled.memory import FlowTables, PeopleInFlow
from simulation.compiled.records import (
    AGAIN,
    ARRIVAL,
    EPISODE,
    EVENT,
    GONE_AWAY,
    HEAP_ENTRY,
    NEED,
    PERSON,
    PLACES,
    ROW,
    STATE,
    VISIT,
)
from simulation.inhabitants import Inhabitants
from simulation.network import NONE, Network, Pool
from simulation.stays import BANDS
from simulation.thresholds import thresholds_of

LEAST_MARGIN = 4096
"""Rows that one event may fill: the needs of a person for a month, and a day's changes of places."""
EPISODES_AT_ONCE = 4
"""Episodes that one happening may begin, and people who may go, with one to spare."""
FIRST_ROOM = 1 << 14
HOURS_A_WEEK = 168


def empty_flow(network: Network, calendar: Calendar, key: int, lanes: int) -> FlowTables:
    """The flow of a run before anything has happened, with so many lanes of queues."""
    pools, settings, months = len(network.pools), len(network.settings), calendar.months
    state = np.zeros(1, STATE).view(np.recarray)
    state.key = key
    state.free_event = state.free_episode = state.free_need = NONE
    state.settling = state.turning = state.draws_again = NONE
    state.margin = LEAST_MARGIN + 32 * pools
    room = FIRST_ROOM + 64 * pools
    return FlowTables(
        state=state,
        episodes=_empty(EPISODE, FIRST_ROOM),
        visits=_empty(VISIT, 2 * FIRST_ROOM),
        events=_empty(EVENT, room),
        heap=_empty(HEAP_ENTRY, room),
        places=records(PLACES, [
            (0, 0, 0.0, _is_by_the_clock(pool), pool.daily_quota, pool.preemptive) for pool in network.pools
        ]),
        head=np.full(lanes, NONE, np.int64),
        tail=np.full(lanes, NONE, np.int64),
        waiting=np.zeros(pools, np.int64),
        waiting_for=np.zeros(settings, np.int64),
        holding=np.zeros(settings, np.int64),
        dirty=np.zeros(pools, np.uint8),
        gauges=np.zeros(len(network.gauges)),
        open_by_hour=np.zeros((pools, HOURS_A_WEEK), np.int64),
        quota_by_day=np.zeros((pools, calendar.days)),
        thresholds=np.zeros(network.thresholds.shape),
        counts=np.zeros((months, settings, len(BANDS)), np.int64),
        turned_away=np.zeros((months, settings, len(BANDS)), np.int64),
        rows=_empty(ROW, room),
    )


def no_people(population: Inhabitants) -> PeopleInFlow:
    """The residents of a run before anything has happened."""
    people = np.zeros(len(population.alive), PERSON).view(np.recarray)
    for name in ("in_care", "beside", "residence", "again", "deferred"):
        people[name] = NONE
    none = np.zeros(0, np.int64)
    room = FIRST_ROOM
    return PeopleInFlow(
        persons=people,
        pending_needs=_empty(NEED, room),
        again=_empty(AGAIN, room),
        gone=_empty(GONE_AWAY, room),
        admitted=np.zeros(room, np.int64),
        candidate_tick=none,
        candidate_person=none,
        candidate_stream=np.zeros(0, np.int8),
        candidate_key=none,
        candidate_severity=np.zeros(0),
        arrivals=_empty(ARRIVAL, 0),
        alive=population.alive,
        in_care_home=population.in_care_home,
        age_band=population.age_band,
        death_tick=population.death_tick,
        need_tick=population.care_home_need_tick,
        profile=population.profile,
        factors=population.factors,
        triggers=population.triggers,
    )


def set_month(flow: FlowTables, network: Network, calendar: Calendar, month: int) -> None:
    """Write what holds for a month: places, quotas and thresholds of severity."""
    for index, pool in enumerate(network.pools):
        of_week = pool.places_by_hour * pool.places_by_month[month]
        flow.open_by_hour[index] = np.rint(of_week)
        if pool.daily_quota:
            flow.quota_by_day[index, calendar.month_of_day == month] = pool.quotas(calendar, month)
    flow.thresholds[:] = thresholds_of(network, calendar, month)


def grown_flow(flow: FlowTables) -> FlowTables:
    """The same flow with room for more in each table that is nearly full."""
    state = flow.state[0]
    more_episodes = _is_nearly_full(flow.episodes, state.live_episodes + EPISODES_AT_ONCE)
    more_events = _is_nearly_full(flow.heap, state.heap + state.margin)
    return flow._replace(
        episodes=_grown(flow.episodes, more_episodes),
        visits=_grown(flow.visits, more_episodes),
        events=_grown(flow.events, more_events),
        heap=_grown(flow.heap, more_events),
    )


def grown_people(people: PeopleInFlow, state: Any) -> PeopleInFlow:  # noqa: ANN401
    """The same residents with room for more in each table that is nearly full."""
    margin = state.margin
    return people._replace(
        pending_needs=_grown(people.pending_needs, _is_nearly_full(people.pending_needs, state.live_needs + margin)),
        again=_grown(people.again, _is_nearly_full(people.again, state.again + margin)),
        gone=_grown(people.gone, _is_nearly_full(people.gone, state.gone + EPISODES_AT_ONCE)),
        admitted=_grown(people.admitted, _is_nearly_full(people.admitted, state.admitted + margin)),
    )


def say_where_full(flow: FlowTables, people: PeopleInFlow) -> None:
    """Write from where on each table may lack room for one more happening, and whether any does already."""
    state = flow.state[0]
    tables = (
        ("heap", state.heap, len(flow.heap) - state.margin),
        ("rows", state.rows, len(flow.rows) - state.margin),
        ("needs", state.live_needs, len(people.pending_needs) - state.margin),
        ("episodes", state.live_episodes, len(flow.episodes) - EPISODES_AT_ONCE),
        ("again", state.again, len(people.again) - state.margin),
        ("gone", state.gone, len(people.gone) - EPISODES_AT_ONCE),
        ("admitted", state.admitted, len(people.admitted) - state.margin),
    )
    state.full = 0
    for name, used, most in tables:
        state[f"most_{name}"] = most
        state.full |= used > most


def _is_by_the_clock(pool: Pool) -> bool:
    """Whether each day opens a pool's places; those that change on dates are put on the heap month by month."""
    return pool.limited and (pool.daily_quota or pool.changes is None)


def _empty(dtype: np.dtype[np.void], room: int) -> Any:  # noqa: ANN401
    return np.zeros(room, dtype).view(np.recarray)


def _is_nearly_full(table: Any, needed: int) -> bool:  # noqa: ANN401
    """Whether a table has room for no more than an eighth beyond what is needed."""
    return bool(8 * needed > 7 * len(table))


def _grown(table: Any, is_full: bool) -> Any:  # noqa: ANN401
    if not is_full:
        return table
    larger = np.zeros(2 * len(table), table.dtype)
    larger[: len(table)] = table
    return larger.view(type(table))
