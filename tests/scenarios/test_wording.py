"""Numbers as planners read them."""

from __future__ import annotations

from datetime import date

import pytest

from scenarios import wording
from scenarios.resolved import CostSpec, RangeValue
from scenarios.values import read_effect

CHANGE = RangeValue(-0.05, -0.15, 0.0)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(-0.05, 0, "-5 %"), (0.12, 0, "+12 %"), (0.0, 0, "0 %"), (0.0591, 1, "+5.9 %"), (-0.004, 0, "0 %"),
     (-0.025, 1, "-2.5 %"), (0.2, 1, "+20 %")],
)
def test_changes_carry_their_sign_and_nought_has_none(value: float, decimals: int, text: str) -> None:
    """No "-0 %", no "+0 %", no needless decimals."""
    assert wording.percent(value, decimals) == text


def test_a_range_is_written_as_it_is_read() -> None:
    """Best guess (low to high); a certain value alone."""
    assert wording.change(CHANGE) == "-5 % (-15 % to 0 %)"
    assert wording.change(RangeValue(-0.05, -0.05, -0.05)) == "-5 %"
    assert wording.ranged(RangeValue(0.5, 0.0, 1.0, "plain")) == "0.5 (0 to 1)"
    assert wording.share(RangeValue(0.8, 0.5, 0.95, "share")) == "80 % (50 % to 95 %)"


@pytest.mark.parametrize(
    ("key", "text"),
    [("acute crises", "for each person"), ("acute crises, months 1-12", "in each person's first 12 months"),
     ("acute crises, after month 12", "for each person after 12 months"),
     ("acute crises, months 4-9", "for each person in months 4 to 9")],
)
def test_months_since_joining_are_words(key: str, text: str) -> None:
    """When an effect holds."""
    assert wording.since_joining(read_effect(key, CHANGE)) == text


def test_money_dates_and_places_in_a_row() -> None:
    """As in a sentence."""
    assert wording.pounds(250_000) == "£250,000"
    assert wording.pounds(1_400_000) == "£1.40m"
    assert wording.period(date(2026, 4, 1), date(2031, 4, 1)) == "April 2026 to March 2031"
    assert wording.cost(CostSpec()) == "nothing"
    assert wording.cost(CostSpec(10.0, 20.0, 30.0)) == "£10 once; £20 a year per team; £30 a year per person"
    assert [wording.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]
