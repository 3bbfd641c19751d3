"""Who gets the care: the most against the least deprived fifth, at equal age and sex."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from outputs.measures.activity import admitted, attending
from outputs.measures.episodes import Ints
from outputs.measures.lived import CELLS, FIFTHS, OLDEST_YEARS, SEXES, cell_of_resident, seconds_by_age
from outputs.measures.measure import ALL, Measure, Values
from outputs.measures.view import View
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_YEAR

TOPIC = "Equity"
MOST_DEPRIVED, LEAST_DEPRIVED = 1, 5
WIDTH_YEARS = 5
EVERYBODY_OLDER_FROM = 90
RULE = "Rates by five years of age and sex, weighted by the time that all residents lived at each"


def ae_deprivation_ratio(view: View, period: Period) -> Values:
    """A&E attendance rate of the most over that of the least deprived fifth."""
    chosen = attending(view, period)
    return deprivation_ratio(view, period, view.attendances.person[chosen], view.attendances.arrival[chosen])


def admissions_deprivation_ratio_53_66(view: View, period: Period) -> Values:
    """Emergency admission rate of the most over that of the least deprived fifth, ages 53 to 66."""
    chosen = admitted(view, period)
    return deprivation_ratio(
        view, period, view.admissions.person[chosen], view.admissions.begin[chosen], age_from=53, age_to=67
    )


def admissions_deprivation_ratio_67_plus(view: View, period: Period) -> Values:
    """Emergency admission rate of the most over that of the least deprived fifth, ages 67 and over."""
    chosen = admitted(view, period)
    return deprivation_ratio(view, period, view.admissions.person[chosen], view.admissions.begin[chosen], age_from=67)


def deprivation_ratio(
    view: View, period: Period, person: Ints, tick: Ints, *, age_from: int = 0, age_to: int = OLDEST_YEARS
) -> Values:
    """Rate of events in the most over that in the least deprived fifth, directly standardised for age and sex.

    Cells of age and sex in which either fifth has nobody are left out of both.

    Args:
        view: the run.
        period: in which the events happened.
        person: residents to whom they happened.
        tick: when they happened.
        age_from: youngest age in years.
        age_to: age in years below which people are.
    """
    edges = _age_edges(age_from, age_to)
    of_years = seconds_by_age(view, period)
    place = view.index_of(person)
    age = (tick - view.result.residents.born[place]) // SECONDS_PER_YEAR
    counted = (age >= 0) & (age < OLDEST_YEARS)
    cell = age[counted] * CELLS + cell_of_resident(view)[place[counted]]
    happened = np.bincount(cell, minlength=OLDEST_YEARS * CELLS).reshape(OLDEST_YEARS, CELLS)
    lived, counts = (
        np.array([table[low:high].sum(axis=0) for low, high in pairwise(edges)], np.float64).reshape(-1, SEXES, FIFTHS)
        for table in (of_years, happened)
    )
    return _ratio(counts, lived)


def _age_edges(age_from: int, age_to: int) -> list[int]:
    """Ages at which groups of five years begin and end; the last group takes everybody older."""
    inner = range(age_from, min(age_to, EVERYBODY_OLDER_FROM), WIDTH_YEARS)
    return [*inner, age_to]


def _ratio(counts: np.ndarray, lived: np.ndarray) -> Values:
    most, least = MOST_DEPRIVED - 1, LEAST_DEPRIVED - 1
    both = (lived[..., most] > 0.0) & (lived[..., least] > 0.0)
    weights = lived.sum(axis=-1)[both]
    rate_of_most = (weights * counts[..., most][both] / lived[..., most][both]).sum()
    rate_of_least = (weights * counts[..., least][both] / lived[..., least][both]).sum()
    return {ALL: float(rate_of_most / rate_of_least)} if rate_of_least > 0.0 else {}


MEASURES = (
    Measure(
        "ae_deprivation_ratio", "A&E attendances, most to least deprived fifth", "ratio", RULE,
        "NHS Digital, hospital accident and emergency activity", ae_deprivation_ratio, TOPIC, matters=0.05, decimals=2,
    ),
    Measure(
        "admissions_deprivation_ratio_53_66", "Emergency admissions at 53-66, most to least deprived fifth", "ratio",
        RULE, "Pereira Gray et al., BMJ Open 2017", admissions_deprivation_ratio_53_66, TOPIC, matters=0.05,
        decimals=2,
    ),
    Measure(
        "admissions_deprivation_ratio_67_plus", "Emergency admissions at 67 and over, most to least deprived fifth",
        "ratio", RULE, "Pereira Gray et al., BMJ Open 2017", admissions_deprivation_ratio_67_plus, TOPIC, matters=0.05,
        decimals=2,
    ),
)
