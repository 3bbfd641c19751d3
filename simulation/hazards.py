"""How likely things are to happen to a person: rates a year from what the person is and has been through.

Scalar rules, read by the month's loops (`simulation/month.py`). Rates are a person-year, times whole seconds.
"""

from __future__ import annotations

import math

from simulation.jit import rule

FORGOTTEN_AFTER_DECAYS = 16.0
"""A trigger is dropped once it has decayed by so many times its mean life: to 1e-7 of what it was.

Of a hundred million attendances about one would have been followed by another later than that.
"""


@rule
def happens_within(draw: float, expected: float) -> bool:
    """Whether something with this expected number, at a constant rate, happens at least once.

    Args:
        draw: keyed draw in (0, 1).
        expected: rate times time.
    """
    if draw > expected:
        return False
    return draw < 1.0 - math.exp(-expected)


@rule
def share_of_time_until(draw: float, expected: float) -> float:
    """When it first happens, as a share of the time below 1, given that it does; arguments as in `happens_within`."""
    share = -math.log(1.0 - draw) / expected
    return share if share < 1.0 else 1.0 - 1e-12


@rule
def frailty_after(draw: float, frailty: int, from_fit: float, from_mild: float, from_moderate: float) -> int:
    """Frailty after a month: one way only, and seldom more than one step.

    Args:
        draw: keyed draw in (0, 1); what it has left over after each step decides the next.
        frailty: 0 fit, 1 mild, 2 moderate, 3 severe.
        from_fit: chance of going on from fit.
        from_mild: likewise from mild.
        from_moderate: likewise from moderate.
    """
    left = draw
    if frailty == 0:
        if left >= from_fit:
            return 0
        left /= from_fit
        frailty = 1
    if frailty == 1:
        if left >= from_mild:
            return 1
        left /= from_mild
        frailty = 2
    if frailty == 2 and left < from_moderate:
        return 3
    return frailty


@rule
def trigger_rate(amount: float, elapsed: float, mean_life: float) -> float:
    """Rate that events still add.

    Args:
        amount: rate added at the time of the last event, by all events together.
        elapsed: seconds since then.
        mean_life: seconds after which the rate has fallen to 1/e.
    """
    if amount == 0.0:
        return 0.0
    if is_forgotten(elapsed, mean_life):
        return 0.0
    return amount * math.exp(-elapsed / mean_life)


@rule
def is_forgotten(elapsed: float, mean_life: float) -> bool:
    """Whether an event adds nothing any more; arguments as in `trigger_rate`."""
    return elapsed / mean_life > FORGOTTEN_AFTER_DECAYS


@rule
def moving_rate(elapsed: float, first: float, first_life: float, second: float, second_life: float) -> float:
    """Rate that an event adds, in two parts, after it or before it.

    Args:
        elapsed: seconds since the event; negative before it.
        first: rate of the first part at the event.
        first_life: seconds from the event at which that has fallen to 1/e; negative for an event still to come.
        second: likewise of the second part.
        second_life: likewise.
    """
    return trigger_rate(first, elapsed, first_life) + trigger_rate(second, elapsed, second_life)


@rule
def tilted(at_threshold: float, at_worst: float, place: float) -> float:
    """Multiplier of a need that lies at `place` between the threshold of admission (0) and the worst severity (1)."""
    return at_threshold + (at_worst - at_threshold) * place


@rule
def larger(a: float, b: float) -> float:
    """The larger of two numbers."""
    if a > b:
        return a
    return b
