"""What a reader must know of a fit: what it learned of each parameter, what it did not, and how targets came out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from calibration.emulator_check import Check, held_out, leave_one_out
from calibration.fitting import Fit, discrepancy_of
from calibration.targets import Target
from scenarios.ensembles import parameters
from scenarios.learned import TENTHS, Learned, learned

Floats = NDArray[np.float64]


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


def learned_by(fit: Fit) -> list[Learned]:
    """What a fit learned of every parameter, in order."""
    return learned(parameters(), fit.members.tolist())


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
