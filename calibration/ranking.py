"""Which of several options is best, with as few runs as it takes: two ways of choosing which option to run next.

Options are compared run by run. Runs with the same number share people, chance and assumptions, so what is judged is
the difference between two options in the same runs, which varies far less than either of them.

Elimination (KN++: Kim and Nelson, Operations Research 2006) goes on until all options but one are clearly worse, or the
rest are as good as each other: it promises to pick the best with a stated confidence whenever the best is better than
every other by at least the indifference. Allocation (optimal computing budget allocation for paired runs: Fu, Hu, Chen
and Xiong, INFORMS Journal on Computing 2007) spends a budget where it tells most, and says how sure that makes it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST_FIRST_RUNS = 4
"""A variance of differences from fewer runs says next to nothing."""
POSTERIOR_DRAWS = 20_000
POSTERIOR_SEED = 20_060
"""Of the draws behind a chance: the same data give the same chance."""

Floats = NDArray[np.float64]
Pair = tuple[int, int]
"""An option by its position, and a run by its number, from 1."""
Observe = Callable[[Sequence[Pair]], Floats]
"""What some options gave in some runs; lower is better."""


@dataclass(frozen=True)
class Rule:
    """How a best option is looked for.

    Attributes:
        indifference: smallest difference that matters, in the unit of the values.
        confidence: with which the option picked shall be the best, or within the indifference of it.
        first_runs: of every option, before anything is judged.
        step_runs: of every option that is left (elimination), or in all (allocation), between two judgements.
        budget: most runs in all, over all options.
    """

    indifference: float
    confidence: float
    first_runs: int
    step_runs: int
    budget: int

    def __post_init__(self) -> None:
        if not self.indifference > 0.0:
            raise ValueError("the indifference must be above 0")
        if not 0.5 <= self.confidence < 1.0:
            raise ValueError("the confidence must be from 0.5 to below 1")
        if self.first_runs < FEWEST_FIRST_RUNS:
            raise ValueError(f"the first look takes {FEWEST_FIRST_RUNS} runs or more of each option")


@dataclass(frozen=True)
class Selection:
    """What came of looking for the best option.

    Attributes:
        best: position of the option picked.
        decided: whether elimination came to its end; always False for allocation, which promises no confidence.
        left: positions of options that were not eliminated, the best first.
        values: (options, runs) what was observed; NaN where an option was not run.
    """

    best: int
    decided: bool
    left: tuple[int, ...]
    values: Floats

    @property
    def runs(self) -> NDArray[np.int64]:
        """(options,) runs of each option."""
        return _counts(self.values)

    @property
    def spent(self) -> int:
        """Runs in all."""
        return int(self.runs.sum())


def eliminate(options: int, observe: Observe, rule: Rule) -> Selection:
    """Pick the best option by running those that may still be it, until one is left or the budget is spent.

    Raises:
        ValueError: when there are fewer than two options or the budget does not allow the first look.
    """
    seen = _Seen(options, observe, rule)
    left = list(range(options))
    while True:
        seen.have_for(left, seen.most_runs + (rule.step_runs if seen.most_runs else rule.first_runs))
        runs = seen.most_runs
        own = seen.values[left, :runs]
        stays, decided = _screen(own, rule, options)
        left = [option for option, kept in zip(left, stays.tolist(), strict=True) if kept]
        left.sort(key=lambda option: (float(seen.values[option, :runs].mean()), option))
        if decided or len(left) == 1:
            return Selection(left[0], True, tuple(left), seen.values)
        if seen.spent + rule.step_runs * len(left) > rule.budget:
            return Selection(left[0], False, tuple(left), seen.values)
        left.sort()


def allocate(options: int, observe: Observe, rule: Rule) -> Selection:
    """Pick the best option with a budget of runs, each given where it helps most to tell the best from the rest.

    Raises:
        ValueError: as `eliminate`.
    """
    seen = _Seen(options, observe, rule)
    seen.have_for(range(options), rule.first_runs)
    while seen.spent < rule.budget:
        wanted = _next_runs(seen.values, rule, min(rule.step_runs, rule.budget - seen.spent))
        if not wanted:
            break
        seen.have(wanted)
    best = best_so_far(seen.values)
    means = _differences(seen.values, best)[0]
    order = sorted(range(options), key=lambda option: (means[option], option))
    return Selection(best, False, (best, *(one for one in order if one != best)), seen.values)


def best_so_far(values: Floats) -> int:
    """Position of the option with the lowest mean, judged by differences in the runs that two options share."""
    leader = int(np.argmax(_counts(values)))
    means = _differences(values, leader)[0]
    return min(range(len(values)), key=lambda option: (means[option], option))


def chance_best_on_average(values: Floats, best: int) -> Floats:
    """(options,) chance that each option's average over very many runs is the lowest.

    Student t laws around the mean differences from the option picked, with the correlations of these differences.

    Args:
        values: (options, runs), NaN where an option was not run; every option ran from run 1 on without gaps.
        best: position of the option picked, which has as many runs as any other.
    """
    means, variances, counts = _differences(values, best)
    others = [one for one in range(len(values)) if one != best]
    common = int(counts[others].min())
    paired = values[others, :common] - values[best, :common]
    generator = np.random.Generator(np.random.PCG64(POSTERIOR_SEED))
    normal = generator.standard_normal((POSTERIOR_DRAWS, len(others))) @ _root(_correlations(paired)).T
    freedom = counts[others] - 1
    student = normal / np.sqrt(generator.chisquare(freedom, normal.shape) / freedom)
    drawn = means[others] + student * np.sqrt(variances[others] / counts[others])
    whole = np.zeros((POSTERIOR_DRAWS, len(values)))
    whole[:, others] = drawn
    first = whole == whole.min(axis=1, keepdims=True)
    return np.asarray((first / first.sum(axis=1, keepdims=True)).mean(axis=0), np.float64)


class _Seen:
    """What has been observed so far."""

    def __init__(self, options: int, observe: Observe, rule: Rule) -> None:
        if options < 2:
            raise ValueError("there must be two options or more")
        if rule.budget < options * rule.first_runs:
            raise ValueError(f"the first look at {options} options takes {options * rule.first_runs} runs")
        self.observe = observe
        self.values: Floats = np.full((options, 0), np.nan)

    @property
    def most_runs(self) -> int:
        return int(self.values.shape[1])

    @property
    def spent(self) -> int:
        return int(_counts(self.values).sum())

    def have_for(self, options: Sequence[int], runs: int) -> None:
        """See to it that some options have all runs up to a number."""
        counts = _counts(self.values)
        self.have([(option, run) for run in range(1, runs + 1) for option in options if run > counts[option]])

    def have(self, pairs: Sequence[Pair]) -> None:
        most = max(run for _, run in pairs)
        if most > self.most_runs:
            wider = np.full((len(self.values), most), np.nan)
            wider[:, : self.most_runs] = self.values
            self.values = wider
        for (option, run), value in zip(pairs, self.observe(pairs), strict=True):
            self.values[option, run - 1] = value


def _screen(values: Floats, rule: Rule, options: int) -> tuple[NDArray[np.bool_], bool]:
    """Which options stay, and whether none of those that stay can be told apart by going on.

    Args:
        values: (options that are left, runs).
        rule: see `Rule`.
        options: how many there were to begin with, over which the chance of a mistake is shared out.
    """
    runs = values.shape[1]
    mistake = (1.0 - rule.confidence) / (options - 1)
    eta = 0.5 * ((2.0 * mistake) ** (-2.0 / (runs - 1)) - 1.0)
    paired = values[:, np.newaxis, :] - values[np.newaxis, :, :]
    reach = 2.0 * eta * (runs - 1) * paired.var(axis=2, ddof=1) / rule.indifference**2 - runs
    distance = np.maximum(0.0, rule.indifference / (2.0 * runs) * reach)
    stays = np.all(paired.mean(axis=2) <= distance, axis=1)
    return stays, bool(np.all(distance[np.ix_(stays, stays)] == 0.0))


def _next_runs(values: Floats, rule: Rule, step: int) -> list[Pair]:
    """The next runs: of whichever option has least for what it needs, and of the best wherever it has no partner."""
    best = best_so_far(values)
    means, variances, counts = _differences(values, best)
    gaps = np.maximum(np.abs(means), rule.indifference)
    needs = variances / gaps**2
    needs[best] = 0.0
    if not np.any(needs > 0.0):
        return []
    wanted: list[Pair] = []
    have = counts.copy()
    while len(wanted) < step:
        with np.errstate(divide="ignore", invalid="ignore"):
            option = int(np.argmin(np.where(needs > 0.0, have / needs, np.inf)))
        have[option] += 1
        wanted.append((option, int(have[option])))
        if have[option] > have[best]:
            have[best] += 1
            wanted.append((best, int(have[best])))
    return wanted[:step] if len(wanted) > step and wanted[-1][0] == best and step > 1 else wanted


def _differences(values: Floats, option: int) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """(options,) means, variances and numbers of differences from one option, in the runs that both have."""
    paired = values - values[option]
    counts = _counts(paired)
    known = ~np.isnan(paired)
    means = np.where(known, paired, 0.0).sum(axis=1) / counts
    spread = np.where(known, paired - means[:, np.newaxis], 0.0)
    return means, (spread**2).sum(axis=1) / (counts - 1), counts


def _counts(values: Floats) -> NDArray[np.int64]:
    return np.asarray((~np.isnan(values)).sum(axis=1), np.int64)


def _correlations(paired: Floats) -> Floats:
    """(rows, rows); rows that do not vary go with nothing."""
    centred = paired - paired.mean(axis=1, keepdims=True)
    size = np.sqrt((centred**2).sum(axis=1))
    scaled = np.divide(centred, size[:, np.newaxis], out=np.zeros_like(centred), where=size[:, np.newaxis] > 0.0)
    found = scaled @ scaled.T
    np.fill_diagonal(found, 1.0)
    return np.asarray(found, np.float64)


def _root(correlations: Floats) -> Floats:
    """A matrix whose product with its transpose is the correlations, which may be of any rank."""
    values, vectors = np.linalg.eigh(correlations)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)), np.float64)


def runs_for_all(selection: Selection) -> int:
    """Runs that giving every option as many as the one with most would have taken."""
    return int(math.prod(selection.values.shape))
