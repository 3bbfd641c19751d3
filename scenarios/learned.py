"""What a fit learned of each parameter, and what it did not: an ensemble against the ranges before the fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from scenarios.assumption_draws import quantile
from scenarios.fitted import EDGE, Governed, Parameter
from scenarios.ranges import RangeValue

PRIOR_SD: Final = (1.0 - 2.0 * EDGE) / 12.0**0.5
NARROWER: Final = 0.15
"""A parameter counts as updated when its spread shrank by so much, or ..."""
MOVED: Final = 0.5
"""... its mean moved by so many standard deviations of the prior."""
TENTHS: Final = (0.1, 0.9)


@dataclass(frozen=True)
class Learned:
    """What a fit learned of one parameter, in positions of its range before it.

    Attributes:
        low: a tenth of the ensemble lies below, and a tenth above `high`.
        shrinkage: 1 - spread after / spread before; 0 means nothing learned, below 0 is chance.
        moved: how far the mean moved, in standard deviations of the prior.
    """

    parameter: Parameter
    mean: float
    low: float
    high: float
    shrinkage: float
    moved: float

    @property
    def is_updated(self) -> bool:
        """Whether the targets said anything about it worth the word."""
        return self.shrinkage >= NARROWER or abs(self.moved) >= MOVED

    @property
    def governed(self) -> tuple[Governed, ...]:
        """Values of services that it moves and that have a range to move in."""
        return tuple(each for each in self.parameter.governs if _range(each) is not None)

    def own(self) -> tuple[str, str] | None:
        """The middle eight in ten of a parameter with a unit of its own, after and before the fit; None without."""
        if self.parameter.range is None:
            return None
        after, before = ([self.parameter.value(each) for each in ends] for ends in ((self.low, self.high), TENTHS))
        return f"{after[0]:.3g} to {after[1]:.3g}", f"{before[0]:.3g} to {before[1]:.3g}"

    def of(self, governed: Governed) -> tuple[str, str]:
        """The middle eight in ten of a value that it moves, after and before the fit.

        Raises:
            ValueError: when the value has no range.
        """
        given = _range(governed)
        if given is None:
            raise ValueError(f"{governed.intervention}, {governed.value} has no range")
        after, before = (f"{_percent(given, low)} to {_percent(given, high)}"
                         for low, high in ((self.low, self.high), TENTHS))  # fmt: skip
        return after, before

    def in_units(self) -> list[str]:
        """What the ensemble's middle eight in ten come to, for each governed value or its own unit."""
        own = self.own()
        if own is not None:
            return [f"{own[0]} (before {own[1]}) {self.parameter.unit}"]
        lines = []
        for governed in self.governed:
            after, before = self.of(governed)
            lines.append(f"{governed.intervention}, {governed.value}: {after} (before {before})")
        return lines


def learned(parameters: Sequence[Parameter], members: Sequence[Sequence[float]]) -> list[Learned]:
    """Every parameter, in order.

    Args:
        parameters: what a member gives.
        members: (members, parameters) positions from 0 to 1.
    """
    found = []
    for parameter, values in zip(parameters, np.asarray(members, np.float64).T, strict=True):
        low, high = np.quantile(values, TENTHS)
        found.append(Learned(parameter, float(values.mean()), float(low), float(high),
                             1.0 - float(values.std()) / PRIOR_SD, (float(values.mean()) - 0.5) / PRIOR_SD))
    return found


def _range(governed: Governed) -> RangeValue | None:
    best, low, high = governed.best, governed.low, governed.high
    return None if best is None or low is None or high is None or low == high else RangeValue(best, low, high)


def _percent(given: RangeValue, position: float) -> str:
    return f"{100.0 * quantile(given, position):+.0f} %"
