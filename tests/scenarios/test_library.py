"""The interventions, scenarios and values that come with caresim."""

from __future__ import annotations

import re

import pytest

from scenarios.catalogue import shipped
from scenarios.evidence import LIBRARY, load
from scenarios.reach import reach
from scenarios.resolve import resolve
from scenarios.resolved import Intervention
from scenarios.schema.fields import GRADES
from scenarios.settle import source_exists
from scenarios.values import phrases
from simulation.factors import VALUES

ACTED_ON = (
    "deaths",
    "emergency admissions", "A&E attendances", "GP consultations", "bed days", "care packages", "care-home admissions",
    "liaison psychiatry contacts",
    "clinic referrals",
)
PRESETS = ("care-home-teams", "extensivist-teams", "neighbourhood-networks")


def preset(name: str) -> Intervention:
    """A shipped intervention in the shipped place."""
    return resolve(name).interventions[0]


def test_what_is_shipped_is_listed() -> None:
    """Do-nothing first."""
    assert shipped("scenario")[0] == "do-nothing"
    assert set(PRESETS) <= set(shipped("scenario")) & set(shipped("intervention"))


def test_every_phrase_means_values_that_the_engines_know() -> None:
    """And says what it acts on, in a planner's words."""
    for phrase in phrases().values():
        assert phrase.values
        assert set(phrase.values) <= set(VALUES)
        assert phrase.acts_on in ACTED_ON
        assert phrase.meaning


def test_acute_crises_are_flare_ups_and_sudden_illness() -> None:
    """The commonest phrase."""
    assert phrases()["acute crises"].values == ("hazard.exacerbation.upper", "hazard.acute.upper")


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_may_come_out_either_way(name: str) -> None:
    """At least one effect on admissions can raise them: a chance of one in ten or more of a rise, or of no fall."""
    assert max(effect.change.high for effect in preset(name).effects) >= 0.0
    assert min(effect.change.low for effect in preset(name).effects) < 0.0


def test_presets_together_can_raise_admissions() -> None:
    """A tool whose presets can only reduce admissions is worthless to an informed reader."""
    assert preset("extensivist-teams").effects[0].change.best > 0.0
    assert max(effect.change.high for effect in preset("care-home-teams").effects) > 0.0


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_cites_evidence_of_a_grade(name: str) -> None:
    """Its results and sources exist, and no number is without both a source and a mark."""
    plan = preset(name)
    assert plan.grade in GRADES
    assert plan.evidence
    assert set(plan.evidence) <= set(load().results())
    assert all(source_exists(source, load()) for sources in plan.sources.values() for source in sources)
    assert plan.system


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_builds_up_costs_money_and_lags_or_fades(name: str) -> None:
    """Teams start small, are paid from their first day, and their effect does not stay for ever unpaid."""
    plan = preset(name)
    assert plan.teams[0][1] < plan.most_teams
    assert plan.cost.running_gbp_per_team_year > 0.0
    assert plan.fade_months > 0
    assert plan.short_end_share.best > 0.5


def test_extensivist_teams_are_two_teams_of_400_found_by_score_and_referral() -> None:
    """For 250,000 people, ramped over a year and a half; what the referrer sees may be nothing."""
    plan = preset("extensivist-teams")
    assert (plan.most_teams, plan.most_people, plan.grade) == (2.0, 800.0, "ADVERSE")
    assert plan.selection.method == "risk score"
    assert plan.selection.sees_susceptibility.low <= 0.0 <= plan.selection.sees_susceptibility.high
    assert plan.selection.sees_deterioration.low <= 0.0 <= plan.selection.sees_deterioration.high
    assert plan.cost.running_gbp_per_team_year == 700_000.0


def test_the_cost_of_an_extensivist_team_is_that_of_its_staff() -> None:
    """As many places as the row of the evidence has, at its price."""
    plan = preset("extensivist-teams")
    row = next(row for row in load().rows() if row.parameter == "extensivist_team_cost")
    assert plan.caseload_per_team * row.value == plan.cost.running_gbp_per_team_year


def test_the_cost_of_a_care_home_team_is_that_of_its_staff() -> None:
    """As many places as the row of the evidence has, at its price."""
    plan = preset("care-home-teams")
    row = next(row for row in load().rows() if row.parameter == "care_home_mdt_cost")
    assert plan.caseload_per_team * row.value == plan.cost.running_gbp_per_team_year


def test_care_home_teams_reach_nearly_all_residents() -> None:
    """Places for every permanent resident of an average area."""
    found = resolve("care-home-teams")
    reached = reach(found.interventions[0], found.place, load())
    assert reached.people / reached.eligible > 0.95
    assert found.interventions[0].most_people / reached.eligible < 1.1


def test_networks_have_as_many_members_as_in_leeds() -> None:
    """About 18 % of older people."""
    found = resolve("neighbourhood-networks")
    members = found.interventions[0].most_people
    assert 8_000 < members < 8_200
    assert 0.15 < members / reach(found.interventions[0], found.place, load()).eligible < 0.20


def test_no_shipped_file_names_a_machine() -> None:
    """No local path and no address of one's own in the library's text."""
    for path in (*LIBRARY.rglob("*.yaml"), *LIBRARY.rglob("*.md")):
        assert re.search(r"/(home|work|tmp|Users)/|localhost", path.read_text(encoding="utf-8")) is None, path
