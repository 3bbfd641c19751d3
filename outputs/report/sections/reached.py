"""What teams do to the people they reach, why published claims differ, and the most that a service could do."""

from __future__ import annotations

from outputs.figures.claims_chart import ceiling_chart, claims_chart
from outputs.finished import Findings
from outputs.report.parts import Block, Note, Section, figure, table_of
from outputs.report.sections.overlap import overlap_blocks

WHY_CLAIMS_DIFFER = (
    "Most published figures for services like these compare people's admissions in the year after they joined with "
    "those in the year before. People are picked because they have just been ill, and most would have got better "
    "whoever looked after them; so admissions fall after joining even where a service does nothing. This is called "
    "regression to the mean.",
    "A simulation can watch the same people with and without the team, in the same runs. The true effect is that "
    "difference; the claim is what a before-and-after study of these very people would have reported.",
    "Controlled studies tell the same story: for one of these services a local before-and-after figure of -25 % became "
    "+27 % against matched people. Such results are kept as evidence and give the ranges used here.",
)


def reached_section(findings: Findings) -> Section:
    """True effect, claim and ceiling for every team."""
    comparison = findings.comparison
    title = "Why does this differ from published claims?"
    if comparison.reached.empty or comparison.reached["true_effect_first_year"].isna().all():
        return Section("claims", title, "", (), ("true effects among people reached, beside what would be claimed",))
    reached = findings.titled("reached")
    blocks: tuple[Block, ...] = (
        figure(claims_chart(comparison)),
        Note(WHY_CLAIMS_DIFFER),
        figure(ceiling_chart(comparison)),
        table_of(
            reached.assign(**{
                name: reached[name] * 100.0 for name in reached.columns
                if name.startswith(("true_effect", "before_and_after", "ceiling"))
            }),
            "People reached by each team; effects and claims in % of their emergency admissions",
            {"scenario": "scenario", "team": "team", "people_at_a_time": "people at a time",
             "people_followed": "people followed for a year", "true_effect": "true effect, %",
             "true_effect_low": "low", "true_effect_high": "high", "true_effect_first_year": "in the first year, %",
             "before_and_after": "claim, %", "before_and_after_low": "low ", "before_and_after_high": "high ",
             "ceiling": "most it could do, % of the area"},
        ),
    )
    blocks += overlap_blocks(findings)
    lead = "What a before-and-after study would report is set beside what is true of the same people."
    return Section("claims", title, lead, blocks)
