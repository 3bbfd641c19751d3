"""Which option is best: the table of a ranking, its words and its chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs import words
from outputs.choosing import chance_best, share_best
from outputs.figures.chart import Chart
from outputs.figures.plot import look
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Scene
from outputs.measures.measure import Measure
from outputs.ranges import Spread, spread
from outputs.report.answer_page import AnswerPage
from outputs.report.parts import Section, figures, table
from scenarios.resolved import Resolved

NAME = "ranking_chart"
BY_ELIMINATION, BY_ALLOCATION = "elimination", "allocation"
SMALL_MONEY = 10_000.0
STATED_FOR_GBP = 100_000.0
"""Pounds of spend for which an effect is stated."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Option:
    """One of the options that were ranked.

    Attributes:
        id: of its scenario.
        title: of its scenario.
        values: (runs,) of the measure, from run 1 on.
        reference: (runs,) doing nothing, in the same runs.
        net_cost: (runs,) its net cost less doing nothing's, in pounds a year.
        chance: that it is best on average.
        in_contention: whether it was still in when the runs ended.
        times: how many times as many teams it has as its file says; 1 unless options are compared at equal spend.
        spend_gbp: what its teams cost a year; NaN unless options are compared at equal spend.
    """

    id: str
    title: str
    values: Floats
    reference: Floats
    net_cost: Floats
    chance: float
    in_contention: bool
    times: float
    spend_gbp: float


@dataclass(frozen=True)
class Ranking:
    """What a ranking found.

    Attributes:
        options: the best first, then by how good they are.
        measure: by which they are ranked.
        better: "fewer" or "more".
        period: over which the measure is reported, in words.
        method: `BY_ELIMINATION` or `BY_ALLOCATION`.
        decided: whether elimination came to its end.
        indifference: smallest difference that matters, in the measure's unit.
        confidence: asked for.
        even_runs: runs that giving every option as many as the one with most would have taken.
        spend_gbp: the same for every option; NaN when they are taken at their own size.
        place: which place and year it is, in words.
    """

    options: tuple[Option, ...]
    measure: Measure
    better: str
    period: str
    method: str
    decided: bool
    indifference: float
    confidence: float
    even_runs: int
    spend_gbp: float
    place: str

    @property
    def best(self) -> Option:
        """The option picked."""
        return self.options[0]

    @property
    def spent(self) -> int:
        """Runs in all."""
        return sum(len(one.values) for one in self.options)

    @property
    def left(self) -> tuple[Option, ...]:
        """Options still in when the runs ended, the best first."""
        return tuple(one for one in self.options if one.in_contention)

    @property
    def title(self) -> str:
        """What was asked."""
        spend = f", each for {in_pounds(self.spend_gbp)} a year" if self.spend_gbp > 0.0 else ""
        return f"WHICH IS BEST: {self.better} {in_middle(self.measure.title)}, {self.period}{spend}"


def ranking_table(found: Ranking) -> pd.DataFrame:
    """The table `ranking` of docs/tables.md: one row an option, the best first."""
    together = min(len(one.values) for one in found.options)
    sign = 1.0 if found.better == "fewer" else -1.0
    shares = share_best(np.array([sign * one.values[:together] for one in found.options]))
    futures = chance_best(shares, together)
    rows = []
    for place, (one, share, future) in enumerate(zip(found.options, shares, futures, strict=True), start=1):
        shared = len(one.values)
        difference = spread(one.values - one.reference)
        worse = spread(sign * (one.values - found.best.values[:shared]))
        cost = spread(one.net_cost)
        per = difference.mean / one.spend_gbp * STATED_FOR_GBP if one.spend_gbp > 0.0 else np.nan
        rows.append((
            one.id, one.title, place, found.measure.id, found.period, found.measure.unit, shared, one.in_contention,
            one.chance, float(share), float(future), together, difference.mean, difference.low, difference.high,
            difference.simulation_error, worse.mean, worse.simulation_error, one.times, one.spend_gbp, per, cost.mean,
            cost.low, cost.high,
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=[
        "scenario", "title", "place", "measure", "period", "unit", "runs", "in_contention", "chance_best_on_average",
        "share_of_runs_best", "chance_best_in_one_future", "runs_in_common", "difference_mean", "difference_low",
        "difference_high", "difference_simulation_error", "worse_than_best_mean", "worse_than_best_simulation_error",
        "times_as_many_teams", "spend_gbp_a_year", "difference_per_100000_gbp", "net_cost_mean", "net_cost_low",
        "net_cost_high",
    ])  # fmt: skip


def runs_table(found: Ranking) -> pd.DataFrame:
    """The table `ranking_runs` of docs/tables.md: every run that the ranking rests on."""
    rows = [
        (one.id, run, found.measure.id, float(value), float(value - nothing), float(cost))
        for one in found.options
        for run, (value, nothing, cost) in enumerate(zip(one.values, one.reference, one.net_cost, strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=["scenario", "run", "measure", "value", "difference", "net_cost_difference_gbp"])


def ranking_in_words(found: Ranking, table: pd.DataFrame) -> tuple[str, ...]:
    """The answer, a line each."""
    rows: list[tuple[str, ...]] = [
        ("", "chance", "best in", "", "", "", ""),
        ("", "best on", "n of 10", f"{found.measure.title.lower()[:24]}", "net cost", "", ""),
        ("", "average", "futures", "against doing nothing", "£ a year", "runs", ""),
        *((title[:34], *cells) for title, *cells in _cells(found, table)),
    ]  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [" " + "  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
    return (found.place, *_verdict(found), "", *lines, "", *_how_to_read(found))


def ranking_page(found: Ranking, table_: pd.DataFrame, chart: Chart, scenarios: Sequence[Resolved]) -> AnswerPage:
    """The answer as a page, with what the options assume."""
    best = "fewest" if found.better == "fewer" else "most"
    spend = f", each for {in_pounds(found.spend_gbp)} a year" if found.spend_gbp > 0.0 else ""
    measure = in_middle(found.measure.title)
    question = f"Which of these has the {best} {measure} in {found.period}{spend}: {_named(found.options)}?"
    headings = ["option", "chance best on average", "best in futures", f"{measure} against doing nothing [8 in 10]",
                "net cost, £ a year", "runs", "times its teams"]  # fmt: skip
    rows = _cells(found, table_)
    if not found.spend_gbp > 0.0:
        headings, rows = headings[:-1], [row[:-1] for row in rows]
    compared = table("The options, the best first", headings, rows, (1, 2, 3, 4, 5))
    section = Section("options", "How the options compare", "Against doing nothing, run by run, on the same people, "
                      "chance and assumptions.", (*figures(chart), compared))  # fmt: skip
    return AnswerPage("ranking", f"Which plan has the {best} {measure}?", question, tuple(_verdict(found)),
                      tuple(_how_to_read(found)), (section,), tuple(scenarios))  # fmt: skip


def ranking_chart(found: Ranking, table: pd.DataFrame) -> Chart:
    """One row an option: its difference from doing nothing with its range, and the chance that it is best."""
    scale = 100.0 if found.measure.unit == "share" else 1.0
    unit = "percentage points" if found.measure.unit == "share" else words.unit_of_difference(found.measure)

    def draw(width: float) -> Scene:
        rows = []
        for place, row in enumerate(table.to_dict("records")):
            style = look(place + 1)
            ends = [scale * row[f"difference_{end}"] for end in ("mean", "low", "high")]
            chance = f"best on average: {words.chance(row['chance_best_on_average'])}"
            says = f"{row['title']}: {words.number(ends[0], found.measure.decimals, signed=True)} {unit}, {chance}"
            rows.append(Row(str(row["title"]), (Value.of(ends, style.colour, says, style.sign),), chance, place + 1))
        return rows_of_values(width, Rows(rows, f"{unit}, against doing nothing", "fewer", "more"))

    spend = f" Every option costs {in_pounds(found.spend_gbp)} a year." if found.spend_gbp > 0.0 else ""
    caption = (f"{found.place} {found.measure.title}, {found.period}. Bars: 8-in-10 range over assumptions.{spend} "
               f"{found.spent} runs in all.")
    return Chart(NAME, _finding(found), caption, table, draw, "rows", "title", "scenario")


def _cells(found: Ranking, table: pd.DataFrame) -> list[tuple[str, ...]]:
    """What is said of each option, a text a column."""
    rows: list[tuple[str, ...]] = []
    for row in table.to_dict("records"):
        difference = Spread(row["difference_mean"], row["difference_low"], row["difference_high"], 0.0, row["runs"])
        at_size = f"x{row['times_as_many_teams']:.2g}" if found.spend_gbp > 0.0 and row["spend_gbp_a_year"] > 0 else ""
        rows.append((
            str(row["title"]), words.chance(row["chance_best_on_average"]),
            f"{10.0 * row['chance_best_in_one_future']:.0f} in 10",
            words.with_range(difference, found.measure.decimals), in_pounds(row["net_cost_mean"]), str(row["runs"]),
            at_size,
        ))  # fmt: skip
    return rows


def in_pounds(pounds: float) -> str:
    """Money as one says it: "£1.2m" from a million on, else to the nearest thousand, "£44,000"."""
    if abs(pounds) >= words.MILLION:
        return words.millions(pounds)
    rounded = round(pounds, -3 if abs(pounds) >= SMALL_MONEY else 0)
    return f"{'-' if rounded < 0.0 else ''}£{words.number(abs(rounded))}"


def in_middle(title: str) -> str:
    """A title in the middle of a sentence: A&E and GP stay as they are."""
    return title if title[:2].isupper() or title[:3] == "A&E" else title[:1].lower() + title[1:]


def _finding(found: Ranking) -> str:
    what = f"for the {'fewest' if found.better == 'fewer' else 'most'} {in_middle(found.measure.title)}"
    sure = f"{words.chance(found.best.chance)} sure to be best on average"
    if len(found.left) > 1 and found.method == BY_ELIMINATION:
        return f"{_named(found.left)} cannot be told apart {what}"
    return f"{what[:1].upper()}{what[1:]}, {in_middle(found.best.title)}: {sure}"


def _verdict(found: Ranking) -> list[str]:
    matters = _amount(found)
    if found.method == BY_ALLOCATION:
        sure = words.chance(found.best.chance)
        return [f"Best: {found.best.title}. The chance that it is best on average is {sure}."]
    if found.decided and len(found.left) == 1:
        return [f"Best: {found.best.title}. With {words.percent(found.confidence)} confidence none of the others is "
                f"better by {matters} or more, on average over the assumptions."]
    if found.decided:
        return [f"Best: {_named(found.left)}, as good as each other: they differ by less than {matters} on average. "
                "Choose among them by something else, such as cost."]
    return [f"NOT DECIDED within the budget of runs. Still in: {_named(found.left)}. Ahead: {found.best.title}. "
            f"A larger --budget, or an --indifference above {matters}, decides it."]


def _how_to_read(found: Ranking) -> list[str]:
    texts = [
        f"Spent {found.spent} runs; as many for every option as for the one with most would have been "
        f"{found.even_runs}.",
        "Best on average: over all assumptions together, the question that runs answer. Best in n of 10 futures: how "
        "often it is the best one when the assumptions turn out one way; no number of runs changes that.",
    ]
    if found.spend_gbp > 0.0:
        texts.append(
            f"At equal spend: each option has as many times its teams (x) as cost {in_pounds(found.spend_gbp)} a "
            "year, set-up included, filled or not, and was run like that: what is compared is what the same money "
            "buys. Net cost is that money less care avoided. Doing nothing costs nothing and is the yardstick."
        )
    else:
        texts.append("Options are taken at their own size, and a larger one does more: --equal-spend compares them at "
                     "the same spend.")
    return texts


def _amount(found: Ranking) -> str:
    measure, scale = found.measure, 1.0
    unit = "" if measure.unit.startswith("£") else f" {words.unit_of_difference(measure)}"
    if measure.unit == "share":
        scale, unit = 100.0, " percentage points"
    decimals = measure.decimals - 2 if measure.unit == "share" else measure.decimals
    text = words.number(found.indifference * scale, max(decimals, 0) if found.indifference * scale >= 1.0 else 2)
    return f"£{text}" if measure.unit.startswith("£") else f"{text}{unit}"


def _named(options: Sequence[Option]) -> str:
    *first, last = (one.title for one in options)
    return f"{', '.join(first)} and {last}" if first else last
