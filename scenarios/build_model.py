"""Builds the frozen model of a scenario for one run, drawing the run's assumptions."""

from __future__ import annotations

from dataclasses import replace

from scenarios.assumption_draws import draw
from scenarios.build_network import build_network
from scenarios.build_people import build_people, build_teams
from scenarios.evidence import Evidence, load
from scenarios.resolved import Resolved
from simulation.calendar import build_calendar
from simulation.model import Model

DRAWN = "drawn"
"""Mark in a row's note... kept out of fits: see `drawn_rows`."""


def build(resolved: Resolved, *, seed: int, replication: int, evidence: Evidence | None = None) -> Model:
    """The model of a scenario for one run.

    Args:
        seed: of the study; with `replication` it decides the run's draw of assumptions, the same in every scenario.
        evidence: tables to use instead of the shipped ones.

    Raises:
        BadInput: when the place's network file is wrong.
    """
    tables = (evidence or load()).with_changes(resolved.settings)
    calendar = build_calendar(resolved.window.burn_in_start, resolved.window.end)
    return Model(
        calendar=calendar,
        network=build_network(resolved.place.network, resolved.place, tables, calendar),
        people=build_people(resolved, tables, calendar, seed, replication),
        teams=build_teams(resolved, tables, calendar, seed, replication),
    )
