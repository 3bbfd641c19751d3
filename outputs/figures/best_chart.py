"""The chance that each plan is the best choice, by what one wants of it."""

from __future__ import annotations

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.plot import SMALL, TINY, look
from outputs.figures.scene import PAPER, SOFT_INK, Bar, Dot, Mark, Scene, Words, lines_of, text_width
from outputs.measures.registry import MEASURES
from outputs.ranges import FEWEST_RUNS

NAME = "best_chart"
BAR, EACH, TOP = 26.0, 62.0, 8.0
LEGEND = 20.0


def best_chart(comparison: Comparison, best: pd.DataFrame) -> Chart | None:
    """One bar a criterion, divided by the chance that each scenario is best; None with too few runs to say."""
    if best.empty or comparison.runs < FEWEST_RUNS:
        return None
    data = best[["scenario", "measure", "better", "chance_best", "loss_mean", "unit"]].copy()
    order = [one.id for one in comparison.scenarios]

    def draw(width: float) -> Scene:
        return _drawn(width, data, order, comparison)

    caption = (f"Each bar: in how many of {comparison.runs} runs each choice is the best of all, doing nothing among "
               f"them, when this alone is wanted. {words.about_the_period(comparison)}. "
               f"{words.about_the_place(comparison.scenarios[0])}")
    return Chart(NAME, _finding(comparison, data), caption, data, draw, "shares", "scenario", "measure")


def _finding(comparison: Comparison, data: pd.DataFrame) -> str:
    first = data[data["measure"] == words.ADMISSIONS]
    if first.empty:
        return "Which choice is best depends on what is wanted"
    top = first.sort_values("chance_best", ascending=False, kind="stable").iloc[0]
    title = comparison.scenario(str(top["scenario"])).title
    return f"For the fewest emergency admissions, {title} is best in {words.percent(float(top['chance_best']))} of runs"


def _drawn(width: float, data: pd.DataFrame, order: list[str], comparison: Comparison) -> Scene:
    marks: list[Mark] = []
    y = TOP
    for measure, own in data.groupby("measure", sort=False):
        title = MEASURES[str(measure)].title if str(measure) in MEASURES else str(measure)
        said = f"{str(own.iloc[0]['better']).capitalize()}: {title}"
        marks.append(Words(0.0, y + 12.0, lines_of(said, width, SMALL, bold=True)[0], SMALL, bold=True))
        x = 0.0
        for name in order:
            chance = float(own.loc[own["scenario"] == name, "chance_best"].sum())
            place, wide = order.index(name), chance * width
            says = f"{comparison.scenario(name).title}: best in {words.percent(chance)} of runs"
            if wide > 0.0:
                marks.append(Bar(x, y + 20.0, max(wide - 2.0, 0.5), BAR, look(place).colour, says, series=place))
            text = words.percent(chance)
            if wide > text_width(text, TINY, bold=True) + 8.0:
                marks.append(Words(x + wide / 2.0, y + 37.0, text, TINY, "middle", PAPER, bold=True, series=place))
            x += wide
        y += EACH
    x, y = 6.0, y + 6.0
    for place, name in enumerate(order):
        title = comparison.scenario(name).title
        wide = text_width(title, SMALL) + 34.0
        if x + wide > width and x > 6.0:
            x, y = 6.0, y + LEGEND
        marks.append(Dot(x, y + 6.0, look(place).colour, 5.0, look(place).sign, series=place))
        marks.append(Words(x + 10.0, y + 10.0, title, SMALL, colour=SOFT_INK, series=place))
        x += wide
    return Scene(width, y + LEGEND, tuple(marks))
