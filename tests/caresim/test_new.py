"""A plan of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from caresim.commands.new import write_plan
from scenarios.catalogue import shipped
from scenarios.messages import BadInput
from scenarios.resolve import resolve

PLACE = "england-average-25k"


@pytest.mark.parametrize("source", shipped("scenario"))
def test_a_new_plan_does_what_it_was_made_from(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Place, years, teams, costs and effects are the shipped ones until somebody edits them."""
    monkeypatch.chdir(tmp_path)
    write_plan(Path("my-plan"), source, PLACE)
    mine, theirs = resolve("my-plan.yaml"), resolve(source, place=PLACE)
    assert mine.title == "My plan"
    assert (mine.place, mine.window, mine.price_year) == (theirs.place, theirs.window, theirs.price_year)
    for plan, preset in zip(mine.interventions, theirs.interventions, strict=True):
        assert (plan.teams, plan.caseload_per_team, plan.who) == (preset.teams, preset.caseload_per_team, preset.who)
        assert (plan.cost, plan.effects, plan.selection) == (preset.cost, preset.effects, preset.selection)
        assert plan.assumptions == preset.assumptions


def test_a_new_plan_may_join_two_scenarios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both stand in the file, ready to be edited."""
    monkeypatch.chdir(tmp_path)
    path = write_plan(Path("both.yaml"), "care-home-teams+extensivist-teams", PLACE)
    assert [plan.id for plan in resolve(str(path)).interventions] == ["care-home-teams", "extensivist-teams"]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    """What a planner wrote is hers."""
    (tmp_path / "plan.yaml").write_text("mine")
    with pytest.raises(BadInput, match="not overwritten"):
        write_plan(tmp_path / "plan", "extensivist-teams", PLACE)
    assert (tmp_path / "plan.yaml").read_text() == "mine"


def test_a_plan_from_an_unknown_scenario_is_not_written(tmp_path: Path) -> None:
    """The nearest name is offered."""
    with pytest.raises(BadInput, match="extensivist-teams"):
        write_plan(tmp_path / "plan", "extensivist-team", PLACE)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    """No traceback for a slip in the path."""
    with pytest.raises(BadInput, match="cannot be written"):
        write_plan(tmp_path / "no such folder" / "plan", "do-nothing", PLACE)


def test_a_plan_needs_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one is answered with an example."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match="my-plan"):
        write_plan(Path(), "do-nothing", PLACE)
