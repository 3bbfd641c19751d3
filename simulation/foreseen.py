"""Needs that are the same in every scenario, made once for all: those of people at home whom no team looks after.

Scenarios of one run share people and chance. As long as somebody lives in their own home and is with no team, their
steady needs depend on nothing that a scenario changes. A run that is about to go on as several scenarios therefore
makes the needs that everybody would have so, month by month, and each scenario makes only the needs of the others anew,
and of all what attendances, discharges and a death that is near set off.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.columns import HERE, Columns, Drawn, MonthTables, NeedTables
from simulation.jit import compiled
from simulation.need_words import person_of

MOST_FORESEEN = 1 << 24
"""Needs that are kept for all months together, 16 bytes each; each scenario makes those of later months by itself."""

IntArray = NDArray[np.int64]


class Foreseen(NamedTuple):
    """Steady needs of one month as words, in no order: everybody's as if they lived at home and were with no team."""

    word: IntArray
    severity: NDArray[np.float64]


class MadeAnew(NamedTuple):
    """Whose needs in a month cannot be foreseen."""

    whole: IntArray
    """People in care homes, with teams, or saved from a death that was foreseen: all of their needs are made anew."""
    is_whole: NDArray[np.bool_]
    """(people,) whether each is one of them."""
    moving: IntArray
    """Others with hazards that move: needs of those streams are made, which no month foresees."""


def made_anew(
    people: Columns, last: int, tables: NeedTables, month: MonthTables, saved: NDArray[np.bool_]
) -> MadeAnew:
    """Whose needs in a month cannot be foreseen, of people up to an id.

    Args:
        people: as they are at the start of the month.
        last: id after the last.
        tables: rates.
        month: the month.
        saved: (people,) who has been kept from dying.
    """
    here = people.alive[:last] == HERE
    is_whole = (people.in_care_home[:last] == 1) | (people.profile[:last] != 0) | saved[:last]
    moves = people.death_tick[:last].astype(np.int64) - month.end < tables.dying_reach
    for rate in (people.readmission_rate, people.reattendance_rate, people.stay_reattendance_rate):
        moves |= rate[:last] > 0.0
    return MadeAnew(np.flatnonzero(here & is_whole), is_whole, np.flatnonzero(here & moves & ~is_whole))


@compiled
def add_foreseen(foreseen: Foreseen, is_whole: NDArray[np.bool_], drawn: Drawn, count: int) -> int:
    """Add foreseen needs to those made anew, but for people whose needs are all made anew; how many there are now.

    Args:
        foreseen: of the month.
        is_whole: as in `MadeAnew`.
        drawn: has needs already; more than it has room for are counted but not written.
        count: how many it has.
    """
    for row in range(len(foreseen.word)):
        word = foreseen.word[row]
        if is_whole[person_of(word)]:
            continue
        if count < len(drawn.word):
            drawn.word[count], drawn.severity[count] = word, foreseen.severity[row]
        count += 1
    return count
