"""What a reader must know of a fit: what it learned of each parameter, what it did not, and how targets came out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from calibration.emulator_check import Check, held_out, leave_one_out
from calibration.fitting import Fit, discrepancy_of
from calibration.posterior import Observed, Reading, log_likelihood
from calibration.targets import Target
from scenarios.ensembles import parameters
from scenarios.learned import MOVED, NARROWER, PRIOR_SD, TENTHS, Learned, learned

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


@dataclass(frozen=True)
class Verdict:
    """How one emulator did on outputs that it had not seen.

    Attributes:
        alone: each run foretold from all others.
        unseen: the last wave's runs foretold by the emulator of the waves before; None when there was one wave.
    """

    target: Target
    reading: str
    alone: Check
    unseen: Check | None

    @property
    def fails(self) -> str:
        """Why it must not be relied on, in words; empty when it passes both tests.

        Runs of a later wave that differ by hardly more than chance leave nothing to foretell: no failure.
        """
        if not self.alone.usable:
            return f"left out one by one: {self.alone.why}"
        if self.unseen is not None and self.unseen.foretells_badly:
            return f"the wave not seen: {self.unseen.why}"
        return ""


@dataclass(frozen=True)
class Without:
    """What is left when targets are dropped of which an emulator fails.

    Attributes:
        targets: ids of those dropped.
        most_moved: parameter whose mean moves most by that, and `moved` how far, as a share of its range.
        updated: parameters that would still count as updated.
    """

    targets: tuple[str, ...]
    most_moved: str
    moved: float
    updated: tuple[str, ...]


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


def verdicts(fit: Fit) -> list[Verdict]:
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
        found.append(Verdict(fit.targets[output.target], output.reading, leave_one_out(matched.emulators[k]), unseen))
    return found


def reading_withheld(fit: Fit) -> str:
    """Why how likely each reading has become must not be told: an emulator on which it rests fails; empty if none."""
    resting = [each for each in verdicts(fit) if len(each.target.readings) > 1]
    failing = [f"{each.target.id}, {each.reading}" for each in resting if each.fails]
    if not failing:
        return ""
    return f"{len(failing)} of the {len(resting)} emulators on which it rests fail their tests ({'; '.join(failing)})"


def without_failing(fit: Fit) -> Without | None:
    """What the fit would have learned without the targets of which an emulator fails; None when all pass.

    By weighting the prior, with and without them, so that both are had in the same way.
    """
    failing = {each.target.id for each in verdicts(fit) if each.fails}
    if not failing:
        return None
    kept = [i for i, target in enumerate(fit.targets) if target.id not in failing]
    whole = fit.observed
    readings = tuple(Reading(tuple(each.outputs[i] for i in kept)) for each in whole.readings)
    rest = Observed(whole.values[kept], whole.covariance[np.ix_(kept, kept)], readings)
    mean, _ = _moments(fit, whole)
    mean_without, sd_without = _moments(fit, rest)
    names = [each.name for each in parameters()]
    updated = [name for name, middle, sd in zip(names, mean_without, sd_without, strict=True)
               if 1.0 - sd / PRIOR_SD >= NARROWER or abs(middle - 0.5) / PRIOR_SD >= MOVED]  # fmt: skip
    off = np.abs(mean - mean_without)
    most = int(np.argmax(off))
    return Without(tuple(target.id for target in fit.targets if target.id in failing), names[most], float(off[most]),
                   tuple(updated))  # fmt: skip


def _moments(fit: Fit, seen: Observed) -> tuple[Floats, Floats]:
    """(parameters,) posterior means and standard deviations by weighting the prior."""
    logs = log_likelihood(fit.predict, seen, fit.prior)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = weights @ fit.prior
    return mean, np.sqrt(weights @ (fit.prior - mean) ** 2)


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
