"""The small plays of the SimPy engine's own tests, taken down to be played again on other engines."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

from simulation.calendar import Calendar
from simulation.network import Network
from tests.simulation import scripted, test_reference_durations, test_reference_people, test_reference_semantics
from tests.simulation.scripted import ONE_MONTH, Play, Scripted, plain
from tests.simulation.textbook import network_of

MODULES = (test_reference_semantics, test_reference_people, test_reference_durations)
FEWEST = 50
"""Plays that there are at least."""


@dataclass(frozen=True)
class Recorded:
    """One play: a network, and people who have not lived yet."""

    test: str
    text: str
    written: Scripted
    calendar: Calendar

    def network(self) -> Network:
        """The network."""
        return plain(network_of(self.text, self.calendar))

    def people(self) -> Scripted:
        """The people, afresh."""
        return copy.deepcopy(self.written)


@lru_cache(maxsize=1)
def recorded_plays() -> tuple[Recorded, ...]:
    """Every play of the tests, in order.

    Raises:
        AssertionError: when a test fails, or plays have gone missing.
    """
    found: list[Recorded] = []
    for module in MODULES:
        for name, test in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("test_"):
                found.extend(_plays_of(module, name, test))
    assert len(found) >= FEWEST, f"only {len(found)} plays were found"
    return tuple(found)


def _plays_of(module: ModuleType, name: str, test: Callable[..., None]) -> list[Recorded]:
    found: list[Recorded] = []

    def record(text: str, people: Scripted, calendar: Calendar = ONE_MONTH, seed: int = 3) -> Play:
        found.append(Recorded(name, text, copy.deepcopy(people), calendar))
        return scripted.play(text, people, calendar, seed)

    own = module.__dict__["play"]
    module.__dict__["play"] = record
    try:
        for arguments in _arguments(test):
            test(**arguments)
    finally:
        module.__dict__["play"] = own
    return found


def _arguments(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Arguments of a test, for each of its cases; none at all for tests that need a fixture."""
    wanted = set(inspect.signature(test).parameters)
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    if not wanted:
        yield {}
    elif len(marks) == 1:
        names, values = marks[0].args
        names = [names] if isinstance(names, str) else list(names)
        if set(names) == wanted:
            for each in values:
                yield dict(zip(names, (each,) if len(names) == 1 else each, strict=True))
