"""What a report is made of: sections of figures, tables and notes, ready for the template."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import pandas as pd

from outputs import words
from outputs.figures.chart import NARROW, WIDE, Chart

MOST_ROWS = 400
"""Rows of a table under a chart; longer tables are in `data/` and said to be."""


@dataclass(frozen=True)
class Heading:
    """Of a column; numbers stand to the right."""

    text: str
    is_number: bool = False


@dataclass(frozen=True)
class Table:
    """A table as it is read."""

    kind: ClassVar[str] = "table"
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    first_is_header: bool = True


@dataclass(frozen=True)
class FigureView:
    """A chart on the page: drawn for a sheet and for a telephone, with the data behind it."""

    kind: ClassVar[str] = "figure"
    chart: Chart
    data: Table
    prefix: str = ""

    @property
    def name(self) -> str:
        """Its address in the page."""
        return f"{self.prefix}{self.chart.name}"

    @property
    def title(self) -> str:
        """The finding."""
        return self.chart.title

    @property
    def caption(self) -> str:
        """What the marks are."""
        return self.chart.caption

    @property
    def wide(self) -> str:
        """For a sheet of paper or a screen, as SVG."""
        return self.chart.inside(WIDE)

    @property
    def narrow(self) -> str:
        """For a telephone, as SVG."""
        return self.chart.inside(NARROW)


@dataclass(frozen=True)
class Note:
    """A paragraph, or a few."""

    kind: ClassVar[str] = "note"
    paragraphs: tuple[str, ...]
    heading: str = ""


Block = Table | FigureView | Note


@dataclass(frozen=True)
class Section:
    """A part of the report; one without blocks is listed under what this study does not have.

    Attributes:
        id: its address in the page.
        title: of the section.
        lead: what it comes to, in a sentence or two.
        blocks: figures, tables, notes, in order.
        absent: what is not in this study and would be here, with how to get it.
    """

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    absent: tuple[str, ...] = field(default=())


def figure(chart: Chart) -> FigureView:
    """A chart ready for the page."""
    return FigureView(chart, table_of(chart.data, f"Data: {chart.title}"))


def figures(*charts: Chart | None) -> tuple[FigureView, ...]:
    """Those charts that a study has."""
    return tuple(figure(chart) for chart in charts if chart is not None)


def table_of(
    data: pd.DataFrame,
    caption: str,
    headings: Mapping[str, str] | None = None,
    decimals: Mapping[str, int] | None = None,
) -> Table:
    """A data frame as a table; `headings` names and chooses columns, numbers have up to three significant digits.

    Columns that a table does not have are left out, so that a study of another version can be shown.
    """
    headings = {name: text for name, text in headings.items() if name in data} if headings else None
    chosen = data[list(headings)] if headings else data
    names = list((headings or {str(name): str(name).replace("_", " ") for name in data.columns}).values())
    numeric = [bool(pd.api.types.is_numeric_dtype(chosen[name])) for name in chosen.columns]
    rows = [
        tuple(cell(value, (decimals or {}).get(str(name))) for name, value in zip(chosen.columns, row, strict=True))
        for row in chosen.head(MOST_ROWS).itertuples(index=False, name=None)
    ]
    longer = len(chosen) > MOST_ROWS
    note = f"The first {MOST_ROWS} of {len(chosen):,} rows; all are in the folder data." if longer else ""
    return Table(caption, tuple(Heading(*pair) for pair in zip(names, numeric, strict=True)), tuple(rows), note)


def table(caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> Table:
    """A table from texts; `numbers` are the columns that stand to the right."""
    return Table(
        caption, tuple(Heading(text, index in numbers) for index, text in enumerate(headings)),
        tuple(tuple(row) for row in rows),
    )


def cell(value: object, decimals: int | None = None) -> str:
    """A value as it stands in a table; nothing for what is not known."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return words.number(float(value), _decimals(float(value)) if decimals is None else decimals)
    return str(value)


def _decimals(value: float) -> int:
    """So many that three significant digits are seen; none for whole numbers."""
    if value == round(value) and abs(value) >= 1.0:
        return 0
    return max(0, min(4, 2 - math.floor(math.log10(abs(value))))) if value else 0
