"""Emergency admissions year by year, doing nothing beside each plan."""

from __future__ import annotations

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.lines import Lines, lines_over_time
from outputs.figures.scene import Scene
from outputs.measures.measure import ALL
from outputs.ranges import TOO_FEW_RUNS

PER_DAY = "emergency_admissions_per_day"
NAME = "growth_chart"
DATA_COLUMNS = ("scenario", "period", "mean", "low", "high", "unit")
MOST_NAMED = 2


def growth_chart(comparison: Comparison) -> Chart:
    """Admissions a day by financial year, the reference (or the only scenario) with its range."""
    data = _levels(comparison)

    def draw(width: float) -> Scene:
        return lines_over_time(
            width,
            Lines(
                data=data,
                periods=tuple(sorted(data["period"].unique())),
                titles={one.id: one.title for one in comparison.scenarios},
                unit="emergency admissions a day",
                change_after=comparison.base.name if any(one.interventions for one in comparison.scenarios) else "",
            ),
        )

    return Chart(NAME, finding(comparison), _below(comparison), data, draw, "lines")


def finding(comparison: Comparison) -> str:
    """The chart's title: how fast admissions grow, and which plans change their number."""
    first = comparison.scenarios[0]
    growth = comparison.level(first.id, words.GROWTH)
    grows = "Emergency admissions by year" if growth is None else (
        f"Emergency admissions grow by {words.number(growth.mean, 1)} % a year ({first.title.lower()})"
    )
    others = comparison.others() if comparison.reference else ()
    return f"{grows}; {changes(comparison)}" if others else grows


def changes(comparison: Comparison) -> str:
    """Which plans change the number of admissions, in a clause."""
    verdicts = {one.title: comparison.verdict(one.id, words.ADMISSIONS) for one in comparison.others()}
    clear = {title: verdict for title, verdict in verdicts.items() if verdict.startswith(("lower", "higher"))}
    if not clear:
        unknown = TOO_FEW_RUNS in verdicts.values()
        return "too few runs to say what plans change" if unknown else "no plan clearly changes how many there are"
    named = [
        f"{'fewer' if verdict.startswith('lower') else 'more'} with {title} {verdict[verdict.index('('):]}"
        for title, verdict in list(clear.items())[:MOST_NAMED]
    ]
    rest = len(clear) - len(named)
    return ", ".join([*named, *([f"and {rest} other plans change them"] if rest else [])])


def _levels(comparison: Comparison) -> pd.DataFrame:
    table = comparison.levels
    years = table[(table["measure"] == PER_DAY) & (table["stratum"] == ALL) & table["period"].str.contains("/")]
    return years[list(DATA_COLUMNS[:-1])].assign(unit="emergency admissions a day").reset_index(drop=True)


def _below(comparison: Comparison) -> str:
    first = comparison.scenarios[0]
    parts = [
        words.about_the_place(first),
        f"Band: 8-in-10 range over assumptions, {first.title.lower()}." if comparison.runs > 1 else "",
        "The dotted line is the start of change." if any(one.interventions for one in comparison.scenarios) else "",
        f"{words.run_count(comparison)}. The axis does not start at nought. {words.about_growth(comparison)}".strip(),
    ]
    return " ".join(part for part in parts if part)
