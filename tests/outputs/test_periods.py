"""Financial years and months of a window."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from outputs.periods import base_year, in_months, months, name_of, years
from simulation.calendar import build_calendar

CALENDAR = build_calendar(date(2014, 4, 1), date(2018, 4, 1))


def test_a_window_has_its_whole_financial_years() -> None:
    """From July 2014 to December 2017: three whole years; what is left over is not reported."""
    found = years(CALENDAR, date(2014, 7, 1), date(2018, 1, 1))
    assert [year.name for year in found] == ["2015/16", "2016/17"]
    assert [year.days for year in found] == [366, 365]


def test_a_window_from_january_begins_with_the_next_april() -> None:
    """January to March belong to the financial year before."""
    assert [year.name for year in years(CALENDAR, date(2015, 1, 1), date(2017, 1, 1))] == ["2015/16"]


def test_a_window_without_a_whole_financial_year_has_years_from_its_start() -> None:
    """July 2014 to June 2015 is a year all the same."""
    assert [year.name for year in years(CALENDAR, date(2014, 7, 1), date(2015, 7, 1))] == ["Jul 2014-Jun 2015"]


def test_a_window_of_less_than_a_year_is_its_own_period() -> None:
    """Three months are three months."""
    found = years(CALENDAR, date(2014, 7, 1), date(2014, 10, 1))
    assert [(year.name, year.months, year.days) for year in found] == [("Jul 2014-Sep 2014", 3, 92)]


def test_years_tile_the_window_in_ticks_days_and_months() -> None:
    """Each year begins where the one before ends."""
    found = years(CALENDAR, CALENDAR.start, CALENDAR.end)
    for one, other in pairwise(found):
        assert (one.stop, one.to_day, one.to_month) == (other.start, other.from_day, other.from_month)
    assert found[0].start == 0
    assert found[-1].stop == CALENDAR.horizon
    assert sum(year.days for year in found) == CALENDAR.days
    assert sum(year.seconds for year in found) == CALENDAR.horizon


def test_months_are_named_as_in_the_published_series() -> None:
    """Year and month with a hyphen."""
    found = months(CALENDAR, date(2015, 12, 1), date(2016, 3, 1))
    assert [(month.name, month.days) for month in found] == [("2015-12", 31), ("2016-01", 31), ("2016-02", 29)]


@pytest.mark.parametrize(
    ("change", "base"), [(date(2016, 4, 1), "2015/16"), (date(2016, 9, 1), "2015/16"), (date(2014, 4, 1), "2014/15")]
)
def test_the_base_year_is_the_last_whole_year_before_the_change(change: date, base: str) -> None:
    """A change in the middle of a year counts from the year before; without one, the first year."""
    assert base_year(years(CALENDAR, CALENDAR.start, CALENDAR.end), change).name == base


def test_periods_are_named_as_planners_name_them() -> None:
    """A financial year, a stretch of months, a single month."""
    assert name_of(date(1999, 4, 1), date(2000, 4, 1)) == "1999/00"
    assert in_months(date(2019, 4, 1), date(2020, 4, 1)) == "Apr 2019-Mar 2020"
    assert in_months(date(2019, 4, 1), date(2019, 5, 1)) == "Apr 2019"
