"""The laws of durations and counts against their analytic quantiles, moments and probabilities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special, stats

from simulation import laws
from simulation.draws import stream_key, uniforms
from simulation.jit import compiled

FloatArray = NDArray[np.float64]

SMALLEST, LARGEST = 2.0**-53, 1.0 - 2.0**-53
"""The least and greatest draw there is."""
PROBABILITIES = (
    np.floor(np.array([0.0, 1e-12, 1e-6, 0.001, 0.05, 0.25, 0.5, 0.74, 0.95, 0.999, 1 - 1e-6, 1 - 1e-9]) * 2.0**52)
    + 0.5
) * 2.0**-52
"""Draws from the least to one that leaves a thousand-millionth above it."""
EVEN = (np.arange(1 << 16) + 0.5) / (1 << 16)
"""Draws in the middle of equal cells: the mean of a law over them approaches its integral."""
SHAPES = [0.5, 0.8, 1.0, 1.7, 3.0, 9.0, 40.0, 400.0]

TABLES = np.array([laws.gamma_table(2.5), laws.empirical_table([0.0, 0.3, 0.9, 1.0], [0.0, 1.0, 8.0, 60.0])])
EVERY_LAW = [
    (laws.CONSTANT, 3.5, 0.0, 0.0, 0),
    (laws.EXPONENTIAL, 12.0, 0.0, 0.0, 0),
    (laws.LOGNORMAL, 1.2, 0.8, 0.0, 0),
    (laws.GAMMA, 0.0, 4.0, 0.0, 0),
    (laws.WEIBULL, 0.7, 30.0, 0.0, 0),
    (laws.TRIANGULAR, 2.0, 3.0, 11.0, 0),
    (laws.UNIFORM, -1.0, 5.0, 0.0, 0),
    (laws.EMPIRICAL, 0.0, 0.0, 0.0, 1),
]
"""(law, a, b, c, row of TABLES)."""
LAW_NAMES = ["constant", "exponential", "lognormal", "gamma", "weibull", "triangular", "uniform", "empirical"]

repeatably = settings(deadline=None, derandomize=True, max_examples=200)
draws_of_all_sizes = st.integers(0, 2**52 - 1).map(lambda cell: (cell + 0.5) * 2.0**-52)


@compiled
def compiled_quantiles(
    law: int, a: float, b: float, c: float, tables: FloatArray, row: int, u: FloatArray, out: FloatArray
) -> None:
    """Fill `out` with the law's values at the draws `u`, (n,) each, in compiled code."""
    for i in range(u.shape[0]):
        out[i] = laws.quantile(law, a, b, c, tables, row, u[i])


@compiled
def compiled_counts(mean: float, u: FloatArray, out: NDArray[np.int64]) -> None:
    """Fill `out` with Poisson counts at the draws `u`, (n,) each, in compiled code."""
    for i in range(u.shape[0]):
        out[i] = laws.poisson_quantile(u[i], mean)


def exact_gamma(u: FloatArray, shape: float) -> FloatArray:
    """Gamma quantiles with scale 1, from the nearer tail so that no digits are lost."""
    return np.where(u < 0.5, special.gammaincinv(shape, u), special.gammainccinv(shape, 1.0 - u))


def assert_law_has(values: FloatArray, distribution: Any, relative: float) -> None:  # noqa: ANN401 scipy's own type
    """The values at EVEN have the mean and standard deviation of a distribution."""
    assert values.mean() == pytest.approx(distribution.mean(), rel=relative)
    assert values.std() == pytest.approx(distribution.std(), rel=relative)


@pytest.mark.parametrize("law", EVERY_LAW, ids=LAW_NAMES)
def test_compiled_and_plain_laws_give_the_same_bits(law: tuple[int, float, float, float, int]) -> None:
    """A law's value is one number, bit for bit, from arrays in compiled code and from lists in plain Python."""
    code, a, b, c, row = law
    u = np.concatenate([PROBABILITIES, uniforms(stream_key(1, 0), np.arange(20_000), 1, 1), [LARGEST]])
    fast = np.empty(len(u))
    compiled_quantiles(code, a, b, c, TABLES, row, u, fast)
    lists = TABLES.tolist()
    assert fast.tolist() == [laws.quantile(code, a, b, c, lists, row, one) for one in u.tolist()]


@pytest.mark.parametrize("law", EVERY_LAW, ids=LAW_NAMES)
def test_every_law_rises_with_the_draw_and_stays_finite(law: tuple[int, float, float, float, int]) -> None:
    """A higher draw never gives a shorter duration, and the least and greatest draws give ordinary numbers."""
    code, a, b, c, row = law
    u = np.sort(np.concatenate([PROBABILITIES, EVEN[::64], [LARGEST]]))
    values = np.array([laws.quantile(code, a, b, c, TABLES, row, one) for one in u.tolist()])
    assert np.isfinite(values).all()
    assert (np.diff(values) >= 0.0).all()


@pytest.mark.parametrize("mean", [0.0, 0.3, 7.5, 30.0, 100.0, 100.5, 5000.0])
def test_compiled_and_plain_counts_are_the_same(mean: float) -> None:
    """A Poisson count does not depend on who asks."""
    u = np.concatenate([PROBABILITIES, uniforms(stream_key(1, 0), np.arange(2000), 1, 1), [LARGEST]])
    fast = np.empty(len(u), np.int64)
    compiled_counts(mean, u, fast)
    assert fast.tolist() == [laws.poisson_quantile(one, mean) for one in u.tolist()]


@repeatably
@given(draws_of_all_sizes)
def test_normal_values_are_right_to_fifteen_digits(u: float) -> None:
    """The normal quantile agrees with SciPy's everywhere a draw can lie."""
    exact = float(special.ndtri(u)) if u < 0.5 else -float(special.ndtri(1.0 - u))
    assert laws.normal_quantile(u) == pytest.approx(exact, rel=4e-15, abs=1e-16)


@repeatably
@given(draws_of_all_sizes)
def test_normal_values_are_symmetric(u: float) -> None:
    """The draw 1 - u gives exactly the opposite value, so nothing leans."""
    assert laws.normal_quantile(1.0 - u) == -laws.normal_quantile(u)


@pytest.mark.parametrize("mean", [0.01, 1.0, 4321.0])
def test_exponential_law(mean: float) -> None:
    """Quantiles, mean and spread of the exponential law."""
    exact = -mean * np.log1p(-PROBABILITIES)
    assert [laws.exponential_quantile(u, mean) for u in PROBABILITIES.tolist()] == pytest.approx(
        exact, rel=1e-12, abs=0
    )
    values = np.array([laws.exponential_quantile(u, mean) for u in EVEN.tolist()])
    assert_law_has(values, stats.expon(scale=mean), 1e-3)


@pytest.mark.parametrize(("log_mean", "log_sd"), [(0.0, 0.3), (7.2, 1.1), (-2.0, 0.0)])
def test_lognormal_law(log_mean: float, log_sd: float) -> None:
    """Quantiles of the lognormal law are exponentials of normal ones, and its mean and median are as by formula."""
    exact = np.exp(log_mean + log_sd * special.ndtri(PROBABILITIES))
    assert [laws.lognormal_quantile(u, log_mean, log_sd) for u in PROBABILITIES.tolist()] == pytest.approx(
        exact, rel=1e-9, abs=0
    )
    values = np.array([laws.lognormal_quantile(u, log_mean, log_sd) for u in EVEN.tolist()])
    assert values.mean() == pytest.approx(math.exp(log_mean + log_sd * log_sd / 2), rel=1e-3)
    assert laws.lognormal_quantile(0.5, log_mean, log_sd) == math.exp(log_mean)


@pytest.mark.parametrize(("shape", "scale"), [(0.6, 2.0), (1.0, 10.0), (3.4, 0.5)])
def test_weibull_law(shape: float, scale: float) -> None:
    """Quantiles, mean and spread of the Weibull law."""
    distribution = stats.weibull_min(shape, scale=scale)
    found = [laws.weibull_quantile(u, shape, scale) for u in PROBABILITIES.tolist()]
    assert found == pytest.approx(distribution.ppf(PROBABILITIES), rel=1e-12, abs=0)
    values = np.array([laws.weibull_quantile(u, shape, scale) for u in EVEN.tolist()])
    assert_law_has(values, distribution, 3e-3)


@pytest.mark.parametrize(("low", "mode", "high"), [(0.0, 1.0, 5.0), (2.0, 2.0, 3.0), (-4.0, 6.0, 6.0)])
def test_triangular_law(low: float, mode: float, high: float) -> None:
    """Quantiles, mean and spread of the triangular law, also with its mode at an end."""
    distribution = stats.triang((mode - low) / (high - low), loc=low, scale=high - low)
    found = [laws.triangular_quantile(u, low, mode, high) for u in PROBABILITIES.tolist()]
    assert found == pytest.approx(distribution.ppf(PROBABILITIES), abs=1e-9)
    values = np.array([laws.triangular_quantile(u, low, mode, high) for u in EVEN.tolist()])
    assert_law_has(values, distribution, 1e-4)


def test_a_triangular_law_without_width_is_its_value() -> None:
    """An assumption without a range stays itself, whatever the draw."""
    assert {laws.triangular_quantile(u, 7.0, 7.0, 7.0) for u in PROBABILITIES.tolist()} == {7.0}


def test_uniform_law() -> None:
    """Quantiles and moments of the uniform law, and both ends inside its limits."""
    values = np.array([laws.uniform_quantile(u, 2.0, 6.0) for u in EVEN.tolist()])
    assert_law_has(values, stats.uniform(loc=2.0, scale=4.0), 1e-6)
    assert 2.0 <= laws.uniform_quantile(SMALLEST, 2.0, 6.0) < laws.uniform_quantile(LARGEST, 2.0, 6.0) <= 6.0


@pytest.mark.parametrize("shape", SHAPES)
def test_gamma_tables_are_as_close_as_they_say(shape: float) -> None:
    """Values above a hundredth of the mean err by less than 1 in 10,000; all by less than 0.00003 of the mean."""
    table = laws.gamma_table(shape)
    u = np.concatenate([uniforms(stream_key(3, 0), np.arange(20_000), 1, 1), PROBABILITIES, [LARGEST]])
    exact = exact_gamma(u, shape)
    found = np.array([laws.table_quantile(one, table) for one in u.tolist()])
    error = np.abs(found - exact)
    ordinary = (exact > 0.01 * shape) & (u > 1e-9) & (u < 1 - 1e-9)
    assert (error[ordinary] / exact[ordinary]).max() < 1e-4
    assert error.max() < 3e-5 * shape


@pytest.mark.parametrize("shape", SHAPES)
def test_gamma_law_has_the_moments_of_its_formula(shape: float) -> None:
    """Mean and spread through the table, scaled, are the gamma law's."""
    tables = laws.gamma_table(shape)[None, :]
    values = np.array([laws.quantile(laws.GAMMA, 0.0, 5.0, 0.0, tables, 0, u) for u in EVEN.tolist()])
    assert_law_has(values, stats.gamma(shape, scale=5.0), 2e-3)


def test_empirical_law_passes_through_its_points_and_is_straight_between() -> None:
    """The quantile at each given probability is the given value, and in the middle of two it is half way."""
    probabilities, values = [0.0, 0.125, 0.5, 0.75, 1.0], [0.0, 0.0, 3.0, 3.5, 100.0]
    table = laws.empirical_table(probabilities, values)
    found = [laws.empirical_quantile(u, table) for u in (0.0625, 0.125, 0.3125, 0.5, 0.625, 0.75, 0.875)]
    assert found == [0.0, 0.0, 1.5, 3.0, 3.25, 3.5, 51.75]


@repeatably
@given(
    st.lists(st.floats(0.001, 1000.0), min_size=1, max_size=laws.MOST_KNOTS - 1),
    st.lists(draws_of_all_sizes, min_size=1, max_size=20),
)
def test_empirical_law_is_interpolation_for_any_number_of_points(steps: list[float], draws: list[float]) -> None:
    """For 2 to 512 points the search finds the right pair, as NumPy's interpolation does."""
    values = np.concatenate([[0.0], np.cumsum(steps)])
    probabilities = np.linspace(0.0, 1.0, len(values))
    table = laws.empirical_table(probabilities.tolist(), values.tolist())
    found = [laws.empirical_quantile(u, table) for u in draws]
    assert found == pytest.approx(np.interp(draws, probabilities, values), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("probabilities", "values", "complaint"),
    [
        ([0.0], [1.0], "2 to 512"),
        ([0.0, 1.0], [1.0], "as many values"),
        (np.linspace(0, 1, 513).tolist(), list(range(513)), "2 to 512"),
        ([0.1, 1.0], [1.0, 2.0], "exactly 0 to exactly 1"),
        ([0.0, 0.999], [1.0, 2.0], "exactly 0 to exactly 1"),
        ([0.0, 0.5, 0.5, 1.0], [1.0, 2.0, 3.0, 4.0], "exactly 0 to exactly 1"),
        ([0.0, math.nan, 1.0], [1.0, 2.0, 3.0], "exactly 0 to exactly 1"),
        ([0.0, 0.5, 1.0], [1.0, 3.0, 2.0], "do not fall"),
    ],
)
def test_an_empirical_law_that_is_no_distribution_is_refused(
    probabilities: list[float], values: list[float], complaint: str
) -> None:
    """Points that do not describe a distribution are named as such when the table is built."""
    with pytest.raises(ValueError, match=complaint):
        laws.empirical_table(probabilities, values)


@pytest.mark.parametrize("shape", [0.0, -1.0, math.nan])
def test_a_gamma_law_without_a_positive_shape_is_refused(shape: float) -> None:
    """A shape that is not above 0 has no law."""
    with pytest.raises(ValueError, match="above 0"):
        laws.gamma_table(shape)


@pytest.mark.parametrize("mean", [0.001, 0.5, 3.0, 12.0, 30.0, 99.0])
def test_poisson_counts_are_exact(mean: float) -> None:
    """The count steps up exactly where the cumulative probability does: just below it, at it, just above it."""
    counts = np.arange(int(stats.poisson.ppf(1e-9, mean)), int(stats.poisson.ppf(1 - 1e-9, mean)) + 1)
    reached = stats.poisson.cdf(counts, mean)
    for count, probability in zip(counts.tolist(), reached.tolist(), strict=True):
        assert laws.poisson_quantile(probability - 1e-13, mean) == count
        assert laws.poisson_quantile(min(probability + 1e-13, LARGEST), mean) > count or probability > 1 - 1e-12


def test_poisson_counts_have_poisson_probabilities() -> None:
    """Over even draws each count is as frequent as its probability."""
    found = np.bincount([laws.poisson_quantile(u, 4.2) for u in EVEN.tolist()], minlength=12)[:12] / len(EVEN)
    assert found == pytest.approx(stats.poisson.pmf(np.arange(12), 4.2), abs=2 / len(EVEN))


@pytest.mark.parametrize("mean", [100.1, 150.0, 500.0, 20_000.0])
def test_large_poisson_counts_are_as_close_as_they_say(mean: float) -> None:
    """Above the exact range the cumulative probability at each count is within 0.0002 of Poisson's."""
    counts = np.arange(int(stats.poisson.ppf(1e-6, mean)), int(stats.poisson.ppf(1 - 1e-6, mean)) + 1)
    exact = stats.poisson.cdf(counts, mean)
    assert all(laws.poisson_quantile(p - 2e-4, mean) <= k for k, p in zip(counts, exact, strict=True) if p > 3e-4)
    assert all(laws.poisson_quantile(p + 2e-4, mean) > k for k, p in zip(counts, exact, strict=True) if p < 1 - 3e-4)


@pytest.mark.parametrize("mean", [1e-12, 99.9, 101.0, 1e6])
def test_poisson_counts_stay_ordinary_at_the_ends(mean: float) -> None:
    """The least and greatest draws give counts within ten standard deviations, and none below zero."""
    for u in (SMALLEST, LARGEST):
        assert 0 <= laws.poisson_quantile(u, mean) <= mean + 10 * math.sqrt(mean) + 10


def test_a_poisson_mean_of_zero_is_never_anything() -> None:
    """Nothing happens at a rate of nothing."""
    assert {laws.poisson_quantile(u, 0.0) for u in (SMALLEST, 0.5, LARGEST)} == {0}


@pytest.mark.parametrize(
    ("seconds", "ticks"),
    [
        (-3.0, 1),
        (0.0, 1),
        (0.4, 1),
        (1.49, 1),
        (1.5, 2),
        (2.5, 3),
        (3.5, 4),
        (86399.5, 86400),
        (1e12 + 0.5, 10**12 + 1),
    ],
)
def test_durations_round_to_whole_ticks_halves_up_and_at_least_one(seconds: float, ticks: int) -> None:
    """Rounding is half up, not half to even and not up, and no stay lasts nothing."""
    found = laws.whole_ticks(seconds)
    assert found == ticks
    assert isinstance(found, int)


def test_rounding_does_not_lengthen_durations() -> None:
    """The mean of many rounded durations of about 100 ticks is the mean of the durations to within 0.01 %."""
    seconds = [laws.exponential_quantile(u, 100.0) + 10.0 for u in EVEN.tolist()]
    assert np.mean([laws.whole_ticks(s) for s in seconds]) == pytest.approx(np.mean(seconds), rel=1e-4)
