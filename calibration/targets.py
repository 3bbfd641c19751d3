"""What the model is fitted to and judged by: published results, or somebody's own counts, as rows of a table.

Every row says what was measured (level, people, comparator, window, base reading, estimator, unit), what came out and
how well it is known. docs/targets.md explains each column. Rows about effects give months since a programme's start;
rows about an area's own counts give a period: "2018-04" or "2018/19".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calibration.calendar_months import Months, days_between
from calibration.monthly_counts import (
    ADMISSIONS,
    ATTENDANCES,
    BED_DAYS,
    DELAYED_DAYS,
    NO_NIGHT,
    OVER_FOUR_HOURS,
    PEOPLE,
    THROUGH_AE,
    TYPE_1,
    TYPE_1_OVER_FOUR_HOURS,
)
from scenarios.messages import BadInput, Message

FOLDER: Final = Path(__file__).parent / "targets"
SETS: Final = ("vanguards", "controlled")
HOLD_OUTS: Final = "hold-outs"
WITH_NIGHT: Final = "admissions of a night or more"
"""Emergency admissions less those without a night; points keep both."""
MEASURES: Final = (ADMISSIONS, NO_NIGHT, WITH_NIGHT, THROUGH_AE, BED_DAYS, ATTENDANCES, TYPE_1, OVER_FOUR_HOURS,
                   TYPE_1_OVER_FOUR_HOURS, DELAYED_DAYS, PEOPLE)  # fmt: skip
ALSO_CALLED: Final = {
    "emergency admissions through A&E": THROUGH_AE, "emergency admissions via A&E": THROUGH_AE,
    "admissions via A&E": THROUGH_AE, "type 1 A&E attendances": TYPE_1, "attendances": ATTENDANCES,
    "four-hour breaches": OVER_FOUR_HOURS, "breaches": OVER_FOUR_HOURS,
    "type 1 four-hour breaches": TYPE_1_OVER_FOUR_HOURS, "type 1 breaches": TYPE_1_OVER_FOUR_HOURS,
    "delayed transfers of care": DELAYED_DAYS,
}  # fmt: skip
"""What official returns call the same."""
FIT, HOLD_OUT, REPORT_ONLY = "fit", "hold-out", "report-only"
ROLES: Final = (FIT, HOLD_OUT, REPORT_ONLY)
NATIONAL: Final = "national"
LEVELS: Final = ("person", "home", "practice", "area", NATIONAL)
SINCE_START, YEAR_BEFORE, BOTH = "since the start", "on the year before", "both"
READINGS: Final = (SINCE_START, YEAR_BEFORE, BOTH)
GAP, LEVEL, SERIES = "relative gap", "level", "monthly series"
GROWTH_OF_SERIES: Final = "growth of a series"
"""What a fit makes of a monthly series; nobody writes it."""
FIRST_YEAR, WITH_TEAM = "members, first year", "members, while with the team"
ESTIMATORS: Final = (GAP, FIRST_YEAR, WITH_TEAM, "growth per head over N years", "rank N of N", LEVEL, SERIES)
PER_CENT, LOG_POINTS, PER_1000, COUNT = "%", "log points", "per 1,000 a year", "count"
UNITS: Final = (PER_CENT, LOG_POINTS, PER_1000, COUNT)
CHANGES: Final = (PER_CENT, LOG_POINTS)
"""Units of a change: their standard errors are log points, hundredths of a logarithm."""
POPULATION: Final = "population-vanguards"
"""The 14 community-provider and 9 primary-and-acute vanguards together: both scenarios, weighted by sites."""
NEITHER: Final = "do-nothing"


@dataclass(frozen=True)
class Target:
    """One row.

    Attributes:
        line: in its file.
        file: its name.
        system: scenario, or several joined by "+", that is set beside doing nothing.
        window: first month of the programme that counts, 0 the first, and the first that does not; None with a period.
        period: calendar months, by the programme's months of a run; None with a window.
        value: in `unit`.
        standard_error: of a change in log points, hundredths of a logarithm; of anything else in `unit`.
        ceiling: most by which what is measured could fall, in per cent, if every admission of those reached were
            prevented; None when everybody is reached.
    """

    file: str
    line: int
    id: str
    title: str
    system: str
    level: str
    measure: str
    people: str
    comparator: str
    window: Months | None
    period: Months | None
    reading: str
    estimator: str
    unit: str
    value: float
    standard_error: float
    ceiling: float | None
    derivation: str
    source: str
    grade: str
    lineage: str
    role: str
    note: str
    base: Months | None = None
    """Programme months on which a series grows; None for its own first year."""
    base_value: float | None = None
    """Its count over the whole base, when the base's months are not rows of their own."""

    @property
    def is_effect(self) -> bool:
        """Whether it is about a programme's difference from doing nothing, a ratio; else about counts of an area."""
        return self.estimator in (GAP, FIRST_YEAR, WITH_TEAM)

    @property
    def is_one_area(self) -> bool:
        """Whether an area's own, which differs from others; a whole country's counts do not."""
        return self.level != NATIONAL

    @property
    def log_value(self) -> float:
        """On the log scale, on which it is fitted and predicted."""
        if self.unit == PER_CENT:
            return math.log1p(self.value / 100.0)
        return self.value / 100.0 if self.unit == LOG_POINTS else math.log(self.value)

    @property
    def log_error(self) -> float:
        """Standard error on the scale of `log_value`."""
        return self.standard_error / 100.0 if self.unit in CHANGES else self.standard_error / self.value

    @property
    def months(self) -> Months:
        """Of an area's own counts."""
        assert self.period is not None
        return self.period

    @property
    def days(self) -> float:
        """Days of those months."""
        return days_between(self.months)

    @property
    def series(self) -> tuple[str, str, str]:
        """What rows of one series have in common."""
        return self.system, self.measure, self.people

    @property
    def readings(self) -> tuple[str, ...]:
        """What its growth may be since."""
        return (SINCE_START, YEAR_BEFORE) if self.reading == BOTH else (self.reading,)


def rank_of(target: Target) -> tuple[int, int]:
    """Which of how many areas: (5, 23) for the fifth highest of 23."""
    place, areas = re.findall(r"\d+", target.estimator)
    return int(place), int(areas)


def to_be_fitted(rows: Iterable[Target]) -> tuple[Target, ...]:
    """Rows with the role fit.

    Raises:
        BadInput: when there is none.
    """
    rows = tuple(rows)
    chosen = tuple(row for row in rows if row.role == FIT)
    if not chosen:
        file = rows[0].file if rows else ""
        raise BadInput([Message(file, 0, "role", "", FIT, text="No row of this file is to be fitted.", label="column")])
    return chosen


def standard_error(site_sd: float, sites: float, controls: float, counts: float, published: float) -> float:
    """Of a difference in growth, log points: between sites and by chance, or the published one if that is larger.

    Args:
        site_sd: standard deviation of growth between sites, log points.
        sites: sites of the programme; 0 when there is only a published error.
        controls: sites that they were compared with; 0 without.
        counts: events of the programme's sites in the window; 0 when not known.
        published: standard error that the source gives; 0 without.
    """
    variance = site_sd**2 / sites if sites else 0.0
    variance += site_sd**2 / controls if controls else 0.0
    variance += 100.0**2 * 2.0 / counts if counts else 0.0
    return max(published, math.sqrt(variance))


def units_of(estimator: str) -> tuple[str, ...]:
    """Units in which what an estimator says can be given, the usual one first."""
    if estimator == LEVEL:
        return (PER_1000,)
    return (COUNT, *CHANGES) if estimator == SERIES else CHANGES


def derived(derivation: str, values: Mapping[str, float]) -> float:
    """The value that a derivation makes of published ones, in the unit of its row.

    Args:
        derivation: "gap A B" (growth A set against growth B, per cent), "log A" (a coefficient of a log rate, in log
            points), "ratio A" (a rate ratio, per cent), "percent A".
        values: published values by id.

    Raises:
        ValueError: when it is none of these.
    """
    verb, *ids = derivation.split()
    numbers = [values[each] for each in ids]
    if verb == "gap" and len(numbers) == 2:
        return 100.0 * ((100.0 + numbers[0]) / (100.0 + numbers[1]) - 1.0)
    if len(numbers) == 1 and verb in ("log", "ratio", "percent"):
        return {"log": 100.0 * numbers[0], "ratio": 100.0 * (numbers[0] - 1.0), "percent": numbers[0]}[verb]
    raise ValueError(f"not a derivation: {derivation!r}")
