"""Teams' caseloads: who is on them, who joins and leaves, and which profile each person carries.

On the first of each month everybody who may join a team stands somewhere (`STANDINGS`): with it, done with it, not
willing, or waiting. So those with a team, those who refuse and those who wait are all who may join, by construction and
by count.

A team may be there instead of others: whoever joins it leaves those in the same second (who joins at an event, on the
first of the next month), and may not join them from then on while it has them. Who moves to a care home before,
and so does not join, leaves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation.columns import BECAUSE_OF, FIFTHS, FORGOTTEN, LEAVING, NOT_A_MEMBER, STILL_HERE, CaseloadColumns
from simulation.enrolment import (
    MONTHLY,
    OWN_HOME,
    Homes,
    Present,
    RecordedAdmissions,
    RecordTables,
    best,
    dropping_out,
    eligible,
    no_homes,
    seconds_in_month,
    team_numbers,
)
from simulation.factors import DEATH, VALUES, check_bounds, factor_table, profile_sizes, profile_strides
from simulation.person_events import close_membership
from simulation.standing import REFUSED, STANDINGS, WAITING, where_they_stand

if TYPE_CHECKING:
    from simulation.people_tables import Team

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
NOTHING_PLANNED = np.zeros((0, 4), np.int64)
NOBODY = np.zeros(0, np.int64)


class Caseloads:
    """Members of every team of a run, and the log of who joined and left when.

    Attributes:
        columns: what the events of a month read and write (`simulation.person_events`).
        standing: (months, teams, fifths, `STANDINGS`) people who met each team's entry rule at the start of each
            month or were with it; none while it has never opened or no longer has funding.
        factors: (profiles, values, 2) multipliers this month.
    """

    def __init__(self, teams: Sequence[Team], months: int, profile: NDArray[np.uint16]) -> None:
        """Args: teams in declared order; months of the study; (people,) profiles, which this object writes."""
        for team in teams:
            check_bounds(team)
        team_numbers(teams)
        self.teams = tuple(teams)
        self._turns = in_turn(teams)
        self.standing = np.zeros((months, len(teams), FIFTHS, len(STANDINGS)), np.int64)
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
        twin = Caseloads(self.teams, len(self.standing), profile)
        twin.standing = self.standing.copy()
        twin.factors = self.factors
        own = self.columns
        twin.columns = own._replace(
            member_row=own.member_row.copy(), log=own.log.copy(), log_count=own.log_count.copy(), profile=profile,
            free=own.free.copy(), offered=own.offered.copy())
        return twin

    @property
    def saves_lives(self) -> bool:
        """Whether any team keeps people from dying."""
        return any(bool(team.changes_by_digit[:, DEATH].any()) for team in self.teams)

    @property
    def log(self) -> IntArray:
        """(memberships, 5) person, team, tick of joining, tick of leaving or `STILL_HERE`, month of joining."""
        return self.columns.log[: int(self.columns.log_count[0])]

    def members(self, team: int) -> IntArray:
        """Ids of the people on a team's caseload, in order."""
        return np.flatnonzero(self.columns.member_row[team] != NOT_A_MEMBER)

    def begin_month(
        self, now: Present, records: RecordTables, past: RecordedAdmissions, homes: Homes = no_homes
    ) -> IntArray:
        """(changes, 4) as `CaseloadColumns.planned`: the changes that come in a month, by tick, person and team.

        Multipliers of the month are set, and those who leave at its start have left.
        """
        self.columns = self.columns._replace(month=now.month)
        self.columns.free[:] = 0
        planned = [NOTHING_PLANNED]
        taken = _Taken(self.teams, self.columns.member_row)
        for number in self._turns:
            team = self.teams[number]
            if now.month < team.first_month:
                continue
            if now.month == team.end_month:
                for person in self.members(number).tolist():
                    close_membership(person, number, now.start, self.columns)
            if now.month >= team.end_month:
                if team.strength_by_month[now.month] == 0.0:
                    self._forget_all(number)
                continue
            meets = eligible(team, now, records)
            if team.homes:
                meets &= np.isin(homes(), team.homes)
            taken.leave_out(number, meets)
            where = self._stand(number, meets, now)
            planned += [self._next_bands(number, now, homes), self._forgets(number, now), taken.leaving(number, now)]
            if team.neighbours:
                self._tell_neighbours(number, where >= REFUSED)
            if team.joins_at == MONTHLY:
                joiners = self._joiners(number, where == WAITING, now, records, past, homes)
                planned += [joiners, taken.by(number, joiners)]
            else:
                self._open(number, where == WAITING, now)
        self.factors = factor_table(self.teams, now.month) if self.teams else self.factors
        self._plan(np.concatenate(planned))
        return self.columns.planned

    def _stand(self, number: int, meets: NDArray[np.bool_], now: Present) -> NDArray[np.int8]:
        """(people,) where each person stands with a team, as `where_they_stand`; counted by fifth."""
        team, log = self.teams[number], self.log
        was_with_it = log[log[:, 1] == number, 0] if team.asks_once else NOBODY
        member_row = self.columns.member_row[number]
        where, self.standing[now.month, number] = where_they_stand(team, now, meets, member_row, was_with_it)
        return where

    def _tell_neighbours(self, number: int, neighbour: NDArray[np.bool_]) -> None:
        """Give people who may join, and have not, the digit of neighbours, and nobody else who is not a member."""
        stride, size = int(self.columns.strides[number]), int(self.columns.sizes[number])
        profile = self.columns.profile.astype(np.int64)
        digit = profile // stride % size
        may_be = (self.columns.member_row[number] == NOT_A_MEMBER) & ((digit == 0) | (digit == size - 1))
        changes = may_be & (neighbour | (digit == size - 1))
        profile[changes] += (np.where(neighbour[changes], size - 1, 0) - digit[changes]) * stride
        self.columns.profile[:] = profile

    def _plan(self, changes: IntArray) -> None:
        """Put the month's changes in order and make room in the log for those who join."""
        tick, person, team, digit = changes.T
        changes = np.ascontiguousarray(changes[np.lexsort((digit, team, person, tick))])
        joining = int((digit == 1).sum()) + int(self.columns.free.sum())
        log, needed = self.columns.log, len(self.log) + joining
        if needed > len(log):
            log = np.zeros((needed + needed // 2, 5), np.int64)
            log[: len(self.log)] = self.log
        self.columns = self.columns._replace(planned=changes, log=log)

    def _next_bands(self, number: int, now: Present, homes: Homes) -> IntArray:
        team, members = self.teams[number], self.members(number)
        months_since = now.month - self.log[self.columns.member_row[number, members], 4]
        digits = np.zeros(len(members), np.int64)
        due = np.zeros(len(members), np.bool_)
        for band, edge in enumerate(team.band_edges_months.tolist()):
            if edge > 0:
                digits[months_since == edge] = band + 1
                due |= months_since == edge
        digits += np.where(due, _first_digit(team, members, homes), 0)
        leaving = np.zeros(len(members), np.bool_)
        if team.drop_out:
            leaving |= (months_since > 0) & dropping_out(team, members, now)
        digits[leaving] = 0
        if team.stays_months:
            over = months_since >= team.stays_months
            digits[over] = _digits_of_leavers(team, members[over], homes)
            leaving |= over
        due |= leaving
        return _changes(number, members[due], digits[due], team, now)

    def _forgets(self, number: int, now: Present) -> IntArray:
        """Changes of those for whom what has lasted since they left is over."""
        team = self.teams[number]
        if not team.lasts_months:
            return NOTHING_PLANNED
        log = self.log[self.log[:, 1] == number]
        over = now.month - log[:, 4] == team.stays_months + team.lasts_months
        persons = np.unique(log[over & (log[:, 3] != STILL_HERE), 0])
        stride, size = int(self.columns.strides[number]), int(self.columns.sizes[number])
        first, kinds = team.digit_of_leavers, 1 if team.changes_elsewhere is None else 2
        digit = self.columns.profile[persons].astype(np.int64) // stride % size
        persons = persons[(digit >= first) & (digit < first + kinds)]
        return _changes(number, persons, np.full(len(persons), FORGOTTEN, np.int64), team, now)

    def _joiners(self, number: int, waiting: NDArray[np.bool_], now: Present, records: RecordTables,
                 past: RecordedAdmissions, homes: Homes) -> IntArray:
        team = self.teams[number]
        places = int(team.places_by_month[now.month]) - len(self.members(number))
        if places <= 0:
            return NOTHING_PLANNED
        ids = np.flatnonzero(waiting).astype(np.int64)
        admissions = past.before(now.month, len(waiting))[ids]
        joining = best(team, ids, places, admissions, now, records)
        joins = _changes(number, joining, np.ones(len(joining), np.int64), team, now)
        first = _first_digit(team, joining, homes)
        return np.concatenate([joins, _changes(number, joining[first > 0], 1 + first[first > 0], team, now)])

    def _open(self, number: int, offered: NDArray[np.bool_], now: Present) -> None:
        """Say who may join at an event in this month, and how many."""
        places = int(self.teams[number].places_by_month[now.month]) - len(self.members(number))
        self.columns.free[number] = max(places, 0)
        self.columns.offered[number] = offered

    def _forget_all(self, number: int) -> None:
        """Clear a team's digit from every profile, once its effects have faded."""
        stride, size = int(self.columns.strides[number]), int(self.columns.sizes[number])
        whole = self.columns.profile.astype(np.int64)
        self.columns.profile[:] = whole - whole // stride % size * stride


class _Taken:
    """In one month, the people whom teams have, or are about to have, instead of others."""

    def __init__(self, teams: Sequence[Team], member_row: NDArray[np.int32]) -> None:
        """Args: teams in declared order; (teams, people) as of `CaseloadColumns`."""
        self._member_row = member_row
        self._replaced = replaced_by(teams)
        self._joining: dict[int, IntArray] = {}

    def leave_out(self, number: int, meets: NDArray[np.bool_]) -> None:
        """Leave out, of those who may join a team, whom another has instead; those who are with it still stand there.

        Teams that are there instead of this one have had their turn.
        """
        for other, replaced in enumerate(self._replaced):
            if number in replaced:
                meets &= self._member_row[other] == NOT_A_MEMBER
                meets[self._joining.get(other, NOBODY)] = False

    def leaving(self, number: int, now: Present) -> IntArray:
        """(changes, 4) those who leave a team on the first since another, which they joined at an event, has them."""
        others = [other for other, replaced in enumerate(self._replaced) if number in replaced]
        if not others:
            return NOTHING_PLANNED
        has_them = (self._member_row[others] != NOT_A_MEMBER).any(axis=0)
        persons = np.flatnonzero(has_them & (self._member_row[number] != NOT_A_MEMBER))
        changes = np.zeros((len(persons), 4), np.int64)
        changes[:, 0], changes[:, 1], changes[:, 2] = now.start, persons, number
        return changes

    def by(self, number: int, joiners: IntArray) -> IntArray:
        """(changes, 4) those who leave other teams because they join this one.

        Args:
            number: of the team that they join.
            joiners: (changes, 4) its changes of this month about those who join.
        """
        joining = joiners[joiners[:, 3] == 1]
        self._joining[number] = joining[:, 1]
        found = [NOTHING_PLANNED]
        for other in self._replaced[number]:
            leaving = joining[self._member_row[other, joining[:, 1]] != NOT_A_MEMBER].copy()
            leaving[:, 2], leaving[:, 3] = other, BECAUSE_OF - number
            found.append(leaving)
        return np.concatenate(found)


def replaced_by(teams: Sequence[Team]) -> tuple[tuple[int, ...], ...]:
    """For each team, the positions of those teams of the run that it is there instead of."""
    place = {team.name: number for number, team in enumerate(teams)}
    return tuple(tuple(place[name] for name in team.instead_of if name in place) for team in teams)


def in_turn(teams: Sequence[Team]) -> tuple[int, ...]:
    """Positions of teams in an order in which each comes after those that are there instead of it.

    Raises:
        ValueError: when teams are there instead of each other.
    """
    replaced = replaced_by(teams)
    order: list[int] = []
    while len(order) < len(teams):
        left = [number for number in range(len(teams)) if number not in order]
        ready = [number for number in left if not any(number in replaced[other] for other in left)]
        if not ready:
            raise ValueError(f"{', '.join(teams[number].name for number in left)} are there instead of each other")
        order.append(ready[0])
    return tuple(order)


def _first_digit(team: Team, persons: IntArray, homes: Homes) -> IntArray:
    """(persons,) what is added to the digits of bands: those of people elsewhere come after those of the others."""
    if team.changes_elsewhere is None:
        return np.zeros(len(persons), np.int64)
    return np.where(np.isin(homes()[persons], team.elsewhere), len(team.changes), 0).astype(np.int64)


def _digits_of_leavers(team: Team, persons: IntArray, homes: Homes) -> IntArray:
    """(persons,) digits of a planned change of those whose months are over: with what lasts, if anything does."""
    if not team.lasts_months:
        return np.zeros(len(persons), np.int64)
    elsewhere = _first_digit(team, persons, homes) > 0
    return LEAVING + team.digit_of_leavers + elsewhere.astype(np.int64)


def _changes(number: int, persons: IntArray, digits: IntArray, team: Team, now: Present) -> IntArray:
    """(persons, 4) rows of `CaseloadColumns.planned`."""
    ticks = seconds_in_month(persons, team, now)
    return np.stack([ticks, persons, np.full(len(persons), number, np.int64), digits], axis=1)
