"""Present values, break-even, and what an admission avoided costs."""

from __future__ import annotations

import numpy as np
import pytest

from outputs.economics import (
    CROSSES_ZERO,
    NONE_AVOIDED,
    TOO_FEW,
    broken_even,
    cost_per_admission_avoided,
    present_value,
)
from outputs.ledger.rules import discounting


def test_a_hundred_pounds_for_five_years() -> None:
    """Known answers (V20): 3.5 % and 1.5 % at the start of years, 3.5 % at their end."""
    assert round(present_value([100.0] * 5, 0.035), 2) == 467.31
    assert round(present_value([100.0] * 5, 0.015), 2) == 485.44
    assert round(present_value([100.0] * 5, 0.035, at="end"), 2) == 451.51


def test_rates_are_the_green_books() -> None:
    """3.5 % for costs, 1.5 % for health effects."""
    assert (discounting().costs, discounting().health) == (0.035, 0.015)


def test_breaking_even_has_to_last() -> None:
    """Paid back in the third year and overspent in the fourth is not broken even until it is for good."""
    flows = np.array([[10.0, -5.0, -6.0, 4.0, -4.0], [10.0, -20.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
    assert broken_even(flows, 0.0).tolist() == [
        [False, False, False, False, True], [False, True, True, True, True], [False] * 5]


def test_an_admission_avoided_costs_the_ratio_of_sums() -> None:
    """£3,000 for 30 admissions are £100 each, not the mean of ratios."""
    found = cost_per_admission_avoided(np.array([1000.0, 2000.0]), np.array([20.0, 10.0]))
    assert found.pounds == pytest.approx(100.0)
    assert found.low <= 100.0 <= found.high
    assert not found.warning


@pytest.mark.parametrize(("avoided", "warning"), [
    ([-5.0, 5.0, 9.0, 12.0], CROSSES_ZERO), ([-5.0, -5.0, -9.0, -1.0], NONE_AVOIDED), ([7.0], TOO_FEW)])
def test_no_cost_is_given_where_a_ratio_says_nothing(avoided: list[float], warning: str) -> None:
    """When the range crosses nothing, when admissions are added, when there is no range."""
    found = cost_per_admission_avoided(np.full(len(avoided), 100.0), np.array(avoided))
    assert np.isnan(found.pounds)
    assert found.warning == warning
