"""Who may join a team stands somewhere: with it, done, not willing or waiting; drop-out, uptake, neighbours."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from outputs.measures.registry import measure
from outputs.measures.view import build_view
from outputs.prices import load_prices
from scenarios.resolved import WhoSpec
from simulation.calendar import SECONDS_PER_DAY
from simulation.standing import DONE, REFUSED, WAITING, WITH_TEAM
from simulation.stays import RunResult
from tests.simulation.small_place import differing_columns, model_of
from tests.simulation.test_joining import base, certain, effect, nothing, run, team

MANY = team(
    "many", caseload_per_team=150.0, who=WhoSpec(age_from=50), uptake=certain(0.6), uptake_ratio=certain(0.4),
    drop_out=certain(0.08), stays_months=12,
)
AT_ADMISSION = team("at-admission", joining="at admission", who=WhoSpec(age_from=65), uptake=certain(0.5),
                    stays_months=2, caseload_per_team=20.0)
TEAMS = (AT_ADMISSION, MANY)


@lru_cache(maxsize=1)
def both() -> RunResult:
    """A run with a team that asks people once and one that people join on admission."""
    return run(*TEAMS)


@pytest.mark.parametrize("number", range(len(TEAMS)), ids=lambda number: TEAMS[number].id)
def test_on_every_day_those_with_the_team_done_refusing_and_waiting_are_all_who_may_join(number: int) -> None:
    """Members counted from the log of who joined and left; the others from the last first of a month; none below 0."""
    result = both()
    log, people, starts = result.enrolments, result.residents, result.calendar.month_start
    own = log.team == number
    joined, left = log.joined[own], log.left[own]
    gone = people.left[np.searchsorted(people.person, log.person[own])] == left
    for tick in range(int(starts[12]), result.calendar.horizon, SECONDS_PER_DAY):
        month = int(np.searchsorted(starts, tick, side="right")) - 1
        first, last = (edge < starts[month] for edge in (joined, left))
        new, ended = ~first & (joined <= tick), ~last & (left <= tick)
        may_join = result.standing[month, number].sum() - (ended & gone).sum()
        now = result.standing[month, number].sum(axis=0)
        members = ((joined <= tick) & (left > tick)).sum()
        assert members == now[WITH_TEAM] + new.sum() - ended.sum()
        rest = now[DONE] + (ended & ~gone).sum() + now[REFUSED] + now[WAITING] - new.sum()
        assert members + rest == may_join
        assert now[WAITING] >= new.sum()


def test_the_measures_of_standing_add_up_over_a_year() -> None:
    """To the people who may join, and to the people with a team at a time, to a thousandth of a person."""
    resolved = replace(base(), interventions=TEAMS)
    view = build_view(both(), resolved, load_prices(resolved))
    period = view.years[-1]
    parts = [measure(name).values(view, period)
             for name in ("enrolled_people", "people_done", "people_refused", "people_waiting")]
    for plan in TEAMS:
        whole = measure("eligible_people").values(view, period)[plan.id]
        assert sum(part[plan.id] for part in parts) == pytest.approx(whole, abs=1e-3)
        assert whole > 50.0


def test_the_deprived_join_less_where_a_service_says_so() -> None:
    """0.4 of the share of the least deprived, to 4 standard errors of the counts; 60 % of all as stated."""
    everybody = team("willing", caseload_per_team=10_000.0, uptake=certain(0.6), uptake_ratio=certain(0.4))
    standing = run(everybody).standing[-1, 0]
    asked = standing.sum(axis=1)
    share = standing[:, WITH_TEAM] / asked
    stated = np.linspace(0.4, 1.0, 5) / 0.7 * 0.6
    assert (np.abs(share - stated) < 4.0 * np.sqrt(stated * (1.0 - stated) / asked) + 0.02).all()
    assert share[0] < share[-1]


def test_people_without_a_need_refuse_nothing() -> None:
    """Where the uptake is who needs a service, the same people join, and the others are not among those who may."""
    asked, needing = (
        run(team("needed", caseload_per_team=10_000.0, uptake=certain(0.3), others_have_no_need=only)).standing[:, 0]
        for only in (False, True)
    )
    assert np.array_equal(needing[..., WITH_TEAM], asked[..., WITH_TEAM])
    assert asked[-1, :, REFUSED].sum() > 1000
    assert needing[..., REFUSED].sum() == 0


def test_members_give_up_at_the_stated_rate_and_are_not_asked_again() -> None:
    """Memberships that end otherwise than by death, moving or the end, a member-month; nobody has two."""
    result = run(team("trying", caseload_per_team=400.0, drop_out=certain(0.10)))
    log, people = result.enrolments, result.residents
    gone = people.left[np.searchsorted(people.person, log.person)] == log.left
    gave_up = int((~gone & (log.left < result.calendar.horizon)).sum())
    months = (log.left - log.joined).sum() / (SECONDS_PER_DAY * 365.25 / 12.0)
    assert len(np.unique(log.person)) == len(log.person)
    expected = 0.10 * (months - 0.5 * len(log.person))
    assert abs(gave_up - expected) < 4.0 * np.sqrt(expected) + 0.02 * expected


def test_neighbours_feel_a_share_of_the_effect_and_nobody_else_does() -> None:
    """With a whole share of an effect that leaves nothing, no old person falls acutely ill; the young do as before."""
    plan = team("next-door", who=WhoSpec(age_from=60), caseload_per_team=20.0,
                effects=(effect("hazard.acute.upper", -1.0),), other_patients=certain(1.0))
    result, without = run(plan), nothing()
    model = model_of(replace(base(), interventions=(plan,)))
    change = int(model.calendar.month_start[model.first_change + 1])
    assert _admitted(result, change, old=True) == 0 < 10 < _admitted(without, change, old=True)
    young, as_before = (_admitted(each, change, old=False) for each in (result, without))
    assert abs(young - as_before) < 4.0 * np.sqrt(as_before)


def test_both_engines_agree_on_all_of_it() -> None:
    """Row for row, who was with whom, and where people stood."""
    plans = (*TEAMS, team("next-door", effects=(effect("hazard.acute.upper", -0.5),), other_patients=certain(0.5)))
    compiled, simpy = (run(*plans, engine=engine) for engine in ("compiled", "simpy"))
    assert differing_columns(compiled.stays, simpy.stays) == []
    assert np.array_equal(compiled.enrolments.left, simpy.enrolments.left)
    assert np.array_equal(compiled.standing, simpy.standing)


def _admitted(result: RunResult, after: int, *, old: bool) -> int:
    """Admissions with acute illness, of people of 65 and over or under 40, after a tick."""
    stays = result.stays
    beds = np.isin(stays.setting, result.settings.tags["emergency_bed"])
    bands = stays.age_band >= 4 if old else stays.age_band <= 2
    acute = stays.kind == result.settings.kinds.index("acute")
    return int((beds & acute & bands & (stays.started > after)).sum())
