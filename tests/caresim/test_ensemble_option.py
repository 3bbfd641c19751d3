"""A study may take fitted assumptions: it says so, keeps them in its command, and its runs are others than without."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from caresim.commands.compare import command
from caresim.inputs import command_of, made_with
from caresim.options import Choices
from caresim.study import prepare, used
from scenarios.ensembles import read_ensemble, shipped_ensembles
from scenarios.messages import BadInput

NOTED = {"ensemble": "vanguards", "replications": 12, "seed": 1, "engine": "compiled", "settings": [], "place": None,
         "period": None}  # fmt: skip


def test_by_default_assumptions_are_fitted_to_the_vanguards() -> None:
    """Without a word in the command; `none` is asked for by name, and a study of it says nothing of a fit."""
    study = prepare(["care-home-teams"], compared=True)
    assert study.scenarios[0].ensemble is not None
    assert study.scenarios[0].ensemble.name == "vanguards"
    assert command_of("compare", ["pioneer"], Choices.noted(NOTED)) == "caresim compare pioneer"
    none = Choices.noted({**NOTED, "ensemble": "none"})
    assert command_of("compare", ["pioneer"], none) == "caresim compare pioneer --ensemble none"
    assert "ensemble" not in made_with(prepare(["care-home-teams"], compared=True, ensemble="none"))


@pytest.mark.parametrize("name", shipped_ensembles())
def test_an_ensemble_is_in_every_scenario_and_changes_what_is_run(name: str) -> None:
    """Doing nothing too, since pressure is one of what is fitted; keys of runs differ from those without."""
    with_, without = (prepare(["care-home-teams"], compared=True, ensemble=each) for each in (name, "none"))
    assert all(one.ensemble is not None and one.ensemble.name == name for one in with_.scenarios)
    assert not {key for _, _, key in with_.plan.runs()} & {key for _, _, key in without.plan.runs()}
    assert str(made_with(with_)["ensemble"]).startswith(f"{name}: ")
    assert with_.scenarios[0].ensemble is not None
    assert with_.scenarios[0].ensemble.about in used(with_.scenarios[0].ensemble)


def test_the_command_of_a_study_keeps_its_ensemble() -> None:
    """So that the same command makes the same study."""
    choices = Choices.noted({**NOTED, "ensemble": "controlled"})
    assert command_of("compare", ["pioneer"], choices) == "caresim compare pioneer --ensemble controlled"


def test_an_unknown_ensemble_is_refused_before_anything_runs() -> None:
    """With those there are."""
    with pytest.raises(BadInput, match="--ensemble"):
        prepare(["care-home-teams"], compared=True, ensemble="vangards")


def test_the_plan_of_a_study_says_which_ensemble_it_takes() -> None:
    """In one line, with how it was made."""
    arguments = ["care-home-teams", "--plan", "--ensemble", "vanguards", "--place", "england-average-25k"]
    shown = CliRunner().invoke(command, arguments)
    assert shown.exit_code == 0, shown.output
    assert "ensemble vanguards" in shown.output
    found = read_ensemble("vanguards")
    assert found is not None
    assert "".join(found.about.split()) in "".join(shown.output.split())
