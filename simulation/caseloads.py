"""Teams' caseloads: who is on them, who joins and leaves, and which profile each person carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.enrolment import (
    OWN_HOME,
    Present,
    RecordedAdmissions,
    RecordTables,
    best,
    eligible,
    seconds_in_month,
    team_numbers,
)
from simulation.factors import VALUES, check_bounds, factor_table, profile_sizes, profile_strides

if TYPE_CHECKING:
    from simulation.people_tables import Team

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
STILL_HERE = -1


@dataclass(frozen=True)
class PlannedChange:
    """A person's joining a team, or coming to its next band, at a tick of this month."""

    tick: int
    person: int
    team: int
    digit: int


class Caseloads:
    """Members of every team of a run, and the log of who joined and left when."""

    def __init__(self, teams: Sequence[Team], months: int, profile: NDArray[np.uint16]) -> None:
        """Args: teams in declared order; months of the study; (people,) profiles, which this object writes."""
        for team in teams:
            check_bounds(team)
        team_numbers(teams)
        self.teams = tuple(teams)
        self.profile = profile
        self.sizes = profile_sizes(teams)
        self.strides = profile_strides(self.sizes)
        self.eligible = np.zeros((months, len(teams)), np.int64)
        self.factors: FloatArray = np.ones((1, len(VALUES), 2))
        self.log: list[list[int]] = []
        """[person, team, tick of joining, tick of leaving or `STILL_HERE`, month of joining]."""
        self._row: list[dict[int, int]] = [{} for _ in teams]
        self._planned: list[PlannedChange] = []
        self._month = 0

    def copy(self, profile: NDArray[np.uint16]) -> Caseloads:
        """An independent copy that writes other profiles."""
        twin = Caseloads(self.teams, len(self.eligible), profile)
        twin.eligible = self.eligible.copy()
        twin.factors = self.factors
        twin.log = [row.copy() for row in self.log]
        twin._row = [rows.copy() for rows in self._row]
        twin._planned = list(self._planned)
        twin._month = self._month
        return twin

    def members(self, team: int) -> IntArray:
        """Ids of the people on a team's caseload, in order."""
        return np.array(sorted(self._row[team]), np.int64)

    def begin_month(self, now: Present, records: RecordTables, past: RecordedAdmissions) -> list[PlannedChange]:
        """Multipliers of the month, those who leave at its start, and the changes that come in it, by tick."""
        self._month = now.month
        planned: list[PlannedChange] = []
        for number, team in enumerate(self.teams):
            if now.month < team.first_month:
                continue
            meets = eligible(team, now, records)
            self.eligible[now.month, number] = meets.sum()
            if now.month == team.end_month:
                for person in self.members(number):
                    self._close(number, int(person), now.start)
            if now.month >= team.end_month:
                if team.strength_by_month[now.month] == 0.0:
                    self._forget_all(number)
                continue
            planned += self._next_bands(number, now)
            planned += self._joiners(number, meets, now, records, past)
        self.factors = factor_table(self.teams, now.month) if self.teams else self.factors
        self._planned = sorted(planned, key=lambda change: (change.tick, change.person, change.team))
        return self._planned

    def apply(self, index: int, in_care_home: bool) -> None:
        """Carry out a change planned for this month, unless the person no longer meets the rule or has left."""
        change = self._planned[index]
        if change.digit > 1:
            if change.person in self._row[change.team]:
                self._set_digit(change.person, change.team, change.digit)
            return
        if in_care_home and self.teams[change.team].residence == OWN_HOME:
            return
        self._row[change.team][change.person] = len(self.log)
        self.log.append([change.person, change.team, change.tick, STILL_HERE, self._month])
        self._set_digit(change.person, change.team, change.digit)

    def leave_for_care_home(self, person: int, tick: int) -> None:
        """Take a person off the caseloads of teams for people in their own homes."""
        for number, team in enumerate(self.teams):
            if team.residence == OWN_HOME:
                self._close(number, person, tick)
                self._set_digit(person, number, 0)

    def gone(self, person: int, tick: int) -> None:
        """Take a person who has died or moved out off every caseload."""
        if self.profile[person] == 0:
            return
        for number in range(len(self.teams)):
            self._close(number, person, tick)
        self.profile[person] = 0

    def _next_bands(self, number: int, now: Present) -> list[PlannedChange]:
        edges = self.teams[number].band_edges_months.tolist()
        digit_after = {edge: band + 1 for band, edge in enumerate(edges) if edge > 0}
        persons, digits = [], []
        for person, row in self._row[number].items():
            digit = digit_after.get(now.month - self.log[row][4])
            if digit is not None:
                persons.append(person)
                digits.append(digit)
        return self._plan(number, np.array(persons, np.int64), digits, now)

    def _joiners(self, number: int, meets: NDArray[np.bool_], now: Present, records: RecordTables,
                 past: RecordedAdmissions) -> list[PlannedChange]:
        team = self.teams[number]
        places = int(team.places_by_month[now.month]) - len(self._row[number])
        if places <= 0:
            return []
        waiting = meets.copy()
        waiting[list(self._row[number])] = False
        ids = np.flatnonzero(waiting).astype(np.int64)
        admissions = past.before(now.month, len(meets))[ids]
        joining = best(team, ids, places, admissions, now, records)
        return self._plan(number, joining, [1] * len(joining), now)

    def _plan(self, number: int, persons: IntArray, digits: list[int], now: Present) -> list[PlannedChange]:
        ticks = seconds_in_month(persons, self.teams[number], now)
        return [PlannedChange(int(tick), int(person), number, digit)
                for tick, person, digit in zip(ticks, persons, digits, strict=True)]

    def _close(self, number: int, person: int, tick: int) -> None:
        """End a membership in the log, if there is one."""
        row = self._row[number].pop(person, None)
        if row is not None:
            self.log[row][3] = tick

    def _set_digit(self, person: int, number: int, digit: int) -> None:
        stride, size = int(self.strides[number]), int(self.sizes[number])
        profile = int(self.profile[person])
        self.profile[person] = profile + (digit - profile // stride % size) * stride

    def _forget_all(self, number: int) -> None:
        """Clear a team's digit from every profile, once its effects have faded."""
        stride, size = int(self.strides[number]), int(self.sizes[number])
        whole = self.profile.astype(np.int64)
        self.profile[:] = whole - whole // stride % size * stride
