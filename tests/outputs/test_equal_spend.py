"""Equal spend: each option's teams made more or fewer until all cost the same a year."""

from __future__ import annotations

import pytest

from outputs.equal_spend import at_spend, smallest_spend_gbp, spend_a_year_gbp
from outputs.periods import Period, years
from scenarios.messages import BadInput
from scenarios.resolve import resolve_together
from scenarios.resolved import Resolved
from simulation.calendar import build_calendar

NAMES = ("do-nothing", "extensivist-teams", "care-home-teams")


@pytest.fixture(scope="module")
def options() -> list[Resolved]:
    """Doing nothing and two shipped plans."""
    return resolve_together(NAMES, place="england-average-25k")


@pytest.fixture(scope="module")
def until(options: list[Resolved]) -> Period:
    """The last year of their run."""
    window = options[0].window
    return years(build_calendar(window.burn_in_start, window.end), window.start, window.end)[-1]


def test_every_option_costs_the_same(options: list[Resolved], until: Period) -> None:
    """Set-up and staffed teams from the first day; nothing else about an option changes."""
    for one in options[1:]:
        found = at_spend(one, until, 50_000.0)
        assert spend_a_year_gbp(found.scenario, until) == pytest.approx(50_000.0)
        before, after = one.interventions[0], found.scenario.interventions[0]
        assert [teams for _, teams in after.teams] == pytest.approx([n * found.times for _, n in before.teams])
        assert (after.caseload_per_team, after.effects) == (before.caseload_per_team, before.effects)
        assert after.who == before.who


def test_the_spend_is_what_its_file_says(options: list[Resolved], until: Period) -> None:
    """The extensivist team by hand: 0.02 to 0.08 teams in four half-years and on, at £700,000 a team-year."""
    one = options[1]
    teams = [number for _, number in one.interventions[0].teams]
    team_years = 0.5 * sum(teams[:3]) + 1.5 * teams[3]
    cost = one.interventions[0].cost
    by_hand = (cost.set_up_gbp + 700_000.0 * team_years) / 3.0
    assert spend_a_year_gbp(one, until) == pytest.approx(by_hand, rel=1e-3)


def test_at_the_smallest_spend_nothing_is_made_larger(options: list[Resolved], until: Period) -> None:
    """One option stays as it is."""
    spend = smallest_spend_gbp(options[1:], until)
    times = [at_spend(one, until, spend).times for one in options[1:]]
    assert max(times) == pytest.approx(1.0)


def test_an_option_that_costs_nothing_cannot_be_scaled(options: list[Resolved], until: Period) -> None:
    """Doing nothing, or a plan without costs in its file: said before anything is run."""
    with pytest.raises(BadInput, match="costs nothing"):
        at_spend(options[0], until, 50_000.0)
