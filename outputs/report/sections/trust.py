"""How far to trust it: simulation error, pairing, the rung of the validation ladder, facts of the run."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

from outputs import words
from outputs.discrepancy import in_one_area, on_average
from outputs.finished import Findings
from outputs.report.parts import Block, Note, Section, table, table_of

LADDER = Path(__file__).parents[1] / "records" / "validation_ladder.csv"
FOUR_KINDS = (
    "Four kinds of not knowing are kept apart. The range over assumptions is what nobody knows: how well services "
    "work, how needs grow, what care costs. Simulation error is what more runs would take away. Chance is what one "
    "real year may bring. And what the model leaves out, and how far a place is from the average programme, is in none "
    "of these ranges except that of one area alone, below; where the model was set beside what nobody had shown it, "
    "that was most of the error.",
)


def trust_section(findings: Findings) -> Section:
    """Error beside range, what pairing was worth, ladder, facts."""
    blocks: list[Block] = [Note(FOUR_KINDS)]
    if findings.comparison.reference and findings.comparison.runs > 1:
        blocks += [_errors(findings), *_one_area(findings)]
    if not findings.table("pairing").empty:
        blocks.append(table_of(
            findings.titled("pairing"), "What pairing was worth: so many times more runs would be needed without it",
            {"scenario": "scenario", "measure": "measure", "times": "times more runs", "correlation": "correlation",
             "runs": "runs"},
        ))
    blocks += [_ladder(), _facts(findings)]
    absent = () if not findings.table("pairing").empty else ("what pairing the runs was worth",)
    return Section("trust", "How far can it be trusted?", "", tuple(blocks), absent)


def _errors(findings: Findings) -> Block:
    comparison = findings.comparison
    rows = []
    for one in comparison.others():
        for name, scale, unit in ((words.ADMISSIONS, 1.0, "admissions"), (words.BEDS, 1.0, "beds"),
                                  (words.NET_COST, 1e-6, "£m a year")):
            found = comparison.difference(one.id, name)
            if found is None or math.isnan(found.simulation_error):
                continue
            decimals = 0 if name == words.ADMISSIONS else 2
            rows.append((one.title, unit, words.with_range(found, decimals, scale=scale),
                         f"±{words.number(found.simulation_error * scale, max(decimals, 1))}", str(found.runs)))
    return table("The range over assumptions and, apart from it, simulation error",
                 ("plan", "of", "difference and 8-in-10 range", "simulation error", "runs"), rows)


def _one_area(findings: Findings) -> list[Block]:
    """What an average programme changes, beside what one area alone would find; nothing where it is not known."""
    comparison = findings.comparison
    there = comparison.level(str(comparison.reference), words.ADMISSIONS)
    rows = []
    for one in comparison.others():
        found = comparison.difference(one.id, words.ADMISSIONS)
        if found is None or there is None or not there.mean > 0.0:
            continue
        cells = [words.percent_with_range(each.mean, each.low, each.high, found.runs)
                 for each in (on_average(found, there.mean), in_one_area(found, there.mean))]
        rows.append((one.title, *cells))
    if not rows:
        return []
    return [table("Emergency admissions of a year against areas that went on as before: what an average programme "
                  "changes, and what one area alone would find, as areas grow apart whatever they do",
                  ("plan", "an average programme", "one area alone"), rows)]


def _ladder() -> Block:
    with LADDER.open(encoding="utf-8", newline="") as stream:
        rows = [(row["output"], f"{row['rung']} of 8: {row['name']}", row["shown_by"], row["not_yet"])
                for row in csv.DictReader(stream)]
    return table("The highest rung of the validation ladder that each output has reached",
                 ("output", "rung", "shown by", "not yet"), rows)


def _facts(findings: Findings) -> Block:
    facts: dict[str, object] = {"run": findings.study, "command": findings.command, **findings.made_with}
    for name, value in findings.facts.items():
        if isinstance(value, Mapping):
            facts |= {f"{name}: {key}": each for key, each in value.items()}
        else:
            facts[name] = value
    return table("Facts of the run", ("fact", "value"), [(name.replace("_", " "), str(value))
                                                        for name, value in facts.items()])
