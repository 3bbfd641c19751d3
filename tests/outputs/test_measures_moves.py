"""How patients move, on a run whose moves can be counted on paper."""

from __future__ import annotations

import pytest

from outputs.measures.moves import patient_moves
from simulation.stays import Outcome
from tests.outputs.factory import RunBuilder, view_of


def test_moves_are_counted_once_from_home_to_home() -> None:
    """One attendance that ends in a ward and at home: three moves; another that goes straight home: two."""
    run = RunBuilder()
    run.person(1).person(2)
    run.attendance(1, "2016-05-01 10:00", "2016-05-01 13:00", need=1)
    run.admission(1, "2016-05-01 13:00", "2016-05-04 09:00", need=1)
    run.attendance(2, "2016-06-01 10:00", "2016-06-01 12:00", need=1)
    view = view_of(run)
    year = next(one for one in view.years if one.name == "2016/17")
    assert patient_moves(view, year) == pytest.approx({
        "home > type 1 A&E": 2.0, "type 1 A&E > hospital ward": 1.0, "type 1 A&E > home": 1.0,
        "hospital ward > home": 1.0,
    })
    before = next(one for one in view.years if one.name == "2015/16")
    assert patient_moves(view, before) == {}


def test_a_death_a_care_home_and_a_stay_still_open_end_where_they_end() -> None:
    """Who dies on the ward goes nowhere else; a care home's resident goes back there; an open stay has not left."""
    run = RunBuilder()
    run.person(1, left="2016-05-04", died_in="acute_ward").person(2).person(3).person(4)
    run.admission(1, "2016-05-01 13:00", "2016-05-04 00:00", outcome=Outcome.DIED)
    run.admission(2, "2016-05-01 13:00", "2016-05-03 09:00", care_home=True)
    run.admission(3, "2017-03-30 13:00", None)
    run.admission(4, "2016-07-01 13:00", "2016-07-09 09:00")
    run.stay(4, "residential_home", "2016-07-09 09:00", None)
    view = view_of(run)
    year = next(one for one in view.years if one.name == "2016/17")
    assert patient_moves(view, year) == pytest.approx({
        "home > hospital ward": 3.0, "hospital ward > died": 1.0, "care home > hospital ward": 1.0,
        "hospital ward > care home": 2.0,
    })
