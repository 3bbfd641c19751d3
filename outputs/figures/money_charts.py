"""Who gains and who loses, and when a plan has paid for itself."""

from __future__ import annotations

import pandas as pd

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.chart import Chart
from outputs.figures.lines import Lines, lines_over_time
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene
from outputs.ranges import FEWEST_RUNS

ORGANISATIONS, BREAK_EVEN = "organisations_chart", "break_even_chart"
POSITION = "position"
LEAST_POUNDS = 500.0


def organisations_chart(comparison: Comparison, organisations: pd.DataFrame) -> Chart | None:
    """How much better or worse off each organisation is than with the reference; None without such a table."""
    if organisations.empty:
        return None
    own = organisations[(organisations["line"] == POSITION) & (organisations["period"] == comparison.period.name)
                        & organisations["difference_mean"].notna()]
    if own.empty:
        return None
    rows = []
    for organisation, each in own.groupby("organisation", sort=False):
        values = []
        for row in each.to_dict("records"):
            place = [one.id for one in comparison.scenarios].index(str(row["scenario"]))
            style, title = look(place), comparison.scenario(str(row["scenario"])).title
            ends = [float(row[f"difference_{end}"]) for end in ("mean", "low", "high")]
            says = f"{organisation}, {title}: {_better_or_worse(ends[0])} ({words.millions(ends[1])} to "
            says += f"{words.millions(ends[2])})"
            values.append(Value.of([end / words.MILLION for end in ends], style.colour, says, style.sign))
        rows.append(Row(str(organisation).capitalize(), tuple(values)))
    data = own[["scenario", "organisation", "period", "difference_mean", "difference_low", "difference_high"]].rename(
        columns={"difference_mean": "mean", "difference_low": "low", "difference_high": "high"}
    ).assign(unit="£ a year, nominal")

    def draw(width: float) -> Scene:
        unit = f"£ million in {comparison.period.name}, against: {comparison.scenarios[0].title.lower()}"
        return rows_of_values(width, Rows(rows, unit, "worse off", "better off"))

    named = ", ".join(f"{_sign_word(look(place).sign)} {one.title}" for place, one in enumerate(comparison.scenarios)
                      if place > 0)
    caption = (f"Received less paid less resources used, money of the year. {named}. Bars: 8-in-10 range. "
               f"{words.about_the_place(comparison.scenarios[0])} {words.run_count(comparison)}.")
    return Chart(ORGANISATIONS, _who(comparison, own), caption, data, draw, "rows", "scenario", "organisation")


def break_even_chart(comparison: Comparison, break_even: pd.DataFrame) -> Chart | None:
    """Net cost added up over the years; None without such a table."""
    if break_even.empty:
        return None
    data = break_even.rename(columns={"cumulative": "mean", "cumulative_low": "low", "cumulative_high": "high"})
    data = data.rename(columns={name: name.removeprefix("cumulative_") for name in data.columns})
    data = data[["scenario", "period", "mean", "low", "high"]].copy()
    data[["mean", "low", "high"]] /= words.MILLION
    titles = {one.id: one.title for one in comparison.scenarios if one.id in set(data["scenario"])}
    periods = tuple(sorted(data["period"].unique()))
    data = data.assign(unit="£m, price year, discounted")

    def draw(width: float) -> Scene:
        return lines_over_time(width, Lines(data, periods, titles, "£ million since the change, added up",
                                            decimals=2))

    last = data[data["period"] == periods[-1]]
    paid = [titles[name] for name in last.loc[last["mean"] <= 0.0, "scenario"] if name in titles]
    title = f"{', '.join(paid)}: paid back by {periods[-1]}" if paid else f"No plan has paid back by {periods[-1]}"
    caption = (f"Net cost of all organisations, {comparison.scenarios[0].price_year} prices, discounted; above nought "
               f"it has cost more than it freed. Band: 8-in-10 range of {next(iter(titles.values()), '')}. "
               f"{words.about_the_place(comparison.scenarios[0])}")
    return Chart(BREAK_EVEN, title, caption, data, draw, "lines")


def _who(comparison: Comparison, own: pd.DataFrame) -> str:
    """Who gains most and who loses most, over plans."""
    if comparison.runs < FEWEST_RUNS:
        return f"Money by organisation; {words.run_count(comparison)}: too few to say more"
    mean = own.groupby("organisation")["difference_mean"].mean()
    if mean.abs().max() < LEAST_POUNDS:
        return "No organisation is much better or worse off"
    loser, winner = mean.idxmin(), mean.idxmax()
    parts = [f"the {loser} pays for it" if mean.min() < -LEAST_POUNDS else "",
             f"the {winner} gains" if mean.max() > LEAST_POUNDS else ""]
    text = "; ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def _better_or_worse(pounds: float) -> str:
    return f"{words.millions(abs(pounds))} {'better' if pounds >= 0.0 else 'worse'} off"


def _sign_word(kind: str) -> str:
    return {"circle": "Dot:", "square": "Square:", "diamond": "Diamond:", "triangle": "Triangle:"}[kind]
