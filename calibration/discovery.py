"""In which conditions does a plan fail? Boxes and a tree over the assumptions that runs drew; and what it would be
worth to know one of them better.

A box is found by peeling (PRIM: Friedman and Fisher, Statistics and Computing 1999; Bryant and Lempert, Technological
Forecasting and Social Change 2010): beginning with all runs, the slice is cut away, from the low or the high end of one
input, whose loss leaves the largest share of failures. Density is the share of runs in the box that fail, coverage the
share of failures that the box holds. Both flatter a box that was chosen by them, so each box is also judged by runs
that it was not made from, and by how often failures dealt out at random give one as good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from outputs.discovered import Conditions, Known, Limits

SLICE = 0.08
LEAST_SHARE = 0.1
"""Of all runs: smaller boxes are not looked at."""
UNNEEDED_ABOVE = 0.05
"""A limit stays when failures as dense would come by chance without it less often than so."""
FOLDS = 5
SHUFFLES = 39
SEED = 1_999
"""Of the shuffles: the same runs give the same answer."""
LEAST_LEAF = 0.08
TREE_DEPTH = 3
MOST_DEGREE = 3

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]


def find_box(inputs: pd.DataFrame, fails: Booleans) -> Conditions | None:
    """The conditions that tell failures best, or None when every run fails or none does.

    Args:
        inputs: one row a run, one column an input.
        fails: (runs,) whether each fails.
    """
    if fails.all() or not fails.any() or inputs.shape[1] == 0:
        return None
    values = inputs.to_numpy(np.float64)
    ends = _best_ends(values, fails)
    generator = np.random.Generator(np.random.PCG64(SEED))
    elsewhere = _density_elsewhere(values, fails, generator)
    own = _goodness(ends, values, fails)
    shuffled = (generator.permutation(fails) for _ in range(SHUFFLES))
    as_good = sum(_goodness(_best_ends(values, other), values, other) >= own - 1e-12 for other in shuffled)
    box = _described(ends, list(inputs.columns), values, fails)
    return replace(box, density_elsewhere=elsewhere, by_chance=(as_good + 1.0) / (SHUFFLES + 1.0))


def peel(inputs: pd.DataFrame, fails: Booleans) -> list[Conditions]:
    """Boxes from the whole down to the smallest, each a slice smaller than the one before."""
    values, names = inputs.to_numpy(np.float64), list(inputs.columns)
    return [_described(ends, names, values, fails) for ends in _peeled(values, fails)]


def find_tree(inputs: pd.DataFrame, fails: Booleans) -> list[Conditions]:
    """Leaves of a small classification tree (CART) in which most runs fail, those that hold most failures first."""
    from sklearn.tree import DecisionTreeClassifier

    if fails.all() or not fails.any() or inputs.shape[1] == 0:
        return []
    leaf = max(2, int(np.ceil(LEAST_LEAF * len(fails))))
    tree = DecisionTreeClassifier(max_depth=TREE_DEPTH, min_samples_leaf=leaf, random_state=0)
    grown = tree.fit(inputs.to_numpy(np.float64), fails).tree_
    boxes = []
    for limits in _leaves(grown, list(inputs.columns), 0, {}):
        inside = Conditions(limits, 0.0, 0.0, 0).holds(inputs)
        density = float(fails[inside].mean())
        if density > 0.5:
            boxes.append(Conditions(limits, float(fails[inside].sum() / fails.sum()), density, int(inside.sum())))
    return sorted(boxes, key=lambda box: -box.coverage)


def worth_of_knowing(inputs: pd.DataFrame, results: Floats) -> list[Known]:
    """What it would be worth to know each input before choosing: expected value of partial perfect information.

    By regression (Strong, Oakley and Brennan, Medical Decision Making 2014): how each choice's result depends on the
    input alone is a polynomial in the input's normal scores, of the degree that predicts left-out runs best.

    Args:
        inputs: one row a run, one column an input.
        results: (choices, runs) result of each choice in each run; lower is better.

    Returns:
        One for each input, the most valuable first.
    """
    differences = results - results[0]
    generator = np.random.Generator(np.random.PCG64(SEED))
    found = []
    for name in inputs.columns:
        scores = _normal_scores(inputs[name].to_numpy(np.float64))
        without = [_gain(generator.permutation(scores), differences) for _ in range(SHUFFLES)]
        found.append(Known(str(name), _gain(scores, differences), float(np.quantile(without, 0.95))))
    return sorted(found, key=lambda worth: (-worth.value, worth.input))


def regret(results: Floats) -> float:
    """By how much the choice that is best on average falls short of the best of each run, on average.

    It is the most that any knowledge could be worth; chance inside runs is part of it.
    """
    best = results[int(results.mean(axis=1).argmin())]
    return float((best - results.min(axis=0)).mean())


def _peeled(values: Floats, fails: Booleans) -> list[Floats]:
    """(2, inputs) lowest and highest values of each box of the peeling, infinite at first."""
    least = max(2, int(np.ceil(LEAST_SHARE * len(fails))))
    ends = np.array([np.full(values.shape[1], -np.inf), np.full(values.shape[1], np.inf)])
    trajectory = [ends]
    while True:
        inside = _inside(ends, values)
        cut = _best_cut(values[inside], fails[inside], least)
        if cut is None:
            return trajectory
        side, column, at = cut
        ends = ends.copy()
        ends[side, column] = at
        trajectory.append(ends)


def _best_cut(runs: Floats, failing: Booleans, least: int) -> tuple[int, int, float] | None:
    """End (0 low, 1 high), column and place of the cut that raises density most for what it loses; None for none."""
    count = len(failing)
    if count <= least or failing.all():
        return None
    lost = max(1, int(SLICE * count))
    in_order = np.sort(runs, axis=0)
    places = np.array([in_order[lost], in_order[count - 1 - lost]])
    gone = np.array([runs < places[0], runs > places[1]])
    many = gone.sum(axis=1)
    left = count - many
    allowed = (many > 0) & (left >= least)
    if not allowed.any():
        return None
    density = (failing.sum() - (gone & failing[:, np.newaxis]).sum(axis=1)) / np.maximum(left, 1)
    gain = np.where(allowed, (density - failing.mean()) / np.maximum(many, 1), -np.inf)
    side, column = (int(place) for place in np.unravel_index(int(gain.argmax()), gain.shape))
    return side, column, float(places[side, column])


def _best_ends(values: Floats, fails: Booleans) -> Floats:
    """The best box of the peeling, without limits without which failures as dense would often come by chance."""
    ends = max(_peeled(values, fails), key=lambda one: _goodness(one, values, fails))
    while True:
        limited = np.flatnonzero(np.isfinite(ends).any(axis=0)).tolist()
        chances = [_by_chance(ends, column, values, fails) for column in limited]
        if not chances or max(chances) <= UNNEEDED_ABOVE:
            return ends
        ends = _without(ends, limited[int(np.argmax(chances))])


def _by_chance(ends: Floats, column: int, values: Floats, fails: Booleans) -> float:
    """Chance of as many failures inside as there are, if the limits on an input told nothing."""
    inside, wider = _inside(ends, values), _inside(_without(ends, column), values)
    return float(stats.binom.sf(int(fails[inside].sum()) - 1, int(inside.sum()), float(fails[wider].mean())))


def _without(ends: Floats, column: int) -> Floats:
    wider = ends.copy()
    wider[:, column] = (-np.inf, np.inf)
    return wider


def _inside(ends: Floats, values: Floats) -> Booleans:
    return np.asarray(((values >= ends[0]) & (values <= ends[1])).all(axis=1), np.bool_)


def _goodness(ends: Floats, values: Floats, fails: Booleans) -> float:
    """Harmonic mean of coverage and density."""
    inside = _inside(ends, values)
    return float(2.0 * fails[inside].sum() / (inside.sum() + fails.sum()))


def _described(ends: Floats, names: Sequence[str], values: Floats, fails: Booleans) -> Conditions:
    inside = _inside(ends, values)
    limits = {
        name: (float(low), float(high)) for name, low, high in zip(names, *ends, strict=True)
        if np.isfinite(low) or np.isfinite(high)
    }  # fmt: skip
    return Conditions(limits, float(fails[inside].sum() / fails.sum()), float(fails[inside].mean()), int(inside.sum()))


def _density_elsewhere(values: Floats, fails: Booleans, generator: np.random.Generator) -> float:
    """Density among runs left out, of boxes made from the others; NaN when these boxes hold none."""
    fold = generator.permutation(np.arange(len(fails)) % FOLDS)
    hits = runs = 0
    for number in range(FOLDS):
        own = fold != number
        if fails[own].any() and not fails[own].all():
            inside = _inside(_best_ends(values[own], fails[own]), values[~own])
            hits, runs = hits + int(fails[~own][inside].sum()), runs + int(inside.sum())
    return hits / runs if runs else float("nan")


def _leaves(tree: object, names: Sequence[str], node: int, limits: Limits) -> list[Limits]:
    """Limits of every leaf below a node of a scikit-learn tree."""
    left, right = int(tree.children_left[node]), int(tree.children_right[node])  # type: ignore[attr-defined]
    if left < 0:
        return [limits]
    name, at = names[int(tree.feature[node])], float(tree.threshold[node])  # type: ignore[attr-defined]
    low, high = limits.get(name, (-np.inf, np.inf))
    return [
        *_leaves(tree, names, left, {**limits, name: (low, min(high, at))}),
        *_leaves(tree, names, right, {**limits, name: (max(low, float(np.nextafter(at, np.inf))), high)}),
    ]


def _gain(scores: Floats, differences: Floats) -> float:
    """How much better it is to choose by what is expected given the input than once for all."""
    expected = np.array([_smooth(scores, row) for row in differences])
    return max(0.0, float(expected.mean(axis=1).min() - expected.min(axis=0).mean()))


def _smooth(scores: Floats, values: Floats) -> Floats:
    """(runs,) values as a polynomial in scores, of the degree with the smallest error at runs left out one by one."""
    best: tuple[float, Floats] | None = None
    for degree in range(MOST_DEGREE + 1):
        base, _ = np.linalg.qr(np.vander(scores, degree + 1))
        fitted = base @ (base.T @ values)
        left_out = (values - fitted) / np.maximum(1.0 - (base**2).sum(axis=1), 1e-9)
        error = float((left_out**2).mean())
        if best is None or error < best[0] * (1.0 - 1e-9):
            best = (error, np.asarray(fitted, np.float64))
    assert best is not None
    return best[1]


def _normal_scores(values: Floats) -> Floats:
    """Values' ranks as quantiles of the normal law: far values have no more weight than that."""
    ranks = stats.rankdata(values)
    return np.asarray(stats.norm.ppf((ranks - 0.5) / len(values)), np.float64)
