"""Deaths: how many, where, and what care came before them."""

from __future__ import annotations

import numpy as np

from outputs.measures.episodes import Ints, tagged
from outputs.measures.in_time import Events
from outputs.measures.measure import ALL, Measure, Values, share
from outputs.measures.view import View
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_DAY

TOPIC = "Deaths"
HOSPITAL_TAGS = ("ward", "ae_type1", "ae_type1_arrival", "ae_other")
CARE_HOME_TAGS = ("residential_home", "nursing_home")
PLACES = {"hospital": HOSPITAL_TAGS, "care home": CARE_HOME_TAGS}
LAST_DAYS = 30
LAST_YEAR_DAYS = 365
SEVERAL = 3
SOURCE = "Public Health England, End of Life Care Profiles"


def deaths_per_1000(view: View, period: Period) -> Values:
    """Deaths of residents per 1,000 a year."""
    return {ALL: view.per_thousand(_deaths(view).count(period), period)}


def hospital_deaths_per_1000(view: View, period: Period) -> Values:
    """Deaths on a ward or in A&E per 1,000 residents a year."""
    return {ALL: view.per_thousand(len(deaths_in(view, period, HOSPITAL_TAGS)), period)}


def care_home_deaths_per_1000(view: View, period: Period) -> Values:
    """Deaths in a care home per 1,000 residents of the place a year."""
    return {ALL: view.per_thousand(len(deaths_in(view, period, CARE_HOME_TAGS)), period)}


def admitted_in_last_30_days_share(view: View, period: Period) -> Values:
    """Share of those who died who had an emergency admission that began in their last 30 days."""
    counts = _admissions_before_death(view, period, LAST_DAYS)
    return share(int(np.count_nonzero(counts >= 1)), len(counts))


def three_admissions_in_last_year_share(view: View, period: Period) -> Values:
    """Share of those who died who had three or more emergency admissions in their last year."""
    if period.from_day < LAST_YEAR_DAYS:
        return {}
    counts = _admissions_before_death(view, period, LAST_YEAR_DAYS)
    return share(int(np.count_nonzero(counts >= SEVERAL)), len(counts))


def _deaths(view: View) -> Events:
    """Residents who died, by when."""
    people = view.result.residents
    return view.once("deaths", lambda: Events.of(people.left, people.died))


def deaths_in(view: View, period: Period, tags: tuple[str, ...] = ()) -> Ints:
    """Residents who died in a period in settings that carry any of some tags; anywhere, without tags."""
    rows = _deaths(view).within(period)
    if not tags:
        return rows
    place = view.result.residents.place_of_death[rows]
    return rows[(place >= 0) & tagged(view.result.settings, *tags)[place]]


def deaths_by_place_share(view: View, period: Period) -> Values:
    """Share of residents' deaths in hospital, in care homes, and at home or elsewhere."""
    counts = {name: len(deaths_in(view, period, tags)) for name, tags in PLACES.items()}
    total = len(deaths_in(view, period))
    if not total:
        return {}
    elsewhere = total - sum(counts.values())
    return {name: count / total for name, count in {**counts, "own home and elsewhere": elsewhere}.items()}


def _admissions_before_death(view: View, period: Period, days: int) -> Ints:
    """For each death of a period, how many emergency admissions began within some days before it."""
    people = view.result.residents
    dead = _deaths(view).within(period)
    number = np.full(len(people.person), -1, np.int64)
    number[dead] = np.arange(len(dead))
    place, begin = view.once("admissions of the dead", lambda: _admissions_of_the_dead(view))
    death = people.left[place]
    counted = (number[place] >= 0) & (begin >= death - days * SECONDS_PER_DAY)
    return np.bincount(number[place][counted], minlength=len(dead)).astype(np.int64)


def _admissions_of_the_dead(view: View) -> tuple[Ints, Ints]:
    """Resident and beginning of each admission of people who died during the run."""
    place = view.index_of(view.admissions.person)
    rows = np.flatnonzero(view.result.residents.died[place])
    return place[rows], view.admissions.begin[rows]


MEASURES = (
    Measure(
        "deaths_per_1000", "Deaths per 1,000 people", "per 1,000 people a year",
        "Deaths of residents, wherever they happen", "Office for National Statistics, deaths registered",
        deaths_per_1000, TOPIC, decimals=2, headline=True,
    ),
    Measure(
        "hospital_deaths_per_1000", "Deaths in hospital per 1,000 people", "per 1,000 people a year",
        "Deaths of residents on a ward or in A&E", SOURCE, hospital_deaths_per_1000, TOPIC, matters=0.02, decimals=2,
        headline=True,
    ),
    Measure(
        "care_home_deaths_per_1000", "Deaths in care homes per 1,000 people", "per 1,000 people a year",
        "Deaths of residents in a residential or nursing home", SOURCE, care_home_deaths_per_1000, TOPIC,
        matters=0.02, decimals=2, headline=True,
    ),
    Measure(
        "deaths_by_place_share", "Deaths by place", "share", "Of residents' deaths in the year: where they were",
        SOURCE, deaths_by_place_share, TOPIC, matters=0.005, relative=False, decimals=3,
    ),
    Measure(
        "admitted_in_last_30_days_share", "People admitted in the last 30 days of life", "share",
        "Of residents who died in the year: at least one emergency admission that began in the 30 days before",
        "Nuffield Trust, end of life care", admitted_in_last_30_days_share, TOPIC, matters=0.02, relative=False,
        decimals=3,
    ),
    Measure(
        "three_admissions_in_last_year_share", "People with three or more admissions in the last year of life",
        "share", "Of residents who died in the year: emergency admissions that began in the 365 days before",
        "Nuffield Trust, end of life care", three_admissions_in_last_year_share, TOPIC, matters=0.02, relative=False,
        decimals=3,
    ),
)
