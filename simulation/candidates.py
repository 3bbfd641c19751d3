"""Candidate needs: keyed points in time and height, of which those under a person's hazard become needs.

For each person and stream, candidates are points of a unit Poisson process over operational time and height, the
height being a rate a year. A point is a need when its height lies below the person's hazard at its own second. Points
are keyed by person, month, stream, layer of height and index, so they are the same in every scenario: an intervention
that lowers a hazard removes some needs and leaves all others as they were. Layers are opened only up to the hazard.
"""

from __future__ import annotations

import math

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
STEADY_STREAMS = ROUTINE_CARE + 1
"""The first streams: their hazards change within a month only with deterioration."""
END_OF_LIFE = STREAMS.index("end_of_life")
READMISSION = STREAMS.index("readmission")
REATTENDANCE = STREAMS.index("reattendance")
RHYTHM_OF_STREAM = (LOWER,) * 5 + (UPPER,) * 5 + (ROUTINE, STEADY, STEADY, STEADY)

MOST_LAYERS = 64
MOST_POINTS = 64
"""Points that a layer can hold in a month; with `WIDEST_LAYER` the chance of more is below 1e-20."""
WIDEST_LAYER = 128.0
"""Layers double in width up to this height, a year, and go on in equal widths."""
FIRST_LAYER = (3.0, 1.25, 1.25, 1.0, 0.33, 0.12, 0.16, 0.26, 0.11, 0.035, 3.1, 8.0, 4.0, 8.0)
"""Height of each stream's first layer, a year: exceeded by about one person in ten, which costs the least work."""

SORTED_BITS = 11
"""Bits of a tick that are sorted in one go."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@rule
def candidate_key(month: int, stream: int, layer: int, index: int) -> int:
    """The number that names a candidate among its person's; 26 bits, in order of month, stream, layer and index."""
    return ((month * 16 + stream) * 64 + layer) * 64 + index


@rule
def points_in_layer(draw: float, empty: float, mean: float) -> int:
    """How many points a layer holds in a month: a Poisson count, up to one more than `MOST_POINTS`.

    Args:
        draw: keyed draw in (0, 1).
        empty: chance that there is none.
        mean: expected number.
    """
    points = 0
    chance = empty
    reached = empty
    for _ in range(MOST_POINTS + 1):
        if draw < reached:
            return points
        points += 1
        chance *= mean / points
        reached += chance
    return points


@rule
def second_in_hour(passed: float, of_hour: float, start: int, end: int) -> int:
    """The second of an hour at which so much of its operational time has passed.

    Args:
        passed: operational time since the hour began.
        of_hour: that of the whole hour, above 0.
        start: first tick of the hour.
        end: tick after its last.
    """
    if passed <= 0.0:
        return start
    if passed >= of_hour:
        return end - 1
    return start + math.floor(passed / of_hour * (end - start))


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


def in_order_of_tick(tick: IntArray, person: IntArray, key: IntArray, start: int) -> IntArray:
    """(len(tick),) the order by (tick, person, key) of candidates of one month, which begins at tick `start`."""
    order, spare = np.empty((2, len(tick)), np.int64)
    _sort_by_tick(tick, start, order, spare)
    _settle_ties(tick, person, key, order)
    return order


@compiled
def _sort_by_tick(tick: IntArray, start: int, order: IntArray, spare: IntArray) -> None:
    """Write the rows in order of tick, `SORTED_BITS` bits at a time, equals as they came (a month has < 2**22 s)."""
    first = np.empty((2, (1 << SORTED_BITS) + 1), np.int64)
    first[:] = 0
    low_bits = (1 << SORTED_BITS) - 1
    for row in range(len(tick)):
        second = tick[row] - start
        first[0, (second & low_bits) + 1] += 1
        first[1, (second >> SORTED_BITS) + 1] += 1
    for digit in range(1 << SORTED_BITS):
        first[0, digit + 1] += first[0, digit]
        first[1, digit + 1] += first[1, digit]
    for row in range(len(tick)):
        digit = tick[row] - start & low_bits
        spare[first[0, digit]] = row
        first[0, digit] += 1
    for place in range(len(tick)):
        row = spare[place]
        digit = tick[row] - start >> SORTED_BITS
        order[first[1, digit]] = row
        first[1, digit] += 1


@compiled
def _settle_ties(tick: IntArray, person: IntArray, key: IntArray, order: IntArray) -> None:
    """Put the few rows that share a tick in order of person and key."""
    for place in range(1, len(order)):
        row = order[place]
        before = place
        while before > 0 and tick[order[before - 1]] == tick[row]:
            other = order[before - 1]
            if person[other] < person[row] or (person[other] == person[row] and key[other] < key[row]):
                break
            order[before] = other
            before -= 1
        order[before] = row
