"""Where the admissions went: avoided, shifted, deferred, induced; what people had instead; which part did it."""

from __future__ import annotations

from outputs import words
from outputs.figures.accounting_chart import attribution_chart, where_it_went_chart
from outputs.finished import Findings
from outputs.report.parts import Block, FigureView, Section, figures, table_of

MOST_PLANS = 6
"""Plans with a waterfall of their own; the tables have all."""
ABSENT = "where each admission went, and what people received instead"


def accounting_section(findings: Findings) -> Section:
    """A waterfall for each plan, and the tables of care received instead and of attribution."""
    comparison = findings.comparison
    accounting, instead = findings.table("accounting"), findings.table("instead")
    title = "Where did it go?"
    plans = comparison.others()[:MOST_PLANS] if comparison.reference else ()
    blocks: list[Block] = list(figures(*(where_it_went_chart(comparison, accounting, plan) for plan in plans)))
    if not instead.empty:
        titled = findings.titled("instead")
        own = titled[titled["period"] == comparison.period.name]
        blocks.append(table_of(
            own, "What people received instead: care of the scenario less care of the reference; the two costs are "
            "different views and are never added to each other",
            {"scenario": "scenario", "group_title": "people", "title": "care", "units": "units", "unit": "unit",
             "marginal_cost_gbp": "£, resources view", "marginal_cost_gbp_low": "low",
             "marginal_cost_gbp_high": "high", "average_cost_gbp": "£, average cost, for reference"},
            {"marginal_cost_gbp": 0, "marginal_cost_gbp_low": 0, "marginal_cost_gbp_high": 0, "average_cost_gbp": 0},
        ))
    parts = _attributions(findings)
    blocks += parts
    if parts:
        blocks.append(table_of(
            findings.titled("attribution"), "Which part of each plan does it",
            {"scenario": "scenario", "measure": "measure", "title": "part", "share": "its share", "share_low": "low",
             "share_high": "high", "alone": "alone", "last": "added last", "method": "method"},
        ))
    lead = "Every admission in one scenario and not in the other is found again in the life of the same person."
    absent = [] if blocks else [ABSENT]
    if not parts:
        absent.append("which part of a plan does what (caresim compare ... --attribute)")
    return Section("where", title, lead, tuple(blocks), tuple(absent))


def _attributions(findings: Findings) -> list[FigureView]:
    table = findings.table("attribution")
    if table.empty:
        return []
    wanted = [name for name in (words.ADMISSIONS, words.NET_COST) if name in set(table["measure"])]
    return list(figures(*(
        attribution_chart(findings.comparison, table, plan, measure)
        for plan in findings.comparison.others() for measure in wanted
    )))
