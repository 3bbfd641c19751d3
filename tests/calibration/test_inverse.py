"""The inverse question: the smallest change that meets a condition surely enough, found among paired runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from calibration.inverse import Booleans, Range, chance, fewest_runs, first_values, nice_step, smallest_change

RUNS = 20
NEEDS = np.linspace(-0.30, -0.11, RUNS)
"""What the value must be at most in each run: in 16 of 20 runs -0.26 does, and 17 / 22 is the chance judged by that."""


def meets_below(needs: np.ndarray) -> Callable[[Sequence[float]], Booleans]:
    """A condition that is met in a run once the value is as low as the run needs; less is more."""
    return lambda values: np.array([needs >= value for value in values])


def exactly(needs: np.ndarray, sure: float) -> float:
    """The highest value that meets it surely enough."""
    wanted = next(count for count in range(len(needs) + 1) if (count + 1) / (len(needs) + 2) >= sure)
    return float(np.sort(needs)[::-1][wanted - 1])


@pytest.mark.parametrize("sure", [0.5, 0.8, 0.9])
def test_the_answer_is_the_smallest_change_to_within_a_step(sure: float) -> None:
    """Known by arithmetic: the answer does it, and one step nearer to now does not."""
    within = Range(-0.40, 0.0, now=-0.05, step=0.01, sure=sure)
    found = smallest_change(within, meets_below(NEEDS))
    assert found.answer is not None
    assert found.short_of is not None
    truth = exactly(NEEDS, sure)
    assert found.answer <= truth < found.short_of
    assert found.short_of - found.answer <= within.step * 1.001
    assert found.goes_one_way


def test_few_values_are_run() -> None:
    """Five at first, one more for what it is now, then halving: not all forty."""
    found = smallest_change(Range(-0.40, 0.0, -0.05, 0.01, 0.8), meets_below(NEEDS))
    assert len(found.values) <= 10


def test_no_value_in_range_is_said_not_guessed() -> None:
    """With the value that comes nearest, and its chance."""
    found = smallest_change(Range(-0.20, 0.0, -0.05, 0.01, 0.8), meets_below(NEEDS))
    assert found.answer is None
    assert found.nearest_miss == -0.20
    assert max(found.chances) < 0.8


def test_what_does_it_already_is_the_answer() -> None:
    """No change is the smallest change."""
    found = smallest_change(Range(-0.40, 0.0, now=-0.35, step=0.01, sure=0.8), meets_below(NEEDS))
    assert found.answer == -0.35
    assert found.short_of is None


def test_more_can_be_what_it_takes() -> None:
    """Teams: the smallest number above today's, on whole steps, from either end of the range."""
    needs = np.linspace(2.2, 4.1, RUNS)

    def meets(values: Sequence[float]) -> Booleans:
        return np.array([value >= needs for value in values])

    for first, last in ((1.0, 8.0), (8.0, 1.0)):
        found = smallest_change(Range(first, last, now=1.0, step=1.0, sure=0.8), meets)
        assert found.answer == 4.0
        assert all(value == round(value) for value in found.values)


def test_a_way_that_turns_is_pointed_out() -> None:
    """Where only the middle does it, the answer is found and the reader is warned."""
    found = smallest_change(
        Range(0.0, 10.0, now=0.0, step=0.5, sure=0.8),
        lambda values: np.array([np.full(RUNS, 4.0 <= value <= 6.0) for value in values]),
    )
    assert found.answer == 4.0
    assert not found.goes_one_way


def test_every_value_is_run_once() -> None:
    """However often it comes up."""
    asked: list[float] = []

    def meets(values: Sequence[float]) -> Booleans:
        asked.extend(values)
        return meets_below(NEEDS)(values)

    smallest_change(Range(-0.40, 0.0, -0.05, 0.01, 0.8), meets)
    assert len(asked) == len(set(asked))


def test_certainty_needs_runs() -> None:
    """Even if all of three runs agree, that is 80 % and no more; 95 % takes eighteen."""
    assert fewest_runs(0.8) == 3
    assert fewest_runs(0.95) == 18
    for sure in (0.6, 0.8, 0.9, 0.95):
        runs = fewest_runs(sure)
        assert chance(np.ones(runs, bool)) >= sure - 1e-9
        assert chance(np.ones(runs - 1, bool)) < sure


def test_steps_are_round_and_values_lie_on_them() -> None:
    """About thirty across the range; the ends stay as they were asked for."""
    assert nice_step(-40.0, 0.0) == 1.0
    assert nice_step(0.0, 3.0) == 0.05
    within = Range(0.15, 3.0, now=None, step=0.1, sure=0.8)
    assert within.origin == 0.15
    ends = first_values(within)
    assert ends[:2] == [0.15, 3.0]
    assert all(value == pytest.approx(round(value, 1)) for value in ends[2:])


def test_a_step_wider_than_the_range_is_refused() -> None:
    """There would be nothing to look through."""
    with pytest.raises(ValueError, match="step"):
        Range(0.0, 1.0, None, 2.0, 0.8)
