"""Which mix of options does most for a budget: a response built from a few mixes, every mix on a grid, and the front.

Options are run one by one at a few amounts, and in pairs at their largest. From these follows what every mix does, run
by run: each option's curve at its amount, and what pairs do beyond that, in proportion to both amounts. What three or
more do together beyond their pairs is left out. The cheapest mixes that nothing cheaper or as cheap outdoes are the
front. Whoever picks the best of thousands picks luck too, so the front has to be run again, on runs that built nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.ranking import best_so_far, chance_best_on_average

LEVELS = 3
"""Amounts at which each option is run by itself, evenly up to its largest."""
STEPS = 20
"""Parts into which each option's largest amount is divided when mixes are looked through."""
MOST_CANDIDATES = 200_000
FULL = 1.0 + 1e-9
"""A mix that costs so many times the budget still keeps to it."""

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def points(most: Floats) -> Floats:
    """(points, options) amounts that are run: each option by itself, level by level, then each pair at its largest."""
    alone = [np.eye(len(most))[option] * most * level / LEVELS
             for option in range(len(most)) for level in range(1, LEVELS + 1)]  # fmt: skip
    pairs = [np.isin(np.arange(len(most)), pair) * most for pair in itertools.combinations(range(len(most)), 2)]
    return np.array([*alone, *pairs])


@dataclass(frozen=True)
class Response:
    """What every mix does, run by run.

    Attributes:
        most: (options,) largest amounts.
        curves: (options, levels + 1, runs) what each does by itself at none, and at each level.
        pairs: (options, options, runs) what two do at their largest beyond both by themselves; the upper half is used.
    """

    most: Floats
    curves: Floats
    pairs: Floats

    @classmethod
    def of(cls, most: Floats, values: Floats) -> Response:
        """From what was run.

        Args:
            most: (options,) largest amounts.
            values: (points, runs) what the mixes of `points` did, less what nothing did, in the same runs.
        """
        options, runs = len(most), values.shape[1]
        curves = np.zeros((options, LEVELS + 1, runs))
        curves[:, 1:] = values[: options * LEVELS].reshape(options, LEVELS, runs)
        pairs = np.zeros((options, options, runs))
        for place, (one, other) in enumerate(itertools.combinations(range(options), 2), start=options * LEVELS):
            pairs[one, other] = values[place] - curves[one, -1] - curves[other, -1]
        return cls(most, curves, pairs)

    def runs_of(self, amounts: Floats) -> Floats:
        """(mixes, runs) what (mixes, options) amounts do."""
        shares = amounts / self.most
        at = shares * LEVELS
        below = np.clip(np.floor(at).astype(np.int64), 0, LEVELS - 1)
        part = (at - below)[..., np.newaxis]
        each = np.arange(len(self.most))
        alone = (1.0 - part) * self.curves[each, below] + part * self.curves[each, below + 1]
        together = np.einsum("mi,mj,ijr->mr", shares, shares, self.pairs)
        return np.asarray(alone.sum(axis=1) + together, np.float64)

    def mean_of(self, amounts: Floats) -> Floats:
        """(mixes,) what they do on average over runs."""
        average = Response(self.most, self.curves.mean(axis=2, keepdims=True), self.pairs.mean(axis=2, keepdims=True))
        return average.runs_of(amounts)[:, 0]


def candidates(most: Floats, costs: Floats, budget: float) -> Floats:
    """(mixes, options) amounts of every mix on a grid that a budget pays for, and of those that spend all of it.

    Args:
        most: (options,) largest amounts.
        costs: (options,) of an amount of 1.
        budget: in the unit of the costs.
    """
    steps = min(STEPS, max(2, int(MOST_CANDIDATES ** (1.0 / len(most))) - 1))
    levels = [np.linspace(0.0, one, steps + 1) for one in most]
    found = [_every(levels)]
    for option in range(len(most)):
        others = _every([*levels[:option], np.zeros(1), *levels[option + 1 :]])
        others[:, option] = (budget - others @ costs) / costs[option]
        found.append(others[(others[:, option] >= 0.0) & (others[:, option] <= most[option])])
    every = np.vstack(found)
    affordable = every[every @ costs <= budget * FULL]
    return np.unique(affordable.round(9), axis=0)


def front(costs: Floats, values: Floats) -> NDArray[np.int64]:
    """Positions of mixes that none outdoes that costs as much or less, the cheapest first; lower values are better.

    Args:
        costs: (mixes,) of each.
        values: (mixes,) what each does.
    """
    order = np.lexsort((values, costs))
    best_before = np.concatenate(([np.inf], np.minimum.accumulate(values[order])[:-1]))
    return order[values[order] < best_before]


def to_confirm(amounts: Floats, costs: Floats, values: Floats, budget: float, parts: int) -> NDArray[np.int64]:
    """Positions of the best mix for each of so many even parts of a budget, up to all of it, each once.

    Args:
        amounts: (mixes, options), all zero for nothing, which is never among those to confirm.
        costs: (mixes,) of each.
        values: (mixes,) what each is expected to do; lower is better.
        budget: in the unit of the costs.
        parts: into which it is divided.
    """
    on_front = front(costs, values)
    found: dict[int, None] = {}
    for part in range(1, parts + 1):
        within = on_front[costs[on_front] <= budget * part / parts * FULL]
        if len(within) and amounts[within[-1]].any():
            found[int(within[-1])] = None
    return np.array(list(found), np.int64)


def chance_on_front(costs: Sequence[float], values: Floats) -> Floats:
    """(mixes,) chance that no mix that costs as much or less does as well on average over very many runs.

    Args:
        costs: of each; nothing is the first, and costs nothing.
        values: (mixes, runs) what each did in the same runs; lower is better.
    """
    found = np.ones(len(costs))
    for mix, cost in enumerate(costs):
        rivals = [other for other, its in enumerate(costs) if other != mix and its <= cost * FULL]
        if rivals:
            own = values[[mix, *rivals]]
            found[mix] = chance_best_on_average(own, best_so_far(own))[0]
    return found


def _every(levels: Sequence[Floats]) -> Floats:
    """(mixes, options) every combination of levels."""
    return np.stack(np.meshgrid(*levels, indexing="ij"), axis=-1).reshape(-1, len(levels))
