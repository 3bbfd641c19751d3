"""Builds the frozen model of a scenario for one run."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from typing import TypeVar

from scenarios.added_places import added_by_month, with_added_places
from scenarios.build_network import build_network, network_path
from scenarios.build_people import build_people, build_teams
from scenarios.ensembles import with_member
from scenarios.evidence import Evidence, load
from scenarios.matching import changes_of
from scenarios.messages import BadInput, Message
from scenarios.resolved import Resolved
from simulation.calendar import build_calendar
from simulation.candidates import KIND_OF_STREAM
from simulation.model import Model
from simulation.network import NONE, Network
from simulation.people_tables import PeopleTables


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
    resolved = with_member(resolved, seed, replication)
    shipped = evidence or load()
    tables = shipped.with_changes({**changes_of(resolved.place, shipped), **resolved.settings})
    calendar = build_calendar(resolved.window.burn_in_start, resolved.window.end)
    added = added_by_month(resolved.interventions, calendar)

    def network_made() -> Network:
        made = build_network(resolved.place.network, resolved.place, tables, calendar, added)
        _check_kinds(made, resolved.place.network)
        return made

    if evidence is None:
        path = network_path(resolved.place.network)
        file = (str(path.resolve()), path.stat().st_mtime_ns if path.exists() else 0)
        network = _once(_networks, (_beginnings(resolved), added, file), network_made)
        people = _once(_peoples, _beginnings(resolved), lambda: build_people(resolved, tables, calendar))
    else:
        network, people = network_made(), build_people(resolved, tables, calendar)
    return Model(
        calendar=calendar,
        network=with_added_places(network, added, calendar),
        people=people,
        teams=build_teams(resolved, tables, calendar, seed, replication, network),
    )


MOST_KEPT = 8
Made = TypeVar("Made")
_networks: dict[bytes, Network] = {}
_peoples: dict[bytes, PeopleTables] = {}


def _beginnings(resolved: Resolved) -> tuple[object, ...]:
    """What networks and tables of people are made from, beside the shipped evidence."""
    return resolved.place, resolved.settings, resolved.window.burn_in_start, resolved.window.end


def _once(made: dict[bytes, Made], parts: object, make: Callable[[], Made]) -> Made:
    """What `make` gives, made once a process for equal parts: runs and scenarios of a place share it."""
    key = hashlib.sha256(pickle.dumps(parts)).digest()
    if key not in made:
        while len(made) >= MOST_KEPT:
            made.pop(next(iter(made)))
        made[key] = make()
    return made[key]


def _check_kinds(network: Network, name: str) -> None:
    """Refuse a network that would lose needs that people have."""
    known = {kind for kind, entry in zip(network.kinds, network.entry, strict=True) if entry != NONE}
    for kind in dict.fromkeys(KIND_OF_STREAM):
        if kind not in known:
            text = f"People have needs of the kind {kind}, and this network does not say where they go."
            raise BadInput([Message(name, 0, "kinds", text=text)])
