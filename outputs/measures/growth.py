"""Growth a year, from the last year before the change to a stated one."""

from __future__ import annotations

from collections.abc import Callable

from outputs.growth import share_of_the_extra, yearly_growth
from outputs.measures.beds import emergency_bed_days
from outputs.measures.in_time import Events
from outputs.measures.measure import ALL, Measure, Values
from outputs.measures.view import View
from outputs.periods import Period

TOPIC = "Growth"
LEAST_YEARS = 3
RULE = (
    "exp(least-squares slope of the log of the count per day by financial year, last year before the change to the"
    " stated year) - 1; three years or more"
)
SOURCE = "the model's own; see docs/decisions.md"


def emergency_admission_growth_percent(view: View, period: Period) -> Values:
    """Growth of emergency admissions, per cent a year, total."""
    return _growth(view, period, lambda year: _per_day(view.admitted, year))


def emergency_admission_growth_per_head_percent(view: View, period: Period) -> Values:
    """Growth of emergency admissions per resident, per cent a year."""
    return _growth(view, period, lambda year: _per_day(view.admitted, year) / view.mean_people(year))


def ae_attendance_growth_percent(view: View, period: Period) -> Values:
    """Growth of residents' A&E attendances of all types, per cent a year, total."""
    return _growth(view, period, lambda year: _per_day(view.attending, year))


def emergency_bed_day_growth_percent(view: View, period: Period) -> Values:
    """Growth of emergency bed days, per cent a year, total."""
    return _growth(view, period, lambda year: emergency_bed_days(view, year)[ALL] / year.days)


def zero_day_share_of_extra(view: View, period: Period) -> Values:
    """Share of the yearly rise of emergency admissions that is without a night in hospital."""
    years = years_of_growth(view, period)
    without_night = view.once("zero-day admissions", lambda: view.admitted.only(view.zero_day))
    found = share_of_the_extra(
        [_per_day(without_night, year) for year in years], [_per_day(view.admitted, year) for year in years]
    ) if years else None
    return {} if found is None else {ALL: found}


def years_of_growth(view: View, period: Period) -> tuple[Period, ...]:
    """Years from the base year to a stated one; empty when they span less than three."""
    if period not in view.years:
        return ()
    first, last = view.years.index(view.base), view.years.index(period)
    return view.years[first : last + 1] if last - first >= LEAST_YEARS else ()


def _growth(view: View, period: Period, per_day: Callable[[Period], float]) -> Values:
    counts = [per_day(year) for year in years_of_growth(view, period)]
    return {ALL: 100.0 * yearly_growth(counts)} if counts and min(counts) > 0.0 else {}


def _per_day(events: Events, period: Period) -> float:
    return events.count(period) / period.days


MEASURES = (
    Measure(
        "emergency_admission_growth_percent", "Growth of emergency admissions, total", "% a year", RULE, SOURCE,
        emergency_admission_growth_percent, TOPIC, matters=0.25, relative=False, headline=True, over_years=True,
    ),
    Measure(
        "emergency_admission_growth_per_head_percent", "Growth of emergency admissions per head", "% a year",
        RULE, SOURCE, emergency_admission_growth_per_head_percent, TOPIC, matters=0.25, relative=False, headline=True,
        over_years=True,
    ),
    Measure(
        "ae_attendance_growth_percent", "Growth of A&E attendances, total", "% a year", RULE, SOURCE,
        ae_attendance_growth_percent, TOPIC, matters=0.25, relative=False, headline=True, over_years=True,
    ),
    Measure(
        "emergency_bed_day_growth_percent", "Growth of emergency bed days, total", "% a year", RULE, SOURCE,
        emergency_bed_day_growth_percent, TOPIC, matters=0.25, relative=False, headline=True, over_years=True,
    ),
    Measure(
        "zero_day_share_of_extra", "Share of the extra admissions without a night in hospital", "share",
        "Least-squares rise of admissions without a night over that of all, base year to stated year; three years or "
        "more", SOURCE, zero_day_share_of_extra, TOPIC, matters=0.1, relative=False, decimals=2, over_years=True,
    ),
)
