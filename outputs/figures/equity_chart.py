"""Who has the care and who the benefit, from the most to the least deprived fifth."""

from __future__ import annotations

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene
from outputs.measures.registry import MEASURES

NAME = "equity_chart"
FIFTHS = {"fifth 1": "Most deprived fifth", "fifth 2": "Second", "fifth 3": "Third", "fifth 4": "Fourth",
          "fifth 5": "Least deprived fifth"}
FIRST_CHOICE = "emergency_admissions_per_1000"


def equity_chart(comparison: Comparison, equity: pd.DataFrame) -> Chart | None:
    """Emergency admissions by deprivation fifth, in every scenario; None without such a table."""
    if equity.empty:
        return None
    measures = list(dict.fromkeys(equity.loc[equity["group"].isin(FIFTHS), "measure"]))
    chosen = next((name for name in measures if "admission" in name), measures[0] if measures else "")
    own = equity[(equity["measure"] == chosen) & equity["group"].isin(FIFTHS)]
    if own.empty:
        return None
    rows = []
    for group, title in FIFTHS.items():
        values = []
        for place, one in enumerate(comparison.scenarios):
            row = own[(own["group"] == group) & (own["scenario"] == one.id)]
            if row.empty:
                continue
            middle, low, high = (float(row.iloc[0][end]) for end in ("mean", "low", "high"))
            ends = f"({words.number(low, 1)} to {words.number(high, 1)})"
            says = f"{title}, {one.title}: {words.number(middle, 1)} {ends}"
            values.append(Value(middle, low, high, look(place).colour, says, look(place).sign))
        rows.append(Row(title, tuple(values)))
    unit = str(own.iloc[0]["unit"])
    data = own[["scenario", "group", "period", "mean", "low", "high", "unit"]].reset_index(drop=True)

    def draw(width: float) -> Scene:
        return rows_of_values(width, Rows(rows, _title(own), with_nought=False, signed=False))

    signs = ", ".join(f"{look(place).sign}: {one.title}" for place, one in enumerate(comparison.scenarios))
    caption = (f"{_title(own)}, {unit}, standardised for age and sex. {signs}. Bars: 8-in-10 range. "
               f"{words.about_the_place(comparison.scenarios[0])} {words.run_count(comparison)}.")
    return Chart(NAME, _finding(comparison, own), caption, data, draw, "rows", "scenario", "group")


def _title(own: pd.DataFrame) -> str:
    name = str(own.iloc[0]["measure"])
    return str(own.iloc[0]["title"]) if "title" in own else MEASURES[name].title if name in MEASURES else name


def _finding(comparison: Comparison, own: pd.DataFrame) -> str:
    rates = own[own["scenario"] == comparison.scenarios[0].id].set_index("group")["mean"]
    if not {"fifth 1", "fifth 5"} <= set(rates.index) or rates["fifth 5"] <= 0.0:
        return f"{_title(own)} by deprivation"
    times = rates["fifth 1"] / rates["fifth 5"]
    return f"The most deprived fifth has {words.number(times, 1)} times the rate of the least deprived, at equal age"
