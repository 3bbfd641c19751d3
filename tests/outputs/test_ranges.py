"""Ranges and verdicts: the documented rules, one by one."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.ranges import NO_CLEAR_DIFFERENCE, TOO_FEW_RUNS, chance_lower, spread, verdict

DIFFERENCES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40)


def values(*numbers: float) -> np.ndarray:
    """Numbers as an array."""
    return np.array(numbers, np.float64)


def test_the_range_holds_eight_in_ten() -> None:
    """Of the values 1 to 1,000, one in ten lies below the range and one in ten above."""
    found = spread(np.arange(1.0, 1001.0))
    assert (found.low, found.high) == pytest.approx((100.4, 900.6), abs=0.1)
    assert found.mean == 500.5


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=40))
def test_the_ends_of_the_range_are_numpys_median_unbiased_quantiles(numbers: list[float]) -> None:
    """Two ways to the same ends, unless the mean lies outside them."""
    found = spread(values(*numbers))
    low, high = np.quantile(values(*numbers), [0.1, 0.9], method="median_unbiased")
    assert found.low == pytest.approx(min(low, found.mean), abs=1e-9)
    assert found.high == pytest.approx(max(high, found.mean), abs=1e-9)


def test_simulation_error_is_the_standard_error_of_the_mean() -> None:
    """Standard deviation 2 over the root of 4."""
    assert spread(values(1.0, 1.0, 5.0, 5.0)).simulation_error == pytest.approx(math.sqrt(16 / 3) / 2)


def test_one_run_has_no_simulation_error() -> None:
    """It is not known, and not nought."""
    found = spread(values(7.0))
    assert math.isnan(found.simulation_error)
    assert (found.mean, found.low, found.high, found.runs) == (7.0, 7.0, 7.0, 1)


def test_a_range_of_nothing_is_refused() -> None:
    """No runs, no range."""
    with pytest.raises(ValueError, match="at least one run"):
        spread(values())


@given(DIFFERENCES)
def test_the_range_lies_inside_the_runs_and_around_its_middle(numbers: list[float]) -> None:
    """Never wider than what was simulated."""
    found = spread(values(*numbers))
    assert min(numbers) <= found.low <= found.high <= max(numbers)
    assert min(numbers) - 1e-6 <= found.mean <= max(numbers) + 1e-6


@pytest.mark.parametrize("runs", range(1, 6))
def test_under_six_runs_are_too_few_to_say(runs: int) -> None:
    """Even when all of them agree, and even when none of them differs at all."""
    assert verdict(np.full(runs, -100.0), matters=1.0) == TOO_FEW_RUNS
    assert verdict(np.zeros(runs), matters=1.0) == TOO_FEW_RUNS


@pytest.mark.parametrize(
    ("lower", "runs", "expected"),
    [
        (6, 6, "lower (8 in 10)"),
        (8, 8, "lower (9 in 10)"),
        (7, 8, "lower (8 in 10)"),
        (11, 12, "lower (8 in 10)"),
        (12, 12, "lower (9 in 10)"),
        (100, 100, "lower (9 in 10)"),
    ],
)
def test_a_direction_is_named_when_its_chance_is_at_least_eight_in_ten(lower: int, runs: int, expected: str) -> None:
    """(runs lower + 1) / (runs + 2), rounded down: never 10 in 10."""
    differences = values(*[-10.0] * lower, *[10.0] * (runs - lower))
    assert verdict(differences, matters=1.0) == expected
    assert verdict(-differences, matters=1.0) == expected.replace("lower", "higher")


def test_no_difference_at_all_is_no_clear_difference() -> None:
    """Identical runs are known to be the same."""
    assert verdict(np.zeros(8), matters=1.0) == NO_CLEAR_DIFFERENCE


def test_known_to_be_small_is_no_clear_difference() -> None:
    """Half of the runs each way, and two standard errors within what matters."""
    differences = values(*[-1.0, 1.0] * 10)
    assert verdict(differences, matters=1.0) == NO_CLEAR_DIFFERENCE


def test_unknown_whether_it_matters_is_too_few_runs() -> None:
    """The same runs, when a tenth of that would matter: more runs might show a direction."""
    differences = values(*[-1.0, 1.0] * 10)
    assert verdict(differences, matters=0.1) == TOO_FEW_RUNS


def test_assumptions_that_disagree_are_no_clear_difference() -> None:
    """Six of ten far below, four a little above: the mean is clear, its direction is not."""
    differences = values(*[-10.0] * 7, *[1.0] * 3)
    assert abs(differences.mean()) > 2 * spread(differences).simulation_error
    assert verdict(differences, matters=0.1) == NO_CLEAR_DIFFERENCE


@given(DIFFERENCES, st.floats(0.001, 1e5))
def test_a_verdict_does_not_take_sides(numbers: list[float], matters: float) -> None:
    """Turning every difference round turns lower into higher and changes nothing else."""
    differences = values(*numbers)
    swapped = {"lower": "higher", "higher": "lower"}
    word, _, rest = verdict(differences, matters).partition(" ")
    assert verdict(-differences, matters) == f"{swapped.get(word, word)} {rest}"


@given(DIFFERENCES)
def test_the_chances_of_lower_and_higher_add_up_to_one(numbers: list[float]) -> None:
    """Runs without a difference count half for each."""
    differences = values(*numbers)
    assert chance_lower(differences) + chance_lower(-differences) == pytest.approx(1.0)
    assert 0.0 < chance_lower(differences) < 1.0
