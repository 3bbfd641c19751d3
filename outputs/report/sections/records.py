"""The records that journals and assurers ask for, written from the run; what is missing says so."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from outputs import words
from outputs.finished import Findings
from outputs.report.evidence import assumptions_of
from outputs.report.parts import Section, Table, table
from scenarios import wording

RECORDS = Path(__file__).parents[1] / "records"
NOT_REPORTED = "not reported"


def records_section(findings: Findings) -> Section:
    """STRESS-DES and CHEERS 2022, item by item."""
    blocks = (
        record(findings, "stress_des.csv", "STRESS-DES: strengthening the reporting of simulation studies"),
        record(findings, "cheers.csv", "CHEERS 2022: reporting of health economic evaluations"),
    )
    missing = sum(row[-1] == NOT_REPORTED for block in blocks for row in block.rows)
    lead = f"Written from the run itself, so that they cannot drift from it. {missing} items say that they are missing."
    return Section("records", "Reporting records", lead, blocks)


def record(findings: Findings, name: str, caption: str) -> Table:
    """One record: number, item, and what the run says of it; a text in the file may use the facts of `_facts`."""
    template = Environment(undefined=StrictUndefined, autoescape=False)
    facts = _facts(findings)
    with (RECORDS / name).open(encoding="utf-8", newline="") as stream:
        rows = [
            (row["number"], row["item"], template.from_string(row["says"]).render(facts).strip() or NOT_REPORTED)
            for row in csv.DictReader(stream)
        ]
    return table(caption, ("number", "item", "in this study"), rows)


def _facts(findings: Findings) -> dict[str, Any]:
    """What the texts of a record may name; empty texts where a run has no such thing."""
    comparison = findings.comparison
    first = comparison.scenarios[0]
    window, rows = first.window, assumptions_of(comparison.scenarios)
    covered = comparison.level(first.id, "spending_covered_share")
    return {
        "question": " ".join(dict.fromkeys(one.question for one in comparison.scenarios if one.question)),
        "scenarios": "; ".join(one.title for one in comparison.scenarios),
        "plans": [one.title for one in comparison.others()] if comparison.reference else [],
        "services": sorted({plan.title for one in comparison.scenarios for plan in one.interventions}),
        "owner": ", ".join(dict.fromkeys(one.owner for one in comparison.scenarios if one.owner)),
        "place": words.about_the_place(first),
        "people": f"{first.place.people:,}",
        "window": wording.period(window.start, window.end),
        "settling": wording.period(window.burn_in_start, window.start),
        "change": wording.month(window.change),
        "period": comparison.period.name, "base": comparison.base.name,
        "growth_period": comparison.growth_period.name if comparison.growth_period else "",
        "runs": comparison.runs, "command": findings.command, "study": findings.study,
        "seed": findings.made_with.get("seed", ""), "engine": findings.made_with.get("engine", ""),
        "version": findings.made_with.get("caresim", ""), "model": findings.made_with.get("model", ""),
        "system": findings.facts.get("system", ""), "python": findings.facts.get("python", ""),
        "seconds": findings.facts.get("seconds", ""), "jobs": findings.facts.get("jobs", ""),
        "price_year": first.price_year,
        "assumed": len({(row.service, row.name) for row in rows if row.is_assumption}),
        "values": len({(row.service, row.name) for row in rows}),
        "covered": "" if covered is None else words.percent(covered.mean),
        "illustrative": first.place.id.startswith(words.SHIPPED_PLACES),
        "has_ledger": not findings.table("ledger").empty, "has_equity": not findings.table("equity").empty,
        "has_present_values": not findings.table("present_values").empty,
        "answers": " ".join(words.answer(comparison)),
    }
