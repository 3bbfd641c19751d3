"""How many places each service of an area would have in England if it followed the ages of the area's people.

A seaside town has more older people than its numbers show, and more beds for them. Each service is taken to follow
what its patients follow by age band, and by deprivation where the area's table says it; the number of people is
replaced by the number of average people who would use the service as much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scenarios.deprivation import relative_attendances, relative_needs
from scenarios.evidence import Evidence
from scenarios.pools import average_places, pool_names
from scenarios.reach import BANDS, people_by_band
from scenarios.resolved import PopulationCell

BED_DAYS = "emergency_admission.bed_days"
ATTENDANCES = "ae.attendances"
TYPE_1 = "ae.type1_share"
REQUESTS = "general_practice.same_day_requests"
ADMISSIONS = "emergency_admission.rate"
CARE_HOMES = "care_home_need_share"
FOLLOWS: Mapping[str, str] = {
    "ae_cubicles": ATTENDANCES,
    "ae_clinicians_at_peak": ATTENDANCES,
    "same_day_emergency_care_places": ADMISSIONS,
    "residential_home_places": CARE_HOMES,
    "nursing_home_places": CARE_HOMES,
    "gp_same_day_slots_per_weekday": REQUESTS,
}
"""What a pool follows by age; beds, and what takes people out of beds, follow bed days."""


def services_by_age(cells: Sequence[PopulationCell], evidence: Evidence) -> dict[str, float]:
    """Places of every pool for people of these ages, at England's use by age."""
    return {
        pool: average_places(pool, _equivalent(cells, FOLLOWS.get(pool, BED_DAYS), evidence), evidence)
        for pool in pool_names(evidence)
    }


def bed_people(cells: Sequence[PopulationCell], evidence: Evidence) -> float:
    """How many people of England's ages would need as many bed days as these."""
    return _equivalent(cells, BED_DAYS, evidence)


def _equivalent(cells: Sequence[PopulationCell], parameter: str, evidence: Evidence) -> float:
    """How many people of England's ages and fifths would use as much as these."""
    people, relative = people_by_band(cells), _relative_use(cells, parameter, evidence)
    england = dict(zip(BANDS, evidence.values("population", BANDS), strict=True))
    use = {band: _use(band, parameter, evidence) for band in BANDS}
    mean = sum(england[band] * use[band] for band in BANDS) / sum(england.values())
    return float(sum(people[band] * use[band] * relative[band] for band in BANDS) / mean)


def _relative_use(cells: Sequence[PopulationCell], parameter: str, evidence: Evidence) -> Mapping[str, float]:
    """How many times England's use a band has for its deprivation; need for a care home is alike in all fifths."""
    if parameter == CARE_HOMES:
        return dict.fromkeys(BANDS, 1.0)
    if parameter == ATTENDANCES:
        return relative_attendances(cells, evidence)
    above, below = relative_needs(cells, evidence)
    return below if parameter == REQUESTS else above


def _use(band: str, parameter: str, evidence: Evidence) -> float:
    """Use per head of a band, in any unit."""
    if parameter == CARE_HOMES:
        return evidence.value(parameter, band) if band in evidence.strata(parameter) else 0.0
    if parameter == ATTENDANCES:
        return evidence.value(parameter, band) * evidence.value(TYPE_1, band)
    if parameter == BED_DAYS:
        return evidence.value(parameter, band) / evidence.value("population.residents", band)
    return evidence.value(parameter, band)
