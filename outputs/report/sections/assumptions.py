"""What is assumed, on what evidence, who answers for it, and which assumptions matter most."""

from __future__ import annotations

from collections.abc import Sequence

from outputs.finished import Findings
from outputs.report.evidence import ASSUMED, assumptions_of, grade_in_words, results_cited
from outputs.report.parts import Block, Section, table
from scenarios.resolved import Resolved
from scenarios.who import who_in_words
from scenarios.wording import cost, staffing

BLANK = "____"
COLUMNS = ("rank", "scenario", "service", "value", "now: best guess (central 8 in 10)", "source", "set in", "owner",
           "date", "grade")


def assumptions_section(findings: Findings) -> Section:
    """Services with their grades, published results, and the assumptions log of a study."""
    return assumed(findings.comparison.scenarios, findings.date)


def assumed(scenarios: Sequence[Resolved], date: str = "") -> Section:
    """The same of some scenarios.

    Args:
        scenarios: whose assumptions are said.
        date: on which they were looked at; a blank to fill in when empty.
    """
    plans = {plan.id: plan for one in scenarios for plan in one.interventions}
    title = "What is assumed, and on what evidence?"
    if not plans and not any(one.settings for one in scenarios):
        return Section("assumptions", title, "Nothing is changed in this study.", (), ("services and their evidence",))
    rows = assumptions_of(scenarios)
    rows.sort(key=lambda row: (row.rank == 0, row.rank))
    services = [
        (plan.title, plan.summary, who_in_words(plan.who), f"{staffing(plan)}; {plan.caseload_per_team:g} people each",
         cost(plan.cost), f"{plan.grade}: {grade_in_words(plan.grade)}", plan.borrowed_from or "")
        for plan in plans.values()
    ]
    results = {row[0]: row for plan in plans.values() for row in results_cited(plan)}
    blocks: list[Block] = [
        table("The services, and how good the evidence for each is",
              ("service", "what it is", "who", "teams", "cost", "evidence", "borrowed from"), services),
        table("Assumptions log. Rank: how far the value's range moves the area's admissions, before anything refills.",
              COLUMNS, [(row.matters, row.scenario, row.service, row.name, row.now, row.source, row.set_in,
                         row.owner or BLANK, date or BLANK, row.grade) for row in rows]),
    ]
    if results:
        blocks.append(table("Published results behind them", ("id", "found", "source", "address"),
                            sorted(results.values())))
    without = len({(row.service, row.name) for row in rows if row.is_assumption})
    values = len({(row.service, row.name) for row in rows})
    lead = f"{values} values describe the services; {without} have no source and say so: {ASSUMED}."
    if any(one.ensemble is not None for one in scenarios):
        lead += " Ranges here are those before the fit; the next section has what the fit made of them."
    return Section("assumptions", title, lead, tuple(blocks))
