"""Looking up the tables of a run behind its handle (`simulation.compiled.memory` says what they hold)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import llvmlite.ir
import numba.core.cgutils
import numba.np.arrayobj
import numpy as np
from numba import types
from numba.extending import intrinsic
from numba.np import numpy_support
from numpy.typing import NDArray

from simulation.addresses import DISABLED
from simulation.compiled.memory import alive_handles, word_of
from simulation.compiled.records import (
    AGAIN,
    ALTERNATIVE,
    ARRIVAL,
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
from simulation.jit import inlined

_ir, _cgutils, _arrayobj = cast(Any, llvmlite).ir, cast(Any, numba).core.cgutils, cast(Any, numba).np.arrayobj
_pointer_to = cast(Callable[[Any], Any], types.CPointer)

Reals = Callable[[int], NDArray[np.float64]]
Numbers = Callable[[int], NDArray[np.int64]]
Records = Callable[[int], Any]
Record = Callable[[int, int], Any]
Real = Callable[..., float]
Number = Callable[..., int]


def _lookup(table: str, dtype: Any, dimensions: int = 1) -> Any:  # noqa: ANN401
    """A function that gives a table of the run behind a handle, in plain Python and in compiled code."""
    word = word_of(table)
    array_type = types.Array(numpy_support.from_dtype(np.dtype(dtype)), dimensions, "C")

    def plain(handle: int) -> Any:  # noqa: ANN401
        return alive_handles[handle][table]

    def typed(_context: object, handle: types.Type) -> object:
        return cast(Any, array_type)(handle), _code_of_lookup(word, array_type)

    inlined = cast(Any, intrinsic)(typed)
    return plain if DISABLED else inlined


def _code_of_lookup(word: int, array_type: types.Array) -> Callable[..., Any]:
    """Machine code that makes an array, which nobody counts, from its address and lengths."""

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        array = _arrayobj.make_array(array_type)(context, builder)
        lengths = [_read(context, builder, arguments[0], word + 1 + each) for each in range(array_type.ndim)]
        step = context.get_constant(types.intp, _arrayobj.get_itemsize(context, array_type))
        steps = [step]
        for length in lengths[:0:-1]:
            steps.insert(0, builder.mul(steps[0], length))
        data = builder.inttoptr(_read(context, builder, arguments[0], word), array.data.type)
        _arrayobj.populate_array(array, data=data, shape=lengths, strides=steps, itemsize=step, meminfo=None)
        return array._getvalue()

    return code


def _read(context: Any, builder: Any, handle: Any, word: int) -> Any:  # noqa: ANN401
    """Machine code that reads a word of a handle, which nothing changes while compiled code runs."""
    words = builder.inttoptr(handle, context.get_value_type(_pointer_to(types.int64)))
    found = builder.load(builder.gep(words, [context.get_constant(types.intp, word)]))
    found.set_metadata("invariant.load", builder.module.add_metadata([]))
    return found


def _record(table: str, dtype: np.dtype[np.void]) -> Callable[[int, int], Any]:
    """A function that gives one record of a table: `table[row]`, for rows that are never counted from the end."""
    word, record_type = word_of(table), numpy_support.from_dtype(dtype)

    def plain(handle: int, row: int) -> Any:  # noqa: ANN401
        return alive_handles[handle][table][row]

    def typed(_context: object, handle: types.Type, row: types.Type) -> object:
        return cast(Any, record_type)(handle, row), code

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        row = context.cast(builder, arguments[1], signature.args[1], types.intp)
        offset = builder.mul(row, context.get_constant(types.intp, dtype.itemsize))
        address = builder.add(_read(context, builder, arguments[0], word), offset)
        return builder.inttoptr(address, context.get_value_type(record_type))

    return cast(Callable[[int, int], Any], plain if DISABLED else cast(Any, intrinsic)(typed))


def _cell(table: str, dtype: Any, dimensions: int = 1, frozen: bool = False) -> Any:  # noqa: ANN401
    """A function that reads one number of a table: `table[row, ...]`, as a whole number of eight bytes or a float.

    Args:
        table: its name.
        dtype: what it holds.
        dimensions: up to three.
        frozen: whether its content never changes, so that it need not be read again.
    """
    word, cell_type = word_of(table), numpy_support.from_dtype(np.dtype(dtype))
    result_type = types.float64 if np.dtype(dtype).kind == "f" else types.int64

    def plain(handle: int, *rows: int) -> Any:  # noqa: ANN401
        return alive_handles[handle][table][rows].item()

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        place = context.get_constant(types.intp, 0)
        for dimension in range(dimensions):
            row = context.cast(builder, arguments[1 + dimension], signature.args[1 + dimension], types.intp)
            if dimension:
                place = builder.mul(place, _read(context, builder, arguments[0], word + 1 + dimension))
            place = builder.add(place, row)
        cells = builder.inttoptr(
            _read(context, builder, arguments[0], word), context.get_value_type(_pointer_to(cell_type)))
        found = builder.load(builder.gep(cells, [place]))
        if frozen:
            found.set_metadata("invariant.load", builder.module.add_metadata([]))
        return context.cast(builder, found, cell_type, result_type)

    def one(_context: object, handle: types.Type, row: types.Type) -> object:
        return cast(Any, result_type)(handle, row), code

    def two(_context: object, handle: types.Type, row: types.Type, column: types.Type) -> object:
        return cast(Any, result_type)(handle, row, column), code

    def three(_context: object, handle: types.Type, row: types.Type, column: types.Type, part: types.Type) -> object:
        return cast(Any, result_type)(handle, row, column, part), code

    return plain if DISABLED else cast(Any, intrinsic)((one, two, three)[dimensions - 1])


def _bringing_near(table: str, dtype: np.dtype[Any]) -> Callable[[int, int], None]:
    """A function that asks for a record of a table before it is needed, so that nothing waits for memory then."""
    word, size = word_of(table), dtype.itemsize

    def plain(handle: int, row: int) -> None:
        """Plain Python has no way to bring a record near."""

    def typed(_context: object, handle: types.Type, row: types.Type) -> object:
        return cast(Any, types.void)(handle, row), code

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        address = _read(context, builder, arguments[0], word)
        offset = builder.mul(arguments[1], context.get_constant(types.intp, size))
        pointer = builder.inttoptr(builder.add(address, offset), _ir.IntType(8).as_pointer())
        flag = _ir.IntType(32)
        function_type = _ir.FunctionType(_ir.VoidType(), [pointer.type, flag, flag, flag])
        function = _cgutils.get_or_insert_function(builder.module, function_type, "llvm.prefetch.p0")
        builder.call(function, [pointer, flag(1), flag(3), flag(1)])
        return context.get_dummy_value()

    return cast(Callable[[int, int], None], plain if DISABLED else cast(Any, intrinsic)(typed))


bring_person_near = _bringing_near("persons", PERSON)
bring_life_near = _bringing_near("alive", np.dtype(np.uint8))
bring_age_near = _bringing_near("age_band", np.dtype(np.int8))
bring_event_near = _bringing_near("events", EVENT)
bring_episode_near = _bringing_near("episodes", EPISODE)


@inlined
def wide(number: int) -> int:
    """A whole number of eight bytes: functions that are handed others would be compiled for each width."""
    return np.int64(number)  # type: ignore[return-value]


_constants_at: Record = _record("constants", NETWORK)
_claims_at: Record = _record("claims", CLAIMS)
setting_at: Record = _record("settings", SETTING)
setting_pool_at: Number = _cell("setting_pools", np.int64, frozen=True)
on_need_at: Number = _cell("on_need", np.int64, 2, frozen=True)
class_row_at: Number = _cell("class_row", np.int16, 2, frozen=True)
class_cell_at: Number = _cell("by_class", np.int64, 2, frozen=True)
law_at: Record = _record("laws", LAW)
law_by_month_at: Real = _cell("law_by_month", np.float64, 2, frozen=True)
tables_of: Reals = _lookup("tables", np.float64, 2)
route_first_at: Number = _cell("route_first", np.int64, frozen=True)
alternative_at: Record = _record("alternatives", ALTERNATIVE)
entry_at: Number = _cell("entry", np.int64, frozen=True)
stream_kind_at: Number = _cell("stream_kind", np.int64, frozen=True)
feeds_first_at: Number = _cell("feeds_first", np.int64, frozen=True)
feed_at: Number = _cell("feeds", np.int64, frozen=True)
lane_first_at: Number = _cell("lane_first", np.int64, frozen=True)
lanes_first_at: Number = _cell("lanes_first", np.int64, frozen=True)
lane_at: Number = _cell("lanes", np.int64, frozen=True)
limited_first_at: Number = _cell("limited_first", np.int64, frozen=True)
limited_at: Number = _cell("limited", np.int64, frozen=True)
gauge_pools_first_at: Number = _cell("gauge_pools_first", np.int64, frozen=True)
gauge_pool_at: Number = _cell("gauge_pools", np.int64, frozen=True)
gauge_settings_first_at: Number = _cell("gauge_settings_first", np.int64, frozen=True)
gauge_setting_at: Number = _cell("gauge_settings", np.int64, frozen=True)
day_start_at: Number = _cell("day_start", np.int64, frozen=True)
weekday_at: Number = _cell("weekday", np.int64, frozen=True)
day_month_at: Number = _cell("day_month", np.int64, frozen=True)
month_start_at: Number = _cell("month_start", np.int64, frozen=True)
_state_at: Record = _record("state", STATE)
episode_at: Record = _record("episodes", EPISODE)
visit_at: Record = _record("visits", VISIT)
event_at: Record = _record("events", EVENT)
heap_entry_at: Record = _record("heap", HEAP_ENTRY)
places_of: Records = _lookup("places", PLACES)
places_at: Record = _record("places", PLACES)
head_of: Numbers = _lookup("head", np.int64)
head_at: Number = _cell("head", np.int64)
tail_of: Numbers = _lookup("tail", np.int64)
tail_at: Number = _cell("tail", np.int64)
waiting_of: Numbers = _lookup("waiting", np.int64)
waiting_at: Number = _cell("waiting", np.int64)
waiting_for_of: Numbers = _lookup("waiting_for", np.int64)
waiting_for_at: Number = _cell("waiting_for", np.int64)
holding_of: Numbers = _lookup("holding", np.int64)
holding_at: Number = _cell("holding", np.int64)
dirty_of: Numbers = _lookup("dirty", np.uint8)
dirty_at: Number = _cell("dirty", np.uint8)
gauges_of: Reals = _lookup("gauges", np.float64)
gauge_at: Real = _cell("gauges", np.float64)
open_by_hour_at: Number = _cell("open_by_hour", np.int64, 2)
quota_by_day_at: Real = _cell("quota_by_day", np.float64, 2)
thresholds_of: Reals = _lookup("thresholds", np.float64, 3)
counts_of: Numbers = _lookup("counts", np.int64, 3)
turned_away_of: Numbers = _lookup("turned_away", np.int64, 3)
rows_of: Records = _lookup("rows", ROW)
row_at: Record = _record("rows", ROW)
person_at: Record = _record("persons", PERSON)
pending_need_at: Record = _record("pending_needs", NEED)
again_at: Record = _record("again", AGAIN)
arrival_at: Record = _record("arrivals", ARRIVAL)
departure_at: Record = _record("gone", GONE_AWAY)
admitted_of: Numbers = _lookup("admitted", np.int64)
candidate_tick_at: Number = _cell("candidate_tick", np.int64)
candidate_person_at: Number = _cell("candidate_person", np.int64)
candidate_stream_at: Number = _cell("candidate_stream", np.int8)
candidate_key_at: Number = _cell("candidate_key", np.int64)
candidate_severity_at: Real = _cell("candidate_severity", np.float64)
alive_of: Numbers = _lookup("alive", np.uint8)
alive_at: Number = _cell("alive", np.uint8)
in_care_home_of: Numbers = _lookup("in_care_home", np.uint8)
in_care_home_at: Number = _cell("in_care_home", np.uint8)
age_band_at: Number = _cell("age_band", np.int8)
death_tick_cell_at: Number = _cell("death_tick", np.int32)
need_tick_at: Number = _cell("need_tick", np.int32)
profile_at: Number = _cell("profile", np.uint16)
factor_cell_at: Real = _cell("factors", np.float64, 3)
triggers_of: Reals = _lookup("triggers", np.float64)
people_words_of: Numbers = _lookup("people", np.int64)


@inlined
def network_of(handle: int) -> Any:  # noqa: ANN401
    """Numbers of the whole network: a record of `NETWORK`."""
    return _constants_at(handle, 0)


@inlined
def claims_of(handle: int) -> Any:  # noqa: ANN401
    """How people move into care homes: a record of `CLAIMS`."""
    return _claims_at(handle, 0)


@inlined
def state_of(handle: int) -> Any:  # noqa: ANN401
    """Where the run is: a record of `STATE`."""
    return _state_at(handle, 0)
