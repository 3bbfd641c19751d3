"""One zip of a study: whole, the same bytes each time, and never inside the study itself."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from caresim.packing import pack
from scenarios.messages import BadInput


def study_in(folder: Path) -> Path:
    """A folder like a study's, with runs of its own and something half-written."""
    study = folder / "a plan_2026-11-22_7f3a91"
    for name in ("report.html", "data/levels.csv", "runs/kept.parquet", ".workbook.xlsx.part-7"):
        path = study / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")
    return study


def test_a_pack_holds_the_study_without_single_runs(tmp_path: Path) -> None:
    """Under the study's own name, so that it unpacks into one folder."""
    study = study_in(tmp_path)
    path, megabytes = pack(study)
    assert path == tmp_path / "a plan_2026-11-22_7f3a91.zip"
    assert megabytes == path.stat().st_size / 1e6
    with zipfile.ZipFile(path) as packed:
        assert packed.namelist() == [f"{study.name}/data/levels.csv", f"{study.name}/report.html"]
        assert packed.testzip() is None


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the times of its files."""
    study = study_in(tmp_path)
    first = pack(study)[0].read_bytes()
    os.utime(study / "report.html", (1e9, 1e9))
    assert pack(study)[0].read_bytes() == first


def test_a_pack_goes_where_it_was_asked_to_go_and_nowhere_else(tmp_path: Path) -> None:
    """A name outside the study is used as it is; a folder, or a place inside the study, is refused."""
    study = study_in(tmp_path)
    assert pack(study, tmp_path / "for you.zip")[0] == tmp_path / "for you.zip"
    for wrong in (tmp_path, study / "inside.zip"):
        with pytest.raises(BadInput, match="A file beside or outside the study is wanted"):
            pack(study, wrong)
    assert not [path for path in tmp_path.iterdir() if ".part-" in path.name]
