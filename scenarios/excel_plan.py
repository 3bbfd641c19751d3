"""Reads a plan, or the facts of a place, from an Excel sheet: the same keys as in a file, the cell instead of the line.

A sheet has the columns `service`, `key` and `value`. A row without a service is about the plan as a whole. A key may
have parts, separated by ">": "effects > acute crises, months 1-12", "teams > Apr 2017", "cost > running".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.excel_reader import Sheet, SheetRow, read_sheet, refuse_merged
from scenarios.messages import BadInput, Message
from scenarios.resolved import Origin
from scenarios.yaml_reader import Entry, Mapping, Scalar, Sequence, canonical

COLUMNS = ("service", "key", "value")
PART = ">"
USE = "use"
AS_SHIPPED = "on"
LISTS = ("evidence", "assumed")
"""Keys whose value is a list of words."""


@dataclass(frozen=True)
class Heading:
    """Where each column of a sheet is, from 0; -1 for a column that it does not have."""

    row: int
    service: int
    key: int
    value: int


def read_facts(path: Path, shown: str, sheet: str) -> Mapping:
    """The map that a sheet stands for.

    Args:
        path: the workbook.
        shown: its name in messages.
        sheet: its name; the only sheet of a workbook may have any.

    Raises:
        BadInput: when there is no such sheet, or its rows cannot be read.
    """
    found = read_sheet(path, shown, sheet, only_sheet=True)
    if found is None:
        text = f'There is no sheet "{sheet}" in it, with the columns {", ".join(COLUMNS)}.'
        raise BadInput([Message(shown, 0, "", text=text)])
    heading = _heading(found)
    refuse_merged(found, heading.row, (heading.service, heading.key, heading.value))
    root = Mapping({}, Origin(found.shown, 0))
    messages: list[Message] = []
    for row in found.rows:
        if row.number > heading.row:
            try:
                _add(root, row, found, heading)
            except BadInput as error:
                messages += error.messages
    if messages:
        raise BadInput(messages)
    return root


def _heading(sheet: Sheet) -> Heading:
    """The row that names the columns; titles above it do no harm."""
    for row in sheet.rows:
        names = [canonical(cell) for cell in row.cells]
        if "key" in names and "value" in names:
            service = names.index("service") if "service" in names else -1
            return Heading(row.number, service, names.index("key"), names.index("value"))
    text = f"A row must name the columns: {', '.join(COLUMNS)} (template: caresim new-place my-place)."
    raise BadInput([Message(sheet.shown, 0, "", text=text)])


def _add(root: Mapping, row: SheetRow, sheet: Sheet, heading: Heading) -> None:
    """Put what a row says in its place."""
    service = _cell(row, heading.service)
    key, value = _cell(row, heading.key), _cell(row, heading.value)
    if not service and not key:
        if value:
            text = "There is a value and no key in front of it."
            raise BadInput([Message(sheet.at(row.number, heading.value), 0, "", value, text=text)])
        return
    parts = [part.strip() for part in key.split(PART)] if key else []
    if "" in parts:
        text = f'Parts of a key stand on both sides of each "{PART}".'
        raise BadInput([Message(sheet.at(row.number, heading.key), 0, "", key, text=text)])
    path = [USE, service, *parts] if service else parts
    at_key = Origin(sheet.at(row.number, heading.key if key else heading.service), 0)
    at_value = Origin(sheet.at(row.number, heading.value), 0)
    if service and not key and not value:
        value = AS_SHIPPED
    _put(root, path, _value(parts, value, at_value), at_key)


def _value(parts: list[str], text: str, origin: Origin) -> Scalar | Sequence:
    """A cell's value; words of a list are separated by commas."""
    if parts and canonical(parts[-1]) in LISTS:
        return Sequence(tuple(Scalar(word.strip(), origin) for word in text.split(",") if word.strip()), origin)
    return Scalar(text, origin)


def _put(holder: Mapping, path: list[str], value: Scalar | Sequence, origin: Origin) -> None:
    """Set a key of a map, making the maps on the way to it; a service named again adds to what it says already."""
    name, *rest = path
    earlier = holder.entries.get(canonical(name))
    if not rest:
        if earlier is not None:
            text = "This stands there twice; keep one of the two."
            raise BadInput([Message(origin.file, 0, name, text=text)])
        holder.entries[canonical(name)] = Entry(name, origin, value)
        return
    inner = earlier.value if earlier is not None else None
    if isinstance(inner, Scalar) and inner.text == AS_SHIPPED:
        inner = None
    if inner is None:
        inner = Mapping({}, origin)
        holder.entries[canonical(name)] = Entry(name, origin, inner)
    if not isinstance(inner, Mapping):
        text = f'"{name}" has a value of its own above; it cannot have keys as well.'
        raise BadInput([Message(origin.file, 0, name, text=text)])
    _put(inner, rest, value, origin)


def _cell(row: SheetRow, column: int) -> str:
    return row.cells[column] if 0 <= column < len(row.cells) else ""
