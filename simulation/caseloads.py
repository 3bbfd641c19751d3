"""Teams' caseloads: who is on them, who joins and leaves, and which profile each person carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.columns import NOT_A_MEMBER, STILL_HERE, CaseloadColumns
from simulation.enrolment import (
    MONTHLY,
    OWN_HOME,
    Present,
    RecordedAdmissions,
    RecordTables,
    best,
    eligible,
    seconds_in_month,
    team_numbers,
    willing,
)
from simulation.factors import VALUES, check_bounds, factor_table, profile_sizes, profile_strides
from simulation.person_events import close_membership

if TYPE_CHECKING:
    from simulation.people_tables import Team

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NOTHING_PLANNED = np.zeros((0, 4), np.int64)


class Caseloads:
    """Members of every team of a run, and the log of who joined and left when.

    Attributes:
        columns: what the events of a month read and write (`simulation.person_events`).
        eligible: (months, teams) people who met each team's entry rule at the start of each month.
        factors: (profiles, values, 2) multipliers this month.
    """

    def __init__(self, teams: Sequence[Team], months: int, profile: NDArray[np.uint16]) -> None:
        """Args: teams in declared order; months of the study; (people,) profiles, which this object writes."""
        for team in teams:
            check_bounds(team)
        team_numbers(teams)
        self.teams = tuple(teams)
        self.eligible = np.zeros((months, len(teams)), np.int64)
        self.factors: FloatArray = np.ones((1, len(VALUES), 2))
        sizes = profile_sizes(teams)
        self.columns = CaseloadColumns(
            member_row=np.full((len(teams), len(profile)), NOT_A_MEMBER, np.int32),
            log=np.zeros((0, 5), np.int64),
            log_count=np.zeros(1, np.int64),
            planned=NOTHING_PLANNED,
            strides=profile_strides(sizes),
            sizes=sizes,
            own_home=np.array([team.residence == OWN_HOME for team in teams], np.uint8),
            profile=profile,
            joins_at=np.array([team.joins_at for team in teams], np.int64),
            crisis=np.array([team.crisis for team in teams], np.int64),
            free=np.zeros(len(teams), np.int64),
            offered=np.zeros((len(teams), len(profile) if any(team.joins_at for team in teams) else 0), np.uint8),
            month=0,
        )

    def copy(self, profile: NDArray[np.uint16]) -> Caseloads:
        """An independent copy that writes other profiles."""
        twin = Caseloads(self.teams, len(self.eligible), profile)
        twin.eligible = self.eligible.copy()
        twin.factors = self.factors
        own = self.columns
        twin.columns = own._replace(
            member_row=own.member_row.copy(), log=own.log.copy(), log_count=own.log_count.copy(), profile=profile,
            free=own.free.copy(), offered=own.offered.copy())
        return twin

    @property
    def log(self) -> IntArray:
        """(memberships, 5) person, team, tick of joining, tick of leaving or `STILL_HERE`, month of joining."""
        return self.columns.log[: int(self.columns.log_count[0])]

    def members(self, team: int) -> IntArray:
        """Ids of the people on a team's caseload, in order."""
        return np.sort(self._memberships(team)[:, 0])

    def begin_month(self, now: Present, records: RecordTables, past: RecordedAdmissions) -> IntArray:
        """(changes, 4) as `CaseloadColumns.planned`: the changes that come in a month, by tick, person and team.

        Multipliers of the month are set, and those who leave at its start have left.
        """
        self.columns = self.columns._replace(month=now.month)
        self.columns.free[:] = 0
        planned = [NOTHING_PLANNED]
        for number, team in enumerate(self.teams):
            if now.month < team.first_month:
                continue
            meets = eligible(team, now, records)
            self.eligible[now.month, number] = meets.sum()
            if now.month == team.end_month:
                for person in self.members(number).tolist():
                    close_membership(person, number, now.start, self.columns)
            if now.month >= team.end_month:
                if team.strength_by_month[now.month] == 0.0:
                    self._forget_all(number)
                continue
            planned.append(self._next_bands(number, now))
            if team.joins_at == MONTHLY:
                planned.append(self._joiners(number, meets, now, records, past))
            else:
                self._open(number, meets & willing(team, now), now)
        self.factors = factor_table(self.teams, now.month) if self.teams else self.factors
        self._plan(np.concatenate(planned))
        return self.columns.planned

    def _plan(self, changes: IntArray) -> None:
        """Put the month's changes in order and make room in the log for those who join."""
        tick, person, team, digit = changes.T
        changes = np.ascontiguousarray(changes[np.lexsort((team, person, tick))])
        joining = int((digit == 1).sum()) + int(self.columns.free.sum())
        log, needed = self.columns.log, len(self.log) + joining
        if needed > len(log):
            log = np.zeros((needed + needed // 2, 5), np.int64)
            log[: len(self.log)] = self.log
        self.columns = self.columns._replace(planned=changes, log=log)

    def _memberships(self, team: int) -> IntArray:
        """(members, 5) rows of the log."""
        log = self.log
        rows: IntArray = log[(log[:, 1] == team) & (log[:, 3] == STILL_HERE)]
        return rows

    def _next_bands(self, number: int, now: Present) -> IntArray:
        team, members = self.teams[number], self._memberships(number)
        months_since = now.month - members[:, 4]
        digits = np.zeros(len(members), np.int64)
        due = np.zeros(len(members), np.bool_)
        for band, edge in enumerate(team.band_edges_months.tolist()):
            if edge > 0:
                digits[months_since == edge] = band + 1
                due |= months_since == edge
        if team.stays_months:
            leaving = months_since >= team.stays_months
            digits[leaving] = 0
            due |= leaving
        return _changes(number, members[due, 0], digits[due], team, now)

    def _joiners(self, number: int, meets: NDArray[np.bool_], now: Present, records: RecordTables,
                 past: RecordedAdmissions) -> IntArray:
        team = self.teams[number]
        places = int(team.places_by_month[now.month]) - len(self._memberships(number))
        if places <= 0:
            return NOTHING_PLANNED
        asked = meets & (self.columns.member_row[number] == NOT_A_MEMBER) & willing(team, now)
        if team.stays_months:
            asked[self.log[self.log[:, 1] == number, 0]] = False
        ids = np.flatnonzero(asked).astype(np.int64)
        admissions = past.before(now.month, len(meets))[ids]
        joining = best(team, ids, places, admissions, now, records)
        return _changes(number, joining, np.ones(len(joining), np.int64), team, now)

    def _open(self, number: int, offered: NDArray[np.bool_], now: Present) -> None:
        """Say who may join at an event in this month, and how many."""
        places = int(self.teams[number].places_by_month[now.month]) - len(self._memberships(number))
        self.columns.free[number] = max(places, 0)
        self.columns.offered[number] = offered

    def _forget_all(self, number: int) -> None:
        """Clear a team's digit from every profile, once its effects have faded."""
        stride, size = int(self.columns.strides[number]), int(self.columns.sizes[number])
        whole = self.columns.profile.astype(np.int64)
        self.columns.profile[:] = whole - whole // stride % size * stride


def _changes(number: int, persons: IntArray, digits: IntArray, team: Team, now: Present) -> IntArray:
    """(persons, 4) rows of `CaseloadColumns.planned`."""
    ticks = seconds_in_month(persons, team, now)
    return np.stack([ticks, persons, np.full(len(persons), number, np.int64), digits], axis=1)
