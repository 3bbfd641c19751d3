"""What it means for people, and for whom: days at home, handovers, where people die, by deprivation."""

from __future__ import annotations

from outputs.figures.equity_chart import equity_chart
from outputs.finished import Findings
from outputs.report.parts import Block, Section, figures, table_of

NUMBERS = {"mean": "mean", "low": "low", "high": "high", "difference_mean": "difference", "difference_low": "low ",
           "difference_high": "high ", "verdict": "verdict"}


def people_section(findings: Findings) -> Section:
    """Measures of people's side and equity where the study has them."""
    people, equity = findings.titled("people"), findings.titled("equity")
    blocks: list[Block] = list(figures(equity_chart(findings.comparison, findings.table("equity"))))
    if not people.empty:
        blocks.append(table_of(
            people, "People's side: what life looks like",
            {"title": "measure", "stratum": "for", "unit": "unit", "scenario": "scenario", **NUMBERS},
        ))
    if not equity.empty:
        titled = "title" if "title" in equity else "measure"
        blocks.append(table_of(
            equity, "By deprivation, at equal age and sex. More care found beside admissions is not harm.",
            {titled: "measure", "kind": "kind", "group": "group", "unit": "unit", "scenario": "scenario", **NUMBERS},
        ))
    absent = [*([] if not people.empty else ["people's side: days at home, handovers, deaths by place in one table"]),
              *([] if not equity.empty else ["every headline by deprivation fifth"])]
    lead = "Days at home, handovers and deaths by place; and who has the care and the benefit."
    return Section("people", "What does it mean for people, and for whom?", lead, tuple(blocks), tuple(absent))
