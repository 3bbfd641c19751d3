"""What is counted when areas with a plan come to record some admissions without a night as outpatients.

A change of recording changes nobody's care, so nothing is simulated again: what a run counted is read otherwise. It
begins with the plan, and years before are as they were recorded. Only counts of admissions are read otherwise; care and
what it costs are the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from outputs import words
from outputs.growth import yearly_growth
from outputs.headline import AT

ZERO_DAY: Final = "zero_day_admissions"
ZERO_DAY_SHARE: Final = "zero_day_share"
COUNTS: Final = (words.ADMISSIONS, "emergency_admissions_per_1000", "emergency_admissions_per_day")
GROWTHS: Final = (words.GROWTH, "emergency_admission_growth_per_head_percent")
READ_OTHERWISE: Final = (*COUNTS, *GROWTHS, ZERO_DAY, ZERO_DAY_SHARE)
"""Measures that a change of recording changes."""
PERCENT = 100.0


def recorded_otherwise(
    measure: str, year: str, said: Mapping[str, float], share: float, base: str, years: Sequence[str]
) -> float:
    """A measure of one run as it would be counted.

    Args:
        measure: its id.
        year: that it is about; for growth the last.
        said: what `outputs.headline.headline` gives for the run.
        share: of the admissions without a night that are recorded as outpatients, in every year after `base`.
        base: last year that is recorded as before, from which growth counts.
        years: of the study, in order.
    """
    value = said.get(f"{measure}{AT}{year}", math.nan)
    if share == 0.0 or measure not in READ_OTHERWISE or years.index(year) <= years.index(base):
        return value
    left = _left(said, year, share)
    if measure in COUNTS:
        return value * left
    if measure == ZERO_DAY:
        return value * (1.0 - share)
    if measure == ZERO_DAY_SHARE:
        return value * (1.0 - share) / left
    after = years[years.index(base) + 1 : years.index(year) + 1]
    recorded = yearly_growth([1.0, *(_left(said, one, share) for one in after)])
    return PERCENT * ((1.0 + value / PERCENT) * (1.0 + recorded) - 1.0)


def _left(said: Mapping[str, float], year: str, share: float) -> float:
    """What part of a year's emergency admissions is still counted."""
    every = said.get(f"{words.ADMISSIONS}{AT}{year}", math.nan)
    return 1.0 - share * said.get(f"{ZERO_DAY}{AT}{year}", math.nan) / every if every else math.nan
