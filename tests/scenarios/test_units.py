"""Numbers, money, dates and ranges as planners write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import units
from scenarios.resolved import RangeValue
from scenarios.units import Money, Unreadable


@pytest.mark.parametrize(
    ("text", "value"),
    [("400", 400), ("1,250.5", 1250.5), ("-5", -5), ("+12", 12), ("\u22125", -5), (" 3 ", 3), ("1,234,567", 1234567)],
)
def test_numbers_are_read_with_commas_signs_and_odd_minuses(text: str, value: float) -> None:
    """Thousands commas, a plus, and the minus that word processors write."""
    assert units.number(text) == value


@pytest.mark.parametrize("text", ["", "lots", "1,23", "12,5", "1e5", "nan", "inf", "0x10", "1_000", "5 %", "14-Oct"])
def test_what_is_no_number_is_not_guessed_at(text: str) -> None:
    """Nothing that is not plainly a number becomes one."""
    with pytest.raises(Unreadable):
        units.number(text)


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_printed_with_commas_is_read_back(value: float) -> None:
    """Any number with two decimals survives being printed and read."""
    assert units.number(f"{value:,.2f}") == pytest.approx(value, abs=0.0051)


@pytest.mark.parametrize(
    ("text", "range_value"),
    [
        ("-5 % (-15 % to 0 %)", (-0.05, -0.15, 0.0)),
        ("+12 % (0 % to +30 %)", (0.12, 0.0, 0.30)),
        ("-5% (-15 to 0)", (-0.05, -0.15, 0.0)),
        ("-3 %", (-0.03, -0.03, -0.03)),
        ("\u22125 % (\u221215 % to 0 %)", (-0.05, -0.15, 0.0)),
    ],
)
def test_a_change_is_a_best_guess_with_its_range(text: str, range_value: tuple[float, float, float]) -> None:
    """Per cent become fractions; without a range all three are the best guess."""
    value = units.change(text)
    assert (value.best, value.low, value.high) == pytest.approx(range_value)
    assert value.scale == "change"


@pytest.mark.parametrize("text", ["-0.05", "-5 % (0 % to -15 %)", "-100 %", "-5 % (-120 % to 0 %)", "-5 % (-15 %)", ""])
def test_a_change_needs_per_cent_order_and_something_left(text: str) -> None:
    """No sign, a range the wrong way round, or a fall to nothing or below are refused."""
    with pytest.raises(Unreadable):
        units.change(text)


def test_shares_are_read_with_and_without_per_cent() -> None:
    """80 % and 0.8 are the same share; more than the whole is none."""
    assert units.share_range("80 % (50 % to 95 %)") == RangeValue(0.8, 0.5, 0.95, "share")
    assert units.share_range("0.8 (0.5 to 0.95)") == RangeValue(0.8, 0.5, 0.95, "share")
    with pytest.raises(Unreadable):
        units.share_range("120 %")


def test_plain_ranges_may_reach_below_zero() -> None:
    """A weight has no natural bounds."""
    assert units.plain_range("0.5 (-1 to 1)") == RangeValue(0.5, -1.0, 1.0, "plain")


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("£250,000 once", Money(250_000, False, "place")),
        ("£125,000 once per team", Money(125_000, False, "team")),
        ("£700,000 a year per team", Money(700_000, True, "team")),
        ("£0.7m a year per team", Money(700_000, True, "team")),
        ("£45k a year per network", Money(45_000, True, "team")),
        ("£12 per year per person", Money(12, True, "person")),
        ("£12 per person a year", Money(12, True, "person")),
        ("GBP 1,000 once", Money(1000, False, "place")),
    ],
)
def test_money_says_how_much_when_and_for_what(text: str, money: Money) -> None:
    """Once or a year; for the place, a team or a person."""
    assert units.money(text) == money


@pytest.mark.parametrize(
    "text", ["250,000 once", "£250,000", "£250,000 once a year", "-£5 once", "£-5 once", "£5 a year per moon", "£once"]
)
def test_money_without_sign_or_time_is_refused(text: str) -> None:
    """Nothing about money is guessed."""
    with pytest.raises(Unreadable):
        units.money(text)


@pytest.mark.parametrize("text", ["Apr 2027", "April 2027", "1 April 2027", "2027-04", "2027-04-01", "apr. 2027"])
def test_months_are_read_as_written(text: str) -> None:
    """A month is its first day."""
    assert units.month(text) == date(2027, 4, 1)


@pytest.mark.parametrize(
    "text", ["Apr-27", "15 April 2027", "Aprl 2027", "2027", "April", "13/2027", "Apr 1066", "ap 2027"]
)
def test_a_month_that_is_not_plain_is_refused(text: str) -> None:
    """Days inside a month, shortened years and slips are not guessed at."""
    with pytest.raises(Unreadable):
        units.month(text)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(-600, 600))
def test_months_are_counted_across_years(day: date, count: int) -> None:
    """So many months on and back again is the first of the same month."""
    assert units.months_after(units.months_after(day, count), -count) == day.replace(day=1)


def test_a_window_includes_its_last_month() -> None:
    """April 2026 to March 2031 is five years; the end is the day after."""
    assert units.window("April 2026 to March 2031") == (date(2026, 4, 1), date(2031, 4, 1))
    with pytest.raises(Unreadable, match="ends before"):
        units.window("April 2026 to March 2025")


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (units.caseload, "400 people per team", 400.0),
        (units.caseload, "685 people per network", 685.0),
        (units.caseload, "400", 400.0),
        (units.months, "3 months", 3),
        (units.months, "2 years", 24),
        (units.months, "at once", 0),
        (units.contacts, "2 a month per person", 2.0),
        (units.contacts, "24 a year", 2.0),
        (units.financial_year, "2016-17", "2016/17"),
        (units.financial_year, "1999/00", "1999/00"),
        (units.percentage, "1.9 %", 0.019),
    ],
)
def test_other_quantities_are_read_with_their_units(read: Callable[[str], object], text: str, value: object) -> None:
    """Each quantity has its own words."""
    assert read(text) == pytest.approx(value) if isinstance(value, float) else read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (units.caseload, "0"), (units.caseload, "-4 people per team"), (units.months, "3"), (units.months, "3 weeks"),
        (units.contacts, "often"), (units.financial_year, "2016/18"), (units.financial_year, "2016"),
        (units.percentage, "0.05"), (units.amount, "-1"),
    ],
)
def test_other_quantities_without_sense_are_refused(read: Callable[[str], object], text: str) -> None:
    """A wrong unit, a missing one, or a quantity below zero."""
    with pytest.raises(Unreadable):
        read(text)
