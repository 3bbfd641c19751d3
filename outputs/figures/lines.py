"""Lines over years or months, one a scenario, named where they end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from outputs import words
from outputs.figures.plot import NARROW, SMALL, TINY, Scale, apart, level_axis, look, span
from outputs.figures.scene import RULE, SOFT_INK, Area, Dot, Line, Mark, Scene, Words, lines_of, text_width

HEIGHT = 320.0
MOST_LABELS = 8
"""With more lines, names at their ends would not fit; the table under the chart has them all."""
LABEL_WIDTH = 150.0
WIDEST_FONT = 1.2
"""Of the fonts that a reader may have, how much wider the widest writes than the one that widths are worked out for."""
MONTHS_TO_NAME = 15
TOP, FOOT, LEFT = 26.0, 34.0, 52.0
LEGEND_LINE = 18.0
NEAREST_LABELS = 62.0


@dataclass(frozen=True)
class Lines:
    """What is drawn.

    Attributes:
        data: columns scenario, period, mean, low, high; the first scenario's range is a band.
        periods: in order.
        titles: of the scenarios, in order, the first being the reference.
        unit: said above the axis.
        change_after: last period before the change; empty for none.
        decimals: of the numbers said.
        dots: whether each period has its sign.
    """

    data: pd.DataFrame
    periods: Sequence[str]
    titles: Mapping[str, str]
    unit: str
    change_after: str = ""
    decimals: int = 1
    dots: bool = True


def lines_over_time(width: float, of: Lines) -> Scene:
    """The drawing: values up, time across; names beside the ends of lines, or below on a telephone."""
    narrow = width < NARROW
    named = len(of.titles) <= MOST_LABELS
    beside = named and not narrow and len(of.titles) > 1
    right = width - (LABEL_WIDTH + 16.0 if beside else 14.0)
    foot = HEIGHT - FOOT
    values = _by_scenario(of)
    means = [value for mean, _, _ in values.values() for value in mean]
    low, high = span([*means, *_first(values)[1], *_first(values)[2]])
    up = Scale(low, high, foot, TOP)
    across = Scale(0.0, max(len(of.periods) - 1, 1), LEFT + 8.0, right - 4.0)
    marks: list[Mark] = [Words(0.0, 12.0, of.unit[:1].upper() + of.unit[1:], SMALL, colour=SOFT_INK)]
    marks += level_axis(up, LEFT, right)
    marks += _time_axis(of, across, foot)
    marks += _change(of, across, foot)
    marks += _band(_first(values), across, up)
    for index in reversed(range(len(of.titles))):
        marks += _line(index, values, of, across, up)
    if beside:
        marks += _labels(values, of, up, right)
    if narrow and named and len(of.titles) > 1:
        legend = _legend(of, HEIGHT + 6.0, width)
        return Scene(width, HEIGHT + 6.0 + LEGEND_LINE * len(of.titles), (*marks, *legend))
    return Scene(width, HEIGHT, tuple(marks))


def _by_scenario(of: Lines) -> dict[str, tuple[list[float], list[float], list[float]]]:
    """Mean, low and high by period for each scenario; NaN where there is none."""
    found = {}
    for name in of.titles:
        own = of.data[of.data["scenario"] == name].set_index("period").reindex(list(of.periods))
        found[name] = (own["mean"].tolist(), own["low"].tolist(), own["high"].tolist())
    return found


def _first(
    values: Mapping[str, tuple[list[float], list[float], list[float]]]
) -> tuple[list[float], list[float], list[float]]:
    return next(iter(values.values()))


def _time_axis(of: Lines, across: Scale, foot: float) -> list[Mark]:
    """Names of periods, as many as fit; months are named by their Aprils and Octobers."""
    fits = max(1, math.ceil(len(of.periods) * NEAREST_LABELS / (across.stop - across.start)))
    monthly = len(of.periods) > MONTHS_TO_NAME
    marks: list[Mark] = []
    for index, period in enumerate(of.periods):
        named = period.endswith(("-04",)) if monthly else index % fits == 0
        if not named:
            continue
        text = f"{pd.Timestamp(f'{period}-01'):%b %Y}" if monthly else period
        last = index == len(of.periods) - 1
        marks.append(Words(across(index) + (12.0 if last else 0.0), foot + 20.0, text, SMALL,
                           "end" if last else "middle", SOFT_INK))
        marks.append(Line(((across(index), foot + 1.0), (across(index), foot + 6.0)), SOFT_INK))
    return marks


def _change(of: Lines, across: Scale, foot: float) -> list[Mark]:
    if of.change_after not in of.periods:
        return []
    x = across(of.periods.index(of.change_after) + 0.5)
    return [Line(((x, TOP), (x, foot)), SOFT_INK, 1.2, (2.0, 3.0)),
            Words(x + 5.0, TOP + 4.0, "change starts", TINY, colour=SOFT_INK)]


def _band(of_first: tuple[list[float], list[float], list[float]], across: Scale, up: Scale) -> list[Mark]:
    """The first scenario's range."""
    _, low, high = of_first
    known = [index for index, value in enumerate(low) if not math.isnan(value)]
    if len(known) < 2:
        return []
    upper = [(across(index), up(high[index])) for index in known]
    lower = [(across(index), up(low[index])) for index in reversed(known)]
    return [Area((*upper, *lower), look(0).colour, 0.13, 0)]


def _line(
    index: int, values: Mapping[str, tuple[list[float], list[float], list[float]]], of: Lines, across: Scale, up: Scale
) -> list[Mark]:
    name = list(of.titles)[index]
    style = look(index)
    many = len(of.titles) > MOST_LABELS and index > 0
    points = [(place, value) for place, value in enumerate(values[name][0]) if not math.isnan(value)]
    marks: list[Mark] = [
        Line(tuple((across(place), up(value)) for place, value in points), style.colour, 1.2 if many else 2.4,
             () if many else style.dash, 0.6 if many else 1.0, index)
    ] if points else []
    for place, value in points:
        low, high = values[name][1][place], values[name][2][place]
        says = f"{of.titles[name]}, {of.periods[place]}: {words.number(value, of.decimals)} {of.unit}"
        says += f" ({words.number(low, of.decimals)} to {words.number(high, of.decimals)})" if low < high else ""
        radius = (4.5 if not many else 3.0) if of.dots else 2.0
        marks.append(Dot(across(place), up(value), style.colour, radius, style.sign, says, series=index))
    return marks


def _labels(
    values: Mapping[str, tuple[list[float], list[float], list[float]]], of: Lines, up: Scale, right: float
) -> list[Mark]:
    """Names beside the ends of the lines, kept apart."""
    texts = [lines_of(title, LABEL_WIDTH / WIDEST_FONT, SMALL, bold=True)[:2] for title in of.titles.values()]
    ends = [next((v for v in reversed(rows[0]) if not math.isnan(v)), up.low) for rows in values.values()]
    gap = 15.0 * max(len(lines) for lines in texts)
    marks: list[Mark] = []
    for index, y in enumerate(apart([up(end) for end in ends], gap, TOP, HEIGHT - FOOT)):
        style = look(index)
        marks.append(Line(((right + 2.0, up(ends[index])), (right + 12.0, y)), RULE))
        for line, text in enumerate(texts[index]):
            marks.append(Words(right + 16.0, y + 4.0 + 14.0 * line, text, SMALL, colour=style.colour, bold=True,
                               series=index))
    return marks


def _legend(of: Lines, top: float, width: float) -> list[Mark]:
    marks: list[Mark] = []
    for index, title in enumerate(of.titles.values()):
        style, y = look(index), top + LEGEND_LINE * index + 10.0
        marks.append(Line(((4.0, y), (28.0, y)), style.colour, 2.4, style.dash, series=index))
        marks.append(Dot(16.0, y, style.colour, 4.5, style.sign, series=index))
        short = title if text_width(title, SMALL) < width - 40.0 else lines_of(title, width - 50.0, SMALL)[0] + "..."
        marks.append(Words(36.0, y + 4.0, short, SMALL, series=index))
    return marks
