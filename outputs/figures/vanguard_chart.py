"""Growth quarter by quarter, and the model's gaps beside those that the vanguards published."""

from __future__ import annotations

import math

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.lines import Lines, lines_over_time
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene
from outputs.ranges import FEWEST_RUNS
from outputs.vanguard_marks import marks as published_marks

QUARTERS, MARKS = "growth_by_quarter_chart", "vanguard_chart"
PUBLISHED = "#866300"
ON_THE_YEAR = "on the year before"
ASSUMPTIONS = "assumptions"
MOST_MARKS = 14


def quarters_chart(comparison: Comparison, growth: pd.DataFrame) -> Chart | None:
    """Growth of each quarter on the same quarter a year before; None where the study has no such table."""
    if growth.empty:
        return None
    own = growth[(growth["series"] == "total") & (growth["step"] == "quarter") & (growth["reading"] == ON_THE_YEAR)
                 & (growth["interval_kind"] == ASSUMPTIONS)]
    if own.empty:
        return None
    data = own[["scenario", "period", "mean", "low", "high", "unit"]].reset_index(drop=True)
    periods = tuple(sorted(data["period"].unique()))
    titles = {one.id: one.title for one in comparison.scenarios}

    def draw(width: float) -> Scene:
        return lines_over_time(width, Lines(data, periods, titles, "% growth on the same quarter a year before",
                                            _last_before(comparison, periods), dots=True))

    caption = (f"Growth of all emergency admissions on the same quarter a year before. Band: 8-in-10 range, "
               f"{comparison.scenarios[0].title.lower()}. {words.about_the_place(comparison.scenarios[0])} "
               f"{words.run_count(comparison)}.")
    first = data[data["scenario"] == comparison.scenarios[0].id]["mean"]
    title = "Growth by quarter, on the same quarter a year before" if comparison.runs < FEWEST_RUNS else (
        f"By quarter, growth swings between {words.number(first.min(), 1)} and {words.number(first.max(), 1)} % "
        f"with nothing changed: one quarter proves little"
    )
    return Chart(QUARTERS, title, caption, data, draw, "lines")


def vanguard_chart(comparison: Comparison, marks: pd.DataFrame) -> Chart | None:
    """The model's gap to doing nothing beside each published gap that can be set beside it."""
    if marks.empty:
        return None
    known = marks[(marks["comparable"] == "yes") & marks["published_gap_percent"].notna()]
    labels = {one.mark: one.label for one in published_marks()}
    rows, data = [], []
    for (mark, reading), own in list(known.groupby(["mark", "reading"], sort=False))[:MOST_MARKS]:
        head = own.iloc[0]
        published = [float(head[f"published_{end}"]) for end in ("gap_percent", "low", "high")]
        says = f"Published, {head['title']}: {words.number(published[0], 1, signed=True)} %"
        values = [Value.of(published, PUBLISHED, says, "diamond", hollow=True)]
        data.append(("published", mark, reading, *published, "%"))
        for row in own.to_dict("records"):
            place = [one.id for one in comparison.scenarios].index(str(row["scenario"]))
            if place == 0 or math.isnan(float(row["model_gap_mean"])):
                continue
            style = look(place)
            gap = [float(row[f"model_gap_{end}"]) for end in ("mean", "low", "high")]
            says = (f"{comparison.scenario(str(row['scenario'])).title}: {words.number(gap[0], 1, signed=True)} % "
                    f"({words.number(gap[1], 1, signed=True)} to {words.number(gap[2], 1, signed=True)})")
            values.append(Value.of(gap, style.colour, says, style.sign))
            data.append((row["scenario"], mark, reading, *gap, "%"))
        rows.append(Row(f"{labels[str(mark)]}: {reading}", tuple(values), str(head["source_id"])))
    if not rows:
        return None

    def draw(width: float) -> Scene:
        return rows_of_values(width, Rows(rows, "% gap to areas (here: runs) without the change", "slower", "faster"))

    columns = ["scenario", "mark", "reading", "mean", "low", "high", "unit"]
    caption = (f"Hollow diamond: gap between vanguards and comparators as published, under each reading of its "
               f"unstated base. Filled: the same quantity here, as long after the change, with its 8-in-10 range. "
               f"MCP: multispecialty community providers. PACS: primary and acute care systems. "
               f"{words.about_the_place(comparison.scenarios[0])} {words.run_count(comparison)}.")
    table = pd.DataFrame(data, columns=columns)
    return Chart(MARKS, _finding(comparison, known), caption, table, draw, "rows", "scenario", "mark")


def _finding(comparison: Comparison, known: pd.DataFrame) -> str:
    best = known["chance_beats"].max() if "chance_beats" in known else math.nan
    if math.isnan(best) or comparison.runs < FEWEST_RUNS:
        return "Gaps to areas without the change, published and modelled"
    if best < 0.5:
        return f"In at most {words.percent(float(best))} of runs does a plan here beat a gap that vanguards published"
    return f"In {words.percent(float(best))} of runs the best plan here beats one of the gaps that vanguards published"


def _last_before(comparison: Comparison, periods: tuple[str, ...]) -> str:
    """The last quarter of the year before the change."""
    own = [name for name in periods if name.startswith(comparison.base.name)]
    return own[-1] if own and any(one.interventions for one in comparison.scenarios) else ""
