"""What a file changes, laid over what it extends."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.catalogue import Found
from scenarios.checking import as_data
from scenarios.inherit import laid_over, laid_over_uses, read_extended
from scenarios.messages import BadInput
from scenarios.yaml_reader import Mapping, parse_yaml, walk

BASE = """\
title: Base
teams_per_100000:
  month 1: 0.4
  month 13: 0.8
cost:
  set_up: £10 once
  running: £20 a year per team
effects:
  acute crises: -5 %
  length of stay: -3 %
"""


def base() -> Mapping:
    """The map that others are laid over."""
    return parse_yaml(BASE, "base.yaml")


def over(text: str) -> Mapping:
    """The base with another map laid over it."""
    return laid_over(base(), parse_yaml(text, "over.yaml"))


def origins(tree: Mapping) -> dict[str, str]:
    """Where each value was set, by its last key."""
    return {path[-1]: str(scalar.origin) for path, scalar in walk(tree)}


def test_maps_merge_key_by_key_and_each_value_keeps_its_origin() -> None:
    """What is not written stays as it was, with its own file and line."""
    tree = over("cost:\n  running: £30 a year per team\n")
    assert as_data(tree.entries["cost"].value) == {"set_up": "£10 once", "running": "£30 a year per team"}
    assert origins(tree)["set_up"] == "base.yaml:6"
    assert origins(tree)["running"] == "over.yaml:2"


def test_keys_merge_however_they_are_spelled() -> None:
    """Space, underscore and hyphen are one across files too."""
    assert as_data(over("effects:\n  Acute-crises: -9 %\n").entries["effects"].value) == {
        "acute_crises": "-9 %", "length_of_stay": "-3 %",
    }


def test_teams_by_date_are_one_value() -> None:
    """Writing some dates replaces all of them, and teams for the place replace teams per 100,000."""
    tree = over("teams:\n  Apr 2027: 1\n")
    assert "teams_per_100000" not in tree.entries
    assert as_data(tree.entries["teams"].value) == {"apr_2027": "1"}
    assert as_data(over("teams_per_100000:\n  month 1: 9\n").entries["teams_per_100000"].value) == {"month_1": "9"}


@pytest.mark.parametrize("word", ["off", "Off", "false", "False", "no"])
def test_off_removes_whether_yaml_takes_it_for_a_word_or_for_false(word: str) -> None:
    """Every way of saying off removes the key."""
    assert as_data(over(f"effects:\n  length of stay: {word}\n").entries["effects"].value) == {"acute_crises": "-5 %"}


def test_switching_off_what_is_not_there_is_answered_with_the_nearest() -> None:
    """A slip in a name would otherwise do nothing, silently."""
    with pytest.raises(BadInput, match='did you mean "length of stay"'):
        over("effects:\n  lenght of stay: off\n")


def test_a_new_run_does_not_keep_the_old_start() -> None:
    """The start of an inherited run is not inside a new one."""
    tree = laid_over(
        parse_yaml("run: April 2015 to March 2020\nstarts: April 2017\n", "base.yaml"),
        parse_yaml("run: April 2026 to March 2031\n", "over.yaml"),
    )
    assert set(tree.entries) == {"run"}


def test_interventions_keep_their_off_until_names_are_known() -> None:
    """Under `use`, "off" and "as it is" are kept; a mere mention keeps earlier changes."""
    earlier = parse_yaml("a:\n  caseload: 3\nb:\nc:\n", "base.yaml")
    later = parse_yaml("a:\nb: off\nc:\n  caseload: 5\nd: off\n", "over.yaml")
    assert as_data(laid_over_uses(earlier, later)) == {
        "a": {"caseload": "3"}, "b": "off", "c": {"caseload": "5"}, "d": "off",
    }


def write(folder: Path, **files: str) -> Found:
    """Files in a folder; the first is the one to read."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    first = next(iter(files))
    return Found(first, folder / f"{first}.yaml", f"{first}.yaml", shipped=False)


def test_extends_goes_as_far_as_it_goes(tmp_path: Path) -> None:
    """Three files deep, the nearest file wins and aliases stay behind."""
    found = write(
        tmp_path, first="extends: second\ntitle: First\n", second="extends: third\nowner: Second\ntitle: Second\n",
        third="title: Third\nquestion: Third?\nowner: Third\nalso_called: last\n",
    )
    assert as_data(read_extended(found, "scenario")) == {"title": "First", "question": "Third?", "owner": "Second"}


def test_a_circle_is_reported_with_all_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the way round."""
    monkeypatch.chdir(tmp_path)
    found = write(tmp_path, a="extends: b\n", b="extends: c\n", c="extends: a\n")
    with pytest.raises(BadInput, match=r"a\.yaml extends b\.yaml extends c\.yaml extends a\.yaml"):
        read_extended(found, "scenario")


def test_a_file_that_extends_itself_is_a_circle(tmp_path: Path) -> None:
    """The shortest circle of all."""
    with pytest.raises(BadInput, match="circle"):
        read_extended(write(tmp_path, mine="extends: mine\n"), "scenario")


def test_teams_may_stand_in_a_table_beside_the_file(tmp_path: Path) -> None:
    """Values from the table know the table's line."""
    (tmp_path / "teams.csv").write_text("month,teams\nApr 2027,0.5\nOct 2027,1\n", encoding="utf-8")
    found = write(tmp_path, plan="use:\n  my-team:\n    teams: teams.csv\n")
    values = {path[-1]: (scalar.text, str(scalar.origin)) for path, scalar in walk(read_extended(found, "scenario"))}
    assert values == {"apr_2027": ("0.5", "teams.csv:2"), "oct_2027": ("1", "teams.csv:3")}
