"""One scenario for one run, frozen: the people, the network, the teams, and the calendar they share."""

from __future__ import annotations

from dataclasses import dataclass

from simulation.calendar import Calendar
from simulation.network import Network
from simulation.people import PeopleTables, Team


@dataclass(frozen=True)
class Model:
    """Everything that a run needs besides its seed. Models of one family differ in their teams only."""

    calendar: Calendar
    network: Network
    people: PeopleTables
    teams: tuple[Team, ...]

    @property
    def first_change(self) -> int:
        """Month in which the first team opens; the number of months when none does."""
        return min((team.first_month for team in self.teams), default=self.calendar.months)
