"""Value now of sums to come."""

from __future__ import annotations

import pytest

from outputs.present_value import COSTS, HEALTH, present_value


def test_sums_are_worth_what_the_tables_say() -> None:
    """£100 in each of five years, at the rates for costs and for health, at the start and at the end of years."""
    yearly = [100.0] * 5
    assert round(present_value(yearly), 2) == 467.31
    assert round(present_value(yearly, HEALTH), 2) == 485.44
    assert round(present_value(yearly, COSTS, at_start=False), 2) == 451.51


def test_what_is_not_discounted_is_the_sum_and_years_are_in_order() -> None:
    """No rate, no discount; later is worth less; nothing is worth nothing."""
    assert present_value([1.0, 2.0, 3.0], 0.0) == 6.0
    assert present_value([0.0, 103.5]) == pytest.approx(100.0)
    assert present_value([]) == 0.0
    with pytest.raises(ValueError, match="above -1"):
        present_value([1.0], -1.0)
