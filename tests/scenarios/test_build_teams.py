"""Promises about turning interventions into teams."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from scenarios.build_teams import build_team, effects_by_band, places_by_month, strength_by_month
from scenarios.resolve import resolve
from scenarios.resolved import EffectSpec, Intervention, RangeValue
from simulation.calendar import build_calendar
from simulation.factors import VALUES, check_bounds

CALENDAR = build_calendar(date(2016, 4, 1), date(2020, 4, 1))
ACUTE = VALUES.index("hazard.acute.upper")


def shipped() -> Intervention:
    """The first shipped team."""
    return resolve("extensivist-teams").interventions[0]


def effect(first: int, last: int | None, change: float) -> EffectSpec:
    """A certain change to acute crises in a band of months."""
    return EffectSpec("acute", ("hazard.acute.upper",), first, last, RangeValue(change, change, change))


def test_effects_fall_into_bands_of_whole_months() -> None:
    """Bands begin where an effect begins or ends; effects at one time multiply."""
    several = replace(shipped(), effects=(effect(0, 12, 0.1), effect(6, None, -0.5), effect(12, 24, 0.2)))
    edges, changes = effects_by_band(several, 1, 0)
    assert edges.tolist() == [0, 6, 12, 24]
    assert changes[:, ACUTE] == pytest.approx([0.1, 1.1 * 0.5 - 1, 0.5 * 1.2 - 1, -0.5])
    assert changes[:, VALUES.index("stay.nights")].tolist() == [0, 0, 0, 0]


def test_places_follow_the_staffed_teams() -> None:
    """From the first of each month, in whole people."""
    team = replace(shipped(), teams=((date(2017, 4, 1), 0.5), (date(2018, 4, 1), 2.0)), caseload_per_team=401.0)
    places = places_by_month(team, CALENDAR)
    assert [places[month] for month in (0, 11, 12, 23, 24, 47)] == [0, 0, 200, 200, 802, 802]


def test_effects_grow_over_the_lag_and_fade_when_funding_ends() -> None:
    """Evenly; without lag and fade, at once."""
    sudden = strength_by_month(replace(shipped(), lag_months=0, fade_months=0), 8, 2, 5)
    slow = strength_by_month(replace(shipped(), lag_months=2, fade_months=2), 8, 2, 5)
    assert sudden.tolist() == [0, 0, 1, 1, 1, 0, 0, 0]
    assert slow.tolist() == [0, 0, 0, 0.5, 1, 0.75, 0.25, 0]


def test_a_team_without_places_or_funding_never_opens() -> None:
    """Its first month is its last."""
    team = build_team(replace(shipped(), caseload_per_team=0.0), CALENDAR, 1, 0)
    assert team.first_month == CALENDAR.months
    ended = build_team(replace(shipped(), funding_ends=date(2016, 6, 1)), CALENDAR, 1, 0)
    assert ended.first_month == ended.end_month == 2


def test_draws_are_the_same_whatever_else_a_scenario_holds() -> None:
    """They depend on the intervention, its value, the seed and the run."""
    alone = resolve("extensivist-teams").interventions[0]
    among = {each.id: each for each in resolve("extensivist-teams+care-home-teams").interventions}[alone.id]
    some, other = (build_team(each, CALENDAR, 4, 2) for each in (alone, among))
    assert np.array_equal(some.changes, other.changes)
    assert (some.accuracy, some.short_end_share, some.number) == (other.accuracy, other.short_end_share, other.number)
    assert not np.array_equal(some.changes, build_team(alone, CALENDAR, 4, 3).changes)


def test_no_draw_makes_needs_negative() -> None:
    """However unlucky, in 200 runs of a wide range; the short-end share gives way."""
    wide = EffectSpec("acute", ("hazard.acute.upper",), 0, None, RangeValue(-0.3, -0.55, 0.0))
    team = replace(shipped(), effects=(wide,), short_end_share=RangeValue(0.8, 0.5, 0.95, "share"))
    for run in range(200):
        check_bounds(build_team(team, CALENDAR, 1, run))
