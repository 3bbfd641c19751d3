"""A row's numbers over runs, the same columns in every table: level, range, simulation error, difference, verdict."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from outputs.ranges import spread, verdict

Floats = NDArray[np.float64]

NUMBERS = ("mean", "low", "high", "simulation_error", "runs")
DIFFERENCES = ("difference_mean", "difference_low", "difference_high", "difference_simulation_error", "verdict")
NO_NUMBERS = (math.nan, math.nan, math.nan, math.nan)
SMALL_SHARE = 0.005
"""Part of the reference's level below which a difference of money is not worth knowing."""


def numbers(values: Floats) -> tuple[float, float, float, float, int]:
    """The columns `NUMBERS` of values over runs; runs without a value are left out."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return (*NO_NUMBERS, 0)
    found = spread(known)
    return (found.mean, found.low, found.high, found.simulation_error, found.runs)


def difference(values: Floats, reference: Floats | None, matters: float | None = None) -> tuple[object, ...]:
    """The columns `DIFFERENCES`: values less the reference's in the same runs; empty without a reference.

    Args:
        values: (runs,) of the scenario.
        reference: (runs,) of the reference.
        matters: smallest difference worth knowing; None: half a per cent of the reference's level.
    """
    if reference is None:
        return (*NO_NUMBERS, "")
    paired = values - reference
    known = paired[~np.isnan(paired)]
    if len(known) == 0:
        return (*NO_NUMBERS, "")
    level = SMALL_SHARE * abs(float(np.nanmean(reference))) if matters is None else matters
    found = spread(known)
    return (found.mean, found.low, found.high, found.simulation_error, verdict(known, level))


def both(values: Floats, reference: Floats | None, matters: float | None = None) -> tuple[object, ...]:
    """`NUMBERS` and then `DIFFERENCES`."""
    return (*numbers(values), *difference(values, reference, matters))
