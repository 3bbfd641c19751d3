"""What an intervention leans on, and whose score it has, counts from that one's first team until its money ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pytest

from scenarios.beside import (
    beside_each_other,
    chosen_in_words,
    has_score_on,
    leaning_in_words,
    strength_on,
    when_there,
)
from scenarios.build_teams import build_team, share_left_by_month, strength_by_month
from scenarios.resolve import resolve
from scenarios.resolved import Intervention
from simulation.calendar import build_calendar

START, NEXT, LATER, LAST = (date(2017 + year, 4, 1) for year in range(4))
CALENDAR = build_calendar(date(2016, 4, 1), date(2021, 4, 1))
FIRST_MONTH, MONTHS = 12, 60
SCORE_HALVES = {"tool": 0.5}


@lru_cache(maxsize=1)
def shipped() -> Intervention:
    """A service that chooses people by a risk score, from April 2017."""
    return replace(resolve("extensivist-teams").interventions[0], lag_months=0, fade_months=0)


def plan(name: str, *teams: tuple[date, float], ends: date | None = None, leans_on: Mapping[str, float] | None = None,
         score_from: str = "") -> Intervention:
    """A service with some teams."""
    selection = replace(shipped().selection, score_from=score_from)
    return replace(shipped(), id=name, teams=teams or ((START, 1.0),), funding_ends=ends,
                   works_less_without=leans_on or {}, selection=selection)


def beside(one: Intervention, *others: Intervention) -> Intervention:
    """The first as it is beside the others."""
    return beside_each_other([one, *others])[0]


def test_a_service_is_there_while_it_has_teams_and_money() -> None:
    """From its first team, however small, through gaps without one, to the end of its money at the latest."""
    assert when_there(plan("a", (START, 0.1), (NEXT, 2.0))) == ((START, None),)
    assert when_there(plan("a", (START, 0.0), (NEXT, 1.0), ends=LATER)) == ((NEXT, LATER),)
    assert when_there(plan("a", (START, 1.0), (NEXT, 0.0), (LATER, 1.0), ends=LAST)) == ((START, NEXT), (LATER, LAST))
    assert when_there(plan("a", (START, 1.0), (LATER, 2.0), ends=NEXT)) == ((START, NEXT),)
    assert when_there(plan("a", (START, 0.0))) == ()


@pytest.mark.parametrize(("tool", "before", "between", "after"), [
    (plan("tool"), 1.0, 1.0, 1.0),
    (plan("tool", (START, 0.0)), 0.5, 0.5, 0.5),
    (plan("tool", (NEXT, 0.1), (LAST, 1.0)), 0.5, 1.0, 1.0),
    (plan("tool", ends=LATER), 1.0, 1.0, 0.5),
    (plan("tool", (NEXT, 1.0), ends=LATER), 0.5, 1.0, 0.5),
], ids=["always there", "never", "later", "not for good", "only between"])
def test_what_one_leans_on_counts_in_the_months_in_which_it_is_there(
    tool: Intervention, before: float, between: float, after: float
) -> None:
    """And not from the start, nor after its money has ended."""
    leaning = beside(plan("leans", leans_on=SCORE_HALVES), tool)
    assert [strength_on(leaning, day) for day in (START, NEXT, LATER)] == [before, between, after]
    left = build_team(leaning, CALENDAR, 1, 0).strength_by_month[FIRST_MONTH:]
    assert left.tolist() == [before] * 12 + [between] * 12 + [after] * 24


def test_what_is_lost_without_several_multiplies() -> None:
    """Each counts for the months without it; what is there of no use to it changes nothing."""
    leaning = beside(plan("leans", leans_on={"tool": 0.5, "board": 0.2, "record": 0.1}), plan("tool", (NEXT, 1.0)),
                     plan("board", ends=LATER), plan("other"))
    assert [strength_on(leaning, day) for day in (START, NEXT, LATER)] == pytest.approx([0.45, 0.9, 0.72])


def test_what_fades_is_what_there_was_when_the_money_ended() -> None:
    """A programme that ends as a whole fades from its full effect, as if its enablers did not end with it."""
    leaning = replace(plan("leans", ends=LATER, leans_on=SCORE_HALVES), fade_months=6)
    ended = build_team(beside(leaning, plan("tool", ends=LATER)), CALENDAR, 1, 0).strength_by_month
    alone = build_team(replace(leaning, works_less_without={}), CALENDAR, 1, 0).strength_by_month
    assert np.array_equal(ended, alone)
    assert 0.0 < ended[FIRST_MONTH + 24] < 1.0


def test_a_service_that_leans_on_nothing_is_as_it_would_be_alone() -> None:
    """Bit for bit, whatever else there is."""
    one = replace(plan("one"), lag_months=5)
    some, other = (build_team(each, CALENDAR, 4, 2) for each in (one, beside(one, plan("tool", (NEXT, 1.0)))))
    assert np.array_equal(some.strength_by_month, other.strength_by_month)
    assert np.array_equal(some.strength_by_month, strength_by_month(one, MONTHS, FIRST_MONTH, MONTHS))
    assert np.array_equal(some.changes, other.changes)
    assert np.array_equal(share_left_by_month(one, CALENDAR, MONTHS), np.ones(MONTHS))


def test_people_are_chosen_by_a_score_only_while_whoever_gives_it_is_there() -> None:
    """At random before and after; a service with a score of its own, or for everyone, needs nobody."""
    tool = plan("tool", (NEXT, 1.0), ends=LATER)
    scored = beside(plan("scored", score_from="tool"), tool)
    by_risk = build_team(scored, CALENDAR, 1, 0).by_risk_in_month
    assert by_risk.tolist() == [False] * 24 + [True] * 12 + [False] * 24
    assert not build_team(beside(plan("scored", score_from="tool")), CALENDAR, 1, 0).by_risk_in_month.any()
    assert build_team(beside(plan("own"), tool), CALENDAR, 1, 0).by_risk_in_month.all()
    everyone = replace(shipped(), selection=replace(shipped().selection, method="everyone"))
    assert not has_score_on(everyone, START)


def test_words_say_from_when_a_score_is_there_and_what_is_left_of_effects() -> None:
    """Months are named only where something changes in them."""
    tool = plan("tool", (NEXT, 1.0), ends=LATER)
    some = beside(plan("some", score_from="tool", leans_on=SCORE_HALVES), tool)
    left = "50 % of the effects are left here, 100 % from Apr 2018, 50 % from Apr 2019"
    assert leaning_in_words(some) == f"tool -50 %: {left}"
    at_random = "chosen at random, since tool, which gives the risk score, is not there"
    words = chosen_in_words(some).split("; from ")
    assert words[0] == at_random
    assert words[1].startswith("Apr 2018 chosen by risk score, highest first")
    assert words[2] == f"Apr 2019 {at_random}"
    assert chosen_in_words(beside(some)) == at_random
    assert leaning_in_words(beside(some)) == "tool -50 %: 50 % of the effects are left here"
    assert "at random" not in chosen_in_words(beside(some, plan("tool")))
    ended = replace(some, funding_ends=NEXT)
    assert leaning_in_words(beside(ended, tool)) == "tool -50 %: 50 % of the effects are left here"


def test_a_preset_may_be_told_to_take_everyone() -> None:
    """Its line on whose score it was then means nothing."""
    found = resolve("north-west-london-pilot", overrides=["care-plans.chosen_by=everyone"])
    everyone = next(each for each in found.interventions if each.id == "care-plans")
    assert not has_score_on(everyone, everyone.starts)
    assert chosen_in_words(everyone) == "everyone who may join, until the teams are full"


def test_another_may_be_named_by_its_title_in_any_spelling() -> None:
    """An alias or another spelling is the service that it means."""
    spelt = "extensivist-teams.score_from=Risk stratification"
    found = resolve("extensivist-teams+risk-stratification", overrides=[spelt])
    plans = {each.id: each for each in found.interventions}
    assert plans["extensivist-teams"].selection.score_from == "risk-stratification"
    assert has_score_on(plans["extensivist-teams"], plans["extensivist-teams"].starts)
