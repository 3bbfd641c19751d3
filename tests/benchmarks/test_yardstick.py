"""The yardstick simulates the same place as the plain SimPy model: a kernel that did less would be no limit."""

from __future__ import annotations

import math
from statistics import mean, variance

import pytest
from scipy import stats

from benchmarks import yardstick
from benchmarks.plain_simpy import DAYS, Counted, PlainPlace

PEOPLE, RUNS = 1_500, 12
CERTAINTY = 0.9995


@pytest.fixture(scope="module")
def kernel() -> list[Counted]:
    """A year of the place in the kernel, several times."""
    return [yardstick.run(PEOPLE, DAYS, seed) for seed in range(RUNS)]


@pytest.fixture(scope="module")
def plain() -> list[Counted]:
    """The same years in SimPy."""
    return [PlainPlace(PEOPLE, seed).run(DAYS) for seed in range(RUNS)]


@pytest.mark.parametrize("what", ["gp", "ae", "admissions", "deaths", "moves", "events"])
def test_as_much_happens_as_in_the_plain_model(what: str, kernel: list[Counted], plain: list[Counted]) -> None:
    """Means of twelve years of 1,500 people lie within Student's range of each other."""
    ours, theirs = ([getattr(run, what) for run in runs] for runs in (kernel, plain))
    error = math.sqrt((variance(ours) + variance(theirs)) / RUNS)
    assert mean(ours) > 0
    assert abs(mean(ours) - mean(theirs)) < stats.t.ppf(0.5 + CERTAINTY / 2.0, 2 * RUNS - 2) * error


def test_the_same_seed_gives_the_same_year() -> None:
    """And another seed another."""
    assert yardstick.run(500, DAYS, 1) == yardstick.run(500, DAYS, 1) != yardstick.run(500, DAYS, 2)
