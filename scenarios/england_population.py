"""England's people by narrow age band, sex and deprivation fifth, from the seven published bands."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scenarios.evidence import Evidence
from scenarios.resolved import PopulationCell, Sex

FloatArray = NDArray[np.float64]
WIDE_BANDS: tuple[tuple[str, int, int], ...] = (
    ("0-4", 0, 4), ("5-17", 5, 17), ("18-39", 18, 39), ("40-64", 40, 64), ("65-74", 65, 74), ("75-84", 75, 84),
    ("85+", 85, 104),
)
"""Bands whose totals are published: name, first and last age; the last band's people are spread up to its last age."""
NARROW_BANDS: tuple[tuple[int, int | None], ...] = (
    (0, 4), (5, 9), (10, 14), (15, 17), (18, 19), *((age, age + 4) for age in range(20, 95, 5)), (95, None),
)
"""Five-year bands, cut where the published ones are."""
AGES = WIDE_BANDS[-1][2] + 1
FIFTHS = (1, 2, 3, 4, 5)
OLD = 65


def england_population(people: int, evidence: Evidence) -> tuple[PopulationCell, ...]:
    """A place with England's ages, sexes and deprivation, in whole people.

    The seven published bands keep their shares (to half a person); so does the total, exactly.

    Args:
        people: how many live there.
        evidence: rows `population`, `death_rate`, `recommended_death_rate`, `ageing_of_death_rates`,
            `population_female_share` and `population_deprivation_share`.
    """
    totals = evidence.values("population", [name for name, _, _ in WIDE_BANDS])
    band_people = whole_numbers(totals * people / totals.sum(), people)
    by_age = people_by_age(evidence)
    cells: list[PopulationCell] = []
    for (_, first, last), in_band in zip(WIDE_BANDS, band_people, strict=True):
        keys, weights = _cells_of(first, last, by_age, evidence)
        counts = whole_numbers(weights / weights.sum() * in_band, int(in_band))
        cells += [PopulationCell(*key, float(count)) for key, count in zip(keys, counts, strict=True)]
    return tuple(cells)


def people_by_age(evidence: Evidence) -> FloatArray:
    """(AGES,) people in England of each single age, as smooth as the seven totals and mortality allow.

    The number ever born into each year of age, people divided by survival, changes as little as it can from one age
    to the next (least squares of first differences) while the bands keep their totals.
    """
    survival = _survival(evidence)
    totals = evidence.values("population", [name for name, _, _ in WIDE_BANDS])
    difference = np.diff(np.eye(AGES), axis=0)
    constraint = np.zeros((len(WIDE_BANDS), AGES))
    for row, (_, first, last) in enumerate(WIDE_BANDS):
        constraint[row, first : last + 1] = survival[first : last + 1]
    size = len(WIDE_BANDS)
    system = np.block([[difference.T @ difference, constraint.T], [constraint, np.zeros((size, size))]])
    solution = np.linalg.solve(system, np.concatenate([np.zeros(AGES), totals]))
    by_age: FloatArray = solution[:AGES] * survival
    return by_age


def whole_numbers(parts: FloatArray, total: int) -> NDArray[np.int64]:
    """Whole numbers nearest to `parts` that add up to `total` (largest remainders; ties to the first)."""
    whole = np.floor(parts).astype(np.int64)
    short = total - int(whole.sum())
    largest = np.argsort(-(parts - whole), kind="stable")[:short]
    whole[largest] += 1
    return whole


def _cells_of(first: int, last: int, by_age: FloatArray,
              evidence: Evidence) -> tuple[list[tuple[int, int | None, Sex, int]], FloatArray]:
    """Keys and relative sizes of the cells of one published band."""
    keys: list[tuple[int, int | None, Sex, int]] = []
    weights: list[float] = []
    for low, high in NARROW_BANDS:
        if not first <= low <= last:
            continue
        in_band = float(by_age[low : (last if high is None else high) + 1].sum())
        women = evidence.value("population_female_share", _sex_stratum(low))
        sexes: tuple[tuple[Sex, float], ...] = (("F", women), ("M", 1.0 - women))
        for sex, sex_share in sexes:
            for fifth in FIFTHS:
                keys.append((low, high, sex, fifth))
                weights.append(in_band * sex_share * _fifth_share(low, fifth, evidence))
    return keys, np.array(weights)


def _sex_stratum(age: int) -> str:
    """The stratum of `population_female_share` for an age; those of 85 and over are split."""
    if age >= 85:
        return "85-89" if age < 90 else "90-94" if age < 95 else "95+"
    return next(name for name, first, last in WIDE_BANDS if first <= age <= last)


def _fifth_share(age: int, fifth: int, evidence: Evidence) -> float:
    return evidence.value("population_deprivation_share", f"{'65+' if age >= OLD else 'under 65'}; fifth {fifth}")


def _survival(evidence: Evidence) -> FloatArray:
    """(AGES,) share of a birth year alive at the middle of each age, from death rates by band."""
    young = evidence.values("recommended_death_rate", ["0-4", "5-17", "18-39", "40-64"])
    old = evidence.values("death_rate", [f"{band} England and Wales" for band in ("65-74", "75-84", "85+")])
    middles = [(first + min(last, 92)) / 2 for _, first, last in WIDE_BANDS]
    ages = np.arange(AGES, dtype=np.float64)
    log_rates = np.interp(ages, middles, np.log(np.concatenate([young, old]) / 1000.0))
    oldest = ages > middles[-1]
    slope = evidence.value("ageing_of_death_rates", "40+")
    log_rates[oldest] = log_rates[~oldest][-1] + slope * (ages[oldest] - ages[~oldest][-1])
    rates = np.exp(log_rates)
    survival: FloatArray = np.exp(-(np.cumsum(rates) - rates / 2.0))
    return survival
