"""Where results go."""

from __future__ import annotations

from pathlib import Path

import pytest

from caresim.results import finished_studies, runs_folder, study_folder
from caresim.study import Study, prepare
from scenarios.messages import BadInput


@pytest.fixture
def study() -> Study:
    """A comparison of two services with doing nothing."""
    names = ("do-nothing", "extensivist-teams", "care-home-teams")
    return prepare(names, compared=True, place="england-average-25k", replications=1)


def finish(folder: Path, identity: str) -> None:
    """Make a folder look like that of a finished study."""
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(f'{{"study": "{identity}"}}')


def test_the_same_command_goes_to_the_folder_that_it_began(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even on another day; another year to report is another study."""
    monkeypatch.chdir(tmp_path)
    identity = study.identity(None)
    begun = Path("results") / f"extensivist-teams-care-home-teams_2026-01-31_{identity}"
    begun.mkdir(parents=True)
    assert study_folder(study, None, None) == begun
    assert study_folder(study, "2018/19", None) != begun


def test_a_new_folder_is_called_after_what_is_compared(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Title, date and the study's own letters; nothing is created before there are results."""
    monkeypatch.chdir(tmp_path)
    named = study_folder(study, None, None, "demo")
    assert named.name.startswith("demo_2")
    assert named.name.endswith(f"_{study.identity(None)}")
    assert study_folder(study, None, None).name.startswith("extensivist-teams-care-home-teams_")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_named_is_the_folder(study: Study, tmp_path: Path) -> None:
    """`--out` adds no folder of its own, and runs are kept inside."""
    assert study_folder(study, None, tmp_path / "mine") == tmp_path / "mine"
    assert runs_folder(tmp_path / "mine") == tmp_path / "mine" / "runs"


def test_a_finished_study_is_never_overwritten_by_another(study: Study, tmp_path: Path) -> None:
    """The same study may be asked for again; a file is no folder."""
    finish(tmp_path / "same", study.identity(None))
    finish(tmp_path / "other", "0f0f0f")
    (tmp_path / "file").write_text("")
    assert study_folder(study, None, tmp_path / "same") == tmp_path / "same"
    with pytest.raises(BadInput, match="never overwritten"):
        study_folder(study, None, tmp_path / "other")
    with pytest.raises(BadInput, match="a folder is wanted"):
        study_folder(study, None, tmp_path / "file")


def test_only_finished_studies_can_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One without a manifest is not complete."""
    monkeypatch.chdir(tmp_path)
    finish(Path("results") / "demo_2026-01-31_abcdef", "abcdef")
    (Path("results") / "other_2026-01-31_123456").mkdir()
    assert [path.name for path in finished_studies()] == ["demo_2026-01-31_abcdef"]
