"""Charts of a report as Excel draws them, beside the numbers that they are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from outputs.figures.chart import Chart
from outputs.figures.style import colour
from outputs.finished import Findings

if TYPE_CHECKING:
    from outputs.workbook.book import Look

GRID = {"visible": True, "line": {"color": "#D8DDE0"}}
LAST_COLUMN = 6
"""Up to which column texts run across a sheet."""
CHART_ROWS, WIDTH_PIXELS, HEIGHT_PIXELS = 20, 860, 390
SIGNS = ("circle", "square", "diamond", "triangle")
DASHES = ("solid", "dash", "round_dot", "dash_dot")
UP, DOWN, TOTAL = "#C04A00", "#005EB8", "#425563"


def put_line(sheet: Any, row: int, text: str, style: Any) -> None:  # noqa: ANN401 - the library has no types
    """A text across the sheet, on as many lines as it needs."""
    sheet.merge_range(row, 0, row, LAST_COLUMN, text, style)
    sheet.set_row(row, height_of(text))


def height_of(text: str, characters: int = 130) -> float:
    """Height in points of a row that holds a text of so many characters a line."""
    return 15.0 * max(1, -(-len(text) // characters)) + 3.0


def put_chart(book: Any, sheet: Any, look: Look, row: int, chart: Chart, findings: Findings) -> int:  # noqa: ANN401
    """Write a chart's numbers, draw them natively, and return the row below."""
    put_line(sheet, row, chart.title, look.strong)
    data = findings.with_titles(chart.data)
    draw = {"lines": _lines, "rows": _bars, "steps": _steps, "shares": _shares}.get(chart.kind)
    top = row + 1
    if draw is not None and not data.empty:
        name = sheet.get_name()
        drawn, below = draw(book, sheet, name, look, top + CHART_ROWS, chart, data)
        drawn.set_title({"none": True})
        drawn.set_size({"width": WIDTH_PIXELS, "height": HEIGHT_PIXELS})
        drawn.set_legend({"position": "bottom", "font": {"name": "Arial", "size": 9}})
        sheet.insert_chart(top, 0, drawn, {"description": chart.described(), "object_position": 2})
    else:
        below = _frame(sheet, look, top, data)
    put_line(sheet, below, f"{chart.caption} Run {findings.study}.", look.soft)
    return below + 3


def _lines(
    book: Any, sheet: Any, name: str, look: Look, row: int, chart: Chart, data: pd.DataFrame  # noqa: ANN401
) -> tuple[Any, int]:
    """One line a scenario over periods; the first one's range beside it in the numbers."""
    wide = data.pivot_table(index=chart.along, columns=chart.by, values="mean", sort=True)
    wide = wide[list(dict.fromkeys(data[chart.by]))]
    below = _frame(sheet, look, row, wide.reset_index())
    drawn = book.add_chart({"type": "line"})
    first, last = row + 1, row + len(wide)
    for index in range(wide.shape[1]):
        drawn.add_series({
            "name": [name, row, 1 + index], "categories": [name, first, 0, last, 0],
            "values": [name, first, 1 + index, last, 1 + index],
            "line": {"color": colour(index), "width": 2.0, "dash_type": DASHES[index % len(DASHES)]},
            "marker": {"type": SIGNS[index % len(SIGNS)] if len(wide) < 20 else "none", "size": 6,
                       "fill": {"color": colour(index)}, "border": {"color": "#FFFFFF"}},
        })
    low, high = float(wide.min().min()), float(wide.max().max())
    room = (high - low) * 0.15 or abs(high) * 0.1 or 1.0
    drawn.set_y_axis({"name": _unit(data), "num_format": "#,##0.0", "major_gridlines": GRID,
                      "min": _rounded(low - room), "max": _rounded(high + room)})
    return drawn, below


def _bars(
    book: Any, sheet: Any, name: str, look: Look, row: int, chart: Chart, data: pd.DataFrame  # noqa: ANN401
) -> tuple[Any, int]:
    """Bars with error bars from low to high, one series for each thing told apart."""
    drawn = book.add_chart({"type": "bar"})
    for index, (series, own) in enumerate(data.groupby(chart.by, sort=False)):
        block = pd.DataFrame({
            chart.along: own[chart.along].astype(str), str(series): own["mean"],
            "less": (own["mean"] - own["low"]).fillna(0.0), "more": (own["high"] - own["mean"]).fillna(0.0),
        })
        column = index * 5
        _frame(sheet, look, row, block, column)
        first, last = row + 1, row + len(block)
        shade = colour(index + 1)
        drawn.add_series({
            "name": [name, row, column + 1], "categories": [name, first, column, last, column],
            "values": [name, first, column + 1, last, column + 1], "fill": {"color": shade},
            "y_error_bars": {
                "type": "custom", "line": {"color": "#212B32", "width": 1.25},
                "plus_values": f"='{name}'!{_cells(first, last, column + 3)}",
                "minus_values": f"='{name}'!{_cells(first, last, column + 2)}",
            },
        })
    drawn.set_x_axis({"name": _unit(data), "major_gridlines": GRID})
    drawn.set_y_axis({"reverse": True, "label_position": "low", "num_font": {"size": 9}})
    return drawn, row + 2 + int(data.groupby(chart.by, sort=False).size().max())


def _steps(
    book: Any, sheet: Any, name: str, look: Look, row: int, chart: Chart, data: pd.DataFrame  # noqa: ANN401
) -> tuple[Any, int]:
    """A waterfall as stacked columns on an unseen base."""
    amounts = data.groupby(chart.along, sort=False)["mean"].sum()
    rows, level = [], 0.0
    for step, amount in amounts.items():
        total = step == amounts.index[-1] and abs(amount - level) < 1e-6
        start = 0.0 if total else level
        level = start + float(amount)
        low = min(start, level)
        bars = (0.0, 0.0, float(amount)) if total else (max(float(amount), 0.0), max(-float(amount), 0.0), 0.0)
        rows.append((str(step), float(amount), low if min(start, level) >= 0.0 else 0.0, *bars))
    block = pd.DataFrame(rows, columns=[chart.along, "amount", "base", "up", "down", "total"])
    below = _frame(sheet, look, row, block)
    drawn = book.add_chart({"type": "column", "subtype": "stacked"})
    first, last = row + 1, row + len(block)
    for column, shade in ((2, None), (3, UP), (4, DOWN), (5, TOTAL)):
        drawn.add_series({
            "name": [name, row, column], "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column], "gap": 40,
            "fill": {"none": True} if shade is None else {"color": shade},
        })
    drawn.set_y_axis({"name": _unit(data), "major_gridlines": GRID})
    drawn.set_legend({"delete_series": [0], "position": "bottom"})
    return drawn, below


def _shares(
    book: Any, sheet: Any, name: str, look: Look, row: int, chart: Chart, data: pd.DataFrame  # noqa: ANN401
) -> tuple[Any, int]:
    """Stacked bars that make up the whole."""
    wide = data.pivot_table(index=chart.along, columns=chart.by, values="chance_best", sort=False)
    below = _frame(sheet, look, row, wide.reset_index())
    drawn = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    first, last = row + 1, row + len(wide)
    for index in range(wide.shape[1]):
        drawn.add_series({"name": [name, row, 1 + index], "categories": [name, first, 0, last, 0],
                          "values": [name, first, 1 + index, last, 1 + index], "fill": {"color": colour(index)}})
    drawn.set_y_axis({"reverse": True})
    return drawn, below


def _frame(sheet: Any, look: Look, row: int, data: pd.DataFrame, column: int = 0) -> int:  # noqa: ANN401
    """A data frame as cells; the row below."""
    for place, heading in enumerate(data.columns):
        sheet.write_string(row, column + place, str(heading).replace("_", " "), look.head)
    for line, values in enumerate(data.itertuples(index=False, name=None), start=row + 1):
        for place, value in enumerate(values):
            if isinstance(value, int | float) and not isinstance(value, bool):
                if value == value:
                    sheet.write_number(line, column + place, float(value), look.number)
            else:
                sheet.write_string(line, column + place, str(value), look.text)
    return row + len(data) + 1


def _unit(data: pd.DataFrame) -> str:
    return str(data["unit"].iloc[0]) if "unit" in data else ""


def _cells(first: int, last: int, column: int) -> str:
    from xlsxwriter.utility import xl_range_abs

    found: str = xl_range_abs(first, column, last, column)
    return found


def _rounded(value: float) -> float:
    return float(f"{value:.2g}")
