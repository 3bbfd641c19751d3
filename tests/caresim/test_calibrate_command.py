"""`calibrate` and `validate` say what they would take, and refuse what cannot be used, before anything is simulated."""

from __future__ import annotations

from pathlib import Path

import pytest

from caresim.cli import run_command_line


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_plan_says_how_long_and_writes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Targets, points, years and minutes of a fit; results and points of a validation."""
    assert run_command_line(["calibrate", "--quick", "--plan"]) == 0
    assert "9 targets, 64 points in 2 waves" in capsys.readouterr().out
    assert run_command_line(["validate", "--quick", "--plan"]) == 0
    assert "25 results to predict" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["calibrate", "--set", "vanguard", "--plan"], 'did you mean "vanguards"?'),
        (["validate", "--set", "vanguard", "--plan"], 'did you mean "vanguards"?'),
        (["calibrate", "--targets", "nothing.csv", "--plan"], "There is no such file"),
        (["validate", "--targets", "mine.csv", "--plan"], 'found "mpc-vanguard"; did you mean "mcp-vanguard"?'),
        (["calibrate", "--place", "nowhere", "--plan"], "nowhere"),
    ],
)
def test_what_cannot_be_used_is_refused_with_exit_code_2(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One message, no traceback, nothing written."""
    row = "measure,system,from_month,to_month,value\nemergency admissions,mpc-vanguard,0,12,-3\n"
    Path("mine.csv").write_text(row, encoding="utf-8")
    assert run_command_line(words) == 2
    shown = capsys.readouterr().err
    assert said in shown
    assert "Nothing was run." in shown
    assert "Traceback" not in shown
