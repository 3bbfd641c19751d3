"""Residential and nursing homes: teams for one kind, and effects that differ between them; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import numpy as np
import pytest

from scenarios.kinds_of_homes import split_places
from scenarios.resolved import EffectSpec, Intervention, Resolved, WhoSpec
from simulation.run import simulate
from simulation.stays import RunResult
from tests.simulation.small_place import differing_columns, model_of, small
from tests.simulation.test_joining import certain

PEOPLE = 600


@lru_cache(maxsize=1)
def base() -> Resolved:
    """Six hundred people, nearly all of 80 and over, many in care homes; with beds and homes enough for all."""
    resolved = small("care-home-teams", people=PEOPLE, room=30.0)
    weighted = [replace(cell, people=cell.people * (1.0 if cell.age_from >= 80 else 0.002))
                for cell in resolved.place.population]
    share = PEOPLE / sum(cell.people for cell in weighted)
    cells = tuple(replace(cell, people=cell.people * share) for cell in weighted)
    return replace(resolved, place=replace(resolved.place, population=cells, bed_people=None))


def team(**changes: object) -> Intervention:
    """The care-home teams with what is changed, and room for everybody."""
    plan = base().interventions[0]
    first = plan.teams[0][0]
    plain = replace(plan, teams=((first, 1.0),), lag_months=0, short_end_share=certain(0.0))
    return replace(plain, **changes)  # type: ignore[arg-type]


def run(*plans: Intervention, engine: str = "compiled") -> RunResult:
    """A run with some teams."""
    return simulate(model_of(replace(base(), interventions=plans)), 5, 0, engine=engine)


@lru_cache(maxsize=1)
def nothing() -> RunResult:
    """The run without a team."""
    return run()


def home_of(result: RunResult) -> dict[int, str]:
    """The kind of care home in which each person who lives in one does."""
    stays, tags = result.stays, result.settings.tags
    return {
        int(person): kind for kind in ("residential_home", "nursing_home")
        for person in stays.person[np.isin(stays.setting, tags[kind]) & (stays.started >= 0)]
    }


def test_a_place_has_its_own_mix_of_homes() -> None:
    """In a place of 16 % about so many live in residential homes, whoever comes; in England's half do."""
    place = replace(base().place, residential_share=0.16, services=split_places(base().place.services, 0.16))
    mostly_nursing = simulate(model_of(replace(base(), interventions=(), place=place)), 5, 0)
    kinds = [list(home_of(result).values()) for result in (mostly_nursing, nothing())]
    share, usual = (each.count("residential_home") / len(each) for each in kinds)
    assert min(len(each) for each in kinds) > 50
    assert 0.05 < share < 0.27
    assert 0.35 < usual < 0.65


def only_in(home: str) -> tuple[EffectSpec, ...]:
    """No needs bad enough to be admitted in one kind of home, and the usual ones in the other."""
    values = next(effect.values for effect in base().interventions[0].effects if effect.phrase.startswith("all crises"))
    return (EffectSpec(f"all crises in {home}s", values, 0, None, certain(-1.0), home),)


@pytest.mark.parametrize("home", ["residential home", "nursing home"])
def test_an_effect_in_one_kind_of_home_leaves_the_other_as_it_was(home: str) -> None:
    """Nobody of the one kind is admitted after a month with the team; those of the other are, as often as ever."""
    result, without = run(team(effects=only_in(home))), nothing()
    begin = int(result.calendar.month_start[26])
    own, other = (home.replace(" ", "_"), "nursing_home" if home.startswith("res") else "residential_home")
    assert _admissions(result, own, begin) == 0 < 8 < _admissions(without, own, begin)
    as_ever = _admissions(without, other, begin)
    assert abs(_admissions(result, other, begin) - as_ever) < 4.0 * np.sqrt(as_ever)


@pytest.mark.parametrize("home", ["residential home", "nursing home"])
def test_a_team_for_one_kind_of_home_looks_after_nobody_else(home: str) -> None:
    """Every member lives in such a home, and most who do are members."""
    who = WhoSpec(residence=home)  # type: ignore[arg-type]
    result = run(team(who=who, effects=()))
    homes = home_of(result)
    members = set(result.enrolments.person.tolist())
    assert len(members) > 15
    assert {homes[person] for person in members} == {home.replace(" ", "_")}


def test_both_engines_agree_on_kinds_of_homes() -> None:
    """Row for row, who was with the team, and where people stood; with a team without effects as with nobody."""
    shipped = base().interventions[0]
    window = replace(base().window, end=date(2017, 10, 1))
    model = model_of(replace(base(), window=window, interventions=(shipped,)))
    compiled, simpy = (simulate(model, 5, 0, engine=engine) for engine in ("compiled", "simpy"))
    assert differing_columns(compiled.stays, simpy.stays) == []
    assert np.array_equal(compiled.enrolments.joined, simpy.enrolments.joined)
    assert np.array_equal(compiled.standing, simpy.standing)
    none = tuple(replace(effect, change=certain(0.0)) for effect in shipped.effects)
    assert differing_columns(run(replace(shipped, effects=none)).stays, nothing().stays) == []


def _admissions(result: RunResult, home: str, after: int) -> int:
    """Admissions after a tick of people who moved into one kind of home before the team began."""
    stays, tags = result.stays, result.settings.tags
    lives = np.isin(stays.setting, tags[home]) & (stays.started >= 0)
    early = stays.person[lives & (stays.started < result.calendar.month_start[24])]
    beds = np.isin(stays.setting, tags["emergency_bed"]) & (stays.started > after)
    return int(np.isin(stays.person[beds], early).sum())
