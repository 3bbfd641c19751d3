"""Draws of what is not known for certain."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.assumption_draws import draw, even_uniform
from scenarios.resolved import RangeValue

RUNS = 4096


def drawn(value: RangeValue, runs: int = RUNS) -> list[float]:
    """Draws over many runs, from small to large."""
    return sorted(draw(value, "any.name", 5, run) for run in range(runs))


@pytest.mark.parametrize(
    "value",
    [
        RangeValue(-0.05, -0.15, 0.0),
        RangeValue(0.12, 0.0, 0.30),
        RangeValue(700.0, 500.0, 1400.0, "positive"),
        RangeValue(0.75, 0.70, 0.80, "share"),
        RangeValue(0.3, 0.0, 0.8, "plain"),
    ],
)
def test_eight_draws_in_ten_lie_in_the_range_and_half_below_the_best_guess(value: RangeValue) -> None:
    """One in ten below low, one in ten above high, half below best, to 2 in a thousand over 4,096 runs."""
    draws = np.array(drawn(value))
    assert abs(float(np.mean(draws < value.low)) - 0.1) < 0.002
    assert abs(float(np.mean(draws > value.high)) - 0.1) < 0.002
    assert abs(float(np.mean(draws < value.best)) - 0.5) < 0.002


def test_a_change_never_takes_away_more_than_everything() -> None:
    """A relative change is drawn on the log of 1 + change, so it stays above -1 however wide the range."""
    assert drawn(RangeValue(-0.5, -0.95, 0.2))[0] > -1.0


@pytest.mark.parametrize("value", [RangeValue(0.16, 0.0, 0.37, "share"), RangeValue(0.95, 0.85, 1.0, "share")])
def test_a_share_stays_between_nothing_and_everything(value: RangeValue) -> None:
    """A range that touches 0 or 1 is drawn as it stands and cut there."""
    draws = drawn(value)
    assert draws[0] >= 0.0
    assert draws[-1] <= 1.0


def test_a_value_without_a_range_is_what_it_is() -> None:
    """Nothing is drawn when best, low and high are the same."""
    assert drawn(RangeValue(0.25, 0.25, 0.25), 5) == [0.25] * 5


def test_a_best_guess_at_the_end_of_its_range_is_allowed() -> None:
    """Half the draws are the best guess itself when the range has no other side."""
    assert np.mean(np.array(drawn(RangeValue(0.0, -0.15, 0.0))) == 0.0) == 0.5


def test_the_draw_depends_on_seed_run_and_name_only() -> None:
    """The same in every scenario and every process: no state, no generator."""
    value = RangeValue(-0.05, -0.15, 0.0)
    assert draw(value, "a", 1, 3) == draw(value, "a", 1, 3)
    assert len({draw(value, name, seed, run) for name in "ab" for seed in (1, 2) for run in (0, 1)}) == 8


@pytest.mark.parametrize("block", [0, 1, 7])
def test_eight_runs_already_cover_the_range(block: int) -> None:
    """Each block of eight runs meets each eighth of the unit interval exactly once."""
    eighths = sorted(int(even_uniform("any.name", 9, block * 8 + run) * 8) for run in range(8))
    assert eighths == list(range(8))


def test_two_names_are_drawn_independently() -> None:
    """Over 2,048 runs the correlation of two names is within 3.5 standard errors of nothing, for twenty pairs."""
    runs = 2048
    for pair in range(20):
        first, second = (
            np.array([even_uniform(f"{name}.{pair}", 2, run) for run in range(runs)]) for name in ("teams", "caseload")
        )
        assert abs(np.corrcoef(first, second)[0, 1]) < 3.5 / runs**0.5


def test_neighbouring_runs_are_not_alike() -> None:
    """The order within a block is shuffled: neighbours and distance from the start tell nothing, over 2,048 runs."""
    runs = 2048
    numbers = np.array([even_uniform("any.name", 4, run) for run in range(runs)])
    assert abs(np.corrcoef(numbers, np.arange(runs))[0, 1]) < 3.5 / runs**0.5
    assert abs(np.corrcoef(numbers, np.arange(runs) % 8)[0, 1]) < 3.5 / runs**0.5
