"""How much care people used: A&E attendances, emergency admissions, consultations."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from outputs.measures.episodes import Bools, Ints
from outputs.measures.lived import OLDEST_YEARS, seconds_by_age
from outputs.measures.measure import ALL, Measure, Values, share
from outputs.measures.view import ELDERLY_FROM_BAND, View
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_YEAR
from simulation.stays import AGE_BAND_FROM_YEARS, AGE_BANDS, CARE_HOME_BAND

TOPIC = "Activity"
MONTHLY_RETURN = "NHS England, A&E attendances and emergency admissions"
CARE_HOME = "care home"
URGENT_CARE_TAGS = ("pharmacy_consultation", "nhs111_clinician", "evening_and_weekend_gp")


def attending(view: View, period: Period) -> Ints:
    """Rows of residents' attendances that begin in a period."""
    return view.attending.within(period)


def admitted(view: View, period: Period) -> Ints:
    """Rows of emergency admissions that begin in a period."""
    return view.admitted.within(period)


def ae_attendances_per_1000(view: View, period: Period) -> Values:
    """A&E attendances of all types per 1,000 residents a year."""
    return {ALL: view.per_thousand(view.attending.count(period), period)}


def ae_type1_attendances_per_1000(view: View, period: Period) -> Values:
    """Type 1 attendances per 1,000 residents a year."""
    return {ALL: view.per_thousand(_count(view.attendances.type1[attending(view, period)]), period)}


def admitted_share_all_types(view: View, period: Period) -> Values:
    """Share of attendances of all types that end in an admission."""
    chosen = attending(view, period)
    return share(_count(view.attendances.admitted[chosen]), len(chosen))


def admitted_share_type1(view: View, period: Period) -> Values:
    """Share of type 1 attendances that end in an admission."""
    chosen = attending(view, period)
    chosen = chosen[view.attendances.type1[chosen]]
    return share(_count(view.attendances.admitted[chosen]), len(chosen))


def emergency_admissions(view: View, period: Period) -> Values:
    """Emergency admissions of residents a year: all, by age band, and of care-home residents."""
    return {name: view.yearly(count, period) for name, count in groups(view, admitted(view, period)).items()}


def emergency_admissions_per_1000(view: View, period: Period) -> Values:
    """Emergency admissions per 1,000 residents a year; each group's per 1,000 of the group."""
    return rates_by_group(view, period, groups(view, admitted(view, period)))


def zero_day_admissions(view: View, period: Period) -> Values:
    """Emergency admissions a year without a night in hospital."""
    return {ALL: view.yearly(_count(view.zero_day[admitted(view, period)]), period)}


def zero_day_share(view: View, period: Period) -> Values:
    """Share of emergency admissions without a night in hospital."""
    chosen = admitted(view, period)
    return share(_count(view.zero_day[chosen]), len(chosen))


def share_aged_65_plus(view: View, period: Period) -> Values:
    """Share of emergency admissions of people aged 65 and over."""
    chosen = admitted(view, period)
    return share(_count(view.admissions.age_band[chosen] >= ELDERLY_FROM_BAND), len(chosen))


def direct_admissions_per_1000(view: View, period: Period) -> Values:
    """Emergency admissions that did not come through A&E, per 1,000 residents a year."""
    return {ALL: view.per_thousand(_count(~view.admissions.through_ae[admitted(view, period)]), period)}


def gp_consultations_per_person(view: View, period: Period) -> Values:
    """Consultations with a GP or practice nurse per resident a year."""
    return {ALL: view.contacts(period, "gp_same_day", "gp_booked") / view.person_years(period)}


def gp_same_day_turned_away_share(view: View, period: Period) -> Values:
    """Share of same-day requests to general practice that were turned away."""
    tags = view.result.settings.tags.get("gp_same_day", ())
    refused = int(view.result.turned_away[period.from_month : period.to_month, list(tags)].sum())
    return share(refused, refused + view.contacts(period, "gp_same_day"))


def clinic_referrals_per_1000(view: View, period: Period) -> Values:
    """Referrals by general practice to a clinic per 1,000 residents a year."""
    return {ALL: view.per_thousand(view.contacts(period, "clinic_referral"), period)}


def missed_gp_visits_per_1000(view: View, period: Period) -> Values:
    """Booked visits to general practice that are missed, per 1,000 residents a year."""
    return {ALL: view.per_thousand(view.contacts(period, "gp_missed"), period)}


def urgent_care_instead_per_1000(view: View, period: Period) -> Values:
    """Visits and calls, instead of A&E, to urgent care that a service brings, per 1,000 residents a year."""
    return {ALL: view.per_thousand(view.contacts(period, *URGENT_CARE_TAGS), period)}


def handled_in_care_homes_per_1000(view: View, period: Period) -> Values:
    """Illness of care-home residents that a team deals with in the home instead of a hospital, per 1,000 residents."""
    return {ALL: view.per_thousand(view.contacts(period, "handled_in_the_home"), period)}


def helped_home_first_per_1000(view: View, period: Period) -> Values:
    """People who leave hospital for a place of reablement, or to be assessed at home, instead of waiting."""
    return {ALL: view.per_thousand(view.contacts(period, "reablement_first", "assessed_at_home"), period)}


def ae_type1_attendances_per_day(view: View, period: Period) -> Values:
    """Type 1 attendances a day."""
    return {ALL: _count(view.attendances.type1[attending(view, period)]) / period.days}


def ae_attendances_per_day(view: View, period: Period) -> Values:
    """A&E attendances of all types a day."""
    return {ALL: view.attending.count(period) / period.days}


def admissions_through_ae_per_day(view: View, period: Period) -> Values:
    """Emergency admissions through A&E a day."""
    return {ALL: _count(view.admissions.through_ae[admitted(view, period)]) / period.days}


def emergency_admissions_per_day(view: View, period: Period) -> Values:
    """Emergency admissions a day."""
    return {ALL: view.admitted.count(period) / period.days}


def groups(view: View, rows: Ints, counting: Ints | None = None) -> dict[str, float]:
    """How many of some admissions there are: all, by age band wherever people live, and of care-home residents.

    Args:
        view: the run.
        rows: of `view.admissions`.
        counting: (rows,) what each counts for; None counts one for each.
    """
    each = np.ones(len(rows), np.int64) if counting is None else counting
    by_age = np.bincount(view.admissions.age_band[rows], weights=each, minlength=len(AGE_BANDS))
    of_age = {f"age {name}": float(by_age[band]) for band, name in enumerate(AGE_BANDS)}
    return {ALL: float(each.sum()), **of_age, CARE_HOME: float(each[view.admissions.care_home[rows]].sum())}


def rates_by_group(view: View, period: Period, counts: dict[str, float]) -> Values:
    """Counts of `groups` per 1,000 people of each group a year."""
    years = {ALL: view.person_years(period), CARE_HOME: view.person_years(period, CARE_HOME_BAND)}
    years |= {f"age {name}": value for name, value in zip(AGE_BANDS, years_by_age(view, period), strict=True)}
    return {name: 1000.0 * count / years[name] for name, count in counts.items() if years[name] > 0.0}


def years_by_age(view: View, period: Period) -> list[float]:
    """Years lived by residents in each of `AGE_BANDS` in a period, wherever they lived."""
    lived = seconds_by_age(view, period).sum(axis=1)
    edges = [*AGE_BAND_FROM_YEARS, OLDEST_YEARS]
    return [float(lived[low:high].sum()) / SECONDS_PER_YEAR for low, high in pairwise(edges)]


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
        "clinic_referrals_per_1000", "Referrals to clinics per 1,000 people", "per 1,000 people a year",
        "Booked visits of residents to general practice that end in a referral", "assumption: see docs/model.md",
        clinic_referrals_per_1000, TOPIC, matters=0.02,
    ),
    Measure(
        "missed_gp_visits_per_1000", "Missed visits to general practice per 1,000 people", "per 1,000 people a year",
        "Booked visits that residents do not come to", "NHS England: one appointment in 20 (S058)",
        missed_gp_visits_per_1000, TOPIC, matters=0.02,
    ),
    Measure(
        "urgent_care_instead_per_1000", "Urgent care used instead of A&E per 1,000 people", "per 1,000 people a year",
        "Consultations with a pharmacy, a 111 clinician and evening and weekend GPs that a service brings; those who "
        "find them shut or full are not counted", "the model's own", urgent_care_instead_per_1000, TOPIC, matters=0.02,
    ),
    Measure(
        "handled_in_care_homes_per_1000", "Illness dealt with in care homes instead of hospital per 1,000 people",
        "per 1,000 people a year", "Visits of a team to residents who would have gone to A&E or been admitted",
        "the model's own", handled_in_care_homes_per_1000, TOPIC, matters=0.02,
    ),
    Measure(
        "helped_home_first_per_1000", "Leaving hospital for help at home instead of waiting per 1,000 people",
        "per 1,000 people a year", "Places of reablement before any care package, and assessments made at home, that a "
        "service offers; those who find them full are not counted", "the model's own", helped_home_first_per_1000,
        TOPIC, matters=0.02,
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
