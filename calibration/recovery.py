"""Does the fit find what is true? Truths are drawn, published results made from them, and the truths sought again.

Two proofs. Coverage: ranges that should hold the truth nine times in ten, over all parameters and truths together.
Ranks (simulation-based calibration): the place of the truth among draws of its posterior is even from 0 to 1 exactly
when the posterior is right. Posteriors are had by weighting the prior, which needs no chain for each truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from calibration.estimands import outcome
from calibration.fitting import Fit, Runs, recorded
from calibration.posterior import log_likelihood_given
from scenarios.fitted import EDGE

Floats = NDArray[np.float64]
LEVEL: Final = 0.9
RANK_BINS: Final = 10
"""Of the test that ranks are even."""


@dataclass(frozen=True)
class Recovery:
    """How truths were found again.

    Attributes:
        truths: how many.
        coverage: share of truths, over all parameters together, inside their ranges at `LEVEL`.
        by_parameter: (parameters,) the same for each.
        ranks: (truths, parameters) place of each truth in its posterior, 0 to 1.
        uneven: (parameters,) chance that even ranks would look as uneven as these do.
        effective: median number of independent draws that the weights leave.
        misses: (parameters,) root mean square distance of posterior means from truths, over that of the prior's mean.
    """

    truths: int
    coverage: float
    by_parameter: Floats
    ranks: Floats
    uneven: Floats
    effective: float
    misses: Floats


def recover(fit: Fit, truths: int, seed: int, errors: Floats | None = None) -> Recovery:
    """Truths drawn from the prior, results made of the emulators.

    Args:
        fit: whose emulators, errors and readings are used.
        truths: how many.
        seed: of truths and errors.
        errors: (targets, targets) covariance of the errors that results are made with; None: as the fit believes.
    """
    rng = np.random.default_rng(seed)
    positions = rng.uniform(EDGE, 1.0 - EDGE, (truths, fit.prior.shape[1]))
    means, variances = fit.predict(positions)
    outcomes = means + rng.standard_normal(means.shape) * np.sqrt(variances)
    return _sought(fit, positions, outcomes, rng, errors=errors)


def recover_simulated(fit: Fit, runs: Runs, truths: int, first: int, seed: int) -> Recovery:
    """The same with results made by full simulation: the emulators' own errors are in them.

    Args:
        fit: as in `recover`.
        runs: simulates points.
        truths: how many.
        first: number of the first point, beyond those of the fit.
        seed: of truths and errors.
    """
    rng = np.random.default_rng(seed)
    positions = rng.uniform(EDGE, 1.0 - EDGE, (truths, fit.prior.shape[1])).round(6)
    found = runs(positions, first)
    outcomes = np.array([[outcome(fit.targets[o.target], o.reading, one) for o in fit.outputs] for one in found])
    return _sought(fit, positions, outcomes + recorded(positions, fit.shares), rng, fit.noise)


def _sought(
    fit: Fit, positions: Floats, outcomes: Floats, rng: np.random.Generator, noise: Floats | None = None,
    errors: Floats | None = None,
) -> Recovery:
    """Errors are added to outcomes, and each truth is sought in them."""
    seen = fit.observed
    root = np.linalg.cholesky(seen.covariance if errors is None else errors)
    known = fit.predict(fit.prior)
    if noise is not None:
        known = (known[0], known[1] + noise)
    ranks, effective, found = [], [], []
    for truth, made in zip(positions, outcomes, strict=True):
        reading = seen.readings[int(rng.integers(len(seen.readings)))]
        values = made[list(reading.outputs)] + root @ rng.standard_normal(len(seen.values))
        logs = log_likelihood_given(known, replace(seen, values=values))
        weights = np.exp(logs - logs.max())
        weights /= weights.sum()
        effective.append(1.0 / float((weights**2).sum()))
        ranks.append([_rank(fit.prior[:, i], weights, truth[i]) for i in range(len(truth))])
        found.append(weights @ fit.prior)
    away, before = ((np.array(means) - positions) ** 2 for means in (found, fit.prior.mean(axis=0)))
    return _judged(np.array(ranks), effective, np.sqrt(away.mean(axis=0) / before.mean(axis=0)))


def _judged(ranks: Floats, effective: Sequence[float], misses: Floats) -> Recovery:
    inside = np.abs(ranks - 0.5) <= LEVEL / 2.0
    uneven = [_chance_of(ranks[:, i]) for i in range(ranks.shape[1])]
    return Recovery(len(ranks), float(inside.mean()), inside.mean(axis=0), ranks, np.array(uneven),
                    float(np.median(effective)), misses)


def _rank(values: Floats, weights: Floats, truth: float) -> float:
    return float(weights[values < truth].sum())


def _chance_of(ranks: Floats) -> float:
    counts = np.histogram(ranks, RANK_BINS, (0.0, 1.0))[0]
    expected = len(ranks) / RANK_BINS
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), RANK_BINS - 1))

