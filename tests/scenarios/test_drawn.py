"""Which assumptions a run draws: the same names and numbers as the model that is built from them."""

from __future__ import annotations

import pytest

from scenarios import build_teams
from scenarios.assumption_draws import draw
from scenarios.drawn import drawn
from scenarios.resolve import resolve
from scenarios.resolved import RangeValue
from simulation.calendar import build_calendar


@pytest.mark.parametrize("name", ["extensivist-teams", "care-home-teams"])
def test_what_is_said_to_be_drawn_is_what_the_model_draws(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every uncertain value that building the teams of a run asks for, by its name, and no other."""
    scenario = resolve(name, place="england-average-25k")
    asked: dict[str, float] = {}

    def record(value: RangeValue, called: str, seed: int, replication: int) -> float:
        found = draw(value, called, seed, replication)
        if not value.is_certain:
            asked[called] = found
        return found

    monkeypatch.setattr(build_teams, "draw", record)
    calendar = build_calendar(scenario.window.burn_in_start, scenario.window.end)
    for intervention in scenario.interventions:
        build_teams.build_team(intervention, calendar, 3, 7)
    assert drawn(scenario, 3, 7) == asked
    assert len(asked) >= 4
