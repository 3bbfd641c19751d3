"""Which is best, what choosing another loses, and what pairing is worth."""

from __future__ import annotations

import numpy as np
import pytest

from outputs.choosing import best_table, chance_best, losses, pairing_table, share_best
from outputs.ranges import TOO_FEW_RUNS
from tests.outputs.studies import study


def test_chance_is_the_share_of_runs_won_and_ties_are_shared() -> None:
    """Three runs: one each, and one that two share."""
    values = np.array([[1.0, 5.0, 3.0], [2.0, 4.0, 3.0], [9.0, 9.0, 9.0]])
    assert share_best(values).tolist() == pytest.approx([0.5, 0.5, 0.0])
    assert chance_best(share_best(values), 3).tolist() == pytest.approx([2.5 / 6, 2.5 / 6, 1 / 6])


def test_a_loss_is_against_the_best_of_its_own_run() -> None:
    """The expected loss of a scenario that is best on average may be above nothing."""
    values = np.array([[1.0, 6.0], [2.0, 2.0]])
    assert losses(values).tolist() == [[0.0, 4.0], [1.0, 0.0]]


def test_the_reference_is_among_the_choices_and_more_may_be_better() -> None:
    """Doing nothing can be best; of days at home the most are."""
    fewer = [100.0, 101, 99, 100, 102, 98]
    values = {"emergency_admissions": fewer, "days_at_home_per_person": [350.0] * 6}
    other = {"emergency_admissions": [x + 1 for x in fewer], "days_at_home_per_person": [351.0] * 6}
    table = best_table(study(values, other)).set_index(["measure", "scenario"])
    assert table.loc[("emergency_admissions", "do-nothing"), "share_of_runs"] == 1.0
    assert table.loc[("emergency_admissions", "a-team"), "loss_mean"] == pytest.approx(1.0)
    assert table.loc[("emergency_admissions", "a-team"), "loss_simulation_error"] == pytest.approx(0.0)
    assert table.loc[("days_at_home_per_person", "a-team"), "share_of_runs"] == 1.0
    assert table["chance_best"].max() == pytest.approx(7 / 8)
    assert set(table["verdict"]) == {""}


def test_few_runs_are_said_to_be_few() -> None:
    """Below six runs no chance is a verdict."""
    table = best_table(study({"emergency_admissions": [100.0, 99]}, {"emergency_admissions": [101.0, 98]}))
    assert set(table["verdict"]) == {TOO_FEW_RUNS}


def test_pairing_is_worth_the_ratio_of_variances() -> None:
    """Differences that hardly vary beside levels that do: many times fewer runs. Known by hand."""
    rng = np.random.default_rng(1)
    level = 1000.0 + 50.0 * rng.standard_normal(400)
    other = level - 20.0 + 5.0 * rng.standard_normal(400)
    row = pairing_table(study({"emergency_admissions": level}, {"emergency_admissions": other})).iloc[0]
    assert row["paired_variance"] == pytest.approx((other - level).var(ddof=1))
    assert row["times"] == pytest.approx((2 * 50**2 + 5**2) / 5**2, rel=0.3)
    assert row["correlation"] > 0.98


def test_pairs_that_never_differ_have_no_ratio() -> None:
    """A scenario that changes nothing: no variance to divide by, and no warning either."""
    row = pairing_table(study({"emergency_admissions": [1.0, 2, 3]}, {"emergency_admissions": [1.0, 2, 3]})).iloc[0]
    assert np.isnan(row["times"])
    assert row["paired_variance"] == 0.0
