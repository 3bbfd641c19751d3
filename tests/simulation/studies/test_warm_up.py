"""What is left out at the beginning of a simulation, and when none of it can be used."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.studies.warm_up import NotSettled, flatness, mser, warm_up

SERIES = 40


def autoregressive(length: int, number: int, start: float = 0.0) -> np.ndarray:
    """A series in equilibrium, in which each value is 0.7 of the one before and chance, from a start."""
    chance = np.random.default_rng(number).normal(size=length)
    values = [start]
    for each in chance:
        values.append(0.7 * values[-1] + float(each))
    return np.array(values[1:])


def queue_from_empty(number: int, runs: int = 50, customers: int = 8_000, slices: int = 400) -> np.ndarray:
    """Mean wait of successive customers of an M/M/1 queue with load 0.9 that starts empty, averaged over runs."""
    draws = np.random.default_rng(number)
    waits = np.zeros((runs, customers))
    for run in range(runs):
        steps = draws.exponential(0.9, customers) - draws.exponential(1.0, customers)
        walk = np.concatenate([[0.0], steps[:-1].cumsum()])
        waits[run] = walk - np.minimum.accumulate(walk)
    return np.asarray(waits.mean(axis=0).reshape(slices, -1).mean(axis=1), np.float64)


@pytest.mark.statistical
def test_a_series_in_equilibrium_keeps_nearly_all() -> None:
    """Over 40 series of 1,000 values the middle cut is below a tenth; now and then chance cuts more."""
    cuts = [mser(autoregressive(1000, number)) for number in range(SERIES)]
    lengths = [1000 if cut is None else cut for cut in cuts]
    assert np.median(lengths) < 100
    assert sum(cut is None for cut in cuts) <= SERIES // 8


def test_a_beginning_far_from_the_rest_is_cut() -> None:
    """The first batch, 17 standard deviations off, always goes, mostly the second, 3 off; and not much of the rest."""
    cuts = [mser(autoregressive(1000, number, start=40.0)) for number in range(SERIES)]
    found = [cut for cut in cuts if cut is not None]
    assert len(found) >= SERIES - SERIES // 8
    assert min(found) >= 5
    assert np.median(found) >= 10
    assert np.median(found) < 100


@pytest.mark.statistical
def test_a_busy_queue_that_starts_empty_is_noticed() -> None:
    """An M/M/1 queue with load 0.9, whose mean wait (8.1 in the end) is 1.8 in the first and 4.4 in the third value:
    each of 12 studies of fifty runs cuts these, or refuses, and most do not refuse. The rule is known to cut too little
    of such a queue: it minimises the error of the mean, and a short bias is a small part of that.
    """
    cuts = [mser(queue_from_empty(number)) for number in range(12)]
    assert all(cut is None or cut >= 5 for cut in cuts), cuts
    assert sum(cut is None for cut in cuts) <= 4, cuts


def test_a_series_that_only_grows_is_refused() -> None:
    """More arrives than can be served: there is no average."""
    grows = np.arange(1000.0) + autoregressive(1000, 1)
    assert mser(grows) is None
    with pytest.raises(NotSettled, match="waiting for a bed has not settled within 1000 values"):
        warm_up({"in a bed": autoregressive(1000, 2), "waiting for a bed": grows})


def test_the_longest_of_several_series_counts() -> None:
    """A ward may fill up long after the clinic before it."""
    late = np.concatenate([np.zeros(200), np.full(800, 10.0)]) + 0.1 * autoregressive(1000, 4)
    assert warm_up({"early": autoregressive(1000, 3, start=40.0), "late": late}) == 200


def test_too_short_a_series_says_nothing() -> None:
    """Ten batches of five at least."""
    assert mser(np.ones(49)) is None
    assert mser(np.ones(50)) == 0


def test_a_flat_measure_is_flat_and_a_trend_is_not() -> None:
    """Of 0.4 % a year, known to a twentieth of that."""
    noise = 0.0005 * np.sin(np.arange(120.0) ** 2).reshape(12, 10)
    assert flatness("flat", 1.0 + noise).is_flat()
    assert not flatness("grows", np.exp(0.004 * np.arange(10.0)) + noise).is_flat()
