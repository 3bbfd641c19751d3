"""Value now of sums to come: real pounds, discounted by the year (Green Book: 3.5 % for costs, 1.5 % for health)."""

from __future__ import annotations

from collections.abc import Sequence

COSTS = 0.035
HEALTH = 0.015


def present_value(by_year: Sequence[float], rate: float = COSTS, *, at_start: bool = True) -> float:
    """Value at the start of the first year of sums that fall due year after year.

    Args:
        by_year: pounds of each year, in real terms.
        rate: discount rate a year.
        at_start: whether sums fall due at the start of their year, the first undiscounted; else at its end.

    Raises:
        ValueError: for a rate of -1 or less, at which nothing has a value.
    """
    if rate <= -1.0:
        raise ValueError(f"a discount rate is above -1, not {rate:g}")
    value = 0.0
    for amount in reversed(by_year):
        value = amount + value / (1.0 + rate)
    return value if at_start else value / (1.0 + rate)
