"""Where to simulate: points spread evenly over the space of the parameters, the same for everyone who asks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from scenarios.fitted import EDGE

Floats = NDArray[np.float64]


def even_points(count: int, inputs: int, seed: int) -> Floats:
    """(count, inputs) positions of a scrambled Sobol sequence, between `EDGE` and 1 less `EDGE`."""
    sequence = qmc.Sobol(inputs, scramble=True, rng=np.random.default_rng(seed))
    found = sequence.random_base2(int(np.ceil(np.log2(max(count, 2)))))[:count]
    return np.asarray(EDGE + (1.0 - 2.0 * EDGE) * found, np.float64)


def spread_out(candidates: Floats, count: int, taken: Floats) -> Floats:
    """(count, inputs) of some candidates, each as far as can be from those chosen before it and from points taken."""
    chosen: list[int] = []
    nearest = np.full(len(candidates), np.inf)
    for point in taken:
        nearest = np.minimum(nearest, ((candidates - point) ** 2).sum(axis=1))
    for _ in range(min(count, len(candidates))):
        best = int(np.argmax(nearest))
        chosen.append(best)
        nearest = np.minimum(nearest, ((candidates - candidates[best]) ** 2).sum(axis=1))
    return candidates[chosen]
