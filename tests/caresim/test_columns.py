"""Plain columns."""

from __future__ import annotations

import pytest

from caresim.cli import run_command_line
from caresim.columns import WIDTH, in_columns, number, with_text_below


def test_columns_align_and_the_last_one_wraps() -> None:
    """Each column is as wide as its longest entry; long text goes on below itself."""
    table = in_columns([("a", "one two three four five six"), ("long", "x")], ("name", "text"), width=30)
    assert table == "name  text\na     one two three four five\n      six\nlong  x"


def test_a_long_text_stands_below_its_row_over_the_whole_width() -> None:
    """So that it is not squeezed beside wide columns; a row without one has no line below."""
    rows = [("a", "NONE", "one two three four five six"), ("long", "TRIAL", "")]
    table = with_text_below(rows, ("name", "grade", "text"), width=20)
    assert table == "name  grade\n    text\na     NONE\n    one two three\n    four five six\nlong  TRIAL"


def test_numbers_are_written_as_people_write_them() -> None:
    """Thousands get commas; small numbers keep four figures."""
    assert [number(value) for value in (28410.0, 1234.56, 0.43, 1.05, 12.0, 0.0000123)] == [
        "28,410", "1,234.6", "0.43", "1.05", "12", "1.23e-05",
    ]


@pytest.mark.parametrize("topic", ["interventions", "places"])
def test_listings_with_long_texts_fit_a_hundred_columns(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each summary stands below its row, over the whole width."""
    assert run_command_line(["list", topic]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert 80 < max(len(line) for line in lines) <= WIDTH
    assert lines[1].startswith("    ")
