"""`caresim rank`: which of several plans is best, with as few runs as it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from caresim.amounts import (
    PERCENT,
    amount,
    better_of,
    in_unit_of,
    may_be_percent,
    measure_named,
    pounds_of,
    share_of,
)
from caresim.asking import Limits, Question, bad_option, whole_names
from caresim.bench import Bench, Floats
from caresim.options import Choices
from caresim.study import DO_NOTHING, Study, check_period, prepare, study_of
from outputs import ranked, words
from outputs.answers import Answer
from outputs.equal_spend import Scaled, at_spend, smallest_spend_gbp
from outputs.json_document import records
from outputs.measures.measure import Measure
from scenarios.ensembles import NONE

if TYPE_CHECKING:
    from calibration.ranking import Rule, Selection

METHODS = (ranked.BY_ELIMINATION, ranked.BY_ALLOCATION)
BETTER = ("fewer", "more")
STEP_RUNS = 8
"""Runs come in blocks of eight that meet each eighth of every assumption's range once."""


@dataclass(frozen=True)
class Wanted:
    """What decides which option is best.

    Attributes:
        measure: by which options are ranked.
        better: "fewer" or "more".
        indifference: smallest difference that matters: in the measure's unit, or a share of doing nothing's level.
        is_share: see `indifference`.
        confidence: with which the best shall be picked.
        method: of `METHODS`.
        equal_spend: whether options are brought to the same spend.
        spend_gbp: that spend; None: that of the cheapest option.
    """

    measure: Measure
    better: str
    indifference: float
    is_share: bool
    confidence: float
    method: str
    equal_spend: bool
    spend_gbp: float | None


def wanted_of(
    *, measure: str, better: str | None, indifference: str | None, confidence: str, method: str, equal_spend: bool,
    spend: str | None,
) -> Wanted:
    """What decides, from what was written: amounts as after the options of `caresim rank`.

    Raises:
        BadInput: naming the option that cannot be used.
    """
    what = measure_named(measure, "--measure")
    matters, is_share = indifference_of(indifference, what)
    for option, found, allowed in (("--better", better, BETTER), ("--method", method, METHODS)):
        if found is not None and found not in allowed:
            raise bad_option(option, found, f"It must be {' or '.join(allowed)}.")
    return Wanted(
        what, better_of(what, better), matters, is_share, share_of(confidence, "--confidence"), method,
        equal_spend or spend is not None, pounds_of(spend, "--spend") if spend is not None else None,
    )  # fmt: skip


def question_of(names: Sequence[str], wanted: Wanted, further: tuple[str, ...], choices: Choices) -> Question:
    """Which of some scenarios is best.

    Raises:
        BadInput: when anything about it cannot be used.
    """
    study, scaled = prepare_options(names, wanted, choices)
    first = len(study.scenarios) * choices.replications
    if choices.budget < first:
        text = f"The first look alone takes {first} runs: {choices.replications} of each of {len(study.scenarios)}."
        raise bad_option("--budget", str(choices.budget), text)
    return Question("rank", whole_names(names), choices, further, study, choices.budget,
                    lambda bench, limits: _answer(bench, limits, wanted, scaled))  # fmt: skip


def prepare_options(
    names: Sequence[str], wanted: Wanted, choices: Choices
) -> tuple[Study, dict[str, Scaled]]:
    """The study of all options, doing nothing first, and what was made of each to bring it to the same spend."""
    study = prepare(
        whole_names((DO_NOTHING, *names)), compared=True, place=choices.place, replications=choices.replications,
        seed=choices.seed, engine=choices.engine, settings=choices.settings, ensemble=NONE,
    )  # fmt: skip
    if not wanted.equal_spend:
        return study, {}
    check_period(study, choices.period)
    until = study.reported(choices.period)
    others = [one for one in study.scenarios if one.id != study.reference]
    spend = smallest_spend_gbp(others, until) if wanted.spend_gbp is None else wanted.spend_gbp
    scaled = {one.id: at_spend(one, until, spend) for one in others}
    scenarios = [scaled[one.id].scenario if one.id in scaled else one for one in study.scenarios]
    return study_of(scenarios, study.reference, replications=choices.replications, seed=choices.seed,
                    engine=choices.engine), scaled  # fmt: skip


def indifference_of(text: str | None, measure: Measure) -> tuple[float, bool]:
    """The smallest difference that matters, and whether it is a share of doing nothing's level.

    Raises:
        BadInput: when it cannot be read or is nothing.
    """
    if text is None:
        return measure.matters, measure.relative
    found = amount(text)
    if found is None or found.value <= 0.0:
        allowed = f'It must be an amount above 0 ({measure.unit}), or a part of doing nothing, such as "1 %".'
        raise bad_option("--indifference", text, allowed)
    if found.is_percent and not may_be_percent(measure):
        return found.value / PERCENT, True
    return in_unit_of(found, measure), False


def _answer(bench: Bench, limits: Limits, wanted: Wanted, scaled: dict[str, Scaled]) -> Answer:
    """Have runs until it is decided, and say what came of it."""
    names = [one.id for one in bench.study.scenarios]
    first = range(1, limits.each + 1)
    bench.have([(name, run) for run in first for name in names])
    nothing = bench.values(wanted.measure.id, names[0], first)
    if np.isnan(nothing).any():
        text = f"It is not known in {bench.period.name}; name another --period."
        raise bad_option("--measure", wanted.measure.id, text)
    level = abs(float(nothing.mean())) if wanted.is_share else 1.0
    sign = 1.0 if wanted.better == "fewer" else -1.0
    selection = _select(bench, limits, wanted, names, max(wanted.indifference * level, 1e-12), sign)
    found = _ranking(bench, wanted, scaled, selection, wanted.indifference * level)
    table = ranked.ranking_table(found)
    chart = ranked.ranking_chart(found, table)
    return Answer(
        found.title, ranked.ranking_in_words(found, table),
        {"ranking": table, "ranking_runs": ranked.runs_table(found)}, (chart,), _document(found, table),
        ranked.ranking_page(found, table, chart, bench.study.scenarios),
    )  # fmt: skip


def _select(
    bench: Bench, limits: Limits, wanted: Wanted, names: Sequence[str], indifference: float, sign: float
) -> Selection:
    from calibration.ranking import Pair, Rule, Selection, allocate, best_so_far, eliminate

    def observe(pairs: Sequence[Pair]) -> Floats:
        bench.have([(names[option], run) for option, run in pairs])
        return np.array([sign * bench.values(wanted.measure.id, names[option], [run])[0] for option, run in pairs])

    if limits.is_rough:
        pairs = [(option, run) for option in range(len(names)) for run in range(1, limits.each + 1)]
        values = observe(pairs).reshape(len(names), limits.each)
        best = best_so_far(values)
        return Selection(best, False, tuple(range(len(names))), values)
    rule: Rule = Rule(indifference, wanted.confidence, limits.each, STEP_RUNS, limits.in_all)
    method = eliminate if wanted.method == ranked.BY_ELIMINATION else allocate
    return method(len(names), observe, rule)


def _ranking(
    bench: Bench, wanted: Wanted, scaled: dict[str, Scaled], selection: Selection, indifference: float
) -> ranked.Ranking:
    from calibration.ranking import chance_best_on_average, runs_for_all

    scenarios = bench.study.scenarios
    chances = chance_best_on_average(selection.values, selection.best)
    counts = selection.runs
    most = range(1, int(counts.max()) + 1)
    bench.have([(scenarios[0].id, run) for run in most])
    nothing = {name: bench.values(name, scenarios[0].id, most) for name in (wanted.measure.id, words.NET_COST)}
    options: list[ranked.Option] = []
    for one, chance, count in zip(scenarios, chances.tolist(), counts.tolist(), strict=True):
        runs = range(1, count + 1)
        at = scaled.get(one.id)
        options.append(ranked.Option(
            one.id, one.title, bench.values(wanted.measure.id, one.id, runs), nothing[wanted.measure.id][:count],
            bench.values(words.NET_COST, one.id, runs) - nothing[words.NET_COST][:count], chance,
            len(options) in selection.left or wanted.method == ranked.BY_ALLOCATION,
            at.times if at else 1.0, at.spend_gbp if at else math.nan,
        ))  # fmt: skip
    best = options[selection.best]
    sign = 1.0 if wanted.better == "fewer" else -1.0
    order = sorted(options, key=lambda one: (
        one is not best, not one.in_contention, float((sign * (one.values - best.values[: len(one.values)])).mean())
    ))  # fmt: skip
    spend = next((one.spend_gbp for one in scaled.values()), math.nan)
    return ranked.Ranking(
        tuple(order), wanted.measure, wanted.better, bench.in_period(wanted.measure.id), wanted.method,
        selection.decided, indifference, wanted.confidence, runs_for_all(selection), spend,
        words.about_the_place(scenarios[0]),
    )  # fmt: skip


def _document(found: ranked.Ranking, table: pd.DataFrame) -> dict[str, object]:
    return {
        "question": "rank", "measure": found.measure.id, "unit": found.measure.unit, "better": found.better,
        "period": found.period, "method": found.method, "decided": found.decided, "best": found.best.id,
        "in_contention": [one.id for one in found.left], "confidence": found.confidence,
        "indifference": found.indifference, "runs_spent": found.spent, "runs_if_even": found.even_runs,
        "spend_gbp_a_year": found.spend_gbp if found.spend_gbp > 0.0 else None, "interval_kind": "assumptions",
        "level": 0.8, "options": records(table),
    }  # fmt: skip
