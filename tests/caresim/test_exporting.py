"""Exports and replays as their users ask for them: what comes out, and what is said when it cannot."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import caresim
from caresim.cli import run_command_line
from outputs.exports import read_log
from tests.caresim.conftest import make_village


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A village of a user's."""
    place = tmp_path_factory.mktemp("exports") / "user"
    make_village(place)
    return place


@pytest.fixture(autouse=True)
def _there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["log.txt"], "a file that ends in .parquet or .csv"),
        (["log.csv", "--form", "vidgi"], 'did you mean "vidigi"?'),
        (["log.parquet", "--form", "bupar"], "a file that ends in .csv"),
        (["plan.yaml.csv", "--people", "many"], 'such as "5%"'),
        (["log.csv", "--people", "-3"], 'such as "5%"'),
        (["log.csv", "--from", "1999-01-01"], "The run goes from 2014-04-01 to 2017-04-01"),
        (["log.csv", "--from", "2016-01-02", "--to", "2016-01-01"], "not after 2016-01-02"),
        (["log.csv", "--beside", "do-nothing"], "Only a film"),
        (["film.gif", "--form", "film", "--people", "10"], "A film shows everybody"),
        (["village/population.csv"], "nothing is overwritten"),
    ],
)
def test_what_cannot_be_exported_is_said_before_anything_is_run(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    """One message, exit code 2, and no file."""
    before = sorted(folder.rglob("*"))
    assert run_command_line(["export", "plan.yaml", *words]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert sorted(folder.rglob("*")) == before


def test_an_export_is_the_run_of_a_study_in_each_form(folder: Path) -> None:
    """In order of person or of time the same stays; a sample is some of its people; nothing is left lying about."""
    rows = caresim.export("plan.yaml", "by-time.parquet")
    assert caresim.export("plan.yaml", "by-person.csv", by_person=True) == rows
    by_time, by_person = read_log(folder / "by-time.parquet"), read_log(folder / "by-person.csv")
    assert len(by_time) == len(by_person) == rows > 500
    order = by_time.sort_values(["person", "visit", "started"])
    assert order["severity"].tolist() == pytest.approx(by_person["severity"].tolist())
    assert caresim.export("plan.yaml", "some.csv", form="pm4py", people="20%") > 0
    some = pd.read_csv(folder / "some.csv")
    share = some["case:person"].nunique() / by_time.loc[by_time["person"] < 2**40, "person"].nunique()
    assert 0.1 < share < 0.3
    assert not list(folder.glob(".*"))
    assert not list(folder.glob("tmp*"))


def test_a_replay_names_somebody_who_was_reached(capsys: pytest.CaptureFixture[str]) -> None:
    """Chosen by itself, or by number; a number that nobody has is a mistake with the numbers there are."""
    found = caresim.replay("plan.yaml")
    assert "team reached this person" in found.why
    assert found.titles == ("Do nothing", "A team in the village")
    assert found.parts_at is not None
    again = caresim.replay("plan.yaml", person=found.person)
    assert again.rows == found.rows
    assert run_command_line(["replay", "plan.yaml", "--person", "999999"]) == 2
    assert "people are numbered from 0 to" in capsys.readouterr().err


def test_nothing_to_share_out_is_said_before_anything_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    """One service cannot be shared out, and a reference with services of its own is no base."""
    assert run_command_line(["compare", "plan.yaml", "--attribute"]) == 2
    assert "None of these has two services or more" in capsys.readouterr().err
    assert run_command_line(["compare", "care-home-teams", "extensivist-teams+gp-access", "--attribute"]) == 2
    assert "all of whose services are in the plan" in " ".join(capsys.readouterr().err.split())
