"""Plain columns."""

from __future__ import annotations

from caresim.columns import in_columns, number


def test_columns_align_and_the_last_one_wraps() -> None:
    """Each column is as wide as its longest entry; long text goes on below itself."""
    table = in_columns([("a", "one two three four five six"), ("long", "x")], ("name", "text"), width=30)
    assert table == "name  text\na     one two three four five\n      six\nlong  x"


def test_numbers_are_written_as_people_write_them() -> None:
    """Thousands get commas; small numbers keep four figures."""
    assert [number(value) for value in (28410.0, 1234.56, 0.43, 1.05, 12.0, 0.0000123)] == [
        "28,410", "1,234.6", "0.43", "1.05", "12", "1.23e-05",
    ]
