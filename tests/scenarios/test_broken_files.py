"""Files that cannot be used: each is answered in words, with its line, and leaves everything as it was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from scenarios.messages import BadInput
from scenarios.resolve import resolve

CASES = sorted((Path(__file__).parent / "broken").glob("*.txt"))


@dataclass(frozen=True)
class Case:
    """A broken input: its files, what is asked, and what should be said."""

    files: dict[str, bytes]
    asked: dict[str, str]
    said: str


def read_case(path: Path) -> Case:
    """A case from a file of sections "=== name"; "hex" after a name means bytes, "ask" is the command."""
    sections = {}
    for section in path.read_text(encoding="utf-8").split("=== ")[1:]:
        name, _, text = section.partition("\n")
        sections[name] = text
    said = sections.pop("said").rstrip("\n")
    asked = dict(line.split(": ", 1) for line in sections.pop("ask", "").splitlines())
    files = {
        name.removesuffix(" hex"): bytes.fromhex(text) if name.endswith(" hex") else text.encode()
        for name, text in sections.items()
    }
    return Case(files, asked, said)


def written(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_broken_file_is_explained_and_nothing_is_written(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is word for word what the case expects, and no file appears or changes."""
    case = read_case(path)
    for name, content in case.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("scenarios.memory.memory_of_computer", lambda: 24e9)
    overrides = [case.asked["set"]] if "set" in case.asked else []
    with pytest.raises(BadInput) as caught:
        resolve(case.asked.get("scenario", "my-plan"), place=case.asked.get("place"), overrides=overrides)
    assert str(caught.value) == case.said
    assert written(tmp_path) == case.files


def test_there_are_many_broken_files() -> None:
    """Every way of going wrong that has been thought of has its case."""
    assert len(CASES) >= 45
