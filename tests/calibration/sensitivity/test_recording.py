"""A change of recording changes what is counted of a plan from its first year on, and nothing else."""

from __future__ import annotations

import pytest

from calibration.sensitivity.recording import READ_OTHERWISE, recorded_otherwise
from outputs.growth import yearly_growth

YEARS = ("2015/16", "2016/17", "2017/18", "2018/19", "2019/20")
ADMITTED = (980.0, 1000.0, 1030.0, 1050.0, 1090.0)
WITHOUT_NIGHT = (290.0, 300.0, 330.0, 350.0, 390.0)
SHARE = 0.05


def said() -> dict[str, float]:
    """A run with more and more admissions without a night; growth counts from 2016/17."""
    found: dict[str, float] = {}
    for year, every, zero in zip(YEARS, ADMITTED, WITHOUT_NIGHT, strict=True):
        found |= {f"emergency_admissions@{year}": every, f"zero_day_admissions@{year}": zero,
                  f"emergency_admissions_per_1000@{year}": every / 10.0, f"zero_day_share@{year}": zero / every,
                  f"emergency_beds_occupied@{year}": 40.0}  # fmt: skip
    found["emergency_admission_growth_percent@2019/20"] = 100.0 * yearly_growth(ADMITTED[1:])
    return found


def counted(measure: str, year: str = "2019/20", share: float = SHARE) -> float:
    """What is counted when some are recorded otherwise from 2017/18 on."""
    return recorded_otherwise(measure, year, said(), share, "2016/17", YEARS)


def test_counts_lose_the_share_of_those_without_a_night() -> None:
    """In all, per head and as a share of what is still counted."""
    assert counted("emergency_admissions") == pytest.approx(1090.0 - 0.05 * 390.0)
    assert counted("zero_day_admissions") == pytest.approx(0.95 * 390.0)
    assert counted("emergency_admissions_per_1000") == pytest.approx((1090.0 - 0.05 * 390.0) / 10.0)
    assert counted("zero_day_share") == pytest.approx(0.95 * 390.0 / (1090.0 - 0.05 * 390.0))


def test_growth_is_that_of_what_is_counted() -> None:
    """As if the counts of each year had been made anew, the base year as it was recorded."""
    made_anew = [1000.0, *(every - 0.05 * zero for every, zero in zip(ADMITTED[2:], WITHOUT_NIGHT[2:], strict=True))]
    assert counted("emergency_admission_growth_percent") == pytest.approx(100.0 * yearly_growth(made_anew))


def test_nothing_else_is_read_otherwise() -> None:
    """Neither beds, nor years before the change, nor anything when the share is nought."""
    assert counted("emergency_beds_occupied") == 40.0
    for year in ("2015/16", "2016/17"):
        assert counted("emergency_admissions", year) == said()[f"emergency_admissions@{year}"]
    for measure in READ_OTHERWISE:
        found = said().get(f"{measure}@2019/20")
        assert found is None or counted(measure, share=0.0) == found
