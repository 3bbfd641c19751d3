"""The state of one run as compiled code sees it: flat tables behind one whole number.

Handing arrays from one compiled function to another costs several times as much as what most of them do, since each
array is counted in and out. Functions of the flow are handed a `handle` instead: the address of a list of addresses.
They look up the tables that they need with the functions of `simulation.compiled.lookup`, which costs next to
nothing, and nothing is counted. Whoever makes a handle keeps the arrays alive.

With `NUMBA_DISABLE_JIT=1` the handle is a key to the arrays themselves.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.addresses import Addresses

Records = Any
"""(n,) records with named fields, of `simulation.compiled.records`."""


class NetworkTables(NamedTuple):
    """What a run reads of its network and calendar; nothing here changes within a month."""

    constants: Records
    """(1,) `NETWORK`."""
    claims: Records
    """(1,) `CLAIMS`."""
    settings: Records
    """(settings,) `SETTING`."""
    setting_pools: NDArray[np.int64]
    """Pools of every setting, one setting after another."""
    on_need: NDArray[np.int64]
    """(settings, tiers)."""
    class_row: NDArray[np.int16]
    """(settings, classes) row of `by_class`: most classes are treated alike, and few rows stay at hand."""
    by_class: NDArray[np.int64]
    """(rows, columns of `records.CLASS_COLUMNS`)."""
    laws: Records
    """(laws,) `LAW`."""
    law_by_month: NDArray[np.float64]
    """(laws, months)."""
    tables: NDArray[np.float64]
    """(tables, numbers) for gamma and empirical laws."""
    route_first: NDArray[np.int64]
    """(routes + 1,) first alternative of each route."""
    alternatives: Records
    """`ALTERNATIVE`."""
    entry: NDArray[np.int64]
    """(kinds,)."""
    stream_kind: NDArray[np.int64]
    """(streams of needs,)."""
    feeds_first: NDArray[np.int64]
    """(pools + 1,) first of each pool's `feeds`."""
    feeds: NDArray[np.int64]
    """Pools in whose queues somebody may wait for a place of this one."""
    lane_first: NDArray[np.int64]
    """(settings + 1,) first lane of each setting. A setting has one for each priority and each set of pools lacked."""
    lanes_first: NDArray[np.int64]
    """(pools + 1,) first of each pool's `lanes`."""
    lanes: NDArray[np.int64]
    """Lanes of a pool's queue, one pool after another."""
    limited_first: NDArray[np.int64]
    """(pools + 1,) first of each pool's `limited`."""
    limited: NDArray[np.int64]
    """Settings of a pool that turn people away when too many wait."""
    gauge_pools_first: NDArray[np.int64]
    gauge_pools: NDArray[np.int64]
    gauge_settings_first: NDArray[np.int64]
    gauge_settings: NDArray[np.int64]
    day_start: NDArray[np.int64]
    weekday: NDArray[np.int64]
    day_month: NDArray[np.int64]
    month_start: NDArray[np.int64]


class FlowTables(NamedTuple):
    """What changes as people flow."""

    state: Records
    """(1,) `STATE`."""
    episodes: Records
    """`EPISODE`."""
    visits: Records
    """`VISIT`, two for each episode."""
    events: Records
    """`EVENT`."""
    heap: Records
    """`HEAP_ENTRY`."""
    places: Records
    """(pools,) `PLACES`."""
    head: NDArray[np.int64]
    """(lanes,) first visit of each lane: visits that wait for one setting, of one priority, and lack the same pools."""
    tail: NDArray[np.int64]
    waiting: NDArray[np.int64]
    """(pools,) visits in a pool's queue."""
    waiting_for: NDArray[np.int64]
    """(settings,) visits that wait for a setting."""
    holding: NDArray[np.int64]
    """(settings,) visits that are over and keep their place."""
    dirty: NDArray[np.uint8]
    """(pools,) whether a pool's queue is to be looked at."""
    gauges: NDArray[np.float64]
    """What each gauge showed at the last census."""
    open_by_hour: NDArray[np.int64]
    """(pools, 168) places open in this month."""
    quota_by_day: NDArray[np.float64]
    """(pools, days) starts a day, up to the end of this month."""
    thresholds: NDArray[np.float64]
    """(kinds, bands, 5) severities in force this month."""
    counts: NDArray[np.int64]
    """(months, settings, bands) starts of visits by residents."""
    turned_away: NDArray[np.int64]
    rows: Records
    """`ROW`: stays that are over."""


class PeopleInFlow(NamedTuple):
    """What the flow knows of residents, and what it tells the month."""

    persons: Records
    """(people,) `PERSON`."""
    pending_needs: Records
    """`NEED`: needs drawn again within the month, and needs put off."""
    again: Records
    """`AGAIN`: people whose needs of this month were drawn again."""
    gone: Records
    """`GONE_AWAY`: people who died or left."""
    admitted: NDArray[np.int64]
    """People admitted this month, once for each admission."""
    candidate_tick: NDArray[np.int64]
    candidate_person: NDArray[np.int64]
    candidate_stream: NDArray[np.int8]
    candidate_key: NDArray[np.int64]
    candidate_severity: NDArray[np.float64]
    arrivals: Records
    """`ARRIVAL`: of the month, stream by stream."""
    alive: NDArray[np.uint8]
    """(people,) and so are the next four: columns of the people."""
    in_care_home: NDArray[np.uint8]
    age_band: NDArray[np.int8]
    death_tick: NDArray[np.int32]
    need_tick: NDArray[np.int32]
    profile: NDArray[np.uint16]
    factors: NDArray[np.float64]
    """(profiles, values, 2) multipliers of named values this month."""
    triggers: NDArray[np.float64]
    """As `simulation.inhabitants.Inhabitants.triggers`."""


Part = NetworkTables | FlowTables | PeopleInFlow
TABLES = (*NetworkTables._fields, *FlowTables._fields, *PeopleInFlow._fields, *Addresses._fields)
"""Every table that compiled code can look up, in the order of their words."""
WORDS_PER_TABLE = 4
"""An address and up to three lengths."""

alive_handles: dict[int, dict[str, Any]] = {}
"""Tables behind handles, for runs without compiled code."""


def word_of(table: str) -> int:
    """Where in the list of a handle a table's address stands."""
    return TABLES.index(table) * WORDS_PER_TABLE


class Handle:
    """Makes the handle of a run's tables, and keeps them alive as long as it lives itself."""

    def __init__(self) -> None:
        self._words = np.zeros(len(TABLES) * WORDS_PER_TABLE, np.int64)
        self._tables: dict[str, Any] = {}
        self.address = int(self._words.ctypes.data)
        alive_handles[self.address] = self._tables

    def __del__(self) -> None:
        alive_handles.pop(self.address, None)

    def show(self, part: Part | Addresses) -> None:
        """Let compiled code find the tables of a part, instead of those shown before.

        Raises:
            ValueError: when an array has gaps.
        """
        for name, array in zip(part._fields, part, strict=True):
            if not array.flags.c_contiguous:
                raise ValueError(f"only arrays without gaps can be found by their address, unlike {name}")
            word = word_of(name)
            self._words[word] = array.ctypes.data
            self._words[word + 1 : word + 1 + array.ndim] = array.shape
            self._tables[name] = array
