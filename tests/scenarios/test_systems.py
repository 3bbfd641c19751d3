"""Every system that the founding texts name, as data."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from scenarios.added_places import added_by_month
from scenarios.assumption_draws import draw
from scenarios.beside import has_score_on, strength_on
from scenarios.build_model import build
from scenarios.build_network import build_network
from scenarios.build_teams import build_team
from scenarios.catalogue import find, shipped
from scenarios.evidence import load
from scenarios.explain import explain
from scenarios.named_systems import systems
from scenarios.reach import concentration, reach
from scenarios.resolve import resolve, resolve_together
from scenarios.resolved import Intervention, Resolved
from scenarios.schema.fields import GRADES
from scenarios.settle import source_exists
from scenarios.systems import MONEY, index_page, mechanisms, system_page
from scenarios.values import phrase_of, spaced
from scenarios.yaml_reader import canonical
from simulation.calendar import build_calendar
from simulation.factors import VALUES, factor_table
from simulation.network import Network

NAMED = (
    "extensivist-teams", "care-home-teams", "care-homes-and-supported-living", "mcp-vanguard", "pacs-vanguard",
    "ehch-vanguard", "pioneer",
    "neighbourhood-networks", "proactive-volunteers", "risk-stratified-care-plans", "reablement-on-discharge",
    "discharge-from-arrival", "social-work-in-emergency", "liaison-psychiatry", "therapy-in-primary-care",
    "mental-health-integration", "diabetes-shared-care", "dementia-community-care", "data-driven-primary-care",
    "north-west-london-pilot", "pathway-redesign", "shared-record", "self-management", "housing-and-transport",
    "out-of-hours-and-pharmacy", "community-activity", "primary-care-networks", "vertical-integration",
    "acute-collaboration", "medical-home", "thrombectomy", "two-hour-response", "hospital-at-home",
    "same-day-emergency-care", "discharge-to-assess", "comprehensive-geriatric-assessment", "social-prescribing",
    "gp-continuity", "gp-access", "population-budget", "pooled-budget", "system-incentive", "local-priorities",
)
COMPONENTS = (
    "patient-registry", "risk-stratification", "shared-protocols", "care-plans", "agreed-roles", "case-conferences",
    "clinical-audit",
)
ENABLERS = (
    "money-for-coordination", "shared-record", "joint-governance", "new-ways-of-working", "partnership-with-patients",
)
ADMISSIONS = "emergency admissions"
SMALL = "england-average-25k"


@lru_cache(maxsize=64)
def scenario(name: str) -> Resolved:
    """A shipped scenario in the small place."""
    return resolve(name, place=SMALL)


def all_interventions() -> dict[str, Intervention]:
    """Every shipped intervention that some scenario uses, by id."""
    return {plan.id: plan for name in shipped("scenario") for plan in scenario(name).interventions}


INTERVENTIONS = sorted(all_interventions())
CALENDAR = build_calendar(date(2014, 4, 1), date(2020, 4, 1))


@lru_cache(maxsize=1)
def network() -> Network:
    """The care network of the small place."""
    return build_network("care", scenario("do-nothing").place, load(), CALENDAR)


@pytest.mark.parametrize("name", NAMED)
def test_each_named_system_is_a_scenario(name: str) -> None:
    """It resolves, builds, starts in April 2017 and changes something: a value, a place, or what others can do."""
    found = scenario(name)
    assert found.interventions
    assert all(plan.starts >= found.window.change for plan in found.interventions)
    assert any(plan.effects or plan.adds for plan in found.interventions)
    model = build(found, seed=1, replication=0)
    assert model.calendar.months == 72


def test_each_named_system_has_its_page_made_from_the_data() -> None:
    """The pages in the docs are what the library says today."""
    assert set(NAMED) <= {each.scenario for each in systems()}
    folder = Path(__file__).parents[2] / "docs" / "systems"
    assert (folder / "index.md").read_text(encoding="utf-8") == index_page()
    for each in systems():
        assert (folder / f"{each.scenario}.md").read_text(encoding="utf-8") == system_page(each), each.scenario
    assert {path.stem for path in folder.glob("*.md")} == {"index"} | {each.scenario for each in systems()}


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_an_intervention_acts_through_something(name: str) -> None:
    """What only costs money is leant on by others."""
    plan = all_interventions()[name]
    if mechanisms(plan) == (MONEY,):
        assert any(name in other.works_less_without for other in all_interventions().values())


def test_every_intervention_is_used_by_a_scenario() -> None:
    """Nothing lies about that no scenario shows."""
    assert set(INTERVENTIONS) == set(shipped("intervention"))


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_no_intervention_is_a_bare_percentage_on_all_admissions(name: str) -> None:
    """Effects on needs act on people with a team, never on everybody at once, and neither do those on coming back.

    A need that a discharge or a visit to A&E sets off (readmission, re-attendance) is a need too. What changes it for
    everybody has to say that it is an assumption only.
    """
    plan = all_interventions()[name]
    place = scenario("do-nothing").place
    if reach(plan, place, load()).people < 0.2 * place.people:
        return
    on_needs = [effect for effect in plan.effects if any(value.startswith("hazard.") for value in effect.values)]
    assert not any(value.endswith((".upper", ".end_of_life")) for effect in on_needs for value in effect.values)
    if on_needs:
        assert plan.grade == "NONE"
        assert {effect.phrase for effect in on_needs} <= set(plan.assumptions)
        assert "is an assumption only" in plan.summary


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_an_intervention_costs_money_and_says_how_good_its_evidence_is(name: str) -> None:
    """Staff are paid from the first day; a grade of NONE comes with a summary that does not promise."""
    plan = all_interventions()[name]
    assert plan.cost.running_gbp_per_team_year > 0.0
    assert plan.grade in GRADES
    assert plan.summary
    assert plan.system
    assert plan.caseload_per_team > 0.0 or not plan.effects


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_evidence_is_about_the_system_or_marked_as_borrowed(name: str) -> None:
    """Each result cited is about a system that this is a part of by the table of systems, or is marked as borrowed.

    What the file calls its system is held to that table: to the name or the evidence of a row whose scenario uses it.
    """
    plan = all_interventions()[name]
    results = load().results()
    rows = [each for each in systems() if name in {part.id for part in scenario(each.scenario).interventions}]
    assert set(plan.system.split("; ")) <= {called for each in rows for called in (each.name, *each.own)}
    borrowed = [spaced(part) for part in (plan.borrowed_from or "").split("; ") if part]
    own = [spaced(called) for each in rows for called in each.own if called in plan.system.split("; ")]
    for number in plan.evidence:
        assert any(part in spaced(results[number].system) for part in (*own, *borrowed)), number
    for sources in plan.sources.values():
        assert all(source_exists(source, load()) for source in sources)
    assert plan.evidence or plan.grade == "NONE"


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_signs_are_not_forced(name: str) -> None:
    """No service's range of effects on admissions lies wholly below nothing, but for those that trials support."""
    plan = all_interventions()[name]
    effects = [effect for effect in plan.effects if phrase_of(effect).acts_on == ADMISSIONS]
    if effects and plan.grade not in ("TRIAL", "BEFORE-AND-AFTER") and "trial" not in plan.id:
        assert max(effect.change.high for effect in effects) >= 0.0


def test_every_system_that_a_row_calls_its_own_is_in_the_table_of_results() -> None:
    """Otherwise a misspelt name would certify nothing, or everything."""
    known = {spaced(result.system) for result in load().results().values()}
    for each in systems():
        for called in each.own:
            assert any(spaced(called) in name for name in known), (each.scenario, called)


def test_every_shipped_scenario_that_changes_something_has_a_row_and_a_page() -> None:
    """Nothing that can be run is without its text, its evidence and what is left out."""
    assert {each.scenario for each in systems()} == set(shipped("scenario")) - {"do-nothing"}


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_an_effect_said_to_be_shrunk_is_smaller_than_each_result_in_per_cent(name: str) -> None:
    """Where both are per cents; ratios and counts have no such comparison."""
    plan = all_interventions()[name]
    best = {canonical(effect.phrase): effect.change.best for effect in plan.effects}
    for effect, numbers in plan.shrunk_from.items():
        for result in (load().results()[number] for number in numbers):
            found = [float(part) for part in result.value.split(" to ")] if result.unit.startswith("%") else []
            assert all(abs(best[effect]) < abs(part) / 100.0 for part in found), effect


def test_a_scenario_with_dates_of_its_own_gives_them_to_what_it_is_compared_with() -> None:
    """Doing nothing goes on for as long and starts with it; beside other shipped scenarios nothing is longer."""
    name = "care-home-teams-for-three-years"
    nothing, ended, usual = resolve_together(["do-nothing", name, "care-home-teams"], place=SMALL)
    assert nothing.window == ended.window == usual.window
    assert ended.window.end == date(2021, 4, 1)
    assert {each.window.end for each in resolve_together(["do-nothing", "care-home-teams"])} == {date(2020, 4, 1)}


def test_care_home_teams_funded_for_three_years_are_gone_in_the_fourth_and_fade() -> None:
    """As the usual teams until funding ends; then nobody is with one, and effects fade to nothing in six months."""
    ended, usual = scenario("care-home-teams-for-three-years"), scenario("care-home-teams")
    plan, other = ended.interventions[0], usual.interventions[0]
    assert (plan.starts, plan.funding_ends) == (date(2017, 4, 1), date(2020, 4, 1))
    assert (plan.effects, plan.teams, plan.cost) == (other.effects, other.teams, other.cost)
    calendar = build_calendar(date(2014, 4, 1), ended.window.end)
    team, end = build_team(plan, calendar, 1, 0, network()), calendar.month_index(date(2020, 4, 1))
    assert team.end_month == end < calendar.months
    strength = team.strength_by_month[end - 1 : end + 7]
    assert strength[0] == 1.0
    assert (np.diff(strength[:7]) < 0.0).all()
    assert strength[-1] == 0.0
    assert "Funding ends in April 2020: nobody is with a team" in explain(ended)


def test_presets_of_every_sign_are_shipped() -> None:
    """Some best guesses raise admissions, some lower them, some do neither."""
    best = [effect.change.best for plan in all_interventions().values() for effect in plan.effects
            if phrase_of(effect).acts_on == ADMISSIONS]
    assert min(best) < 0.0 < max(best)
    assert 0.0 in best


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_what_an_intervention_leans_on_is_shipped(name: str) -> None:
    """And is not itself."""
    plan = all_interventions()[name]
    for other in plan.works_less_without:
        assert find("intervention", other) is not None
        assert other != name


def test_the_pilot_has_seven_components_and_five_enablers_each_with_its_switch() -> None:
    """Whole, nothing is lost; each component or enabler that is left out takes some of the care plans' effect."""
    whole = scenario("north-west-london-pilot")
    assert set(COMPONENTS) | set(ENABLERS) <= {plan.id for plan in whole.interventions}
    assert {strength_on(plan, plan.starts) for plan in whole.interventions} == {1.0}
    for left_out in (*COMPONENTS, *ENABLERS):
        fewer = resolve("north-west-london-pilot", place=SMALL, overrides=[f"{left_out}.teams=0"])
        weaker = {plan.id for plan in fewer.interventions if strength_on(plan, plan.starts) < 1.0}
        own_effect = next(plan for plan in whole.interventions if plan.id == left_out).effects
        assert weaker or own_effect, left_out


def test_an_effect_is_weaker_without_what_it_leans_on() -> None:
    """By the stated share, whichever way the effect goes."""
    pilot, name = "north-west-london-pilot", "case-conferences"
    without = resolve(pilot, place=SMALL, overrides=["shared-record.teams=0"])
    plans = [next(plan for plan in found.interventions if plan.id == name) for found in (without, scenario(pilot))]
    assert [strength_on(plan, plan.starts) for plan in plans] == [0.8, 1.0]


def test_without_stratification_nobody_is_chosen_by_its_score() -> None:
    """Those who may join are chosen at random, fewer admissions are reached, and nothing else is lost twice."""
    name, chosen = "north-west-london-pilot", {"care-plans", "case-conferences"}
    whole, without = scenario(name), resolve(name, place=SMALL, overrides=["risk-stratification.teams=0"])
    assert {plan.id for plan in whole.interventions if plan.selection.score_from} == chosen
    for with_it, alone in zip(whole.interventions, without.interventions, strict=True):
        if with_it.id in chosen:
            assert has_score_on(with_it, with_it.starts)
            assert not has_score_on(alone, alone.starts)
            assert reach(alone, without.place, load()).share < 0.7 * reach(with_it, whole.place, load()).share
            assert strength_on(alone, alone.starts) == strength_on(with_it, alone.starts) == 1.0
    said = " ".join(explain(without).split())
    assert said.count("chosen at random, since risk-stratification") == len(chosen)


@pytest.mark.parametrize("name", ["ehch-vanguard", "care-homes-and-supported-living"])
def test_bundles_for_care_homes_reach_care_homes_and_supported_living_and_nobody_else(name: str) -> None:
    """What care-home teams plan ahead with residents is in their measured effect, and is not added a second time."""
    plans = {plan.id: plan for plan in scenario(name).interventions}
    assert set(plans) <= {"care-home-teams", "supported-living-teams"}
    assert plans["care-home-teams"].who.residence == "care home"


@pytest.mark.parametrize("name", [name for name in INTERVENTIONS if all_interventions()[name].adds])
def test_places_that_teams_bring_scale_with_the_area_and_come_with_them(name: str) -> None:
    """None before the start; ten times the people, ten times the places."""
    plans = [next(plan for plan in resolve(using, place=place).interventions if plan.id == name)
             for place in (SMALL, "england-average") for using in (_using(name),)]
    calendar = build_calendar(scenario("do-nothing").window.burn_in_start, scenario("do-nothing").window.end)
    small, large = (added_by_month((plan,), calendar) for plan in plans)
    start = calendar.month_index(scenario("do-nothing").window.change)
    for service in plans[0].adds:
        assert not small[service][:start].any()
        assert large[service][-1] == pytest.approx(10.0 * small[service][-1])


def test_scores_gather_more_admissions_the_better_they_are_and_the_fewer_are_chosen() -> None:
    """A score no better than chance gathers nothing."""
    assert concentration(0.5, 0.1) == pytest.approx(1.0)
    assert concentration(0.7, 0.1) < concentration(0.8, 0.1) < 10.0
    assert concentration(0.75, 0.01) > concentration(0.75, 0.1) > concentration(0.75, 1.0) == 1.0


def _using(intervention: str) -> str:
    """A scenario that uses an intervention."""
    return next(name for name in shipped("scenario") if intervention in {plan.id for plan in
                                                                        scenario(name).interventions})


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_what_an_intervention_names_moves_and_nothing_else_does(name: str) -> None:
    """In the table that engines read: other values have the factor one for everybody, in every draw."""
    plan = all_interventions()[name]
    teams = [build_team(plan, CALENDAR, 1, replication, network()) for replication in range(4)]
    changed = {VALUES[value] for team in teams for value in np.flatnonzero(np.abs(team.changes_by_digit).any(axis=0))}
    named = {value for effect in plan.effects for value in effect.values}
    assert changed == named
    before = [factor_table((team,), team.first_month - 1) for team in teams]
    assert all((table == 1.0).all() for table in before)


@pytest.mark.parametrize("name", INTERVENTIONS)
def test_draws_take_the_sign_that_they_take(name: str) -> None:
    """A range with a rise and a fall in it gives both over sixteen runs: nothing forces a service to help."""
    plan = all_interventions()[name]
    for effect in plan.effects:
        draws = [draw(effect.change, f"{plan.id}.{effect.phrase}", 1, replication) for replication in range(16)]
        if effect.change.low < 0.0 < effect.change.high:
            assert min(draws) < 0.0 < max(draws), effect.phrase
