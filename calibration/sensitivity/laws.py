"""What an input may be: a law from a share between 0 and 1 to a value, cut off at its outermost hundredths."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from scenarios.assumption_draws import NINE_IN_TEN, quantile
from scenarios.resolved import RangeValue

Floats = NDArray[np.float64]
Kind = Literal["range", "uniform", "triangular", "normal", "lognormal", "switch"]
KINDS: Final[tuple[Kind, ...]] = ("range", "uniform", "triangular", "normal", "lognormal", "switch")
NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "uniform": ("low", "high"),
    "triangular": ("low", "best", "high"),
    "normal": ("mean", "sd"),
    "lognormal": ("mean", "sd"),
}
"""Numbers that each law in long form is written with."""
CUT: Final = 0.01
"""Left out at either end, so that no design asks for what has one chance in a million."""
UNBOUNDED: Final = ("range", "normal", "lognormal")


@dataclass(frozen=True)
class Law:
    """The law of one input.

    Attributes:
        kind: "range" is a best guess with its central 8 in 10, each half of it half a normal law on the range's scale;
            "switch" is off below one half and on above; the others are themselves.
        numbers: those of `NEEDS`, by name; for a switch "off" and "on".
        range: best guess and range, for the kind "range".
        least: what a value can never be below.
        most: what a value can never be above.
    """

    kind: Kind
    numbers: tuple[tuple[str, float], ...] = ()
    range: RangeValue | None = None
    least: float = -math.inf
    most: float = math.inf

    @classmethod
    def of(cls, kind: Kind, **numbers: float) -> Law:
        """A law in long form.

        Raises:
            ValueError: a number is missing, or they do not go together.
        """
        missing = [name for name in NEEDS[kind] if name not in numbers]
        if missing:
            raise ValueError(f"the law {kind} needs {' and '.join(NEEDS[kind])}")
        chosen = {name: numbers[name] for name in NEEDS[kind]}
        if chosen.get("sd", 1.0) <= 0.0 or (kind == "lognormal" and chosen["mean"] <= 0.0):
            raise ValueError("sd must be above zero, and so must the mean of a lognormal law")
        if "low" in chosen and not chosen["low"] <= chosen.get("best", chosen["low"]) <= chosen["high"]:
            raise ValueError("low, best and high must be in this order")
        if chosen.get("low", 0.0) == chosen.get("high", 1.0):
            raise ValueError("low and high are the same: nothing would vary")
        return cls(kind, tuple(chosen.items()))

    @property
    def is_switch(self) -> bool:
        """Whether it has two values and none between."""
        return self.kind == "switch"

    def value(self, share: float) -> float:
        """The value that corresponds to a share from 0 to 1."""
        if self.kind == "switch":
            return dict(self.numbers)["on" if share >= 0.5 else "off"]
        within = _within(self.kind, share)
        if self.range is not None:
            return min(max(quantile(self.range, within), self.least), self.most)
        return float(self._distribution.ppf(within))

    def share_of(self, value: float) -> float:
        """The share from 0 to 1 that a value corresponds to; below 0 or above 1 outside the law's ends.

        Found by halving: laws rise, and nothing else is known of them here.
        """
        if self.kind == "switch":
            return 1.0 if value == dict(self.numbers)["on"] else 0.0
        low, high, tolerance = 0.0, 1.0, 1e-9 * max(abs(self.value(0.0)), abs(self.value(1.0)), 1e-12)
        if value < self.value(low) - tolerance:
            return -1.0
        if value > self.value(high) + tolerance:
            return 2.0
        for _ in range(60):
            middle = (low + high) / 2.0
            low, high = (middle, high) if self.value(middle) < value else (low, middle)
        return (low + high) / 2.0

    def coordinate(self, shares: Floats) -> Floats:
        """Where shares lie on the axis along which outputs are likely to change evenly: half-ranges for normal laws."""
        if self.kind == "switch":
            return np.where(shares >= 0.5, 1.0, 0.0)
        if self.kind not in UNBOUNDED:
            return np.asarray(shares, np.float64)
        from scipy.special import ndtri

        return np.asarray(ndtri(CUT + (1.0 - 2.0 * CUT) * shares), np.float64) / NINE_IN_TEN

    def ends(self) -> tuple[float, float]:
        """Coordinates between which every design lies."""
        low, high = self.coordinate(np.array([0.0, 1.0]))
        return float(low), float(high)

    @cached_property
    def _distribution(self) -> Any:  # noqa: ANN401 - scipy's frozen laws have no common name
        from scipy import stats

        numbers = dict(self.numbers)
        if self.kind == "uniform":
            return stats.uniform(numbers["low"], numbers["high"] - numbers["low"])
        if self.kind == "triangular":
            width = numbers["high"] - numbers["low"]
            return stats.triang((numbers["best"] - numbers["low"]) / width, numbers["low"], width)
        if self.kind == "normal":
            return stats.norm(numbers["mean"], numbers["sd"])
        variance = np.log1p((numbers["sd"] / numbers["mean"]) ** 2)
        return stats.lognorm(np.sqrt(variance), scale=numbers["mean"] * np.exp(-variance / 2.0))


def correlated_shares(shares: Floats, correlation: Floats) -> Floats:
    """Independent shares made to hang together by a Gaussian copula, each still uniform.

    Args:
        shares: (points, inputs) independent, 0 to 1.
        correlation: (inputs, inputs) of the normal scores.
    """
    if np.array_equal(correlation, np.eye(len(correlation))):
        return shares
    from scipy.special import ndtr, ndtri

    scores = ndtri(np.clip(shares, 1e-9, 1.0 - 1e-9))
    return np.asarray(ndtr(scores @ np.linalg.cholesky(correlation).T), np.float64)


def _within(kind: Kind, share: float) -> float:
    clipped = min(max(share, 0.0), 1.0)
    return CUT + (1.0 - 2.0 * CUT) * clipped if kind in UNBOUNDED else clipped


ALWAYS: Final = Law("uniform", (("low", 0.0), ("high", 1.0)))
"""The law of the dummy."""
