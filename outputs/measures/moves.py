"""How patients move: how many go from where to where in a year, from the need that begins it to being home again."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outputs.measures.episodes import Bools, Ints, ended, of_residents
from outputs.measures.measure import Measure, Values
from outputs.measures.view import View
from outputs.periods import Period
from simulation.stays import NEVER, Outcome

TOPIC = "Moves"
ARROW = " > "
KINDS = (
    ("type 1 A&E", ("ae_type1",)),
    ("walk-in or minor-injury unit", ("ae_other",)),
    ("same-day emergency care", ("same_day_emergency_care",)),
    ("hospital ward", ("ward",)),
    ("intermediate-care bed", ("intermediate_care",)),
    ("hospital at home", ("hospital_at_home",)),
    ("reablement or care package", ("reablement", "care_package", "reablement_first", "assessed_at_home")),
    ("care home", ("residence",)),
)
"""Kinds of places and the tags of the settings that are one; a setting is the first kind that fits."""
HOME, CARE_HOME, DIED = len(KINDS), 7, len(KINDS) + 1
NAMES = (*(name for name, _ in KINDS), "home", "died")
ELSEWHERE = -1


def patient_moves(view: View, period: Period) -> Values:
    """Moves of residents between kinds of places a year, "from > to"; moves inside one kind are not counted."""
    codes, tick = view.once("moves", lambda: _moves(view))
    chosen = (tick >= period.start) & (tick < period.stop)
    counts = np.bincount(codes[chosen], minlength=len(NAMES) ** 2)
    return {
        f"{NAMES[code // len(NAMES)]}{ARROW}{NAMES[code % len(NAMES)]}": view.yearly(float(counts[code]), period)
        for code in np.flatnonzero(counts).tolist()
    }


def _moves(view: View) -> tuple[NDArray[np.int16], Ints]:
    """Kinds that were left and entered as one number, the first times the number of kinds, and when."""
    stays, settings = view.result.stays, view.result.settings
    kinds = _kind_of_setting(view)
    rows = np.flatnonzero((stays.started != NEVER) & (kinds != ELSEWHERE)[stays.setting])
    rows = rows[of_residents(stays, settings, rows)]
    kind = kinds[stays.setting[rows]]
    person, candidate, outcome = stays.person[rows], stays.candidate[rows], stays.outcome[rows]
    first = np.ones(len(rows), np.bool_)
    first[1:] = (person[1:] != person[:-1]) | (candidate[1:] != candidate[:-1])
    last = np.append(first[1:], True)
    from_where = np.where(stays.care_home[rows], np.int8(CARE_HOME), np.int8(HOME))
    before = np.where(first, from_where, np.append(np.int8(ELSEWHERE), kind[:-1]))
    leaves = np.flatnonzero(last & (kind != CARE_HOME) & _is_over(outcome))
    after = np.where(outcome[leaves] == Outcome.DIED, np.int8(DIED), from_where[leaves])
    moved = np.flatnonzero(before != kind)
    left, entered = np.concatenate([before[moved], kind[leaves]]), np.concatenate([kind[moved], after])
    return (
        left.astype(np.int16) * len(NAMES) + entered,
        np.concatenate([stays.started[rows[moved]], ended(stays, view.result.calendar, rows[leaves])]),
    )


def _is_over(outcome: NDArray[np.int8]) -> Bools:
    """Stays that ended with the person at home or dead, so that it is known where they are."""
    over: Bools = (outcome != Outcome.OPEN) & (outcome != Outcome.MOVED_OUT)
    return over


def _kind_of_setting(view: View) -> NDArray[np.int8]:
    """(settings,) index into `KINDS`; `ELSEWHERE` for contacts and other things that are no place to be."""
    settings = view.result.settings
    kinds = np.full(len(settings.names), ELSEWHERE, np.int8)
    for kind, (_, tags) in reversed(list(enumerate(KINDS))):
        for tag in tags:
            kinds[list(settings.tags.get(tag, ()))] = kind
    return kinds


MEASURES = (
    Measure(
        "patient_moves", "Moves of patients between kinds of places", "moves a year",
        "Residents' stays one after another in one episode, and where they came from and went; moves inside a kind of "
        "place are left out", "the model's own", patient_moves, TOPIC, matters=0.05, decimals=0,
    ),
)
