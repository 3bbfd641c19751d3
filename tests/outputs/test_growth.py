"""Growth: the definition, on numbers whose growth is known."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.growth import quarterly_growth, share_of_the_extra, yearly_growth
from outputs.measures import growth
from tests.outputs.factory import RunBuilder, resolved, view_of


@given(rate=st.floats(-0.2, 0.3), level=st.floats(0.1, 1e6), years=st.integers(2, 12))
def test_steady_growth_is_found_whatever_the_level(rate: float, level: float, years: int) -> None:
    """Counts that grow by the same rate each year grow at that rate."""
    counts = [level * (1 + rate) ** year for year in range(years)]
    assert yearly_growth(counts) == pytest.approx(rate, abs=1e-9)


def test_growth_is_the_least_squares_slope_of_the_logs() -> None:
    """Logs 0, 1, 0: the slope is 0; logs 0, 0, 3: the slope is 1.5."""
    assert yearly_growth([1.0, math.e, 1.0]) == pytest.approx(0.0)
    assert yearly_growth([1.0, 1.0, math.exp(3.0)]) == pytest.approx(math.expm1(1.5))


@pytest.mark.parametrize("counts", [[], [5.0], [5.0, 0.0]])
def test_growth_of_too_little_is_refused(counts: list[float]) -> None:
    """One year, or an empty one, has no growth."""
    with pytest.raises(ValueError, match="two years or more"):
        yearly_growth(counts)


def test_quarters_are_compared_with_the_quarter_a_year_before_by_actual_days() -> None:
    """Daily counts of 10 for a year, then 11: 10 % in each of four quarters; a last month alone is not used."""
    per_day = [10.0] * 12 + [11.0] * 13
    lengths = [30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31] * 2 + [30]
    assert quarterly_growth(per_day, lengths) == pytest.approx([0.1] * 4)


def test_a_quarter_weighs_its_months_by_their_days() -> None:
    """29 days at 31 and 31 days at 29 are 1,798 over 60 days; a quarter on top of equal quarters before."""
    grown = quarterly_growth([10.0] * 12 + [31.0, 29.0, 10.0], [30] * 12 + [29, 31, 30])
    assert grown == pytest.approx([(2 * 31 * 29 + 300) / 90 / 10 - 1])


def test_an_empty_quarter_before_has_no_growth() -> None:
    """Nothing to compare with."""
    assert math.isnan(quarterly_growth([0.0] * 12 + [1.0] * 3, [30] * 15)[0])


def test_the_share_of_the_extra_is_slope_over_slope() -> None:
    """The whole rises by 4 a year, its part by 3."""
    assert share_of_the_extra([1.0, 4.0, 7.0], [10.0, 14.0, 18.0]) == pytest.approx(0.75)
    assert share_of_the_extra([1.0, 4.0, 7.0], [18.0, 14.0, 10.0]) is None


def grown_run() -> RunBuilder:
    """Six years from April 2014 with 10, 10, 20, 40, 80 and 160 admissions, half of them without a night."""
    run = RunBuilder(start=date(2014, 4, 1), end=date(2020, 4, 1)).crowd(1, 160)
    for year, number in zip(range(2014, 2020), (10, 10, 20, 40, 80, 160), strict=True):
        for person in range(1, number + 1):
            end = f"{year}-05-01 20:00" if person % 2 else f"{year}-05-03 20:00"
            run.admission(person, f"{year}-05-01 10:00", end, need=year)
    return run


def test_growth_runs_from_the_last_year_before_the_change_to_the_stated_year() -> None:
    """Doubling each year from 2016/17: about 100 % a year to 2019/20, but for the leap day; no answer before that."""
    scenario = resolved(start=date(2015, 4, 1), end=date(2020, 4, 1), change=date(2017, 4, 1))
    view = view_of(grown_run(), scenario)
    assert view.base.name == "2016/17"
    found = growth.emergency_admission_growth_percent(view, view.years[-1])
    per_day = [20 / 365, 40 / 365, 80 / 365, 160 / 366]
    assert found == {"all": pytest.approx(100 * yearly_growth(per_day))}
    assert growth.emergency_admission_growth_percent(view, view.years[-2]) == {}
    assert growth.zero_day_share_of_extra(view, view.years[-1]) == {"all": pytest.approx(0.5)}


def test_growth_per_head_of_a_steady_population_is_total_growth() -> None:
    """Nobody comes or goes, so the two are the same."""
    scenario = resolved(start=date(2015, 4, 1), end=date(2020, 4, 1), change=date(2017, 4, 1))
    view = view_of(grown_run(), scenario)
    total = growth.emergency_admission_growth_percent(view, view.years[-1])["all"]
    assert growth.emergency_admission_growth_per_head_percent(view, view.years[-1])["all"] == pytest.approx(total)
