"""How deprived the people of a place are, where its table says so, and how much more or less they need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from scenarios.build_needs import lower_by_fifth, upper_by_fifth
from scenarios.england_population import AGES, WIDE_BANDS
from scenarios.evidence import Evidence
from scenarios.resolved import PopulationCell
from simulation.projection import FIFTHS
from simulation.stays import AGE_BANDS

OLD = 65
FloatArray = NDArray[np.float64]


def england_by_age(age: int, evidence: Evidence) -> FloatArray:
    """(FIFTHS,) shares of England's people of an age, the most deprived fifth first."""
    old = "65+" if age >= OLD else "under 65"
    return evidence.values("population_deprivation_share", [f"{old}; fifth {n}" for n in range(1, FIFTHS + 1)])


def fifths_by_band(cells: Sequence[PopulationCell], evidence: Evidence) -> Mapping[str, FloatArray]:
    """(FIFTHS,) shares of a place's people, by published age band; England's where the place does not say."""
    shares = {}
    for name, first, last in WIDE_BANDS:
        people = np.zeros(FIFTHS)
        for cell in cells:
            cell_last = AGES - 1 if cell.age_to is None else min(cell.age_to, AGES - 1)
            years = max(0, min(last, cell_last) - max(first, cell.age_from) + 1)
            part = cell.people * years / (cell_last - min(cell.age_from, AGES - 1) + 1)
            said = cell.deprivation_fifth
            people += part * (np.eye(FIFTHS)[said - 1] if said else england_by_age(first, evidence))
        shares[name] = people / people.sum() if people.sum() > 0.0 else england_by_age(first, evidence)
    return shares


def relative_needs(
    cells: Sequence[PopulationCell], evidence: Evidence
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """How many times England's needs a place's people have at each age, by band: above admission, and below.

    One where no cell says its fifth. Needs near death are alike in all fifths. To a thousandth, since tables of fifths
    hold whole people: more would give a place that has England's fifths one cubicle more.
    """
    if not any(cell.deprivation_fifth for cell in cells):
        return dict.fromkeys(AGE_BANDS, 1.0), dict.fromkeys(AGE_BANDS, 1.0)
    shares = fifths_by_band(cells, evidence)
    near_death = evidence.values("needs_near_death_share", AGE_BANDS)
    upper = near_death[:, None] + (1.0 - near_death)[:, None] * upper_by_fifth(evidence)[: len(AGE_BANDS)]
    lower = lower_by_fifth(evidence)
    above = {band: round(float(shares[band] @ upper[index]), 3) for index, band in enumerate(AGE_BANDS)}
    return above, {band: round(float(shares[band] @ lower[index]), 3) for index, band in enumerate(AGE_BANDS)}


def relative_attendances(cells: Sequence[PopulationCell], evidence: Evidence) -> Mapping[str, float]:
    """How many times England's A&E attendances a place's people have at each age, by band."""
    above, below = relative_needs(cells, evidence)
    admitted = {band: evidence.value("ae.admitted_share", band) for band in AGE_BANDS}
    return {band: admitted[band] * above[band] + (1.0 - admitted[band]) * below[band] for band in AGE_BANDS}
