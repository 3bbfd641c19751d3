"""What one run counts by month, by measure and by whose it is: what targets of every kind are worked out from."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from outputs.measures.episodes import Admissions, Attendances, beds, of_residents, started_in, tagged
from outputs.measures.in_time import Intervals
from outputs.measures.waiting import STANDARD_HOURS
from scenarios.evidence import load
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_YEAR, Calendar
from simulation.stays import AGE_BANDS, CARE_HOME_BAND, NEVER, RunResult

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
ByMonth = dict[tuple[str, str], Floats]
"""(months,) by measure and group."""

OLDER_FROM = AGE_BANDS.index("65-74")
EVERYONE, OLDER, RESIDENTS = "everyone", "aged 65 and over", "care-home residents"
RESIDENTIAL, NURSING = "residents of residential homes", "residents of nursing homes"
GROUPS: Final = (EVERYONE, OLDER, RESIDENTS, RESIDENTIAL, NURSING)
ADMISSIONS, NO_NIGHT, BED_DAYS = "emergency admissions", "admissions without a night", "emergency bed days"
ATTENDANCES, PEOPLE = "A&E attendances", "people"
TYPE_1, OVER_FOUR_HOURS = "type 1 attendances", "attendances over four hours"
TYPE_1_OVER_FOUR_HOURS, THROUGH_AE = "type 1 attendances over four hours", "admissions through A&E"
DELAYED_DAYS = "delayed days"
"""As official returns count them: of everyone together only."""


def monthly_counts(result: RunResult, admissions: Admissions, attendances: Attendances) -> ByMonth:
    """Everything that is counted by month of a run, of residents; people are person-years."""
    lived = result.person_seconds / SECONDS_PER_YEAR
    return {
        **_of_admissions(result, admissions),
        **_of_attendances(result, attendances),
        (DELAYED_DAYS, EVERYONE): _delayed_days(result),
        (PEOPLE, EVERYONE): lived.sum(axis=1),
        (PEOPLE, RESIDENTS): lived[:, CARE_HOME_BAND],
    }


def _of_admissions(result: RunResult, admissions: Admissions) -> ByMonth:
    """By the month in which they begin; nights count in that month."""
    month = _months_of(result.calendar, admissions.begin)
    groups = _groups(result, admissions.person, admissions.begin, admissions.age_band, admissions.care_home)
    zero = (admissions.nights == 0) & ~admissions.is_open
    series = ((ADMISSIONS, None), (NO_NIGHT, zero), (BED_DAYS, admissions.nights), (THROUGH_AE, admissions.through_ae))
    return {(name, group): _by_month(month, chosen, weights, result.calendar.months)
            for group, chosen in groups.items() for name, weights in series}


def _of_attendances(result: RunResult, attendances: Attendances) -> ByMonth:
    """By the month of arrival."""
    month = _months_of(result.calendar, attendances.arrival)
    groups = _groups(result, attendances.person, attendances.arrival, attendances.age_band, attendances.care_home)
    stayed = attendances.departure - attendances.arrival
    late = attendances.finished & (stayed > STANDARD_HOURS * SECONDS_PER_HOUR)
    series = ((ATTENDANCES, None), (TYPE_1, attendances.type1), (OVER_FOUR_HOURS, late),
              (TYPE_1_OVER_FOUR_HOURS, late & attendances.type1))
    return {(name, group): _by_month(month, chosen & attendances.resident, weights, result.calendar.months)
            for group, chosen in groups.items() for name, weights in series}


def _groups(
    result: RunResult, person: Ints, tick: Ints, age_band: NDArray[np.int8], care_home: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """Which of some events are of whom."""
    home = _kind_of_home(result, person, tick)
    return {EVERYONE: np.ones(len(person), np.bool_), OLDER: age_band >= OLDER_FROM, RESIDENTS: care_home,
            RESIDENTIAL: home == 0, NURSING: home == 1}


def _delayed_days(result: RunResult) -> Floats:
    """(months,) days in which residents wait to leave, of these the share that official returns count."""
    taken = beds(result)
    delayed = taken.emergency & (taken.reason > 0)
    waits = Intervals.of(taken.ready[delayed], taken.end[delayed])
    share = load().value("discharge_delay.reported_share")
    return np.array([share * waits.between(*ends) / SECONDS_PER_DAY
                     for ends in pairwise(result.calendar.month_start.tolist())])


def _months_of(calendar: Calendar, ticks: Ints) -> Ints:
    """Index of the month of each tick."""
    return np.searchsorted(calendar.month_start, ticks, side="right").astype(np.int64) - 1


def _by_month(month: Ints, chosen: NDArray[np.bool_], weights: NDArray[np.generic] | None, months: int) -> Floats:
    values = None if weights is None else weights[chosen].astype(np.float64)
    return np.bincount(month[chosen], weights=values, minlength=months)[:months].astype(np.float64)


def _kind_of_home(result: RunResult, person: Ints, tick: Ints) -> Ints:
    """0 for people who live in a residential home at some tick, 1 in a nursing home, -1 elsewhere."""
    stays, settings = result.stays, result.settings
    rows = started_in(stays, tagged(settings, "residential_home", "nursing_home"))
    rows = rows[of_residents(stays, settings, rows)]
    rows = rows[np.lexsort((stays.started[rows], stays.person[rows]))]
    if not len(rows):
        return np.full(len(person), -1, np.int64)
    step = result.calendar.horizon + 2
    place = np.searchsorted(stays.person[rows] * step + stays.started[rows], person * step + tick, side="right") - 1
    last = rows[np.maximum(place, 0)]
    open_then = (stays.ended[last] == NEVER) | (stays.ended[last] > tick)
    lives = (place >= 0) & (stays.person[last] == person) & open_then
    nursing = tagged(settings, "nursing_home")[stays.setting[last]]
    return np.where(lives, nursing.astype(np.int64), -1)
