"""How many places each service has where nobody has said: England's average for the number of people."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from numpy.typing import NDArray

from scenarios.evidence import Evidence
from scenarios.resolved import Place, Plan
from simulation.calendar import Calendar

REFERENCE_PEOPLE = 250_000
"""People of the place for which the evidence rows `pool.places` and `pool.load` hold."""
IN_PROPORTION = "in proportion"
MIDDLE_OF_YEAR = 0.75
"""Years from January to the middle of the financial year that begins in April."""


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


def places_by_month(plan: Plan, calendar: Calendar) -> NDArray[np.float64]:
    """(months,) places of a plan; before its first date, the first number."""
    starts = [(day.year - 1) * 12 + day.month for day, _ in plan]
    months = (calendar.month_year.astype(np.int64) - 1) * 12 + calendar.month_number
    step = np.maximum(np.searchsorted(starts, months, side="right") - 1, 0)
    return np.array([number for _, number in plan], np.float64)[step]


def places_on(place: Place, pool: str, day: date, yearly: float = 0.0) -> float:
    """Places of a service on a day: as planned, or those of the place's own year grown by `yearly` with its people."""
    if pool in place.plans:
        return places_at(place.plans[pool], day)
    years = day.year + (day.month - 1) / 12.0 - (int(place.year[:4]) + MIDDLE_OF_YEAR)
    return float(place.services[pool] * (1.0 + yearly * place.growth.get("demography", 1.0)) ** years)


def places_at(plan: Plan, day: date) -> float:
    """Places of a plan on a day; before its first date, the first number."""
    return next((number for begins, number in reversed(plan) if begins <= day), plan[0][1])


def base_date(place: Place) -> date:
    """The middle of a place's own financial year, for which its levels hold and from which yearly trends count."""
    return date(int(place.year[:4]), 10, 1)


def years_since(place: Place, calendar: Calendar) -> NDArray[np.float64]:
    """(months,) years from the middle of a place's financial year to the middle of each month."""
    middle = calendar.month_year + (calendar.month_number - 0.5) / 12.0
    return np.asarray(middle - (int(place.year[:4]) + MIDDLE_OF_YEAR), np.float64)
