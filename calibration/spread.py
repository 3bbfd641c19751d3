"""Of what a prediction's spread consists: which parameters carry it, and how much is no parameter's at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Parts:
    """Shares of the variance of one prediction.

    Attributes:
        by_parameter: (parameters,) what each carries as a straight line in its normal score; they need not add up to
            `parameters`, which holds curves and what parameters do together as well.
        parameters: all of them together: how the expected outcome differs between sets of assumptions.
        emulator: what the emulator does not know.
        errors: the rest: the published number's own error, differences between sites, and what the model is not.
    """

    by_parameter: tuple[float, ...]
    parameters: float
    emulator: float
    errors: float


def parts_of(positions: Floats, expected: tuple[Floats, Floats], variance: float) -> Parts:
    """Share out the variance of a prediction.

    Args:
        positions: (members, parameters) equally plausible sets of assumptions, between 0 and 1.
        expected: (members,) means and variances that an emulator gives each.
        variance: of the prediction, every error included.
    """
    means, variances = expected
    total = max(variance, float(means.var() + variances.mean()))
    if total <= 0.0:
        return Parts((0.0,) * positions.shape[1], 0.0, 0.0, 0.0)
    own, unknown = float(means.var()) / total, float(variances.mean()) / total
    lines = tuple((own * _straight(ndtri(positions), means)).tolist())
    return Parts(lines, own, unknown, max(0.0, 1.0 - own - unknown))


def averaged(parts: Sequence[Parts]) -> Parts:
    """Over readings of one row, each as likely; how far they differ is among the errors."""
    own, unknown = (float(np.mean([getattr(each, name) for each in parts])) for name in ("parameters", "emulator"))
    lines = np.mean([each.by_parameter for each in parts], axis=0)
    return Parts(tuple(lines.tolist()), own, unknown, max(0.0, 1.0 - own - unknown))


def _straight(scores: Floats, means: Floats) -> Floats:
    """(parameters,) share of the variance of means that each carries as a straight line, the others held.

    One regression on all, so that what parameters share by chance among the members is given to none of them twice.
    """
    spread = scores.std(axis=0)
    if means.std() <= 0.0:
        return np.zeros(scores.shape[1])
    centred = (scores - scores.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    slopes = np.linalg.lstsq(centred, means - means.mean(), rcond=None)[0]
    return np.asarray(slopes**2 / means.var())
