"""How many more or fewer emergency admissions each plan makes, with ranges and verdicts."""

from __future__ import annotations

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.growth_chart import changes
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene

NAME = "change_chart"


def change_chart(comparison: Comparison, most: int | None = None) -> Chart:
    """One row a plan: the difference in the reported year from the reference; `most` keeps the largest only."""
    rows, data = [], []
    known = [(place, one, found) for place, one in enumerate(comparison.others(), start=1)
             if (found := comparison.difference(one.id, words.ADMISSIONS)) is not None]
    largest = sorted(known, key=lambda each: -abs(each[2].mean))[:most]
    for place, one, found in (each for each in known if each in largest):
        verdict = comparison.verdict(one.id, words.ADMISSIONS)
        said = words.with_range(found)
        says = f"{one.title}: {said} emergency admissions in {comparison.period.name}, {verdict}"
        style = look(place)
        value = Value(found.mean, found.low, found.high, style.colour, says, style.sign)
        rows.append(Row(one.title, (value,), f"{words.number(found.mean, signed=True)}: {verdict}", place))
        data.append((one.id, comparison.period.name, found.mean, found.low, found.high, found.simulation_error,
                     verdict, "emergency admissions a year"))
    columns = ["scenario", "period", "mean", "low", "high", "simulation_error", "verdict", "unit"]
    reference = comparison.scenarios[0].title.lower()

    def draw(width: float) -> Scene:
        unit = f"emergency admissions in {comparison.period.name}, more or fewer than: {reference}"
        return rows_of_values(width, Rows(rows, unit, "fewer", "more"))

    caption = (f"{words.about_the_place(comparison.scenarios[0])} {words.about_the_period(comparison)}. Bars: 8-in-10 "
               f"range over assumptions. {words.about_runs(comparison).partition('assumptions. ')[2]}".strip())
    table = pd.DataFrame(data, columns=columns)
    return Chart(NAME, _finding(comparison), caption, table, draw, "rows", "period", "scenario")


def _finding(comparison: Comparison) -> str:
    text = changes(comparison).replace("how many there are", "the number of emergency admissions")
    if text.startswith(("fewer", "more")):
        return f"Emergency admissions in {comparison.period.name}: {text}"
    return text[:1].upper() + text[1:]
