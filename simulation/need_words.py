"""A need in one whole number: its second, its person and its key, in the order in which needs come.

A month's needs are sorted as such words, with their severities beside them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.candidates import STREAM_MASK, STREAM_SHIFT
from simulation.columns import Drawn, Found
from simulation.jit import compilable, compiled, rule

KEY_BITS = 16
"""Bits of a candidate's key below its month."""
PERSON_BITS = 25
TICK_SHIFT = KEY_BITS + PERSON_BITS
MOST_PEOPLE = 1 << PERSON_BITS
"""People that one place may have; with them and the seconds of a month a word has 63 bits."""
SECONDS_BITS = 22
"""A month has fewer seconds than so many bits can count."""
EACH_BUCKET = 2
"""Needs that are sorted together, on average."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@rule
def need_word(second: int, person: int, key: int) -> int:
    """The word of a need; words of one month sort by (second, person, key).

    Args:
        second: since the month began, below 2**22.
        person: below `MOST_PEOPLE`.
        key: of the candidate, of which the month is left out.
    """
    return second << TICK_SHIFT | person << KEY_BITS | key & (1 << KEY_BITS) - 1


@rule
def person_of(word: int) -> int:
    """Whose need a word is."""
    return word >> KEY_BITS & MOST_PEOPLE - 1


@compilable
def put_in_order(word: IntArray, severity: FloatArray, first: int, last: int) -> None:
    """Sort a few rows by word where they lie."""
    for row in range(first + 1, last):
        moving, beside, place = word[row], severity[row], row
        while place > first and word[place - 1] > moving:
            word[place], severity[place] = word[place - 1], severity[place - 1]
            place -= 1
        word[place], severity[place] = moving, beside


@compilable
def unpack(word: IntArray, severity: FloatArray, count: int, month: int, start: int, found: Found) -> None:
    """Write the first few words out in columns.

    Args:
        word: (rows,); it may be the column of keys itself.
        severity: (rows,) beside them; likewise.
        count: rows to write.
        month: the month.
        start: its first tick.
        found: written.
    """
    of_month = month << KEY_BITS
    for row in range(count):
        packed = word[row]
        key = packed & (1 << KEY_BITS) - 1
        found.tick[row] = start + (packed >> TICK_SHIFT)
        found.person[row] = person_of(packed)
        found.stream[row] = key >> STREAM_SHIFT & STREAM_MASK
        found.key[row] = of_month | key
        found.severity[row] = severity[row]


@compiled
def in_order(drawn: Drawn, count: int, seconds: int, month: int, start: int, found: Found) -> None:
    """Write a month's needs out in columns, in order of (tick, person, key).

    They are dealt out to short stretches of time, in which they are then put in order.

    Args:
        drawn: as they were made.
        count: how many there are.
        seconds: length of the month.
        month: the month.
        start: its first tick.
        found: room for so many; written.
    """
    shift = TICK_SHIFT
    while shift < TICK_SHIFT + SECONDS_BITS and (seconds >> shift - TICK_SHIFT) * EACH_BUCKET > count:
        shift += 1
    buckets = (seconds >> shift - TICK_SHIFT) + 1
    reached = np.zeros(buckets + 1, np.int32)
    for row in range(count):
        reached[(drawn.word[row] >> shift) + 1] += 1
    for bucket in range(buckets):
        reached[bucket + 1] += reached[bucket]
    word, severity = found.key, found.severity
    for row in range(count):
        bucket = drawn.word[row] >> shift
        place = reached[bucket]
        word[place], severity[place] = drawn.word[row], drawn.severity[row]
        reached[bucket] = place + 1
    put_in_order(word, severity, 0, count)
    unpack(word, severity, count, month, start, found)
