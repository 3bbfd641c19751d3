"""How far a study is, and how long it still takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from caresim.progress import Known, Pace, progress_shown, said
from simulation.studies import Progress


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_time_left_comes_from_the_expectation_at_first() -> None:
    """Before two runs are done there is no pace to speak of."""
    clock = Clock()
    pace = Pace(100.0, clock)
    assert pace.seconds_left(Progress(0, 10)) == 100.0
    clock.seconds = 30.0
    assert pace.seconds_left(Progress(1, 10)) == 70.0
    clock.seconds = 130.0
    assert pace.seconds_left(Progress(1, 10)) == 0.0


def test_time_left_comes_from_the_pace_of_this_study_later() -> None:
    """Runs that were there before do not count as quick ones."""
    clock = Clock()
    pace = Pace(1000.0, clock)
    pace.seconds_left(Progress(5, 15))
    clock.seconds = 8.0
    assert pace.seconds_left(Progress(9, 15)) == pytest.approx(12.0)


def test_without_a_terminal_progress_is_plain_lines_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """The first, the last, and few between; standard output stays free for results."""
    with progress_shown(120.0, quiet=False) as report:
        for done in range(4):
            report(Progress(done, 3))
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "0 of 3 runs done, about 2 minutes left\n3 of 3 runs done\n"


def test_quiet_means_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing anywhere."""
    with progress_shown(120.0, quiet=True) as report:
        report(Progress(1, 3))
    assert capsys.readouterr() == ("", "")


def test_a_line_says_what_could_not_be_had_what_others_do_and_how_well_the_headline_is_known() -> None:
    """In that order."""
    known = Known("emergency_admissions", "emergency admissions ±35", 35.0)
    text = said(Progress(12, 48, lost=1, elsewhere=2), 170.0, known)
    assert text == (
        "12 of 48 runs done, 1 could not be had, 2 being run by another process, about 3 minutes left; "
        "emergency admissions ±35"
    )


def test_programs_get_a_json_document_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard error, since standard output is for results."""
    with progress_shown(120.0, quiet=False, form="json") as report:
        report(Progress(0, 3))
        report(Progress(3, 3), Known("emergency_admissions", "emergency admissions ±35", 35.0))
    shown = capsys.readouterr()
    first, last = map(json.loads, shown.err.splitlines())
    assert (shown.out, first["runs_done"], first["seconds_left"], first["headline"]) == ("", 0, 120.0, None)
    assert (last["runs_done"], last["seconds_left"]) == (3, 0.0)
    assert last["headline"] == {"measure": "emergency_admissions", "half_width": 35.0}


@pytest.mark.parametrize(("name", "begins"), [("study.log", "20"), ("study.jsonl", '{"time": "20')])
def test_a_log_is_kept_also_when_quiet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, begins: str
) -> None:
    """Lines are added to it, each with its time, in words or as JSON."""
    for _ in range(2):
        with progress_shown(120.0, quiet=True, log=tmp_path / name) as report:
            report(Progress(0, 3))
            report(Progress(3, 3))
    lines = (tmp_path / name).read_text().splitlines()
    assert len(lines) == 4
    assert all(line.startswith(begins) for line in lines)
    assert capsys.readouterr() == ("", "")
