"""The charts of an analysis: tornado, Morris's scatter, indices and their floor, pairs, settling, sources of spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from calibration.sensitivity.analysis import ASSUMPTIONS, CHANCE, TOGETHER, Analysis
from calibration.sensitivity.inputs import DUMMY, STRUCTURE
from calibration.sensitivity.noise import Output
from calibration.sensitivity.screening import SIZE, SPREAD
from calibration.sensitivity.sobol_indices import FIRST, SECOND, TOTAL
from calibration.sensitivity.words import MAIN_INDEX, headline, label, main_rows, sentence, shares_in_words, title_of
from outputs import words
from outputs.figures.chart import Chart
from outputs.figures.plot import NARROW, SMALL, TINY, Scale, apart, foot_axis, haloed, level_axis, look, span
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import INK, RULE, SOFT_INK, Bar, Dot, Kind, Line, Mark, Scene, Words, lines_of, text_width
from outputs.figures.style import GREY, PALETTE
from outputs.measures.registry import MEASURES

MOST_ROWS, MOST_LINES = 14, 6
BAR, EACH, TOP, FOOT = 18.0, 42.0, 34.0, 56.0
LABELS = 0.34
NAME_GAP, LEADER, NUMBERS, MOST_OF_LABELS = 15.0, 32.0, 56.0, 0.42
"""Of Morris's picture: between names, from the picture to them, for numbers, and of the width at most for names."""
INDEX_WORDS = {
    TOTAL: "share of the variance, 95 % range",
    SIZE: "size of the effect of a large step, 95 % range",
    "pawn": "distance between distributions, 0 to 1, 95 % range",
    "delta": "shift of the density, 0 to 1, 95 % range",
}
SHARE_COLOURS = {CHANCE: GREY, ASSUMPTIONS: PALETTE[0], STRUCTURE: PALETTE[1], TOGETHER: PALETTE[2]}


def charts(analysis: Analysis, where: str) -> list[Chart]:
    """Every chart that an analysis has, output by output.

    Args:
        analysis: what was found.
        where: place, year and scenario, for the captions.
    """
    found: list[Chart | None] = []
    for output in analysis.outputs:
        found += [
            indices_chart(analysis, output, where),
            tornado_chart(analysis, output, where),
            scatter_chart(analysis, output, where),
            pairs_chart(analysis, output, where),
            settling_chart(analysis, output, where),
            sources_chart(analysis, output, where),
        ]
    return [chart for chart in found if chart is not None]


def indices_chart(analysis: Analysis, output: Output, where: str) -> Chart | None:
    """Inputs in order with their ranges, first order beside total for Sobol, and the dummy's line as the floor."""
    rows = main_rows(analysis, output)
    if rows.empty:
        return None
    shown = rows[rows["input"] != DUMMY].head(MOST_ROWS)
    floor = rows[rows["input"] == DUMMY].iloc[0]
    own = _own(analysis.indices, output)
    first = {str(row["input"]): row for row in own[own["index"] == FIRST].to_dict("records")}
    with_first = analysis.design.method == "sobol"
    index = MAIN_INDEX[analysis.design.method]

    def draw(width: float) -> Scene:
        drawn = []
        for row in [*shown.to_dict("records"), floor.to_dict()]:
            name, colour = str(row["input"]), GREY if row["input"] == DUMMY else PALETTE[0]
            values = [_value(row, colour, f"{name}: {index}")]
            if with_first:
                values.append(_value(first[name], PALETTE[1], f"{name}: {FIRST}", hollow=True))
            drawn.append(Row("dummy (the floor)" if name == DUMMY else label(analysis.design, name), tuple(values)))
        unit = INDEX_WORDS[index] + (". Filled: in all; hollow: by itself" if with_first else "")
        if analysis.design.method == "morris":
            unit = f"{unit}, in {_unit(output)}"
        return rows_of_values(width, Rows(drawn, unit, signed=False))

    data = pd.concat([shown, rows[rows["input"] == DUMMY]], ignore_index=True)
    caption = f"{where}. The dummy changes nothing that is modelled; what it seems to do is the floor."
    return Chart(_name("indices", output), headline(analysis, output), caption, data, draw, by="index", along="input")


def tornado_chart(analysis: Analysis, output: Output, where: str) -> Chart | None:
    """The mean output with each input at its low and its high end, the widest swing first."""
    table = _labelled(analysis, _own(analysis.ends, output))
    if table.empty:
        return None
    swing = (table["at_high"] - table["at_low"]).abs()
    order = table.assign(swing=swing).sort_values("swing", ascending=False, kind="stable")
    shown = pd.concat([order[order["input"] != DUMMY].head(MOST_ROWS), order[order["input"] == DUMMY]])
    middle = float(output.mean[output.whole].mean())

    def draw(width: float) -> Scene:
        return _tornado(width, shown, middle, _unit(output))

    top = shown.iloc[0]
    title = (
        f"{sentence(str(top['input']))}, from low to high, moves {title_of(output)} by "
        f"{_number(abs(float(top['at_high']) - float(top['at_low'])), output)} {_unit(output)}"
    )
    caption = (
        f"{where}. Each bar: the mean when an assumption is at the low and the high end of its central 8 in 10, "
        "the others as they may be."
    )
    return Chart(_name("tornado", output), title, caption, shown, draw, by="input", along="input")


def scatter_chart(analysis: Analysis, output: Output, where: str) -> Chart | None:
    """Morris's picture: size of effects across, their spread upwards."""
    own = _labelled(analysis, _own(analysis.indices, output))
    if analysis.design.method != "morris" or SPREAD not in set(own["index"]):
        return None
    table = own.pivot(index="input", columns="index", values="value").reset_index()

    def draw(width: float) -> Scene:
        return _scatter(width, table, _unit(output))

    caption = (
        f"{where}. To the right: larger effects. Upwards: effects that differ from one starting point to another, "
        "by bends or by acting together with others. Grey: the dummy, which changes chance alone."
    )
    far = table[table["input"] != DUMMY].sort_values([SIZE, "input"]).iloc[-1]
    uneven = float(far[SPREAD]) > float(far[SIZE])
    how = "an effect that depends on all else" if uneven else "much the same effect whatever else holds"
    title = f"{sentence(str(far['input']))} has the largest effect on {title_of(output)}, and {how}"
    return Chart(_name("scatter", output), title, caption, table, draw, by="input", along="input")


def pairs_chart(analysis: Analysis, output: Output, where: str) -> Chart | None:
    """The pairs that do most together beyond what each does by itself."""
    own = _labelled(analysis, _own(analysis.indices, output))
    pairs = own[(own["index"] == SECOND) & ~own["input"].str.contains(f"& {DUMMY}", regex=False)]
    if pairs.empty:
        return None
    shown = pairs.sort_values("value", ascending=False, kind="stable").head(8)
    clear = shown[shown["low"] > 0.0]

    def draw(width: float) -> Scene:
        drawn = [
            Row(str(row["input"]), (_value(row, PALETTE[0], str(row["input"])),)) for row in shown.to_dict("records")
        ]
        return rows_of_values(width, Rows(drawn, "share of the variance beyond both alone, 95 % range", signed=False))

    title = (
        f"{clear.iloc[0]['input']} act together on {title_of(output)}"
        if len(clear)
        else f"No two assumptions clearly act together on {title_of(output)}"
    )
    caption = f"{where}. The eight largest of {len(pairs)} pairs."
    return Chart(_name("pairs", output), title, caption, shown, draw, by="input", along="input")


def settling_chart(analysis: Analysis, output: Output, where: str) -> Chart | None:
    """Whether indices still move as points are added."""
    own = _labelled(analysis, _own(analysis.convergence, output))
    rows = _labelled(analysis, main_rows(analysis, output))
    if own.empty or rows.empty:
        return None
    index = MAIN_INDEX[analysis.design.method]
    named = [*rows.loc[rows["input"] != DUMMY, "input"].head(MOST_LINES - 1), DUMMY]
    table = own[(own["index"] == index) & own["input"].isin(named)]
    if table["points"].nunique() < 2:
        return None
    counts = sorted(table["points"].unique())
    before, after = (table[table["points"] == count].set_index("input")["value"] for count in counts[-2:])
    moved = float((after - before).abs().max())
    half = float(((rows["high"] - rows["low"]) / 2.0).max())

    def draw(width: float) -> Scene:
        return _settling(width, table, named, INDEX_WORDS[index])

    settled = "have settled" if moved <= half else "HAVE NOT SETTLED: more points would change them"
    caption = f"{where}. The last step moved an index by {moved:.3g} at most; ranges are up to ±{half:.3g}."
    title = f"Indices of {title_of(output)} {settled}"
    return Chart(_name("settling", output), title, caption, table, draw, "lines", by="input", along="points")


def sources_chart(analysis: Analysis, output: Output, where: str) -> Chart | None:
    """Where the spread of single runs comes from: one bar, divided."""
    table = _own(analysis.shares, output)
    if table.empty:
        return None

    def draw(width: float) -> Scene:
        return _stacked(width, table)

    said = shares_in_words(analysis, output).rstrip(".")
    caption = f"{where}. Shares of the variance of single runs; they add up to one."
    return Chart(_name("sources", output), said, caption, table, draw, "shares", by="source", along="source")


def _tornado(width: float, shown: pd.DataFrame, middle: float, unit: str) -> Scene:
    left = 8.0 if width < NARROW else width * LABELS
    low, high = span([*shown["at_low"], *shown["at_high"], middle])
    across = Scale(low, high, left, width - 24.0)
    foot = TOP + EACH * len(shown)
    marks: list[Mark] = [*foot_axis(across, TOP - 8.0, foot, signed=False)]
    marks.append(Line(((across(middle), TOP - 8.0), (across(middle), foot)), INK, 1.2))
    for place, row in enumerate(shown.to_dict("records")):
        y, name = TOP + EACH * place, "dummy (changes nothing)" if row["input"] == DUMMY else str(row["input"])
        for end, value, colour in (("low", row["at_low"], PALETTE[1]), ("high", row["at_high"], PALETTE[0])):
            ends = sorted((across(middle), across(float(value))))
            says = f"{name} at {float(row[f'{end}_value']):.3g}: {float(value):,.4g} {unit}"
            up = y + (16.0 if width < NARROW else 8.0) + (0.0 if end == "low" else BAR / 2.0)
            marks.append(Bar(ends[0], up, max(ends[1] - ends[0], 1.0), BAR / 2.0, colour, says))
        marks += _label(name, left, y, width)
    marks += [
        Dot(left + 8.0, 12.0, PALETTE[1], 5.0, "square"),
        Words(left + 18.0, 16.0, "at its low end", SMALL),
        Dot(left + 122.0, 12.0, PALETTE[0], 5.0, "square"),
        Words(left + 132.0, 16.0, "at its high end", SMALL),
        Words((left + width) / 2.0, foot + 36.0, unit, SMALL, "middle", SOFT_INK),
    ]
    return Scene(width, foot + FOOT, tuple(marks))


def _scatter(width: float, table: pd.DataFrame, unit: str) -> Scene:
    """Names stand in a column beside the picture, in the order of their dots; numbers and a key where it is narrow."""
    height, left = 330.0, 56.0
    order = table.sort_values([SIZE, "input"], ascending=[False, True])
    rows = pd.concat([order[order["input"] != DUMMY].head(MOST_ROWS), order[order["input"] == DUMMY]])
    names = [str(name) for name in rows["input"]]
    called = {name: "dummy (chance alone)" if name == DUMMY else name for name in names}
    room = max(text_width(text, TINY) for text in called.values()) + LEADER
    keyed = room > MOST_OF_LABELS * width
    beside = {name: f"{place}" for place, name in enumerate(names, start=1)} if keyed else called
    right = width - (NUMBERS if keyed else room)
    across = Scale(*span([*table[SIZE], 0.0], with_nought=True), left, right)
    up = Scale(*span([*table[SPREAD], 0.0], with_nought=True), height, 20.0)
    marks: list[Mark] = [*level_axis(up, left, right), *foot_axis(across, 20.0, height, signed=False)]
    dots = [(name, across(float(size)), up(float(spread)))
            for name, size, spread in zip(names, rows[SIZE], rows[SPREAD], strict=True)]  # fmt: skip
    dots.sort(key=lambda dot: (dot[2], -dot[1]))
    heights = apart([y for _, _, y in dots], NAME_GAP, 16.0, height - 2.0)
    marks += [Line(((x, y), (right + 8.0, at), (right + LEADER - 8.0, at)), SOFT_INK, 0.6, opacity=0.6)
              for (_, x, y), at in zip(dots, heights, strict=True)]  # fmt: skip
    for (name, x, y), at in zip(dots, heights, strict=True):
        sign: Kind = "diamond" if name == DUMMY else "circle"
        marks.append(Dot(x, y, GREY if name == DUMMY else PALETTE[0], 5.0, sign, called[name]))
        marks.append(Words(right + LEADER - 5.0, at + 4.0, beside[name], TINY))
    marks += [
        Words((left + right) / 2.0, height + 36.0, f"size of effects, {unit}", SMALL, "middle", SOFT_INK),
        Words(0.0, 12.0, "spread of effects", SMALL, colour=SOFT_INK),
    ]
    key = [(beside[name], called[name]) for name in names] if keyed else []
    for place, (number, name) in enumerate(key):
        y = height + FOOT + NAME_GAP * place
        marks += [Words(20.0, y, number, TINY, "end"), Words(28.0, y, lines_of(name, width - 28.0, TINY)[0], TINY)]
    return Scene(width, height + FOOT + NAME_GAP * len(key), tuple(marks))


def _settling(width: float, table: pd.DataFrame, named: Sequence[str], unit: str) -> Scene:
    height, left = 260.0, 52.0
    across = Scale(float(table["points"].min()), float(table["points"].max()), left, width - 24.0)
    up = Scale(*span([*table["value"], 0.0], with_nought=True), height, 24.0)
    marks: list[Mark] = [*level_axis(up, left, width - 24.0)]
    for count in sorted(table["points"].unique()):
        marks.append(Words(across(float(count)), height + 18.0, f"{int(count)}", SMALL, "middle", SOFT_INK))
    y = height + 58.0
    for place, name in enumerate(named):
        own = table[table["input"] == name].sort_values("points")
        seen = look(0 if name == DUMMY else place + 1)
        points = tuple((across(float(p)), up(float(v))) for p, v in zip(own["points"], own["value"], strict=True))
        marks.append(Line(points, seen.colour, 2.0, seen.dash, series=place))
        marks += [
            Dot(x, at, seen.colour, 4.0, seen.sign, f"{name}: {v:.3g}", series=place)
            for (x, at), v in zip(points, own["value"], strict=True)
        ]
        marks += [
            Dot(6.0, y - 4.0, seen.colour, 4.0, seen.sign, series=place),
            Words(16.0, y, name, SMALL, series=place),
        ]
        y += 18.0
    marks += [
        Words((left + width) / 2.0, height + 36.0, "points of the design", SMALL, "middle", SOFT_INK),
        Words(0.0, 12.0, unit, SMALL, colour=SOFT_INK),
    ]
    return Scene(width, y, tuple(marks))


def _stacked(width: float, table: pd.DataFrame) -> Scene:
    marks: list[Mark] = []
    x, y = 0.0, 74.0
    for row in table.to_dict("records"):
        share, source = float(row["share"]), str(row["source"])
        wide = max(share, 0.0) * width
        colour = SHARE_COLOURS.get(source, PALETTE[3])
        text = f"{source}: {words.percent(share)}"
        if wide > 0.0:
            marks.append(Bar(x, 8.0, max(wide - 2.0, 0.5), 40.0, colour, text))
        marks += [Dot(6.0, y - 4.0, colour, 5.0, "square"), Words(16.0, y, text, SMALL)]
        x, y = x + wide, y + 20.0
    return Scene(width, y, tuple(marks))


def _label(name: str, left: float, y: float, width: float) -> list[Mark]:
    if width < NARROW:
        return list(haloed(Words(0.0, y + 12.0, lines_of(name, width, SMALL)[0], SMALL)))
    lines = lines_of(name, left - 10.0, SMALL)[:2]
    first = y + 20.0 - 7.0 * (len(lines) - 1)
    drawn: list[Mark] = [Words(0.0, first + 14.0 * place, line, SMALL) for place, line in enumerate(lines)]
    return [Line(((0.0, y), (width - 24.0, y)), RULE, 0.6), *drawn]


def _value(row: Mapping[Any, Any], colour: str, name: str, *, hollow: bool = False) -> Value:
    value, low, high = (float(row[key]) for key in ("value", "low", "high"))
    return Value.of((value, low, high), colour, f"{name} {value:.3g} ({low:.3g} to {high:.3g})", hollow=hollow)


def _labelled(analysis: Analysis, table: pd.DataFrame) -> pd.DataFrame:
    """With inputs as they are called where there is little room."""
    if table.empty:
        return table
    return table.assign(input=[label(analysis.design, str(name)) for name in table["input"]])


def _own(table: pd.DataFrame, output: Output) -> pd.DataFrame:
    if table.empty:
        return table
    chosen = (table["measure"] == output.measure) & (table["of"] == output.of) & (table["period"] == output.period)
    found: pd.DataFrame = table[chosen]
    return found


def _name(kind: str, output: Output) -> str:
    return f"{kind}_{output.measure}_{output.of}".replace(" ", "_")


def _unit(output: Output) -> str:
    return MEASURES[output.measure].unit if output.measure in MEASURES else ""


def _number(value: float, output: Output) -> str:
    decimals = MEASURES[output.measure].decimals if output.measure in MEASURES else 2
    return words.number(value, max(decimals, 1 if abs(value) < 10.0 else 0))
