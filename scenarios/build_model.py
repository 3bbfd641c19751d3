"""Builds the frozen model of a scenario for one run."""

from __future__ import annotations

from scenarios.added_places import added_by_month, with_added_places
from scenarios.build_network import build_network
from scenarios.build_people import build_people, build_teams
from scenarios.evidence import Evidence, load
from scenarios.matching import changes_of
from scenarios.messages import BadInput, Message
from scenarios.resolved import Resolved
from simulation.calendar import build_calendar
from simulation.candidates import KIND_OF_STREAM
from simulation.model import Model
from simulation.network import NONE, Network


def build(resolved: Resolved, *, seed: int, replication: int, evidence: Evidence | None = None) -> Model:
    """The model of a scenario for one run.

    Args:
        resolved: the scenario.
        seed: of the study; with `replication` it decides the run's draw of assumptions, the same in every scenario.
        replication: number of the run.
        evidence: tables to use instead of the shipped ones.

    Raises:
        BadInput: when the place's network file is wrong, or has no way in for some need of its people.
    """
    shipped = evidence or load()
    tables = shipped.with_changes({**changes_of(resolved.place, shipped), **resolved.settings})
    calendar = build_calendar(resolved.window.burn_in_start, resolved.window.end)
    added = added_by_month(resolved.interventions, calendar)
    network = build_network(resolved.place.network, resolved.place, tables, calendar, added)
    _check_kinds(network, resolved.place.network)
    return Model(
        calendar=calendar,
        network=with_added_places(network, added),
        people=build_people(resolved, tables, calendar, seed, replication),
        teams=build_teams(resolved, tables, calendar, seed, replication, network),
    )


def _check_kinds(network: Network, name: str) -> None:
    """Refuse a network that would lose needs that people have."""
    known = {kind for kind, entry in zip(network.kinds, network.entry, strict=True) if entry != NONE}
    for kind in dict.fromkeys(KIND_OF_STREAM):
        if kind not in known:
            text = f"People have needs of the kind {kind}, and this network does not say where they go."
            raise BadInput([Message(name, 0, "kinds", text=text)])
