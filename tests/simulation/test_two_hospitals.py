"""Hospitals that lend each other beds: who goes to the other, when, and that nothing differs without an agreement."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from simulation.run import simulate
from simulation.stays import NEVER, RunResult
from tests.simulation.small_place import differing_columns, model_of, small

PEOPLE, SEED, CHANGE = 6000, 5, 24
LENT = 3.0


@lru_cache(maxsize=4)
def run(by_neighbour: float, to_neighbour: float, engine: str = "compiled") -> RunResult:
    """A run of a small, full hospital whose neighbour lends and borrows so many beds."""
    resolved = small("acute-collaboration", people=PEOPLE, room=0.9)
    [plan] = resolved.interventions
    adds = {"beds_lent_by_neighbour": by_neighbour, "beds_lent_to_neighbour": to_neighbour}
    plans = (replace(plan, adds=adds, teams=((plan.teams[0][0], 1.0),)),)
    return simulate(model_of(replace(resolved, interventions=plans)), SEED, 0, engine=engine)


def stays_in(result: RunResult, name: str) -> np.ndarray:
    """(stays,) which of them began in a setting."""
    return np.asarray((result.stays.setting == result.settings.names.index(name)) & (result.stays.started != NEVER))


def most_at_once(result: RunResult, name: str) -> int:
    """How many are in a setting at once, at most; who leaves goes before who comes."""
    rows = stays_in(result, name)
    ends = np.where(result.stays.ended[rows] == NEVER, result.calendar.horizon, result.stays.ended[rows])
    tick = np.concatenate([ends, result.stays.started[rows]])
    step = np.repeat([-1, 1], [rows.sum(), rows.sum()])
    return int(np.cumsum(step[np.lexsort((step, tick))]).max(initial=0))


def test_without_an_agreement_nobody_goes_to_the_other_hospital() -> None:
    """Each has its own patients, and the neighbour's beds are as full as is assumed."""
    nothing = run(0.0, 0.0)
    for name in ("bed_at_the_neighbour", "bed_for_the_neighbour"):
        assert not stays_in(nothing, name).any()
    assert stays_in(nothing, "neighbours_ward").sum() > 100


def test_people_go_to_the_other_hospital_as_long_as_it_lends_beds_and_has_one() -> None:
    """From the change on; never more at a time than agreed; from here only whoever was turned away here."""
    both = run(LENT, LENT)
    for name in ("bed_at_the_neighbour", "bed_for_the_neighbour"):
        rows = stays_in(both, name)
        assert rows.sum() > 20
        assert both.stays.started[rows].min() >= both.calendar.month_start[CHANGE]
        assert most_at_once(both, name) <= LENT
    stays, sent = both.stays, stays_in(both, "bed_at_the_neighbour")
    here = stays.setting == both.settings.names.index("acute_ward")
    turned_away = set(zip(stays.person[here & (stays.started == NEVER)].tolist(),
                          stays.ended[here & (stays.started == NEVER)].tolist(), strict=True))
    asked = zip(stays.person[sent].tolist(), stays.requested[sent].tolist(), strict=True)
    assert all(each in turned_away for each in asked)


def test_waits_for_a_bed_fall_where_beds_are_lent_and_rise_where_they_are_given() -> None:
    """Time between asking for an acute bed and having one, here or there."""
    def waited(result: RunResult) -> float:
        rows = stays_in(result, "acute_ward") | stays_in(result, "bed_at_the_neighbour")
        rows &= result.stays.requested >= result.calendar.month_start[CHANGE]
        return float((result.stays.started[rows] - result.stays.requested[rows]).sum())

    assert waited(run(LENT, 0.0)) < waited(run(0.0, 0.0)) < waited(run(0.0, LENT))


def test_both_engines_give_the_same_rows_and_nothing_differs_before_the_agreement() -> None:
    """Row for row; up to the change, those of two hospitals on their own."""
    both = run(LENT, LENT)
    assert differing_columns(both.stays, run(LENT, LENT, "simpy").stays) == []
    start = both.calendar.month_start[CHANGE]
    for column in ("person", "setting", "requested", "started", "ended"):
        mine, theirs = (getattr(each.stays, column)[each.stays.ended < start] for each in (both, run(0.0, 0.0)))
        assert np.array_equal(mine, theirs), column
