"""The results folder: whole or not there, the same bytes, never overwritten."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from outputs.comparison import Comparison
from outputs.writer import AlreadyFinished, write_results
from simulation.studies import whole_files
from tests.outputs.studies import named_study
from tests.outputs.test_figures import PLANS, alone, compared
from tests.outputs.test_tables_and_words import around


def write(folder: Path, found: Comparison, **facts: object) -> Path:
    """Results of a study in a folder."""
    return write_results(
        folder,
        found,
        study_id="7f3a91",
        command="caresim compare do-nothing a-team --seed 1",
        made_with={"seed": 1, "replications": 12},
        inputs={"my-plan.yaml": b"title: My plan\n"},
        facts=facts or {"date": "2026-11-22"},
    )


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path inside."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_folder_holds_what_was_found_drawn_and_used(tmp_path: Path) -> None:
    """README, data, figures, inputs, manifest."""
    folder = write(tmp_path / "study", compared(1e6))
    expected = {
        "README.txt", "manifest.json", "run_facts.json", "inputs/my-plan.yaml", "inputs/do-nothing.settled.json",
        "inputs/a-team.settled.json", "figures/captions.txt", "data/findings.json",
    }
    charts = ("growth_chart", "change_chart", "best_chart", "cost_chart", "cost_chart_a-team")
    expected |= {f"figures/{name}.svg" for name in charts} | {f"data/{name}.csv" for name in charts}
    expected |= {
        f"data/{name}.{kind}"
        for name in ("runs", "levels", "differences", "reached", "measures", "growth", "vanguard_marks", "best",
                     "pairing", "people", "equity", "accounting", "instead")
        for kind in ("csv", "parquet")
    }
    assert set(contents(folder)) == expected


def test_one_scenario_alone_has_no_differences(tmp_path: Path) -> None:
    """Nothing is written about a comparison that was not made."""
    names = contents(write(tmp_path / "study", alone()))
    assert "data/levels.csv" in names
    assert not [name for name in names if "differences" in name or "reached" in name]


def test_the_readme_has_question_answer_and_the_exact_command(tmp_path: Path) -> None:
    """And room for somebody who checks it."""
    text = (write(tmp_path / "study", compared(1e6)) / "README.txt").read_text(encoding="utf-8")
    assert "QUESTION  Is growth under 2 % a year?" in text
    assert "ANSWER    A team:" in text
    assert "COMMAND     caresim compare do-nothing a-team --seed 1" in text
    assert "MADE BY     Strategy team" in text
    assert "CHECKED BY  ____" in text
    assert max(len(line) for line in text.splitlines()) <= 107


def test_the_manifest_has_a_fingerprint_of_every_file_that_follows_from_the_runs(tmp_path: Path) -> None:
    """All but itself and the file of dates."""
    folder = write(tmp_path / "study", compared(1e6))
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = contents(folder)
    assert set(manifest["files"]) == set(files) - {"manifest.json", "run_facts.json"}
    for name, fingerprint in manifest["files"].items():
        assert hashlib.sha256(files[name]).hexdigest() == fingerprint
    assert manifest["study"] == "7f3a91"
    assert manifest["made_with"] == {"replications": 12, "seed": 1}


def test_the_same_findings_give_the_same_bytes_but_for_dates(tmp_path: Path) -> None:
    """Dates are in run_facts.json and nowhere else."""
    one = contents(write(tmp_path / "one", compared(1e6), date="2026-11-22"))
    other = contents(write(tmp_path / "other", compared(1e6), date="2031-01-01"))
    differing = {name for name in one if one[name] != other[name]}
    assert differing == {"run_facts.json"}


def test_a_finished_study_is_never_overwritten(tmp_path: Path) -> None:
    """Not a byte of it."""
    folder = write(tmp_path / "study", compared(1e6))
    before = contents(folder)
    with pytest.raises(AlreadyFinished, match="never overwritten"):
        write(folder, compared(-1e6))
    assert contents(folder) == before


def test_a_failure_half_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full after a few files: no folder, and nothing beside it."""
    written = []
    original = whole_files.write_bytes

    def full_after_five(path: Path, content: bytes, *, lasting: bool) -> None:
        written.append(path)
        if len(written) > 5:
            raise OSError("no space left on device")
        original(path, content, lasting=lasting)

    monkeypatch.setattr(whole_files, "write_bytes", full_after_five)
    with pytest.raises(OSError, match="no space left"):
        write(tmp_path / "study", compared(1e6))
    assert list(tmp_path.iterdir()) == []


def test_a_study_is_completed_in_a_folder_that_is_there_already(tmp_path: Path) -> None:
    """What was in it stays; the manifest comes last, so that a folder with one is complete."""
    folder = tmp_path / "study"
    (folder / "runs").mkdir(parents=True)
    (folder / "runs" / "kept.parquet").write_bytes(b"kept")
    write(folder, compared(1e6))
    files = contents(folder)
    assert files["runs/kept.parquet"] == b"kept"
    manifest = json.loads(files["manifest.json"])
    assert "README.txt" in manifest["files"]
    assert not [name for name in files if name.endswith(".part")]


def test_a_failure_in_a_folder_that_is_there_leaves_no_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unfinished folder is seen to be unfinished, and the same command may go on."""
    folder = tmp_path / "study"
    folder.mkdir()
    original = whole_files.write_bytes

    def fails_at_figures(path: Path, content: bytes, *, lasting: bool) -> None:
        if "figures" in path.parts:
            raise OSError("no space left on device")
        original(path, content, lasting=lasting)

    with monkeypatch.context() as patched:
        patched.setattr(whole_files, "write_bytes", fails_at_figures)
        with pytest.raises(OSError, match="no space left"):
            write(folder, compared(1e6))
    assert not (folder / "manifest.json").exists()
    assert (write(folder, compared(1e6)) / "manifest.json").exists()


def test_a_file_held_by_a_scanner_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to move what somebody else is reading, for a moment."""
    refusals = iter([PermissionError("held")] * 3)
    original = Path.replace

    def held_at_first(path: Path, target: Path) -> Path:
        refusal = next(refusals, None)
        if refusal is not None:
            raise refusal
        return original(path, target)

    monkeypatch.setattr(whole_files, "LOCKED_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(Path, "replace", held_at_first)
    assert (write(tmp_path / "study", compared(1e6)) / "manifest.json").exists()


def test_a_path_with_spaces_and_a_scenario_named_by_its_path_can_be_written(tmp_path: Path) -> None:
    """A scenario may be called by its whole path; files may not."""
    found = named_study(around(PLANS, {}, 0.0, 1), {"plans/my plan.yaml": around(PLANS, {}, 0.01, 2)})
    names = contents(write(tmp_path / "my results" / "a study", found))
    assert "inputs/plans-my-plan-yaml.settled.json" in names


def test_tables_open_in_a_spreadsheet_with_their_pound_signs(tmp_path: Path) -> None:
    """A byte-order mark tells Excel that it is UTF-8; pandas reads it all the same, as it reads the Parquet."""
    folder = write(tmp_path / "study", compared(1e6))
    assert (folder / "data/measures.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    measures = pd.read_csv(folder / "data/measures.csv")
    assert (measures["unit"] == "£ a year").any()
    pd.testing.assert_frame_equal(
        pd.read_csv(folder / "data/differences.csv"), pd.read_parquet(folder / "data/differences.parquet"),
        check_dtype=False,
    )
