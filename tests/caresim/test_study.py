"""Scenarios settled side by side, and the plan of their runs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from caresim.study import Study, check_period, prepare
from scenarios.messages import BadInput

PLACE = "england-average-25k"
PLAN = """\
title: Mine
question: Does it help?
place: england-average-25k
run: April 2015 to March 2019
use:
  extensivist-teams:
    teams: {Oct 2016: 1}
"""


def compared(*names: str, replications: int = 2, settings: tuple[str, ...] = (), place: str | None = PLACE) -> Study:
    """A comparison of these scenarios."""
    return prepare(names, compared=True, place=place, replications=replications, settings=settings)


def keys_of(study: Study, scenario: str) -> list[str]:
    """Keys of a scenario's runs."""
    return [key for spec, _, key in study.plan.runs() if spec.name == scenario]


def test_one_scenario_is_compared_with_doing_nothing() -> None:
    """Doing nothing comes first and is the reference."""
    study = compared("extensivist-teams")
    assert [scenario.id for scenario in study.scenarios] == ["do-nothing", "extensivist-teams"]
    assert study.reference == "do-nothing"


def test_of_several_scenarios_the_first_is_the_reference() -> None:
    """In the order given, each once, whatever it is called by."""
    study = compared("care-home-teams", "baseline", "do-nothing", "extensivist-teams")
    assert [scenario.id for scenario in study.scenarios] == ["care-home-teams", "do-nothing", "extensivist-teams"]
    assert study.reference == "care-home-teams"


def test_a_scenario_is_not_compared_with_itself() -> None:
    """There is a plain answer."""
    with pytest.raises(BadInput, match="nothing to compare"):
        compared("do-nothing")


def test_a_run_has_no_reference() -> None:
    """`caresim run` lists only what it was asked for."""
    study = prepare(["extensivist-teams"], compared=False, place=PLACE)
    assert ([scenario.id for scenario in study.scenarios], study.reference) == (["extensivist-teams"], None)


def test_scenarios_of_one_place_are_one_family() -> None:
    """So that the years before the change are simulated once for all of them."""
    study = compared("do-nothing", "extensivist-teams", "care-home-teams", replications=3)
    tasks = study.plan.tasks({key for _, _, key in study.plan.runs()})
    assert [len(task.specs) for task in tasks] == [3, 3, 3]


def test_a_changed_assumption_makes_other_runs_and_a_changed_title_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs are shared by everything that simulates the same."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(PLAN)
    before = compared("mine.yaml", place=None)
    (tmp_path / "mine.yaml").write_text(PLAN.replace("title: Mine", "title: Ours"))
    retitled = compared("mine.yaml", place=None)
    more = compared("mine.yaml", place=None, settings=("extensivist-teams.teams=2",))
    assert keys_of(before, "mine") == keys_of(retitled, "mine")
    assert before.identity(None) != retitled.identity(None)
    assert not set(keys_of(before, "mine")) & set(keys_of(more, "mine"))
    assert keys_of(before, "do-nothing") == keys_of(more, "do-nothing")


def test_doing_nothing_beside_a_plan_has_its_place_years_and_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Growth counts from the same base year in every scenario."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(PLAN)
    nothing, mine = compared("mine", place=None).scenarios
    assert nothing.place == mine.place
    assert nothing.window == mine.window
    assert (mine.window.change, mine.window.end) == (date(2016, 10, 1), date(2019, 4, 1))


def test_two_files_of_the_same_name_keep_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row of the results belongs to one of them."""
    monkeypatch.chdir(tmp_path)
    for folder, teams in (("a", "1"), ("b", "2")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "plan.yaml").write_text(PLAN.replace("Oct 2016: 1", f"Oct 2016: {teams}"))
    study = compared("a/plan.yaml", "b/plan.yaml", place=None)
    assert [scenario.id for scenario in study.scenarios] == ["plan", "b/plan.yaml"]


def test_a_year_that_a_study_does_not_have_is_refused_before_anything_is_run() -> None:
    """The message names those it has."""
    study = compared("extensivist-teams")
    check_period(study, "2018/19")
    check_period(study, None)
    with pytest.raises(BadInput, match="2015/16, 2016/17, 2017/18, 2018/19 or 2019/20"):
        check_period(study, "2021/22")
