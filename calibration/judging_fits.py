"""What a reader must know of a fit: what it learned of each parameter, what it did not, and how targets came out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from calibration.emulator_check import Check, held_out, leave_one_out
from calibration.fitting import FirstLook, Fit, discrepancy_of
from calibration.targets import PER_1000, PER_CENT, Target
from scenarios.ensembles import parameters
from scenarios.learned import TENTHS, Learned, learned

Floats = NDArray[np.float64]


Range = tuple[float, float, float]
"""The middle, and the ends of the middle eight in ten."""


@dataclass(frozen=True)
class Expectation:
    """One target under one reading, before anything is fitted; in per cent, or for a level in its unit.

    Attributes:
        before: what was expected.
        probability: two-sided, of a value as far out.
        ceiling: per cent of what is counted that those reached have; None where it is not known.
    """

    target: Target
    reading: str
    before: Range
    probability: float
    ceiling: float | None

    @property
    def published(self) -> float:
        """What was published."""
        return in_its_unit(self.target, self.target.log_value)

    @property
    def error(self) -> float:
        """Its standard error in log points, hundredths of a logarithm."""
        return 100.0 * self.target.log_error


@dataclass(frozen=True)
class Outcome:
    """What was expected of a target before a fit, and what is after it."""

    expected: Expectation
    after: Range


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

        Runs that differ by hardly more than chance leave nothing to foretell, and that is what it says: no failure.
        """
        if self.alone.foretells_badly:
            return f"left out one by one: {self.alone.why}"
        if self.unseen is not None and self.unseen.foretells_badly:
            return f"the wave not seen: {self.unseen.why}"
        return ""


def learned_by(fit: Fit) -> list[Learned]:
    """What a fit learned of every parameter, in order."""
    return learned(parameters(), fit.members.tolist())


def outcomes(fit: Fit) -> list[Outcome]:
    """Every target under every reading."""
    before = expectations(FirstLook(fit.targets, fit.outputs, *fit.predict(fit.prior), ()))
    means, variances = fit.predict(fit.members)
    after = [_shown(one.target, _spread(means[:, k], variances[:, k])) for k, one in enumerate(before)]
    return [Outcome(one, each) for one, each in zip(before, after, strict=True)]


def expectations(look: FirstLook) -> list[Expectation]:
    """Every target under every reading, as it stands before anything is fitted."""
    found = []
    for k, output in enumerate(look.outputs):
        target = look.targets[output.target]
        means, variances = look.means[:, k], look.variances[:, k]
        z = (target.log_value - means) / np.sqrt(variances + target.log_error**2 + discrepancy_of(target) ** 2)
        tail = float(norm.cdf(z).mean())
        ceiling = look.ceilings[output.target] if look.ceilings else None
        found.append(Expectation(target, output.reading, _shown(target, _spread(means, variances)),
                                 2.0 * min(tail, 1.0 - tail), ceiling))
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


def in_per_cent(log_value: float) -> float:
    """A relative change in per cent, from the log scale."""
    return 100.0 * float(np.expm1(log_value))


def in_its_unit(target: Target, log_value: float) -> float:
    """Per cent for effects, growth and months (of their base); the rate itself for levels."""
    return float(np.exp(log_value)) if target.unit == PER_1000 else in_per_cent(log_value)


def shown_unit(target: Target) -> str:
    """Of what `in_its_unit` gives."""
    return PER_1000 if target.unit == PER_1000 else PER_CENT


def _spread(means: Floats, variances: Floats) -> Range:
    """Mean and the middle eight in ten of emulated outcomes, the emulator's own error included."""
    sd = float(np.sqrt(means.var() + variances.mean()))
    half = float(norm.ppf(TENTHS[1])) * sd
    return float(means.mean()), float(means.mean()) - half, float(means.mean()) + half


def _shown(target: Target, values: Range) -> Range:
    middle, low, high = (in_its_unit(target, each) for each in values)
    return middle, low, high
