"""What the targets leave of the parameters: a Markov chain on the emulators, with every kind of error in its place.

Observation error, discrepancy and the emulator's own uncertainty add up; errors of rows that share their data are
correlated. Where a source can be read in several ways, the likelihood is the mean over readings, one reading holding
for all its rows at once. The prior of every position is even from 0 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Predict = Callable[[Floats], tuple[Floats, Floats]]
"""`(positions, parameters) -> (positions, outputs) means and variances`."""
WALKERS_A_PARAMETER: Final = 16
STEPS, BURN_IN = 2000, 500
SNOOKER: Final = 0.2
"""Share of the moves that go along the line through another walker; the rest step by the difference of two of them."""


@dataclass(frozen=True)
class Reading:
    """One way to read the targets: which output each is about.

    Attributes:
        outputs: (targets,) indices of outputs.
    """

    outputs: tuple[int, ...]


@dataclass(frozen=True)
class Observed:
    """What was published.

    Attributes:
        values: (targets,) on the scale of the outputs.
        covariance: (targets, targets) of observation error and discrepancy.
        readings: each as likely as the others.
    """

    values: Floats
    covariance: Floats
    readings: tuple[Reading, ...]


def alike(keys: Sequence[object], share: float) -> Floats:
    """(rows, rows) correlations: `share` between rows of one key, 0 between others."""
    found = np.array([[share if one == other else 0.0 for other in keys] for one in keys])
    np.fill_diagonal(found, 1.0)
    return found


def covariance(
    errors: Floats, discrepancies: Floats, errors_together: Floats, discrepancies_together: Floats
) -> Floats:
    """(targets, targets) what the published and the model may be apart.

    Args:
        errors: (targets,) standard errors.
        discrepancies: (targets,) standard deviations of what the model may be off.
        errors_together: (targets, targets) correlations of errors.
        discrepancies_together: (targets, targets) correlations of discrepancies.
    """
    found: Floats = errors_together * np.outer(errors, errors)
    return np.asarray(found + discrepancies_together * np.outer(discrepancies, discrepancies))


def log_likelihood(predict: Predict, observed: Observed, positions: Floats) -> Floats:
    """(positions,) logarithm of the likelihood."""
    return log_likelihood_given(predict(positions), observed)


def log_likelihood_given(predicted: tuple[Floats, Floats], observed: Observed) -> Floats:
    """The same of means and variances that are there already."""
    means, variances = predicted
    each = [_gaussian(observed, reading, means, variances) for reading in observed.readings]
    stacked = np.array(each)
    top = stacked.max(axis=0)
    return np.asarray(top + np.log(np.exp(stacked - top).mean(axis=0)))


def log_likelihood_of_readings(predict: Predict, observed: Observed, positions: Floats) -> Floats:
    """(readings, positions) each reading's own."""
    means, variances = predict(positions)
    return np.array([_gaussian(observed, reading, means, variances) for reading in observed.readings])


def sample(
    predict: Predict, observed: Observed, parameters: int, seed: int, edge: float, *,
    steps: int = STEPS, burn_in: int = BURN_IN,
) -> Floats:
    """(steps kept, walkers, parameters) positions of the chain after its burn-in; a seed gives the same ones.

    Args:
        predict: the emulators.
        observed: the targets.
        parameters: how many.
        seed: of the chain.
        edge: positions stay so far from 0 and 1.
        steps: in all, of every walker.
        burn_in: of these, left out.
    """
    import emcee

    def log_probability(positions: Floats) -> Floats:
        inside = ((positions > edge) & (positions < 1.0 - edge)).all(axis=1)
        found = np.full(len(positions), -np.inf)
        if inside.any():
            found[inside] = log_likelihood(predict, observed, positions[inside])
        return found

    walkers = WALKERS_A_PARAMETER * parameters
    start = np.random.default_rng(seed).uniform(edge, 1.0 - edge, (walkers, parameters))
    chance = np.random.RandomState(seed).get_state()
    moves = [(emcee.moves.DEMove(), 1.0 - SNOOKER), (emcee.moves.DESnookerMove(), SNOOKER)]
    sampler = emcee.EnsembleSampler(walkers, parameters, log_probability, vectorize=True, moves=moves)
    sampler.run_mcmc(emcee.State(start, random_state=chance), steps, skip_initial_state_check=True)
    return np.asarray(sampler.get_chain(discard=burn_in), np.float64)


def effective_draws(chain: Floats) -> float:
    """How many independent draws a chain is worth: its length over the longest autocorrelation time."""
    import emcee

    times = emcee.autocorr.integrated_time(chain, tol=0)
    return float(chain.shape[0] * chain.shape[1] / np.max(times))


def thinned(chain: Floats, count: int) -> Floats:
    """(count, parameters) draws evenly spaced over a chain, step by step and walker by walker."""
    flat = chain.reshape(-1, chain.shape[2])
    return np.asarray(flat[np.linspace(0, len(flat) - 1, count).round().astype(int)])


def _gaussian(observed: Observed, reading: Reading, means: Floats, variances: Floats) -> Floats:
    chosen = list(reading.outputs)
    off = observed.values - means[:, chosen]
    whole = observed.covariance[np.newaxis] + np.einsum("pt,tu->ptu", variances[:, chosen], np.eye(len(chosen)))
    _, log_determinant = np.linalg.slogdet(whole)
    squared = np.einsum("pt,pt->p", off, np.linalg.solve(whole, off[..., np.newaxis])[..., 0])
    return np.asarray(-0.5 * (squared + log_determinant + len(chosen) * math.log(2.0 * math.pi)))
