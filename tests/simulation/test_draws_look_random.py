"""The battery: draws along every coordinate, and between neighbours on it, are judged as random numbers.

The streams are fixed, so a verdict never changes by chance. Every p-value is judged against
`SMALLEST_P`, which is 1e-6 over the number of p-values: a perfect generator would fail one battery in a
million. The battery is itself tried on generators with known faults, each of which it must notice.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from simulation import draws
from simulation.draws import stream_key, uniform, uniforms

pytestmark = pytest.mark.statistical

FloatArray = NDArray[np.float64]

DRAWS = 1 << 18
"""Draws in a stream."""
MOST_P_VALUES = 1000
"""At least as many as the battery makes."""
SMALLEST_P = 1e-6 / MOST_P_VALUES
BITS = 52
KEY = stream_key(20170401, 1)
NEED = 123457 << 6
"""Occurrence of an ordinary need."""


def by_persons() -> FloatArray:
    """One decision for consecutive residents."""
    return uniforms(KEY, np.arange(DRAWS), 3, NEED)


def by_outsiders() -> FloatArray:
    """One decision for consecutive arrivals from outside, whose ids begin high."""
    return uniforms(KEY, (1 << 40) + (3 << 32) + np.arange(DRAWS), 3, NEED)


def by_decisions() -> FloatArray:
    """Sixty-four decisions about each need of each person, decisions fastest."""
    return uniforms(KEY, np.arange(DRAWS >> 6)[:, None], np.arange(64), NEED).ravel()


def by_many_decisions() -> FloatArray:
    """Every decision number there could be, for four people."""
    return uniforms(KEY, np.arange(4)[:, None], np.arange(1 << 16), NEED).ravel()


def by_steps() -> FloatArray:
    """The 64 steps of consecutive needs of one person."""
    return uniforms(KEY, 77, 3, NEED + np.arange(DRAWS))


def by_candidates() -> FloatArray:
    """Consecutive candidates of one person."""
    return uniforms(KEY, 77, 3, np.arange(DRAWS) << 6)


def by_high_candidates() -> FloatArray:
    """Candidates that differ only in the high bits, as months do in a packed number."""
    return uniforms(KEY, 77, 3, np.arange(DRAWS) << 29)


def by_seeds() -> FloatArray:
    """One decision of one person under consecutive seeds."""
    return np.array([uniform(stream_key(seed, 0), 77, 3, NEED) for seed in range(DRAWS)])


def by_replications() -> FloatArray:
    """One decision of one person in consecutive replications."""
    return np.array([uniform(stream_key(1, replication), 77, 3, NEED) for replication in range(DRAWS)])


def by_person_then_candidate() -> FloatArray:
    """A block of people by candidates, as a month draws it."""
    return uniforms(KEY, np.arange(DRAWS >> 9)[:, None], 3, np.arange(512) << 6).ravel()


STREAMS = (
    by_persons,
    by_outsiders,
    by_decisions,
    by_many_decisions,
    by_steps,
    by_candidates,
    by_high_candidates,
    by_seeds,
    by_replications,
    by_person_then_candidate,
)

NEIGHBOURS = {
    **{f"decisions {1 ^ d} and 1": ((0, 1 ^ d, NEED), (0, 1, NEED)) for d in (1, 2, 4, 8, 128, 1 << 15)},
    **{f"steps 0 and {s}": ((0, 1, NEED), (0, 1, NEED + s)) for s in (1, 2, 4, 32, 63)},
    **{f"candidates 0 and {c}": ((0, 1, 0), (0, 1, c << 6)) for c in (1, 2, 12, 1 << 10, 1 << 20, 1 << 40)},
    **{f"persons p and p ^ {p}": ((0, 1, NEED), (p, 1, NEED)) for p in (1, 2, 4, 1 << 16, 1 << 32, 1 << 40, 1 << 42)},
    "decision for step": ((0, 1, NEED), (0, 2, NEED - 1)),
    "decision for candidate": ((0, 1, NEED), (0, 2, NEED - 64)),
}
"""Pairs of draws of each person, as (person differs in, decision, occurrence)."""


def both_tails(upper: float) -> float:
    """A p-value small both when a statistic is too large and when it is too good to be true."""
    return 2.0 * min(upper, 1.0 - upper)


def even_cells(cells: NDArray[np.int64], count: int) -> float:
    """Chi-square p-value, both tails, that cell numbers fall evenly on `count` cells."""
    expected = len(cells) / count
    statistic = float(((np.bincount(cells, minlength=count) - expected) ** 2).sum() / expected)
    return both_tails(float(stats.chi2.sf(statistic, count - 1)))


def largest_of_normals(deviates: FloatArray) -> float:
    """P-value of the largest absolute value among independent standard normal deviates."""
    one = 2.0 * float(stats.norm.sf(np.abs(deviates).max()))
    return float(-np.expm1(deviates.size * np.log1p(-one)))


def signs_of_bits(u: FloatArray) -> NDArray[np.float32]:
    """(BITS, draws) each random bit of each draw as -1 or 1, lowest bit first."""
    words = (u * 2.0**BITS).astype(np.uint64)
    return np.array([(words >> np.uint64(i) & np.uint64(1)).astype(np.float32) * 2 - 1 for i in range(BITS)])


def equidistribution(u: FloatArray) -> float:
    """Draws fall evenly on 4,096 intervals."""
    return even_cells((u * 4096).astype(np.int64), 4096)


def low_bits_equidistribution(u: FloatArray) -> float:
    """The lowest twelve bits fall evenly too."""
    return even_cells(((u * 2.0**BITS).astype(np.uint64) % np.uint64(4096)).astype(np.int64), 4096)


def kolmogorov_smirnov(u: FloatArray) -> float:
    """The largest gap from the uniform distribution is neither too large nor too small."""
    return both_tails(float(stats.kstest(u, "uniform").pvalue))


def pairs(u: FloatArray) -> float:
    """Consecutive pairs fall evenly on a 64 by 64 grid."""
    cells = (u.reshape(-1, 2) * 64).astype(np.int64)
    return even_cells(cells @ np.array([64, 1]), 64**2)


def triples(u: FloatArray) -> float:
    """Consecutive triples fall evenly on a grid of 16 cells a side."""
    cells = (u[: len(u) // 3 * 3].reshape(-1, 3) * 16).astype(np.int64)
    return even_cells(cells @ np.array([256, 16, 1]), 16**3)


def orderings(u: FloatArray) -> float:
    """The 120 orders of five consecutive draws are equally frequent."""
    fives = u[: len(u) // 5 * 5].reshape(-1, 5)
    ranks = (fives[:, :, None] > fives[:, None, :]).sum(axis=2) @ 5 ** np.arange(5)
    return even_cells(np.unique_inverse(ranks).inverse_indices.astype(np.int64), 120)


def serial_correlation(u: FloatArray) -> float:
    """Draws 1 to 64 apart are uncorrelated."""
    centred = (u - 0.5) * np.sqrt(12.0)
    return largest_of_normals(
        np.array([centred[:-lag] @ centred[lag:] / np.sqrt(len(u) - lag) for lag in range(1, 65)])
    )


def hidden_waves(u: FloatArray) -> float:
    """No period or one-dimensional lattice: the largest of the spectrum's exponential heights is ordinary."""
    heights = np.abs(np.fft.rfft((u - 0.5) * np.sqrt(12.0))[1:-1]) ** 2 / len(u)
    return both_tails(float(-np.expm1(len(heights) * np.log1p(-np.exp(-heights.max())))))


def bit_balance(u: FloatArray) -> float:
    """Each bit is set half the time."""
    return largest_of_normals(signs_of_bits(u).sum(axis=1, dtype=np.float64) / np.sqrt(len(u)))


def bits_of_successive_draws(u: FloatArray) -> float:
    """No bit tells anything about any bit of the next draw."""
    signs = signs_of_bits(u)
    return largest_of_normals((signs[:, :-1] @ signs[:, 1:].T / np.sqrt(len(u) - 1)).astype(np.float64))


def runs(u: FloatArray) -> float:
    """The number of runs above and below one half is ordinary (Wald and Wolfowitz)."""
    changes = int(((u[:-1] > 0.5) != (u[1:] > 0.5)).sum())
    return 2.0 * float(stats.norm.sf(abs(changes - (len(u) - 1) / 2) / np.sqrt((len(u) - 1) / 4)))


def birthday_spacings(u: FloatArray) -> float:
    """Coinciding gaps between 512 sorted birthdays in a year of 2**24 days are Poisson with mean 2, over all sets."""
    days = np.sort((u * 2.0**24).astype(np.int64).reshape(-1, 512), axis=1)
    gaps = np.sort(np.diff(days, axis=1), axis=1)
    coincidences = int((np.diff(gaps, axis=1) == 0).sum())
    mean = len(days) * 512**3 / (4.0 * 2.0**24)
    return both_tails(float(stats.poisson.sf(coincidences, mean) + stats.poisson.pmf(coincidences, mean) / 2))


TESTS: tuple[Callable[[FloatArray], float], ...] = (
    equidistribution,
    low_bits_equidistribution,
    kolmogorov_smirnov,
    pairs,
    triples,
    orderings,
    serial_correlation,
    hidden_waves,
    bit_balance,
    bits_of_successive_draws,
    runs,
    birthday_spacings,
)


@cache
def battery(stream: Callable[[], FloatArray]) -> dict[str, float]:
    """The p-value of every test of a stream."""
    u = stream()
    return {test.__name__: test(u) for test in TESTS}


def neighbours(first: FloatArray, second: FloatArray) -> dict[str, float]:
    """P-values that two draws of each person are independent: correlation, joint cells, and every pair of bits."""
    centred = [(u - 0.5) * np.sqrt(12.0) for u in (first, second)]
    signs = signs_of_bits(first) @ signs_of_bits(second).T / np.sqrt(len(first))
    return {
        "correlation": 2.0 * float(stats.norm.sf(abs(centred[0] @ centred[1]) / np.sqrt(len(first)))),
        "joint cells": even_cells((first * 64).astype(np.int64) * 64 + (second * 64).astype(np.int64), 64**2),
        "bits": largest_of_normals(signs.astype(np.float64)),
    }


def pair_of_streams(pair: tuple[tuple[int, int, int], tuple[int, int, int]]) -> tuple[FloatArray, FloatArray]:
    """The two draws of each of many people that `NEIGHBOURS` names."""
    first, second = (uniforms(KEY, np.arange(DRAWS) ^ bit, decision, at) for bit, decision, at in pair)
    return first, second


def lattice(grid: FloatArray) -> float:
    """No waves in any direction of a grid of draws: the largest height of its spectrum is ordinary."""
    heights = np.abs(np.fft.rfftn((grid - 0.5) * np.sqrt(12.0))[..., 1:-1]).ravel() ** 2 / grid.size
    return both_tails(float(-np.expm1(len(heights) * np.log1p(-np.exp(-heights.max())))))


def lattice_grids() -> dict[str, FloatArray]:
    """Draws on two- and three-dimensional grids of coordinates."""
    many, some = np.arange(512), np.arange(64)
    steps = NEED + some
    return {
        "persons by decisions": uniforms(KEY, many[:, None], many, NEED),
        "persons by candidates": uniforms(KEY, many[:, None], 3, many << 6),
        "decisions by candidates": uniforms(KEY, 77, many[:, None], many << 6),
        "persons by decisions by candidates": uniforms(KEY, some[:, None, None], some[:, None], some << 6),
        "persons by candidates by steps": uniforms(KEY, some[:, None, None], 3, (some[:, None] << 6) + steps),
        "replications by persons by decisions": np.array(
            [uniforms(stream_key(1, r), some[:, None], some, NEED) for r in range(64)]
        ),
    }


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.__name__)
def test_draws_along_a_coordinate_look_random(stream: Callable[[], FloatArray]) -> None:
    """Every test of 262,144 draws along one coordinate gives an ordinary p-value."""
    assert {test: p for test, p in battery(stream).items() if p < SMALLEST_P} == {}


@pytest.mark.parametrize("pair", NEIGHBOURS.values(), ids=NEIGHBOURS.keys())
def test_neighbouring_draws_are_independent(pair: tuple[tuple[int, int, int], tuple[int, int, int]]) -> None:
    """Two draws of a person, or of two people, that differ in one coordinate have nothing to do with each other."""
    assert {test: p for test, p in neighbours(*pair_of_streams(pair)).items() if p < SMALLEST_P} == {}


@pytest.mark.parametrize("other", [(20170401, 2), (20170402, 1), (1, 20170401)])
def test_seeds_and_replications_are_independent(other: tuple[int, int]) -> None:
    """The same draws of the same people in another run have nothing to do with those of this one."""
    here, there = (uniforms(key, np.arange(DRAWS), 3, NEED) for key in (KEY, stream_key(*other)))
    assert {test: p for test, p in neighbours(here, there).items() if p < SMALLEST_P} == {}


def test_grids_of_draws_have_no_lattice() -> None:
    """Draws on grids of persons, decisions, candidates, steps and replications show no wave in any direction."""
    assert {name: p for name, p in ((n, lattice(g)) for n, g in lattice_grids().items()) if p < SMALLEST_P} == {}


def test_the_p_values_themselves_are_even() -> None:
    """Across streams and pairs p-values spread evenly from 0 to 1, so the tests are calibrated and none is too kind."""
    values = [p for stream in STREAMS for p in battery(stream).values()]
    values += [p for pair in NEIGHBOURS.values() for p in neighbours(*pair_of_streams(pair)).values()]
    assert len(values) <= MOST_P_VALUES
    assert stats.kstest(values, "uniform").pvalue > 1e-4


def stepping_by_a_constant() -> FloatArray:
    """A Weyl sequence: even, but each draw foretells the next."""
    return np.asarray(np.arange(1, DRAWS + 1) * 0.6180339887498949 % 1.0, np.float64)


def with_a_short_period() -> FloatArray:
    """Numbers that repeat after 65,536."""
    return np.tile(uniforms(KEY, np.arange(1 << 16), 3, NEED), DRAWS >> 16)


def with_idle_low_bits() -> FloatArray:
    """Numbers of only 32 bits."""
    return np.floor(by_persons() * 2.0**32) * 2.0**-32


def with_a_slight_slope() -> FloatArray:
    """Numbers raised to a power just above one, so that low ones are a little likelier."""
    return by_persons() ** 1.02


def drawn_without_replacement() -> FloatArray:
    """One number in each of 262,144 cells, shuffled: too even to be random."""
    order = np.argsort(by_candidates())
    return (order + by_persons()) / DRAWS


FAULTY = (
    stepping_by_a_constant,
    with_a_short_period,
    with_idle_low_bits,
    with_a_slight_slope,
    drawn_without_replacement,
)


@pytest.mark.parametrize("stream", FAULTY, ids=lambda stream: stream.__name__)
def test_the_battery_notices_a_fault(stream: Callable[[], FloatArray]) -> None:
    """A generator with a known fault fails, so that passing means something."""
    assert min(battery(stream).values()) < SMALLEST_P


@pytest.mark.parametrize(("part", "idle"), [("_TIMES_2", 1), ("_BY_27", 63), ("_BY_33", 63)])
def test_the_battery_notices_a_weakened_hash(part: str, idle: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Taking one step out of the mixing shows, so the hash that passes is not passing by a blunt battery."""
    monkeypatch.setattr(draws, part, np.uint64(idle))
    weakened = by_high_candidates()
    assert min(test(weakened) for test in TESTS) < SMALLEST_P


def test_the_battery_notices_neighbours_that_share_bits() -> None:
    """Two draws that share only their twelve lowest bits are found out."""
    first, second = by_persons(), by_candidates()
    shared = (np.floor(second * 2.0**40) + np.modf(first * 2.0**40)[0]) * 2.0**-40
    assert neighbours(first, shared)["bits"] < SMALLEST_P
