"""Discovery: boxes and trees find the conditions that were built in, and say when there are none to find."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from calibration.discovery import find_box, find_tree, peel, regret, worth_of_knowing

RUNS = 200


@pytest.fixture(scope="module")
def inputs() -> pd.DataFrame:
    """Four inputs, even over 0 to 1; the last two have nothing to do with anything."""
    values = np.random.default_rng(20_261_128).uniform(0.0, 1.0, (RUNS, 4))
    return pd.DataFrame(values, columns=["effect", "reach", "idle", "dummy"])


@pytest.fixture(scope="module")
def fails(inputs: pd.DataFrame) -> np.ndarray:
    """A corner fails: a weak effect together with little reach; one run in twenty is the other way by chance."""
    corner = ((inputs["effect"] < 0.5) & (inputs["reach"] < 0.6)).to_numpy()
    return np.asarray(corner ^ (np.random.default_rng(5).uniform(size=RUNS) < 0.05))


def test_a_box_finds_the_corner_that_was_built_in(inputs: pd.DataFrame, fails: np.ndarray) -> None:
    """Its two inputs and no other, near where they were cut, and as dense as noise of 1 in 20 allows."""
    box = find_box(inputs, fails)
    assert box is not None
    assert set(box.limits) == {"effect", "reach"}
    assert box.limits["effect"][1] == pytest.approx(0.5, abs=0.08)
    assert box.limits["reach"][1] == pytest.approx(0.6, abs=0.08)
    assert box.limits["effect"][0] == box.limits["reach"][0] == -np.inf
    assert box.density > 0.85
    assert box.coverage > 0.75
    assert box.density_elsewhere > 0.75
    assert box.by_chance == pytest.approx(1.0 / 40.0)


def test_failures_that_follow_nothing_give_no_box_to_believe_in(inputs: pd.DataFrame) -> None:
    """As dense a box comes often when failures are dealt out at random, and it fails on runs that it has not seen."""
    box = find_box(inputs, np.random.default_rng(11).uniform(size=RUNS) < 0.3)
    assert box is not None
    assert box.by_chance > 0.05
    assert not box.density_elsewhere > 0.6


def test_peeling_makes_boxes_smaller_and_denser(inputs: pd.DataFrame, fails: np.ndarray) -> None:
    """Each is inside the one before; coverage never grows; the first is everything."""
    trajectory = peel(inputs, fails)
    assert (trajectory[0].limits, trajectory[0].coverage, trajectory[0].runs) == ({}, 1.0, RUNS)
    assert trajectory[0].density == pytest.approx(fails.mean())
    for wider, narrower in pairwise(trajectory):
        assert narrower.runs < wider.runs
        assert narrower.coverage <= wider.coverage
        assert not np.any(narrower.holds(inputs) & ~wider.holds(inputs))
    assert trajectory[-1].density > trajectory[0].density


def test_a_tree_finds_the_same_corner(inputs: pd.DataFrame, fails: np.ndarray) -> None:
    """By another road: its largest failing leaf has the same two inputs, and its limits give its own numbers."""
    first = find_tree(inputs, fails)[0]
    assert {"effect", "reach"} <= set(first.limits)
    inside = first.holds(inputs)
    assert first.density == pytest.approx(fails[inside].mean())
    assert first.coverage == pytest.approx(fails[inside].sum() / fails.sum())
    assert first.coverage > 0.6


def test_where_all_fail_or_none_there_is_nothing_to_look_for(inputs: pd.DataFrame) -> None:
    """No box and no tree, instead of an empty one."""
    for fails in (np.ones(RUNS, bool), np.zeros(RUNS, bool)):
        assert find_box(inputs, fails) is None
        assert find_tree(inputs, fails) == []


def test_the_worth_of_knowing_an_input_is_what_arithmetic_says() -> None:
    """Result of acting: the input, normal with mean 0.2 and deviation 1, plus noise; of not acting: 0. Knowing it is
    worth E[max(0, -x)] - 0 by the normal loss function: 0.3069. 4,000 runs, noise 1: within 0.03.
    """
    from scipy import stats

    generator = np.random.default_rng(3)
    x = generator.normal(0.2, 1.0, 4_000)
    acting = x + generator.normal(0.0, 1.0, len(x))
    results = np.array([np.zeros(len(x)), acting])
    inputs = pd.DataFrame({"x": x, "nothing": generator.normal(size=len(x))})
    first, second = worth_of_knowing(inputs, results)
    truth = float(stats.norm.pdf(0.2) - 0.2 * stats.norm.sf(0.2))
    assert first.input == "x"
    assert first.value == pytest.approx(truth, abs=0.03)
    assert first.is_clear
    assert not second.is_clear
    assert first.value < regret(results)


def test_knowledge_that_changes_no_choice_is_worth_nothing() -> None:
    """However much the result depends on it."""
    x = np.random.default_rng(8).uniform(0.0, 1.0, 300)
    results = np.array([np.zeros(300), -5.0 - x])
    (found,) = worth_of_knowing(pd.DataFrame({"x": x}), results)
    assert found.value == pytest.approx(0.0, abs=1e-9)
    assert not found.is_clear
    assert regret(results) == 0.0
