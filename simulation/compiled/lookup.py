"""Looking up the tables of a run behind its handle (`simulation.compiled.memory` says what they hold)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic, overload
from numpy.typing import NDArray

from simulation.compiled.memory import alive_handles, word_of
from simulation.compiled.records import (
    AGAIN,
    ALTERNATIVE,
    CLAIMS,
    EPISODE,
    EVENT,
    GONE_AWAY,
    HEAP_ENTRY,
    LAW,
    NEED,
    NETWORK,
    PERSON,
    PLACES,
    ROW,
    SETTING,
    STATE,
    VISIT,
)
from simulation.jit import compilable

Reals = Callable[[int], NDArray[np.float64]]
Numbers = Callable[[int], NDArray[np.int64]]
Records = Callable[[int], Any]


def _load_code(_context: object, handle: types.Type, word: types.Type) -> object:
    """Type and machine code of reading a whole number at an address."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        pointer = builder.inttoptr(arguments[0], context.get_value_type(cast(Any, types.CPointer)(types.int64)))
        return builder.load(builder.gep(pointer, [arguments[1]]))

    return cast(Any, types.int64)(handle, types.int64), code


def _pointer_code(_context: object, address: types.Type) -> object:
    """Type and machine code of turning an address into a pointer."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return cast(Any, types.voidptr)(address), code


_load = cast(Callable[[int, int], int], cast(Any, intrinsic)(_load_code))
_pointer = cast(Callable[[int], Any], cast(Any, intrinsic)(_pointer_code))
_array = cast(Callable[..., Any], cast(Any, numba).carray)
_INLINED: dict[str, Any] = {"error_model": "numpy", "fastmath": False, "forceinline": True}


def _lookup(table: str, dtype: Any, dimensions: int = 1) -> Any:  # noqa: ANN401
    """A function that gives a table of the run behind a handle, in plain Python and in compiled code."""
    word = word_of(table)

    def plain(handle: int) -> Any:  # noqa: ANN401
        return alive_handles[handle][table]

    def line(handle: int) -> Any:  # noqa: ANN401
        return _array(_pointer(_load(handle, word)), (_load(handle, word + 1),), dtype)

    def grid(handle: int) -> Any:  # noqa: ANN401
        shape = (_load(handle, word + 1), _load(handle, word + 2))
        return _array(_pointer(_load(handle, word)), shape, dtype)

    def cube(handle: int) -> Any:  # noqa: ANN401
        shape = (_load(handle, word + 1), _load(handle, word + 2), _load(handle, word + 3))
        return _array(_pointer(_load(handle, word)), shape, dtype)

    body = (line, grid, cube)[dimensions - 1]
    cast(Any, overload)(plain, jit_options=_INLINED, strict=False)(lambda handle: body)
    return plain


@compilable
def wide(number: int) -> int:
    """A whole number of eight bytes: functions that are handed others would be compiled for each width."""
    return np.int64(number)  # type: ignore[return-value]


_constants_of: Records = _lookup("constants", NETWORK)
_claims_of: Records = _lookup("claims", CLAIMS)
settings_of: Records = _lookup("settings", SETTING)
setting_pools_of: Numbers = _lookup("setting_pools", np.int64)
on_need_of: Numbers = _lookup("on_need", np.int64, 2)
by_class_of: Numbers = _lookup("by_class", np.int32, 3)
laws_of: Records = _lookup("laws", LAW)
law_by_month_of: Reals = _lookup("law_by_month", np.float64, 2)
tables_of: Reals = _lookup("tables", np.float64, 2)
route_first_of: Numbers = _lookup("route_first", np.int64)
alternatives_of: Records = _lookup("alternatives", ALTERNATIVE)
entry_of: Numbers = _lookup("entry", np.int64)
stream_kind_of: Numbers = _lookup("stream_kind", np.int64)
feeds_first_of: Numbers = _lookup("feeds_first", np.int64)
feeds_of: Numbers = _lookup("feeds", np.int64)
limited_first_of: Numbers = _lookup("limited_first", np.int64)
limited_of: Numbers = _lookup("limited", np.int64)
gauge_pools_first_of: Numbers = _lookup("gauge_pools_first", np.int64)
gauge_pools_of: Numbers = _lookup("gauge_pools", np.int64)
gauge_settings_first_of: Numbers = _lookup("gauge_settings_first", np.int64)
gauge_settings_of: Numbers = _lookup("gauge_settings", np.int64)
day_start_of: Numbers = _lookup("day_start", np.int64)
weekday_of: Numbers = _lookup("weekday", np.int64)
day_month_of: Numbers = _lookup("day_month", np.int64)
month_start_of: Numbers = _lookup("month_start", np.int64)
_state_of: Records = _lookup("state", STATE)
episodes_of: Records = _lookup("episodes", EPISODE)
visits_of: Records = _lookup("visits", VISIT)
events_of: Records = _lookup("events", EVENT)
heap_of: Records = _lookup("heap", HEAP_ENTRY)
places_of: Records = _lookup("places", PLACES)
head_of: Numbers = _lookup("head", np.int64, 2)
tail_of: Numbers = _lookup("tail", np.int64, 2)
waiting_of: Numbers = _lookup("waiting", np.int64)
waiting_for_of: Numbers = _lookup("waiting_for", np.int64)
holding_of: Numbers = _lookup("holding", np.int64)
dirty_of: Numbers = _lookup("dirty", np.uint8)
gauges_of: Reals = _lookup("gauges", np.float64)
open_by_hour_of: Numbers = _lookup("open_by_hour", np.int64, 2)
quota_by_weekday_of: Reals = _lookup("quota_by_weekday", np.float64, 2)
thresholds_of: Reals = _lookup("thresholds", np.float64, 3)
counts_of: Numbers = _lookup("counts", np.int64, 3)
turned_away_of: Numbers = _lookup("turned_away", np.int64, 3)
rows_of: Records = _lookup("rows", ROW)
persons_of: Records = _lookup("persons", PERSON)
pending_needs_of: Records = _lookup("pending_needs", NEED)
again_of: Records = _lookup("again", AGAIN)
gone_of: Records = _lookup("gone", GONE_AWAY)
admitted_of: Numbers = _lookup("admitted", np.int64)
candidate_tick_of: Numbers = _lookup("candidate_tick", np.int64)
candidate_person_of: Numbers = _lookup("candidate_person", np.int64)
candidate_stream_of: Numbers = _lookup("candidate_stream", np.int8)
candidate_key_of: Numbers = _lookup("candidate_key", np.int64)
candidate_severity_of: Reals = _lookup("candidate_severity", np.float64)
alive_of: Numbers = _lookup("alive", np.uint8)
in_care_home_of: Numbers = _lookup("in_care_home", np.uint8)
age_band_of: Numbers = _lookup("age_band", np.int8)
death_tick_of: Numbers = _lookup("death_tick", np.int32)
need_tick_of: Numbers = _lookup("need_tick", np.int32)
profile_of: Numbers = _lookup("profile", np.uint16)
factors_of: Reals = _lookup("factors", np.float64, 3)
triggers_of: Reals = _lookup("triggers", np.float64)
columns_words_of: Numbers = _lookup("columns", np.int64)
need_tables_words_of: Numbers = _lookup("need_tables", np.int64)
need_numbers_of: Reals = _lookup("numbers", np.float64)
month_words_of: Numbers = _lookup("month", np.int64)
found_words_of: Numbers = _lookup("found", np.int64)
opened_words_of: Numbers = _lookup("opened", np.int64)
caseloads_words_of: Numbers = _lookup("caseloads", np.int64)


@compilable
def network_of(handle: int) -> Any:  # noqa: ANN401
    """Numbers of the whole network: a record of `NETWORK`."""
    return _constants_of(handle)[0]


@compilable
def claims_of(handle: int) -> Any:  # noqa: ANN401
    """How people move into care homes: a record of `CLAIMS`."""
    return _claims_of(handle)[0]


@compilable
def state_of(handle: int) -> Any:  # noqa: ANN401
    """Where the run is: a record of `STATE`."""
    return _state_of(handle)[0]
