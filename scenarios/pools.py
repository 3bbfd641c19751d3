"""How many places each service has where nobody has said: England's average for the number of people."""

from __future__ import annotations

import math

from scenarios.evidence import Evidence

REFERENCE_PEOPLE = 250_000
"""People of the place for which the evidence rows `pool.places` and `pool.load` hold."""
IN_PROPORTION = "in proportion"


def pool_names(evidence: Evidence) -> tuple[str, ...]:
    """Every pool that a place may give places for."""
    return evidence.strata("pool.places")


def pool_unit(pool: str, evidence: Evidence) -> str:
    """What the places of a pool are: "beds", "starts per day"."""
    return evidence.row("pool.places", pool).unit


def average_places(pool: str, people: float, evidence: Evidence) -> float:
    """Places of a pool in an average English area, no more crowded for being small.

    The load grows with the number of people and the places are load + z x sqrt(load), with the z of the reference
    place, rounded up (starts per day to two decimals).
    """
    row = evidence.row("pool.places", pool)
    share = people / REFERENCE_PEOPLE
    if row.law == IN_PROPORTION:
        return float(math.ceil(row.value * share - 1e-9))
    load = evidence.value("pool.load", pool)
    spare = (row.value - load) / math.sqrt(load)
    places = load * share + spare * math.sqrt(load * share)
    steps = 100.0 if "per day" in row.unit else 1.0
    return math.ceil(places * steps - 1e-6) / steps


def average_services(people: float, evidence: Evidence) -> dict[str, float]:
    """Places of every pool in an average English area of so many people."""
    return {pool: average_places(pool, people, evidence) for pool in pool_names(evidence)}
