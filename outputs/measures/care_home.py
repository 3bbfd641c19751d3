"""People who live in care homes: how many, and their use of hospital."""

from __future__ import annotations

import numpy as np

from outputs.measures.activity import admitted, attending
from outputs.measures.measure import ALL, Measure, Values, share
from outputs.measures.view import PER_THOUSAND, View
from outputs.periods import Period
from simulation.stays import CARE_HOME_BAND

TOPIC = "Care homes"
SOURCE = "Health Foundation, Emergency admissions to hospital from care homes"


def care_home_residents_per_1000(view: View, period: Period) -> Values:
    """People living in care homes at a time per 1,000 residents."""
    return {ALL: PER_THOUSAND * view.person_years(period, CARE_HOME_BAND) / view.person_years(period)}


def care_home_ae_per_resident(view: View, period: Period) -> Values:
    """A&E attendances of all types per care-home resident a year."""
    count = int(np.count_nonzero(view.attendances.care_home[attending(view, period)]))
    return share(count, view.person_years(period, CARE_HOME_BAND))


def care_home_admissions_per_resident(view: View, period: Period) -> Values:
    """Emergency admissions per care-home resident a year."""
    count = int(np.count_nonzero(view.admissions.care_home[admitted(view, period)]))
    return share(count, view.person_years(period, CARE_HOME_BAND))


MEASURES = (
    Measure(
        "care_home_residents_per_1000", "Care-home residents per 1,000 people", "per 1,000 people",
        "People living in a care home, on average over the year", SOURCE, care_home_residents_per_1000, TOPIC,
        decimals=2, headline=True,
    ),
    Measure(
        "care_home_ae_per_resident", "A&E attendances per care-home resident", "attendances a year",
        "Attendances by people who lived in a care home when they came, over the time lived in care homes", SOURCE,
        care_home_ae_per_resident, TOPIC, matters=0.03, decimals=2, headline=True,
    ),
    Measure(
        "care_home_admissions_per_resident", "Emergency admissions per care-home resident", "admissions a year",
        "Admissions of people who lived in a care home at the first bed, over the time lived in care homes", SOURCE,
        care_home_admissions_per_resident, TOPIC, matters=0.03, decimals=2, headline=True,
    ),
)
