"""Ranking: the best option is found, with the stated confidence, in far fewer runs than giving all options as many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from calibration.ranking import (
    Floats,
    Pair,
    Rule,
    allocate,
    best_so_far,
    chance_best_on_average,
    eliminate,
    runs_for_all,
)

TRIALS = 100
RULE = Rule(indifference=1.0, confidence=0.95, first_runs=8, step_runs=8, budget=100_000)


class TenOptions:
    """Ten options whose true means are 0, 1, ... 9 in some order; runs of one number share a large common part."""

    def __init__(self, trial: int, means: Floats | None = None, own: float = 3.0, common: float = 10.0) -> None:
        generator = np.random.default_rng([20_261_128, trial])
        self.means = generator.permutation(10).astype(np.float64) if means is None else means
        self.common = generator.normal(0.0, common, 1_000)
        self.own = generator.normal(0.0, own, (len(self.means), 1_000))

    @property
    def best(self) -> int:
        return int(self.means.argmin())

    def observe(self, pairs: Sequence[Pair]) -> Floats:
        options, runs = (np.array(part) for part in zip(*pairs, strict=True))
        return np.asarray(self.means[options] + self.common[runs] + self.own[options, runs], np.float64)


def test_elimination_picks_the_known_best_of_ten_in_at_least_95_of_100_trials() -> None:
    """The best is better by exactly the indifference; noise has three times that, and runs share ten times that."""
    problems = [TenOptions(trial) for trial in range(TRIALS)]
    assert sum(eliminate(10, problem.observe, RULE).best == problem.best for problem in problems) >= 95


def test_allocation_picks_the_known_best_of_ten_in_at_least_95_of_100_trials() -> None:
    """With 400 runs in all, 40 for each option if they were shared out evenly."""
    rule = Rule(indifference=1.0, confidence=0.95, first_runs=8, step_runs=8, budget=400)
    problems = [TenOptions(trial) for trial in range(TRIALS)]
    assert sum(allocate(10, problem.observe, rule).best == problem.best for problem in problems) >= 95


def test_when_all_others_are_equally_worse_the_stated_confidence_still_holds() -> None:
    """The hardest case there is. 300 trials: their share of successes has a standard error of 1.3 points at 95 %."""
    means = np.array([1.0, 1.0, 0.0, 1.0, 1.0])
    trials = 300
    found = sum(eliminate(5, TenOptions(trial, means).observe, RULE).best == 2 for trial in range(trials))
    assert found / trials >= 0.95 - 3.3 * np.sqrt(0.95 * 0.05 / trials)


def test_elimination_spends_less_than_giving_every_option_as_many_runs() -> None:
    """Poor options are dropped early; the selection says what each was given."""
    selection = eliminate(10, TenOptions(1).observe, RULE)
    assert selection.decided
    assert selection.spent == int(selection.runs.sum()) < runs_for_all(selection)
    assert selection.runs[selection.best] == selection.runs.max()


def test_shared_chance_costs_nothing() -> None:
    """What runs of one number have in common does not change what is decided or what it takes."""
    with_it, without = (eliminate(10, TenOptions(3, common=common).observe, RULE) for common in (50.0, 0.0))
    assert with_it.best == without.best
    np.testing.assert_array_equal(with_it.runs, without.runs)


def test_options_that_are_the_same_end_at_once() -> None:
    """A plan that changes nothing, beside doing nothing: no number of runs tells them apart, so none is spent on it."""
    selection = eliminate(3, lambda pairs: np.full(len(pairs), 5.0), RULE)
    assert selection.decided
    assert selection.left == (0, 1, 2)
    assert selection.spent == 3 * RULE.first_runs


def test_a_budget_that_is_too_small_leaves_the_question_open_and_says_so() -> None:
    """The options that may still be best are named, the likeliest first."""
    rule = Rule(indifference=0.05, confidence=0.99, first_runs=8, step_runs=8, budget=120)
    selection = eliminate(10, TenOptions(5).observe, rule)
    assert not selection.decided
    assert len(selection.left) > 1
    assert selection.spent <= 120


def test_allocation_gives_most_to_the_options_that_are_hard_to_tell_apart() -> None:
    """The two lowest get more than the highest, and the best has a partner for every run of any other."""
    problem = TenOptions(7, np.array([0.0, 1.0, 8.0, 9.0]))
    selection = allocate(4, problem.observe, Rule(1.0, 0.95, 8, 8, 200))
    assert selection.spent == 200
    assert selection.runs[1] > 2 * selection.runs[3]
    assert selection.runs[0] == selection.runs.max()


def test_allocation_stops_when_nothing_varies() -> None:
    """Runs that can change nothing are not had."""
    selection = allocate(2, lambda pairs: np.array([float(option) for option, _ in pairs]), Rule(0.1, 0.9, 4, 4, 100))
    assert (selection.best, selection.spent) == (0, 8)


def test_the_chance_of_being_best_on_average_is_what_it_is_said_to_be() -> None:
    """Two options that truly are the same: 200 trials, and the chance said is even over 0 to 1 (Kolmogorov-Smirnov)."""
    from scipy import stats

    chances = []
    for trial in range(200):
        values = np.random.default_rng([7, trial]).normal(0.0, 1.0, (2, 12))
        best = best_so_far(values)
        chances.append(chance_best_on_average(values, best)[0])
    assert stats.kstest(chances, "uniform").pvalue > 0.0005


def test_chances_add_up_and_favour_the_lowest() -> None:
    """One number for each option, whatever it was given; options that tie share."""
    selection = eliminate(10, TenOptions(2).observe, RULE)
    chances = chance_best_on_average(selection.values, selection.best)
    assert chances.sum() == pytest.approx(1.0)
    assert int(chances.argmax()) == selection.best
    same = chance_best_on_average(np.full((2, 6), 3.0), 0)
    np.testing.assert_allclose(same, 0.5)


@pytest.mark.parametrize(
    ("rule", "says"),
    [((0.0, 0.9, 8, 8, 100), "indifference"), ((1.0, 1.0, 8, 8, 100), "confidence"), ((1.0, 0.9, 2, 8, 100), "first")],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: tuple[float, float, int, int, int], says: str) -> None:
    """With the reason."""
    with pytest.raises(ValueError, match=says):
        Rule(*rule)


def test_a_single_option_or_a_budget_below_the_first_look_is_refused() -> None:
    """There is nothing to choose, or nothing to choose by."""
    with pytest.raises(ValueError, match="two options"):
        eliminate(1, TenOptions(0).observe, RULE)
    with pytest.raises(ValueError, match="80 runs"):
        allocate(10, TenOptions(0).observe, Rule(1.0, 0.9, 8, 8, 79))
