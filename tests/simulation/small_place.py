"""A small place for tests of the whole model: England's shape, few people, and as much or as little room as asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from scenarios.build_model import build
from scenarios.evidence import load
from scenarios.pools import average_services
from scenarios.resolve import resolve
from scenarios.resolved import EffectSpec, Intervention, RangeValue, Resolved
from simulation.model import Model
from simulation.stays import Stays

NO_CROWDING = (
    "ae_type_1.bed_finding_slope[all]=0 anyway",
    "ae_type_1.crowding_slope[clinician time]=0 anyway",
    "ae_type_1.crowding_slope[tests and treatment]=0 anyway",
    "pressure.admission_threshold_shift[per unit of occupancy above reference]=0 anyway",
    "pressure.discharge_effort_slope[all]=0 anyway",
)
"""Overrides under which nobody's care answers to how full the place is."""
START = date(2016, 4, 1)
END = date(2019, 4, 1)
"""Four simulated years: one of start-up, one before the change and two after it."""


def small(
    scenario: str = "do-nothing", people: int = 3000, room: float = 1.0, overrides: Sequence[str] = ()
) -> Resolved:
    """A scenario in a small place; `room` multiplies every service's places."""
    resolved = resolve(scenario, place="england-average-25k", overrides=overrides, start=START, end=END)
    share = people / resolved.place.people
    cells = tuple(replace(cell, people=cell.people * share) for cell in resolved.place.population)
    services = {name: places * room for name, places in average_services(people, load()).items()}
    teams = tuple(_more_teams(intervention) for intervention in resolved.interventions)
    place = replace(resolved.place, population=cells, services=services)
    return replace(resolved, place=place, interventions=teams)


def with_changes(resolved: Resolved, change: float) -> Resolved:
    """The same scenario with every effect equal to `change`, for sure."""
    certain = RangeValue(change, change, change)
    return replace(
        resolved,
        interventions=tuple(
            replace(each, effects=tuple(_changed(effect, certain) for effect in each.effects))
            for each in resolved.interventions
        ),
    )


def model_of(resolved: Resolved, seed: int = 5, replication: int = 0) -> Model:
    """The model of a scenario for one run."""
    return build(resolved, seed=seed, replication=replication)


def differing_columns(some: Stays, others: Stays) -> list[str]:
    """Columns in which two tables of stays differ."""
    return [
        name for name in Stays.__dataclass_fields__ if not np.array_equal(getattr(some, name), getattr(others, name))
    ]


def rows(stays: Stays, chosen: np.ndarray) -> Stays:
    """Some rows of a table of stays."""
    return Stays(**{name: getattr(stays, name)[chosen] for name in Stays.__dataclass_fields__})


def _more_teams(intervention: Intervention) -> Intervention:
    """As many teams as in the larger place, so that a few hundred people are reached."""
    return replace(intervention, teams=tuple((day, max(teams, 0.5)) for day, teams in intervention.teams))


def _changed(effect: EffectSpec, change: RangeValue) -> EffectSpec:
    return replace(effect, change=change)
