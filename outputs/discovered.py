"""In which conditions a plan fails: the boxes in words, what is worth knowing, tables and charts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs import words
from outputs.figures.chart import Chart
from outputs.figures.plot import SMALL, Scale, foot_axis, haloed, level_axis, look, span
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import SOFT_INK, Dot, Line, Mark, Scene, Words
from outputs.report.answer_page import AnswerPage
from outputs.report.parts import Block, Note, Section, figures, table
from scenarios.resolved import RangeValue, Resolved

BELIEVED_BELOW = 0.05
"""A box is believed when failures dealt out at random give one as good less often than so."""
PERCENT = 100.0
HEIGHT, TOP, FOOT, LEFT = 360.0, 34.0, 56.0, 58.0

HOW_TO_READ = ("Coverage: how many of the failures the conditions hold. Density: how many of the runs in them fail. "
               "These are conditions among the assumptions that runs draw; assumptions of the model itself stay as "
               "they are.")

Booleans = NDArray[np.bool_]
Limits = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Conditions:
    """A set of conditions on assumptions.

    Attributes:
        limits: lowest and highest value of each assumption that it limits, infinite where one end is open.
        coverage: share of all failures that are inside.
        density: share of the runs inside that fail.
        runs: how many are inside.
        density_elsewhere: density among runs that conditions found in the same way had not seen; NaN when not known.
        by_chance: how often failures dealt out at random give conditions as good; NaN when not known.
    """

    limits: Limits
    coverage: float
    density: float
    runs: int
    density_elsewhere: float = math.nan
    by_chance: float = math.nan

    def holds(self, inputs: pd.DataFrame) -> Booleans:
        """Which runs are inside, from one row a run and one column an assumption."""
        inside = np.ones(len(inputs), bool)
        for name, (low, high) in self.limits.items():
            values = inputs[name].to_numpy(np.float64)
            inside &= (values >= low) & (values <= high)
        return inside

    @property
    def is_believed(self) -> bool:
        """Whether it limits anything, and chance would seldom give one as good."""
        return bool(self.limits) and self.by_chance < BELIEVED_BELOW


@dataclass(frozen=True)
class Failing:
    """One way of failing.

    Attributes:
        id: for files: "does_not_pay".
        words: of a plan that fails so: "does not pay for itself".
        fails: (runs,) whether each does.
        box: the conditions that tell it best; None when all runs fail or none does.
        leaves: of a tree, those in which most runs fail.
    """

    id: str
    words: str
    fails: Booleans
    box: Conditions | None
    leaves: tuple[Conditions, ...]


@dataclass(frozen=True)
class Known:
    """What it would be worth to know an assumption.

    Attributes:
        input: its name.
        value: by how much the average result of the best choice would improve, in the unit of the results.
        floor: what one that has nothing to do with the results would seem to be worth, 95 times in 100 at most.
    """

    input: str
    value: float
    floor: float

    @property
    def is_clear(self) -> bool:
        """Whether it is more than one without any influence would seem to be worth."""
        return self.value > self.floor


@dataclass(frozen=True)
class Knowledge:
    """What it would be worth to know more before choosing.

    Attributes:
        choice: what one would choose now, on average: the title of a scenario.
        measure: by which one chooses, in words, with its unit: "net cost, £ a year".
        number: writes an amount of it.
        regret: by how much that choice falls short of the best of each run, on average.
        known: each assumption, the most valuable first.
    """

    choice: str
    measure: str
    number: Callable[[float], str]
    regret: float
    known: tuple[Known, ...]

    def clear(self) -> list[Known]:
        """Assumptions that are worth more than one without influence would seem to be."""
        return [one for one in self.known if one.is_clear]


@dataclass(frozen=True)
class Discovery:
    """What was found about a plan.

    Attributes:
        title: of the plan.
        inputs: one row a run: each assumption that runs draw.
        ranges: of each assumption.
        failings: ways of failing.
        knowledge: what is worth knowing, for each way of choosing.
        period: in which.
        place: which place and year it is.
    """

    title: str
    inputs: pd.DataFrame
    ranges: Mapping[str, RangeValue]
    failings: tuple[Failing, ...]
    knowledge: tuple[Knowledge, ...]
    period: str
    place: str

    def value(self, name: str, number: float) -> str:
        """A value of an assumption as a planner reads it: changes and shares in per cent."""
        if self.ranges[name].scale in ("change", "share"):
            return f"{words.number(PERCENT * number, 1)} %"
        return words.number(number, 2)


def conditions_in_words(found: Discovery, box: Conditions) -> str:
    """Limits as a sentence's middle: "acute crises, after month 12 is above -4.0 %"."""
    parts = []
    for name, (low, high) in sorted(box.limits.items()):
        below, above = found.value(name, high), found.value(name, low)
        if math.isfinite(low) and math.isfinite(high):
            parts.append(f"{name} is between {above} and {below}")
        else:
            parts.append(f"{name} is {f'above {above}' if math.isfinite(low) else f'below {below}'}")
    return " and ".join(parts)


def in_words(found: Discovery) -> tuple[str, ...]:
    """The answer, a line or paragraph each."""
    lines = [found.place, f"{len(found.inputs)} runs, each a future of its own: {found.inputs.shape[1]} assumptions "
             f"drawn together from their ranges. {found.period}."]  # fmt: skip
    for failing in found.failings:
        lines += ["", *_failing(found, failing)]
    for knowledge in found.knowledge:
        lines += ["", *_knowledge(knowledge)]
    return (*lines, "", HOW_TO_READ)


def tables(found: Discovery) -> dict[str, pd.DataFrame]:
    """The tables `conditions`, `worth_knowing` and `futures` of docs/tables.md."""
    rows = [
        (failing.id, kind, number, name, low, high, box.coverage, box.density, box.runs, box.density_elsewhere,
         box.by_chance)
        for failing in found.failings
        for kind, boxes in (("box", [failing.box] if failing.box else []), ("tree", failing.leaves))
        for number, box in enumerate(boxes, start=1)
        for name, (low, high) in box.limits.items()
    ]  # fmt: skip
    worth = [
        (knowledge.measure, one.input, one.value, one.floor, one.value > one.floor, knowledge.choice, knowledge.regret)
        for knowledge in found.knowledge for one in knowledge.known
    ]
    futures = found.inputs.assign(**{failing.id: failing.fails for failing in found.failings})
    futures.insert(0, "run", range(1, len(futures) + 1))
    return {
        "conditions": pd.DataFrame(rows, columns=[
            "failing", "found_by", "number", "assumption", "low", "high", "coverage", "density", "runs",
            "density_elsewhere", "by_chance",
        ]),
        "worth_knowing": pd.DataFrame(worth, columns=[
            "measure", "assumption", "value", "floor", "is_clear", "choice_now", "regret_now",
        ]),
        "futures": futures,
    }  # fmt: skip


def charts(found: Discovery) -> tuple[Chart, ...]:
    """A chart of each box that is believed, and of what is worth knowing."""
    boxes = [_box_chart(found, failing) for failing in found.failings if failing.box and failing.box.is_believed]
    return (*boxes, *(_worth_chart(found, one, place) for place, one in enumerate(found.knowledge, start=1)))


def page(found: Discovery, drawn: Sequence[Chart], scenario: Resolved) -> AnswerPage:
    """The answer as a page, with what the plan assumes."""
    charts_by_name = {chart.name: chart for chart in drawn}
    sections = [
        Section(f"failing-{failing.id}", f"When it {failing.words}", " ".join(_failing(found, failing)),
                (*figures(charts_by_name.get(f"conditions_{failing.id}")), _conditions(found, failing)))
        for failing in found.failings
    ]  # fmt: skip
    worth: list[Block] = []
    for place, one in enumerate(found.knowledge, start=1):
        worth += [Note(tuple(_knowledge(one))), *figures(charts_by_name[f"worth_knowing_{place}"])]
    lead = "By how much a better-informed choice would be better on average, for two ways of choosing."
    sections.append(Section("worth", "What is worth knowing before choosing", lead, tuple(worth)))
    first = [" ".join(_failing(found, failing)[:2]) for failing in found.failings]
    ways = " and ".join(failing.words for failing in found.failings)
    runs = f"{len(found.inputs)} runs, each a future of its own: {found.inputs.shape[1]} assumptions drawn together."
    return AnswerPage(
        "discovery", f"When does it go wrong? {found.title}",
        f"In which conditions is it so that {found.title} {ways}, {found.period}, and what is worth knowing first?",
        tuple(first),
        (runs, HOW_TO_READ, "Conditions are told only where failures dealt out at random would give as good ones less "
         "than one time in twenty."), tuple(sections), (scenario,),
    )  # fmt: skip


def _conditions(found: Discovery, failing: Failing) -> Block:
    """Each set of conditions that were found, those that chance gives as well marked."""
    boxes = [("box", failing.box)] if failing.box and failing.box.limits else []
    known = [*boxes, *(("tree", leaf) for leaf in failing.leaves)]
    if not known:
        return Note(("There are no conditions to tell apart.",))
    rows = [
        (how, conditions_in_words(found, one), words.percent(one.coverage), words.percent(one.density), str(one.runs),
         "" if math.isnan(one.density_elsewhere) else words.percent(one.density_elsewhere),
         "" if math.isnan(one.by_chance) else words.percent(one.by_chance))
        for how, one in known
    ]  # fmt: skip
    believed = failing.box is not None and failing.box.is_believed
    caption = "Conditions, by two ways of looking for them"
    return table(caption if believed else f"{caption}: NOT BELIEVED, chance gives as good ones too often", (
        "found by", "when", "coverage", "density", "runs", "density in runs not seen", "as good by chance",
    ), rows, (2, 3, 4, 5, 6))  # fmt: skip


def _failing(found: Discovery, failing: Failing) -> list[str]:
    count, runs = int(failing.fails.sum()), len(failing.fails)
    first = f"{found.title}: {failing.words} in {count} of {runs} runs."
    if failing.box is None:
        return [f"{first} There are no conditions to tell apart."]
    box = failing.box
    if not box.is_believed:
        said = f"failures dealt out at random give conditions as good in {words.percent(box.by_chance)} of trials."
        return [f"{first} No conditions among these assumptions tell when: {said}"]
    elsewhere = "" if math.isnan(box.density_elsewhere) else (
        f"; of runs that such conditions had not seen, {words.percent(box.density_elsewhere)} do")
    mostly = f"Mostly when {conditions_in_words(found, box)}: {words.percent(box.density)} of the {box.runs} runs"
    lines = [first, f"{mostly} there do{elsewhere}. That holds {words.percent(box.coverage)} of all such runs."]
    for leaf in failing.leaves[:2]:
        lines.append(f"A tree says: when {conditions_in_words(found, leaf)}: density {words.percent(leaf.density)}, "
                     f"coverage {words.percent(leaf.coverage)}, {leaf.runs} runs.")  # fmt: skip
    return lines


def _knowledge(knowledge: Knowledge) -> list[str]:
    first = (f"CHOOSING BY {knowledge.measure}: on average {knowledge.choice} is best. Whoever knew each future "
             f"beforehand would do better by {knowledge.number(knowledge.regret)} on average.")  # fmt: skip
    clear = knowledge.clear()
    if not clear:
        return [first, "Knowing any one assumption better would not change the choice by enough to tell from chance."]
    said = "; ".join(f"{one.input} ({knowledge.number(one.value)})" for one in clear[:3])
    return [first, f"Most worth knowing before choosing, each by itself: {said}."]


def _box_chart(found: Discovery, failing: Failing) -> Chart:
    """Runs by the two assumptions that matter most, failures filled, and the box around them."""
    box = failing.box
    assert box is not None
    names = list(box.limits)
    others = [name for name in found.inputs.columns if name not in names]
    across, up = (*names, *others, *names)[:2]
    data = found.inputs[[across, up] if across != up else [across]].assign(fails=failing.fails)
    title = f"{found.title}: {failing.words} mostly when {conditions_in_words(found, box)}"

    def draw(width: float) -> Scene:
        return _drawn_box(width, found, failing, across, up)

    caption = (f"{found.place} {found.period}. Each sign is a run: filled where the plan {failing.words}. Dashed: the "
               f"conditions. They hold {words.percent(box.coverage)} of the failures; {words.percent(box.density)} of "
               "the runs in them fail.")
    return Chart(f"conditions_{failing.id}", title, caption, data, draw, "lines", "fails", across)


def _drawn_box(width: float, found: Discovery, failing: Failing, across: str, up: str) -> Scene:
    box = failing.box
    assert box is not None
    foot, right = HEIGHT - FOOT, width - 16.0
    times = [PERCENT if found.ranges[name].scale in ("change", "share") else 1.0 for name in (across, up)]
    xs, ys = (found.inputs[name].to_numpy(np.float64) * scale for name, scale in zip((across, up), times, strict=True))
    sides = [Scale(*span(xs.tolist()), LEFT + 6.0, right), Scale(*span(ys.tolist()), foot, TOP)]
    units = [" (%)" if scale == PERCENT else "" for scale in times]
    marks: list[Mark] = [Words(0.0, 14.0, f"{up}{units[1]}", SMALL, colour=SOFT_INK)]
    marks += foot_axis(sides[0], TOP, foot, signed=sides[0].low < 0.0)
    marks += level_axis(sides[1], LEFT, right, signed=sides[1].low < 0.0)
    style, calm = look(2), look(1)
    for x, y, fails in zip(xs.tolist(), ys.tolist(), failing.fails.tolist(), strict=True):
        here = style if fails else calm
        says = failing.words if fails else "does not fail"
        marks.append(Dot(sides[0](x), sides[1](y), here.colour, 4.5, here.sign, says, not fails))
    ends = []
    for name, side, scale in zip((across, up), sides, times, strict=True):
        low, high = box.limits.get(name, (-math.inf, math.inf))
        ends.append((side(max(low * scale, side.low)), side(min(high * scale, side.high))))
    (left, stop), (lower, upper) = ends
    corners = ((left, upper), (stop, upper), (stop, lower), (left, lower), (left, upper))
    marks.append(Line(corners, style.colour, 2.0, (7.0, 3.0)))
    said = f"{words.percent(box.density)} fail here"
    above = min(upper, lower) + 16.0
    marks += haloed(Words((left + stop) / 2.0, above, said, SMALL, "middle", style.colour, bold=True))
    marks.append(Words((LEFT + right) / 2.0, HEIGHT - 10.0, f"{across}{units[0]}", SMALL, "middle", SOFT_INK))
    return Scene(width, HEIGHT, tuple(marks))


def _worth_chart(found: Discovery, knowledge: Knowledge, place: int) -> Chart:
    """What each assumption would be worth to know, with the floor of one that has no influence."""
    data = pd.DataFrame([(one.input, one.value, one.floor) for one in knowledge.known],
                        columns=["assumption", "value", "floor"])  # fmt: skip
    clear = knowledge.clear()
    title = (f"{clear[0].input} is most worth knowing before choosing by {knowledge.measure}" if clear
             else f"No single assumption is worth knowing better before choosing by {knowledge.measure}")  # fmt: skip

    def draw(width: float) -> Scene:
        rows: Sequence[Row] = [
            Row(one.input.partition(".")[2] or one.input, (
                Value(one.value, math.nan, math.nan, look(1).colour, f"{one.input}: {knowledge.number(one.value)}"),
                Value(one.floor, math.nan, math.nan, look(0).colour, f"floor: {knowledge.number(one.floor)}", "square",
                      hollow=True),
            ), knowledge.number(one.value) if one.value > one.floor else "not clear of chance")
            for one in knowledge.known
        ]  # fmt: skip
        return rows_of_values(width, Rows(rows, f"worth of knowing it: {knowledge.measure}", signed=False))

    caption = (f"{found.place} {found.period}. By how much the average result of the best choice would improve if one "
               "knew the assumption beforehand. Hollow squares: what an assumption without any influence would seem to "
               f"be worth, at most, 95 times in 100. {len(found.inputs)} runs.")
    return Chart(f"worth_knowing_{place}", title, caption, data, draw, "rows", "assumption", "assumption")
