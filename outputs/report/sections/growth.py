"""How fast emergency admissions grow, and how that stands beside what the vanguards published."""

from __future__ import annotations

from outputs import words
from outputs.figures.growth_chart import growth_chart
from outputs.figures.vanguard_chart import quarters_chart, vanguard_chart
from outputs.finished import Findings
from outputs.report.parts import Block, Note, Section, figures, table_of

ASSUMPTIONS = "assumptions"
BY_CHANCE = "one year by chance"


def growth_section(findings: Findings) -> Section:
    """Yearly and quarterly growth with ranges, and marks of the vanguards under both readings of their base."""
    comparison = findings.comparison
    growth, marks = findings.table("growth"), findings.table("vanguard_marks")
    blocks: list[Block] = list(figures(
        growth_chart(comparison), quarters_chart(comparison, growth), vanguard_chart(comparison, marks)
    ))
    if not marks.empty:
        blocks.append(Note((
            "The vanguards' figures were published without saying from when their growth counts. Each is therefore set "
            "beside this study under both readings: growth on the same quarter a year before, and growth since the "
            "base year. A mark that has no counterpart here is listed with the reason.",
        )))
        blocks.append(table_of(
            findings.titled("vanguard_marks"), "Published growth of the vanguards, and the same quantity here",
            {"title": "published figure", "reading": "reading of its base", "people": "people",
             "published_percent": "vanguards, %", "published_comparator_percent": "comparators, %",
             "published_gap_percent": "gap, %", "scenario": "scenario here", "model_gap_mean": "gap here, %",
             "model_gap_low": "low", "model_gap_high": "high", "chance_beats": "share of runs below",
             "reason": "not comparable because", "source_id": "source"},
        ))
    if not growth.empty:
        titled = findings.titled("growth")
        own = titled[(titled["step"] == "year") & (titled["series"] == "total")]
        blocks.append(table_of(
            own, "Growth of all emergency admissions by year",
            {"scenario": "scenario", "period": "year", "from_period": "from", "reading": "reading",
             "interval_kind": "kind of range", "mean": "% growth", "low": "low", "high": "high",
             "difference_mean": "points, against the reference", "difference_low": "low ", "difference_high": "high ",
             "verdict": "verdict"},
        ))
    absent = [] if not growth.empty else ["growth by quarter and the vanguards' marks"]
    return Section("growth", "How fast do emergency admissions grow?", _lead(findings), tuple(blocks), tuple(absent))


def _lead(findings: Findings) -> str:
    comparison = findings.comparison
    sentences = []
    for one in comparison.scenarios:
        growth = comparison.level(one.id, words.GROWTH)
        if growth is not None:
            ends = f" ({words.number(growth.low, 1)} to {words.number(growth.high, 1)})" if growth.runs > 1 else ""
            sentences.append(f"{one.title} {words.number(growth.mean, 1)} % a year{ends}")
    if not sentences:
        return "These runs are too short for growth: it takes three years after the base year."
    return f"{'; '.join(sentences)}. {words.about_growth(comparison)}"
