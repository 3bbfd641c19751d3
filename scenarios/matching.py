"""Brings the model to levels that a place knows of itself: emergency admissions, A&E attendances, bed days.

Needs, and nights per stay, are scaled for all ages alike, from what England's rates would give at the place's ages.
Needs near death follow deaths, which a place does not state, so the other needs make up the whole difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.deprivation import relative_attendances, relative_needs
from scenarios.evidence import Evidence
from scenarios.kinds_of_homes import changes_of_homes
from scenarios.messages import BadInput, Message
from scenarios.reach import BANDS, CARE_HOME, people_by_band
from scenarios.resolved import Place

ADMISSIONS, ATTENDANCES, BED_DAYS = "emergency admissions", "A&E attendances", "emergency bed days"
MATCHED = (ADMISSIONS, ATTENDANCES, BED_DAYS)
"""What a place may be matched to, each per 1,000 people a year."""
OCCUPIED, READY = "beds occupied", "ready to leave"
SHOWN_TODAY = (OCCUPIED, READY)
"""What a place may say of today; it is shown beside the model's own and starts nothing."""
PER = 1000.0
LEAST, MOST = 0.5, 2.0
"""Factors on the model's rates beyond which a level is not believed."""
OLDEST_BAND = "85+"


@dataclass(frozen=True)
class Factors:
    """What a place's levels make of the model's rates.

    Attributes:
        upper: on needs above admission that are not near death.
        lower: on needs below admission that lead to A&E.
        nights: on nights of a stay.
    """

    upper: float = 1.0
    lower: float = 1.0
    nights: float = 1.0


def expected_levels(place: Place, evidence: Evidence) -> dict[str, float]:
    """England's levels at a place's ages and fifths of deprivation, each per 1,000 people a year."""
    people = _people(place, evidence)
    above = _admissions_for_deprivation(place, evidence)
    attending = {**relative_attendances(place.population, evidence), CARE_HOME: 1.0}
    residents = {band: evidence.value("population.residents", band) for band in people}
    bed_days = {band: evidence.value("emergency_admission.bed_days", band) / residents[band] * PER for band in people}
    return {
        ADMISSIONS: _mean(
            {band: evidence.value("emergency_admission.rate", band) * above[band] for band in people}, people),
        ATTENDANCES: _mean({band: evidence.value("ae.attendances", band) * attending[band] for band in people}, people),
        BED_DAYS: _mean({band: bed_days[band] * above[band] for band in people}, people),
    }


def factors_of(place: Place, evidence: Evidence) -> Factors:
    """What must be scaled for a place to have the levels that it states.

    Raises:
        BadInput: when a level is so far from England's that it is more likely a slip.
    """
    stated = {measure: place.levels[measure] for measure in MATCHED if measure in place.levels}
    if not stated:
        return Factors()
    usual = expected_levels(place, evidence)
    ratio = {measure: stated.get(measure, usual[measure]) / usual[measure] for measure in MATCHED}
    people = _people(place, evidence)
    above = _admissions_for_deprivation(place, evidence)
    near_death = _near_death_share(people, above, evidence)
    admitted = _admitted_through_ae(people, above, evidence)
    factors = Factors(
        upper=(ratio[ADMISSIONS] - near_death) / (1.0 - near_death),
        lower=(ratio[ATTENDANCES] * usual[ATTENDANCES] - admitted * ratio[ADMISSIONS]) / (usual[ATTENDANCES] - admitted)
        if ATTENDANCES in stated else 1.0,
        nights=ratio[BED_DAYS] / ratio[ADMISSIONS] if BED_DAYS in stated else 1.0,
    )
    _refuse_slips(place, stated, usual, factors)
    return factors


def changes_of(place: Place, evidence: Evidence) -> dict[str, float]:
    """Rows of evidence that a place's levels and kinds of homes change, "parameter [stratum]" to value."""
    factors = factors_of(place, evidence)
    scaled = {"level.upper": factors.upper, "level.lower": factors.lower, "level.nights": factors.nights}
    levels = {
        f"{parameter} [{band}]": evidence.value(parameter, band) * factor
        for parameter, factor in scaled.items() if factor != 1.0 for band in (*BANDS, CARE_HOME)
    }
    return {**levels, **changes_of_homes(place, evidence)}


def _refuse_slips(place: Place, stated: Mapping[str, float], usual: Mapping[str, float], factors: Factors) -> None:
    by_measure = {ADMISSIONS: factors.upper, ATTENDANCES: factors.lower, BED_DAYS: factors.nights}
    messages = [
        Message(f"{place.id}: match", 0, measure, f"{value:g} per 1,000", text=(
            f"At your ages England's would be {usual[measure]:.3g} per 1,000: to reach yours the model's rates would "
            f"be multiplied by {by_measure[measure]:.2g}. Check the number and its unit, per 1,000 people a year."))
        for measure, value in stated.items() if not LEAST <= by_measure[measure] <= MOST
    ]
    if messages:
        raise BadInput(messages)


def _people(place: Place, evidence: Evidence) -> dict[str, float]:
    """People outside care homes by band, and those in them."""
    people = people_by_band(place.population)
    homes = 0.0
    for band in people:
        if band in evidence.strata("care_home_need_share"):
            residents = people[band] * evidence.value("care_home_need_share", band) / 100.0
            people[band] -= residents
            homes += residents
    return {**people, CARE_HOME: homes}


def _mean(rates: Mapping[str, float], people: Mapping[str, float]) -> float:
    return sum(rates[band] * people[band] for band in people) / sum(people.values())


def _admissions_for_deprivation(place: Place, evidence: Evidence) -> Mapping[str, float]:
    """How many times England's admissions a place has for its deprivation, by band; in care homes as many."""
    return {**relative_needs(place.population, evidence)[0], CARE_HOME: 1.0}


def _near_death_share(people: Mapping[str, float], above: Mapping[str, float], evidence: Evidence) -> float:
    """Share of admissions that nearness to death brings, of which there are as many in each fifth."""
    admissions = {band: evidence.value("emergency_admission.rate", band) * people[band] for band in people}
    share = {band: evidence.value("needs_near_death_share", OLDEST_BAND if band == CARE_HOME else band)
             for band in people}
    return sum(admissions[band] * share[band] for band in people) / sum(
        admissions[band] * above[band] for band in people)


def _admitted_through_ae(people: Mapping[str, float], above: Mapping[str, float], evidence: Evidence) -> float:
    """Attendances per 1,000 people a year that end in admission."""
    return _mean({band: evidence.value("ae.attendances", band) * evidence.value("ae.admitted_share", band) * above[band]
                  for band in people}, people)
