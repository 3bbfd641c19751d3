"""From the evidence to the rhythm of needs: hours of the week, months of the year, and weeks of illness."""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from scenarios.evidence import EVIDENCE, Evidence
from simulation.calendar import DAYS_PER_YEAR
from simulation.rhythm import HOURS_PER_WEEK, LOWER, RHYTHMS, ROUTINE, STEADY, UPPER, RhythmTables
from simulation.stays import AGE_BANDS

DAYS_IN_MONTH = np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ENGLAND_SERIES = "england_ae_monthly.csv"
STEPS_PER_MONTH = 30

FloatArray = NDArray[np.float64]


def build_rhythm(evidence: Evidence) -> RhythmTables:
    """Weights of hours and months, and the spread of weekly illness."""
    by_hour = np.ones((RHYTHMS, HOURS_PER_WEEK))
    by_hour[[LOWER, UPPER, STEADY]] = urgent_hours(evidence)
    by_hour[ROUTINE] = practice_hours(evidence)
    by_month = np.ones((RHYTHMS, len(MONTH_NAMES)))
    by_month[LOWER], by_month[UPPER] = seasons(evidence)
    answers = np.zeros(RHYTHMS, np.bool_)
    answers[[LOWER, UPPER]] = True
    return RhythmTables(
        by_hour / by_hour.mean(axis=1, keepdims=True),
        by_month,
        answers,
        evidence.value("illness.weekly_log_sd"),
        evidence.value("illness.weekly_correlation"),
    )


def urgent_hours(evidence: Evidence) -> FloatArray:
    """(168,) weights of A&E arrivals by hour of the week."""
    hours = evidence.values("recommended_hourly_arrival_profile", [f"hour {hour:02d}" for hour in range(24)])
    return np.outer(evidence.values("day_of_week_share_of_ae", DAY_NAMES), hours).ravel()


def practice_hours(evidence: Evidence) -> FloatArray:
    """(168,) part of each hour in which practices are open, on weekdays."""
    opens, closes = evidence.values("practice_hours", ["opens", "closes"])
    hours = np.arange(24)
    is_open = np.clip(np.minimum(closes, hours + 1) - np.maximum(opens, hours), 0.0, 1.0)
    return np.concatenate([np.tile(is_open, 5), np.zeros(48)])


def seasons(evidence: Evidence) -> tuple[FloatArray, FloatArray]:
    """(12,) index of needs below admission, and of those above it that neither death nor a discharge sets off.

    England's series are of attendances and admissions. Admissions near death follow the deaths, and attendances
    are partly admissions: what is left is the season of the rest. What it must be in the whole model is solved.
    """
    attendances, admissions = england_indices()
    near_death = _overall_share(evidence, evidence.values("needs_near_death_share", AGE_BANDS))
    upper = (admissions - near_death * near_death_index(evidence)) / (1.0 - near_death)
    admitted = np.average(
        evidence.values("ae.admitted_share", AGE_BANDS), weights=evidence.values("ae.attendances", AGE_BANDS)
        * evidence.values("population", AGE_BANDS))
    lower = (attendances - admitted * admissions) / (1.0 - admitted)
    return (_normal(lower * evidence.values("level.month_lower", MONTH_NAMES)),
            _normal(upper * evidence.values("level.month_upper", MONTH_NAMES)))


def england_indices() -> tuple[FloatArray, FloatArray]:
    """(12,) index of A&E attendances (mean of type 1 and all types) and of admissions through A&E, trend removed."""
    series: dict[str, dict[tuple[int, int], float]] = defaultdict(lambda: defaultdict(float))
    with (EVIDENCE / ENGLAND_SERIES).open(encoding="utf-8", newline="") as stream:
        for record in csv.DictReader(stream):
            year, month = (int(part) for part in record["month"].split("-"))
            series["all"][year, month] += float(record["attendances"])
            series["admissions"][year, month] += float(record["admissions"])
            if record["type"] == "type_1":
                series["type_1"][year, month] += float(record["attendances"])
    both = _normal((_month_index(series["all"]) + _month_index(series["type_1"])) / 2)
    return both, _month_index(series["admissions"])


def near_death_index(evidence: Evidence) -> FloatArray:
    """(12,) index of needs near death: that of deaths, spread over the months before them."""
    deaths = np.repeat(_normal(evidence.values("monthly_index_deaths", MONTH_NAMES)), STEPS_PER_MONTH)
    days = np.arange(len(deaths)) * DAYS_PER_YEAR / len(deaths)
    weights = np.zeros(len(deaths))
    for term in ("short", "long"):
        life = evidence.value(f"dying_needs_{term}_decay")
        weights += evidence.value(f"dying_needs_{term}_term", "per death, all ages") / life * np.exp(-days / life)
    needs = sum(weight * np.roll(deaths, -step) for step, weight in enumerate(weights / weights.sum()))
    return _normal(np.asarray(needs).reshape(len(MONTH_NAMES), STEPS_PER_MONTH).mean(axis=1))


def _month_index(counts: dict[tuple[int, int], float]) -> FloatArray:
    """(12,) index by calendar month of counts a day, after the trend between whole years is taken out."""
    months = sorted(counts)
    per_day = np.array([counts[key] for key in months]) / [_days(*key) for key in months]
    years = len(months) // 12
    yearly = per_day[: years * 12].reshape(years, 12).mean(axis=1)
    growth = np.polyfit(np.arange(years), np.log(yearly), 1)[0] if years > 1 else 0.0
    flat = per_day / np.exp(growth * np.arange(len(months)) / 12)
    number = np.array([month for _, month in months])
    return _normal(np.array([flat[number == month].mean() for month in range(1, 13)]))


def _days(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else int(DAYS_IN_MONTH[month - 1])


def _normal(index: FloatArray) -> FloatArray:
    """Scaled to mean 1 over the days of a year."""
    return np.asarray(index / np.average(index, weights=DAYS_IN_MONTH), np.float64)


def _overall_share(evidence: Evidence, by_band: FloatArray) -> float:
    """A share of admissions by age band as one of all admissions."""
    admissions = evidence.values("emergency_admission.rate", AGE_BANDS) * evidence.values("population", AGE_BANDS)
    return float(np.average(by_band, weights=admissions))
