"""A network and a calendar as flat tables; nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import SECONDS_PER_DAY, Calendar
from simulation.candidates import KIND_OF_STREAM
from simulation.compiled.memory import NetworkTables
from simulation.compiled.records import ALTERNATIVE, CLAIMS, CLASS_COLUMNS, LAW, NETWORK, SETTING
from simulation.laws import TABLE_SIZE
from simulation.network import NONE, Mark, Network, Presence
from simulation.reference.plain import PlainTables

IntArray = NDArray[np.int64]
MOST_CODES = 1 << 62
"""As many ways of reading a class's columns fit in a whole number of eight bytes."""
MOST_POOLS_AT_ONCE = 8
"""Pools of one setting: a queue has a lane for each set of pools that somebody may lack."""


def frozen(network: Network, calendar: Calendar) -> NetworkTables:
    """Tables of a network over a calendar."""
    plain = PlainTables(network)
    pools_of = [setting.pools for setting in plain.settings]
    alone = [
        [s.index for s in plain.settings if s.pools == (pool,) and s.queue_limit != NONE]
        for pool in range(len(network.pools))
    ]
    feeds_first, feeds = _joined(_feeds(pools_of, len(network.pools)))
    limited_first, limited = _joined(alone)
    lane_first, lanes_of_pools = _lanes(pools_of, levels_of_priority(network), len(network.pools))
    lanes_first, lanes = _joined(lanes_of_pools)
    gauge_pools_first, gauge_pools = _joined([gauge.pools for gauge in network.gauges])
    gauge_settings_first, gauge_settings = _joined([gauge.settings for gauge in network.gauges])
    class_row, by_class = _classes(network)
    route_first, _ = _joined([range(len(route)) for route in network.routes])
    return NetworkTables(
        constants=_constants(network, calendar),
        claims=_claims(network),
        settings=_settings(network, pools_of),
        setting_pools=_joined(pools_of)[1],
        on_need=np.array([[int(a) for a in s.on_need] for s in network.settings], np.int64),
        class_row=class_row,
        by_class=by_class,
        laws=_laws(network),
        law_by_month=np.array([law.by_month for law in network.laws], np.float64),
        tables=np.array(network.tables, np.float64).reshape(-1, TABLE_SIZE),
        route_first=route_first,
        alternatives=records(ALTERNATIVE, [
            (way.up_to, way.target, way.delay, way.reason, way.value, way.diverts_to, way.diverted_by)
            for route in network.routes for way in route
        ]),
        entry=network.entry.astype(np.int64),
        stream_kind=_kinds_of_streams(network),
        feeds_first=feeds_first,
        feeds=feeds,
        lane_first=lane_first,
        lanes_first=lanes_first,
        lanes=lanes,
        limited_first=limited_first,
        limited=limited,
        gauge_pools_first=gauge_pools_first,
        gauge_pools=gauge_pools,
        gauge_settings_first=gauge_settings_first,
        gauge_settings=gauge_settings,
        day_start=calendar.day_start,
        weekday=calendar.weekday,
        day_month=calendar.month_of_day,
        month_start=calendar.month_start,
    )  # fmt: skip


def records(dtype: np.dtype[np.void], rows: Iterable[tuple[Any, ...]]) -> Any:  # noqa: ANN401
    """Records with named fields."""
    return np.array(list(rows), dtype).view(np.recarray)


def lowest_priority(network: Network) -> int:
    """The priority that goes first."""
    return min(int(setting.priority.min()) for setting in network.settings)


def levels_of_priority(network: Network) -> int:
    """How many priorities there are from the first to the last."""
    return max(int(setting.priority.max()) for setting in network.settings) - lowest_priority(network) + 1


def _constants(network: Network, calendar: Calendar) -> Any:  # noqa: ANN401
    return records(NETWORK, [(
        len(network.settings[0].priority), levels_of_priority(network), lowest_priority(network), calendar.months,
        calendar.days, network.pressure_gauge, network.pressure_reference, network.pressure_shift,
        network.discharge_hour_table, network.open_first_second, network.open_last_second, network.census_seconds,
    )])  # fmt: skip


def _claims(network: Network) -> Any:  # noqa: ANN401
    claims = network.claims
    wait = round(claims.days_after * SECONDS_PER_DAY)
    return records(CLAIMS, [(claims.kind, claims.route, claims.share, claims.days_before, wait)])


def _settings(network: Network, pools_of: Sequence[Sequence[int]]) -> Any:  # noqa: ANN401
    first = np.cumsum([0, *(len(pools) for pools in pools_of)])
    return records(SETTING, [
        (
            first[index], len(pools_of[index]), s.queue_limit, s.overflow, s.overflow_if_free,
            s.lead_time,
            s.held_until_death_days, s.presence == Presence.CONTACT, s.presence == Presence.BODY,
            s.presence == Presence.RESIDENCE, s.mark == Mark.ATTENDANCE, s.mark == Mark.ADMISSION, s.hold,
            s.reassesses, s.takes_claims, s.ends_on_admission,
        )
        for index, s in enumerate(network.settings)
    ])  # fmt: skip


def _classes(network: Network) -> tuple[NDArray[np.int16], IntArray]:
    """Row of each setting and class, and what the rows say.

    Raises:
        ValueError: when there are more rows than can be numbered.
    """
    every = np.stack([[getattr(s, column) for column in CLASS_COLUMNS] for s in network.settings]).transpose(0, 2, 1)
    settings, classes, columns = every.shape
    numbers = every.reshape(-1, columns).astype(np.int64)
    code, ways = np.zeros(len(numbers), np.int64), 1
    for column in numbers.T:
        least, width = int(column.min()), int(np.ptp(column)) + 1
        if ways * width > MOST_CODES:
            _, code = np.unique(code, return_inverse=True)
            ways = int(code.max()) + 1
        code, ways = code * width + (column - least), ways * width
    _, first, which = np.unique(code, return_index=True, return_inverse=True)
    rows = numbers[first]
    if len(rows) > np.iinfo(np.int16).max:
        raise ValueError(f"a network's classes differ in at most {np.iinfo(np.int16).max:,} ways, not {len(rows):,}")
    return which.reshape(settings, classes).astype(np.int16), rows


def _laws(network: Network) -> Any:  # noqa: ANN401
    return records(LAW, [
        (
            law.first, law.second, law.third, law.slope, law.reference, law.law, law.table, law.mode, law.value,
            law.gauge, law.form, law.from_severity,
        )
        for law in network.laws
    ])  # fmt: skip


def _kinds_of_streams(network: Network) -> IntArray:
    kinds = {kind: index for index, kind in enumerate(network.kinds)}
    return np.array([kinds.get(kind, NONE) for kind in KIND_OF_STREAM], np.int64)


def _feeds(pools_of: Sequence[Sequence[int]], pools: int) -> list[list[int]]:
    """For each pool, the pools in whose queues somebody may wait for it."""
    feeds: list[set[int]] = [{pool} for pool in range(pools)]
    for of_setting in pools_of:
        for pool in of_setting:
            feeds[pool].update(of_setting)
    return [sorted(waiting) for waiting in feeds]


def _lanes(pools_of: Sequence[Sequence[int]], levels: int, pools: int) -> tuple[IntArray, list[list[int]]]:
    """First lane of each setting (and how many there are), and the lanes of each pool's queue.

    Raises:
        ValueError: when a setting needs places of too many pools at once.
    """
    first = [0]
    of_pool: list[list[int]] = [[] for _ in range(pools)]
    for own in pools_of:
        if len(own) > MOST_POOLS_AT_ONCE:
            raise ValueError(f"a setting needs places of at most {MOST_POOLS_AT_ONCE} pools at once, not {len(own)}")
        for level in range(levels):
            for lacked in range(1, 1 << len(own)):
                queue = next(pool for position, pool in enumerate(own) if lacked >> position & 1)
                of_pool[queue].append(first[-1] + level * ((1 << len(own)) - 1) + lacked - 1)
        first.append(first[-1] + levels * ((1 << len(own)) - 1))
    return np.array(first, np.int64), of_pool


def _joined(lists: Sequence[Sequence[int]]) -> tuple[IntArray, IntArray]:
    """Where each list begins (and the last ends), and all lists one after another."""
    first = np.cumsum([0, *(len(each) for each in lists)]).astype(np.int64)
    return first, np.array([number for each in lists for number in each], np.int64)
