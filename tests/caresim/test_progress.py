"""How far a study is, and how long it still takes."""

from __future__ import annotations

import pytest

from caresim.progress import Pace, progress_shown
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
