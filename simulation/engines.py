"""What a run asks of an engine, and which engines there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import Calendar
from simulation.compiled import CompiledEngine
from simulation.inhabitants import Inhabitants
from simulation.network import Network
from simulation.reference import ReferenceEngine
from simulation.stays import Departures, Stays


class Engine(Protocol):
    """The flow of one run, month by month."""

    @property
    def timed_events(self) -> int:
        """How many timed events were handled, needs included."""

    @property
    def ignored(self) -> dict[str, int]:
        """Needs and arrivals that came to nothing, by cause."""

    def run_month(self, month: int) -> None:
        """Let everything happen from the first tick of a month, the next in order, up to the first of the next.

        Raises:
            RuntimeError: when an episode never ends; the run is then reported as failed.
        """

    def close(self) -> None:
        """Write every stay that is still going on at the horizon."""

    def stays(self) -> Stays:
        """All rows, sorted by person and visit."""

    def take_rows(self) -> Stays:
        """Rows of visits that are over and were not taken before, as they ended; the engine no longer keeps them."""

    def contact_table(self) -> NDArray[np.int64]:
        """(months, settings, bands) starts of visits by residents."""

    def turned_away_table(self) -> NDArray[np.int64]:
        """(months, settings, bands) residents turned away."""

    def departures(self) -> Departures:
        """Residents who died or moved out."""


ENGINES: dict[str, Callable[[Network, Inhabitants, Calendar, int, int], Engine]] = {
    "compiled": CompiledEngine,
    "simpy": ReferenceEngine,
}
"""Engines by name; the first is the default. The SimPy engine defines the model, and both give the same rows."""
DEFAULT_ENGINE = "compiled"
