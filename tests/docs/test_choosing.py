"""The guide to choosing between plans: every command and call on it is one that caresim takes, as it is written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import caresim
from caresim.cli import run_command_line
from tests.caresim.test_questions import toy_run
from tests.caresim.toy import put_in_place

GUIDE = Path(__file__).parents[2] / "docs" / "choosing.md"
[IN_PYTHON] = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^caresim .*$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_guide_has_a_command_for_each_question() -> None:
    """Rank, optimise, find and discover, in that order."""
    assert [shlex.split(line)[1] for line in COMMANDS] == ["rank", "optimise", "find", "discover"]


@pytest.mark.parametrize("line", COMMANDS, ids=[shlex.split(line)[1] for line in COMMANDS])
def test_every_command_of_the_guide_can_be_given(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Up to where runs would begin: place, plans, values and conditions are all there, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    assert run_command_line([*shlex.split(line)[1:], "--plan"]) == 0
    said = capsys.readouterr().out
    assert "england-average-25k: 25,000 people" in said
    assert said.rstrip().endswith("Nothing was run.")
    assert list(tmp_path.iterdir()) == []


def test_the_python_of_the_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is written, with a formula in place of the model; every name is there, and runs are kept in its store."""
    toy = put_in_place(toy_run, tmp_path, monkeypatch)
    names: dict[str, object] = {}
    exec(compile(IN_PYTHON, str(GUIDE), "exec"), names)
    kinds = {"ranked": caresim.Ranked, "mixed": caresim.Optimised, "found": caresim.Found,
             "discovered": caresim.Discovered}  # fmt: skip
    for name, kind in kinds.items():
        assert isinstance(names[name], kind)
    kept = {path.name for path in (tmp_path / "results").iterdir()}
    assert kept == {"runs"}
    assert ("care-home-teams", 40) in toy.had
