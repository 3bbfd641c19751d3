"""What a driver is told of a run, and how well a study's figures are known by that."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from outputs.headline import HEADLINE, Target, Watched, headline

ADMISSIONS, GROWTH, BEDS, NET_COST = HEADLINE


def watched(has_reference: bool = True) -> Watched:
    """Two scenarios, three years."""
    return Watched(("nothing", "plan"), has_reference, "2018/19", ("2017/18", "2018/19", "2019/20"))


def test_a_run_is_told_by_year_for_the_whole_place() -> None:
    """No months, no parts of the place, none of the rows that carry arrays."""
    year, month = "2018/19", "2018-04"
    rows = [("a", year, "all", 1.0), ("a", month, "all", 2.0), ("a", year, "85+", 3.0), ("_b", "", "all", 4.0)]
    table = pd.DataFrame(rows, columns=["measure", "period", "stratum", "value"])
    assert headline(table) == {"a@2018/19": 1.0}


def test_differences_are_of_the_same_run() -> None:
    """Whatever the order in which runs finish; the allowed half-width follows the reference's mean."""
    seen = watched()
    for run, plan in ((2, 120.0), (1, 90.0)):
        seen.take("plan", run, {f"{ADMISSIONS}@2018/19": plan})
        seen.take("nothing", run, {f"{ADMISSIONS}@2018/19": 100.0 * run})
    series, allowed = seen.series([Target(ADMISSIONS, 0.01, relative=True)], 2)
    assert series.tolist() == [[-10.0, -80.0]]
    assert allowed.tolist() == [[1.0, 1.5]]
    assert seen.complete_runs() == 2


def test_growth_that_is_not_known_yet_is_that_of_the_first_later_year() -> None:
    """As in the tables."""
    seen = watched(has_reference=False)
    for name in ("nothing", "plan"):
        seen.take(name, 1, {f"{GROWTH}@2019/20": 2.5})
    series, _ = seen.series([Target(GROWTH, 0.1, relative=False)], 1)
    assert series.tolist() == [[2.5], [2.5]]


def test_a_run_that_is_not_there_has_no_number() -> None:
    """And is no difference."""
    seen = watched()
    seen.take("nothing", 1, {f"{BEDS}@2018/19": 10.0})
    series, _ = seen.series([Target(BEDS, 1.0, relative=False)], 2)
    assert np.isnan(series).all()
    assert seen.complete_runs() == 0
    assert seen.differences(ADMISSIONS).shape == (1, 0)
    assert math.isnan(watched().series([Target(NET_COST, 0.1, relative=True)], 1)[1][0, 0])


@pytest.mark.parametrize("measure", HEADLINE)
def test_the_first_screen_can_be_watched(measure: str) -> None:
    """Each is a measure that exists."""
    assert measure in watched().measures
