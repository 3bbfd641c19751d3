"""What every measure, table and column of a study means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outputs.finished import Findings

if TYPE_CHECKING:
    from outputs.workbook.book import Look

COLUMNS = {
    "scenario": "id of a scenario", "reference": "id of the scenario that others are compared with",
    "measure": "id of a measure, explained above", "period": "financial year, month (2018-04) or quarter",
    "stratum": "group of people or part of a whole; 'all' for everything", "mean": "average over runs",
    "low": "10th percentile over runs", "high": "90th percentile over runs",
    "simulation_error": "standard error of the mean: what more runs would take away", "runs": "number of runs",
    "verdict": "higher or lower (n in 10), no clear difference, or too few runs to say",
    "chance_lower": "chance, judged by runs, that it is lower than the reference", "run": "number of a run",
    "value": "of one run", "unit": "of the numbers in the row", "team": "id of a service",
    "true_effect": "relative change of admissions among people reached, -0.05 for 5 % fewer; "
                   "empty where they join in hospital",
    "before_and_after": "what a before-and-after study of them would claim",
    "ceiling": "change of the area's admissions if all of theirs were avoided",
    "chance_best": "share of runs in which a choice is the best of all", "interval_kind": "what a range is over",
}


def put_dictionary(sheet: Any, look: Look, findings: Findings) -> None:  # noqa: ANN401 - the library has no types
    """Measures, then tables with their columns, then what columns mean."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 2, 26)
    sheet.set_column(3, 4, 60)
    sheet.write_string(0, 0, "Data dictionary", look.title)
    row = 2
    sheet.write_row(row, 0, ("measure", "title", "unit", "what is counted", "source"), look.head)
    for one in findings.table("measures").to_dict("records"):
        row += 1
        sheet.write_row(row, 0, [str(one[name]) for name in ("measure", "title", "unit", "rule", "source")], look.text)
    row += 2
    sheet.write_row(row, 0, ("table, in the folder data", "columns", "rows"), look.head)
    for name, data in findings.tables.items():
        row += 1
        sheet.write_row(row, 0, (name, ", ".join(map(str, data.columns)), f"{len(data):,}"), look.text)
    row += 2
    sheet.write_row(row, 0, ("column", "meaning"), look.head)
    for name, meaning in COLUMNS.items():
        row += 1
        sheet.write_row(row, 0, (name, meaning), look.text)
