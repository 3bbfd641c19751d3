"""Changes from the command line."""

from __future__ import annotations

from datetime import date

import pytest

from scenarios.messages import BadInput
from scenarios.resolve import resolve, resolve_together
from scenarios.resolved import Intervention

TEAMS = "extensivist-teams"


def changed(*overrides: str) -> Intervention:
    """The extensivist teams with some of their values set."""
    return resolve(TEAMS, overrides=[f"{TEAMS}.{override}" for override in overrides]).interventions[0]


def test_teams_set_on_a_dated_map_are_a_constant_from_its_first_date() -> None:
    """The ramp is replaced, its first date kept; the number is for the place, not per 100,000."""
    assert changed("teams=3").teams == ((date(2017, 4, 1), 3.0),)
    assert changed("teams_per_100000=2").teams == ((date(2017, 4, 1), 5.0),)


def test_an_effect_is_set_by_its_name_with_or_without_its_group() -> None:
    """The other effects stay as they are."""
    phrase = "acute crises, after month 12"
    for name in (phrase, f"effects.{phrase}", "Acute-crises, after month 12"):
        effects = {effect.phrase: effect.change.best for effect in changed(f"{name}=-10 %").effects}
        assert effects["acute crises, after month 12"] == -0.10
        assert effects["acute crises, months 1-12"] == 0.12


@pytest.mark.parametrize("name", ["cost.running", "running"])
def test_a_cost_is_set_by_its_name_with_or_without_its_group(name: str) -> None:
    """The other costs stay as they are."""
    cost = changed(f"{name}=£600,000 a year per team").cost
    assert (cost.running_gbp_per_team_year, cost.set_up_gbp) == (600_000.0, 250_000.0)


def test_effects_are_switched_off_together_or_one_by_one() -> None:
    """None at all, or all but one."""
    assert changed("effects=none").effects == ()
    assert [effect.phrase for effect in changed("length of stay=off").effects] == [
        "acute crises, months 1-12", "acute crises, after month 12", "GP visits"]


def test_later_overrides_win() -> None:
    """As on any command line."""
    assert changed("caseload=300", "caseload=200").caseload_per_team == 200.0


def test_an_override_says_where_a_value_is_from() -> None:
    """The origin is the option as typed."""
    origins = resolve(TEAMS, overrides=[f"{TEAMS}.caseload=300"]).origins
    assert str(origins[f"{TEAMS}.caseload"]) == f'--set "{TEAMS}.caseload=300"'


def test_a_changed_number_no_longer_rests_on_the_shipped_source() -> None:
    """The effect had a source; another number in its place has none."""
    assert "acute crises, months 1-12" not in changed().assumptions
    plan = changed("acute crises, months 1-12=+5 %")
    assert "acute crises, months 1-12" in plan.assumptions
    assert "acute_crises,_months_1_12" not in plan.sources


def test_dates_and_place_may_be_set() -> None:
    """The scenario's own keys."""
    found = resolve(TEAMS, overrides=["run=April 2016 to March 2021", "starts=Oct 2017", "place=england-average-25k"])
    assert (found.window.start, found.window.end, found.window.change) == (
        date(2016, 4, 1), date(2021, 4, 1), date(2017, 10, 1))
    assert found.place.id == "england-average-25k"


@pytest.mark.parametrize(
    "name", ["discharge_delay.reported_share [all]", "discharge_delay.reported_share", "Discharge delay.reported share"]
)
def test_an_assumption_is_set_by_its_name(name: str) -> None:
    """The stratum may be left out when there is only one."""
    assert resolve(TEAMS, overrides=[f"{name}=0.5"]).settings == {"discharge_delay.reported_share [all]": 0.5}


def test_a_name_with_an_equals_sign_is_read_to_the_last_one() -> None:
    """Some strata explain themselves with "1=most deprived"."""
    name = "gp_visits_age_standardised_gradient [IMD quintile 1 (1=most deprived)]"
    assert resolve("do-nothing", overrides=[f"{name}=4"]).settings == {name: 4.0}


def test_among_scenarios_an_override_goes_to_those_that_have_it() -> None:
    """Do-nothing beside a plan has no teams to change."""
    nothing, teams = resolve_together(["do-nothing", TEAMS], overrides=[f"{TEAMS}.caseload=300"])
    assert nothing.interventions == ()
    assert teams.interventions[0].caseload_per_team == 300.0
    with pytest.raises(BadInput, match="not used by the scenario"):
        resolve_together(["do-nothing", "care-home-teams"], overrides=[f"{TEAMS}.caseload=300"])


def test_an_assumption_set_among_scenarios_holds_for_all() -> None:
    """Otherwise the comparison would be of assumptions."""
    found = resolve_together(["do-nothing", TEAMS], overrides=["discharge_delay.reported_share=0.5"])
    assert [scenario.settings for scenario in found] == [{"discharge_delay.reported_share [all]": 0.5}] * 2
