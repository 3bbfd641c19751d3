"""How much care people used: A&E attendances, emergency admissions, consultations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from outputs.measures.episodes import Bools, Ints
from outputs.measures.measure import ALL, Measure, Values, share
from outputs.measures.view import ELDERLY_FROM_BAND, View, begins_in
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_YEAR
from simulation.stays import AGE_BAND_FROM_YEARS, AGE_BANDS, CARE_HOME_BAND

TOPIC = "Activity"
MONTHLY_RETURN = "NHS England, A&E attendances and emergency admissions"
CARE_HOME = "care home"
OLDEST_YEARS = 200


def attending(view: View, period: Period) -> Bools:
    """Attendances of residents that begin in a period."""
    return view.attendances.resident & begins_in(view.attendances.arrival, period)


def admitted(view: View, period: Period) -> Bools:
    """Emergency admissions that begin in a period."""
    return begins_in(view.admissions.begin, period)


def zero_day(view: View) -> Bools:
    """Admissions that ended on the day on which they began."""
    left_that_day: Bools = (view.admissions.nights == 0) & ~view.admissions.is_open
    return left_that_day


def ae_attendances_per_1000(view: View, period: Period) -> Values:
    """A&E attendances of all types per 1,000 residents a year."""
    return {ALL: view.per_thousand(_count(attending(view, period)), period)}


def ae_type1_attendances_per_1000(view: View, period: Period) -> Values:
    """Type 1 attendances per 1,000 residents a year."""
    return {ALL: view.per_thousand(_count(attending(view, period) & view.attendances.type1), period)}


def admitted_share_all_types(view: View, period: Period) -> Values:
    """Share of attendances of all types that end in an admission."""
    chosen = attending(view, period)
    return share(_count(chosen & view.attendances.admitted), _count(chosen))


def admitted_share_type1(view: View, period: Period) -> Values:
    """Share of type 1 attendances that end in an admission."""
    chosen = attending(view, period) & view.attendances.type1
    return share(_count(chosen & view.attendances.admitted), _count(chosen))


def emergency_admissions(view: View, period: Period) -> Values:
    """Emergency admissions of residents a year: all, by age band, and of care-home residents."""
    return {name: view.yearly(_count(chosen), period) for name, chosen in groups(view, admitted(view, period)).items()}


def emergency_admissions_per_1000(view: View, period: Period) -> Values:
    """Emergency admissions per 1,000 residents a year; each group's per 1,000 of the group."""
    return rates_by_group(view, period, {n: _count(c) for n, c in groups(view, admitted(view, period)).items()})


def zero_day_admissions(view: View, period: Period) -> Values:
    """Emergency admissions a year without a night in hospital."""
    return {ALL: view.yearly(_count(admitted(view, period) & zero_day(view)), period)}


def zero_day_share(view: View, period: Period) -> Values:
    """Share of emergency admissions without a night in hospital."""
    chosen = admitted(view, period)
    return share(_count(chosen & zero_day(view)), _count(chosen))


def share_aged_65_plus(view: View, period: Period) -> Values:
    """Share of emergency admissions of people aged 65 and over."""
    chosen = admitted(view, period)
    return share(_count(chosen & (view.admissions.age_band >= ELDERLY_FROM_BAND)), _count(chosen))


def direct_admissions_per_1000(view: View, period: Period) -> Values:
    """Emergency admissions that did not come through A&E, per 1,000 residents a year."""
    return {ALL: view.per_thousand(_count(admitted(view, period) & ~view.admissions.through_ae), period)}


def gp_consultations_per_person(view: View, period: Period) -> Values:
    """Consultations with a GP or practice nurse per resident a year."""
    return {ALL: view.contacts(period, "gp_same_day", "gp_booked") / view.person_years(period)}


def gp_same_day_turned_away_share(view: View, period: Period) -> Values:
    """Share of same-day requests to general practice that were turned away."""
    tags = view.result.settings.tags.get("gp_same_day", ())
    refused = int(view.result.turned_away[period.from_month : period.to_month, list(tags)].sum())
    return share(refused, refused + view.contacts(period, "gp_same_day"))


def ae_type1_attendances_per_day(view: View, period: Period) -> Values:
    """Type 1 attendances a day."""
    return {ALL: _count(attending(view, period) & view.attendances.type1) / period.days}


def ae_attendances_per_day(view: View, period: Period) -> Values:
    """A&E attendances of all types a day."""
    return {ALL: _count(attending(view, period)) / period.days}


def admissions_through_ae_per_day(view: View, period: Period) -> Values:
    """Emergency admissions through A&E a day."""
    return {ALL: _count(admitted(view, period) & view.admissions.through_ae) / period.days}


def emergency_admissions_per_day(view: View, period: Period) -> Values:
    """Emergency admissions a day."""
    return {ALL: _count(admitted(view, period)) / period.days}


def groups(view: View, chosen: Bools) -> dict[str, Bools]:
    """Chosen admissions: all, by age band wherever people live, and of care-home residents."""
    by_age = {f"age {name}": chosen & (view.admissions.age_band == band) for band, name in enumerate(AGE_BANDS)}
    return {ALL: chosen, **by_age, CARE_HOME: chosen & view.admissions.care_home}


def rates_by_group(view: View, period: Period, counts: dict[str, float]) -> Values:
    """Counts of `groups` per 1,000 people of each group a year."""
    years = {ALL: view.person_years(period), CARE_HOME: view.person_years(period, CARE_HOME_BAND)}
    years |= {f"age {name}": value for name, value in zip(AGE_BANDS, years_by_age(view, period), strict=True)}
    return {name: 1000.0 * count / years[name] for name, count in counts.items() if years[name] > 0.0}


def years_by_age(view: View, period: Period) -> list[float]:
    """Years lived by residents in each of `AGE_BANDS` in a period, wherever they lived."""
    edges = [*AGE_BAND_FROM_YEARS, OLDEST_YEARS]
    return [
        float(seconds_at_ages(view, period, low, high).sum()) / SECONDS_PER_YEAR
        for low, high in pairwise(edges)
    ]


def seconds_at_ages(view: View, period: Period, age_from: int, age_to: int) -> Ints:
    """(residents,) seconds that each lived in the place in a period at ages from one to below another."""
    people = view.result.residents
    from_tick = np.maximum(people.born + age_from * SECONDS_PER_YEAR, np.maximum(people.entered, period.start))
    to_tick = np.minimum(people.born + age_to * SECONDS_PER_YEAR, np.minimum(people.left, period.stop))
    lived: Ints = np.maximum(to_tick - from_tick, 0)
    return lived


def _count(chosen: Bools) -> int:
    return int(np.count_nonzero(chosen))


MEASURES = (
    Measure(
        "emergency_admissions", "Emergency admissions", "admissions a year",
        "Episodes of residents with a bed on a ward, counted on the day of the first bed, in any hospital",
        MONTHLY_RETURN, emergency_admissions, TOPIC, decimals=0, headline=True,
    ),
    Measure(
        "emergency_admissions_per_1000", "Emergency admissions per 1,000 people", "per 1,000 people a year",
        "As emergency admissions, over the time that residents lived in the place",
        MONTHLY_RETURN, emergency_admissions_per_1000, TOPIC, headline=True,
    ),
    Measure(
        "direct_admissions_per_1000", "Emergency admissions not through A&E per 1,000 people",
        "per 1,000 people a year", "Emergency admissions without an A&E attendance earlier in the episode",
        MONTHLY_RETURN, direct_admissions_per_1000, TOPIC,
    ),
    Measure(
        "share_aged_65_plus", "Emergency admissions of people aged 65 and over", "share",
        "Of all emergency admissions that begin in the year", "age at the first bed", share_aged_65_plus, TOPIC,
        matters=0.005, relative=False, decimals=3,
    ),
    Measure(
        "zero_day_admissions", "Emergency admissions without a night in hospital", "admissions a year",
        "Emergency admissions that end on the day on which they begin", "NHS Digital, admitted patient care",
        zero_day_admissions, TOPIC, decimals=0,
    ),
    Measure(
        "zero_day_share", "Emergency admissions without a night in hospital", "share",
        "Of all emergency admissions that begin in the year; those open at the end of the study have nights",
        "NHS Digital, admitted patient care", zero_day_share, TOPIC, matters=0.005, relative=False, decimals=3,
        headline=True,
    ),
    Measure(
        "ae_attendances_per_1000", "A&E attendances per 1,000 people", "per 1,000 people a year",
        "Arrivals of residents at departments of all types, those who leave unseen included",
        MONTHLY_RETURN, ae_attendances_per_1000, TOPIC, headline=True,
    ),
    Measure(
        "ae_type1_attendances_per_1000", "Type 1 A&E attendances per 1,000 people", "per 1,000 people a year",
        "Arrivals of residents at major A&E departments", MONTHLY_RETURN, ae_type1_attendances_per_1000, TOPIC,
        headline=True,
    ),
    Measure(
        "admitted_share_all_types", "Share of A&E admitted, all types", "share",
        "Attendances of residents followed by a bed on a ward in the same episode, of all that begin in the year",
        MONTHLY_RETURN, admitted_share_all_types, TOPIC, matters=0.005, relative=False, decimals=3, headline=True,
    ),
    Measure(
        "admitted_share_type1", "Share of type 1 A&E admitted", "share",
        "As share of A&E admitted, type 1 only", MONTHLY_RETURN, admitted_share_type1, TOPIC, matters=0.005,
        relative=False, decimals=3, headline=True,
    ),
    Measure(
        "gp_consultations_per_person", "GP and nurse consultations per person", "consultations a year",
        "Same-day and booked consultations of residents, over the time that they lived in the place",
        "Hobbs et al., Lancet 2016", gp_consultations_per_person, TOPIC, decimals=2, headline=True,
    ),
    Measure(
        "gp_same_day_turned_away_share", "Same-day requests to general practice turned away", "share",
        "Of same-day requests of residents", "GP Patient Survey", gp_same_day_turned_away_share, TOPIC,
        matters=0.005, relative=False, decimals=3,
    ),
    Measure(
        "ae_type1_attendances_per_day", "Type 1 A&E attendances a day", "attendances a day",
        "Over the actual days of the period", MONTHLY_RETURN, ae_type1_attendances_per_day, TOPIC, monthly=True,
    ),
    Measure(
        "ae_attendances_per_day", "A&E attendances a day", "attendances a day",
        "Over the actual days of the period", MONTHLY_RETURN, ae_attendances_per_day, TOPIC, monthly=True,
    ),
    Measure(
        "admissions_through_ae_per_day", "Emergency admissions through A&E a day", "admissions a day",
        "Over the actual days of the period", MONTHLY_RETURN, admissions_through_ae_per_day, TOPIC, monthly=True,
    ),
    Measure(
        "emergency_admissions_per_day", "Emergency admissions a day", "admissions a day",
        "Over the actual days of the period", MONTHLY_RETURN, emergency_admissions_per_day, TOPIC, monthly=True,
    ),
)
