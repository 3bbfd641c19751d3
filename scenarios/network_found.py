"""How much longer somebody stays who is found in a stay, when a run begins with people there.

Whoever is found in a ward is more likely to be found in a long stay than in a short one, so that what remains is drawn
from the equilibrium law, of density (1 - F(x))/E[S] and mean E[S^2]/2E[S] (length-biased). Other ways are there to be
compared with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from simulation.laws import MOST_KNOTS, empirical_table

Quantile = Callable[[float], float]
Floats = NDArray[np.float64]

EVEN_STEPS = 20_000
TAIL_STEPS = 400
TAIL_FROM, TAIL_TO = 4.0, 9.0
"""The tail is cut into steps from 1 - 10**-4 to 1 - 10**-9 of probability."""
KNOTS_IN_TAIL = 60


def length_biased(quantile: Quantile) -> Floats:
    """Table of the equilibrium law: what remains of a stay found at a random moment of a long run."""
    return _table(quantile, lambda x, values: np.minimum(values, x), biased=True)


def uniform_share(quantile: Quantile) -> Floats:
    """Table of a uniform share of a fresh stay: a common shortcut, whose mean is too short."""
    return _table(quantile, lambda x, values: np.minimum(x / values, 1.0), biased=False)


def memoryless(quantile: Quantile) -> Floats:
    """Table of an exponential law of the same mean."""
    values, weights = _values(quantile)
    mean = float(values @ weights)
    return _through(-mean * np.log1p(-_shares()[1:-1]), lambda x: 1.0 - np.exp(-x / mean))


AS_FOUND: Mapping[str, Callable[[Quantile], Floats] | None] = {
    "length_biased": length_biased,
    "fresh": None,
    "uniform": uniform_share,
    "memoryless": memoryless,
}
"""By name; None: the whole law anew."""


def _table(quantile: Quantile, reached: Callable[[float, Floats], Floats], *, biased: bool) -> Floats:
    """Table of a law whose distribution function at x is the mean of `reached`, divided by its end when biased."""
    values, weights = _values(quantile)
    whole = float(values @ weights) if biased else 1.0
    lengths = np.unique(values)
    marks = np.interp(_shares()[1:-1], _distribution(lengths, values, weights, reached, whole), lengths)
    return _through(np.append(marks, lengths[-1]), lambda x: float(reached(x, values) @ weights) / whole)


def _distribution(
    lengths: Floats, values: Floats, weights: Floats, reached: Callable[[float, Floats], Floats], whole: float
) -> Floats:
    thinned = lengths[:: max(1, len(lengths) // 2000)]
    thinned = np.append(thinned, lengths[-1]) if thinned[-1] < lengths[-1] else thinned
    function = np.array([float(reached(x, values) @ weights) / whole for x in thinned.tolist()])
    return np.asarray(np.interp(lengths, thinned, function), np.float64)


def _through(marks: Floats, distribution: Callable[[float], float]) -> Floats:
    """Table through the given lengths of stay, from nothing on."""
    knots = np.unique(np.round(marks, 6))
    knots = np.concatenate([[0.0], knots[knots > 0.0]])
    reached = np.array([distribution(x) for x in knots.tolist()])
    keep = np.concatenate([[True], np.diff(np.maximum.accumulate(reached)) > 1e-12])
    knots, reached = knots[keep], reached[keep]
    reached = reached / reached[-1]
    reached[0], reached[-1] = 0.0, 1.0
    return empirical_table(reached.tolist(), knots.tolist())


def _shares() -> Floats:
    """Probabilities at which a table has its knots: even, and dense in the tail."""
    even = np.linspace(0.0, 1.0 - 10.0**-2, MOST_KNOTS - KNOTS_IN_TAIL - 4)
    tail = 1.0 - np.logspace(-2.0, -TAIL_TO + 1.0, KNOTS_IN_TAIL)
    return np.unique(np.concatenate([even, tail, [1.0]]))


def _values(quantile: Quantile) -> tuple[Floats, Floats]:
    """Lengths of stay and their probabilities, dense in the tail."""
    edges = np.concatenate([
        np.linspace(0.0, 1.0 - 10.0**-TAIL_FROM, EVEN_STEPS), 1.0 - np.logspace(-TAIL_FROM, -TAIL_TO, TAIL_STEPS)[1:]
    ])  # fmt: skip
    middles = 0.5 * (edges[1:] + edges[:-1])
    values = np.array([quantile(u) for u in middles.tolist()])
    weights = np.diff(edges)
    return np.maximum(values, 1e-9), weights / weights.sum()
