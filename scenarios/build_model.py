"""Builds the frozen model of a scenario for one run."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from scenarios.added_places import added_by_month, with_added_places
from scenarios.build_network import build_network, network_path
from scenarios.build_people import build_people, build_teams
from scenarios.ensembles import with_member
from scenarios.evidence import Evidence, load
from scenarios.matching import changes_of
from scenarios.messages import BadInput, Message
from scenarios.resolved import Resolved
from simulation.calendar import Calendar, build_calendar
from simulation.candidates import KIND_OF_STREAM
from simulation.model import Model
from simulation.network import NONE, Network

FloatArray = NDArray[np.float64]


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
    calendar, network = _calendar_and_network(resolved, tables, added, shared=evidence is None)
    return Model(
        calendar=calendar,
        network=with_added_places(network, added, calendar),
        people=build_people(resolved, tables, calendar, seed, replication),
        teams=build_teams(resolved, tables, calendar, seed, replication, network),
    )


MOST_KEPT = 8
_kept: dict[bytes, tuple[Calendar, Network]] = {}


def _calendar_and_network(
    resolved: Resolved, tables: Evidence, added: Mapping[str, FloatArray], *, shared: bool
) -> tuple[Calendar, Network]:
    """Years and network of a scenario: every run of it in a process, and of others in the place, shares them.

    Args:
        resolved: the scenario.
        tables: its evidence.
        added: (months,) places that services gain, by name.
        shared: whether that is the shipped evidence with the scenario's own changes.
    """
    place, window = resolved.place, resolved.window
    path = network_path(place.network)
    changed = path.stat().st_mtime_ns if path.exists() else 0
    key = hashlib.sha256(
        pickle.dumps((place, resolved.settings, window.burn_in_start, window.end, added, str(path.resolve()), changed))
    ).digest()
    if not shared or key not in _kept:
        calendar = build_calendar(window.burn_in_start, window.end)
        network = build_network(place.network, place, tables, calendar, added)
        _check_kinds(network, place.network)
        if not shared:
            return calendar, network
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = calendar, network
    return _kept[key]


def _check_kinds(network: Network, name: str) -> None:
    """Refuse a network that would lose needs that people have."""
    known = {kind for kind, entry in zip(network.kinds, network.entry, strict=True) if entry != NONE}
    for kind in dict.fromkeys(KIND_OF_STREAM):
        if kind not in known:
            text = f"People have needs of the kind {kind}, and this network does not say where they go."
            raise BadInput([Message(name, 0, "kinds", text=text)])
