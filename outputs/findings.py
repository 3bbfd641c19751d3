"""Every finished table of a study, by the name of its file; docs/tables.md lists their columns."""

from __future__ import annotations

import pandas as pd

from outputs.choosing import best_table, pairing_table
from outputs.comparison import Comparison
from outputs.growth_tables import growth_table
from outputs.ledger.views import ledger_of
from outputs.measures.registry import MEASURES
from outputs.people_tables import equity_table, people_table
from outputs.vanguard_marks import vanguard_marks


def tables_of(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Every table of a study by name, made once."""
    return comparison.once("tables", lambda: _tables(comparison))


def _tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    measures = pd.DataFrame(
        [(one.id, one.title, one.unit, one.rule, one.source) for one in MEASURES.values()],
        columns=["measure", "title", "unit", "rule", "source"],
    )
    found = {
        "runs": comparison.run_values, "levels": comparison.levels, "measures": measures,
        "growth": growth_table(comparison), "people": people_table(comparison), "equity": equity_table(comparison),
    }
    if comparison.reference is not None:
        found |= {
            "differences": comparison.differences, "reached": comparison.reached, "best": best_table(comparison),
            "pairing": pairing_table(comparison), "vanguard_marks": vanguard_marks(comparison),
            "accounting": comparison.accounting, "instead": comparison.instead,
        }
    if not comparison.attribution.empty:
        found["attribution"] = comparison.attribution
    ledger = ledger_of(comparison)
    return found if ledger is None else found | ledger.tables()
