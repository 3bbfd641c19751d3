"""Scenarios as written: what they use, and two at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.checking import as_data
from scenarios.drafts import Draft, read_draft
from scenarios.messages import BadInput


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty present folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def draft(folder: Path, text: str, name: str = "my-plan") -> Draft:
    """The draft of a plan with this text."""
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return read_draft(name)


def test_a_plan_takes_from_do_nothing_what_it_does_not_say(folder: Path) -> None:
    """Place, run, prices and owner; only what its own file says counts as stated."""
    plan = draft(folder, "title: Mine\nprice_year: 2017/18\n")
    assert as_data(plan.tree.entries["run"].value) == "April 2015 to March 2020"
    assert plan.stated == {"title", "price_year"}
    assert plan.interventions == {}


@pytest.mark.parametrize("text", ["use: {}\n", "use:\n", "use: none\n", "use:\n  care-home-teams: off\n", ""])
def test_a_plan_may_use_nothing(folder: Path, text: str) -> None:
    """However that is written."""
    assert draft(folder, f"title: Mine\n{text}").interventions == {}


@pytest.mark.parametrize("value", ["", " on", " as shipped", " ~"])
def test_an_intervention_is_used_as_it_is(folder: Path, value: str) -> None:
    """A mere mention is enough."""
    plan = draft(folder, f"title: Mine\nuse:\n  Care_home teams:{value}\n")
    assert list(plan.interventions) == ["care-home-teams"]
    assert as_data(plan.interventions["care-home-teams"]) == as_data(plan.presets["care-home-teams"])


def test_changes_lie_over_the_shipped_intervention(folder: Path) -> None:
    """What is changed is from the plan, the rest as shipped."""
    plan = draft(folder, "title: Mine\nuse:\n  care-home-teams:\n    caseload: 300\n")
    tree, preset = plan.interventions["care-home-teams"], plan.presets["care-home-teams"]
    assert as_data(tree.entries["caseload"].value) == "300"
    assert str(tree.entries["caseload"].origin) == "my-plan.yaml:4"
    assert as_data(preset.entries["caseload"].value) == "600 people per team"
    assert as_data(tree.entries["who"].value) == as_data(preset.entries["who"].value)


def test_an_intervention_of_ones_own_may_stand_in_the_plan_or_beside_it(folder: Path) -> None:
    """Whole in the plan, in a file beside it, in interventions/, or extending a shipped one under a new name."""
    own = "title: A team\nteams: 1\ncaseload: 10\nwho: everyone\nchosen_by: everyone\n"
    (folder / "beside.yaml").write_text(own, encoding="utf-8")
    (folder / "interventions").mkdir()
    (folder / "interventions" / "inside.yaml").write_text(own, encoding="utf-8")
    inline = "".join(f"    {line}\n" for line in own.splitlines())
    plan = draft(folder, "title: Mine\nuse:\n  whole:\n" + inline
                 + "  beside:\n  inside:\n  second-team:\n    extends: care-home-teams\n    title: Second\n")
    assert {name: as_data(tree.entries["title"].value) for name, tree in plan.interventions.items()} == {
        "whole": "A team", "beside": "A team", "inside": "A team", "second-team": "Second",
    }


def test_a_scenario_that_extends_another_may_switch_its_interventions_off(folder: Path) -> None:
    """And change those that it keeps."""
    (folder / "base.yaml").write_text(
        "title: Base\nuse:\n  care-home-teams:\n    caseload: 500\n  extensivist-teams:\n", encoding="utf-8")
    plan = draft(folder, "extends: base\ntitle: Mine\nuse:\n  extensivist-teams: off\n  care-home-teams:\n"
                         "    contacts: 1 a month per person\n")
    assert list(plan.interventions) == ["care-home-teams"]
    tree = plan.interventions["care-home-teams"]
    assert (as_data(tree.entries["caseload"].value), as_data(tree.entries["contacts"].value)) == (
        "500", "1 a month per person")


def test_two_scenarios_run_together() -> None:
    """Both their interventions, a title of both, and no aliases."""
    both = read_draft("extensivist-teams + care-home-teams")
    assert both.id == "extensivist-teams+care-home-teams"
    assert sorted(both.interventions) == ["care-home-teams", "extensivist-teams"]
    assert as_data(both.tree.entries["title"].value) == "Extensivist teams and care-home teams"


def test_together_what_a_users_file_says_holds(folder: Path) -> None:
    """A shipped scenario beside a plan takes the plan's place and years."""
    draft(folder, "title: Mine\nplace: england-average-25k\nrun: April 2016 to March 2020\n")
    for name in ("my-plan+care-home-teams", "care-home-teams+my-plan"):
        both = read_draft(name)
        assert as_data(both.tree.entries["place"].value) == "england-average-25k"
        assert as_data(both.tree.entries["run"].value) == "April 2016 to March 2020"


def test_plans_of_different_places_do_not_run_together(folder: Path) -> None:
    """The message says which key they differ in."""
    draft(folder, "title: One\nplace: england-average\n", "one")
    draft(folder, "title: Two\nplace: england-average-25k\n", "two")
    with pytest.raises(BadInput, match=r"one\+two, key place"):
        read_draft("one+two")


def test_a_file_whose_name_has_a_plus_is_one_file(folder: Path) -> None:
    """A path that exists is never taken apart."""
    assert draft(folder, "title: Mine\n", "a+b").id == "a+b"
