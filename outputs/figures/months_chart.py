"""A measure month by month, doing nothing beside the plans."""

from __future__ import annotations

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.lines import Lines, lines_over_time
from outputs.figures.scene import Scene
from outputs.measures.measure import ALL
from outputs.measures.registry import MEASURES

MONTH = r"^\d{4}-\d{2}$"
COLUMNS = ["scenario", "period", "mean", "low", "high", "unit"]


def months_chart(comparison: Comparison, measure: str, name: str) -> Chart | None:
    """Every month of the study for one measure; None when it is not taken by month."""
    table = comparison.levels
    chosen = table[(table["measure"] == measure) & (table["stratum"] == ALL) & table["period"].str.match(MONTH)]
    if chosen.empty:
        return None
    one = MEASURES[measure]
    share = one.unit == "share"
    unit = "%" if share else one.unit
    data = chosen[COLUMNS[:-1]].assign(unit=unit).reset_index(drop=True)
    if share:
        data[["mean", "low", "high"]] *= 100.0
    periods = tuple(sorted(data["period"].unique()))
    start = comparison.scenarios[0].window.change
    before = f"{pd.Timestamp(start) - pd.DateOffset(months=1):%Y-%m}"
    changed = any(scenario.interventions for scenario in comparison.scenarios)

    def draw(width: float) -> Scene:
        said = f"{one.title}, {unit}" if unit.lower() not in one.title.lower() else one.title
        titles = {scenario.id: scenario.title for scenario in comparison.scenarios}
        return lines_over_time(width, Lines(data, periods, titles, said, before if changed else "", dots=False))

    caption = (f"{words.about_the_place(comparison.scenarios[0])} Averages of {words.run_count(comparison)}, month by "
               f"month; band: 8-in-10 range, {comparison.scenarios[0].title.lower()}. The axis does not start at "
               "nought.")
    return Chart(name, _finding(comparison, measure, data), caption, data, draw, "lines")


def _finding(comparison: Comparison, measure: str, data: pd.DataFrame) -> str:
    """When it is highest in a year, and by how much."""
    own = data[data["scenario"] == comparison.scenarios[0].id]
    by_month = own.groupby(own["period"].str[5:])["mean"].mean()
    title = MEASURES[measure].title
    if len(by_month) < 12 or by_month.min() <= 0.0:
        return title
    highest, lowest = (f"{pd.Timestamp(f'2000-{month}-01'):%B}" for month in (by_month.idxmax(), by_month.idxmin()))
    share = by_month.max() / by_month.min() - 1.0
    return f"{title}: highest in {highest}, {words.percent(share)} above {lowest}"
