"""Where each admission more or fewer went, and which part of a plan did it."""

from __future__ import annotations

import math

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene
from outputs.figures.waterfall import Step, waterfall
from outputs.measures.registry import MEASURES
from scenarios.resolved import Resolved

NAME, ATTRIBUTION = "where_it_went_chart", "attribution_chart"
LEVELS = ("reference", "scenario")
OVERLAP, TOTAL = "overlap", "total"


def where_it_went_chart(comparison: Comparison, accounting: pd.DataFrame, plan: Resolved) -> Chart | None:
    """A waterfall of the admissions avoided, shifted, deferred, induced; None when the study did not account."""
    if accounting.empty:
        return None
    own = accounting[(accounting["scenario"] == plan.id) & (accounting["period"] == comparison.period.name)
                     & ~accounting["kind"].isin(LEVELS)]
    if own.empty:
        return None
    by_kind = own.groupby(["kind", "title"], sort=False)["mean"].sum().reset_index()
    steps = [Step(str(row["title"]), float(row["mean"]), f"{row['title']}: {_signed(row['mean'])}")
             for row in by_kind.to_dict("records") if abs(float(row["mean"])) > 1e-9]
    total = float(by_kind["mean"].sum())
    steps.append(Step("all together", total, f"all together: {_signed(total)}", is_total=True))
    data = own[["scenario", "kind", "title", "where", "reached", "period", "mean", "low", "high"]].assign(
        unit="emergency admissions").reset_index(drop=True)

    def draw(width: float) -> Scene:
        return waterfall(width, steps, f"emergency admissions in {comparison.period.name}", _signed)

    avoided = -float(by_kind.loc[by_kind["kind"] == "avoided", "mean"].sum())
    title = (f"{plan.title}: {words.number(avoided)} admissions avoided outright; with everything else, "
             f"{words.more_or_fewer(total)} in all")
    caption = (f"Each admission in one scenario and not in the other, found again in the same person's life. Averages "
               f"of {words.run_count(comparison)}; the steps add up exactly. "
               f"{words.about_the_place(comparison.scenarios[0])}")
    return Chart(f"{NAME}_{plan.id.replace('+', '-')}", title, caption, data, draw, "steps", "scenario", "title")


def attribution_chart(comparison: Comparison, attribution: pd.DataFrame, plan: Resolved, measure: str) -> Chart | None:
    """What each part of a plan does: alone, and as its share of the whole, with the overlap."""
    own = attribution
    if not own.empty:
        own = own[(own["scenario"] == plan.id) & (own["measure"] == measure)]
    if own.empty:
        return None
    one = MEASURES[measure]
    rows, data = [], []
    for place, row in enumerate(own.to_dict("records"), start=1):
        style = look(place if row["part"] not in (OVERLAP, TOTAL) else 0)
        values = []
        for key, name, hollow in (("share", "its share", False), ("alone", "alone", True)):
            ends = [float(row[f"{key}{end}"]) for end in ("", "_low", "_high")]
            if math.isnan(ends[0]) or (row["part"] == OVERLAP and key == "share"):
                continue
            says = f"{row['title']}, {name}: {words.number(ends[0], one.decimals, signed=True)} {one.unit}"
            values.append(Value.of(ends, style.colour, says, style.sign, hollow=hollow))
            data.append((plan.id, row["part"], name, *ends, one.unit))
        rows.append(Row(str(row["title"]), tuple(values)))

    def draw(width: float) -> Scene:
        return rows_of_values(width, Rows(rows, f"{one.title}, {one.unit}", "fewer", "more"))

    method = str(own.iloc[0]["method"])
    caption = (f"Filled: each part's share, averaged over all orders in which parts could be added ({method}); shares "
               f"add up to the total. Hollow: what it does alone; these and the overlap add up to the total. Bars: "
               f"8-in-10 range. {words.about_the_place(comparison.scenarios[0])}")
    columns = ["scenario", "part", "what", "mean", "low", "high", "unit"]
    title = f"{plan.title}: which part does it"
    name = f"{ATTRIBUTION}_{plan.id.replace('+', '-')}_{measure}"
    return Chart(name, title, caption, pd.DataFrame(data, columns=columns), draw, "rows", "what", "part")


def _signed(amount: float) -> str:
    return words.number(amount, 0 if abs(amount) >= 9.5 else 1, signed=True)
