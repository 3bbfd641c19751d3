"""Reads a planner's CSV tables, with a message for everything that Excel does to them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from scenarios.excel_reader import column_letters, is_workbook, refuse_merged, require_sheet
from scenarios.messages import BadInput, Message, nearest
from scenarios.units import Unreadable, plain
from scenarios.yaml_reader import canonical, read_text

T = TypeVar("T")
LARGEST_TABLE = 50_000_000
MOST_LINES_NAMED = 10
EXCEL_DATE = r"\d{1,2}-[a-z]{3}|[a-z]{3}-\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d(?: 00:00:00)?"
TOTAL = r"(grand )?totals?|sum|all ages|england"
IN_WORDS = frozenset({"title", "source", "comparator", "derivation", "grade", "lineage", "note"})
"""Columns in which "England" is a word like others."""


@dataclass(frozen=True)
class Cells:
    """One line of a table: its number in the file and its cells by column."""

    line: int
    cells: dict[str, str]


def open_table(path: Path, shown: str, columns: Sequence[str], needed: Sequence[str], sheet: str) -> Table:
    """A table from a CSV file, or from a sheet of an Excel workbook; arguments and BadInput as `Table`."""
    return SheetTable(path, shown, columns, needed, sheet) if is_workbook(path) else Table(path, shown, columns, needed)


class Table:
    """A CSV table whose cells are read one by one; objections are gathered and raised together.

    Args:
        path: the file.
        shown: its name in messages.
        columns: columns that it may have, in their usual order.
        needed: those that it must have.

    Raises:
        BadInput: when it cannot be opened or its columns are not those.
    """

    line_word = "line"

    def __init__(self, path: Path, shown: str, columns: Sequence[str], needed: Sequence[str]) -> None:
        self.shown = shown
        self.header: list[str] = []
        self.rows: list[Cells] = []
        self._wrong: dict[tuple[str, str], list[tuple[int, str, Unreadable]]] = {}
        self._read(read_text(path, shown, LARGEST_TABLE), columns, needed)

    def read(self, row: Cells, column: str, parse: Callable[[str], T], default: T) -> T:
        """A cell's value; `default` when it cannot be read, which is remembered."""
        try:
            return parse(row.cells.get(column, ""))
        except Unreadable as error:
            self.object(row, column, error)
            return default

    def object(self, row: Cells, column: str, error: Unreadable) -> None:
        """Remembers an objection to a cell; the same objection to several lines becomes one message."""
        self._wrong.setdefault((column, error.alike), []).append((row.line, row.cells.get(column, ""), error))

    def location(self, line: int, column: str) -> tuple[str, int]:
        """File and line of a cell, as named in messages."""
        return self._where(line, column)

    def messages(self) -> list[Message]:
        """Everything objected to, in the order of the lines."""
        return sorted((self._message(key[0], found) for key, found in self._wrong.items()), key=lambda m: m.line)

    def _message(self, column: str, found: list[tuple[int, str, Unreadable]]) -> Message:
        line, text, error = found[0]
        lines = [str(number) for number, _, _ in found]
        named = ", ".join(lines[:MOST_LINES_NAMED]) + (", ..." if len(lines) > MOST_LINES_NAMED else "")
        several = f" {len(lines)} {self.line_word}s affected: {named}." if len(lines) > 1 else ""
        file, line = self._where(line, column)
        return Message(file, line, column, text, error.allowed, error.nearest, f"{error.text}{several}".strip(),
                       "column")

    def _where(self, line: int, column: str) -> tuple[str, int]:
        """File and line of a cell, as named in messages."""
        return self.shown, line

    def _read(self, text: str, columns: Sequence[str], needed: Sequence[str]) -> None:
        lines = text.splitlines()
        first = next((index for index, line in enumerate(lines) if line.strip(" ,;\t")), None)
        if first is None:
            raise self._refused(0, "The table is empty.")
        delimiter = next((mark for mark in (",", ";", "\t") if mark in lines[first]), ",")
        reader = csv.reader(io.StringIO("\n".join(lines[first:])), delimiter=delimiter)
        try:
            records = [(first + reader.line_num, record) for record in reader]
        except csv.Error as error:
            raise self._refused(first + reader.line_num, f"This line cannot be read as a table: {error}.") from None
        self._read_records(records, columns, needed)

    def _read_records(self, records: Sequence[tuple[int, list[str]]], columns: Sequence[str],
                      needed: Sequence[str]) -> None:
        """Lines with their numbers, of which the first names the columns."""
        self.header = [canonical(cell) for cell in records[0][1]]
        self._check_header(records[0][0], [cell.strip() for cell in records[0][1]], self.header, columns, needed)
        for line, record in records[1:]:
            if any(cell.strip() for cell in record):
                self._add(line, [cell.strip() for cell in record], self.header)
        if not self.rows:
            raise self._refused(0, "The table has a heading and no lines.")

    def _check_header(self, line: int, written: list[str], header: list[str], columns: Sequence[str],
                      needed: Sequence[str]) -> None:
        expected = ", ".join(columns)
        file, line = self._where(line, "")
        if not set(header) & set(columns):
            text = f"The first line must be the column names, {expected}. Delete titles above them."
            raise BadInput([Message(file, line, "", written[0] if written else "", text=text)])
        unknown = [cell for cell, name in zip(written, header, strict=True) if name and name not in columns]
        missing = [name for name in needed if name not in header]
        twice = sorted({name for name in header if name and header.count(name) > 1})
        messages = [
            Message(file, line, cell, "", ", ".join(columns), nearest(canonical(cell), columns),
                    "There is no such column.", "column") for cell in unknown
        ]
        messages += [Message(file, line, name, text="This column is missing.", label="column",
                             allowed=expected) for name in missing]
        messages += [Message(file, line, name, text="This column is there twice.", label="column")
                     for name in twice]
        if messages:
            raise BadInput(messages)

    def _add(self, line: int, record: list[str], header: list[str]) -> None:
        keys = [cell for i, cell in enumerate(record) if i >= len(header) or header[i] not in IN_WORDS]
        if any(re.fullmatch(TOTAL, plain(cell)) for cell in keys):
            raise self._refused(line, "A Total line would count everybody twice. Delete it.", ",".join(record))
        extra = [cell for cell in record[len(header):] if cell]
        if extra:
            text = 'There are more cells than columns. Numbers with commas need quotes, or no commas: "1,234" or 1234.'
            raise self._refused(line, text, ",".join(record))
        cells = {name: cell for name, cell in zip(header, record, strict=False) if name}
        self.rows.append(Cells(line, cells))

    def _refused(self, line: int, text: str, found: str = "") -> BadInput:
        return BadInput([Message(self.shown, line, "", found, text=text)])


class SheetTable(Table):
    """A table in a sheet of an Excel workbook; messages name the cell.

    Rows above the heading, such as a title over merged cells, are left out when a later row has the columns' names.
    """

    line_word = "row"

    def __init__(self, path: Path, shown: str, columns: Sequence[str], needed: Sequence[str], sheet: str) -> None:
        self.shown = f"{shown}, sheet {sheet}"
        self.header = []
        self.rows = []
        self._wrong = {}
        found = require_sheet(path, shown, sheet)
        self.shown = found.shown
        if not found.rows:
            raise self._refused(0, "The sheet is empty.")
        heading = next((index for index, row in enumerate(found.rows)
                        if {canonical(cell) for cell in row.cells} >= set(needed)), 0)
        named = [column for column, cell in enumerate(found.rows[heading].cells) if cell]
        refuse_merged(found, found.rows[heading].number, named)
        self._read_records([(row.number, list(row.cells)) for row in found.rows[heading:]], columns, needed)

    def _where(self, line: int, column: str) -> tuple[str, int]:
        """The cell, as part of the file's name; there is no line."""
        if not line:
            return self.shown, 0
        letters = column_letters(self.header.index(column)) if column in self.header else ""
        return f"{self.shown}, {'cell' if letters else 'row'} {letters}{line}", 0

    def _refused(self, line: int, text: str, found: str = "") -> BadInput:
        file, _ = self._where(line, "")
        return BadInput([Message(file, 0, "", found, text=text)])


def looks_like_excel_date(text: str) -> bool:
    """Whether Excel has made a date of it."""
    return re.fullmatch(EXCEL_DATE, plain(text)) is not None
