"""Growth by quarter and year, under both readings of what it is since, and beside the vanguards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from outputs.growth_tables import BY_CHANCE, ON_YEAR_BEFORE, SINCE_BASE, growth_table, stretches
from outputs.vanguard_marks import marks, relative_gap, vanguard_marks
from scenarios.evidence import load
from tests.outputs.books import CHANGE, MONTHS, activity, study_of

QUARTER = slice(CHANGE + 27, CHANGE + 30)
"""July to September 2019: the tenth quarter after April 2017."""


def growing(yearly: float, *, from_month: int = 0) -> np.ndarray:
    """Admissions that grow by a factor a year, the same each month of a year, for days of equal length."""
    year = np.maximum(0, (np.arange(len(MONTHS)) - from_month) // 12)
    days = np.array([pd.Period(month).days_in_month for month in MONTHS])
    return np.asarray(100.0 * yearly**year * days)


def table_of(*runs: np.ndarray) -> pd.DataFrame:
    """Growth of a reference and, where given, a second scenario, six equal runs each."""
    return growth_table(study_of(*([activity(admissions=run)] * 6 for run in runs)))


def one(table: pd.DataFrame, **keys: str) -> pd.Series:
    """The only row that has some values."""
    rows = table
    for name, value in keys.items():
        rows = rows[rows[name] == value]
    assert len(rows) == 1, keys
    return rows.iloc[0]


def test_both_readings_are_given_and_never_mixed() -> None:
    """3 % a year: a year on the year before is 3 %, the third year since the base year 9.3 %; each names its base."""
    table = table_of(growing(1.03))
    kinds = {"series": "total", "step": "year", "period": "2019/20", "interval_kind": "assumptions"}
    yearly = one(table, reading=ON_YEAR_BEFORE, **kinds)
    since = one(table, reading=SINCE_BASE, **kinds)
    assert (yearly["mean"], yearly["from_period"]) == (pytest.approx(3.0), "2018/19")
    assert (since["mean"], since["from_period"]) == (pytest.approx(100 * (1.03**3 - 1)), "2016/17")


def test_quarters_are_compared_with_the_same_quarter() -> None:
    """July to September with July to September, a year earlier or of the base year."""
    row = one(table_of(growing(1.03)), series="total", step="quarter", period="2019/20 Q2", reading=SINCE_BASE,
              interval_kind="assumptions")
    assert (row["mean"], row["from_period"]) == (pytest.approx(100 * (1.03**3 - 1)), "2016/17 Q2")


def test_differences_are_percentage_points_with_a_verdict() -> None:
    """2 % against 3 % a year is a point lower in every run."""
    table = table_of(growing(1.03), growing(1.02))
    row = one(table, scenario="a-team", series="total", step="year", period="2019/20", reading=ON_YEAR_BEFORE)
    assert row["difference_mean"] == pytest.approx(-1.0)
    assert row["verdict"] == "lower (8 in 10)"
    reference = table[(table["scenario"] == "do-nothing")]
    assert reference["difference_mean"].isna().all()


def test_growth_per_head_is_not_growth_of_the_total() -> None:
    """Where people grow as fast as admissions, each has no more of them."""
    people = 12_000.0 * growing(1.03) / growing(1.0)
    run = replace(activity(admissions=growing(1.03)), people=people)
    table = growth_table(study_of([run] * 2))
    keys = {"step": "year", "period": "2018/19", "reading": ON_YEAR_BEFORE, "interval_kind": "assumptions"}
    assert one(table, series="per head", **keys)["mean"] == pytest.approx(0.0, abs=1e-9)
    assert one(table, series="total", **keys)["mean"] == pytest.approx(3.0)


def test_what_one_year_could_show_by_chance_is_kept_apart() -> None:
    """Only for doing nothing: 1.28 standard errors of a ratio of two counts; equal runs have no other range."""
    table = table_of(growing(1.0), growing(1.0))
    keys = {"series": "total", "step": "year", "period": "2018/19", "reading": ON_YEAR_BEFORE}
    chance = one(table, interval_kind=BY_CHANCE, **keys)
    count = growing(1.0)[:12].sum()
    assert chance["high"] - chance["mean"] == pytest.approx(128.155 * np.sqrt(2.0 / count), rel=1e-2)
    assert set(table.loc[table["interval_kind"] == BY_CHANCE, "scenario"]) == {"do-nothing"}


def test_only_whole_quarters_and_years_are_named() -> None:
    """A study from June has no first quarter of that year."""
    assert [each.name for each in stretches(MONTHS[2:12], "quarter")] == ["2014/15 Q2", "2014/15 Q3", "2014/15 Q4"]
    assert stretches(MONTHS[2:12], "year") == []


def test_the_gap_is_relative() -> None:
    """+2.6 % against +4.9 % is -2.19 %, +1.2 against 4.9 -3.53, -1.4 against 6.7 -7.59."""
    pairs = ((2.6, 4.9), (1.2, 4.9), (-1.4, 6.7))
    found = [round(float(relative_gap(programme, rest)), 2) for programme, rest in pairs]
    assert found == [-2.19, -3.53, -7.59]


def test_the_quarter_is_set_beside_the_tenth_after_the_change_under_both_readings() -> None:
    """Admissions that fall by 5 % in that quarter only: both readings find -5 %, each with its own base."""
    fewer = growing(1.03).copy()
    fewer[QUARTER] *= 0.95
    table = vanguard_marks(study_of([activity(admissions=growing(1.03))] * 6, [activity(admissions=fewer)] * 6))
    rows = table[table["mark"] == "pacs-quarter"].set_index("reading")
    assert set(rows.index) == {ON_YEAR_BEFORE, SINCE_BASE}
    assert set(rows["period"]) == {"Jul 2019-Sep 2019"}
    assert rows.loc[ON_YEAR_BEFORE, "from_period"] == "Jul 2018-Sep 2018"
    assert rows.loc[SINCE_BASE, "from_period"] == "Jul 2016-Sep 2016"
    assert rows["model_gap_mean"].tolist() == pytest.approx([-5.0, -5.0])
    assert rows["chance_beats"].tolist() == [1.0, 1.0]
    assert rows["published_gap_percent"].round(2).tolist() == [-3.53, -3.53]


def test_residents_are_compared_with_residents() -> None:
    """A mark about care-home residents looks at their admissions, not the area's."""
    fewer = replace(activity(), care_home_admissions=np.where(np.arange(len(MONTHS)) >= CHANGE, 4.0, 5.0))
    table = vanguard_marks(study_of([activity()] * 3, [fewer] * 3))
    rows = table[(table["mark"] == "homes-quarter")].set_index("reading")
    assert rows.loc[SINCE_BASE, "model_gap_mean"] == pytest.approx(-20.0)
    assert rows.loc[ON_YEAR_BEFORE, "model_gap_mean"] == pytest.approx(0.0)


def test_a_window_too_short_is_refused_with_the_reason() -> None:
    """A study of two years after the change has no tenth quarter: no number, a sentence."""
    short = MONTHS[: CHANGE + 24]
    days = np.array([pd.Period(month).days_in_month for month in short], np.float64)
    table = vanguard_marks(study_of(*([activity(admissions=days, months=short)] * 2 for _ in range(2))))
    row = one(table, mark="mcp-quarter", reading=SINCE_BASE)
    assert row["comparable"] == "no"
    assert np.isnan(row["model_gap_mean"])
    assert row["reason"] == (
        "the 10th quarter after the change is set beside the published one, and Jul 2019-Sep 2019 is not in the run")
    assert one(table, mark="areas-year-1", reading=SINCE_BASE)["comparable"] == "yes"


def test_every_mark_has_its_published_rows() -> None:
    """Ids resolve to results with numbers; only figures without a stated base have two readings."""
    results = load().results()
    for mark in marks():
        for identity in filter(None, (mark.programme, mark.rest)):
            float(results[identity].value)
        assert len(mark.readings) == (1 if mark.base_stated else 2)
