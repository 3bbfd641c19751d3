"""The decisions of the flow, scalar and written once: both engines call these.

Each takes and gives plain numbers, so that it reads as arithmetic, compiles, and runs under a debugger.
"""

from __future__ import annotations

import math

from simulation.jit import rule


@rule
def severity_tier(
    severity: float,
    seek_any_care: float,
    after_failed_booking: float,
    seek_ae: float,
    admitted: float,
    overnight: float,
) -> int:
    """Index into `simulation.network.TIERS` of a need, from its severity and the thresholds of its kind and band."""
    if severity >= overnight:
        return 5
    if severity >= admitted:
        return 4
    if severity >= seek_ae:
        return 3
    if severity >= after_failed_booking:
        return 2
    if severity >= seek_any_care:
        return 1
    return 0


@rule
def admission_threshold(admitted: float, overnight: float, shift: float, gauge: float, reference: float) -> float:
    """Severity above which a patient is admitted when wards are as full as `gauge` says.

    Args:
        admitted: threshold in quiet times.
        overnight: threshold of overnight stays, which pressure does not move.
        shift: share of the zero-day range given up per unit of gauge above the reference.
        gauge: share of ward places taken at the last census.
        reference: share at which pressure begins to count.
    """
    pressure = shift * (gauge - reference)
    if pressure <= 0.0:
        return admitted
    if pressure > 1.0:
        pressure = 1.0
    return admitted + pressure * (overnight - admitted)


@rule
def place_above(severity: float, threshold: float) -> float:
    """How far a severity lies between a threshold (0) and the worst (1), kept inside (0, 1) for use as a quantile."""
    if threshold >= 1.0:
        return 0.5
    place = (severity - threshold) / (1.0 - threshold)
    if place < 1e-9:
        return 1e-9
    if place > 1.0 - 1e-9:
        return 1.0 - 1e-9
    return place


@rule
def nights_of_stay(nights: float) -> int:
    """Whole nights of an overnight stay: rounded half up, at least one."""
    whole = math.floor(nights + 0.5)
    return whole if whole > 1 else 1


@rule
def answer_to_gauge(form: int, slope: float, gauge: float, reference: float) -> float:
    """Factor by which a duration answers to crowding; forms as in `simulation.network.Form`."""
    if form == 0:
        return math.exp(slope * (gauge - reference))
    if gauge <= reference:
        return 1.0
    return 1.0 + slope * (gauge - reference)


@rule
def stay_lasts_until_death(chance: float, days_left_to_live: float, mean_days: float) -> bool:
    """Whether somebody fit to leave hospital with so many days to live is kept until death.

    Args:
        chance: keyed draw in (0, 1).
        days_left_to_live: from the latent death.
        mean_days: table `held_until_death`.
    """
    return chance < math.exp(-days_left_to_live / mean_days)


@rule
def shift_of_ways(up_to: float, before: float, factor: float) -> float:
    """By how much the ways after one move up the scale of chances when its probability is multiplied by a factor.

    Args:
        up_to: cumulative probability up to and with the way.
        before: cumulative probability of the ways before it.
        factor: of its probability; the last way of a route takes what the others leave.
    """
    return (up_to - before) * (factor - 1.0)


@rule
def keeps_to(below: float, up_to: float, kept: float) -> float:
    """Up to where on the scale of chances people keep to a way; those above, up to its end, are diverted from it.

    Args:
        below: where the ways before end.
        up_to: where this one ends.
        kept: share of those of this way who keep to it; 1 and above keep all.
    """
    return below + (up_to - below) * kept
