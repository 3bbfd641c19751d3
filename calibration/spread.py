"""Of what a prediction's spread consists: which parameters carry it, and how much is no parameter's at all."""

from __future__ import annotations

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


def parts_of(positions: Floats, expected: tuple[Floats, Floats], draws: Floats) -> Parts:
    """Share out the variance of a prediction.

    Args:
        positions: (members, parameters) equally plausible sets of assumptions, between 0 and 1.
        expected: (members,) means and variances that an emulator gives each.
        draws: of the prediction, every error included.
    """
    means, variances = expected
    total = max(float(draws.var()), float(means.var() + variances.mean()))
    if total <= 0.0:
        return Parts((0.0,) * positions.shape[1], 0.0, 0.0, 0.0)
    own, unknown = float(means.var()) / total, float(variances.mean()) / total
    lines = tuple(own * _straight(ndtri(column), means) for column in positions.T)
    return Parts(lines, own, unknown, max(0.0, 1.0 - own - unknown))


def _straight(score: Floats, means: Floats) -> float:
    """Squared correlation."""
    if score.std() <= 0.0 or means.std() <= 0.0:
        return 0.0
    return float(np.corrcoef(score, means)[0, 1] ** 2)
