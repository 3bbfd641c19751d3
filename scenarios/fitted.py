"""An ensemble as data: what a fit moves, and the sets of assumptions that it found; `scenarios.ensembles` uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scenarios.assumption_draws import even_uniform, quantile
from scenarios.ranges import RangeValue

Acts = Literal["effects", "months", "avoids", "setting", "recording"]
EDGE = 0.02
"""A fit stays so far from the ends of a range, 0 and 1: beyond is one case in fifty, where the laws run away."""


@dataclass(frozen=True)
class Governed:
    """One shipped value that a parameter moves.

    Attributes:
        intervention: its service; empty for an assumption of the model.
        value: phrase of the effect, key, or name of the assumption.
        best: of the shipped range, as are `low` and `high`; None for an assumption of the model.
    """

    intervention: str
    value: str
    best: float | None
    low: float | None
    high: float | None

    def is_as_shipped(self, given: RangeValue) -> bool:
        """Whether a plan has the range that was fitted, and not one of its own."""
        return (given.best, given.low, given.high) == (self.best, self.low, self.high)


@dataclass(frozen=True)
class Parameter:
    """What a fit moves.

    Attributes:
        acts: "effects" and "avoids" set a place in the range of each governed value, "months" adds months before
            prevention begins, "setting" sets an assumption, "recording" changes only what programme areas count.
        range: before the fit, for those with a range of their own; None where governed values have theirs.
        least: that the value may be, and `most`.
    """

    name: str
    title: str
    acts: Acts
    unit: str
    range: RangeValue | None
    least: float
    most: float
    governs: tuple[Governed, ...]

    def value(self, position: float) -> float:
        """What it is at a position in its range; the position itself where governed values have ranges."""
        if self.range is None:
            return position
        return min(self.most, max(self.least, quantile(self.range, position)))


@dataclass(frozen=True)
class Ensemble:
    """Equally plausible sets of assumptions.

    Attributes:
        name: how it is asked for.
        title: what it was fitted to.
        about: how it was made, one sentence that every user of it sees.
        parameters: what a member gives.
        members: (members, parameters) positions from 0 to 1, in an order such that neighbours are alike.
    """

    name: str
    title: str
    about: str
    parameters: tuple[Parameter, ...]
    members: tuple[tuple[float, ...], ...]

    def member(self, seed: int, replication: int) -> Mapping[str, float]:
        """The positions of a run, by parameter: the same in every scenario, spread evenly over members."""
        place = int(even_uniform(f"ensemble.{self.name}", seed, replication) * len(self.members))
        return dict(zip((each.name for each in self.parameters), self.members[place], strict=True))
