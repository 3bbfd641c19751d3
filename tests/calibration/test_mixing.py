"""The best mix of options is found where it is known, from few noisy runs, and luck is not believed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from calibration.mixing import Response, candidates, chance_on_front, front, points, to_confirm

MOST = np.array([1.0, 1.0, 2.0])
COSTS = np.array([40.0, 100.0, 50.0])
BUDGET = 120.0


def truth(amounts: np.ndarray) -> np.ndarray:
    """(mixes,) admissions averted, as a fall: each option has less and less to add, and two reach the same people."""
    alone = -np.array([30.0, 60.0, 25.0]) * (1.0 - np.exp(-np.array([2.5, 1.0, 1.2]) * amounts))
    overlap = 12.0 * amounts[:, 0] * amounts[:, 1] / (MOST[0] * MOST[1])
    return np.asarray(alone.sum(axis=1) + overlap)


def runs_of(amounts: np.ndarray, runs: int, seed: int, noise: float = 6.0) -> np.ndarray:
    """(mixes, runs) with chance that all mixes of a run share in part, in proportion to how much there is of them."""
    rng = np.random.default_rng(seed)
    futures = 1.0 + 0.3 * rng.standard_normal(runs)
    return np.asarray(truth(amounts)[:, None] * futures + noise * rng.standard_normal((len(amounts), runs)))


def test_without_noise_every_point_is_met_and_pairs_are_exact() -> None:
    """The response goes through what built it, and through any pair whose overlap is in proportion to both."""
    built = points(MOST)
    assert len(built) == 3 * 3 + 3
    response = Response.of(MOST, truth(built)[:, None])
    assert response.mean_of(built) == pytest.approx(truth(built))
    corner = np.array([[1.0, 1.0, 2.0]])
    assert response.mean_of(corner) == pytest.approx(truth(corner))


def test_candidates_keep_to_the_budget_and_some_spend_all_of_it() -> None:
    """No amount is below nought or above its largest; nothing is a mix too; the whole grid is there."""
    found = candidates(MOST, COSTS, BUDGET)
    spends = found @ COSTS
    assert spends.max() == pytest.approx(BUDGET)
    assert np.count_nonzero(np.isclose(spends, BUDGET)) > 300
    assert (found >= 0.0).all()
    assert (found <= MOST + 1e-9).all()
    assert not found[spends.argmin()].any()
    assert len(np.unique(found, axis=0)) == len(found)


def test_the_front_is_what_nothing_cheaper_outdoes() -> None:
    """Checked against the definition, mix by mix."""
    rng = np.random.default_rng(5)
    costs, values = rng.integers(0, 12, 60).astype(float), rng.integers(-9, 3, 60).astype(float)
    expected = {
        one for one in range(60)
        if not any((costs[other], values[other]) != (costs[one], values[one]) and costs[other] <= costs[one]
                   and values[other] <= values[one] for other in range(60))
    }  # fmt: skip
    found = front(costs, values)
    assert {(costs[one], values[one]) for one in found} == {(costs[one], values[one]) for one in expected}
    assert all(costs[a] < costs[b] and values[a] > values[b] for a, b in itertools.pairwise(found))


def test_the_best_mix_for_a_budget_is_found_from_few_noisy_runs() -> None:
    """Of 40 studies of 16 runs, the mix picked is on average within 4 % of the best there is, and none is off by 15 %.

    One option alone for all the money is a fifth worse or more, so that a mix is what has to be found.
    """
    every = candidates(MOST, COSTS, BUDGET)
    costs, best = every @ COSTS, truth(every).min()
    singles = np.diag(np.minimum(MOST, BUDGET / COSTS))
    assert truth(singles).min() > 0.8 * best
    short = []
    for seed in range(40):
        response = Response.of(MOST, runs_of(points(MOST), 16, seed))
        chosen = to_confirm(every, costs, response.mean_of(every), BUDGET, 5)
        assert 3 <= len(chosen) <= 5
        assert (np.diff(costs[chosen]) > 0.0).all()
        short.append(1.0 - float(truth(every[chosen[-1:]])[0]) / best)
    assert np.mean(short) < 0.04
    assert max(short) < 0.15


def test_chance_of_being_on_the_front_is_against_what_is_as_cheap() -> None:
    """A clear mix is on it, one that something cheaper outdoes is not, and one like doing nothing may or may not be."""
    rng = np.random.default_rng(2)
    noise = rng.standard_normal((4, 30))
    values = np.vstack([np.zeros(30), noise[1] - 10.0, noise[2] - 5.0, noise[3] * 0.2 - 12.0])
    found = chance_on_front([0.0, 50.0, 60.0, 100.0], values)
    assert found[0] == 1.0
    assert found[1] > 0.99
    assert found[2] < 0.01
    assert found[3] > 0.99
    assert 0.05 < chance_on_front([0.0, 10.0], np.vstack([np.zeros(30), noise[1] - noise[1].mean()]))[1] < 0.95
