"""Whether an emulator may be used: what it foretold of outputs that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from calibration.emulator import JITTER, Emulator, Floats, checked_design, fit, left_out


@dataclass(frozen=True)
class Check:
    """How an emulator did on outputs that it had not seen.

    Attributes:
        points: number of outputs.
        coverage: share of them within the emulator's 95 % range (its own uncertainty and the run's noise).
        rmse: root mean squared error, in the units of the outputs; for logarithms, of the logarithm.
        q2: share of the outputs' variance that was foretold, 1 - squared error / variance; noise counts against it.
        explained: the same after the noise is taken from both, so that 1 can be reached; not a number if all is noise.
        noise_share: share of the variance of the outputs that is noise.
        too_sure: whether its ranges held too few of them.
        usable: whether the emulator may be used.
        why: the reason in words.
    """

    points: int
    coverage: float
    rmse: float
    q2: float
    explained: float
    noise_share: float
    too_sure: bool
    usable: bool
    why: str

    @property
    def foretells_badly(self) -> bool:
        """Whether it was wrong about outputs; about those that differ by chance alone it cannot be."""
        return self.too_sure or self.explained < LEAST_EXPLAINED


LEAST_EXPLAINED: Final = 0.7
"""Of what is not noise. Less, and ranks of inputs that follow from the emulator begin to be its own invention."""
ENOUGH_COVERED: Final = 0.9
"""What 95 % ranges must really hold: a little too sure does no harm."""
RARE: Final = 0.001
"""An emulator is too sure if one whose ranges hold enough would do as badly or worse this seldom."""
FOLDS: Final = 8


def leave_one_out(emulator: Emulator) -> Check:
    """Foretells each design point from all others, hyper-parameters kept. Costs no run and hardly any time."""
    error, variance = left_out(emulator)
    return _judge(error, variance, emulator.noise, emulator.outputs, emulator.scale)


def in_folds(inputs: Floats, outputs: Floats, limits: tuple[Floats, Floats], folds: int = FOLDS) -> Check:
    """Foretells each part of a design by an emulator fitted anew, hyper-parameters too, to the other parts.

    Harder than `leave_one_out`, and the only test of emulators for which no further runs were made. Every part holds
    each so manieth point, so that parts of a design that is even are as even.

    Args:
        inputs: (points, inputs).
        outputs: (points,) one run each; noise is fitted.
        limits: (inputs,) least and largest value of each input.
        folds: number of parts.
    """
    lower, upper = limits
    part_of = np.arange(len(outputs)) % folds
    error, variance, noise = (np.empty(len(outputs)) for _ in range(3))
    for part in range(folds):
        unseen, seen = part_of == part, part_of != part
        emulator = fit(inputs[seen], outputs[seen], lower=lower, upper=upper, restarts=0)
        expected = emulator.predict(inputs[unseen])
        noise[unseen] = emulator.noise.mean() * emulator.scale**2
        error[unseen] = outputs[unseen] - expected.mean
        variance[unseen] = expected.variance + noise[unseen]
    return _judge(error, variance, noise, outputs, 1.0)


def held_out(
    emulator: Emulator, inputs: ArrayLike, outputs: ArrayLike, noise_variance: ArrayLike | None = None
) -> Check:
    """Foretells runs that took no part in the fit; the harder test.

    Args:
        emulator: what is tested.
        inputs: (points, inputs).
        outputs: (points,).
        noise_variance: as in `fit`; None: the mean noise of the design.
    """
    design, raw, noise = checked_design(inputs, outputs, noise_variance, least=2)
    expected, own = emulator.foretold(emulator.scaled(design))
    if noise is not None and emulator.log:
        noise = noise / raw**2
    noise = np.full(len(raw), emulator.noise.mean()) if noise is None else noise / emulator.scale**2
    found = ((np.log(raw) if emulator.log else raw) - emulator.centre) / emulator.scale
    return _judge(found - expected, own + noise + JITTER, noise, found, emulator.scale)


def _judge(error: Floats, variance: Floats, noise: Floats, outputs: Floats, scale: float) -> Check:
    from scipy.stats import binom

    points, spread, mean_noise = len(error), float(outputs.var(ddof=1)), float(noise.mean())
    squared = float((error**2).mean())
    inside = int((np.abs(error) <= 1.959964 * np.sqrt(variance)).sum())
    signal = spread - mean_noise
    explained = 1.0 - max(squared - mean_noise, 0.0) / signal if signal > 0.05 * spread else float("nan")
    too_sure = bool(binom.cdf(inside, points, ENOUGH_COVERED) < RARE)
    if too_sure:
        why = f"its 95 % ranges held only {inside} of {points} unseen outputs"
    elif np.isnan(explained):
        why = "the outputs differ by hardly more than the noise of the runs: there is nothing to foretell"
    elif explained < LEAST_EXPLAINED:
        asked = f"at least {LEAST_EXPLAINED:.0%} is asked"
        why = f"it foretells only {max(explained, 0.0):.0%} of what is not noise ({asked})"
    else:
        why = f"it foretells {explained:.0%} of what is not noise; its 95 % ranges held {inside} of {points}"
    return Check(
        points=points,
        coverage=inside / points,
        rmse=scale * squared**0.5,
        q2=1.0 - squared / spread if spread > 0 else float("nan"),
        explained=explained,
        noise_share=min(mean_noise / spread, 1.0) if spread > 0 else float("nan"),
        too_sure=too_sure,
        usable=not too_sure and bool(explained >= LEAST_EXPLAINED),
        why=why,
    )
