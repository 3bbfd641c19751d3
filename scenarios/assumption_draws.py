"""One run's values for what is not known for certain: the same in every scenario, spread evenly over runs."""

from __future__ import annotations

import math
from hashlib import sha256
from statistics import NormalDist

from scenarios.resolved import RangeValue, Scale

BLOCK = 8
NINE_IN_TEN = NormalDist().inv_cdf(0.9)


def draw(value: RangeValue, name: str, seed: int, replication: int) -> float:
    """What an uncertain value is in one run.

    Half the draws lie below the best guess and half above; one in ten below `low` and one in ten above `high`.
    Each half is half a normal law on the range's scale.

    Args:
        value: best guess and range.
        name: name of the value; two values with one name share their draw.
        seed: the study's seed.
        replication: number of the run, 0 or more.

    Raises:
        ValueError: when the range does not suit its scale.
    """
    return quantile(value, even_uniform(name, seed, replication))


def quantile(value: RangeValue, share: float) -> float:
    """What an uncertain value does not exceed with a probability between 0 and 1, never either.

    Raises:
        ValueError: when the range does not suit its scale.
    """
    if value.low == value.best == value.high:
        return value.best
    z = NormalDist().inv_cdf(share) / NINE_IN_TEN
    if value.scale == "share" and (value.low <= 0.0 or value.high >= 1.0):
        return min(1.0, max(0.0, _on_scale(value, z, "plain")))
    return _on_scale(value, z, value.scale)


def even_uniform(name: str, seed: int, replication: int) -> float:
    """A number between 0 and 1, never either, for a name in a run.

    Runs come in blocks of eight (0-7, 8-15, ...); each block meets each eighth of (0, 1) once, in an order of its own
    for every name, so that eight runs already cover a range as they should.
    """
    block, position = divmod(replication, BLOCK)
    order = sorted(range(BLOCK), key=lambda eighth: _hash(name, seed, "order", block, eighth))
    within = (int.from_bytes(_hash(name, seed, "within", block, position)[:6], "big") + 0.5) / (1 << 48)
    return (order[position] + within) / BLOCK


def _hash(name: str, seed: int, purpose: str, block: int, index: int) -> bytes:
    return sha256(f"{seed}|{name}|{purpose}|{block}|{index}".encode()).digest()


def _on_scale(value: RangeValue, z: float, scale: Scale) -> float:
    """The value `z` half-ranges above the best guess, on a scale."""
    low, best, high = (_spread(number, scale) for number in (value.low, value.best, value.high))
    return _gather(best + z * (high - best if z > 0 else best - low), scale)


def _spread(number: float, scale: Scale) -> float:
    """A value on the scale on which its law is normal."""
    if scale == "change":
        return math.log1p(number)
    if scale == "positive":
        return math.log(number)
    if scale == "share":
        return math.log(number / (1.0 - number))
    return number


def _gather(number: float, scale: Scale) -> float:
    """Back from the scale on which the law is normal."""
    if scale == "change":
        return math.expm1(number)
    if scale == "positive":
        return math.exp(number)
    if scale == "share":
        return 1.0 / (1.0 + math.exp(-number))
    return number
