"""One person's needs again, without handing every array to compiled code one by one.

Python takes longer to hand seventy arrays over than compiled code takes to make a person's needs. Their addresses
are handed over instead, in a few arrays made once a month. Whoever makes an `Again` keeps the arrays alive: it does.

The functions that make records of arrays from addresses are for compiled code, and for plain Python under
`NUMBA_DISABLE_JIT=1`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, cast

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from simulation.columns import CaseloadColumns, Columns, Found, MonthTables, NeedTables
from simulation.jit import compilable, compiled
from simulation.needs import needs_of
from simulation.opened import Opened, room_to_open

DISABLED = bool(cast(Any, numba).config.DISABLE_JIT)
"""Whether compiled code is off, as `NUMBA_DISABLE_JIT` says."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


class Addresses(NamedTuple):
    """Where the arrays of one month of one run lie: each member is what the function of the same name takes.

    They hold only while the arrays are alive and have not been replaced: for a month, as `Population.addresses` says.
    """

    columns: IntArray
    """For `columns_at`."""
    need_tables: IntArray
    """For `need_tables_at`, with `numbers`."""
    numbers: FloatArray
    month: IntArray
    """For `month_at`."""
    found: IntArray
    """For `found_at`: room for one person's needs."""
    opened: IntArray
    """For `opened_at`: working space for one person's needs."""
    caseloads: IntArray
    """For `caseloads_at`."""


class Again:
    """Makes the needs of one person at a time, in one month of one run."""

    def __init__(
        self, people: Columns, tables: NeedTables, month: MonthTables, found: Found, caseloads: CaseloadColumns
    ) -> None:
        """Args: as of `needs_of`; the caseloads of the month."""
        self.found = found
        opened = room_to_open(1)
        self._kept = (people, tables, month, found, opened, caseloads)
        self.addresses = Addresses(
            columns=_addresses(people),
            need_tables=_addresses(tables),
            numbers=np.array([value for value in tables if isinstance(value, float)], np.float64),
            month=_addresses(month),
            found=_addresses(found),
            opened=_addresses(opened),
            caseloads=_addresses(caseloads),
        )

    def needs_of(self, person: int, after: int) -> int:
        """Write a person's needs after a tick to `found`, in order of (tick, key); how many there are."""
        at = self.addresses
        return _needs_of(person, after, at.columns, at.need_tables, at.numbers, at.month, at.found, at.opened)


def _addresses(record: Iterable[object]) -> IntArray:
    """Address and shape of each array of a record, and its whole numbers, in order."""
    parts: list[int] = []
    for value in record:
        if isinstance(value, np.ndarray):
            if not value.flags.c_contiguous:
                raise ValueError("only arrays without gaps can be handed over by their address")
            parts += [value.__array_interface__["data"][0], *value.shape]
        elif isinstance(value, int):
            parts.append(value)
    return np.array(parts, np.int64)


@compiled
def _needs_of(
    person: int, after: int, people: IntArray, tables: IntArray, numbers: FloatArray, month: IntArray, found: IntArray,
    opened: IntArray,
) -> int:
    return needs_of(
        person, after, columns_at(people), need_tables_at(tables, numbers), month_at(month), found_at(found),
        opened_at(opened))


def _pointer_code(_context: object, address: types.Type) -> object:
    """Type and machine code of turning an address into a pointer."""

    def code(_target: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        return builder.inttoptr(arguments[0], _target.get_value_type(signature.return_type))

    return cast(Any, types.voidptr)(address), code


def _plain_pointer(address: int) -> ctypes.c_void_p:
    return ctypes.c_void_p(int(address))


_pointer = cast(Callable[[int], Any], _plain_pointer if DISABLED else cast(Any, intrinsic)(_pointer_code))
_array = cast(Callable[..., Any], cast(Any, numba).carray)


@compilable
def columns_at(at: IntArray) -> Columns:
    """Columns at addresses."""
    return Columns(
        _array(_pointer(at[0]), (at[1],), np.uint8),  # alive
        _array(_pointer(at[2]), (at[3],), np.uint8),  # in_care_home
        _array(_pointer(at[4]), (at[5],), np.int8),  # age_band
        _array(_pointer(at[6]), (at[7],), np.int8),  # frailty
        _array(_pointer(at[8]), (at[9],), np.int8),  # latent_state
        _array(_pointer(at[10]), (at[11], at[12]), np.int16),  # frail_from
        _array(_pointer(at[13]), (at[14],), np.int8),  # fifth
        _array(_pointer(at[15]), (at[16],), np.int16),  # birth_month
        _array(_pointer(at[17]), (at[18],), np.int32),  # entered
        _array(_pointer(at[19]), (at[20],), np.int32),  # death_tick
        _array(_pointer(at[21]), (at[22],), np.int32),  # need_tick
        _array(_pointer(at[23]), (at[24],), np.int32),  # leave_tick
        _array(_pointer(at[25]), (at[26],), np.float32),  # acute_young
        _array(_pointer(at[27]), (at[28],), np.float32),  # acute_old
        _array(_pointer(at[29]), (at[30],), np.float32),  # minor
        _array(_pointer(at[31]), (at[32],), np.int32),  # spell_start
        _array(_pointer(at[33]), (at[34],), np.int32),  # spell_end
        _array(_pointer(at[35]), (at[36],), np.float32),  # readmission_rate
        _array(_pointer(at[37]), (at[38],), np.int32),  # discharged
        _array(_pointer(at[39]), (at[40],), np.float32),  # reattendance_rate
        _array(_pointer(at[41]), (at[42],), np.float32),  # stay_reattendance_rate
        _array(_pointer(at[43]), (at[44],), np.int32),  # attended
        _array(_pointer(at[45]), (at[46],), np.uint16),  # profile
        _array(_pointer(at[47]), (at[48],), np.uint8),  # kind
    )


@compilable
def need_tables_at(at: IntArray, numbers: FloatArray) -> NeedTables:
    """Tables of needs at addresses, with their plain numbers."""
    return NeedTables(
        _array(_pointer(at[0]), (at[1], at[2]), np.float64),  # steady
        _array(_pointer(at[3]), (at[4], at[5]), np.float64),  # acute_weight
        _array(_pointer(at[6]), (at[7], at[8]), np.float64),  # routine_weight
        _array(_pointer(at[9]), (at[10], at[11]), np.float64),  # upper_by_fifth
        _array(_pointer(at[12]), (at[13], at[14]), np.float64),  # lower_by_fifth
        _array(_pointer(at[15]), (at[16], at[17]), np.float64),  # severity_from
        _array(_pointer(at[18]), (at[19], at[20]), np.float64),  # severity_to
        _array(_pointer(at[21]), (at[22], at[23]), np.float64),  # seek_ae
        _array(_pointer(at[24]), (at[25],), np.float64),  # milder_ratio
        _array(_pointer(at[26]), (at[27],), np.float64),  # dying_by_band
        _array(_pointer(at[28]), (at[29], at[30]), np.float64),  # onset
        float(numbers[0]),  # spell_seconds
        float(numbers[1]),  # spell_upper
        float(numbers[2]),  # spell_lower
        float(numbers[3]),  # dying_reach
        float(numbers[4]),  # dying_short_rate
        float(numbers[5]),  # dying_short_life
        float(numbers[6]),  # dying_long_rate
        float(numbers[7]),  # dying_long_life
        float(numbers[8]),  # discharge_life
        float(numbers[9]),  # attendance_life
        float(numbers[10]),  # attendance_upper_share
    )


@compilable
def month_at(at: IntArray) -> MonthTables:
    """Tables of a month at addresses."""
    return MonthTables(
        int(at[0]),  # key
        int(at[1]),  # month
        int(at[2]),  # start
        int(at[3]),  # end
        _array(_pointer(at[4]), (at[5],), np.float64),  # stream_years
        _array(_pointer(at[6]), (at[7],), np.float64),  # least_width
        _array(_pointer(at[8]), (at[9], at[10]), np.float64),  # count_reached
        _array(_pointer(at[11]), (at[12], at[13]), np.float64),  # first_before
        _array(_pointer(at[14]), (at[15], at[16]), np.float64),  # mean_of_kind
        _array(_pointer(at[17]), (at[18], at[19]), np.float64),  # most_of_kind
        _array(_pointer(at[20]), (at[21], at[22]), np.float64),  # weight_of_kind
        _array(_pointer(at[23]), (at[24],), np.uint8),  # raised
        _array(_pointer(at[25]), (at[26],), np.int64),  # stream_rhythm
        _array(_pointer(at[27]), (at[28], at[29]), np.float64),  # reached
        _array(_pointer(at[30]), (at[31], at[32]), np.int16),  # guide
        _array(_pointer(at[33]), (at[34],), np.int64),  # hour_start
        _array(_pointer(at[35]), (at[36], at[37], at[38]), np.float64),  # factors
        _array(_pointer(at[39]), (at[40], at[41]), np.float64),  # most
    )


@compilable
def found_at(at: IntArray) -> Found:
    """Room for needs at addresses."""
    return Found(
        _array(_pointer(at[0]), (at[1],), np.int64),  # tick
        _array(_pointer(at[2]), (at[3],), np.int64),  # person
        _array(_pointer(at[4]), (at[5],), np.int8),  # stream
        _array(_pointer(at[6]), (at[7],), np.int64),  # key
        _array(_pointer(at[8]), (at[9],), np.float64),  # severity
        _array(_pointer(at[10]), (at[11],), np.uint8),  # failed
    )


@compilable
def opened_at(at: IntArray) -> Opened:
    """Working space at addresses."""
    return Opened(
        _array(_pointer(at[0]), (at[1],), np.int64),  # counts
        _array(_pointer(at[2]), (at[3], at[4]), np.float64),  # factor
        _array(_pointer(at[5]), (at[6],), np.float64),  # mean
        _array(_pointer(at[7]), (at[8],), np.int64),  # point
        _array(_pointer(at[9]), (at[10],), np.float64),  # point_draw
        _array(_pointer(at[11]), (at[12],), np.int64),  # further
        _array(_pointer(at[13]), (at[14],), np.int64),  # tall
        _array(_pointer(at[15]), (at[16],), np.int64),  # moving
        _array(_pointer(at[17]), (at[18],), np.int64),  # person
        _array(_pointer(at[19]), (at[20],), np.int64),  # stream
        _array(_pointer(at[21]), (at[22],), np.int64),  # layer
        _array(_pointer(at[23]), (at[24],), np.float64),  # bottom
        _array(_pointer(at[25]), (at[26],), np.float64),  # ceiling
        _array(_pointer(at[27]), (at[28],), np.int64),  # since
        _array(_pointer(at[29]), (at[30],), np.float64),  # rise
        _array(_pointer(at[31]), (at[32],), np.float64),  # rise_life
        _array(_pointer(at[33]), (at[34],), np.float64),  # second
        _array(_pointer(at[35]), (at[36],), np.float64),  # second_life
        _array(_pointer(at[37]), (at[38],), np.int64),  # kept_person
        _array(_pointer(at[39]), (at[40],), np.int64),  # kept_key
        _array(_pointer(at[41]), (at[42],), np.float64),  # kept_height
        _array(_pointer(at[43]), (at[44],), np.int64),  # kept_item
        _array(_pointer(at[45]), (at[46],), np.int64),  # word
        _array(_pointer(at[47]), (at[48],), np.float64),  # severity
    )


@compilable
def caseloads_at(at: IntArray) -> CaseloadColumns:
    """Caseloads at addresses."""
    return CaseloadColumns(
        _array(_pointer(at[0]), (at[1], at[2]), np.int32),  # member_row
        _array(_pointer(at[3]), (at[4], at[5]), np.int64),  # log
        _array(_pointer(at[6]), (at[7],), np.int64),  # log_count
        _array(_pointer(at[8]), (at[9], at[10]), np.int64),  # planned
        _array(_pointer(at[11]), (at[12],), np.int64),  # strides
        _array(_pointer(at[13]), (at[14],), np.int64),  # sizes
        _array(_pointer(at[15]), (at[16],), np.uint8),  # own_home
        _array(_pointer(at[17]), (at[18],), np.uint16),  # profile
        _array(_pointer(at[19]), (at[20],), np.int64),  # joins_at
        _array(_pointer(at[21]), (at[22],), np.int64),  # crisis
        _array(_pointer(at[23]), (at[24],), np.int64),  # free
        _array(_pointer(at[25]), (at[26], at[27]), np.uint8),  # offered
        int(at[28]),  # month
    )
