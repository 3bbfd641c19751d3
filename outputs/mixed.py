"""Which mix of services does most for the money: tables, words and page; `outputs.mixed_chart` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs import words
from outputs.choosing import chance_best, share_best
from outputs.figures.chart import Chart
from outputs.measures.measure import Measure
from outputs.ranges import Spread, spread
from outputs.ranked import in_middle, in_pounds
from outputs.report.answer_page import AnswerPage
from outputs.report.parts import Section, figures, table
from scenarios.resolved import Resolved

TWO_STANDARD_ERRORS = 2.0
HALF = 0.5
COLUMNS = ("mix", "£ a year", "foretold", "run again [8 in 10]", "net cost", "best on average", "on the front")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Service:
    """One of the services that are mixed.

    Attributes:
        id: of its scenario.
        title: of its scenario.
        teams: fully staffed, as its file says.
        spend_gbp: what these cost a year.
        most: how many times as many there may be.
    """

    id: str
    title: str
    teams: float
    spend_gbp: float
    most: float


@dataclass(frozen=True)
class Mix:
    """A mix that was run again.

    Attributes:
        id: of its scenario.
        amounts: how many times as many teams each service has as its file says.
        spend_gbp: what they cost a year.
        foretold: (runs,) less doing nothing, as the response has it for the runs that built it.
        values: (runs,) less doing nothing, in runs that built nothing.
        net_cost: (runs,) less doing nothing, in the same runs, £ a year.
        chance_on_front: that no confirmed mix that costs as much or less does as well on average.
        chance_best: that it is the best of all on average.
    """

    id: str
    amounts: tuple[float, ...]
    spend_gbp: float
    foretold: Floats
    values: Floats
    net_cost: Floats
    chance_on_front: float
    chance_best: float


@dataclass(frozen=True)
class Mixed:
    """What came of looking for the best mix.

    Attributes:
        services: that are mixed.
        measure: by which mixes are judged.
        better: "fewer" or "more".
        period: over which it is reported, in words.
        budget_gbp: most that a mix may cost a year.
        mixes: run again, the cheapest first; doing nothing is not among them.
        chance_nothing: that doing nothing is best on average.
        front: of the response: a row a mix, spend_gbp_a_year, mean, low, high, and how many times each service.
        looked_through: mixes of the grid.
        built_from: runs of everything that built the response.
        spent: runs in all.
        place: which place and year it is, in words.
    """

    services: tuple[Service, ...]
    measure: Measure
    better: str
    period: str
    budget_gbp: float
    mixes: tuple[Mix, ...]
    chance_nothing: float
    front: pd.DataFrame
    looked_through: int
    built_from: int
    spent: int
    place: str

    @property
    def sign(self) -> float:
        """By which values are multiplied so that lower is better."""
        return 1.0 if self.better == "fewer" else -1.0

    @property
    def best(self) -> Mix:
        """The mix that did best in the runs that built nothing."""
        return min(self.mixes, key=lambda one: self.sign * float(one.values.mean()))

    def name(self, mix: Mix) -> str:
        """What is in a mix: "Care-home teams x1, Extensivist teams x0.34"."""
        return named(self.services, mix.amounts)

    def is_on_front(self, mix: Mix) -> bool:
        """Whether it does better than doing nothing and than every confirmed mix that costs as much or less."""
        own = self.sign * float(mix.values.mean())
        others = [one for one in self.mixes if one is not mix and one.spend_gbp <= mix.spend_gbp * (1.0 + 1e-9)]
        return own < min([0.0, *(self.sign * float(one.values.mean()) for one in others)])

    def was_too_hopeful(self, mix: Mix) -> bool:
        """Whether the response promised more than two standard errors more than fresh runs gave."""
        foretold, found = spread(mix.foretold), spread(mix.values)
        error = float(np.hypot(foretold.simulation_error, found.simulation_error))
        return self.sign * (found.mean - foretold.mean) > TWO_STANDARD_ERRORS * error

    @property
    def title(self) -> str:
        """What was asked."""
        measure = in_middle(self.measure.title)
        return f"WHICH MIX: {self.better} {measure}, {self.period}, for up to {in_pounds(self.budget_gbp)} a year"


def named(services: Sequence[Service], amounts: Sequence[float]) -> str:
    """What is in a mix, in words."""
    there = [f"{one.title} x{amount:.2g}" for one, amount in zip(services, amounts, strict=True) if amount > 0.0]
    return ", ".join(there) or "Do nothing"


def mixes_table(found: Mixed) -> pd.DataFrame:
    """The table `mixes` of docs/tables.md: one row a mix that was run again, the cheapest first."""
    lowest = np.array([np.zeros(len(found.mixes[0].values)), *(found.sign * one.values for one in found.mixes)])
    futures = chance_best(share_best(lowest), lowest.shape[1])[1:]
    rows = []
    for one, future in zip(found.mixes, futures, strict=True):
        foretold, difference, cost = spread(one.foretold), spread(one.values), spread(one.net_cost)
        rows.append((
            one.id, found.name(one), one.spend_gbp, one.spend_gbp / found.budget_gbp, found.measure.id, found.period,
            found.measure.unit, foretold.mean, foretold.simulation_error, difference.mean, difference.low,
            difference.high, difference.simulation_error, cost.mean, cost.low, cost.high, found.is_on_front(one),
            one.chance_on_front, one.chance_best, float(future), difference.runs,
            *one.amounts, *(amount * its.teams for amount, its in zip(one.amounts, found.services, strict=True)),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=[
        "mix", "title", "spend_gbp_a_year", "share_of_budget", "measure", "period", "unit", "foretold_mean",
        "foretold_simulation_error", "difference_mean", "difference_low", "difference_high",
        "difference_simulation_error", "net_cost_mean", "net_cost_low", "net_cost_high", "on_front", "chance_on_front",
        "chance_best_on_average", "chance_best_in_one_future", "runs",
        *(f"times {one.id}" for one in found.services), *(f"teams {one.id}" for one in found.services),
    ])  # fmt: skip


def mixed_in_words(found: Mixed) -> tuple[str, ...]:
    """The answer, a line each."""
    rows = [COLUMNS, *((str(place), *cells[1:]) for place, cells in enumerate(_cells(found), start=1))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [" " + "  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
    key = [f" {place} = {found.name(one)}" for place, one in enumerate(found.mixes, start=1)]
    return (found.place, *verdict(found), "", *lines, "", *key, "", *_how_to_read(found))


def mixed_page(found: Mixed, chart: Chart, scenario: Resolved) -> AnswerPage:
    """The answer as a page, with what the services assume."""
    question = f"{found.title[len('WHICH MIX: ') :]}: which mix of {_listed([one.title for one in found.services])}?"
    mixes = table("Mixes that were run again, the cheapest first", COLUMNS, _cells(found), (1, 2, 3, 4, 5))
    services = table(
        "Services, as their files have them", ("service", "teams", "£ a year", "at most"),
        [(one.title, f"{one.teams:.3g}", in_pounds(one.spend_gbp), f"x{one.most:.2g}") for one in found.services],
        (1, 2, 3),
    )  # fmt: skip
    section = Section("mixes", "What each part of the money buys", "Against doing nothing, run by run, on the same "
                      "people, chance and assumptions.", (*figures(chart), mixes, services))  # fmt: skip
    question = f"{question[:1].upper()}{question[1:]}"
    return AnswerPage("mix of services", "Which mix of services, for the money?", question, tuple(verdict(found)),
                      tuple(_how_to_read(found)), (section,), (scenario,))  # fmt: skip


def verdict(found: Mixed) -> list[str]:
    """The finding, plain words first."""
    best = found.best
    if not found.is_on_front(best):
        return [f"No mix for up to {in_pounds(found.budget_gbp)} a year does better than doing nothing: the best, "
                f"{found.name(best)}, comes to {_difference(found, best.values)}."]  # fmt: skip
    said = [f"Best: {found.name(best)}, for {in_pounds(best.spend_gbp)} a year: {_difference(found, best.values)} "
            f"against doing nothing; {words.chance(best.chance_best)} sure to be best on average of the "
            f"{len(found.mixes)} mixes that were run again, and doing nothing."]  # fmt: skip
    half = next((one for one in found.mixes if found.is_on_front(one) and one is not best
                 and float(one.values.mean() / best.values.mean()) >= HALF), None)  # fmt: skip
    if half is not None:
        said.append(f"Half of that or more is had with less money: {found.name(half)}, for "
                    f"{in_pounds(half.spend_gbp)}: {_difference(found, half.values)}.")  # fmt: skip
    return said


def _scale(found: Mixed) -> float:
    return 100.0 if found.measure.unit == "share" else 1.0


def _how_to_read(found: Mixed) -> list[str]:
    lines = [
        f"Foretold by a response for all {found.looked_through:,} mixes, built from {found.built_from} runs of each "
        "service at three sizes and of each pair; run again on as many runs that built nothing: judge by these. "
        f"{found.spent} runs in all.",
        "The front: nothing that costs as much or less does as well. [..]: 8-in-10 range over assumptions. What a mix "
        "costs is its staffed teams and set-up, filled or not, on average a year since the change; net cost takes off "
        "what care avoided saves.",
    ]
    hopeful = [found.name(one) for one in found.mixes if found.was_too_hopeful(one)]
    if hopeful:
        lines.append(f"CHECK: fresh runs gave clearly less than was foretold for {_listed(hopeful)}. More runs would "
                     "make the response, and the choice, surer.")  # fmt: skip
    return lines


def _cells(found: Mixed) -> list[tuple[str, ...]]:
    """What is said of each mix, a text for each of `COLUMNS`."""
    rows: list[tuple[str, ...]] = []
    for place, one in enumerate(found.mixes, start=1):
        rows.append((
            f"{place} {found.name(one)}", in_pounds(one.spend_gbp), _number(found, _scale(found) * one.foretold.mean()),
            words.with_range(spread(one.values), _decimals(found), scale=_scale(found)),
            in_pounds(float(one.net_cost.mean())), words.chance(one.chance_best),
            f"yes ({words.chance(one.chance_on_front)})" if found.is_on_front(one)
            else f"no ({words.chance(1.0 - one.chance_on_front)})",
        ))  # fmt: skip
    return rows


def _difference(found: Mixed, values: Floats) -> str:
    told: Spread = spread(values)
    unit = "percentage points" if found.measure.unit == "share" else words.unit_of_difference(found.measure)
    return f"{words.with_range(told, _decimals(found), scale=_scale(found))} {unit}"


def _decimals(found: Mixed) -> int:
    return max(found.measure.decimals - 2, 0) if found.measure.unit == "share" else found.measure.decimals


def _number(found: Mixed, value: float) -> str:
    return words.number(value, _decimals(found), signed=True)


def _listed(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
