"""`caresim evaluate`: what evaluations of a plan would report, run after run, beside what is true."""

from __future__ import annotations

import dataclasses

import numpy as np

from caresim.asking import Limits, Question, ask, bad_option, whole_names
from caresim.bench import Bench
from caresim.options import Choices
from caresim.study import Study, prepare
from outputs import evaluated, words
from outputs.answers import Answer
from outputs.evaluated import Evaluation
from outputs.json_document import records
from outputs.recorded import recorded
from scenarios.ensembles import NONE
from simulation.calendar import build_calendar

REDUCE = "outputs.recorded:reduce"
RATE = "emergency_admissions_per_1000"
FEWEST_RUNS = 2


def evaluate(scenario: str, *, choices: Choices) -> None:
    """Evaluate a plan as the command line does.

    Raises:
        BadInput: when anything about it cannot be used.
    """
    study = prepare((scenario,), compared=True, place=choices.place, replications=choices.replications,
                    seed=choices.seed, engine=choices.engine, settings=choices.settings, ensemble=NONE)  # fmt: skip
    if choices.replications < FEWEST_RUNS:
        raise bad_option("--replications", str(choices.replications), "An average and its range take 2 runs or more.")
    if not study.scenarios[-1].interventions:
        text = f"{study.scenarios[-1].title} has no service that people could join."
        raise bad_option("SCENARIO", scenario, text)
    study = _with_records(study)
    runs = choices.replications * len(study.scenarios)
    ask(Question("evaluate", whole_names((scenario,)), choices, (), study, runs,
                 lambda bench, limits: _answer(bench, limits, choices.seed)))  # fmt: skip


def _with_records(study: Study) -> Study:
    """The same runs, which keep the records of everybody: they are stored beside those of other commands."""
    recipe = dataclasses.replace(study.plan.recipe, reduce=REDUCE)
    return dataclasses.replace(study, plan=dataclasses.replace(study.plan, recipe=recipe))


def _answer(bench: Bench, limits: Limits, seed: int) -> Answer:
    from calibration.area_spread import load_spread
    from calibration.evaluate import FEWEST_AREAS, evaluate_areas, evaluate_people, summary

    nothing, plan = bench.study.scenarios
    runs = range(1, limits.each + 1)
    bench.have([(one.id, run) for run in runs for one in (nothing, plan)])
    horizon = build_calendar(plan.window.burn_in_start, plan.window.end).horizon
    rows = []
    for run in runs:
        with_it, without = (recorded(bench.table(one.id, run)) for one in (plan, nothing))
        rows += evaluate_people(run, with_it, without, horizon, seed)
    missing = []
    if not rows:
        missing.append("Nobody joined a team early enough to be followed for 12 months, or none of them was admitted.")
    after = np.array([year.first >= plan.window.change for year in bench.years])
    spread = load_spread()
    places_apart = ""
    if len(runs) < FEWEST_AREAS:
        missing.append(f"Areas are not compared: that takes {FEWEST_AREAS} runs or more, each being an area.")
    elif after.all() or not after.any():
        missing.append("Areas are not compared: that takes whole years both before the change and after it.")
    else:
        rates = [np.array([bench.values(RATE, one.id, runs, year.name) for year in bench.years]).T
                 for one in (plan, nothing)]  # fmt: skip
        rows += evaluate_areas(rates[0], rates[1], after, spread, seed)
        places_apart = (f"Other areas are the other runs of doing nothing. Each area has its own level "
                        f"(standard deviation {words.percent(spread.level)}), years ({words.percent(spread.year)}) and "
                        f"growth ({words.percent(spread.growth)} a year): from the spread between trusts, the last "
                        "assumed.")  # fmt: skip
    table, by_run = summary(rows)
    found = Evaluation(plan.title, table, by_run, len(runs), places_apart, tuple(missing), words.about_the_place(plan))
    document = {"question": "evaluate", "scenario": plan.id, "runs": len(runs), "finding": evaluated.finding(found),
                "methods": records(table), "not_done": missing}  # fmt: skip
    charts = evaluated.charts(found) if len(table) else ()
    return Answer(f"WHAT WOULD EVALUATIONS SAY: {plan.title}", evaluated.in_words(found), evaluated.tables(found),
                  charts, document, evaluated.page(found, charts, plan))  # fmt: skip
