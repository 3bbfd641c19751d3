"""Counts of each run by month, and their growth from one stretch of months to another of the same length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.comparison import Comparison
from outputs.periods import days_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Monthly:
    """A scenario's runs by month.

    Attributes:
        months: "2016-04", in order.
        days: (months,) of each month.
        counts: (runs, months) by what is counted.
        people: (runs, months) those among whom it is counted, by the same words.
    """

    months: tuple[str, ...]
    days: Floats
    counts: Mapping[str, Floats]
    people: Mapping[str, Floats]

    def growth(self, now: range, before: range, *, of: str, per_head: bool) -> Floats:
        """(runs,) growth in per cent of a daily count, or rate, from some months to others of the same kind.

        Args:
            now: months that are looked at.
            before: months that they are compared with.
            of: "whole area" or "care-home residents".
            per_head: whether a rate is compared, not a count.
        """
        first, last = (self._level(list(months), of, per_head) for months in (before, now))
        with np.errstate(divide="ignore", invalid="ignore"):
            found = 100.0 * (last / first - 1.0)
        return np.where(first > 0.0, found, np.nan)

    def _level(self, months: list[int], of: str, per_head: bool) -> Floats:
        counts, days = self.counts[of][:, months].sum(axis=1), self.days[months]
        if not per_head:
            return np.asarray(counts / days.sum())
        return np.asarray(counts / (self.people[of][:, months] * days).sum(axis=1))


WHOLE, RESIDENTS = "whole area", "care-home residents"


def monthly_of(comparison: Comparison, scenario: str) -> Monthly:
    """A scenario's runs by month, in order of run."""
    runs = sorted(run for name, run in comparison.activities if name == scenario)
    found = [comparison.activities[scenario, run] for run in runs]

    def table(name: str) -> Floats:
        return np.array([getattr(one, name) for one in found])

    return Monthly(
        months=found[0].months,
        days=np.array([days_of(month) for month in found[0].months]),
        counts={WHOLE: table("admissions"), RESIDENTS: table("care_home_admissions")},
        people={WHOLE: table("people"), RESIDENTS: table("care_home_people")},
    )

