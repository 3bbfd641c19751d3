"""Pages: what was found, put into a template with its style and script inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from outputs.figures.change_chart import change_chart
from outputs.figures.growth_chart import growth_chart
from outputs.figures.money_charts import organisations_chart
from outputs.figures.style import colour
from outputs.finished import Findings
from outputs.report.first_page import first_page
from outputs.report.parts import FigureView, Section, figures
from outputs.report.sections import SECTIONS

TEMPLATES = Path(__file__).parent / "templates"
MOST_BYTES = 6_000_000
"""A report stays below this, so that it can be sent by mail."""


def report_html(findings: Findings) -> str:
    """The report as one page of HTML that needs nothing beside it."""
    sections = [section(findings) for section in SECTIONS]
    comparison = findings.comparison
    page = first_page(findings)
    return rendered(
        "report.html",
        page=page,
        kind="report",
        run_line=page.run_line,
        first_charts=_first_charts(findings),
        sections=[section for section in sections if section.blocks],
        absent=_absent(sections),
        colours=[colour(index) for index in range(len(comparison.scenarios))],
        run=findings.study,
        date=findings.date,
        command=findings.command,
    )


def rendered(template: str, **facts: object) -> str:
    """A page from its template, with style and script inside."""
    return _environment().get_template(template).render(
        **facts,
        style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        script=(TEMPLATES / "script.js").read_text(encoding="utf-8"),
    )


def _first_charts(findings: Findings) -> tuple[FigureView, ...]:
    """The growth chart, and beside it who gains and loses, or what changes where no ledger is kept."""
    comparison = findings.comparison
    if not comparison.reference:
        return figures(growth_chart(comparison))
    second = organisations_chart(comparison, findings.table("organisations")) or change_chart(comparison)
    return tuple(replace(one, prefix="first-") for one in figures(growth_chart(comparison), second))


def _absent(sections: Sequence[Section]) -> list[str]:
    return [text for section in sections for text in section.absent]


@cache
def _environment() -> Environment:
    """The templates, and how they are filled in."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )
