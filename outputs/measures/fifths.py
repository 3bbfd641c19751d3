"""Every headline by deprivation fifth: who uses care, how it ends, whom teams reach, and what else they are given.

Rates are standardised for age and sex to the whole place, so that fifths of different ages can be compared. Finding
need is not harm: care given beside admissions is shown with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outputs.growth import yearly_growth
from outputs.measures.activity import admitted, attending
from outputs.measures.continuity import CARE_HOME_TAGS, days_at_home_of, readmissions
from outputs.measures.deaths import HOSPITAL_TAGS, deaths_in
from outputs.measures.episodes import Bools, Ints
from outputs.measures.growth import years_of_growth
from outputs.measures.lived import CELLS, FIFTHS, OLDEST_YEARS, SEXES, cell_of_resident, seconds_by_age
from outputs.measures.measure import Measure, Values
from outputs.measures.view import View, nights_within
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_YEAR
from simulation.stays import AGE_BAND_FROM_YEARS

TOPIC = "Equity by fifth"
SLOPE, MOST_TO_LEAST = "slope index", "most to least"
NAMES = tuple(f"fifth {number}" for number in range(1, FIFTHS + 1))
Kind = Literal["use", "outcome", "reach", "care"]
Floats = NDArray[np.float64]
FOUR_HOURS = 4
RULE = (
    "By deprivation fifth, 1 the most deprived; rates by age and sex, weighted by the time that all residents lived at"
    " each; slope index: most less least deprived end of a weighted line through the fifths"
)
SHARE_RULE = "By deprivation fifth, 1 the most deprived; not standardised"
SOURCE = "Public Health England, guidance on the slope index of inequality"


@dataclass(frozen=True)
class Happenings:
    """What happened to whom: where each person stands in `result.residents`, when, and what it counts for."""

    place: Ints
    tick: Ints
    weight: Floats


def rates_by_fifth(happened: Callable[[View, Period], Happenings], view: View, period: Period) -> Values:
    """Standardised rates per 1,000 people a year by fifth, their slope index and ratio."""
    found = happened(view, period)
    (counts,) = _counts(view, found.place, found.tick, found.weight)
    return _summed_up(view, period, counts, 1000.0 * SECONDS_PER_YEAR)


def days_at_home_by_fifth(view: View, period: Period) -> Values:
    """Standardised days at home a person by fifth, of those alive at the start of the period."""
    place, seconds = days_at_home_of(view, period)
    start = np.full(len(place), period.start, np.int64)
    days, people = _counts(view, place, start, seconds / SECONDS_PER_DAY, np.ones(len(place)))
    return _standardised(days, people, 1.0)


def share_by_fifth(parts: Callable[[View, Period], tuple[Ints, Bools]], view: View, period: Period) -> Values:
    """Share of some people's events that are of one kind, by fifth."""
    place, chosen = parts(view, period)
    fifth = view.result.residents.deprivation_fifth[place].astype(np.int64) - 1
    all_of, some = (np.bincount(fifth[rows], minlength=FIFTHS) for rows in (slice(None), chosen))
    if not all_of.all():
        return {}
    return _with_slope(some / all_of, all_of.astype(np.float64))


def growth_by_fifth(view: View, period: Period) -> Values:
    """Growth of emergency admissions by fifth, per cent a year, total, base year to the stated year."""
    counts = []
    for year in years_of_growth(view, period):
        place = view.index_of(view.admissions.person[admitted(view, year)])
        fifth = view.result.residents.deprivation_fifth[place].astype(np.int64) - 1
        counts.append(np.bincount(fifth, minlength=FIFTHS) / year.days)
    if not counts or min(float(one.min()) for one in counts) <= 0.0:
        return {}
    growth = [100.0 * yearly_growth([float(one[number]) for one in counts]) for number in range(FIFTHS)]
    return dict(zip(NAMES, growth, strict=True))


def _counts(view: View, place: Ints, tick: Ints, *weights: Floats) -> list[Floats]:
    """(OLDEST_YEARS, CELLS) what happened at each age, sex and fifth, by each of some weights."""
    age = (tick - view.result.residents.born[place]) // SECONDS_PER_YEAR
    inside = np.flatnonzero((age >= 0) & (age < OLDEST_YEARS))
    cell = age[inside] * CELLS + cell_of_resident(view)[place[inside]]
    tables = (np.bincount(cell, weight[inside], OLDEST_YEARS * CELLS) for weight in weights)
    return [table.astype(np.float64).reshape(OLDEST_YEARS, CELLS) for table in tables]


def _summed_up(view: View, period: Period, counts: Floats, per: float) -> Values:
    return _standardised(counts, seconds_by_age(view, period).astype(np.float64), per)


def _standardised(counts: Floats, lived: Floats, per: float) -> Values:
    """Directly standardised rates by fifth; ages and sexes that a fifth lacks are left out of all."""
    edges = [*AGE_BAND_FROM_YEARS, OLDEST_YEARS]
    happened, time = (
        np.array([table[low:high].sum(axis=0) for low, high in pairwise(edges)]).reshape(-1, SEXES, FIFTHS)
        for table in (counts, lived)
    )
    known = (time > 0.0).all(axis=-1)
    weights = time.sum(axis=-1)[known]
    if not weights.any():
        return {}
    rates = (weights[:, None] * happened[known] / time[known]).sum(axis=0) / weights.sum()
    return _with_slope(rates * per, time.sum(axis=(0, 1)))


def _with_slope(rates: Floats, people: Floats) -> Values:
    """Rates of the fifths, the slope index of inequality, and the ratio of the most to the least deprived."""
    values = dict(zip(NAMES, map(float, rates), strict=True))
    values[SLOPE] = slope_index(rates, people)
    if rates[-1] > 0.0:
        values[MOST_TO_LEAST] = float(rates[0] / rates[-1])
    return values


def slope_index(rates: Floats, people: Floats) -> float:
    """Rate at the most deprived end less that at the least, of the line through fifths at the middle of their ranks.

    Args:
        rates: (fifths,) from the most to the least deprived.
        people: (fifths,) how many there are in each: weights, and the width of its ranks.
    """
    share = people / people.sum()
    rank = np.cumsum(share) - share / 2.0
    middle = float((share * rank).sum())
    spread_ = float((share * (rank - middle) ** 2).sum())
    return -float((share * (rank - middle) * rates).sum()) / spread_ if spread_ > 0.0 else 0.0


def _events(view: View, person: Ints, tick: Ints, weight: Floats | None = None) -> Happenings:
    return Happenings(view.index_of(person), tick, np.ones(len(person)) if weight is None else weight)


def _admissions(view: View, period: Period, chosen: Callable[[View], Bools] | None = None) -> Happenings:
    rows = admitted(view, period)
    rows = rows if chosen is None else rows[chosen(view)[rows]]
    return _events(view, view.admissions.person[rows], view.admissions.begin[rows])


def _attendances(view: View, period: Period, *, only_type1: bool = False) -> Happenings:
    rows = attending(view, period)
    rows = rows[view.attendances.type1[rows]] if only_type1 else rows
    return _events(view, view.attendances.person[rows], view.attendances.arrival[rows])


def _bed_days(view: View, period: Period) -> Happenings:
    one = view.admissions
    nights = nights_within(one.begin_day, one.end_day, period)
    rows = np.flatnonzero(nights)
    return _events(view, one.person[rows], np.maximum(one.begin[rows], period.start), nights[rows].astype(np.float64))


def _fit_days(view: View, period: Period) -> Happenings:
    beds = view.beds
    rows = np.flatnonzero(beds.emergency & (beds.ready < period.stop) & (beds.end > period.start))
    return _overlapping(view, period, beds.person[rows], beds.ready[rows], beds.end[rows], 1.0 / SECONDS_PER_DAY)


def _readmitted(view: View, period: Period) -> Happenings:
    _, again = view.once("readmissions", lambda: readmissions(view))
    rows = again.within(period)
    return _events(view, view.admissions.person[rows], view.admissions.end[rows])


def _dead(view: View, period: Period, tags: tuple[str, ...] = ()) -> Happenings:
    rows = deaths_in(view, period, tags)
    return Happenings(rows, view.result.residents.left[rows], np.ones(len(rows)))


def _in_care_homes(view: View, period: Period) -> Happenings:
    rows, end = view.resident_stays(*CARE_HOME_TAGS)
    stays = view.result.stays
    return _overlapping(view, period, stays.person[rows], stays.started[rows], end, 1.0 / SECONDS_PER_YEAR)


def _beside(view: View, period: Period, tag: str) -> Happenings:
    """Days of care at home, or in beds outside hospital."""
    rows, end = view.resident_stays(tag)
    stays = view.result.stays
    return _overlapping(view, period, stays.person[rows], stays.started[rows], end, 1.0 / SECONDS_PER_DAY)


def _with_teams(view: View, period: Period) -> Happenings:
    one = view.result.enrolments
    return _overlapping(view, period, one.person, one.joined, one.left, 1.0 / SECONDS_PER_YEAR)


def _team_contacts(view: View, period: Period) -> Happenings:
    one = view.result.enrolments
    monthly = {plan.id: plan.contacts_per_month for plan in view.resolved.interventions}
    a_year = np.array([12.0 * monthly.get(team, 0.0) for team in view.result.teams] or [0.0])
    found = _overlapping(view, period, one.person, one.joined, one.left, 1.0 / SECONDS_PER_YEAR)
    return Happenings(found.place, found.tick, found.weight * a_year[one.team.astype(np.int64)])


def _overlapping(view: View, period: Period, person: Ints, start: Ints, end: Ints, per_second: float) -> Happenings:
    """Time of some intervals that falls in a period."""
    first = np.maximum(start, period.start)
    lasted = np.maximum(np.minimum(end, period.stop) - first, 0)
    return _events(view, person, np.minimum(first, period.stop - 1), lasted * per_second)


def _within_four_hours(view: View, period: Period) -> tuple[Ints, Bools]:
    one = view.attendances
    finished = view.once("residents finished", lambda: view.attending.only(one.finished & one.type1))
    rows = finished.within(period)
    return view.index_of(one.person[rows]), one.departure[rows] - one.arrival[rows] <= FOUR_HOURS * SECONDS_PER_HOUR


def _admitted_of_attending(view: View, period: Period) -> tuple[Ints, Bools]:
    rows = attending(view, period)
    return view.index_of(view.attendances.person[rows]), view.attendances.admitted[rows]


def _zero_day(view: View) -> Bools:
    return view.zero_day


KINDS: dict[str, Kind] = {}
"""What each measure is about, by id."""


def _measure(identity: str, title: str, unit: str, kind: Kind, values: Callable[[View, Period], Values],
             rule: str = RULE, *, decimals: int = 1, over_years: bool = False, matters: float = 0.02) -> Measure:
    KINDS[identity] = kind
    return Measure(identity, title, unit, rule, SOURCE, values, TOPIC, matters=matters, decimals=decimals,
                   over_years=over_years)


def _rate(identity: str, title: str, unit: str, kind: Kind, happened: Callable[[View, Period], Happenings]) -> Measure:
    return _measure(identity, title, unit, kind, partial(rates_by_fifth, happened))


PER_1000 = "per 1,000 people a year"
MEASURES = (
    _rate("admissions_by_fifth", "Emergency admissions", PER_1000, "use", _admissions),
    _rate("zero_day_admissions_by_fifth", "Emergency admissions without a night", PER_1000, "use",
          partial(_admissions, chosen=_zero_day)),
    _rate("ae_by_fifth", "A&E attendances", PER_1000, "use", _attendances),
    _rate("ae_type1_by_fifth", "Type 1 A&E attendances", PER_1000, "use", partial(_attendances, only_type1=True)),
    _measure("admitted_share_by_fifth", "Share of A&E admitted", "share", "use",
             partial(share_by_fifth, _admitted_of_attending), SHARE_RULE, decimals=3),
    _measure("four_hour_share_by_fifth", "Type 1 A&E within four hours", "share", "outcome",
             partial(share_by_fifth, _within_four_hours), SHARE_RULE, decimals=3),
    _rate("bed_days_by_fifth", "Emergency bed days", "per 1,000 people a year", "use", _bed_days),
    _rate("medically_fit_days_by_fifth", "Medically-fit days in hospital", PER_1000, "outcome", _fit_days),
    _rate("readmissions_by_fifth", "Emergency readmissions within 30 days", PER_1000, "outcome", _readmitted),
    _measure("admission_growth_by_fifth", "Growth of emergency admissions, total", "% a year", "use", growth_by_fifth,
             "By deprivation fifth, 1 the most deprived; as growth of emergency admissions", over_years=True),
    _measure("days_at_home_by_fifth", "Days at home per person", "days a year", "outcome", days_at_home_by_fifth,
             decimals=2, matters=0.0005),
    _rate("care_home_residents_by_fifth", "Care-home residents", "per 1,000 people", "outcome", _in_care_homes),
    _rate("deaths_by_fifth", "Deaths", PER_1000, "outcome", _dead),
    _rate("hospital_deaths_by_fifth", "Deaths in hospital", PER_1000, "outcome", partial(_dead, tags=HOSPITAL_TAGS)),
    _rate("people_with_teams_by_fifth", "People with a new service at a time", "per 1,000 people", "reach",
          _with_teams),
    _rate("team_contacts_by_fifth", "Contacts of new services", PER_1000, "care", _team_contacts),
    _rate("hospital_at_home_days_by_fifth", "Hospital-at-home days", PER_1000, "care",
          partial(_beside, tag="hospital_at_home")),
    _rate("intermediate_care_days_by_fifth", "Intermediate-care bed days", PER_1000, "care",
          partial(_beside, tag="intermediate_care")),
    _rate("reablement_days_by_fifth", "Reablement days", PER_1000, "care", partial(_beside, tag="reablement")),
)
