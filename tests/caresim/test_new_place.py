"""A place of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from caresim.commands.new_place import new_place
from scenarios.messages import BadInput
from scenarios.resolve import resolve


def test_a_new_place_can_be_used_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a folder, as a workbook, and the plan in the workbook too."""
    monkeypatch.chdir(tmp_path)
    new_place(Path("my-place"), 30_000, "2016/17")
    assert sorted(path.name for path in Path("my-place").iterdir()) == [
        "README.md", "beds.csv", "my-place.xlsx", "place.yaml", "population.csv"]
    folder = resolve("care-home-teams", place="my-place").place
    book = resolve("care-home-teams", place="my-place/my-place.xlsx").place
    assert folder == book
    assert folder.people == 30_000
    plan = resolve("my-place/my-place.xlsx")
    assert plan.place == book
    assert [each.id for each in plan.interventions] == ["care-home-teams"]


def test_an_existing_folder_is_never_overwritten(tmp_path: Path) -> None:
    """What a planner wrote is hers."""
    (tmp_path / "mine").mkdir()
    with pytest.raises(BadInput, match="not overwritten"):
        new_place(tmp_path / "mine", 30_000, "2016/17")
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "people", "year", "said"),
    [
        ("cornwall", 30_000, "2016/17", "comes with caresim"),
        ("mine", 3, "2016/17", "a number from 1,000"),
        ("mine", 30_000, "2016", "financial year"),
        ("mine.yaml", 30_000, "2016/17", "a name such as my-place"),
        ("nowhere/mine", 30_000, "2016/17", "cannot be written"),
    ],
)
def test_what_cannot_be_made_is_explained_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, people: int, year: str, said: str
) -> None:
    """One message, no folder."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=said):
        new_place(Path(name), people, year)
    assert list(tmp_path.iterdir()) == []
