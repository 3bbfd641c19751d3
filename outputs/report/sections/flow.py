"""Where patients go, and how beds and delays move through the year."""

from __future__ import annotations

from outputs.figures.flow_chart import flow_chart
from outputs.figures.months_chart import months_chart
from outputs.finished import Findings
from outputs.report.parts import Block, Section, figures

BY_MONTH = (
    ("emergency_beds_occupied", "beds_by_month_chart"),
    ("bed_occupancy", "occupancy_by_month_chart"),
    ("beds_medically_fit", "delays_by_month_chart"),
    ("emergency_admissions_per_day", "admissions_by_month_chart"),
)


def flow_section(findings: Findings) -> Section:
    """A Sankey of patients, then beds, occupancy, delays and admissions by month."""
    comparison = findings.comparison
    flow = flow_chart(comparison)
    charts = [months_chart(comparison, measure, name) for measure, name in BY_MONTH]
    blocks: tuple[Block, ...] = figures(flow, *charts)
    lead = "Where people come from and go, and how full the wards are, month by month: averages hide winters."
    absent = [*([] if flow else ["patients' moves between places of care"]),
              *([] if any(charts) else ["beds and delays by month"])]
    return Section("flow", "Where do patients go, and how full is it?", lead, blocks, tuple(absent))
