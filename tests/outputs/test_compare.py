"""Runs become findings: paired differences, the reported period, the people reached."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from outputs.compare import NotComparable, compare
from outputs.measures.reducing import AdmissionTimes, TimeWithTeams
from outputs.ranges import NO_CLEAR_DIFFERENCE
from scenarios.resolved import Joining, Resolved
from simulation.calendar import build_calendar
from tests.outputs.factory import days, intervention, resolved
from tests.outputs.studies import CHANGE, END, START, Values, do_nothing, study, tables, with_team

ADMISSIONS = "emergency_admissions"
EIGHT = (100.0, 110.0, 120.0, 130.0, 140.0, 150.0, 160.0, 170.0)
"""Admissions in eight runs, far apart from run to run."""
CALENDAR = build_calendar(START, END)


def test_differences_are_paired_by_run() -> None:
    """Runs vary by 70 from one to another, yet each scenario run is exactly 5 below its own reference run."""
    found = study({ADMISSIONS: EIGHT}, {ADMISSIONS: [value - 5 for value in EIGHT]})
    difference = found.difference("a-team", ADMISSIONS)
    assert difference is not None
    assert (difference.mean, difference.low, difference.high, difference.simulation_error) == (-5, -5, -5, 0)
    assert found.verdict("a-team", ADMISSIONS) == "lower (9 in 10)"


def test_runs_pair_by_number_whatever_their_order_in_the_table() -> None:
    """The rows of a study may come in any order."""
    frames = [tables("do-nothing", {ADMISSIONS: EIGHT}), tables("a-team", {ADMISSIONS: [v - 5 for v in EIGHT]})]
    runs = pd.concat(frames, ignore_index=True).sample(frac=1.0, random_state=3)
    found = compare(runs, [with_team(), do_nothing()], reference="do-nothing")
    assert [one.id for one in found.scenarios] == ["do-nothing", "a-team"]
    assert found.differences["mean"].unique().tolist() == [-5.0]


def test_identical_runs_have_no_difference_anywhere() -> None:
    """A scenario that does nothing differs in nothing, and says so."""
    values: Values = {ADMISSIONS: EIGHT, "zero_day_share": np.linspace(0.3, 0.4, 8), "net_cost_gbp": np.arange(8.0)}
    found = study(values, values)
    numbers = found.differences[["mean", "low", "high", "simulation_error"]].to_numpy()
    assert (numbers == 0.0).all()
    assert set(found.differences["verdict"]) == {NO_CLEAR_DIFFERENCE}


def test_a_difference_is_the_difference_of_the_levels() -> None:
    """Of means, over the same runs."""
    draws = np.random.default_rng(1)
    found = study({ADMISSIONS: draws.normal(100, 9, 8)}, {ADMISSIONS: draws.normal(90, 9, 8)})
    levels = [found.level(name, ADMISSIONS) for name in ("do-nothing", "a-team")]
    difference = found.difference("a-team", ADMISSIONS)
    assert difference is not None
    assert all(level is not None for level in levels)
    assert difference.mean == pytest.approx(levels[1].mean - levels[0].mean)  # type: ignore[union-attr]


def test_the_last_programme_year_is_reported_by_default() -> None:
    """The study runs to March 2020."""
    found = study({ADMISSIONS: EIGHT}, {ADMISSIONS: EIGHT})
    assert (found.period.name, found.base.name) == ("2019/20", "2016/17")


def test_years_after_funding_ends_are_not_the_last_programme_year() -> None:
    """Funding ends in April 2019: 2018/19 is the last."""
    plan = intervention(teams=((CHANGE, 1.0),), funding_ends=date(2019, 4, 1))
    short = resolved(scenario="a-team", start=START, end=END, change=CHANGE, interventions=(plan,))
    runs = pd.concat([tables("do-nothing", {ADMISSIONS: EIGHT}), tables("a-team", {ADMISSIONS: EIGHT})])
    assert compare(runs, [do_nothing(), short], "do-nothing").period.name == "2018/19"


def test_doing_nothing_alone_is_reported_for_the_year_of_the_place() -> None:
    """Levels of the base year, no differences."""
    found = compare(tables("do-nothing", {ADMISSIONS: EIGHT}), [do_nothing()])
    assert found.period.name == do_nothing().place.year
    assert found.differences.empty
    assert found.reached.empty


def test_growth_is_reported_over_three_years_or_more_whatever_the_period() -> None:
    """The period is the base year itself, growth goes to 2019/20, and each says so."""
    found = compare(tables("do-nothing", {"emergency_admission_growth_percent": EIGHT}), [do_nothing()])
    assert found.growth_period is not None
    assert found.growth_period.name == "2019/20"
    level = found.level("do-nothing", "emergency_admission_growth_percent")
    assert level is not None
    assert level.mean == np.mean(EIGHT)


def test_a_year_may_be_asked_for() -> None:
    """By its name; one that the study does not have is refused, naming those that it has."""
    assert study({ADMISSIONS: EIGHT}, {ADMISSIONS: EIGHT}, period="2018/19").period.name == "2018/19"
    with pytest.raises(NotComparable, match=r'no year "2031/32".*2014/15'):
        study({ADMISSIONS: EIGHT}, {ADMISSIONS: EIGHT}, period="2031/32")


def elsewhere(scenario: Resolved) -> Resolved:
    """The same scenario in another place."""
    return dataclasses.replace(scenario, place=dataclasses.replace(scenario.place, id="elsewhere"))


def test_scenarios_of_different_places_are_not_compared() -> None:
    """They have different people: nothing can be paired."""
    runs = pd.concat([tables("do-nothing", {ADMISSIONS: EIGHT}), tables("a-team", {ADMISSIONS: EIGHT})])
    with pytest.raises(NotComparable, match=r"cannot be compared: their place differs \(small-place; elsewhere\)"):
        compare(runs, [do_nothing(), elsewhere(with_team())], "do-nothing")


@pytest.mark.parametrize(("changed", "reason"), [
    ({"end": date(2019, 4, 1)}, r"their dates differ \(Apr 2014-Mar 2020.*Apr 2014-Mar 2019"),
    ({"change": date(2018, 4, 1)}, r"start of the change differs \(Apr 2017; Apr 2018\)"),
    ({"price_year": "2017/18"}, r"price year differs \(2016/17; 2017/18\)"),
])
def test_windows_are_never_compared_unlike_for_unlike(changed: dict[str, Any], reason: str) -> None:
    """Other dates, another day of change or other money: refused, with what differs."""
    runs = pd.concat([tables("do-nothing", {ADMISSIONS: EIGHT}), tables("a-team", {ADMISSIONS: EIGHT})])
    facts = {"start": START, "end": END, "change": CHANGE, **changed}
    with pytest.raises(NotComparable, match=reason):
        compare(runs, [do_nothing(), resolved(scenario="a-team", **facts)], "do-nothing")


def test_scenarios_with_different_runs_are_not_compared() -> None:
    """A run is missing."""
    runs = pd.concat([tables("do-nothing", {ADMISSIONS: EIGHT}), tables("a-team", {ADMISSIONS: EIGHT[:7]})])
    with pytest.raises(NotComparable, match="a-team does not have the same runs as do-nothing"):
        compare(runs, [do_nothing(), with_team()], "do-nothing")


def test_a_reference_that_was_not_run_is_refused() -> None:
    """Named in the message."""
    with pytest.raises(NotComparable, match="baseline is not among the scenarios"):
        compare(tables("do-nothing", {ADMISSIONS: EIGHT}), [do_nothing()], "baseline")


def reached_study(runs: int = 2) -> pd.DataFrame:
    """Ten people with a team from April 2018, ill twice before joining; half as often after, with it and without it."""
    joined = CALENDAR.tick_of(date(2018, 4, 1))
    in_2019 = CALENDAR.tick_of(date(2019, 6, 1))
    before = [(p, joined - days(d)) for p in range(10) for d in (30, 200)]
    after = [(p, joined + days(100)) for p in range(10)]
    later = [(p, in_2019 + days(p)) for p in range(10)]
    others = [(p, in_2019) for p in range(20, 110)]
    without = sorted(before + after + later + others)
    helped = sorted(before + after + later[:8] + others)
    people = np.array([(p, 0, joined, CALENDAR.horizon, 0, CALENDAR.horizon, 0) for p in range(10)], np.int64)
    frames = [
        tables("do-nothing", {ADMISSIONS: [100.0] * runs}, admissions=AdmissionTimes(*np.array(without).T)),
        tables(
            "a-team", {ADMISSIONS: [98.0] * runs, "enrolled_people|a-team": [10.0] * runs},
            admissions=AdmissionTimes(*np.array(helped).T), teams=TimeWithTeams(*people.T),
        ),
    ]
    return pd.concat(frames, ignore_index=True)


def test_people_reached_have_a_true_effect_a_claim_and_a_ceiling() -> None:
    """In 2019/20 8 admissions instead of 10: -20 %. After joining 10 instead of 20 before: -50 %, as without the team.

    They have 10 of the area's 100 admissions: the most the team could do is -10 %.
    """
    found = compare(reached_study(), [do_nothing(), with_team()], "do-nothing")
    row = found.reached.to_dict("records")[0]
    assert (row["scenario"], row["team"]) == ("a-team", "a-team")
    assert (row["people_at_a_time"], row["people_followed"]) == (10, 10)
    assert row["true_effect"] == pytest.approx(-0.2)
    assert row["before_and_after"] == pytest.approx(-0.5)
    assert row["true_effect_first_year"] == pytest.approx(0.0)
    assert row["ceiling"] == pytest.approx(-0.1)


@pytest.mark.parametrize(("joining", "is_told"), [("month by month", True), ("at A&E", True), ("at admission", False),
                                                   ("at discharge", False)])
def test_no_true_effect_is_told_of_a_service_that_people_join_in_hospital(joining: Joining, is_told: bool) -> None:
    """Its people's own admission would be counted in one of the runs; what an evaluation would claim is still said."""
    plan = with_team()
    joined = tuple(dataclasses.replace(one, joining=joining) for one in plan.interventions)
    plan = dataclasses.replace(plan, interventions=joined)
    row = compare(reached_study(), [do_nothing(), plan], "do-nothing").reached.to_dict("records")[0]
    for name in ("true_effect", "true_effect_low", "true_effect_first_year", "ceiling"):
        assert math.isnan(row[name]) != is_told, name
    assert row["before_and_after"] == pytest.approx(-0.5)


def test_the_effect_on_the_area_is_the_ceiling_times_the_true_effect() -> None:
    """-10 % of -20 %: the whole area has 2 % fewer admissions, as its counts say."""
    found = compare(reached_study(), [do_nothing(), with_team()], "do-nothing")
    row = found.reached.to_dict("records")[0]
    difference, level = found.difference("a-team", ADMISSIONS), found.level("do-nothing", ADMISSIONS)
    assert difference is not None
    assert level is not None
    assert difference.mean / level.mean == pytest.approx(-row["ceiling"] * row["true_effect"])
