"""Growth and months are moved by what runs show too much or too little of."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from calibration.england_months import MEASURES, SERIES_MONTHS, england_months, simulated_months
from calibration.growth_and_months import (
    GROWTH,
    MONTHS,
    TEMPER,
    corrected_growth,
    corrected_months,
    found_in,
    mean_of,
    wanted_growth,
)
from scenarios.build_rhythm import MONTH_NAMES
from scenarios.evidence import load

EVEN = np.ones((2, 12))
JULY = MONTH_NAMES.index("Jul")
IN_JULY = np.array([month.endswith("-07") for month in SERIES_MONTHS])
ADMITTED = 0.18


def table_of(months: dict[str, np.ndarray]) -> pd.DataFrame:
    """A table of measures of a run that shows these months, 300 a day on average."""
    rows = [
        (MEASURES[name], month, "all", 300.0 * value)
        for name, series in months.items()
        for month, value in zip(SERIES_MONTHS, series, strict=True)
    ]
    return pd.DataFrame(rows, columns=["measure", "period", "stratum", "value"])


def test_published_growth_is_that_of_the_ages_and_the_rest() -> None:
    """Admissions 2.9 % a year, of which 1.0 by age; attendances 1.9 %, of which 0.6; to a tenth of a point."""
    by_age, whole = wanted_growth(load())
    assert by_age == pytest.approx([0.010, 0.006], abs=1e-3)
    assert whole == pytest.approx([0.029, 0.019], abs=1e-3)


def test_only_growth_beside_that_of_the_ages_is_scaled() -> None:
    """Twice the wanted rest halves the level, by the part of a correction that is taken; what is right stays."""
    by_age, whole = np.array([0.010, 0.006]), np.array([0.030, 0.016])
    moved = corrected_growth(np.ones(2), np.array([0.050, 0.016]), by_age, whole)
    assert moved == pytest.approx([0.5**TEMPER, 1.0])


def test_months_that_come_out_as_published_stay() -> None:
    """No month of needs moves."""
    assert corrected_months(EVEN, england_months(), england_months(), ADMITTED) == pytest.approx(EVEN)


def test_a_month_with_too_many_admissions_gets_fewer_needs_above_admission() -> None:
    """And a few more below it, since attendances were right."""
    found = dict(england_months())
    found["admissions via A&E"] = found["admissions via A&E"] * np.where(IN_JULY, 1.1, 1.0)
    upper, lower = corrected_months(EVEN, found, england_months(), ADMITTED)
    assert upper[JULY] < 0.92
    assert 1.0 < lower[JULY] < 1.05
    assert upper[JULY - 1] == pytest.approx(upper[JULY + 1])


def test_rounds_are_averaged_once_there_are_several() -> None:
    """The first counts alone and is left out later; the mean is that of ratios."""
    first, second, third = np.full(2, 5.0), np.full(2, 1.0), np.full(2, 4.0)
    assert mean_of([first]) == pytest.approx(first)
    assert mean_of([first, second]) == pytest.approx(second)
    assert mean_of([first, second, third]) == pytest.approx([2.0, 2.0])


def test_simulated_months_are_averaged_over_runs_and_scaled_to_their_mean() -> None:
    """Two runs, one busier; an index does not know how busy. Series without all months are left out."""
    tables = [table_of(england_months()), table_of({k: 2.0 * v for k, v in england_months().items()})]
    growth = pd.DataFrame([("emergency_admission_growth_percent", "2019/20", "all", 3.0),
                           ("ae_attendance_growth_percent", "2019/20", "all", 2.0)],
                          columns=["measure", "period", "stratum", "value"])  # fmt: skip
    found = found_in([*tables, growth])
    assert found.growth == pytest.approx([0.03, 0.02])
    for name, series in england_months().items():
        assert found.months[name] == pytest.approx(series)
    shorter = tables[0][tables[0]["period"] != SERIES_MONTHS[0]]
    assert simulated_months(shorter) == {}


def test_the_shipped_growth_and_months_are_marked_as_solved() -> None:
    """Each has its row; months have mean 1."""
    evidence = load()
    for name in GROWTH:
        assert evidence.row(name, "all").source == "model-solved"
    for name in MONTHS:
        assert evidence.values(name, MONTH_NAMES).mean() == pytest.approx(1.0, abs=1e-4)
        assert {evidence.row(name, month).status for month in MONTH_NAMES} == {"derived"}
