"""The sections of a report, in the order in which a board reads them; each renders what a study has."""

from __future__ import annotations

from collections.abc import Callable

from outputs.figures.chart import Chart
from outputs.finished import Findings
from outputs.report.parts import FigureView, Section
from outputs.report.sections.accounting import accounting_section
from outputs.report.sections.assumptions import assumptions_section
from outputs.report.sections.fitted import fitted_section
from outputs.report.sections.flow import flow_section
from outputs.report.sections.growth import growth_section
from outputs.report.sections.money import money_section
from outputs.report.sections.other import other_section
from outputs.report.sections.people import people_section
from outputs.report.sections.plans import plans_section
from outputs.report.sections.reached import reached_section
from outputs.report.sections.records import records_section
from outputs.report.sections.trust import trust_section

SECTIONS: tuple[Callable[[Findings], Section], ...] = (
    growth_section, plans_section, reached_section, accounting_section, money_section, flow_section, people_section,
    assumptions_section, fitted_section, trust_section, records_section, other_section,
)


def charts_of(findings: Findings) -> tuple[Chart, ...]:
    """Every chart of a study's report, in its order."""
    blocks = (block for make in SECTIONS for block in make(findings).blocks)
    return tuple(block.chart for block in blocks if isinstance(block, FigureView))
