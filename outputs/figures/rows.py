"""Rows of values with their ranges, one under the other: differences, rates, claims beside truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from outputs.figures.plot import NARROW, SMALL, TINY, Scale, foot_axis, haloed, span
from outputs.figures.scene import INK, NO_SERIES, RULE, SOFT_INK, Dot, Kind, Line, Mark, Scene, Words, lines_of

LABEL_SHARE, MOST_LABEL = 0.27, 190.0
NOTE_WIDTH = 170.0
TOP, FOOT = 30.0, 42.0
BETWEEN = 15.0
ROW = 40.0
NARROW_ROW = 58.0


@dataclass(frozen=True)
class Value:
    """One value in a row, with a range unless `low` and `high` are not numbers."""

    middle: float
    low: float
    high: float
    colour: str
    says: str
    sign: Kind = "circle"
    hollow: bool = False

    @classmethod
    def of(cls, ends: Sequence[float], colour: str, says: str, sign: Kind = "circle", *, hollow: bool = False) -> Value:
        """A value from its middle, low and high."""
        middle, low, high = ends
        return cls(middle, low, high, colour, says, sign, hollow)


@dataclass(frozen=True)
class Row:
    """A row: its name, its values one under another, and words at its end; a `heading` has no values."""

    name: str
    values: tuple[Value, ...] = ()
    note: str = ""
    series: int = NO_SERIES
    heading: bool = False


@dataclass(frozen=True)
class Rows:
    """What is drawn: rows, the unit below the axis, and what the two directions mean."""

    rows: Sequence[Row]
    unit: str
    to_the_left: str = ""
    to_the_right: str = ""
    with_nought: bool = True
    signed: bool = True


def rows_of_values(width: float, of: Rows) -> Scene:
    """The drawing: names left, dots and ranges on a common scale, words right; on a telephone names stand above."""
    narrow = width < NARROW
    with_notes = any(row.note for row in of.rows) and not narrow
    left = 8.0 if narrow else min(MOST_LABEL, width * LABEL_SHARE)
    right = width - (NOTE_WIDTH if with_notes else 14.0)
    ends = [end for row in of.rows for one in row.values for end in (one.middle, one.low, one.high)]
    low, high = span(ends, with_nought=of.with_nought)
    across = Scale(low, high, left + 14.0, right - 10.0)
    heights = [_height(row, narrow) for row in of.rows]
    foot = TOP + sum(heights)
    marks: list[Mark] = foot_axis(across, TOP - 6.0, foot, signed=of.signed, about=4 if narrow else 6)
    y = TOP
    for row, height in zip(of.rows, heights, strict=True):
        marks += _row(row, y, height, across, left, right, narrow=narrow)
        y += height
    marks += _directions(of, across, left, right)
    said = lines_of(of.unit, width - 8.0 if narrow else right - left, SMALL)
    middle = width / 2.0 if narrow else (left + right) / 2.0
    marks += [Words(middle, foot + 34.0 + 14.0 * index, line, SMALL, "middle", SOFT_INK)
              for index, line in enumerate(said)]
    return Scene(width, foot + FOOT + 14.0 * (len(said) - 1), tuple(marks))


def _height(row: Row, narrow: bool) -> float:
    if row.heading:
        return 28.0
    return (NARROW_ROW if narrow else ROW) + BETWEEN * max(len(row.values) - 1, 0)


def _row(
    row: Row, top: float, height: float, across: Scale, left: float, right: float, *, narrow: bool
) -> list[Mark]:
    if row.heading:
        return [Line(((0.0, top + 6.0), (right, top + 6.0)), RULE),
                Words(0.0, top + 22.0, row.name, TINY, colour=SOFT_INK, bold=True)]
    middle = top + height / 2.0 + (9.0 if narrow else 0.0)
    marks: list[Mark] = []
    if narrow:
        said = f"{row.name}: {row.note}" if row.note else row.name
        name = lines_of(said, right, SMALL, bold=True)[0]
        marks += haloed(Words(0.0, top + 16.0, name, SMALL, bold=True, series=row.series))
    else:
        lines = lines_of(row.name, left - 6.0, SMALL + 1.0)[:2]
        first = middle + 4.0 - 7.5 * (len(lines) - 1)
        marks += [Words(0.0, first + 15.0 * index, line, SMALL + 1.0, series=row.series)
                  for index, line in enumerate(lines)]
        noted = lines_of(row.note, NOTE_WIDTH - 16.0, SMALL)[:2] if row.note else []
        first = middle + 4.0 - 7.0 * (len(noted) - 1)
        marks += [Words(right + 12.0, first + 14.0 * index, line, SMALL, colour=INK, bold=index == 0,
                        series=row.series) for index, line in enumerate(noted)]
    start = middle - BETWEEN * (len(row.values) - 1) / 2.0
    for place, value in enumerate(row.values):
        marks += _value(value, start + BETWEEN * place, across, row.series)
    return marks


def _value(value: Value, y: float, across: Scale, series: int) -> list[Mark]:
    if math.isnan(value.middle):
        return []
    marks: list[Mark] = []
    if value.low < value.high:
        ends = (across(value.low), across(value.high))
        marks.append(Line(((ends[0], y), (ends[1], y)), value.colour, 3.0, opacity=0.55, series=series))
        marks += [Line(((x, y - 5.0), (x, y + 5.0)), value.colour, 1.6, opacity=0.8, series=series) for x in ends]
    marks.append(Dot(across(value.middle), y, value.colour, 6.0, value.sign, value.says, value.hollow, series))
    return marks


def _directions(of: Rows, across: Scale, left: float, right: float) -> list[Mark]:
    """What left and right of nought mean, above the rows."""
    if not (of.to_the_left or of.to_the_right):
        return []
    nought = min(max(across(0.0), left), right)
    marks: list[Mark] = []
    if of.to_the_left and nought > left + 60.0:
        marks.append(Words(nought - 10.0, 14.0, f"\u2190 {of.to_the_left}", SMALL, "end", SOFT_INK))
    if of.to_the_right and nought < right - 60.0:
        marks.append(Words(nought + 10.0, 14.0, f"{of.to_the_right} \u2192", SMALL, "start", SOFT_INK))
    return marks
