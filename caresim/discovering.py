"""`caresim discover`: in which conditions a plan fails, and what would be worth knowing before choosing it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caresim.asking import Limits, Question, bad_option, whole_names
from caresim.bench import Bench, Floats
from caresim.conditions import Condition, condition
from caresim.options import Choices
from caresim.study import prepare
from outputs import discovered, words
from outputs.answers import Answer
from outputs.discovered import Discovery, Failing, Knowledge
from outputs.json_document import records
from outputs.measures.registry import MEASURES
from outputs.ranked import in_middle, in_pounds
from scenarios.drawn import drawn, ranges_of
from scenarios.ensembles import NONE
from scenarios.resolved import Resolved

FEWEST_RUNS = 40
"""Conditions from fewer would be chance."""
USUAL = (
    ("does_not_pay", "does not pay for itself", "net cost > do nothing"),
    ("does_not_slow_growth", "does not slow the growth of emergency admissions",
     "emergency admission growth >= do nothing"),
)
"""Ways of failing that are looked for when none is named."""


def question_of(scenario: str, *, fails: Sequence[str], choices: Choices) -> Question:
    """In which conditions a plan fails.

    Raises:
        BadInput: when anything about it cannot be used.
    """
    study = prepare((scenario,), compared=True, place=choices.place, replications=choices.replications,
                    seed=choices.seed, engine=choices.engine, settings=choices.settings, ensemble=NONE)  # fmt: skip
    if choices.replications < FEWEST_RUNS:
        text = f"Conditions found in fewer than {FEWEST_RUNS} runs would be chance."
        raise bad_option("--replications", str(choices.replications), text)
    plan = study.scenarios[-1]
    if not any(ranges_of(one) for one in plan.interventions):
        text = f"{plan.title} assumes nothing that has a range, so no run differs from another in what it assumes."
        raise bad_option("SCENARIO", scenario, text)
    named = [year.name for year in study.years]
    ways = [(f"failing_{number}", f"fails ({text})", condition(text, "--fails", named))
            for number, text in enumerate(fails, start=1)]  # fmt: skip
    usual = [(name, said, condition(text, "--fails", named)) for name, said, text in USUAL]
    further = tuple(word for text in fails for word in ("--fails", text))
    runs = choices.replications * len(study.scenarios)
    return Question("discover", whole_names((scenario,)), choices, further, study, runs,
                    lambda bench, limits: _answer(bench, limits, ways or usual, choices.seed))  # fmt: skip


def inputs_of(scenario: Resolved, seed: int, runs: int) -> pd.DataFrame:
    """One row a run, one column an assumption that it draws."""
    return pd.DataFrame([drawn(scenario, seed, run) for run in range(1, runs + 1)])


def _answer(bench: Bench, limits: Limits, ways: Sequence[tuple[str, str, Condition]], seed: int) -> Answer:
    nothing, plan = bench.study.scenarios
    runs = range(1, limits.each + 1)
    bench.have([(one.id, run) for run in runs for one in (nothing, plan)])
    inputs = inputs_of(plan, seed, limits.each)
    failings = tuple(_failing(bench, way, inputs, runs) for way in ways)
    knowledge = tuple(_knowledge(bench, name, inputs, runs) for name in (words.NET_COST, words.ADMISSIONS))
    ranges = {name: value for one in plan.interventions for name, value in ranges_of(one).items()}
    found = Discovery(plan.title, inputs, ranges, failings, knowledge, bench.period.name,
                      words.about_the_place(plan))  # fmt: skip
    tables, charts = discovered.tables(found), discovered.charts(found)
    return Answer(
        f"IN WHICH CONDITIONS DOES IT FAIL: {plan.title}", discovered.in_words(found), tables, charts,
        _document(found, plan.id, tables), discovered.page(found, charts, plan),
    )  # fmt: skip


def _failing(
    bench: Bench, way: tuple[str, str, Condition], inputs: pd.DataFrame, runs: Sequence[int]
) -> Failing:
    from calibration.discovery import find_box, find_tree

    name, said, fails_when = way
    nothing, plan = (bench.values(fails_when.measure.id, one.id, runs, fails_when.year)
                     for one in bench.study.scenarios)  # fmt: skip
    quantity = fails_when.quantity(plan, nothing)
    if np.isnan(quantity).any():
        text = f"{fails_when.measure.title} is not known in that year; name another --period."
        raise bad_option("--fails", fails_when.measure.id, text)
    fails: NDArray[np.bool_] = fails_when.holds(quantity)
    box = find_box(inputs, fails)
    return Failing(name, said, fails, box, tuple(find_tree(inputs, fails)))


def _knowledge(bench: Bench, measure: str, inputs: pd.DataFrame, runs: Sequence[int]) -> Knowledge:
    from calibration.discovery import regret, worth_of_knowing

    scenarios = bench.study.scenarios
    results: Floats = np.array([bench.values(measure, one.id, runs) for one in scenarios])
    what = MEASURES[measure]
    is_money = what.unit.startswith("£")
    return Knowledge(
        scenarios[int(results.mean(axis=1).argmin())].title,
        f"{in_middle(what.title)}, {what.unit}",
        in_pounds if is_money else lambda value: words.number(value, max(what.decimals, 1)), regret(results),
        tuple(worth_of_knowing(inputs, results)),
    )  # fmt: skip


def _document(found: Discovery, scenario: str, tables: dict[str, pd.DataFrame]) -> dict[str, object]:
    return {
        "question": "discover", "scenario": scenario, "period": found.period, "runs": len(found.inputs),
        "assumptions": list(found.inputs.columns),
        "failings": [{"id": one.id, "words": one.words, "runs_that_fail": int(one.fails.sum()),
                      "conditions_believed": bool(one.box and one.box.is_believed)} for one in found.failings],
        "conditions": records(tables["conditions"]),
        "worth_knowing": records(tables["worth_knowing"]),
    }  # fmt: skip
