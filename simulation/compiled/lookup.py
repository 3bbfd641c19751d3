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
from simulation.memory import DISABLED

_ir, _cgutils, _arrayobj = cast(Any, llvmlite).ir, cast(Any, numba).core.cgutils, cast(Any, numba).np.arrayobj
_pointer_to = cast(Callable[[Any], Any], types.CPointer)

Reals = Callable[[int], NDArray[np.float64]]
Numbers = Callable[[int], NDArray[np.int64]]
Records = Callable[[int], Any]


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
        words = builder.inttoptr(arguments[0], context.get_value_type(_pointer_to(types.int64)))

        def read(position: int) -> Any:  # noqa: ANN401
            where = context.get_constant(types.intp, word + position)
            return builder.load(builder.gep(words, [where]))

        array = _arrayobj.make_array(array_type)(context, builder)
        lengths = [read(1 + dimension) for dimension in range(array_type.ndim)]
        step = context.get_constant(types.intp, _arrayobj.get_itemsize(context, array_type))
        steps = [step]
        for length in lengths[:0:-1]:
            steps.insert(0, builder.mul(steps[0], length))
        data = builder.inttoptr(read(0), array.data.type)
        _arrayobj.populate_array(array, data=data, shape=lengths, strides=steps, itemsize=step, meminfo=None)
        return array._getvalue()

    return code


def _bringing_near(table: str, dtype: np.dtype[np.void]) -> Callable[[int, int], None]:
    """A function that asks for a record of a table before it is needed, so that nothing waits for memory then."""
    word, size = word_of(table), dtype.itemsize

    def plain(handle: int, row: int) -> None:
        """Plain Python has no way to bring a record near."""

    def typed(_context: object, handle: types.Type, row: types.Type) -> object:
        return cast(Any, types.void)(handle, row), code

    def code(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        words = builder.inttoptr(arguments[0], context.get_value_type(_pointer_to(types.int64)))
        address = builder.load(builder.gep(words, [context.get_constant(types.intp, word)]))
        offset = builder.mul(arguments[1], context.get_constant(types.intp, size))
        pointer = builder.inttoptr(builder.add(address, offset), _ir.IntType(8).as_pointer())
        flag = _ir.IntType(32)
        function_type = _ir.FunctionType(_ir.VoidType(), [pointer.type, flag, flag, flag])
        function = _cgutils.get_or_insert_function(builder.module, function_type, "llvm.prefetch.p0")
        builder.call(function, [pointer, flag(1), flag(3), flag(1)])
        return context.get_dummy_value()

    return cast(Callable[[int, int], None], plain if DISABLED else cast(Any, intrinsic)(typed))


bring_person_near = _bringing_near("persons", PERSON)
bring_event_near = _bringing_near("events", EVENT)
bring_episode_near = _bringing_near("episodes", EPISODE)


@compilable
def wide(number: int) -> int:
    """A whole number of eight bytes: functions that are handed others would be compiled for each width."""
    return np.int64(number)  # type: ignore[return-value]


_constants_of: Records = _lookup("constants", NETWORK)
_claims_of: Records = _lookup("claims", CLAIMS)
settings_of: Records = _lookup("settings", SETTING)
setting_pools_of: Numbers = _lookup("setting_pools", np.int64)
on_need_of: Numbers = _lookup("on_need", np.int64, 2)
class_row_of: Numbers = _lookup("class_row", np.int16, 2)
by_class_of: Numbers = _lookup("by_class", np.int64, 2)
laws_of: Records = _lookup("laws", LAW)
law_by_month_of: Reals = _lookup("law_by_month", np.float64, 2)
tables_of: Reals = _lookup("tables", np.float64, 2)
route_first_of: Numbers = _lookup("route_first", np.int64)
alternatives_of: Records = _lookup("alternatives", ALTERNATIVE)
entry_of: Numbers = _lookup("entry", np.int64)
stream_kind_of: Numbers = _lookup("stream_kind", np.int64)
feeds_first_of: Numbers = _lookup("feeds_first", np.int64)
feeds_of: Numbers = _lookup("feeds", np.int64)
lane_first_of: Numbers = _lookup("lane_first", np.int64)
lanes_first_of: Numbers = _lookup("lanes_first", np.int64)
lanes_of: Numbers = _lookup("lanes", np.int64)
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
head_of: Numbers = _lookup("head", np.int64)
tail_of: Numbers = _lookup("tail", np.int64)
waiting_of: Numbers = _lookup("waiting", np.int64)
waiting_for_of: Numbers = _lookup("waiting_for", np.int64)
holding_of: Numbers = _lookup("holding", np.int64)
dirty_of: Numbers = _lookup("dirty", np.uint8)
gauges_of: Reals = _lookup("gauges", np.float64)
open_by_hour_of: Numbers = _lookup("open_by_hour", np.int64, 2)
quota_by_day_of: Reals = _lookup("quota_by_day", np.float64, 2)
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
