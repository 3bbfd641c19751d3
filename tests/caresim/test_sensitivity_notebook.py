"""The notebook of docs/sensitivity.md runs from its first cell to its last."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import caresim.sensitivity_study as module
from tests.caresim.small_world import SMALL_WORLD
from tests.simulation.studies.toys import forked_workers

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "which_assumptions_drive_it.ipynb"
SMALL_PLACE = Path(__file__).parents[2] / "scenarios" / "library" / "places" / "england-average-25k"
CELLS: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


def run_cells(*changes: tuple[str, str]) -> None:
    """Every cell of code, one after another, in one room of names; texts replaced by others."""
    names: dict[str, object] = {}
    for cell in CELLS:
        if cell["cell_type"] == "code":
            text = "".join(cell["source"])
            for before, after in changes:
                text = text.replace(before, after)
            exec(compile(text, cell["id"], "exec"), names)


def test_the_notebook_runs_and_ends_with_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it is written, with a world of one formula in place of the care model: the finding, and figures of it."""
    prepare = module.prepare_sensitivity

    def small(*names: str, **options: object) -> module.SensitivityStudy:
        study = prepare(*names, **options)  # type: ignore[arg-type]
        return dataclasses.replace(study, plan=dataclasses.replace(study.plan, recipe=SMALL_WORLD))

    monkeypatch.setattr(module, "prepare_sensitivity", small)
    monkeypatch.setattr(module, "make_ready", lambda *_, **__: None)
    monkeypatch.setattr("caresim.simulating.local_workers", forked_workers)
    monkeypatch.chdir(tmp_path)
    run_cells()
    said = capsys.readouterr().out
    assert "The difference in emergency admissions, 2019/20 is driven by length of stay (by" in said
    assert (tmp_path / "scatter_emergency_admissions_difference.svg").read_bytes().startswith(b"<svg")


def test_a_notebook_is_kept_without_results() -> None:
    """Cells carry no outputs and no counts, so that what they print is always of this version; each has a name."""
    code = [cell for cell in CELLS if cell["cell_type"] == "code"]
    assert len(code) >= 5
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert len({cell["id"] for cell in CELLS}) == len(CELLS)


def test_the_notebook_runs_on_the_care_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a place of a thousand people with fewer points of a plan with fewer assumptions: runs, words, figures."""
    shutil.copytree(SMALL_PLACE, tmp_path / "a-village")
    people = tmp_path / "a-village" / "population.csv"
    table = pd.read_csv(people, dtype=str, keep_default_na=False)
    table["people"] = np.ceil(table["people"].astype(float) / 25.0).astype(int)
    table.to_csv(people, index=False)
    monkeypatch.chdir(tmp_path)
    run_cells(('"england-average-25k"', '"a-village"'), ("points=6", "points=4"),
              ("extensivist-teams", "neighbourhood-networks"))
    assert "emergency admissions, 2019/20" in capsys.readouterr().out
    assert len(list((tmp_path / "results" / "runs").rglob("*.parquet"))) > 20
    assert (tmp_path / "scatter_emergency_admissions_difference.svg").read_bytes().startswith(b"<svg")
