"""A study is asked for again as it was, from the copies of its own inputs."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from caresim.commands.rerun import in_words
from caresim.inputs import command_of
from caresim.options import Choices
from caresim.rerunning import asked_of
from outputs.versions import COLUMNS
from scenarios.messages import BadInput
from tests.outputs.finished_studies import finished

NOW = Choices(None, 12, 1, 2, "compiled", (), None, None, preview=False, yes=True, as_json=False, quiet=True)


def test_everything_that_shaped_the_study_is_asked_for_again(tmp_path: Path) -> None:
    """Names, place, runs, seed, settings, year and engine; jobs and --yes are those of now."""
    (tmp_path / "inputs" / "my place").mkdir(parents=True)
    (tmp_path / "inputs" / "plan.yaml").write_text("title: My plan\n")
    then = Choices("my place", 48, 7, 1, "simpy", ("extensivist-teams.teams=3",), "2018/19", None, preview=False,
                   yes=False, as_json=False, quiet=False)
    command = command_of("compare", ["do-nothing", "plans/plan.yaml+care-home-teams"], then)
    study = dataclasses.replace(finished(), command=command,
                                made_with={"engine": "simpy", "ensemble": "vanguards: of some fit"})
    asked = asked_of(study, tmp_path, NOW)
    assert asked.verb == "compare"
    assert asked.names == ("do-nothing", f"{tmp_path / 'inputs' / 'plan.yaml'}+care-home-teams")
    assert asked.choices == dataclasses.replace(
        then, place=str(tmp_path / "inputs" / "my place"), jobs=2, yes=True, quiet=True
    )


def test_a_single_plan_is_run_again_alone(tmp_path: Path) -> None:
    """The verb stays what it was."""
    asked = asked_of(dataclasses.replace(finished(), command="caresim run do-nothing"), tmp_path, NOW)
    assert (asked.verb, asked.names) == ("run", ("do-nothing",))


@pytest.mark.parametrize("command", ["", "caresim network ward", "rm -rf results"])
def test_a_command_that_is_none_of_ours_is_refused(tmp_path: Path, command: str) -> None:
    """Nothing is run."""
    with pytest.raises(BadInput, match="not one that can be run again"):
        asked_of(dataclasses.replace(finished(), command=command), tmp_path, NOW)


def test_what_really_changed_is_listed_and_the_rest_counted() -> None:
    """A line for each real change, with both values; noise and equal numbers only as counts."""
    rows = [
        ("plan", "emergency_admissions_per_1000", "Emergency admissions per 1,000 people", "level", "2019/20", "a year",
         104.0, 105.0, 1.0, 0.1, 12, "really changed"),
        ("plan", "bed_occupancy", "Bed occupancy", "level", "2019/20", "share", 0.9, 0.9, 0.0, 0.0, 12, "the same"),
    ]
    text = in_words(pd.DataFrame(rows, columns=list(COLUMNS)), "aaa", "bbb")
    assert "Model aaa before, bbb now: 2 headline numbers" in text
    assert "1 really changed, 1 the same." in text
    assert "104.00" in text
    assert "+1.00" in text
    assert "Bed occupancy" not in text
