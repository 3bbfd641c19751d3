"""What each plan costs and what it frees; or, for one scenario, what care costs by sector."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.style import GREY, PALE, PALETTE, Chart, house_style, nothing_line, say, wrapped
from outputs.measures.measure import ALL
from outputs.ranges import FEWEST_RUNS
from scenarios.resolved import Resolved

NAME = "cost_chart"
TEAMS, CARE, NET = "intervention_cost_gbp", "marginal_care_cost_gbp", "net_cost_gbp"
PER_HEAD = "cost_per_head_gbp"
DATA_COLUMNS = ("scenario", "part", "period", "mean", "low", "high", "unit")
PARTS = {TEAMS: "teams", CARE: "care, at the cost that moves with use", NET: "net"}


def cost_chart(comparison: Comparison) -> Chart:
    """Teams, care and net cost against the reference; without a reference, cost of care per head by sector."""
    data = _differences(comparison) if comparison.reference and comparison.others() else _sectors(comparison)
    rows = max(2, data["scenario"].nunique() if comparison.reference else len(data))
    with house_style():
        figure = Figure(figsize=(10.0, 2.2 + 0.62 * rows))
        axes = figure.subplots()
        if comparison.reference and comparison.others():
            _draw_differences(axes, comparison, data)
        else:
            _draw_sectors(axes, data)
        say(figure, finding(comparison), _below(comparison))
    return Chart(NAME, figure, data[list(DATA_COLUMNS)])


def finding(comparison: Comparison) -> str:
    """The chart's title: whether plans cost more than they free."""
    if not comparison.reference or not comparison.others():
        found = comparison.level(comparison.scenarios[0].id, PER_HEAD)
        if found is None:
            return "Cost of care"
        return f"The care in the model costs £{words.number(found.mean)} a head in {comparison.period.name}"
    if comparison.runs < FEWEST_RUNS:
        return f"Net cost of each plan; {words.run_count(comparison)}: too few to say more"
    net = [(one, found) for one in comparison.others() if (found := comparison.difference(one.id, NET)) is not None]
    costs = [one for one, found in net if found.low > 0.0]
    saves = [one for one, found in net if found.high < 0.0]
    either = [one for one, found in net if found.low <= 0.0 <= found.high]
    if costs and not saves and not either:
        return f"{_all_of(costs)} more than {'they free' if len(costs) > 1 else 'it frees'}"
    parts = [
        f"{_named(costs)} cost more than they free" if costs else "",
        f"{_named(saves)} free more than they cost" if saves else "",
        f"{_named(either)} may do either" if either else "",
    ]
    return "; ".join(part for part in parts if part) or "Net cost"


def _differences(comparison: Comparison) -> pd.DataFrame:
    table = comparison.differences
    rows = table[
        table["measure"].isin(list(PARTS)) & (table["stratum"] == ALL) & (table["period"] == comparison.period.name)
    ]
    numbers = rows[["mean", "low", "high"]] / words.MILLION
    return numbers.assign(
        scenario=rows["scenario"], part=rows["measure"].map(PARTS), period=rows["period"], unit="£m a year"
    ).reset_index(drop=True)


def _sectors(comparison: Comparison) -> pd.DataFrame:
    table = comparison.levels
    rows = table[
        (table["measure"] == PER_HEAD) & (table["stratum"] != ALL) & (table["period"] == comparison.period.name)
        & (table["mean"] > 0.0)
    ].sort_values("mean", ascending=False)
    return rows[["scenario", "mean", "low", "high", "period"]].assign(
        part=rows["stratum"], unit="£ per head a year"
    ).reset_index(drop=True)


def _draw_differences(axes: Axes, comparison: Comparison, data: pd.DataFrame) -> None:
    bars = {PARTS[TEAMS]: (-0.2, PALETTE[0]), PARTS[CARE]: (0.06, PALETTE[4])}
    others = comparison.others()
    for place, scenario in enumerate(others):
        for row in data[data["scenario"] == scenario.id].to_dict("records"):
            if row["part"] == PARTS[NET]:
                axes.plot([row["low"], row["high"]], [place + 0.3] * 2, color=GREY, linewidth=3, solid_capstyle="butt")
                axes.plot(row["mean"], place + 0.3, "D", color="black", markersize=6,
                          label="net, with its 8-in-10 range" if place == 0 else None)
                axes.annotate(words.millions(row["mean"] * words.MILLION), (row["high"], place + 0.3), xytext=(6, 0),
                              textcoords="offset points", va="center", fontsize=8)
            else:
                shift, shade = bars[row["part"]]
                axes.barh(place + shift, row["mean"], height=0.24, color=shade,
                          label=row["part"] if place == 0 else None)
    nothing_line(axes)
    axes.set_yticks(range(len(others)), [wrapped(one.title) for one in others])
    axes.set_ylim(len(others) - 0.4, -0.6)
    axes.set_xlabel(f"£ million in {comparison.period.name}, more (right) or less (left) than: "
                    f"{comparison.scenarios[0].title.lower()}")
    axes.legend(frameon=False, fontsize=8, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _draw_sectors(axes: Axes, data: pd.DataFrame) -> None:
    for place, row in enumerate(data.to_dict("records")):
        axes.barh(place, row["mean"], height=0.6, color=PALETTE[0])
        axes.plot([row["low"], row["high"]], [place, place], color="black", linewidth=1.5)
        axes.annotate(f"£{words.number(row['mean'])}", (row["high"], place), xytext=(6, 0),
                      textcoords="offset points", va="center", fontsize=9)
    axes.set_yticks(range(len(data)), [wrapped(part) for part in data["part"]])
    axes.set_ylim(len(data) - 0.4, -0.6)
    axes.set_xlabel("£ per head a year, at average unit costs")
    axes.spines["left"].set_color(PALE)


def _below(comparison: Comparison) -> str:
    place = words.about_the_place(comparison.scenarios[0])
    if comparison.reference and comparison.others():
        view = ("Resources view: teams at full cost from their first day; care at the part of its cost that one unit "
                "more or less changes. None of it is cash until a service closes capacity.")
    else:
        view = "Average-cost view: what care costs, not what would be saved. Bars' black lines: 8-in-10 range."
    return f"{place} {view} {words.run_count(comparison)}."


def _all_of(plans: list[Resolved]) -> str:
    return f"{plans[0].title} costs" if len(plans) == 1 else f"{'Both' if len(plans) == 2 else 'All'} plans cost"


def _named(plans: list[Resolved]) -> str:
    return ", ".join(one.title for one in plans)
