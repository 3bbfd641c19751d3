"""Where the columns and tables of a run lie, so that compiled code finds them without being handed each of them.

Handing a hundred arrays from one compiled function to the next takes longer than making a person's needs. What is
handed over is one array of addresses; each function makes uncounted arrays of those that it reads, and the others cost
nothing. Whoever makes the addresses keeps the arrays alive.

The functions that make records of arrays are for compiled code, and for plain Python under `NUMBA_DISABLE_JIT=1`.
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
from simulation.jit import inlined
from simulation.opened import Opened

DISABLED = bool(cast(Any, numba).config.DISABLE_JIT)
"""Whether compiled code is off, as `NUMBA_DISABLE_JIT` says."""

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

WORDS_OF_PARTS = {"columns": 49, "need_tables": 31, "numbers": 2, "month": 42, "found": 12, "opened": 49,
                  "caseloads": 29}
"""Words that each part of the addresses takes, in order."""
COLUMNS = 0
NEED_TABLES = COLUMNS + WORDS_OF_PARTS["columns"]
NUMBERS = NEED_TABLES + WORDS_OF_PARTS["need_tables"]
MONTH = NUMBERS + WORDS_OF_PARTS["numbers"]
FOUND = MONTH + WORDS_OF_PARTS["month"]
OPENED = FOUND + WORDS_OF_PARTS["found"]
CASELOADS = OPENED + WORDS_OF_PARTS["opened"]
ALL_WORDS = CASELOADS + WORDS_OF_PARTS["caseloads"]


class Addresses(NamedTuple):
    """Where the arrays of one month of one run lie.

    They hold only while the arrays are alive and have not been replaced: for a month, as `Population.addresses` says.
    """

    people: IntArray
    """(ALL_WORDS,) for `columns_at` and its like."""


def nowhere() -> Addresses:
    """Addresses of nothing: every array behind them is empty."""
    return Addresses(np.zeros(ALL_WORDS, np.int64))


def addresses_of(
    people: Columns, tables: NeedTables, numbers: FloatArray, month: MonthTables, found: Found, opened: Opened,
    caseloads: CaseloadColumns,
) -> Addresses:
    """Addresses of what compiled code reads and writes about people; all of it must be kept alive.

    Args:
        people: columns.
        tables: rates and severities.
        numbers: those tables' plain numbers, from `numbers_of`.
        month: the month.
        found: room for one person's needs.
        opened: working space for one person's needs.
        caseloads: of the month.

    Raises:
        ValueError: when an array has gaps, or a part has other members than the functions here look for.
    """
    parts = [_words(each) for each in (people, tables, (numbers,), month, found, opened, caseloads)]
    for (name, words), part in zip(WORDS_OF_PARTS.items(), parts, strict=True):
        if len(part) != words:
            raise ValueError(f"{name} take {len(part)} words, not {words}: see columns_at and its like")
    return Addresses(np.array([word for part in parts for word in part], np.int64))


def numbers_of(tables: NeedTables) -> FloatArray:
    """The plain numbers of tables of needs, in order."""
    return np.array([value for value in tables if isinstance(value, float)], np.float64)


def _words(record: Iterable[object]) -> list[int]:
    """Address and shape of each array of a record, and its whole numbers, in order."""
    parts: list[int] = []
    for value in record:
        if isinstance(value, np.ndarray):
            if not value.flags.c_contiguous:
                raise ValueError("only arrays without gaps can be handed over by their address")
            parts += [value.__array_interface__["data"][0], *value.shape]
        elif isinstance(value, int):
            parts.append(value)
    return parts


def _pointer_code(_context: object, address: types.Type) -> object:
    """Type and machine code of turning an address into a pointer."""

    def code(_target: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401
        return builder.inttoptr(arguments[0], _target.get_value_type(signature.return_type))

    return cast(Any, types.voidptr)(address), code


def _plain_pointer(address: int) -> ctypes.c_void_p:
    return ctypes.c_void_p(int(address))


_pointer = cast(Callable[[int], Any], _plain_pointer if DISABLED else cast(Any, intrinsic)(_pointer_code))
_array = cast(Callable[..., Any], cast(Any, numba).carray)


@inlined
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


@inlined
def need_tables_at(at: IntArray) -> NeedTables:
    """Tables of needs at addresses, with their plain numbers."""
    part, numbers = at[NEED_TABLES:], _array(_pointer(at[NUMBERS]), (at[NUMBERS + 1],), np.float64)
    return NeedTables(
        _array(_pointer(part[0]), (part[1], part[2]), np.float64),  # steady
        _array(_pointer(part[3]), (part[4], part[5]), np.float64),  # acute_weight
        _array(_pointer(part[6]), (part[7], part[8]), np.float64),  # routine_weight
        _array(_pointer(part[9]), (part[10], part[11]), np.float64),  # upper_by_fifth
        _array(_pointer(part[12]), (part[13], part[14]), np.float64),  # lower_by_fifth
        _array(_pointer(part[15]), (part[16], part[17]), np.float64),  # severity_from
        _array(_pointer(part[18]), (part[19], part[20]), np.float64),  # severity_to
        _array(_pointer(part[21]), (part[22], part[23]), np.float64),  # seek_ae
        _array(_pointer(part[24]), (part[25],), np.float64),  # milder_ratio
        _array(_pointer(part[26]), (part[27],), np.float64),  # dying_by_band
        _array(_pointer(part[28]), (part[29], part[30]), np.float64),  # onset
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


@inlined
def month_at(at: IntArray) -> MonthTables:
    """Tables of a month at addresses."""
    part = at[MONTH:]
    return MonthTables(
        int(part[0]),  # key
        int(part[1]),  # month
        int(part[2]),  # start
        int(part[3]),  # end
        _array(_pointer(part[4]), (part[5],), np.float64),  # stream_years
        _array(_pointer(part[6]), (part[7],), np.float64),  # least_width
        _array(_pointer(part[8]), (part[9], part[10]), np.float64),  # count_reached
        _array(_pointer(part[11]), (part[12], part[13]), np.float64),  # first_before
        _array(_pointer(part[14]), (part[15], part[16]), np.float64),  # mean_of_kind
        _array(_pointer(part[17]), (part[18], part[19]), np.float64),  # most_of_kind
        _array(_pointer(part[20]), (part[21], part[22]), np.float64),  # weight_of_kind
        _array(_pointer(part[23]), (part[24],), np.uint8),  # raised
        _array(_pointer(part[25]), (part[26],), np.int64),  # stream_rhythm
        _array(_pointer(part[27]), (part[28], part[29]), np.float64),  # reached
        _array(_pointer(part[30]), (part[31], part[32]), np.int16),  # guide
        _array(_pointer(part[33]), (part[34],), np.int64),  # hour_start
        _array(_pointer(part[35]), (part[36], part[37], part[38]), np.float64),  # factors
        _array(_pointer(part[39]), (part[40], part[41]), np.float64),  # most
    )


@inlined
def found_at(at: IntArray) -> Found:
    """Room for needs at addresses."""
    part = at[FOUND:]
    return Found(
        _array(_pointer(part[0]), (part[1],), np.int64),  # tick
        _array(_pointer(part[2]), (part[3],), np.int64),  # person
        _array(_pointer(part[4]), (part[5],), np.int8),  # stream
        _array(_pointer(part[6]), (part[7],), np.int64),  # key
        _array(_pointer(part[8]), (part[9],), np.float64),  # severity
        _array(_pointer(part[10]), (part[11],), np.uint8),  # failed
    )


@inlined
def opened_at(at: IntArray) -> Opened:
    """Working space at addresses."""
    part = at[OPENED:]
    return Opened(
        _array(_pointer(part[0]), (part[1],), np.int64),  # counts
        _array(_pointer(part[2]), (part[3], part[4]), np.float64),  # factor
        _array(_pointer(part[5]), (part[6],), np.float64),  # mean
        _array(_pointer(part[7]), (part[8],), np.int64),  # point
        _array(_pointer(part[9]), (part[10],), np.float64),  # point_draw
        _array(_pointer(part[11]), (part[12],), np.int64),  # further
        _array(_pointer(part[13]), (part[14],), np.int64),  # tall
        _array(_pointer(part[15]), (part[16],), np.int64),  # moving
        _array(_pointer(part[17]), (part[18],), np.int64),  # person
        _array(_pointer(part[19]), (part[20],), np.int64),  # stream
        _array(_pointer(part[21]), (part[22],), np.int64),  # layer
        _array(_pointer(part[23]), (part[24],), np.float64),  # bottom
        _array(_pointer(part[25]), (part[26],), np.float64),  # ceiling
        _array(_pointer(part[27]), (part[28],), np.int64),  # since
        _array(_pointer(part[29]), (part[30],), np.float64),  # rise
        _array(_pointer(part[31]), (part[32],), np.float64),  # rise_life
        _array(_pointer(part[33]), (part[34],), np.float64),  # second
        _array(_pointer(part[35]), (part[36],), np.float64),  # second_life
        _array(_pointer(part[37]), (part[38],), np.int64),  # kept_person
        _array(_pointer(part[39]), (part[40],), np.int64),  # kept_key
        _array(_pointer(part[41]), (part[42],), np.float64),  # kept_height
        _array(_pointer(part[43]), (part[44],), np.int64),  # kept_item
        _array(_pointer(part[45]), (part[46],), np.int64),  # word
        _array(_pointer(part[47]), (part[48],), np.float64),  # severity
    )


@inlined
def caseloads_at(at: IntArray) -> CaseloadColumns:
    """Caseloads at addresses."""
    part = at[CASELOADS:]
    return CaseloadColumns(
        _array(_pointer(part[0]), (part[1], part[2]), np.int32),  # member_row
        _array(_pointer(part[3]), (part[4], part[5]), np.int64),  # log
        _array(_pointer(part[6]), (part[7],), np.int64),  # log_count
        _array(_pointer(part[8]), (part[9], part[10]), np.int64),  # planned
        _array(_pointer(part[11]), (part[12],), np.int64),  # strides
        _array(_pointer(part[13]), (part[14],), np.int64),  # sizes
        _array(_pointer(part[15]), (part[16],), np.uint8),  # own_home
        _array(_pointer(part[17]), (part[18],), np.uint16),  # profile
        _array(_pointer(part[19]), (part[20],), np.int64),  # joins_at
        _array(_pointer(part[21]), (part[22],), np.int64),  # crisis
        _array(_pointer(part[23]), (part[24],), np.int64),  # free
        _array(_pointer(part[25]), (part[26], part[27]), np.uint8),  # offered
        int(part[28]),  # month
    )
