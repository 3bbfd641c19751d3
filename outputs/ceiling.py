"""The most that a team could do for a whole area: the admissions of the people whom it reaches."""

from __future__ import annotations

from outputs.before_and_after import ReachedCounts


def dilution_ceiling(counts: ReachedCounts) -> float | None:
    """Change of an area's admissions if a team prevented every admission of the people with it: -0.054 is -5.4 %.

    None when the area had no admissions.
    """
    return -counts.without_team / counts.whole_area if counts.whole_area else None


def beyond_ceiling(change: float, ceiling: float) -> bool:
    """Whether a change of an area's admissions is more than a team could do: a target that no effect can reach."""
    return change < ceiling
