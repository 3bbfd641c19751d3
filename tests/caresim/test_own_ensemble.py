"""A fit of one's own is taken by folder: its study says so, keeps a copy of it, and is run again from the copy."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import numpy as np
import pytest

from calibration.ensemble import write_ensembles
from calibration.series import series_scores
from caresim.cli import run_command_line
from caresim.fits import FITTED_TO, fitted_rows, name_of
from caresim.inputs import OWN_ENSEMBLE, command_of, files_used, made_with
from caresim.rerunning import asked_of
from caresim.study import prepare
from scenarios.ensembles import ENSEMBLES, Ensemble, parameters, require_ensemble
from scenarios.messages import BadInput
from tests.calibration import toy_fit
from tests.caresim.test_rerunning import NOW
from tests.outputs.finished_studies import finished

MEMBERS = tuple((place,) * len(parameters()) for place in (0.25, 0.75))
ROWS = "id,measure,system,from_month,to_month,value,standard_error,role\n" + "".join(
    f"{name},emergency admissions,mcp-vanguard,0,12,-3,1,{role}\n" for name, role in (("a", "fit"), ("b", "hold-out"))
)


@pytest.fixture(autouse=True)
def fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as `caresim calibrate --targets mine.csv` leaves it."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results" / "fit-mine"
    write_ensembles(folder, [Ensemble("mine", "fitted to targets of your own", "2 sets", parameters(), MEMBERS)])
    (folder / FITTED_TO).mkdir()
    (folder / FITTED_TO / "mine.csv").write_text(ROWS, encoding="utf-8")
    return folder


def test_runs_take_members_of_the_folder_and_the_study_says_so() -> None:
    """Every scenario has it, and runs are other than with a shipped one."""
    own, shipped = (prepare(["care-home-teams"], compared=True, ensemble=name)
                    for name in ("results/fit-mine", "vanguards"))  # fmt: skip
    assert all(one.ensemble is not None and one.ensemble.members == MEMBERS for one in own.scenarios)
    assert made_with(own)["ensemble"] == "mine: 2 sets"
    assert not {key for _, _, key in own.plan.runs()} & {key for _, _, key in shipped.plan.runs()}


def test_the_study_keeps_a_copy_from_which_it_is_run_again(tmp_path: Path, fit: Path) -> None:
    """Also when the fit itself is gone."""
    choices = dataclasses.replace(NOW, ensemble="results/fit-mine")
    study = prepare(["care-home-teams"], compared=True, ensemble=choices.ensemble)
    files = files_used(study.scenarios, ["care-home-teams"], None, choices.ensemble)
    assert sorted(files) == [f"{OWN_ENSEMBLE}/ensembles.csv", f"{OWN_ENSEMBLE}/mine.csv"]
    kept = tmp_path / "study"
    for name, content in files.items():
        path = kept / "inputs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shutil.rmtree(fit)
    done = dataclasses.replace(finished(), command=command_of("compare", ["care-home-teams"], choices),
                               made_with=made_with(study))  # fmt: skip
    asked = asked_of(done, kept, NOW).choices
    assert asked.ensemble == str(kept / "inputs" / OWN_ENSEMBLE)
    again = prepare(["care-home-teams"], compared=True, ensemble=asked.ensemble)
    assert [key for _, _, key in again.plan.runs()] == [key for _, _, key in study.plan.runs()]


def test_it_predicts_and_rows_that_it_was_fitted_to_are_known() -> None:
    """`validate --set FOLDER`: rows with the role fit of the copy kept with it; those of a shipped set by its name."""
    assert require_ensemble("results/fit-mine", "--set").members == MEMBERS
    assert [row.id for row in fitted_rows("results/fit-mine")] == ["a"]
    assert len(fitted_rows("vanguards")) == 9


def test_months_that_were_fitted_are_shown_and_not_counted(fit: Path) -> None:
    """A file of months names no role: all of them were fitted, and are no test of what was fitted to them."""
    months = [f"{2016 + (m + 3) // 12}-{(m + 3) % 12 + 1:02d}" for m in range(24)]
    lines = [f"emergency admissions,{month},{90 + m}\n" for m, month in enumerate(months)]
    path = next((fit / FITTED_TO).iterdir())
    path.write_text("measure,period,value\n" + "".join(lines), encoding="utf-8")
    rows = fitted_rows("results/fit-mine")
    assert len(rows) == 24
    counts = toy_fit.simulate(np.full((2, len(parameters())), 0.5), 0)
    found = series_scores(rows, counts, counts, rows[:18])
    assert [one.counted for one in found] == [False] * 18 + [True] * 6
    assert found[15].why == "it was fitted"
    assert all(one.is_predicted for one in found)


def test_a_fit_called_as_its_own_list_keeps_its_members(tmp_path: Path) -> None:
    """A file of targets may have any name; the copy of it is in a folder of its own."""
    assert name_of(tmp_path / "ensembles.csv") == "ensembles-targets"
    assert name_of(tmp_path / "mine.xlsx") == "mine"


def _without_a_column(fit: Path) -> None:
    (fit / ENSEMBLES).write_text("name,title\nmine,x\n", encoding="utf-8")


def _of_two(fit: Path) -> None:
    (fit / ENSEMBLES).write_text("name,title,about\nmine,x,y\nother,x,y\n", encoding="utf-8")


def _with_a_word(fit: Path) -> None:
    names = ",".join(each.name for each in parameters())
    (fit / "mine.csv").write_text(f"{names}\n{','.join(['high'] * len(parameters()))}\n", encoding="utf-8")


def _beyond_the_ends(fit: Path) -> None:
    names = ",".join(each.name for each in parameters())
    (fit / "mine.csv").write_text(f"{names}\n{','.join(['1.5'] * len(parameters()))}\n", encoding="utf-8")


def _without_members(fit: Path) -> None:
    (fit / "mine.csv").unlink()


@pytest.mark.parametrize(("break_it", "said"), [
    (_without_a_column, "has no column 'about'"), (_of_two, "one line under its heading"),
    (_with_a_word, "mine.csv: every position must be a number"),
    (_beyond_the_ends, "mine.csv: positions must lie between 0 and 1"),
    (_without_members, "no ensemble that can be read"),
])  # fmt: skip
def test_a_folder_that_cannot_be_used_is_refused_before_anything_runs(
    break_it: object, said: str, fit: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the option, the folder, why, and what is allowed; exit code 2."""
    assert callable(break_it)
    break_it(fit)
    assert run_command_line(["compare", "care-home-teams", "--ensemble", "results/fit-mine", "--plan"]) == 2
    shown = " ".join(capsys.readouterr().err.split())
    assert said in shown
    assert 'option --ensemble: found "results/fit-mine"' in shown
    assert "a folder that caresim calibrate made" in shown


@pytest.mark.parametrize("name", ["none", "vanguard"])
def test_nothing_is_predicted_without_an_ensemble(name: str) -> None:
    """A name that is none is refused for the option that gave it, and "none" is not offered where it is of no use."""
    with pytest.raises(BadInput, match=f'option --set: found "{name}"') as caught:
        require_ensemble(name, "--set")
    assert "none or" not in str(caught.value)
