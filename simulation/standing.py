"""Where everybody who may join a team stands on the first of a month: with it, done, not willing, or waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.columns import FIFTHS, NOT_A_MEMBER
from simulation.draws import uniform
from simulation.enrolment import MONTHLY, Present
from simulation.jit import compiled

if TYPE_CHECKING:
    from simulation.people_tables import Team

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]

STANDINGS = ("with the team", "done", "refused", "waiting")
"""Where people who may join stand; done are those who were with a team that asks once."""
WITH_TEAM, DONE, REFUSED, WAITING = range(len(STANDINGS))
NOWHERE = -1
"""People who may not join."""


def where_they_stand(
    team: Team, now: Present, meets: BoolArray, member_row: NDArray[np.int32], was_with_it: IntArray
) -> tuple[NDArray[np.int8], IntArray]:
    """(people,) where each person stands with a team, `NOWHERE` for those who may not join; (FIFTHS, STANDINGS) them.

    Somebody is willing once for all, or afresh each month with teams that people join at events. Where the uptake is
    the share who need the team, whoever does not may not join.

    Args:
        team: that asks.
        now: people at the start of the month.
        meets: (people,) who meets the entry rule.
        member_row: (people,) of `CaseloadColumns`.
        was_with_it: ids of people who are not asked again.
    """
    done = np.zeros(len(meets), np.bool_)
    done[was_with_it] = True
    uptake = team.uptake * np.array(team.uptake_by_fifth)
    occurrence = team.number << 12 | (0 if team.joins_at == MONTHLY else now.month)
    where = np.empty(len(meets), np.int8)
    counts = np.zeros((FIFTHS, len(STANDINGS)), np.int64)
    others = NOWHERE if team.others_have_no_need else REFUSED
    _look_at_each(meets, member_row, done, now.people.fifth, uptake, others, now.key, occurrence, where, counts)
    return where, counts


@compiled
def _look_at_each(
    meets: BoolArray, member_row: NDArray[np.int32], done: BoolArray, fifth: NDArray[np.int8],
    uptake: NDArray[np.float64], others: int, key: int, occurrence: int, where: NDArray[np.int8], counts: IntArray,
) -> None:
    """Write where each person stands, and count them; those who join when asked have a draw below their uptake."""
    for person in range(len(meets)):
        if member_row[person] != NOT_A_MEMBER:
            stands = WITH_TEAM
        elif not meets[person]:
            stands = NOWHERE
        elif done[person]:
            stands = DONE
        elif uniform(key, person, decisions.UPTAKE, occurrence) < uptake[fifth[person]]:
            stands = WAITING
        else:
            stands = others
        where[person] = stands
        if stands != NOWHERE:
            counts[fifth[person], stands] += 1
