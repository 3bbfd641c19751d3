"""Keyed draws: a uniform number for each (seed, replication, person, decision, occurrence).

A draw is a hash of what it decides, so it depends on nothing else: not on how many draws came
before, on other people, on the scenario, or on the number of workers. Plain Python, NumPy and
compiled code give the same bits.

The hash takes one word for the person and one for the decision and occurrence. Each is spread over
64 bits by an odd multiplier, combined with what came before and mixed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.jit import compilable, compiled_form_of

MOST_PERSONS = 1 << 43
"""Persons are numbered from 0 to one less than this."""
MOST_DECISIONS = 1 << 16
"""Decisions are numbered from 0 to one less than this."""
MOST_OCCURRENCES = 1 << 47
"""Occurrences (candidate << 6 | step) run from 0 to one less than this."""

_WORD = (1 << 64) - 1
_PERSON_SPREAD = 0x9E3779B97F4A7C15
_EVENT_SPREAD = 0xD1342543DE82EF95
_MIX_1 = 0x3C79AC492BA7B653
_MIX_2 = 0x1C69B3F74AC4AE35
# Odd, above every occurrence, and small enough that decision * stride + occurrence is below 2**64 and never repeats.
_DECISION_STRIDE = 0xB5AD4ECEDA1D
_STEP = 2.0**-52

Words = TypeVar("Words", np.uint64, NDArray[np.uint64])

_SPREAD_PERSON, _SPREAD_EVENT, _TIMES_1, _TIMES_2, _STRIDE, _BY_12, _BY_27, _BY_33 = (
    np.uint64(word) for word in (_PERSON_SPREAD, _EVENT_SPREAD, _MIX_1, _MIX_2, _DECISION_STRIDE, 12, 27, 33)
)


def stream_key(seed: int, replication: int) -> int:
    """The key of one run's draws, 0 to 2**63 - 1; keys of different runs are unrelated.

    Raises:
        ValueError: when the seed or the replication is negative.
    """
    if seed < 0 or replication < 0:
        raise ValueError(f"a seed and a replication are not negative: {seed}, {replication}")
    digest = hashlib.sha256(f"caresim draws {seed} {replication}".encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def uniform(key: int, person: int, decision: int, occurrence: int) -> float:
    """A number above 0 and below 1, an odd multiple of 2**-53; callable from plain and compiled code.

    Args:
        key: from `stream_key`.
        person: whose draw it is, below `MOST_PERSONS`.
        decision: what is decided, below `MOST_DECISIONS`.
        occurrence: which time it is decided, below `MOST_OCCURRENCES`.
    """
    if not type(key) is type(person) is type(decision) is type(occurrence) is int:
        # NumPy's integers, which uncompiled loops over arrays pass, would overflow.
        key, person, decision, occurrence = int(key), int(person), int(decision), int(occurrence)
    x = ((person * _PERSON_SPREAD) & _WORD) ^ key
    x = ((x ^ (x >> 27)) * _MIX_1) & _WORD
    x = ((x ^ (x >> 33)) * _MIX_2) & _WORD
    x = ((x ^ (x >> 27)) + (decision * _DECISION_STRIDE + occurrence) * _EVENT_SPREAD) & _WORD
    x = ((x ^ (x >> 27)) * _MIX_1) & _WORD
    x = ((x ^ (x >> 33)) * _MIX_2) & _WORD
    return ((x ^ (x >> 27)) >> 12) * _STEP + _STEP / 2


def uniforms(key: int, persons: ArrayLike, decision: ArrayLike, occurrence: ArrayLike) -> NDArray[np.float64]:
    """The draws of many persons at once.

    Args:
        key: from `stream_key`.
        persons: whole number, or array of any shape, as in `uniform`.
        decision: likewise.
        occurrence: likewise; the three broadcast together, and the result has their common shape.
    """
    person_words, decisions, occurrences = (
        np.asarray(numbers).astype(np.uint64) for numbers in (persons, decision, occurrence)
    )
    with np.errstate(over="ignore"):
        bits = _random_bits(np.uint64(key), person_words, decisions, occurrences)
    return bits.astype(np.float64) * _STEP + _STEP / 2


@compilable
def _random_bits(key: np.uint64, person: Words, decision: Words, occurrence: Words) -> Words:
    """The 52 random bits of a draw, on unsigned 64-bit words or arrays of them, which wrap by themselves."""
    x: Words = (person * _SPREAD_PERSON) ^ key
    x = (x ^ (x >> _BY_27)) * _TIMES_1
    x = (x ^ (x >> _BY_33)) * _TIMES_2
    x = (x ^ (x >> _BY_27)) + (decision * _STRIDE + occurrence) * _SPREAD_EVENT
    x = (x ^ (x >> _BY_27)) * _TIMES_1
    x = (x ^ (x >> _BY_33)) * _TIMES_2
    return (x ^ (x >> _BY_27)) >> _BY_12


@compiled_form_of(uniform)
def _compiled_uniform(*_types: object) -> Callable[[int, int, int, int], float]:
    """`uniform` on machine words: Numba would turn a signed word times an unsigned one into a float."""

    def body(key: int, person: int, decision: int, occurrence: int) -> float:
        bits = _random_bits(np.uint64(key), np.uint64(person), np.uint64(decision), np.uint64(occurrence))
        return np.int64(bits) * _STEP + _STEP / 2

    return body
