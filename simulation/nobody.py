"""A network in a place where nobody lives: textbook queues, published models, and trying out a network file.

All patients then come from the network's streams.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.addresses import Addresses, nowhere
from simulation.calendar import Calendar
from simulation.engines import DEFAULT_ENGINE, ENGINES
from simulation.enrolment import Homes, no_homes
from simulation.factors import VALUES
from simulation.inhabitants import ATTENDANCE_LIFE
from simulation.network import Network
from simulation.people_tables import CandidateRows, MonthEvents, PersonEvents, ProfileChanges, Replacement
from simulation.stays import Stays


class Nobody:
    """A population of no people. See `simulation.inhabitants.Inhabitants` for what its parts mean."""

    def __init__(self) -> None:
        self.alive = np.zeros(0, np.uint8)
        self.age_band = np.zeros(0, np.int8)
        self.death_tick = np.zeros(0, np.int32)
        self.care_home_need_tick = np.zeros(0, np.int32)
        self.profile = np.zeros(0, np.uint16)
        self.factors = np.ones((1, len(VALUES), 2))
        self.starts_in_care_home = np.zeros(0, np.bool_)
        self.in_care_home = np.zeros(0, np.uint8)
        self.triggers = np.zeros(ATTENDANCE_LIFE + 1)

    def begin_month(self, month: int, homes: Homes = no_homes) -> MonthEvents:
        """A month in which nothing happens."""
        none = np.zeros(0, np.int64)
        nothing = PersonEvents(none, none)
        needs = CandidateRows(none, none, np.zeros(0, np.int8), none, np.zeros(0))
        return MonthEvents(needs, nothing, nothing, nothing, nothing, ProfileChanges(none, none, none))

    def after_attendance(self, person: int, tick: int) -> Replacement:
        """No needs."""
        return Replacement([], [], [], [])

    def after_discharge(self, person: int, tick: int, came_through_ae: bool) -> Replacement:
        """No needs."""
        return Replacement([], [], [], [])

    def moved_to_care_home(self, person: int, tick: int) -> Replacement:
        """No needs."""
        return Replacement([], [], [], [])

    def apply_profile(self, person: int, tick: int, index: int) -> Replacement:
        """No needs."""
        return Replacement([], [], [], [])

    def joins_at(self, event: int, person: int, tick: int, kind: int) -> None:
        """Nobody to join."""

    def note_admission(self, person: int, tick: int) -> None:
        """Nothing to note."""

    def note_admissions(self, persons: NDArray[np.int64], month: int) -> None:
        """Nothing to note."""

    def addresses(self) -> Addresses:
        """Addresses of nothing: every array behind them is empty."""
        return nowhere()

    def gone(self, person: int, tick: int, died: bool) -> None:
        """Nobody to go."""


@dataclass(frozen=True)
class NetworkTables:
    """What a run of a network leaves behind besides its stays."""

    contacts: NDArray[np.int64]
    """(months, settings, bands of BANDS) starts of visits by residents; patients of streams are not among them."""
    turned_away: NDArray[np.int64]
    """(months, settings, bands of BANDS) residents turned away."""
    timed_events: int
    """How many timed events the engine handled."""


def run_network(
    network: Network, calendar: Calendar, seed: int, replication: int, engine: str = DEFAULT_ENGINE
) -> tuple[Stays, NetworkTables]:
    """One run of a network on its own, empty at the start, to the calendar's horizon.

    Args:
        network: with streams, since nobody lives there.
        calendar: the one that the network was built for.
        seed: of the study; every draw is keyed by it.
        replication: number of the run.
        engine: name of one of `simulation.engines.ENGINES`; all give the same rows.
    """
    flow = ENGINES[engine](network, Nobody(), calendar, seed, replication)
    for month in range(calendar.months):
        flow.run_month(month)
    flow.close()
    return flow.stays(), NetworkTables(flow.contact_table(), flow.turned_away_table(), flow.timed_events)
