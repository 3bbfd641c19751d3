"""What a scenario says about itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.explain import WIDTH, described, explain, explain_difference, explain_value
from scenarios.messages import BadInput
from scenarios.resolve import resolve, resolve_together

SHIPPED = ("do-nothing", "care-home-teams", "extensivist-teams", "neighbourhood-networks")
PLAN = """\
title: My plan
place: england-average-25k
use:
  extensivist-teams:
    teams: 0.2
    caseload: 300
    effects:
      acute crises, after month 12: -5 % (-15 % to 0 %)
"""


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a plan in the present folder."""
    (tmp_path / "my-plan.yaml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "my-plan"


@pytest.mark.parametrize("name", SHIPPED)
def test_an_explanation_fits_the_screen(name: str) -> None:
    """No line is wider than 100 letters."""
    text = explain(resolve(name))
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_an_explanation_says_place_years_and_that_it_is_not_the_readers_area() -> None:
    """A shipped place is marked on every screen."""
    text = explain(resolve("do-nothing"))
    assert "England average, 250,000 people, services of 2016/17. ILLUSTRATIVE: not your area." in text
    assert "April 2015 to March 2020, prices of 2016/17" in text
    assert "Nothing is changed" in text


def test_an_explanation_shows_evidence_against_as_well_as_for() -> None:
    """The controlled study and the local claim stand beside each other, with their grade."""
    text = " ".join(explain(resolve("extensivist-teams")).split())
    assert "Evidence: ADVERSE (matched studies found more admissions, not fewer)" in text
    assert "E103 Fylde Coast Extensive Care Service (extensivist): emergency admissions +27 %" in text
    assert "E106 Fylde Coast Extensive Care Service (extensivist): non-elective admissions -25 %" in text


def test_an_explanation_marks_what_has_no_source() -> None:
    """Beside the effect, and as a list for the rest."""
    text = explain(resolve("extensivist-teams"))
    assert "acute crises, after month 12: -5 % (-15 % to 0 %)   ASSUMPTION: replace with yours" in text
    assert "acute crises, months 1-12: +12 % (0 % to +30 %)\n      shrunk by us from +27 % (E103)\n" in text
    assert "Without a source: caseload, score_accuracy" in text


def test_a_value_is_explained_down_to_what_it_can_do() -> None:
    """The arithmetic from those reached to the whole area is written out."""
    text = explain_value(resolve("extensivist-teams"), "acute crises, after month 12")
    assert text.startswith("-5 % (-15 % to 0 %) for each person after 12 months with extensivist teams")
    assert "800 people at a time (of 32," in text
    assert "-15 % x 5.9 % = -0.9 % of admissions; at the best guess -0.3 %" in text
    assert "2nd of 2 effects" in text


def test_a_value_says_where_it_was_set_and_what_ours_is(plan: str) -> None:
    """Her line, and whether it differs from what is shipped."""
    found = resolve(plan)
    assert "set in my-plan.yaml:8 (shipped: same)" in explain_value(found, "acute crises, after month 12")
    assert "set in my-plan.yaml:6 (shipped: 400 people per team)" in explain_value(found, "caseload")
    assert "as shipped (interventions/extensivist-teams.yaml:" in explain_value(found, "length of stay")


def test_a_value_of_two_services_is_explained_for_both() -> None:
    """Unless the service is named."""
    both = resolve("extensivist-teams+care-home-teams")
    assert explain_value(both, "caseload").count("people per team") == 2
    assert explain_value(both, "care-home-teams.caseload").startswith("600 people per team")


def test_a_changed_number_does_not_borrow_the_shipped_source(plan: str) -> None:
    """The caseload of 400 had one; 300 is the planner's."""
    assert "extensivist_team_cost" in explain_value(resolve("extensivist-teams"), "caseload")
    assert "extensivist_team_cost" not in explain_value(resolve(plan), "caseload")


def test_an_assumption_is_explained_with_its_source() -> None:
    """Value, range, year, standing and where it comes from."""
    text = explain_value(resolve("do-nothing"), "discharge_delay.reported_share")
    assert "0.43 (0.35 to 0.6) share, 2016/17" in text
    assert "Sourced: " in text


def test_a_changed_assumption_says_so() -> None:
    """In the explanation of the scenario and of the value."""
    found = resolve("do-nothing", overrides=["discharge_delay.reported_share=0.5"])
    assert "0.5, shipped 0.43 share" in explain(found)
    assert '--set "discharge_delay.reported_share=0.5"' in explain_value(found, "discharge_delay.reported_share")


def test_people_and_ceilings_are_said_to_be_the_most_that_there_could_be() -> None:
    """Explanations are made before any run, with every team full."""
    text = " ".join(explain(resolve("extensivist-teams")).split())
    assert "In your place: at most 800 people at a time (of 32," in text
    assert "= at most 5.9 % of all. That is with every team full: runs reach fewer where" in text
    value = " ".join(explain_value(resolve("extensivist-teams"), "acute crises, after month 12").split())
    assert "At the best end of its range at most -15 % x 5.9 % =" in value


def test_effects_without_any_evidence_are_said_to_be_assumptions_only() -> None:
    """Where a service has some; one that only brings places has none to speak of."""
    assert "every effect of it is an assumption only" in " ".join(explain(resolve("shared-record")).split())
    assert "assumption only" not in explain(resolve("same-day-emergency-care"))


def test_a_value_shrunk_from_a_study_says_so_until_it_is_changed() -> None:
    """A planner's own number is not our shrinking."""
    name = "acute crises, months 1-12"
    assert "It was shrunk by us from +27 % (E103)." in explain_value(resolve("extensivist-teams"), name)
    changed = resolve("extensivist-teams", overrides=[f"extensivist-teams.{name}=+20 %"])
    assert "shrunk" not in explain_value(changed, name)


def test_sources_of_values_with_capitals_are_shown() -> None:
    """"GP visits" and "A&E" as well as "caseload"."""
    assert "E158 VA primary care" in explain_value(resolve("therapy-in-primary-care"), "GP visits")


def test_a_real_place_says_what_it_ran_and_from_where_that_is_known() -> None:
    """In part, wholly, or not at all."""
    for place, known in (
        ("wakefield", "It ran care-homes-and-supported-living (known from E007)."),
        ("blackpool-fylde-coast", "It ran mcp-vanguard (in part known from E103, E104, the rest assumed)."),
        ("lancashire", "It ran pacs-vanguard (assumed: no source)."),
    ):
        assert known in " ".join(explain(resolve("do-nothing", place=place)).split())
    assert " ran " not in explain(resolve("do-nothing"))


def test_an_unknown_value_is_answered_with_the_nearest() -> None:
    """Months or not."""
    with pytest.raises(BadInput, match='did you mean "acute crises, months 1-12"'):
        explain_value(resolve("extensivist-teams"), "acute crisis")


def test_two_scenarios_are_told_apart(plan: str) -> None:
    """Services added, left out and changed; nothing else is mentioned."""
    nothing, mine = resolve_together(["do-nothing", plan])
    assert explain_difference(nothing, mine).splitlines() == [
        "What is different in My plan, compared with Do nothing:",
        "  With Extensivist teams: 0.2 from Apr 2017; at most 60 people at a time; £25,000 once; £700,000 a",
        "    year per team.",
    ]
    assert "  Without Extensivist teams." in explain_difference(mine, nothing)
    shipped, mine = resolve_together(["extensivist-teams", plan])
    text = " ".join(explain_difference(shipped, mine).split())
    assert "caseload: 300 people per team instead of 400 people per team set in my-plan.yaml:6" in text
    assert "acute crises" not in text


def test_a_scenario_does_not_differ_from_itself() -> None:
    """And says so."""
    found = resolve("extensivist-teams")
    assert explain_difference(found, found) == "Extensivist teams and Extensivist teams assume the same."


@pytest.mark.parametrize("name", SHIPPED[1:])
def test_every_described_value_can_be_explained(name: str) -> None:
    """All names that an error message offers lead somewhere."""
    found = resolve(name)
    for value in described(found.interventions[0]):
        assert explain_value(found, value)
