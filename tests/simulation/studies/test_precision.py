"""When there are runs enough."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from simulation.studies.precision import LOOK_AHEAD, assess, half_widths, look_ahead


def noise(targets: int, runs: int, seed: int = 1) -> np.ndarray:
    """(targets, runs) of chance with standard deviation 1."""
    return np.random.default_rng(seed).normal(size=(targets, runs))


def limits(targets: int, runs: int, limit: float) -> np.ndarray:
    """The same limit for each number of runs."""
    return np.full((targets, runs), limit)


def test_a_half_width_is_students() -> None:
    """As scipy has it, after 2, 3, ... runs, also far from zero."""
    series = noise(1, 30) + 1e6
    found = half_widths(series)[0]
    assert np.isnan(found[0])
    for runs in (2, 3, 10, 30):
        low, high = stats.t.interval(0.95, runs - 1, series[0, :runs].mean(), stats.sem(series[0, :runs]))
        assert found[runs - 1] == pytest.approx((high - low) / 2.0, rel=1e-6)


def test_with_several_targets_all_intervals_hold_together() -> None:
    """Each of ten has its share of the chance of being wrong (Bonferroni)."""
    series = noise(10, 20)
    one, ten = half_widths(series[:1])[0, -1], half_widths(series)[0, -1]
    assert ten / one == pytest.approx(stats.t.ppf(1 - 0.0025, 19) / stats.t.ppf(0.975, 19))


@pytest.mark.statistical
def test_intervals_hold_together_as_often_as_they_say() -> None:
    """In 4,000 studies of eight runs with five targets: at least 95 %, less 3.3 standard errors (0.34 %) of chance."""
    draws = np.random.default_rng(5).normal(size=(4000, 5, 8))
    held = [bool((np.abs(study.mean(axis=1)) <= half_widths(study)[:, -1]).all()) for study in draws]
    assert np.mean(held) >= 0.95 - 3.3 * 0.0034


def test_the_rule_stops_at_the_same_run_however_the_runs_came() -> None:
    """Whether it looks after every run or after hundreds: the number depends on the runs alone."""
    series = noise(3, 400)
    whole = assess(series, limits(3, 400, 0.3), fewest=12)
    assert whole.enough is not None
    for runs in range(12, whole.enough):
        assert assess(series[:, :runs], limits(3, runs, 0.3), fewest=12).enough is None
    for runs in (whole.enough, whole.enough + 1, whole.enough + 77):
        assert assess(series[:, :runs], limits(3, runs, 0.3), fewest=12).enough == whole.enough


def test_a_half_width_that_is_small_by_chance_does_not_stop_it() -> None:
    """Three runs that agree, and then runs that do not: the rule looks ahead."""
    series = np.concatenate([np.zeros((1, 3)), noise(1, 40)], axis=1)
    found = assess(series, limits(1, 43, 0.5))
    assert found.enough is None or found.enough > 3 + LOOK_AHEAD


def test_the_look_ahead_grows_with_the_number_of_runs() -> None:
    """Five of a hundred."""
    assert [look_ahead(runs) for runs in (3, 100, 200, 1000)] == [5, 5, 10, 50]


def test_every_target_counts() -> None:
    """One that is not known well enough is enough to go on."""
    series = np.concatenate([0.01 * noise(1, 60), noise(1, 60, seed=2)])
    assert assess(series[:1], limits(1, 60, 0.1)).enough is not None
    assert assess(series, limits(2, 60, 0.1)).enough is None


def test_what_no_run_has_is_not_waited_for_and_what_some_have_is() -> None:
    """A share of nothing never becomes known."""
    never, late = np.full((1, 40), np.nan), noise(1, 40, seed=3)
    late[0, :30] = np.nan
    known = 0.01 * noise(1, 40)
    assert assess(np.concatenate([known, never]), limits(2, 40, 0.1)).enough == 3 + LOOK_AHEAD
    assert assess(np.concatenate([known, late]), limits(2, 40, 0.1)).enough is None


def test_a_guess_of_how_many_runs_it_takes_is_near() -> None:
    """A quarter of the half-width takes about sixteen times the runs."""
    series = noise(1, 4000)
    guess = assess(series[:, :50], limits(1, 50, float(half_widths(series[:, :50])[0, -1] / 4.0))).expected
    assert 50 * 16 <= guess <= 50 * 16 * 1.3


def test_differences_that_are_all_the_same_are_known() -> None:
    """A measure that a plan cannot touch costs no run."""
    assert assess(np.zeros((4, 12)), limits(4, 12, 0.0), fewest=3).enough == 3 + LOOK_AHEAD
