"""`caresim optimise`: which mix of services does most for the money."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from caresim.amounts import amount, better_of, measure_named, pounds_of
from caresim.asking import Limits, Question, bad_option
from caresim.bench import Bench, Floats
from caresim.options import Choices
from caresim.study import DO_NOTHING, check_period, prepare, study_of
from outputs import mixed, words
from outputs.answers import Answer
from outputs.equal_spend import made_larger, spend_a_year_gbp
from outputs.json_document import records
from outputs.measures.measure import Measure
from outputs.mixed_chart import mixes_chart
from outputs.periods import Period
from outputs.ranges import spread
from outputs.ranked import in_pounds
from scenarios.beside import beside_each_other
from scenarios.ensembles import NONE
from scenarios.resolved import Resolved

FEWEST_SERVICES, MOST_SERVICES = 2, 5
FEWEST_RUNS = 4
"""Of each mix, in either half: a range and a chance from fewer would say nothing."""
PARTS = 5
"""Parts of the money for each of which the best mix is run again, up to all of it."""
BETTER = ("fewer", "more")


@dataclass(frozen=True)
class Wanted:
    """What is looked for.

    Attributes:
        measure: by which mixes are judged.
        better: "fewer" or "more".
        spend_gbp: most that a mix may cost a year.
        most: how many times as many teams as its file says a service may have.
    """

    measure: Measure
    better: str
    spend_gbp: float
    most: float


@dataclass(frozen=True)
class Menu:
    """What mixes are made of.

    Attributes:
        everything: all services at once, as their files have them.
        services: those that are mixed.
        parts: of each service, ids of its interventions.
        costs: (services,) £ a year of each as its file has it.
        most: (services,) largest amounts: times as many teams as its file says.
    """

    everything: Resolved
    services: tuple[mixed.Service, ...]
    parts: tuple[frozenset[str], ...]
    costs: Floats
    most: Floats

    def scenario(self, amounts: Sequence[float]) -> Resolved:
        """The plan with so many times as many teams of each service; those without any are not in it."""
        times = {part: its for own, its in zip(self.parts, amounts, strict=True) for part in own}
        plans = [made_larger(plan, times[plan.id]) for plan in self.everything.interventions if times[plan.id] > 0.0]
        title = mixed.named(self.services, amounts)
        return dataclasses.replace(
            self.everything, id=self.name(amounts), title=title, interventions=beside_each_other(plans)
        )

    def name(self, amounts: Sequence[float]) -> str:
        """Id of the plan of some amounts."""
        return " + ".join(f"{one.id} x{its:.6g}" for one, its in zip(self.services, amounts, strict=True) if its > 0.0)


def wanted_of(*, measure: str, better: str | None, spend: str, most: str) -> Wanted:
    """What is looked for, from what was written after the options of `caresim optimise`.

    Raises:
        BadInput: naming the option that cannot be used.
    """
    what = measure_named(measure, "--measure")
    if better is not None and better not in BETTER:
        raise bad_option("--better", better, f"It must be {' or '.join(BETTER)}.")
    times = amount(most)
    if times is None or times.is_percent or times.is_money or not times.value > 0.0:
        raise bad_option("--most", most, 'It must be a number above 0: "2" for twice as many teams as a file says.')
    return Wanted(what, better_of(what, better), pounds_of(spend, "--spend"), times.value)


def question_of(names: Sequence[str], wanted: Wanted, further: tuple[str, ...], choices: Choices) -> Question:
    """Which mix of some services is best for the money.

    Raises:
        BadInput: when anything about it cannot be used.
    """
    from calibration.mixing import points

    if choices.replications < FEWEST_RUNS:
        text = f"It takes {FEWEST_RUNS} runs of each mix to say how sure anything is."
        raise bad_option("--replications", str(choices.replications), text)
    nothing, menu = menu_of(names, wanted, choices)
    built = [menu.scenario(row) for row in points(menu.most)]
    study = study_of([nothing, *built], nothing.id, replications=choices.replications, seed=choices.seed,
                     engine=choices.engine)  # fmt: skip
    again = 1 + PARTS + len(menu.services)
    most_runs = (len(study.scenarios) + again) * choices.replications
    return Question("optimise", tuple(names), choices, further, study, most_runs,
                    lambda bench, limits: _answer(bench, limits, wanted, menu))  # fmt: skip


def menu_of(names: Sequence[str], wanted: Wanted, choices: Choices) -> tuple[Resolved, Menu]:
    """Doing nothing, and what mixes are made of.

    Raises:
        BadInput: when services cannot be mixed, or cost nothing.
    """
    _check_names(names)
    asked = {"place": choices.place, "replications": choices.replications, "seed": choices.seed,
             "engine": choices.engine, "settings": choices.settings, "ensemble": NONE}  # fmt: skip
    study = prepare((DO_NOTHING, *names, "+".join(names)), compared=True, **asked)  # type: ignore[arg-type]
    check_period(study, choices.period)
    nothing, *alone, everything = study.scenarios
    parts = tuple(frozenset(plan.id for plan in one.interventions) for one in alone)
    for (one, its), (other, others) in itertools.combinations(zip(names, parts, strict=True), 2):
        if its & others:
            text = f"{one} and {other} both have {', '.join(sorted(its & others))}: what would a mix of them be?"
            raise bad_option("SERVICE", other, text)
    until = study.reported(choices.period)
    costs = np.array([_cost_gbp(one, until) for one in alone])
    most = np.minimum(wanted.most, wanted.spend_gbp / costs)
    services = tuple(
        mixed.Service(one.id, one.title, sum(plan.most_teams for plan in one.interventions), float(cost), float(its))
        for one, cost, its in zip(alone, costs, most, strict=True)
    )
    if float(most @ costs) <= wanted.spend_gbp:
        text = (f"All of these together cost {in_pounds(float(most @ costs))} a year, so there is nothing to choose. "
                "Name less money, or allow more teams with --most.")
        raise bad_option("--spend", f"£{wanted.spend_gbp:,.0f}", text)
    return nothing, Menu(everything, services, parts, costs, most)


def _check_names(names: Sequence[str]) -> None:
    if len(set(names)) < len(names):
        raise bad_option("SERVICE", next(name for name in names if list(names).count(name) > 1), "It is there twice.")
    if DO_NOTHING in names:
        raise bad_option("SERVICE", DO_NOTHING, "Doing nothing is always beside the mixes; name services.")
    if not FEWEST_SERVICES <= len(names) <= MOST_SERVICES:
        text = (f"A mix is of {FEWEST_SERVICES} to {MOST_SERVICES} services. Join those that always go together with "
                "+, as in a+b; caresim rank says which of many are worth mixing.")
        raise bad_option("SERVICE", " ".join(names), text)


def _cost_gbp(scenario: Resolved, until: Period) -> float:
    """What a service costs a year as its file has it."""
    found = spend_a_year_gbp(scenario, until)
    if found <= 0.0:
        text = f"{scenario.title} costs nothing as its file has it, so money does not say how much of it there can be."
        raise bad_option("SERVICE", scenario.id, text)
    return found


def _answer(bench: Bench, limits: Limits, wanted: Wanted, menu: Menu) -> Answer:
    """Build the response, look through every mix, and run the front again on runs that built nothing."""
    from calibration.mixing import Response, candidates, front, points, to_confirm

    sign = 1.0 if wanted.better == "fewer" else -1.0
    built = range(1, limits.each + 1)
    response = Response.of(menu.most, sign * _differences(bench, wanted, menu, points(menu.most), built))
    every = candidates(menu.most, menu.costs, wanted.spend_gbp)
    costs, expected = every @ menu.costs, response.mean_of(every)
    chosen = every[to_confirm(every, costs, expected, wanted.spend_gbp, PARTS)]
    singles = np.diag(menu.most)
    again = np.unique(np.vstack([chosen, singles]).round(9), axis=0)
    again = again[np.lexsort((response.mean_of(again), again @ menu.costs))]
    fresh = range(limits.each + 1, 2 * limits.each + 1)
    values = _differences(bench, wanted, menu, again, fresh)
    on_front = front(costs, expected)
    table = _front_table(menu, every[on_front], costs[on_front], sign * response.runs_of(every[on_front]))
    found = _mixed(bench, wanted, menu, again, sign * response.runs_of(again), values, table, len(every))
    mixes, chart = mixed.mixes_table(found), mixes_chart(found)
    tables = {"mixes": mixes, "mixes_foretold": table, "mixes_runs": _runs_table(bench, wanted, menu, again, limits)}
    return Answer(found.title, mixed.mixed_in_words(found), tables, (chart,), _document(found, mixes),
                  mixed.mixed_page(found, chart, menu.everything))  # fmt: skip


def _differences(bench: Bench, wanted: Wanted, menu: Menu, amounts: Floats, runs: Sequence[int]) -> Floats:
    """(mixes, runs) the measure less doing nothing's."""
    scenarios = [menu.scenario(row) for row in amounts]
    bench.add(scenarios)
    nothing = bench.study.scenarios[0].id
    bench.have([(name, run) for run in runs for name in (nothing, *(one.id for one in scenarios))])
    without = bench.values(wanted.measure.id, nothing, runs)
    found = np.array([bench.values(wanted.measure.id, one.id, runs) - without for one in scenarios])
    if np.isnan(found).any():
        text = f"It is not known in {bench.period.name}; name another --period."
        raise bad_option("--measure", wanted.measure.id, text)
    return found


def _mixed(
    bench: Bench, wanted: Wanted, menu: Menu, again: Floats, foretold: Floats, values: Floats, table: pd.DataFrame,
    looked_through: int,
) -> mixed.Mixed:
    from calibration.mixing import chance_on_front
    from calibration.ranking import best_so_far, chance_best_on_average

    sign = 1.0 if wanted.better == "fewer" else -1.0
    runs = range(values.shape[1] + 1, 2 * values.shape[1] + 1)
    nothing = bench.study.scenarios[0]
    without = bench.values(words.NET_COST, nothing.id, runs)
    lowest = np.vstack([np.zeros((1, values.shape[1])), sign * values])
    chances = chance_best_on_average(lowest, best_so_far(lowest)).tolist()
    on_front = chance_on_front([0.0, *(again @ menu.costs)], lowest).tolist()
    mixes = tuple(
        mixed.Mix(menu.name(row), tuple(row.tolist()), float(row @ menu.costs), foretold[place], values[place],
                  bench.values(words.NET_COST, menu.name(row), runs) - without, on_front[place + 1], chances[place + 1])
        for place, row in enumerate(again)
    )  # fmt: skip
    return mixed.Mixed(
        menu.services, wanted.measure, wanted.better, bench.in_period(wanted.measure.id), wanted.spend_gbp, mixes,
        chances[0], table, looked_through, values.shape[1], len(bench.asked), words.about_the_place(nothing),
    )  # fmt: skip


def _front_table(menu: Menu, amounts: Floats, costs: Floats, runs: Floats) -> pd.DataFrame:
    """The table `mixes_foretold` of docs/tables.md: the front of the response, the cheapest first."""
    told = [spread(row) for row in runs]
    table = pd.DataFrame({
        "spend_gbp_a_year": costs, "mean": [one.mean for one in told], "low": [one.low for one in told],
        "high": [one.high for one in told],
    })  # fmt: skip
    return table.assign(**{f"times {one.id}": amounts[:, place] for place, one in enumerate(menu.services)})


def _runs_table(bench: Bench, wanted: Wanted, menu: Menu, again: Floats, limits: Limits) -> pd.DataFrame:
    """The table `mixes_runs` of docs/tables.md: every run, of those that built the response and of the fresh ones."""
    from calibration.mixing import points

    rows = []
    for stage, amounts, first in (("built", points(menu.most), 1), ("run again", again, limits.each + 1)):
        runs = range(first, first + limits.each)
        found = _differences(bench, wanted, menu, amounts, runs)
        rows += [
            (menu.name(row), stage, run, float(value), *row.tolist())
            for row, own in zip(amounts, found, strict=True) for run, value in zip(runs, own, strict=True)
        ]  # fmt: skip
    return pd.DataFrame(
        rows, columns=["mix", "stage", "run", "difference", *(f"times {one.id}" for one in menu.services)]
    )


def _document(found: mixed.Mixed, table: pd.DataFrame) -> dict[str, object]:
    best = found.best
    return {
        "question": "optimise", "measure": found.measure.id, "unit": found.measure.unit, "better": found.better,
        "period": found.period, "spend_gbp_a_year": found.budget_gbp, "best": best.id,
        "better_than_nothing": found.is_on_front(best),
        "teams": {one.id: amount * one.teams for one, amount in zip(found.services, best.amounts, strict=True)},
        "chance_doing_nothing_is_best": found.chance_nothing, "looked_through": found.looked_through,
        "runs_spent": found.spent, "interval_kind": "assumptions", "level": 0.8,
        "services": [dataclasses.asdict(one) for one in found.services], "mixes": records(table),
    }  # fmt: skip
