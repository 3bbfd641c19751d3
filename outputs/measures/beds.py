"""Beds: how many are taken and by whom, how long people stay, and how long they wait to leave."""

from __future__ import annotations

import numpy as np

from outputs.measures.activity import groups, rates_by_group
from outputs.measures.in_time import Intervals
from outputs.measures.measure import ALL, Measure, Values, share
from outputs.measures.view import View, begins_in, nights_within
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_DAY

TOPIC = "Beds"
LONG_STAY_NIGHTS = 21
WARD_POOLS = ("acute_beds", "assessment_beds", "older_peoples_beds")
"""Pools of the care network on which settings tagged `ward` draw."""
NO_LIMIT = -1


def emergency_bed_days(view: View, period: Period) -> Values:
    """Nights of residents' emergency admissions that fall in a period, a year; all, by age band, care homes."""
    return {name: view.yearly(days, period) for name, days in _bed_days(view, period).items()}


def emergency_bed_days_per_1000(view: View, period: Period) -> Values:
    """Emergency bed days per 1,000 residents a year; each group's per 1,000 of the group."""
    return rates_by_group(view, period, _bed_days(view, period))


def emergency_beds_occupied(view: View, period: Period) -> Values:
    """Beds taken by residents' emergency admissions, on average over all hours."""
    return _occupied(view, "emergency", period)


def elective_beds_occupied(view: View, period: Period) -> Values:
    """Beds taken by elective patients, on average over all hours."""
    return _occupied(view, "elective", period)


def other_beds_occupied(view: View, period: Period) -> Values:
    """Beds taken by anybody else, such as people from outside, on average over all hours."""
    return _occupied(view, "other", period)


def bed_occupancy(view: View, period: Period) -> Values:
    """Share of open ward beds that are taken, over all hours; nothing when the wards have no limit."""
    return share(beds_taken(view).seconds(period), ward_places(view, period) * period.seconds)


def beds_taken(view: View) -> Intervals:
    """When the hospital's own ward beds are taken, by anybody."""
    beds = view.beds
    return view.once("beds taken", lambda: Intervals.of(beds.start[beds.here], beds.end[beds.here]))


def beds_open(view: View, period: Period) -> Values:
    """Ward beds open, on average; nothing when the wards have no limit."""
    places = ward_places(view, period)
    return {ALL: places} if places else {}


def ward_places(view: View, period: Period) -> float:
    """Places of the pools that wards draw on, on average over the months of a period; 0 when one has no limit."""
    pools = [index for index, name in enumerate(view.result.pool_names) if name in WARD_POOLS]
    places = view.result.pool_places[period.from_month : period.to_month, pools]
    if places.size == 0 or (places == NO_LIMIT).any():
        return 0.0
    return float(places.sum(axis=1).mean())


def sent_to_neighbour_per_1000(view: View, period: Period) -> Values:
    """Residents' stays in a bed that a neighbouring hospital lends, since none was free here, per 1,000 a year."""
    lent = view.beds.emergency & ~view.beds.here
    return {ALL: view.per_thousand(int(begins_in(view.beds.start[lent], period).sum()), period)}


def medically_fit_days_per_1000(view: View, period: Period) -> Values:
    """Days in a ward bed after being medically fit, per 1,000 residents a year."""
    return {ALL: view.per_thousand(_fit_days(view, None, period), period)}


def beds_medically_fit(view: View, period: Period) -> Values:
    """Beds taken by residents who are medically fit and wait to leave, on average."""
    return {ALL: _fit_days(view, None, period) * SECONDS_PER_DAY / period.seconds}


def delayed_days_per_1000(view: View, period: Period) -> Values:
    """Delayed days as reported, per 1,000 residents a year: all, and by reason."""
    values = {}
    for index, reason in enumerate(view.result.settings.reasons):
        if view.result.settings.delay_reasons[index]:
            days = _fit_days(view, index, period)
            values[reason.replace("_", " ")] = view.per_thousand(days * view.reported_share, period)
    return {ALL: sum(values.values()), **values}


def beds_after_21_nights(view: View, period: Period) -> Values:
    """Beds taken by nights after the 21st of emergency admissions."""
    admissions = view.admissions
    late = nights_within(admissions.begin_day + LONG_STAY_NIGHTS, admissions.end_day, period)
    return {ALL: float(late.sum()) / period.days}


def stays_over_21_nights(view: View, period: Period) -> Values:
    """Emergency admissions of more than 21 nights that ended in a period, a year."""
    admissions = view.admissions
    ended = begins_in(admissions.end, period) & ~admissions.is_open
    return {ALL: view.yearly(int(np.count_nonzero(ended & (admissions.nights > LONG_STAY_NIGHTS))), period)}


def _bed_days(view: View, period: Period) -> dict[str, float]:
    return view.once(("bed days", period), lambda: _count_bed_days(view, period))


def _count_bed_days(view: View, period: Period) -> dict[str, float]:
    nights = nights_within(view.admissions.begin_day, view.admissions.end_day, period)
    rows = np.flatnonzero(nights)
    return groups(view, rows, nights[rows])


def _occupied(view: View, by: str, period: Period) -> Values:
    """Beds of this hospital taken on average by emergency admissions of residents, elective patients, or others."""
    return {ALL: view.once(("beds taken by", by), lambda: _taken(view, by)).seconds(period) / period.seconds}


def _taken(view: View, by: str) -> Intervals:
    beds = view.beds
    chosen = beds.here & {
        "emergency": beds.emergency,
        "elective": beds.elective,
        "other": ~beds.emergency & ~beds.elective,
    }[by]
    return Intervals.of(beds.start[chosen], beds.end[chosen])


def _fit_days(view: View, reason: int | None, period: Period) -> float:
    """Days of residents' emergency stays after being medically fit, for one reason or all."""
    waits = view.once(("medically fit", reason), lambda: _waits_to_leave(view, reason))
    return waits.seconds(period) / SECONDS_PER_DAY


def _waits_to_leave(view: View, reason: int | None) -> Intervals:
    beds = view.beds
    chosen = beds.emergency if reason is None else beds.emergency & (beds.reason == reason)
    return Intervals.of(beds.ready[chosen], beds.end[chosen])


MEASURES = (
    Measure(
        "sent_to_neighbour_per_1000", "Stays in a bed lent by a neighbouring hospital per 1,000 people",
        "per 1,000 people a year", "Residents for whom no bed was free here and one was there, under an agreement",
        "the model's own", sent_to_neighbour_per_1000, TOPIC, matters=0.02,
    ),
    Measure(
        "emergency_bed_days", "Emergency bed days", "bed days a year",
        "Midnights in hospital of emergency admissions, in the year in which they fall",
        "NHS England, hospital episode statistics", emergency_bed_days, TOPIC, decimals=0,
    ),
    Measure(
        "emergency_bed_days_per_1000", "Emergency bed days per 1,000 people", "per 1,000 people a year",
        "As emergency bed days, over the time that residents lived in the place",
        "NHS England, hospital episode statistics", emergency_bed_days_per_1000, TOPIC, headline=True,
    ),
    Measure(
        "emergency_beds_occupied", "Beds taken by emergency admissions", "beds",
        "Average over all hours of residents' emergency admissions in ward beds", "KH03 on a 24-hour basis",
        emergency_beds_occupied, TOPIC, monthly=True, headline=True,
    ),
    Measure(
        "elective_beds_occupied", "Beds taken by elective patients", "beds",
        "Average over all hours", "KH03 on a 24-hour basis", elective_beds_occupied, TOPIC,
    ),
    Measure(
        "other_beds_occupied", "Beds taken by people from outside", "beds",
        "Average over all hours", "KH03 on a 24-hour basis", other_beds_occupied, TOPIC,
    ),
    Measure(
        "beds_open", "Ward beds open", "beds", "Average over the months of the year", "KH03", beds_open, TOPIC,
        decimals=0,
    ),
    Measure(
        "bed_occupancy", "Bed occupancy", "share",
        "Beds taken by anybody over ward beds open, average over all hours", "KH03 on a 24-hour basis", bed_occupancy,
        TOPIC, matters=0.005, relative=False, decimals=3, monthly=True, headline=True,
    ),
    Measure(
        "delayed_days_per_1000", "Delayed days as reported per 1,000 people", "per 1,000 people a year",
        "Medically-fit days times the share of them that official returns count",
        "NHS England, delayed transfers of care", delayed_days_per_1000, TOPIC, matters=0.03, headline=True,
    ),
    Measure(
        "medically_fit_days_per_1000", "Medically-fit days in hospital per 1,000 people", "per 1,000 people a year",
        "Days of residents' emergency stays between being medically fit and leaving the bed, where that is a delay",
        "National Audit Office, Discharging older patients from hospital, 2016", medically_fit_days_per_1000, TOPIC,
        matters=0.03,
    ),
    Measure(
        "beds_medically_fit", "Beds taken by people who are medically fit to leave", "beds",
        "Average over all hours of residents' emergency stays between being medically fit and leaving the bed",
        "NHS England, delayed transfers of care and no criteria to reside", beds_medically_fit, TOPIC, matters=0.03,
        monthly=True,
    ),
    Measure(
        "beds_after_21_nights", "Beds taken after the 21st night", "beds",
        "Emergency nights after the 21st in the year, over its days", "NHS England, long length of stay",
        beds_after_21_nights, TOPIC, matters=0.05,
    ),
    Measure(
        "stays_over_21_nights", "Emergency stays over 21 nights", "stays a year",
        "Emergency admissions of more than 21 nights that end in the year", "NHS England, long length of stay",
        stays_over_21_nights, TOPIC, matters=0.05, decimals=0,
    ),
)
