"""Tables of a study that no other section shows."""

from __future__ import annotations

from outputs.finished import Findings
from outputs.report.parts import Block, Section, table, table_of

SHOWN = frozenset({
    "runs", "levels", "differences", "reached", "measures", "growth", "vanguard_marks", "best", "pairing", "ledger",
    "organisations", "postings", "bays", "present_values", "break_even", "money_summary", "contracts", "capacity",
    "people", "equity", "accounting", "instead", "attribution",
})
FEW_ROWS = 60


def other_section(findings: Findings) -> Section:
    """Measures and what they count; whatever tables are new."""
    measures = findings.table("measures")
    blocks: list[Block] = []
    if not measures.empty:
        blocks.append(table_of(measures, "What each measure counts",
                               {"title": "measure", "unit": "unit", "rule": "rule", "source": "source"}))
    unknown = [name for name in findings.tables if name not in SHOWN and not name.endswith("_chart")]
    blocks += [table_of(findings.table(name), name.replace("_", " ")) for name in unknown
               if len(findings.table(name)) <= FEW_ROWS]
    rows = [(name, f"{len(data):,}", ", ".join(map(str, data.columns))) for name, data in findings.tables.items()]
    blocks.append(table("All tables of this study, in its folder data (CSV and Parquet)", ("table", "rows", "columns"),
                        rows, (1,)))
    return Section("measures", "What is counted, and where the numbers are", "", tuple(blocks))
