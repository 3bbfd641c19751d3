"""Emergency admissions year by year, and how many more or fewer each plan makes them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.style import Chart, colour, house_style, nothing_line, say, wrapped
from outputs.measures.measure import ALL
from outputs.ranges import TOO_FEW_RUNS

PER_DAY = "emergency_admissions_per_day"
NAME = "growth_chart"
MOST_LEVEL_LABELS = 6
DATA_COLUMNS = ("panel", "scenario", "period", "mean", "low", "high", "unit", "verdict")


def growth_chart(comparison: Comparison) -> Chart:
    """Admissions a day by financial year; beside it, with a reference, the differences in the reported year."""
    levels = _levels(comparison)
    differences = _differences(comparison)
    with house_style():
        figure = Figure(figsize=(10.0, 5.2))
        if differences.empty:
            _draw_years(figure.subplots(), comparison, levels)
        else:
            left, right = figure.subplots(1, 2, width_ratios=(5, 4))
            _draw_years(left, comparison, levels)
            _draw_differences(right, comparison, differences)
        say(figure, finding(comparison), _below(comparison))
    return Chart(NAME, figure, pd.concat([levels, differences], ignore_index=True)[list(DATA_COLUMNS)])


def finding(comparison: Comparison) -> str:
    """The chart's title: how fast admissions grow, and which plans change their number."""
    first = comparison.scenarios[0]
    growth = comparison.level(first.id, words.GROWTH)
    grows = "Emergency admissions by year" if growth is None else (
        f"Emergency admissions grow by {words.number(growth.mean, 1)} % a year ({first.title.lower()})"
    )
    others = comparison.others() if comparison.reference else ()
    verdicts = {one.title: comparison.verdict(one.id, words.ADMISSIONS) for one in others}
    changes = [
        f"{'fewer' if verdict.startswith('lower') else 'more'} with {title} {verdict[verdict.index('('):]}"
        for title, verdict in verdicts.items()
        if verdict.startswith(("lower", "higher"))
    ]
    if not others:
        return grows
    if not changes:
        unknown = TOO_FEW_RUNS in verdicts.values()
        changes = ["too few runs to say what plans change" if unknown else "no plan clearly changes how many there are"]
    return f"{grows}; {', '.join(changes)}"


def _levels(comparison: Comparison) -> pd.DataFrame:
    table = comparison.levels
    years = table[(table["measure"] == PER_DAY) & (table["stratum"] == ALL) & table["period"].str.contains("/")]
    return years[["scenario", "period", "mean", "low", "high"]].assign(
        panel="level", unit="emergency admissions a day", verdict=""
    )


def _differences(comparison: Comparison) -> pd.DataFrame:
    table = comparison.differences
    rows = table[
        (table["measure"] == words.ADMISSIONS) & (table["stratum"] == ALL)
        & (table["period"] == comparison.period.name)
    ]
    return rows[["scenario", "period", "mean", "low", "high", "verdict"]].assign(
        panel="difference", unit="emergency admissions a year"
    )


def _draw_years(axes: Axes, comparison: Comparison, levels: pd.DataFrame) -> None:
    periods = sorted(levels["period"].unique())
    for index, scenario in reversed(list(enumerate(comparison.scenarios))):
        own = levels[levels["scenario"] == scenario.id].set_index("period").reindex(periods)
        places = range(len(periods))
        axes.plot(places, own["mean"], color=colour(index), marker="o", markersize=4, label=scenario.title)
        if index == 0:
            axes.fill_between(places, own["low"], own["high"], color=colour(0), alpha=0.15, linewidth=0)
    if comparison.base.name in periods and any(one.interventions for one in comparison.scenarios):
        axes.axvline(periods.index(comparison.base.name) + 0.5, color="black", linewidth=0.8, linestyle=":")
    axes.set_xticks(range(len(periods)), periods, rotation=0 if len(periods) <= MOST_LEVEL_LABELS else 60)
    axes.set_title("Emergency admissions a day")
    if len(comparison.scenarios) > 1:
        handles, labels = axes.get_legend_handles_labels()
        axes.legend(handles[::-1], [wrapped(label) for label in labels[::-1]], frameon=False, fontsize=8)


def _draw_differences(axes: Axes, comparison: Comparison, differences: pd.DataFrame) -> None:
    rows = differences.to_dict("records")
    for place, row in enumerate(rows):
        shade = colour(1 + place)
        axes.plot([row["low"], row["high"]], [place, place], color=shade, linewidth=3, solid_capstyle="butt")
        axes.plot(row["mean"], place, "o", color=shade, markersize=8)
        axes.annotate(
            f"{words.number(row['mean'], signed=True)}: {row['verdict']}", (row["mean"], place), xytext=(0, 9),
            textcoords="offset points", ha="center", fontsize=8,
        )
    nothing_line(axes)
    axes.set_yticks(range(len(rows)), _titles(comparison, [row["scenario"] for row in rows]))
    axes.set_ylim(len(rows) - 0.4, -0.7)
    axes.margins(x=0.4)
    axes.set_title(f"More or fewer in {comparison.period.name} than: {comparison.scenarios[0].title.lower()}")


def _titles(comparison: Comparison, names: Sequence[str]) -> list[str]:
    return [wrapped(comparison.scenario(name).title, 18) for name in names]


def _below(comparison: Comparison) -> str:
    parts = [
        words.about_the_place(comparison.scenarios[0]),
        "Bands and bars: 8-in-10 range over assumptions.",
        "The dotted line is the start of change." if any(one.interventions for one in comparison.scenarios) else "",
        f"{words.run_count(comparison)}. The axis does not start at nought. {words.about_growth(comparison)}",
    ]
    return " ".join(part for part in parts if part)
