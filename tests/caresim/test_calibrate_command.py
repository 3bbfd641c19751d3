"""`calibrate` and `validate` say what they would take, and refuse what cannot be used, before anything is simulated."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration import points
from calibration.contrasts import plan_of
from calibration.points import Points
from caresim.cli import run_command_line
from tests.calibration import formula_points, toy_fit


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_plan_says_how_long_and_writes_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Targets, points, years and minutes of a fit; results and points of a validation."""
    assert run_command_line(["calibrate", "--quick", "--plan"]) == 0
    assert "9 targets, 160 points in 2 waves;" in capsys.readouterr().out
    assert run_command_line(["calibrate", "--set", "controlled", "--quick", "--plan"]) == 0
    assert "8 targets, 96 points in 1 wave;" in capsys.readouterr().out
    assert run_command_line(["validate", "--quick", "--plan"]) == 0
    assert "25 results to predict" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_a_plan_refuses_what_points_that_are_there_show_to_be_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With the sentence, exit code 2, and nothing written; a target within reach is planned."""
    counts = [toy_fit.with_reach(one, 0.03) for one in toy_fit.simulate(np.full((2, 8), 0.5), 0)]
    monkeypatch.setattr(Points, "missing", lambda *_: 0)
    monkeypatch.setattr(Points, "__call__", lambda *_: counts)
    toy_fit.targets(tmp_path, late=-5.0)
    assert run_command_line(["calibrate", "--targets", "toy.csv", "--quick", "--plan"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert 'toy.csv, line 3, column value: found "-5"' in said
    assert "have 3 % of what is counted: preventing all of theirs would not make it fall so far" in said
    toy_fit.targets(tmp_path, late=-2.0)
    assert run_command_line(["calibrate", "--targets", "toy.csv", "--quick", "--plan"]) == 0
    assert [each.name for each in tmp_path.iterdir()] == ["toy.csv"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["calibrate", "--set", "vanguard", "--plan"], 'did you mean "vanguards"?'),
        (["validate", "--set", "vanguard", "--plan"], 'did you mean "vanguards"?'),
        (["calibrate", "--targets", "nothing.csv", "--plan"], "There is no such file"),
        (["validate", "--targets", "mine.csv", "--plan"],
         'mine.csv, line 2, column system: found "mpc-vanguard"; did you mean "mcp-vanguard"?'),
        (["calibrate", "--targets", "mine.csv", "--set", "vanguard", "--plan"], 'did you mean "vanguards"?'),
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


@pytest.mark.parametrize("set_name", ["vanguards", "controlled"])
def test_months_of_anybodys_are_predicted_by_each_shipped_ensemble(
    set_name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """`validate --targets` as typed, with two years of months; a formula, which stays as it is, simulates."""
    monkeypatch.setattr(points, "plan_of", lambda *given: replace(plan_of(*given), recipe=formula_points.FORMULA))
    months = [f"{year}-{month:02d}" for year in (2016, 2017, 2018) for month in range(1, 13)][3:27]
    days = {"01": 31, "02": 28, "03": 31, "04": 30, "05": 31, "06": 30, "07": 31, "08": 31, "09": 30, "10": 31,
            "11": 30, "12": 31}  # fmt: skip
    lines = [f"{month},emergency admissions,{100 * days[month[-2:]] * (2 if i == 20 else 1)},"
             for i, month in enumerate(months)]  # fmt: skip
    (tmp_path / "mine.csv").write_text("period,measure,value,estimator\n" + "\n".join(lines) + "\n", encoding="utf-8")
    command = ["validate", "--set", set_name, "--targets", "mine.csv", "--quick", "-y", "--jobs", "1"]
    assert run_command_line([*command, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (series,) = found["series"]
    assert (series["measure"], series["months"]) == ("emergency admissions", 12)
    missed = [each["title"] for each in found["results"] if each["counted"] and not each["inside"]]
    assert "emergency admissions, 2017-12" in missed
    assert run_command_line(command) == 0
    said = capsys.readouterr().out
    assert "Series by series" in said
    assert "| emergency admissions of everyone, do-nothing | 12 |" in said


def test_early_months_of_a_programme_are_simulated_with_all_its_years(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file that ends while its teams still change is planned: the years are ours to choose, not the file's."""
    lines = [f"2017-{month:02d},emergency admissions,mcp-vanguard,100,2016/17,1200" for month in (4, 5)]
    heading = "period,measure,system,value,base_period,base_value\n"
    (tmp_path / "mine.csv").write_text(heading + "\n".join(lines) + "\n", encoding="utf-8")
    assert run_command_line(["validate", "--targets", "mine.csv", "--quick", "--plan"]) == 0
    assert "2 results to predict" in capsys.readouterr().out


def test_members_of_a_service_that_a_scenario_lacks_are_refused_before_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With the service that was probably meant."""
    row = 'emergency admissions,extensivist-teams,extensivist-teem,0,12,"members, first year",-20,5'
    heading = "measure,system,people,from_month,to_month,estimator,value,standard_error"
    (tmp_path / "mine.csv").write_text(f"{heading}\n{row}\n", encoding="utf-8")
    assert run_command_line(["validate", "--targets", "mine.csv", "--quick", "--plan"]) == 2
    assert 'found "extensivist-teem"; did you mean "extensivist-teams"' in capsys.readouterr().err


def test_a_line_is_named_once_however_much_is_made_of_its_value(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A value that is no number: its error is made of it too, and is not another finding."""
    (tmp_path / "mine.csv").write_text("period,measure,value\n2018-04,A&E attendances,x\n", encoding="utf-8")
    assert run_command_line(["validate", "--targets", "mine.csv", "--plan"]) == 2
    said = capsys.readouterr().err
    assert 'line 2, column value: found "x"' in said
    assert "lines affected" not in said
