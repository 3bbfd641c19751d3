"""Where did it go? Each admission that two scenarios do not share, found again in the life of the same person.

A run leaves a trace (`outputs.measures.trace`); two traces of the same people and draws make a pair; pairs of all runs
make the tables.
"""

from outputs.accounting.classify import DEFERRED_WITHIN_DAYS, KINDS, classify
from outputs.accounting.instead import GROUPS
from outputs.accounting.tables import ACCOUNTING_COLUMNS, INSTEAD_COLUMNS, accounting_of, instead_of, pairs_of

__all__ = [
    "ACCOUNTING_COLUMNS", "DEFERRED_WITHIN_DAYS", "GROUPS", "INSTEAD_COLUMNS", "KINDS", "accounting_of", "classify",
    "instead_of", "pairs_of",
]
