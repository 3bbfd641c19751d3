"""A drawing of a network: settings as boxes from left to right, arrows as wide as the number of patients."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from outputs.figures.style import GREY, PALE, PALETTE, Diagram, house_style, say, wrapped
from outputs.network_study import NetworkResult
from outputs.network_tables import digits

NAME = "network_diagram"
BOX_WIDTH, BOX_HEIGHT = 0.72, 0.62
WIDEST_ARROW = 7.0
NARROWEST_ARROW = 0.7
OUTSIDE = ""
COLUMN_INCHES, ROW_INCHES = 2.3, 1.3

Position = tuple[float, float]


def network_diagram(result: NetworkResult) -> Diagram:
    """The network with its mean flows, waits and numbers."""
    flows = result.flows
    places = _positions(result, flows)
    columns = max((x for x, _ in places.values()), default=0.0) + 1.0
    rows = max((abs(y) for _, y in places.values()), default=0.0) * 2.0 + 1.0
    with house_style():
        figure = Figure(figsize=(max(7.0, COLUMN_INCHES * (columns + 1.0)), max(3.2, ROW_INCHES * (rows + 0.8))))
        axes = figure.subplots()
        axes.set_axis_off()
        most = float(flows["mean"].max()) if len(flows) else 1.0
        for row in flows.to_dict("records"):
            _draw_flow(axes, str(row["from"]), str(row["to"]), float(row["mean"]), most, places)
        for name, place in places.items():
            _draw_setting(axes, result, name, place)
        axes.set_xlim(-1.0, columns)
        axes.set_ylim(-rows / 2.0 - 0.2, rows / 2.0 + 0.2)
        unit = result.file.plan.unit
        below = f"Arrows: patients a day. Boxes: mean number there, and mean wait in {unit}. {len(result.runs)} runs."
        say(figure, result.file.title, below)
    return Diagram(NAME, figure, flows)


def _positions(result: NetworkResult, flows: pd.DataFrame) -> dict[str, Position]:
    """Where each setting is drawn: the column is how many steps it is from outside, rows are centred."""
    names = [name for name in result.file.network.names() if name in set(flows["to"]) | set(flows["from"])]
    column = dict.fromkeys(flows.loc[flows["from"] == OUTSIDE, "to"], 0)
    ahead = list(column)
    while ahead:
        name = ahead.pop(0)
        for target in flows.loc[flows["from"] == name, "to"]:
            if target not in column and target != OUTSIDE:
                column[target] = column[name] + 1
                ahead.append(target)
    by_column: dict[int, list[str]] = {}
    for name in names:
        by_column.setdefault(column.get(name, 0), []).append(name)
    return {
        name: (float(x), (len(inside) - 1) / 2.0 - position)
        for x, inside in by_column.items()
        for position, name in enumerate(inside)
    }


def _draw_setting(axes: Axes, result: NetworkResult, name: str, place: Position) -> None:
    x, y = place
    box = FancyBboxPatch(
        (x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2), BOX_WIDTH, BOX_HEIGHT, boxstyle="round,pad=0.02", facecolor="white",
        edgecolor=PALETTE[0], linewidth=1.4, zorder=3,
    )  # fmt: skip
    axes.add_patch(box)
    setting = result.file.network.settings[result.file.network.names().index(name)]
    there = float(result.of(name, "present").mean())
    wait = float(pd.Series(result.of(name, "wait_mean")).mean())
    said = f"{digits(there)} there" + ("" if wait != wait or wait == 0.0 else f", wait {digits(wait)}")
    axes.text(x, y + 0.12, wrapped(setting.title, 18), ha="center", va="center", fontsize=8, weight="bold", zorder=4)
    axes.text(x, y - 0.2, said, ha="center", va="center", fontsize=7, color=GREY, zorder=4)


def _draw_flow(
    axes: Axes, source: str, target: str, mean: float, most: float, places: Mapping[str, Position]
) -> None:
    """An arrow from one box to another, into the network from the left, or out of it at the lower right."""
    if source == OUTSIDE:
        x, y = places[target]
        begin, end, bend = (x - BOX_WIDTH / 2 - 0.35, y), (x - BOX_WIDTH / 2, y), 0.0
    elif target == OUTSIDE:
        x, y = places[source]
        begin, end, bend = (x + 0.2, y - BOX_HEIGHT / 2), (x + 0.34, y - BOX_HEIGHT / 2 - 0.2), 0.0
    else:
        (x, y), (to_x, to_y) = places[source], places[target]
        is_onward = to_x > x
        begin = (x + (BOX_WIDTH / 2 if is_onward else 0.0), y + (0.0 if is_onward else BOX_HEIGHT / 2))
        end = (to_x - (BOX_WIDTH / 2 if is_onward else 0.0), to_y + (0.0 if is_onward else BOX_HEIGHT / 2))
        bend = 0.0 if is_onward else 0.5
        if source == target:
            begin, end, bend = (x - 0.15, y + BOX_HEIGHT / 2), (x + 0.15, y + BOX_HEIGHT / 2), -1.2
        elif to_x == x:
            down = BOX_HEIGHT / 2 if to_y < y else -BOX_HEIGHT / 2
            begin, end, bend = (x - 0.12, y - down), (x - 0.12, to_y + down), 0.0 if abs(to_y - y) <= 1.0 else 0.3
    width = max(NARROWEST_ARROW, WIDEST_ARROW * mean / most)
    arrow = FancyArrowPatch(
        begin, end, connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>", mutation_scale=7.0 + width, linewidth=width,
        color=PALE, zorder=1,
    )  # fmt: skip
    axes.add_patch(arrow)
    middle = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2 + (0.05 if source != target else 0.12))
    if target == OUTSIDE:
        middle = (end[0] + 0.03, end[1])
    elif begin[0] == end[0]:
        middle = (begin[0] - 0.12, (begin[1] + end[1]) / 2)
    axes.text(*middle, digits(mean), fontsize=6.5, ha="center", va="bottom", color=GREY, zorder=5)
