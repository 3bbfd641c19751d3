"""What comes after: coming back to hospital, coming back to A&E, and days at home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outputs.measures.activity import admitted, attending
from outputs.measures.episodes import Bools, Ints
from outputs.measures.in_time import Events, order_of_two
from outputs.measures.measure import Measure, Values, share
from outputs.measures.view import ELDERLY_FROM_BAND, View
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_DAY

TOPIC = "Coming back"
READMISSION_DAYS = 30
REATTENDANCE_DAYS = 7
CARE_HOME_TAGS = ("residential_home", "nursing_home")
OTHER_BED_TAGS = ("same_day_emergency_care", "intermediate_care")
FREQUENT, VERY_FREQUENT, REPEATED = 3, 6, 2
FIVE_YEARS = 5
ATTENDERS = "Greenfield et al., Emergency Medicine Journal 2020"
ATTENDER_RULE = "Residents with a type 1 attendance in the year"
REPEATED_RULE = "Emergency admissions at 65 and over of people with two or more at that age in the base year, of all"


@dataclass(frozen=True)
class TimeSpent:
    """Where the residents of a cohort spent a period. Seconds, all of them together; `people` is their number."""

    people: int
    alive: float
    in_beds: float
    """On a ward, in A&E, in same-day emergency care or an intermediate-care bed."""
    in_beds_from_care_homes: float
    """The part of `in_beds` that is of people who lived in a care home."""
    care_home: float
    """Having a care home as residence, whether or not in a hospital bed meanwhile."""


@dataclass(frozen=True)
class _TimeOfResidents:
    """Intervals of residents; arrays of one length. `place` is where a person stands in `result.residents`."""

    place: Ints
    start: Ints
    end: Ints


def readmission_30_day_share(view: View, period: Period) -> Values:
    """Share of emergency stays ended alive that were followed by another within 30 days."""
    ended, again = view.once("readmissions", lambda: readmissions(view))
    return share(again.count(period), ended.count(period))


def reattendance_7_day_share(view: View, period: Period) -> Values:
    """Share of type 1 attendances followed by another within 7 days of arrival."""
    arrived, again = view.once("reattendances", lambda: _reattendances(view))
    return share(again.count(period), arrived.count(period))


def attenders_once_share(view: View, period: Period) -> Values:
    """Share of type 1 attenders who came once in the year."""
    visits = _visits_by_attender(view, period)
    return share(int(np.count_nonzero(visits == 1)), len(visits))


def attenders_3_plus_share(view: View, period: Period) -> Values:
    """Share of type 1 attenders who came three times or more in the year."""
    visits = _visits_by_attender(view, period)
    return share(int(np.count_nonzero(visits >= FREQUENT)), len(visits))


def attenders_3_plus_visit_share(view: View, period: Period) -> Values:
    """Share of type 1 attendances made by people who came three times or more in the year."""
    visits = _visits_by_attender(view, period)
    return share(int(visits[visits >= FREQUENT].sum()), int(visits.sum()))


def attenders_6_plus_share(view: View, period: Period) -> Values:
    """Share of type 1 attenders who came six times or more in the year."""
    visits = _visits_by_attender(view, period)
    return share(int(np.count_nonzero(visits >= VERY_FREQUENT)), len(visits))


def attenders_6_plus_visit_share(view: View, period: Period) -> Values:
    """Share of type 1 attendances made by people who came six times or more in the year."""
    visits = _visits_by_attender(view, period)
    return share(int(visits[visits >= VERY_FREQUENT].sum()), int(visits.sum()))


def repeated_65_plus_same_year_share(view: View, period: Period) -> Values:
    """Share of a year's admissions at 65 and over of people who had two or more in that year."""
    return _repeated_share(view, period, 0)


def repeated_65_plus_next_year_share(view: View, period: Period) -> Values:
    """Share of a year's admissions at 65 and over of people who had two or more in the year before."""
    return _repeated_share(view, period, 1)


def repeated_65_plus_five_years_on_share(view: View, period: Period) -> Values:
    """Share of a year's admissions at 65 and over of people who had two or more five years before."""
    return _repeated_share(view, period, FIVE_YEARS)


def days_at_home_per_person(view: View, period: Period) -> Values:
    """Days at home in a period of each resident at its start; days after death are none."""
    spent = time_spent(view, period)
    in_care_home = spent.care_home - spent.in_beds_from_care_homes
    return share((spent.alive - spent.in_beds - in_care_home) / SECONDS_PER_DAY, spent.people)


def days_in_care_home_per_person(view: View, period: Period) -> Values:
    """Days in a care home, not in hospital, in a period of each resident at its start."""
    spent = time_spent(view, period)
    return share((spent.care_home - spent.in_beds_from_care_homes) / SECONDS_PER_DAY, spent.people)


def time_spent(view: View, period: Period) -> TimeSpent:
    """Where residents at the start of a period spent it; those who moved away before its end are left out."""
    return view.once(("time spent", period), lambda: _time_spent(view, period))


def _time_spent(view: View, period: Period) -> TimeSpent:
    people = view.result.residents
    cohort = _cohort(view, period)
    alive = np.minimum(people.left[cohort], period.stop) - period.start
    away = view.once("bed time", lambda: _bed_time(view))
    in_homes = view.once("care-home time", lambda: _care_home_time(view))
    return TimeSpent(
        people=int(np.count_nonzero(cohort)),
        alive=float(alive.sum()),
        in_beds=sum(_seconds_of(part, cohort, period) for part in away),
        in_beds_from_care_homes=_seconds_of(away[1], cohort, period),
        care_home=_seconds_of(in_homes, cohort, period),
    )


def days_at_home_of(view: View, period: Period) -> tuple[Ints, Ints]:
    """Where each resident of `time_spent`'s cohort stands in `result.residents`, and their seconds at home."""
    return view.once(("days at home of", period), lambda: _seconds_at_home(view, period))


def _seconds_at_home(view: View, period: Period) -> tuple[Ints, Ints]:
    people = view.result.residents
    cohort = _cohort(view, period)
    home = np.minimum(people.left, period.stop) - period.start
    from_homes, _ = view.once("bed time", lambda: _bed_time(view))
    in_homes = view.once("care-home time", lambda: _care_home_time(view))
    for times in (from_homes, in_homes):
        rows = np.flatnonzero((times.end > period.start) & (times.start < period.stop))
        overlap = np.minimum(times.end[rows], period.stop) - np.maximum(times.start[rows], period.start)
        home -= np.bincount(times.place[rows], np.maximum(overlap, 0), len(home)).astype(np.int64)
    places = np.flatnonzero(cohort)
    return places, home[places]


def _cohort(view: View, period: Period) -> Bools:
    """(residents,) who lived in the place at the start of a period and did not move away in it."""
    people = view.result.residents
    there = (people.entered <= period.start) & (people.left > period.start)
    return np.asarray(there & (people.died | (people.left >= period.stop)))


def readmissions(view: View) -> tuple[Events, Events]:
    """Emergency stays that ended alive, 30 days before the end of the study or more, and those followed by another."""
    admissions = view.admissions
    window = READMISSION_DAYS * SECONDS_PER_DAY
    index = ~admissions.is_open & ~admissions.died & (admissions.end + window <= view.result.calendar.horizon)
    next_begin = np.full(len(admissions), np.iinfo(np.int64).max, np.int64)
    same_person = np.flatnonzero(admissions.person[1:] == admissions.person[:-1])
    next_begin[same_person] = admissions.begin[same_person + 1]
    again = index & (next_begin - admissions.end <= window)
    ended = Events.of(admissions.end, index)
    return ended, ended.only(again)


def _reattendances(view: View) -> tuple[Events, Events]:
    """Residents' type 1 attendances, 7 days before the end of the study or more, and those followed by another."""
    chosen = view.attendances.type1 & view.attendances.resident
    person, arrival = view.attendances.person[chosen], view.attendances.arrival[chosen]
    order = order_of_two(person, arrival)
    person, arrival = person[order], arrival[order]
    window = REATTENDANCE_DAYS * SECONDS_PER_DAY
    followed = arrival + window <= view.result.calendar.horizon
    again = np.zeros(len(person), np.bool_)
    again[:-1] = (person[1:] == person[:-1]) & (arrival[1:] - arrival[:-1] <= window)
    arrived = Events.of(arrival, followed)
    return arrived, arrived.only(again)


def _visits_by_attender(view: View, period: Period) -> Ints:
    """Type 1 attendances in a period of each resident who had any."""
    return view.once(("visits by attender", period), lambda: _count_visits(view, period))


def _count_visits(view: View, period: Period) -> Ints:
    rows = attending(view, period)
    people = view.index_of(view.attendances.person[rows[view.attendances.type1[rows]]])
    visits = np.bincount(people)
    return visits[visits > 0]


def _repeated_share(view: View, period: Period, years_before: int) -> Values:
    """Share of a year's admissions at 65+ of those who had two or more at that age some years before."""
    position = view.years.index(period) - years_before if period in view.years else -1
    if position < 0:
        return {}
    before = _elderly(view, view.years[position])
    people, counts = np.unique(before, return_counts=True)
    now = _elderly(view, period)
    return share(int(np.isin(now, people[counts >= REPEATED]).sum()), len(now))


def _elderly(view: View, period: Period) -> Ints:
    """Person of each admission at 65 and over in a period."""
    rows = admitted(view, period)
    return view.admissions.person[rows[view.admissions.age_band[rows] >= ELDERLY_FROM_BAND]]


def _bed_time(view: View) -> tuple[_TimeOfResidents, _TimeOfResidents]:
    """Residents' time in A&E and in beds away from home: of those from their own homes, and from care homes."""
    attendances, beds, stays = view.attendances, view.beds, view.result.stays
    rows, end = view.resident_stays(*OTHER_BED_TAGS)
    resident = attendances.resident
    person = np.concatenate([attendances.person[resident], beds.person[beds.emergency], stays.person[rows]])
    start = np.concatenate([attendances.arrival[resident], beds.start[beds.emergency], stays.started[rows]])
    ends = np.concatenate([attendances.departure[resident], beds.end[beds.emergency], end])
    from_home = np.concatenate([attendances.care_home[resident], beds.care_home[beds.emergency], stays.care_home[rows]])
    place = view.index_of(person)
    own, home = np.flatnonzero(~from_home), np.flatnonzero(from_home)
    return (
        _TimeOfResidents(place[own], start[own], ends[own]),
        _TimeOfResidents(place[home], start[home], ends[home]),
    )


def _care_home_time(view: View) -> _TimeOfResidents:
    """Residents' time with a care home as residence."""
    rows, end = view.resident_stays(*CARE_HOME_TAGS)
    stays = view.result.stays
    return _TimeOfResidents(view.index_of(stays.person[rows]), stays.started[rows], end)


def _seconds_of(times: _TimeOfResidents, cohort: Bools, period: Period) -> float:
    """Seconds of intervals that fall in a period, all together; none of people outside the cohort."""
    rows = np.flatnonzero((times.end > period.start) & (times.start < period.stop))
    rows = rows[cohort[times.place[rows]]]
    overlap = np.minimum(times.end[rows], period.stop) - np.maximum(times.start[rows], period.start)
    return float(np.maximum(overlap, 0).sum())


MEASURES = (
    Measure(
        "readmission_30_day_share", "Emergency readmission within 30 days", "share",
        "Of emergency stays that ended alive in the year: another emergency admission within 30 days of the end; "
        "stays without 30 days left in the study are left out",
        "NHS Digital, emergency readmissions to hospital within 30 days of discharge", readmission_30_day_share, TOPIC,
        matters=0.005, relative=False, decimals=3, headline=True,
    ),
    Measure(
        "days_at_home_per_person", "Days at home per person", "days a year",
        "Residents at the start of the year who did not move away: days alive, less days in hospital, in "
        "intermediate-care beds and in care homes", "Groff et al., New England Journal of Medicine 2016",
        days_at_home_per_person, TOPIC, matters=0.0005, decimals=2, headline=True,
    ),
    Measure(
        "days_in_care_home_per_person", "Days in a care home per person", "days a year",
        "As days at home: days living in a care home and not in hospital",
        "Groff et al., New England Journal of Medicine 2016", days_in_care_home_per_person, TOPIC, matters=0.01,
        decimals=2,
    ),
    Measure(
        "reattendance_7_day_share", "Type 1 attendances followed by another within 7 days", "share",
        "Of type 1 attendances of residents in the year, from arrival to arrival",
        "NHS Digital, A&E clinical quality indicators", reattendance_7_day_share, TOPIC, matters=0.005,
        relative=False, decimals=3,
    ),
    Measure(
        "attenders_once_share", "Type 1 attenders who came once", "share", ATTENDER_RULE, ATTENDERS,
        attenders_once_share, TOPIC, matters=0.005, relative=False, decimals=3,
    ),
    Measure(
        "attenders_3_plus_share", "Type 1 attenders who came three times or more", "share", ATTENDER_RULE, ATTENDERS,
        attenders_3_plus_share, TOPIC, matters=0.005, relative=False, decimals=3,
    ),
    Measure(
        "attenders_3_plus_visit_share", "Type 1 visits of those who came three times or more", "share", ATTENDER_RULE,
        ATTENDERS, attenders_3_plus_visit_share, TOPIC, matters=0.005, relative=False, decimals=3,
    ),
    Measure(
        "attenders_6_plus_share", "Type 1 attenders who came six times or more", "share", ATTENDER_RULE, ATTENDERS,
        attenders_6_plus_share, TOPIC, matters=0.002, relative=False, decimals=4,
    ),
    Measure(
        "attenders_6_plus_visit_share", "Type 1 visits of those who came six times or more", "share", ATTENDER_RULE,
        ATTENDERS, attenders_6_plus_visit_share, TOPIC, matters=0.005, relative=False, decimals=3,
    ),
    Measure(
        "repeated_65_plus_same_year_share", "Admissions at 65+ of people with two or more in that year", "share",
        REPEATED_RULE, "Roland et al., BMJ 2005", repeated_65_plus_same_year_share, TOPIC, matters=0.01,
        relative=False, decimals=3,
    ),
    Measure(
        "repeated_65_plus_next_year_share", "Admissions at 65+ of people with two or more the year before", "share",
        REPEATED_RULE, "Roland et al., BMJ 2005", repeated_65_plus_next_year_share, TOPIC, matters=0.01,
        relative=False, decimals=3,
    ),
    Measure(
        "repeated_65_plus_five_years_on_share", "Admissions at 65+ of people with two or more five years before",
        "share", REPEATED_RULE, "Roland et al., BMJ 2005", repeated_65_plus_five_years_on_share, TOPIC, matters=0.01,
        relative=False, decimals=3,
    ),
)
