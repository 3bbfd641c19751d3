"""Reads sheets of an Excel workbook as text, cell by cell, with a message for what cannot be read."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.messages import BadInput, Message, nearest
from scenarios.yaml_reader import canonical

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SUFFIX = ".xlsx"
OTHER_FORMATS = {
    ".xls": "an old Excel format", ".xlsb": "a binary Excel format", ".xlsm": "a workbook with macros",
    ".ods": "an OpenDocument sheet", ".numbers": "a Numbers document",
}
LARGEST_WORKBOOK = 20_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 100
TRUTH = {True: "on", False: "off"}


@dataclass(frozen=True)
class SheetRow:
    """One row of a sheet: its number, and its cells as text, from column A on."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A sheet as text.

    Attributes:
        shown: workbook and sheet, as named in messages.
        rows: rows that hold anything.
        merged: cells that have nothing because they are merged with one above that has: row from 1, column from 0, and
            what is merged, "A2:A6".
    """

    shown: str
    rows: tuple[SheetRow, ...]
    merged: tuple[tuple[int, int, str], ...] = ()

    def at(self, row: int, column: int) -> str:
        """A cell as named in messages: "plan.xlsx, sheet plan, cell C7". Columns count from 0."""
        return f"{self.shown}, cell {column_letters(column)}{row}"


def is_workbook(path: Path) -> bool:
    """Whether a path names an Excel workbook that can be read."""
    return path.suffix.lower() == SUFFIX


def read_sheet(path: Path, shown: str, name: str, *, only_sheet: bool = False) -> Sheet | None:
    """A sheet of a workbook, or None when there is none of that name.

    Args:
        path: the workbook.
        shown: its name in messages.
        name: of the sheet; capitals, spaces and hyphens do not matter.
        only_sheet: whether the first sheet is meant when the workbook has one only.

    Raises:
        BadInput: when it cannot be opened, or holds formulas without results or errors.
    """
    workbook = _opened(path, shown)
    try:
        titles = {canonical(title): title for title in workbook.sheetnames}
        title = titles.get(canonical(name))
        if title is None and only_sheet and len(titles) == 1:
            title = workbook.sheetnames[0]
        if title is None:
            return None
        return _as_text(workbook[title], _formulas(path, title), f"{shown}, sheet {title}")
    finally:
        workbook.close()


def require_sheet(path: Path, shown: str, name: str) -> Sheet:
    """As `read_sheet`, but a missing sheet is bad input."""
    found = read_sheet(path, shown, name)
    if found is None:
        workbook = _opened(path, shown)
        names = list(workbook.sheetnames)
        workbook.close()
        text = f"The workbook has no sheet of this name. It has: {', '.join(names)}."
        raise BadInput([Message(shown, 0, f"sheet {name}", "", "", nearest(name, names), text, label="")])
    return found


def refuse_merged(sheet: Sheet, heading_row: int, columns: Collection[int]) -> None:
    """Refuse cells merged down a table: Excel keeps a value in the first of their rows only.

    Args:
        sheet: that holds the table.
        heading_row: that names its columns.
        columns: of the table, from 0.

    Raises:
        BadInput: where a row that holds other things has lost a cell.
    """
    filled = {row.number for row in sheet.rows if row.number > heading_row}
    lost = {coord: (row, column) for row, column, coord in reversed(sheet.merged)
            if column in columns and row in filled}  # fmt: skip
    if lost:
        raise BadInput([
            Message(sheet.at(row, column), 0, "", text=f"Cells {coord} are merged, so that only the first row has the "
                    "value. Unmerge them and write it in every row.")
            for coord, (row, column) in sorted(lost.items(), key=lambda item: item[1])
        ])  # fmt: skip


def column_letters(column: int) -> str:
    """"A" for 0, "Z" for 25, "AA" for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _opened(path: Path, shown: str, *, results: bool = True) -> Workbook:
    """The workbook, with results of formulas (or the formulas themselves)."""
    if path.suffix.lower() in OTHER_FORMATS:
        text = f"This is {OTHER_FORMATS[path.suffix.lower()]}. Save it in Excel as a workbook, .xlsx, and try again."
        raise BadInput([Message(shown, 0, "", text=text)])
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        if path.stat().st_size > LARGEST_WORKBOOK:
            raise BadInput([Message(shown, 0, "", text=f"The workbook is larger than {LARGEST_WORKBOOK:,} bytes. Keep "
                                    "large tables in CSV.")])
        return load_workbook(path, data_only=results)
    except FileNotFoundError:
        raise BadInput([Message(shown, 0, "", text="There is no such file.")]) from None
    except PermissionError:
        raise BadInput([Message(shown, 0, "", text="The workbook cannot be opened: close it in Excel and try again.")]
                       ) from None
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        text = "This is not a workbook that can be read: perhaps it has a password, or another format under this name."
        raise BadInput([Message(shown, 0, "", text=text)]) from None


def _formulas(path: Path, title: str) -> frozenset[tuple[int, int]]:
    """Row and column, from 1, of cells that hold a formula."""
    workbook = _opened(path, path.name, results=False)
    rows = enumerate(workbook[title].iter_rows(), 1)
    found = frozenset((number, column) for number, row in rows for column, cell in enumerate(row, 1)
                      if cell.data_type == "f")
    workbook.close()
    return found


def _as_text(sheet: Worksheet, formulas: frozenset[tuple[int, int]], shown: str) -> Sheet:
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        text = (f"The sheet has {sheet.max_row:,} rows and {sheet.max_column:,} columns; at most {MOST_ROWS:,} and "
                f"{MOST_COLUMNS} are read. Delete what is not needed, formats below the table too.")
        raise BadInput([Message(shown, 0, "", text=text)])
    rows = []
    messages: list[Message] = []
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = tuple(_text(cell) for cell in row)
        for column, text in enumerate(cells):
            wrong = _trouble(text, (number, column + 1) in formulas)
            if wrong:
                where = f"{shown}, cell {column_letters(column)}{number}"
                messages.append(Message(where, 0, "", text, text=wrong))
        if any(cells):
            rows.append(SheetRow(number, cells))
    if messages:
        raise BadInput(messages)
    return Sheet(shown, tuple(rows), tuple(_merged(sheet)))


def _merged(sheet: Worksheet) -> Iterator[tuple[int, int, str]]:
    for merged in sheet.merged_cells.ranges:
        if sheet.cell(merged.min_row, merged.min_col).value is not None:
            for row in range(merged.min_row + 1, merged.max_row + 1):
                yield row, merged.min_col - 1, merged.coord


def _trouble(text: str, is_formula: bool) -> str:
    """What is wrong with a cell itself, whatever it is for."""
    if is_formula and not text:
        return "This formula has no result: open the workbook in Excel and save it, or write the number."
    if text.startswith("#") and text.rstrip("!?").isupper() and " " not in text:
        return "This is an error of a formula, not a number: mend the formula, or write the number."
    return ""


def _text(cell: Cell | MergedCell) -> str:
    """A cell as somebody would type it; dates as Excel shows them, so that they are recognised as such."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return TRUTH[value]
    if isinstance(value, datetime):
        return _date_as_typed(value, cell.number_format.lower())
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        number = float(value)
        if "%" in cell.number_format:
            return f"{number * 100.0:.10g} %"
        return f"{number:.15g}"
    return " ".join(str(value).split())


def _date_as_typed(day: datetime, shown_as: str) -> str:
    """A date as Excel shows it: a month, a day of a year, or the day and month that it makes of "10-14"."""
    if "d" not in shown_as and day.day == 1:
        return f"{day:%b %Y}"
    return f"{day:%Y-%m-%d}" if "y" in shown_as else f"{day.day}-{day:%b}"
