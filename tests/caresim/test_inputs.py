"""What a study was made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from caresim.inputs import command_of, files_used
from caresim.options import Choices
from caresim.study import prepare

CHOICES = Choices(
    place=None, replications=12, seed=1, jobs=3, engine="compiled", settings=(), period=None, out=Path("x"),
    preview=False, yes=True, as_json=True, quiet=True,
)
POPULATION = "age_from,age_to,sex,deprivation_fifth,people\n0,64,all,0,20000\n65,120,all,0,5000\n"


def test_the_command_that_is_kept_says_what_changes_results_and_nothing_else() -> None:
    """Workers, questions and screens leave no trace, so that equal results have equal files."""
    assert command_of("run", ["do-nothing"], CHOICES) == "caresim run do-nothing"


def test_the_command_that_is_kept_can_be_pasted() -> None:
    """Values with spaces are quoted."""
    choices = Choices(
        place="my place", replications=4, seed=7, jobs=None, engine="compiled", settings=("a.b, month 1=3",),
        period="2018/19", out=None, preview=False, yes=False, as_json=False, quiet=False,
    )
    assert command_of("compare", ["my plan.yaml"], choices) == (
        "caresim compare 'my plan.yaml' --place 'my place' --replications 4 --seed 7 --set 'a.b, month 1=3' "
        "--period 2018/19"
    )


def test_a_users_own_files_are_copied_and_shipped_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan, what it extends, and the folder of its place."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "place.yaml").write_text("title: Town\nyear: 2016/17\npopulation: population.csv\n")
    (tmp_path / "town" / "population.csv").write_text(POPULATION)
    (tmp_path / "base.yaml").write_text("title: Base\nplace: town\nuse:\n  care-home-teams:\n")
    (tmp_path / "plan.yaml").write_text("title: Plan\nextends: base\nuse:\n  extensivist-teams:\n")
    names = ("do-nothing", "plan.yaml")
    study = prepare(names, compared=True, replications=1)
    files = files_used(study.scenarios, names, None)
    assert sorted(files) == ["base.yaml", "plan.yaml", "town/place.yaml", "town/population.csv"]
    assert files["town/population.csv"].decode() == POPULATION
