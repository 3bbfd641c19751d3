"""What each plan changes, with verdicts, and how sure it is that one is the best."""

from __future__ import annotations

from outputs import words
from outputs.comparison import Comparison
from outputs.figures.best_chart import best_chart
from outputs.figures.change_chart import change_chart
from outputs.finished import Findings
from outputs.measures.measure import Measure
from outputs.measures.registry import MEASURES
from outputs.ranges import Spread
from outputs.report.parts import Block, Section, Table, figures, table, table_of


def plans_section(findings: Findings) -> Section:
    """Differences of every headline measure, the chance to be best, and what pairing the runs was worth."""
    comparison = findings.comparison
    if not comparison.reference:
        return Section("levels", "What are the levels?", "One scenario alone, with nothing beside it.",
                       (_levels(comparison),))
    best = findings.table("best")
    blocks: list[Block] = list(figures(change_chart(comparison), best_chart(comparison, best)))
    blocks += [_differences(comparison), _levels(comparison)]
    if not best.empty:
        blocks.append(table_of(
            findings.titled("best"), "How often each choice is best, and how much worse than the best it is",
            {"scenario": "choice", "measure": "wanted", "better": "better is", "chance_best": "best in share of runs",
             "loss_mean": "worse than the best by, on average", "loss_high": "in 1 of 10 runs, by more than",
             "loss_worst": "at worst, by", "unit": "unit"},
        ))
    lead = "Differences are taken run by run between the same people with the same luck and the same assumptions."
    absent = () if not best.empty else ("the chance that each plan is best",)
    return Section("plans", "What does each plan change?", lead, tuple(blocks), absent)


def _differences(comparison: Comparison) -> Table:
    """Headline measures down, plans across: difference, range and verdict."""
    rows = []
    for measure in (one for one in MEASURES.values() if one.headline):
        found = [comparison.difference(one.id, measure.id) for one in comparison.others()]
        if any(one is not None for one in found):
            cells = [_difference(comparison, measure, plan.id, one)
                     for plan, one in zip(comparison.others(), found, strict=True)]
            unit = "percentage points a year" if measure.unit.startswith("%") else (
                "percentage points" if measure.unit == "share" else measure.unit)
            rows.append((measure.title, unit, *cells))
    headings = ("measure", "unit", *(one.title for one in comparison.others()))
    reference = comparison.scenarios[0].title.lower()
    caption = f"Differences from {reference}, {words.about_the_period(comparison)}; [8-in-10 range], verdict"
    return table(caption, headings, rows)


def _difference(comparison: Comparison, measure: Measure, plan: str, found: Spread | None) -> str:
    scale, decimals = (100.0, max(measure.decimals - 2, 0)) if measure.unit == "share" else (1.0, measure.decimals)
    if found is None:
        return ""
    return f"{words.with_range(found, decimals, scale=scale)} {comparison.verdict(plan, measure.id)}"


def _levels(comparison: Comparison) -> Table:
    """Headline measures of every scenario."""
    rows = []
    for measure in (one for one in MEASURES.values() if one.headline):
        found = [comparison.level(one.id, measure.id) for one in comparison.scenarios]
        if any(one is not None for one in found):
            cells = ["" if one is None else _level(measure, one) for one in found]
            rows.append((measure.title, measure.unit, *cells))
    headings = ("measure", "unit", *(one.title for one in comparison.scenarios))
    caption = f"Levels in {comparison.period.name}; [8-in-10 range], ± simulation error"
    return table(caption, headings, rows)


def _level(measure: Measure, found: Spread) -> str:
    middle, low, high = (words.in_unit(end, measure) for end in (found.mean, found.low, found.high))
    if found.runs == 1:
        return middle
    return f"{middle} [{low}, {high}] ±{words.in_unit(found.simulation_error, measure)}"
