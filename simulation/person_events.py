"""What an event of the flow changes about a person: nearness to the last attendance or stay, and teams.

Both engines call these functions; `Population` does for the one that is plain Python.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.columns import BECAUSE_OF, FORGOTTEN, LEAVING, NOT_A_MEMBER, STILL_HERE, CaseloadColumns, Columns
from simulation.hazards import trigger_rate
from simulation.jit import inlined


@inlined
def attendance_ended(person: int, tick: int, people: Columns, attendance_life: float, attendance_rate: float) -> None:
    """An A&E attendance ended without admission: another becomes likelier.

    Args:
        person: whose.
        tick: when it ended.
        people: columns, of which rates and ticks of attendances are written.
        attendance_life: seconds after which the added rate has fallen to 1/e.
        attendance_rate: rate a year that an attendance adds at once.
    """
    _age_attendances(person, tick, people, attendance_life)
    people.reattendance_rate[person] = float(people.reattendance_rate[person]) + attendance_rate


@inlined
def stay_ended(
    person: int, tick: int, came_through_ae: bool, people: Columns, discharge_life: float,
    discharge_rate: NDArray[np.float64], attendance_life: float, attendance_rate: float,
) -> None:
    """An emergency stay ended alive: readmission, and after A&E another attendance, become likelier.

    Args:
        person: whose.
        tick: when it ended.
        came_through_ae: whether the stay began with an attendance.
        people: columns, of which rates and ticks of discharges and attendances are written.
        discharge_life: seconds after which the rate added by a discharge has fallen to 1/e.
        discharge_rate: (age bands,) rate a year that a discharge adds at once.
        attendance_life: likewise of attendances.
        attendance_rate: likewise.
    """
    elapsed = float(tick - int(people.discharged[person]))
    left = trigger_rate(float(people.readmission_rate[person]), elapsed, discharge_life)
    people.readmission_rate[person] = left + discharge_rate[people.age_band[person]]
    people.discharged[person] = tick
    if came_through_ae:
        _age_attendances(person, tick, people, attendance_life)
        people.stay_reattendance_rate[person] = float(people.stay_reattendance_rate[person]) + attendance_rate


@inlined
def change_team(index: int, in_care_home: bool, caseloads: CaseloadColumns) -> None:
    """Carry out a change planned for this month: joining, the next band, or leaving as planned.

    Digit 0 leaves and is forgotten, as do those who join a team instead (`BECAUSE_OF` and less); `LEAVING` and more
    leaves with what lasts for a while, and `FORGOTTEN` ends that. Nothing happens when the person no longer meets the
    rule or has left.

    Args:
        index: row of `caseloads.planned`.
        in_care_home: whether the person lives in a care home now.
        caseloads: the log has room for everybody who is planned to join.
    """
    person, team, digit = caseloads.planned[index, 1], caseloads.planned[index, 2], caseloads.planned[index, 3]
    if digit <= BECAUSE_OF:
        if in_care_home and caseloads.own_home[BECAUSE_OF - digit] == 1:
            return
        digit = 0
    if digit == 0:
        close_membership(person, team, caseloads.planned[index, 0], caseloads)
        _set_digit(person, team, 0, caseloads)
        return
    if digit == FORGOTTEN:
        if caseloads.member_row[team, person] == NOT_A_MEMBER:
            _set_digit(person, team, 0, caseloads)
        return
    if digit >= LEAVING:
        if caseloads.member_row[team, person] != NOT_A_MEMBER:
            close_membership(person, team, caseloads.planned[index, 0], caseloads)
            _set_digit(person, team, digit - LEAVING, caseloads)
        return
    if digit > 1:
        if caseloads.member_row[team, person] != NOT_A_MEMBER:
            _set_digit(person, team, digit, caseloads)
        return
    if in_care_home and caseloads.own_home[team] == 1:
        return
    _join(person, team, caseloads.planned[index, 0], caseloads)


@inlined
def join_at_event(
    person: int, tick: int, event: int, kind: int, in_care_home: bool, caseloads: CaseloadColumns
) -> None:
    """Let a person join the teams that people join at this event, each while it has a place.

    Args:
        person: whose event.
        tick: when.
        event: `enrolment.AT_AE`, `AT_ADMISSION` or `AT_DISCHARGE`.
        kind: of the need that brought the person.
        in_care_home: whether the person lives in a care home now.
        caseloads: the log has room for all free places.
    """
    for team in range(len(caseloads.joins_at)):
        if caseloads.joins_at[team] != event or caseloads.free[team] <= 0:
            continue
        if caseloads.crisis[team] not in (-1, kind) or caseloads.offered[team, person] == 0:
            continue
        if caseloads.member_row[team, person] != NOT_A_MEMBER or (in_care_home and caseloads.own_home[team] == 1):
            continue
        caseloads.free[team] -= 1
        _join(person, team, tick, caseloads)


@inlined
def leave_for_care_home(person: int, tick: int, caseloads: CaseloadColumns) -> None:
    """Take a person off the caseloads of teams for people in their own homes."""
    for team in range(len(caseloads.own_home)):
        if caseloads.own_home[team] == 1:
            close_membership(person, team, tick, caseloads)
            _set_digit(person, team, 0, caseloads)


@inlined
def leave_all_teams(person: int, tick: int, caseloads: CaseloadColumns) -> None:
    """Take a person who has died or moved out off every caseload."""
    if caseloads.profile[person] == 0:
        return
    for team in range(len(caseloads.own_home)):
        close_membership(person, team, tick, caseloads)
    caseloads.profile[person] = 0


@inlined
def close_membership(person: int, team: int, tick: int, caseloads: CaseloadColumns) -> None:
    """End a membership in the log, if there is one."""
    row = caseloads.member_row[team, person]
    if row != NOT_A_MEMBER:
        caseloads.log[row, 3] = tick
        caseloads.member_row[team, person] = NOT_A_MEMBER


@inlined
def _join(person: int, team: int, tick: int, caseloads: CaseloadColumns) -> None:
    """Put a person on a team's caseload, in its first band of months."""
    row = caseloads.log_count[0]
    caseloads.member_row[team, person] = row
    caseloads.log[row, 0] = person
    caseloads.log[row, 1] = team
    caseloads.log[row, 2] = tick
    caseloads.log[row, 3] = STILL_HERE
    caseloads.log[row, 4] = caseloads.month
    caseloads.log_count[0] = row + 1
    _set_digit(person, team, 1, caseloads)


@inlined
def _set_digit(person: int, team: int, digit: int, caseloads: CaseloadColumns) -> None:
    """Say in a person's profile that they are in a band of a team's months; 0 is not a member."""
    stride = caseloads.strides[team]
    profile = int(caseloads.profile[person])
    caseloads.profile[person] = profile + (digit - profile // stride % caseloads.sizes[team]) * stride


@inlined
def _age_attendances(person: int, tick: int, people: Columns, attendance_life: float) -> None:
    """Bring the rates that past attendances add down to what they are at `tick`."""
    elapsed = float(tick - int(people.attended[person]))
    people.reattendance_rate[person] = trigger_rate(float(people.reattendance_rate[person]), elapsed, attendance_life)
    people.stay_reattendance_rate[person] = trigger_rate(
        float(people.stay_reattendance_rate[person]), elapsed, attendance_life)
    people.attended[person] = tick
