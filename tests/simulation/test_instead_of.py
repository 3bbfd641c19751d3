"""A service that is there instead of another: nobody has both, and who leaves it may have the other again."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from scenarios.resolved import EffectSpec, Intervention, RangeValue, Resolved, WhoSpec
from simulation.caseloads import in_turn
from simulation.run import simulate, simulate_together
from simulation.standing import STANDINGS
from simulation.stays import RunResult
from tests.simulation.small_place import differing_columns, model_of, small

CERTAIN = RangeValue(-0.3, -0.3, -0.3, "share")
WITH_TEAM = STANDINGS.index("with the team")


@lru_cache(maxsize=1)
def base() -> Resolved:
    """A small place with one team from April 2017."""
    return small("extensivist-teams", people=1500, room=3.0)


def team(name: str, people: float, starts: int, **changes: object) -> Intervention:
    """A team for those aged 60 and over with the highest scores, from one of the dates of the shipped one."""
    plan = base().interventions[0]
    some = replace(
        plan, id=name, teams=((plan.teams[starts][0], 1.0),), who=WhoSpec(age_from=60), caseload_per_team=people,
        effects=(EffectSpec("acute crises", ("hazard.acute.upper",), 0, None, CERTAIN),), instead_of=())
    return replace(some, **changes)  # type: ignore[arg-type]


MEETINGS = team("meetings", 120.0, 0)
OWN_TEAM = team("own-team", 40.0, 2, stays_months=5, instead_of=("meetings",))


def run(*plans: Intervention, engine: str = "compiled") -> RunResult:
    """A run with these teams."""
    return simulate(model_of(replace(base(), interventions=plans)), 5, 0, engine=engine)


@lru_cache(maxsize=2)
def both(engine: str = "compiled") -> RunResult:
    """Both services, the one that is there instead of the other named first."""
    return run(MEETINGS, OWN_TEAM, engine=engine)


def spans(result: RunResult, number: int) -> list[tuple[int, int, int]]:
    """Person, tick of joining and tick of leaving of each membership of a team."""
    found = result.enrolments
    rows = found.team == number
    return list(zip(found.person[rows].tolist(), found.joined[rows].tolist(), found.left[rows].tolist(), strict=True))


def test_nobody_has_both_for_a_second() -> None:
    """Who joins one leaves the other in the same second; without that rule most of its people would have both."""
    meetings, own = spans(both(), 0), spans(both(), 1)
    at_once = [(one, other) for one in own for other in meetings
               if one[0] == other[0] and max(one[1], other[1]) < min(one[2], other[2])]
    assert at_once == []
    handed_over = {(person, joined) for person, joined, _ in own} & {(person, left) for person, _, left in meetings}
    assert len(handed_over) > 10
    free = run(MEETINGS, replace(OWN_TEAM, instead_of=()))
    together = {person for person, joined, left in spans(free, 1) for other, begins, ends in spans(free, 0)
                if person == other and max(joined, begins) < min(left, ends)}
    assert len(together) > 10


def test_who_leaves_it_may_have_the_other_again() -> None:
    """After five months with their own team, people are taken back by the meetings."""
    ended = {person: left for person, _, left in spans(both(), 1)}
    again = [person for person, joined, _ in spans(both(), 0) if person in ended and joined >= ended[person]]
    assert len(again) > 5


def test_their_places_go_to_others() -> None:
    """Places that people leave are taken a month later: of two months in a row, one has the meetings full."""
    model = model_of(replace(base(), interventions=(MEETINGS,)))
    month = slice(model.first_change + 14, None)
    filled = both().standing[month, 0, :, WITH_TEAM].sum(axis=1)
    assert filled.min() < 0.8 * MEETINGS.caseload_per_team
    assert np.maximum(filled[1:], filled[:-1]).min() >= 0.95 * MEETINGS.caseload_per_team


def test_who_joins_at_an_event_leaves_the_other_on_the_first() -> None:
    """Both for the rest of a month at most, on both engines."""
    at_ae = replace(OWN_TEAM, joining="at A&E", caseload_per_team=60.0)
    one, other = (run(MEETINGS, at_ae, engine=engine) for engine in ("compiled", "simpy"))
    assert differing_columns(one.stays, other.stays) == []
    meetings = spans(one, 0)
    ends = [min(left, other_left) for person, joined, left in spans(one, 1) for whose, begins, other_left in meetings
            if person == whose and max(joined, begins) < min(left, other_left)]
    assert len(ends) > 5
    firsts = set(one.calendar.month_start.tolist())
    died = {left for person, left in zip(one.residents.person, one.residents.left, strict=True)}
    assert all(tick in firsts or tick in died for tick in ends)


def test_both_engines_and_a_shared_past_give_the_same_rows() -> None:
    """Row for row, and who was with whom."""
    simpy = both("simpy")
    assert differing_columns(both().stays, simpy.stays) == []
    models = [model_of(replace(base(), interventions=plans)) for plans in ((), (MEETINGS, OWN_TEAM))]
    shared = simulate_together(models, 5, 0, lambda _, result: result)[1]
    assert differing_columns(both().stays, shared.stays) == []
    for column in ("person", "team", "joined", "left"):
        for other in (simpy, shared):
            assert np.array_equal(getattr(both().enrolments, column), getattr(other.enrolments, column)), column


def test_the_order_in_which_they_are_declared_does_not_matter() -> None:
    """The same memberships, whichever is named first."""
    turned = run(OWN_TEAM, MEETINGS)
    assert sorted(spans(turned, 0)) == sorted(spans(both(), 1))
    assert sorted(spans(turned, 1)) == sorted(spans(both(), 0))


def test_services_cannot_be_there_instead_of_each_other() -> None:
    """Nobody could say who leaves which."""
    with pytest.raises(ValueError, match="meetings, own-team are there instead of each other"):
        run(replace(MEETINGS, instead_of=("own-team",)), OWN_TEAM)
    assert in_turn(()) == ()
