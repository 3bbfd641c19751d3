"""Conditions that the model knows by name: those of which the evidence says how common they are."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios.evidence import Evidence

PARAMETER = "condition_prevalence"
"""Share of people with a condition; strata are "diabetes; 40-64" for homes of their own, and "diabetes; care home"."""
AT_CARE_HOMES = "care home"


def named_conditions(evidence: Evidence) -> tuple[str, ...]:
    """Names of the conditions, in the order of the table."""
    return tuple(dict.fromkeys(stratum.partition("; ")[0] for stratum in evidence.strata(PARAMETER)))


def prevalence(name: str, where: str, evidence: Evidence) -> float:
    """Share with a condition of an age band in homes of their own, or of residents of care homes; 0 without a row."""
    stratum = f"{name}; {where}"
    return evidence.value(PARAMETER, stratum) if stratum in evidence.strata(PARAMETER) else 0.0


def how_common(names: Sequence[str], evidence: Evidence) -> str:
    """Whether it is known how many people have conditions: "How many have it is assumed"; empty without a condition."""
    rows = [evidence.row(PARAMETER, stratum) for stratum in evidence.strata(PARAMETER)
            if stratum.partition("; ")[0] in names]
    if not rows:
        return ""
    assumed = any(row.status == "assumption" for row in rows)
    return f"How many have {'it' if len(names) == 1 else 'them'} is {'assumed' if assumed else 'known'} ({PARAMETER})"
