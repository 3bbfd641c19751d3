"""Candidate needs: keyed points in time and height, of which those under a person's hazard become needs.

For each person and stream, candidates are points of a unit Poisson process over operational time and height, the
height being a rate a year. A point is a need when its height lies below the person's hazard at its own second. Points
are keyed by person, month, stream, layer of height and index, so they are the same in every scenario: an intervention
that lowers a hazard removes some needs and leaves all others as they were. Layers are opened only up to the hazard.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.jit import compiled, rule
from simulation.rhythm import LOWER, ROUTINE, STEADY, UPPER

KINDS = ("minor", "exacerbation", "acute", "injury", "mental")
STREAMS = (
    *(f"lower.{kind}" for kind in KINDS), *(f"upper.{kind}" for kind in KINDS),
    "routine", "end_of_life", "readmission", "reattendance",
)
"""Sources of needs, each with its own axis of height, in the order of the named values that scale them."""
KIND_OF_STREAM = (*KINDS, *KINDS, "routine", "end_of_life", "readmission", "reattendance")
STREAM_COUNT = len(STREAMS)
FIRST_UPPER = STREAMS.index("upper.minor")
ROUTINE_CARE = STREAMS.index("routine")
END_OF_LIFE = STREAMS.index("end_of_life")
READMISSION = STREAMS.index("readmission")
REATTENDANCE = STREAMS.index("reattendance")
RHYTHM_OF_STREAM = (LOWER,) * 5 + (UPPER,) * 5 + (ROUTINE, STEADY, STEADY, STEADY)

MOST_LAYERS = 64
MOST_POINTS = 64
"""Points that a layer can hold in a month; with `WIDEST_LAYER` the chance of more is below 1e-20."""
WIDEST_LAYER = 128.0
"""Layers double in width up to this height, a year, and go on in equal widths."""
FIRST_LAYER = (4.0, 1.0, 1.0, 1.0, 0.25, 0.03, 0.25, 0.25, 0.0625, 0.03125, 8.0, 8.0, 4.0, 8.0)
"""Height of each stream's first layer, a year: about the hazard of a person in ten, which costs the fewest draws."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@rule
def candidate_key(month: int, stream: int, layer: int, index: int) -> int:
    """The number that names a candidate among its person's; 26 bits, in order of month, stream, layer and index."""
    return ((month * 16 + stream) * 64 + layer) * 64 + index


def layer_edges() -> FloatArray:
    """(streams, MOST_LAYERS + 1) heights between layers; the last is the top of the axis."""
    edges = np.zeros((STREAM_COUNT, MOST_LAYERS + 1))
    edges[:, 1] = FIRST_LAYER
    for layer in range(1, MOST_LAYERS):
        edges[:, layer + 1] = edges[:, layer] + np.minimum(edges[:, layer], WIDEST_LAYER)
    return edges


def chance_of_no_point(edges: FloatArray, years: FloatArray) -> FloatArray:
    """(streams, MOST_LAYERS) chance that a layer has no point in a month.

    Args:
        edges: from `layer_edges`.
        years: (rhythms,) operational length of the month.
    """
    return np.asarray(np.exp(-np.diff(edges, axis=1) * years[list(RHYTHM_OF_STREAM), None]), np.float64)


def in_order_of_tick(tick: IntArray, start: int, end: int) -> IntArray:
    """(len(tick),) the order that sorts ticks of [start, end); equal ticks stay as they are."""
    order = np.empty(len(tick), np.int64)
    buckets = max(len(tick), 1)
    _sort_by_bucket(tick, start, (end - start) // buckets + 1, np.zeros(buckets + 1, np.int64), order)
    return order


@compiled
def _sort_by_bucket(tick: IntArray, start: int, width: int, first: IntArray, order: IntArray) -> None:
    """Counting sort into buckets of `width` ticks, then insertion sort, which has little left to do."""
    for tick_now in tick:
        first[(tick_now - start) // width + 1] += 1
    for bucket in range(1, len(first)):
        first[bucket] += first[bucket - 1]
    for row in range(len(tick)):
        bucket = (tick[row] - start) // width
        place = first[bucket]
        first[bucket] += 1
        order[place] = row
    for place in range(1, len(tick)):
        row = order[place]
        before = place
        while before > 0 and tick[order[before - 1]] > tick[row]:
            order[before] = order[before - 1]
            before -= 1
        order[before] = row
