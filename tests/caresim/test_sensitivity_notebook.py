"""The notebook of docs/sensitivity.md runs from its first cell to its last."""

from __future__ import annotations

import dataclasses
import runpy
from pathlib import Path

import pytest

import caresim.sensitivity_study as module
from tests.caresim.small_world import SMALL_WORLD
from tests.simulation.studies.toys import forked_workers

NOTEBOOK = Path(__file__).parents[2] / "docs" / "notebooks" / "which_assumptions_drive_it.py"


def test_the_notebook_runs_and_ends_with_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a world of one formula in place of the care model; it prints the finding and draws what it is about."""
    prepare = module.prepare_sensitivity

    def small(*names: str, **options: object) -> module.SensitivityStudy:
        study = prepare(*names, **options)  # type: ignore[arg-type]
        return dataclasses.replace(study, plan=dataclasses.replace(study.plan, recipe=SMALL_WORLD))

    monkeypatch.setattr(module, "prepare_sensitivity", small)
    monkeypatch.setattr(module, "make_ready", lambda *_, **__: None)
    monkeypatch.setattr("caresim.simulating.local_workers", forked_workers)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(NOTEBOOK), run_name="__main__")
    said = capsys.readouterr().out
    assert "The difference in emergency admissions, 2019/20 is driven by length of stay (by" in said
    assert (tmp_path / "scatter_emergency_admissions_difference.svg").read_bytes().startswith(b"<svg")
