"""Rows of a run as stays, in order: one of the larger costs of a run, so that it takes memory and sorts with care."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulation.compiled.records import KEPT_ROW, ROW
from simulation.reference.visit import MOST_STEPS
from simulation.stays import FIRST_OUTSIDER, Stays

BITS_OF_A_WORD = 64
MOST_TICKS = 1 << 31
"""Runs up to so many ticks keep their rows in little room."""

IntArray = NDArray[np.int64]


def kept(rows: NDArray[np.void], horizon: int) -> NDArray[np.void]:
    """A copy of rows of `records.ROW` that takes little room, for a run up to a tick."""
    copy = np.empty(len(rows), KEPT_ROW if horizon < MOST_TICKS else ROW)
    for name in copy.dtype.names or ():
        copy[name] = rows[name]
    return copy


def stays_of(blocks: Sequence[NDArray[np.void]], *, sort: bool = True) -> Stays:
    """Blocks of rows from `kept` as stays, sorted by person and visit, or as they were written.

    Columns are taken from one block after another, so that a block is in fast memory while it is taken apart.
    """
    size, at = sum(len(block) for block in blocks), 0
    columns = {name: np.empty(size, ROW[name]) for name in KEPT_ROW.names or ()}
    for block in blocks:
        for name, column in columns.items():
            column[at : at + len(block)] = block[name]
        at += len(block)
    if sort:
        order = order_of(columns["person"], columns["visit"], columns["started"])
        for name in columns:
            columns[name] = columns[name][order]
    interrupted = columns["interrupted_seconds"].astype(np.int64)
    candidate = np.where(columns["person"] < FIRST_OUTSIDER, columns["visit"] // MOST_STEPS, 0)
    return Stays(**columns | {"interrupted_seconds": interrupted, "candidate": candidate})


def order_of(person: IntArray, visit: IntArray, started: IntArray) -> IntArray:
    """The order of rows by person, visit and start, as `np.lexsort` gives it.

    Rows are written as visits end, which for most people is the order of visits too: sorting by person and row is then
    enough, and only the rows of the others are sorted again.
    """
    order = _by_person(person)
    sorted_person, sorted_visit = person[order], visit[order]
    same = sorted_person[1:] == sorted_person[:-1]
    wrong = np.flatnonzero(same & (sorted_visit[1:] <= sorted_visit[:-1]))
    if len(wrong) == 0:
        return order
    number = np.zeros(len(order), np.int64)
    np.cumsum(~same, out=number[1:])
    is_wrong = np.zeros(int(number[-1]) + 1, np.bool_)
    is_wrong[number[wrong]] = True
    places = np.flatnonzero(is_wrong[number])
    rows = order[places]
    order[places] = rows[_by_two(number[places], sorted_visit[places], started[rows])]
    return order


def _by_two(first: IntArray, second: IntArray, then: IntArray) -> IntArray:
    """As `np.lexsort((then, second, first))`, quick for rows nearly in order and seldom alike in the first two."""
    width = int(second.max()) + 1
    if int(first.max()).bit_length() + width.bit_length() < BITS_OF_A_WORD and int(second.min()) >= 0:
        words = first * width + second
        order = np.argsort(words, kind="stable")
        words = words[order]
        if not (words[1:] == words[:-1]).any():
            return order
    return np.lexsort((then, second, first))


def _by_person(person: IntArray) -> IntArray:
    """The order of rows by person, and as they were written: person and row are sorted as one word where they fit."""
    outside = person >= FIRST_OUTSIDER
    first_outside = int(person.max(where=~outside, initial=-1)) + 1
    number = np.where(outside, person - (FIRST_OUTSIDER - first_outside), person)
    bits = len(person).bit_length()
    if int(number.max(initial=0)).bit_length() + bits >= BITS_OF_A_WORD or int(number.min(initial=0)) < 0:
        return np.argsort(person, kind="stable")
    words = number << bits | np.arange(len(person))
    words.sort()
    words &= (1 << bits) - 1
    return words
