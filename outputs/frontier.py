"""What a value has to be: the table of values tried, the answer in words, and the frontier chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs import words
from outputs.figures.chart import Chart
from outputs.figures.plot import SMALL, TINY, Scale, foot_axis, haloed, level_axis, look, span
from outputs.figures.scene import INK, SOFT_INK, Area, Dot, Line, Mark, Scene, Words
from outputs.ranges import spread

NAME = "frontier_chart"
HEIGHT, TOP, FOOT, LEFT = 340.0, 34.0, 66.0, 62.0

Floats = NDArray[np.float64]
Number = Callable[[float], str]


@dataclass(frozen=True)
class Frontier:
    """What was tried and what came of it.

    Attributes:
        value_name: what was varied, as a planner names it.
        value_unit: of it, said below the axis.
        values: tried, from the lower end up.
        quantities: (values, runs) what is held against the bound.
        chances: (values,) of meeting the condition.
        about: what the quantity is, and over which time.
        bound: of the condition.
        wants_less: whether the condition asks for less.
        sure: chance asked for.
        answer: the value that does it; None when none does.
        now: what the value is now; None when that is no number.
        evidence: ends of what is assumed or known of the value; None without a range.
        number: writes a quantity with its unit.
        value_text: writes a value.
        place: which place and year it is.
    """

    value_name: str
    value_unit: str
    values: tuple[float, ...]
    quantities: Floats
    chances: tuple[float, ...]
    about: str
    bound: float
    wants_less: bool
    sure: float
    answer: float | None
    now: float | None
    evidence: tuple[float, float] | None
    number: Number
    value_text: Number
    place: str

    def surely(self) -> Floats:
        """(values,) the bound that each value meets with the chance asked for: the frontier."""
        share = self.sure if self.wants_less else 1.0 - self.sure
        return np.asarray(np.quantile(self.quantities, share, axis=1, method="median_unbiased"), np.float64)


def frontier_table(found: Frontier) -> pd.DataFrame:
    """The table `frontier` of docs/tables.md: one row a value tried."""
    rows = []
    for value, row, chance, surely in zip(found.values, found.quantities, found.chances, found.surely(), strict=True):
        known = spread(row[~np.isnan(row)])
        rows.append((
            found.value_name, value, found.value_text(value), found.about, known.mean, known.low, known.high,
            known.simulation_error, float(surely), chance, found.bound, found.sure, value == found.answer, known.runs,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=[
        "value", "set_to", "set_to_text", "quantity", "mean", "low", "high", "simulation_error", "meets_surely",
        "chance", "bound", "sure", "is_answer", "runs",
    ])  # fmt: skip


def frontier_runs(found: Frontier) -> pd.DataFrame:
    """The table `frontier_runs` of docs/tables.md: every run that the answer rests on."""
    rows = [
        (found.value_name, value, run, float(quantity))
        for value, row in zip(found.values, found.quantities, strict=True)
        for run, quantity in enumerate(row, start=1)
    ]
    return pd.DataFrame(rows, columns=["value", "set_to", "run", "quantity"])


def with_range(found: Frontier, value: float) -> str:
    """The quantity when the value is set so: "2.5 % (2.3 % to 2.7 %)"."""
    row = found.quantities[found.values.index(value)]
    known = spread(row[~np.isnan(row)])
    return f"{found.number(known.mean)} ({found.number(known.low)} to {found.number(known.high)})"


def frontier_chart(found: Frontier, title: str) -> Chart:
    """Values across, the quantity up: its middle, its range, and the bound that each value meets surely enough."""
    table = frontier_table(found)

    def draw(width: float) -> Scene:
        return _drawn(width, found, table)

    known = " Shaded: what is assumed or known of the value (8 in 10)." if found.evidence else ""
    runs = len(found.quantities[0])
    caption = (f"{found.place} Thin line and band: average and 8-in-10 range over assumptions, {runs} runs of each "
               f"value. Thick line, the frontier: what a value meets with {words.percent(found.sure)} "
               f"certainty; wherever it lies {'below' if found.wants_less else 'above'} the dashed line, the value "
               f"does it.{known}")
    return Chart(NAME, title, caption, table, draw, "lines", "quantity", "set_to")


def _drawn(width: float, found: Frontier, table: pd.DataFrame) -> Scene:
    foot, right = HEIGHT - FOOT, width - 18.0
    surely = table["meets_surely"].tolist()
    low, high = span([*table["low"], *table["high"], *surely, found.bound])
    up = Scale(low, high, foot, TOP)
    ends = [*found.values, *([] if found.now is None else [found.now])]
    across = Scale(min(ends), max(ends), LEFT + 14.0, right - 10.0)
    marks: list[Mark] = [Words(0.0, 12.0, found.about[:1].upper() + found.about[1:], SMALL, colour=SOFT_INK)]
    marks += _evidence(found, across, foot)
    marks += foot_axis(across, TOP, foot, signed=min(ends) < 0.0)
    marks += level_axis(up, LEFT, right, signed=low < 0.0 < high)
    xs = [across(value) for value in found.values]
    lower, upper = ([up(value) for value in table[end]] for end in ("low", "high"))
    outline = (*zip(xs, upper, strict=True), *reversed(tuple(zip(xs, lower, strict=True))))
    marks.append(Area(outline, look(1).colour, 0.15, 1))
    marks.append(Line(tuple(zip(xs, map(up, table["mean"]), strict=True)), look(1).colour, 1.4, (), 0.9, 1))
    marks.append(Line(tuple(zip(xs, map(up, surely), strict=True)), look(1).colour, 3.0, (), 1.0, 1))
    marks.append(Line(((LEFT, up(found.bound)), (right, up(found.bound))), look(2).colour, 1.8, (7.0, 3.0)))
    asked = f"asked for: {found.number(found.bound)}"
    marks += haloed(Words(right - 4.0, up(found.bound) - 6.0, asked, SMALL, "end", look(2).colour, bold=True))
    for value, x, height, row in zip(found.values, xs, surely, table.to_dict("records"), strict=True):
        says = (f"{found.value_name} {found.value_text(value)}: {found.number(row['mean'])}, "
                f"{words.percent(row['chance'])} sure to do it")
        marks.append(Dot(x, up(height), look(1).colour, 5.0, look(1).sign, says, value != found.answer, 1))
    if found.now is not None:
        marks += _at(across(found.now), foot, f"now {found.value_text(found.now)}", SOFT_INK, 24.0)
    if found.answer is not None and found.answer != found.now:
        marks += _at(across(found.answer), foot, found.value_text(found.answer), INK, 24.0, bold=True)
    name = f"{found.value_name}{f' ({found.value_unit})' if found.value_unit else ''}"
    marks.append(Words((LEFT + right) / 2.0, HEIGHT - 6.0, name, SMALL, "middle", SOFT_INK))
    return Scene(width, HEIGHT, tuple(marks))


def _evidence(found: Frontier, across: Scale, foot: float) -> list[Mark]:
    """What is assumed or known of the value, as a band behind everything."""
    if found.evidence is None:
        return []
    low, high = (min(max(end, across.low), across.high) for end in found.evidence)
    if not low < high:
        return []
    left, right = across(low), across(high)
    band = ((left, TOP), (right, TOP), (right, foot), (left, foot))
    name = Words((left + right) / 2.0, TOP - 6.0, "assumed range", TINY, "middle", SOFT_INK)
    return [Area(band, SOFT_INK, 0.12), name]


def _at(x: float, foot: float, text: str, colour: str, down: float, *, bold: bool = False) -> list[Mark]:
    """A value marked on the axis."""
    line = Line(((x, TOP), (x, foot + 4.0)), colour, 1.4 if bold else 1.0, () if bold else (2.0, 3.0))
    return [line, *haloed(Words(x, foot + down + 8.0, text, SMALL, "middle", colour, bold=bold))]


