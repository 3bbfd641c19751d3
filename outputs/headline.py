"""What a study watches while it runs: the measures of the first screen, run by run, and how well they are known.

Reading whole tables of thousands of runs would take long and much memory, so each worker tells of a run a few numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs import words
from outputs.measures.measure import ALL
from outputs.measures.registry import MEASURES

HEADLINE = (words.ADMISSIONS, words.GROWTH, words.BEDS, words.NET_COST)
"""Measures of the first screen."""
AT = "@"
MONTH_LENGTH = len("2016-04")

Floats = NDArray[np.float64]


def headline(table: pd.DataFrame) -> dict[str, float]:
    """Every measure of a run for the whole place, by year: "emergency_admissions@2019/20" to its value.

    Args:
        table: of `outputs.measures.reduce`.
    """
    whole = table[(table["stratum"] == ALL) & table["period"].str.contains("/", regex=False)]
    names = whole["measure"] + AT + whole["period"]
    return {str(name): float(value) for name, value in zip(names, whole["value"], strict=True)}


@dataclass(frozen=True)
class Target:
    """How well a measure shall be known.

    Attributes:
        measure: its id.
        amount: the largest half-width: in the measure's unit, or as a share of the reference's level.
        relative: see `amount`.
    """

    measure: str
    amount: float
    relative: bool


def enough(share: float | None = None) -> tuple[Target, ...]:
    """Targets for the first screen: what matters for each measure, or a share of its level where that makes sense."""
    return tuple(
        Target(name, one.matters if share is None or not one.relative else share, one.relative)
        for name, one in ((name, MEASURES[name]) for name in HEADLINE)
    )


@dataclass
class Watched:
    """What finished runs said of some measures.

    Attributes:
        scenarios: ids, the reference first where there is one.
        has_reference: whether differences are watched; else levels.
        period: the year that is reported.
        years: of the study, in order.
        measures: ids of those that are watched.
    """

    scenarios: tuple[str, ...]
    has_reference: bool
    period: str
    years: tuple[str, ...]
    measures: tuple[str, ...] = HEADLINE
    values: dict[tuple[str, int], tuple[float, ...]] = field(default_factory=dict)

    def take(self, scenario: str, run: int, said: Mapping[str, float]) -> None:
        """Note what a finished run says."""
        self.values[scenario, run] = tuple(
            reported(measure, said, self.period, self.years) for measure in self.measures
        )

    def series(self, targets: Sequence[Target], runs: int) -> tuple[Floats, Floats]:
        """What the stop rule needs, for the first so many runs.

        Returns:
            (targets x scenarios, runs) differences from the reference, or levels; and the half-widths allowed given
            the first 1, 2, ... runs.
        """
        levels = {name: self._levels(name, runs) for name in self.scenarios}
        reference = levels[self.scenarios[0]]
        shown = self.scenarios[1:] if self.has_reference else self.scenarios
        rows, allowed = [], []
        for name in shown:
            for target in targets:
                place = self.measures.index(target.measure)
                rows.append(levels[name][place] - (reference[place] if self.has_reference else 0.0))
                allowed.append(_allowed(target, reference[place]))
        return np.array(rows, np.float64), np.array(allowed, np.float64)

    def complete_runs(self) -> int:
        """How many runs, from the first on, every scenario has."""
        run = 0
        while all((name, run + 1) in self.values for name in self.scenarios):
            run += 1
        return run

    def differences(self, measure: str) -> Floats:
        """(scenarios, runs) differences from the reference, or levels, of the runs that all scenarios have, in no
        order: good for saying how well a measure is known so far, and for nothing else.
        """
        place = self.measures.index(measure)
        common = [run for name, run in self.values if name == self.scenarios[0]
                  and all((other, run) in self.values for other in self.scenarios)]  # fmt: skip
        table = np.array([[self.values[name, run][place] for run in common] for name in self.scenarios], np.float64)
        return table[1:] - table[:1] if self.has_reference else table

    def _levels(self, scenario: str, runs: int) -> Floats:
        """(measures, runs)."""
        unknown = (math.nan,) * len(self.measures)
        rows = [self.values.get((scenario, run), unknown) for run in range(1, runs + 1)]
        return np.array(rows, np.float64).reshape(runs, len(self.measures)).T


def reported(measure: str, said: Mapping[str, float], period: str, years: Sequence[str]) -> float:
    """A measure of a run in the reported year; where growth is not known yet then, in the first later year.

    Args:
        measure: its id.
        said: what `headline` gives for the run.
        period: the reported year.
        years: of the study, in order.
    """
    year = reported_year(measure, said, period, years)
    return math.nan if year is None else said[f"{measure}{AT}{year}"]


def reported_year(measure: str, said: Mapping[str, float], period: str, years: Sequence[str]) -> str | None:
    """The year of which `reported` tells; None when a run has no value. Arguments as there."""
    later = years[years.index(period) :] if MEASURES[measure].over_years else (period,)
    return next((year for year in later if f"{measure}{AT}{year}" in said), None)


def _allowed(target: Target, reference: Floats) -> Floats:
    """(runs,) largest half-width given the first 1, 2, ... runs of the reference."""
    if not target.relative:
        return np.full(len(reference), target.amount)
    known = ~np.isnan(reference)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, reference, 0.0).cumsum() / known.cumsum()
    return np.asarray(target.amount * np.abs(mean), np.float64)
