"""Whether two engines tell the same story; if not, the first differing row, with both histories of the person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import Calendar
from simulation.engines import ENGINES, Engine
from simulation.inhabitants import Inhabitants
from simulation.network import Network
from simulation.stays import NEVER, Outcome, RunResult, Stays

Maker = Callable[[Network, Inhabitants, Calendar, int, int], Engine]
COLUMNS = tuple(Stays.__dataclass_fields__)
WHOLE_NUMBERS = tuple(name for name in COLUMNS if name != "severity")
ORDER = ("person", "visit", "started")
"""Columns by which stays are sorted."""


@dataclass(frozen=True)
class Log:
    """What a run leaves behind, as far as engines must agree on it.

    Attributes:
        names: of the settings.
        stays: sorted by person and visit.
        tables: every other table, by name.
        failed: whether the run ended because an episode has no end; nothing else is then compared.
    """

    names: tuple[str, ...]
    stays: Stays
    tables: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    failed: bool = False


def log_of_flow(flow: Engine, network: Network) -> Log:
    """The log of an engine that has come to the horizon and is closed."""
    gone = flow.departures()
    order = np.lexsort((gone.person, gone.tick))
    causes = sorted(flow.ignored.items())
    return Log(
        network.names(),
        flow.stays(),
        {
            "contacts": flow.contact_table(),
            "turned_away": flow.turned_away_table(),
            "ignored needs": np.array([count for _, count in causes], np.int64),
            **{f"departures.{name}": getattr(gone, name)[order] for name in ("person", "tick", "place", "died")},
        },
    )


def log_of_result(result: RunResult) -> Log:
    """The log of a run of the whole model; `timed_events` is not part of it."""
    tables = {
        name: getattr(result, name)
        for name in ("contacts", "turned_away", "person_seconds", "standing", "pool_places")
    }
    for part in ("residents", "enrolments"):
        of_part = getattr(result, part)
        tables |= {f"{part}.{name}": getattr(of_part, name) for name in of_part.__dataclass_fields__}
    return Log(result.settings.names, result.stays, tables)


def run_flow(engine: str | Maker, network: Network, people: Inhabitants, calendar: Calendar, seed: int = 3) -> Log:
    """Run a network with an engine, given by name or as what makes one."""
    maker = ENGINES[engine] if isinstance(engine, str) else engine
    flow = maker(network, people, calendar, seed, 0)
    try:
        for month in range(calendar.months):
            flow.run_month(month)
    except RuntimeError:
        return Log(network.names(), no_stays(), failed=True)
    flow.close()
    return log_of_flow(flow, network)


def no_stays() -> Stays:
    """A table without rows."""
    nothing: dict[str, Any] = {name: np.zeros(0, np.int64) for name in COLUMNS}
    return Stays(**nothing)


def difference(simpy: Log, compiled: Log) -> str:
    """Where the logs of two engines first differ, in words; empty when they are the same."""
    if simpy.failed or compiled.failed:
        return "" if simpy.failed == compiled.failed else f"failed: simpy {simpy.failed}, compiled {compiled.failed}"
    row = _first_differing_row(simpy.stays, compiled.stays)
    if row is not None:
        return _report_of_row(simpy, compiled, row)
    for name, table in simpy.tables.items():
        other = compiled.tables[name]
        if table.shape != other.shape:
            return f"{name}: simpy has shape {table.shape}, compiled {other.shape}"
        if not np.array_equal(table, other):
            where = tuple(int(place) for place in np.argwhere(table != other)[0])
            return f"{name}{list(where)}: simpy {table[where]}, compiled {other[where]}"
    return ""


def assert_same(simpy: Log, compiled: Log) -> None:
    """Hold one log to the other.

    Raises:
        AssertionError: with the first difference.
    """
    found = difference(simpy, compiled)
    assert not found, found


def digest(log: Log) -> str:
    """SHA-256 of every whole number that the run left behind; severities are left out."""
    found = hashlib.sha256()
    columns = {f"stays.{name}": getattr(log.stays, name) for name in WHOLE_NUMBERS}
    for name, column in sorted({**columns, **log.tables}.items()):
        whole = np.ascontiguousarray(column, np.int64)
        found.update(f"{name} {whole.shape}\n".encode())
        found.update(whole.astype("<i8").tobytes())
    return found.hexdigest()


def _first_differing_row(some: Stays, others: Stays) -> int | None:
    shorter = min(len(some), len(others))
    differs = np.zeros(shorter, np.bool_)
    for name in COLUMNS:
        differs |= getattr(some, name)[:shorter] != getattr(others, name)[:shorter]
    if differs.any():
        return int(np.argmax(differs))
    return None if len(some) == len(others) else shorter


def _report_of_row(simpy: Log, compiled: Log, row: int) -> str:
    """The row, the columns that differ, and both histories of the person whose row comes first."""
    both = [log.stays for log in (simpy, compiled)]
    there = [stays for stays in both if row < len(stays)]
    person, _ = min((tuple(int(getattr(stays, name)[row]) for name in ORDER[:2])) for stays in there)
    said = f"{len(both[0])} rows with simpy, {len(both[1])} compiled; row {row} is the first that differs"
    if len(there) == len(both):
        pairs = ((name, *(getattr(stays, name)[row] for stays in both)) for name in COLUMNS)
        said += "".join(f"\n  {name}: simpy {one}, compiled {other}" for name, one, other in pairs if one != other)
    histories = [history(log, person) for log in (simpy, compiled)]
    for engine, own, other in (("simpy", *histories), ("compiled", *reversed(histories))):
        lines = [f"  {' ' if line in other else '>'} {line}" for line in own] or ["    nothing"]
        said += f"\nperson {person}, {engine}:\n" + "\n".join(lines)
    return said


def history(log: Log, person: int) -> Sequence[str]:
    """The stays of a person, one line each."""
    stays, names = log.stays, (*log.names, "-")
    return [
        f"{names[stays.setting[row]]}: episode {stays.candidate[row]} visit {stays.visit[row]}"
        f" requested {stays.requested[row]} started {_tick(stays.started[row])} ready {_tick(stays.ready[row])}"
        f" ended {stays.ended[row]} {Outcome(int(stays.outcome[row])).name.lower()}"
        f" next {names[stays.next_setting[row]]} reason {stays.reason[row]} kind {stays.kind[row]}"
        for row in np.flatnonzero(stays.person == person).tolist()
    ]


def _tick(tick: int) -> str:
    return "never" if tick == NEVER else str(tick)
