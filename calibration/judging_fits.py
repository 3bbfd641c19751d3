"""What a reader must know of a fit: what it learned of each parameter, what it did not, and how targets came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from calibration.design import EDGE
from calibration.emulator_check import Check, held_out, leave_one_out
from calibration.fitting import Fit, discrepancy_of
from calibration.targets import Target
from scenarios.assumption_draws import quantile
from scenarios.ensembles import Parameter, parameters
from scenarios.resolved import RangeValue

Floats = NDArray[np.float64]
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

    def in_units(self) -> list[str]:
        """What the ensemble's middle eight in ten come to, for each governed value or its own unit."""
        own = self.parameter.range
        if own is not None:
            ends = [self.parameter.value(each) for each in (self.low, self.high)]
            before = [self.parameter.value(each) for each in TENTHS]
            return [f"{ends[0]:.3g} to {ends[1]:.3g} (before {before[0]:.3g} to {before[1]:.3g}) {self.parameter.unit}"]
        return [
            f"{governed.intervention}, {governed.value}: {_of(given, self.low)} to {_of(given, self.high)} "
            f"(before {_of(given, 0.1)} to {_of(given, 0.9)})"
            for governed in self.parameter.governs
            if (given := _range(governed.best, governed.low, governed.high)) is not None
        ]


@dataclass(frozen=True)
class Outcome:
    """One target under one reading, in per cent: what was published and what was expected before and after.

    Attributes:
        probability: two-sided, of a value as far out before anything was fitted.
    """

    target: Target
    reading: str
    published: float
    error: float
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    probability: float


def learned(fit: Fit) -> list[Learned]:
    """Every parameter, in order."""
    found = []
    for i, parameter in enumerate(parameters()):
        values = fit.members[:, i]
        low, high = np.quantile(values, TENTHS)
        found.append(Learned(parameter, float(values.mean()), float(low), float(high),
                             1.0 - float(values.std()) / PRIOR_SD, (float(values.mean()) - 0.5) / PRIOR_SD))
    return found


def outcomes(fit: Fit) -> list[Outcome]:
    """Every target under every reading."""
    found = []
    (means, variances), (means_after, variances_after) = fit.predict(fit.prior), fit.predict(fit.members)
    for k, output in enumerate(fit.outputs):
        target, reading = fit.targets[output.target], output.reading
        error = target.log_error**2 + discrepancy_of(target) ** 2
        before, after = _spread(means[:, k], variances[:, k]), _spread(means_after[:, k], variances_after[:, k])
        z = (target.log_value - means[:, k]) / np.sqrt(variances[:, k] + error)
        tail = float(norm.cdf(z).mean())
        found.append(Outcome(target, reading, in_per_cent(target.log_value), 100.0 * target.log_error,
                             _shown(before), _shown(after), 2.0 * min(tail, 1.0 - tail)))
    return found


def checks(fit: Fit) -> list[tuple[Target, str, Check, Check | None]]:
    """Every emulator: each run foretold from all others, and the last wave foretold from those before it."""
    matched = fit.matched
    last = matched.waves[-1].simulated
    earlier = matched.waves[-2].emulators if len(matched.waves) > 1 else None
    found = []
    for k, output in enumerate(fit.outputs):
        unseen = None
        if earlier is not None:
            seen = len(matched.points) - last
            unseen = held_out(earlier[k], matched.points[seen:], matched.outputs[seen:, k])
        found.append((fit.targets[output.target], output.reading, leave_one_out(matched.emulators[k]), unseen))
    return found


def in_per_cent(log_value: float) -> float:
    """A relative change in per cent, from the log scale."""
    return 100.0 * float(np.expm1(log_value))


def _spread(means: Floats, variances: Floats) -> tuple[float, float, float]:
    """Mean and the middle eight in ten of emulated outcomes, the emulator's own error included."""
    sd = float(np.sqrt(means.var() + variances.mean()))
    half = float(norm.ppf(TENTHS[1])) * sd
    return float(means.mean()), float(means.mean()) - half, float(means.mean()) + half


def _shown(values: tuple[float, float, float]) -> tuple[float, float, float]:
    low, middle, high = (in_per_cent(values[i]) for i in (1, 0, 2))
    return middle, low, high


def _range(best: float | None, low: float | None, high: float | None) -> RangeValue | None:
    return None if best is None or low is None or high is None or low == high else RangeValue(best, low, high)


def _of(given: RangeValue, position: float) -> str:
    return f"{100.0 * quantile(given, position):+.0f} %"
