"""A place's own mix of residential and nursing homes, where it says one: its flow, its places, and who lives there."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.evidence import Evidence
from scenarios.resolved import Place

RESIDENTIAL_PLACES, NURSING_PLACES = "residential_home_places", "nursing_home_places"
SHARE = "care_homes.residential_share"
RESIDENTS, NEWCOMERS = "residents", ("from hospital", "from home")
OTHERS = "care_homes.other_occupants"
KINDS = ("residential", "nursing")


def residential_share(place: Place, evidence: Evidence) -> float:
    """Share of care-home residents who live in residential homes: the place's own, or England's."""
    return evidence.value(SHARE, RESIDENTS) if place.residential_share is None else place.residential_share


def changes_of_homes(place: Place, evidence: Evidence) -> dict[str, float]:
    """Rows of evidence that a place's own mix changes, "parameter [stratum]" to value; none when it says nothing.

    Of those who come, from hospital and from home, so many times as few go to the kind that is rarer than in England,
    so that the mix stays as it is. Other occupants are split as residents.
    """
    if place.residential_share is None:
        return {}
    own, usual = place.residential_share, evidence.value(SHARE, RESIDENTS)
    changes = {f"{SHARE} [{RESIDENTS}]": own}
    for way in NEWCOMERS:
        share = evidence.value(SHARE, way)
        changes[f"{SHARE} [{way}]"] = (
            share * own / usual if own <= usual else 1.0 - (1.0 - share) * (1.0 - own) / (1.0 - usual))
    others = sum(evidence.value(OTHERS, kind) for kind in KINDS)
    split = zip(KINDS, (own, 1.0 - own), strict=True)
    return changes | {f"{OTHERS} [{kind}]": others * part for kind, part in split}


def split_places(services: Mapping[str, float], share: float | None) -> dict[str, float]:
    """Services whose care-home places, as many as before in all, are split as a place's residents; unsplit for None."""
    if share is None:
        return dict(services)
    total = services[RESIDENTIAL_PLACES] + services[NURSING_PLACES]
    residential = float(round(total * share))
    return {**services, RESIDENTIAL_PLACES: residential, NURSING_PLACES: total - residential}
