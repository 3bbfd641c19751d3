"""Working space for making needs: the lists that one step of `simulation/needs.py` leaves for the next."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.candidates import INDEX_BITS, MOST_LAYERS, MOST_POINTS, STREAM_COUNT
from simulation.jit import compilable

LEAST_ROOM = 2 * MOST_LAYERS * MOST_POINTS
"""Candidates below a ceiling that one person may have in a month; the top of the axis allows fewer."""
ROOM_EACH = 64
"""Further ones for each person of a block."""
NO_ITEM = -1

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Opened(NamedTuple):
    """Working space for a block of people; `first` is the block's first id.

    An item is a stream of a person of whom layers from `layer` to `ceiling` are looked at. A hazard that moves is
    `rise * exp(-elapsed / rise_life) + second * exp(-elapsed / second_life)`, elapsed since tick `since`. Lives are
    negative when the event is still to come.
    """

    counts: IntArray
    """(6,) rows written: points, further, tall, moving, items, kept."""
    factor: FloatArray
    """(people, 2) susceptibility to needs below and above admission, deterioration included, by person - first."""
    mean: FloatArray
    """(people,) expected points of the first layers, by person - first."""
    point: IntArray
    """Points of first layers: person << INDEX_BITS | index."""
    point_draw: FloatArray
    """Draw that says of which stream the point is, and how high it lies."""
    further: IntArray
    """Points of first layers beyond a person's first."""
    tall: IntArray
    """People with a hazard that may reach above its first layer."""
    moving: IntArray
    """People with hazards that move."""
    person: IntArray
    stream: IntArray
    layer: IntArray
    bottom: FloatArray
    """Where the item's first layer begins."""
    ceiling: FloatArray
    """No hazard of the item is higher this month."""
    since: IntArray
    rise: FloatArray
    rise_life: FloatArray
    second: FloatArray
    second_life: FloatArray
    kept_person: IntArray
    """Candidates that lie below the ceiling."""
    kept_key: IntArray
    kept_height: FloatArray
    kept_item: IntArray
    """Row of the item; `NO_ITEM` of points of first layers."""
    word: IntArray
    """Needs of one person, see `need_words`."""
    severity: FloatArray


POINTS, FURTHER, TALL, MOVING, ITEMS, KEPT = range(6)
"""Rows of `Opened.counts`."""


@compilable
def room_to_open(people: int) -> Opened:
    """Working space for so many people at once."""
    points, items, kept = people << INDEX_BITS, STREAM_COUNT * people, LEAST_ROOM + ROOM_EACH * people
    return Opened(
        np.zeros(6, np.int64), np.empty((people, 2)), np.empty(people), np.empty(points, np.int64),
        np.empty(points), np.empty(points, np.int64), np.empty(people, np.int64), np.empty(people, np.int64),
        np.empty(items, np.int64), np.empty(items, np.int64), np.empty(items, np.int64), np.empty(items),
        np.empty(items), np.empty(items, np.int64), np.empty(items), np.empty(items), np.empty(items), np.empty(items),
        np.empty(kept, np.int64), np.empty(kept, np.int64), np.empty(kept), np.empty(kept, np.int64),
        np.empty(kept, np.int64), np.empty(kept),
    )
