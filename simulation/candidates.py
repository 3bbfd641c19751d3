"""Candidate needs: keyed points in time and height, of which those under a person's hazard become needs.

For each person and stream, candidates are points of a unit Poisson process over operational time and height, the
height being a rate a year. A point is a need when its height lies below the person's hazard at its own second. Points
are keyed by person, month, stream, layer of height and index, so they are the same in every scenario: an intervention
that lowers a hazard removes some needs and leaves all others as they were. Layers are opened only up to the hazard.

A steady stream's first layer reaches as high as the hazard of that person in that month would with no team, in their
own home; nothing that a scenario changes moves it. The first layers of a person are one Poisson process together: one
draw says how many points they hold, and one draw for each point says to which stream it belongs and how high it lies.
Their indices run through all of these streams. Nearly every point is a need, and further layers are opened only for
people in care homes, for those whom a team makes likelier to seek care, and for the heaviest users.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.columns import FIFTHS, FRAILTIES, NeedTables
from simulation.jit import rule
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
GROUPS = 3
"""Groups of steady streams, `FIRST_UPPER` in each: needs below admission, needs above it, and booked care."""
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
LEAST_WIDTH = (0.5, 0.2, 0.2, 0.2, 0.05, 0.02, 0.02, 0.02, 0.01, 0.01, 1.0, 8.0, 4.0, 8.0)
"""Least width of each stream's layers, a year."""
MOST_AT_FIRST = 4.0
"""Points that a person's first layers hold at most, on average; beyond that they are all lower in proportion."""
COUNT_STEPS = 16
"""Means are rounded up to one in so many before a number of points is drawn; points of the excess are dropped."""
COUNT_COLUMNS = 34

INDEX_BITS = 6
STREAM_SHIFT, STREAM_MASK = 12, 15
"""Where a candidate's key holds its stream."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@rule
def candidate_key(month: int, stream: int, layer: int, index: int) -> int:
    """The number that names a candidate among its person's; 26 bits, in order of month, stream, layer and index."""
    return ((month * 16 + stream) * 64 + layer) * 64 + index


@rule
def points_in_layer(draw: float, mean: float) -> int:
    """How many points a layer holds in a month: a Poisson count, up to one more than `MOST_POINTS`.

    Args:
        draw: keyed draw in (0, 1).
        mean: expected number.
    """
    if draw < 1.0 - mean:
        return 0
    points = 0
    chance = math.exp(-mean)
    reached = chance
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


@rule
def layer_width(bottom: float, least: float) -> float:
    """Width of the layer that begins at a height, a year.

    Args:
        bottom: where it begins.
        least: of `LEAST_WIDTH`.
    """
    width = bottom if bottom > least else least
    return width if width < WIDEST_LAYER else WIDEST_LAYER


def chances_of_counts() -> FloatArray:
    """(means, COUNT_COLUMNS) chance of fewer points than 0, 1, 2 and so on; the last is above every draw.

    Means go up by one in `COUNT_STEPS`, to `MOST_AT_FIRST`.
    """
    means = np.arange(1, int(MOST_AT_FIRST * COUNT_STEPS) + 1) / COUNT_STEPS
    chance = np.zeros((len(means), COUNT_COLUMNS))
    chance[:, 1] = [math.exp(-mean) for mean in means.tolist()]
    for points in range(1, COUNT_COLUMNS - 1):
        chance[:, points + 1] = chance[:, points] * means / points
    reached = np.cumsum(chance, axis=1)
    reached[:, -1] = 2.0
    return reached


class FirstLayers(NamedTuple):
    """Expected points of first layers in a month."""

    before: FloatArray
    """(bands, STEADY_STREAMS) of the streams before each in its group, before factors of kinds."""
    mean_of_kind: FloatArray
    """(kinds, groups) of each group of streams."""
    most_of_kind: FloatArray
    """(kinds, groups) what rates of a band are multiplied by at most; deterioration, teams and susceptibility apart."""
    weight_of_kind: FloatArray
    """(kinds, groups) likewise, for needs severe enough for A&E."""


def first_layers(needs: NeedTables, years: FloatArray) -> FirstLayers:
    """Expected points of first layers in a month.

    Args:
        needs: rates, and how they differ between kinds of people.
        years: (streams,) operational length of the month.
    """
    mean = needs.steady * years[:STEADY_STREAMS]
    before = np.zeros_like(mean)
    total = np.zeros((len(mean), GROUPS))
    for stream in range(STEADY_STREAMS):
        before[:, stream] = total[:, stream // FIRST_UPPER]
        total[:, stream // FIRST_UPPER] += mean[:, stream]
    weight = np.empty((len(mean), FIFTHS, FRAILTIES, GROUPS))
    weight[..., 0] = needs.lower_by_fifth[:, :, None]
    weight[..., 1] = needs.upper_by_fifth[:, :, None] * needs.acute_weight[:, None, :]
    weight[..., 2] = needs.routine_weight[:, None, :]
    most = weight.copy()
    most[..., 0] *= np.maximum(needs.milder_ratio, 1.0)[:, None, None]
    expected = most * total[:, None, None, :]
    return FirstLayers(before, *(table.reshape(-1, GROUPS) for table in (expected, most, weight)))
