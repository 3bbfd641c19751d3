"""What a study found, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pandas as pd

from outputs.ledger.activity import Activity
from outputs.measures.measure import ALL, Measure
from outputs.measures.registry import MEASURES
from outputs.periods import Period
from outputs.ranges import TOO_FEW_RUNS, Spread
from scenarios.resolved import Resolved

T = TypeVar("T")
Rows = Mapping[tuple[str, str, str, str], Mapping[str, Any]]
KEYS = ["measure", "period", "stratum"]
LEVEL_COLUMNS = ("scenario", *KEYS, "mean", "low", "high", "simulation_error", "runs")
DIFFERENCE_COLUMNS = (
    "scenario", "reference", *KEYS, "mean", "low", "high", "simulation_error", "runs", "chance_lower", "verdict"
)
REACHED_COLUMNS = (
    "scenario", "team", "people_at_a_time", "people_followed",
    "true_effect", "true_effect_low", "true_effect_high",
    "true_effect_first_year", "true_effect_first_year_low", "true_effect_first_year_high",
    "before_and_after", "before_and_after_low", "before_and_after_high",
    "ceiling", "runs",
)


@dataclass(frozen=True)
class Comparison:
    """What a study found.

    Attributes:
        scenarios: those that were run, the reference first where there is one.
        reference: id of the scenario that the others are compared with; None when there is only one.
        period: the year that is reported.
        base: the last year before the change, from which growth counts.
        growth_period: last year of the years over which growth is reported; `period`, or a later year when `period`
            is less than three years after `base`; None when the runs are too short for growth.
        runs: how many runs of each scenario.
        run_values: every value of every run: scenario, run, measure, period, stratum, value.
        levels: one row for each scenario, measure, period and stratum: `LEVEL_COLUMNS`.
        differences: paired by run: `DIFFERENCE_COLUMNS`. Empty without a reference.
        reached: one row for each scenario and team: `REACHED_COLUMNS`; relative changes, -0.05 for 5 % fewer.
        activities: care used, services and beds by month of each scenario and run; empty for runs made without.
        accounting: where did it go: `outputs.accounting.ACCOUNTING_COLUMNS`. Empty without a reference.
        instead: what people received instead: `outputs.accounting.INSTEAD_COLUMNS`. Empty without a reference.
        attribution: which part did it: `outputs.attribution.ATTRIBUTION_COLUMNS`. Empty unless it was asked for.
    """

    scenarios: tuple[Resolved, ...]
    reference: str | None
    period: Period
    base: Period
    growth_period: Period | None
    runs: int
    run_values: pd.DataFrame
    levels: pd.DataFrame
    differences: pd.DataFrame
    reached: pd.DataFrame
    accounting: pd.DataFrame = field(default_factory=pd.DataFrame)
    instead: pd.DataFrame = field(default_factory=pd.DataFrame)
    attribution: pd.DataFrame = field(default_factory=pd.DataFrame)
    activities: Mapping[tuple[str, int], Activity] = field(default_factory=dict)
    _known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What `make` gives, worked out the first time that a key is asked for; several outputs share it."""
        if key not in self._known:
            self._known[key] = make()
        found: T = self._known[key]
        return found

    def scenario(self, name: str) -> Resolved:
        """The scenario with an id; KeyError when it is not among those run."""
        return {one.id: one for one in self.scenarios}[name]

    def others(self) -> tuple[Resolved, ...]:
        """Scenarios other than the reference."""
        return tuple(one for one in self.scenarios if one.id != self.reference)

    def period_of(self, measure: Measure) -> Period | None:
        """The period for which a measure is reported; None when the runs are too short for it."""
        return self.growth_period if measure.over_years else self.period

    def level(self, scenario: str, measure: str, stratum: str = ALL) -> Spread | None:
        """A scenario's level of a measure in the reported period; None when there is none."""
        return self._spread(self._levels_by_key, scenario, measure, stratum)

    def difference(self, scenario: str, measure: str, stratum: str = ALL) -> Spread | None:
        """A scenario's difference from the reference in the reported period; None when there is none."""
        return self._spread(self._differences_by_key, scenario, measure, stratum)

    def verdict(self, scenario: str, measure: str) -> str:
        """Verdict on a scenario's difference from the reference; "too few runs to say" when there is none."""
        row = self._row(self._differences_by_key, scenario, measure, ALL)
        return TOO_FEW_RUNS if row is None else str(row["verdict"])

    @property
    def _levels_by_key(self) -> Rows:
        return self.once("levels by key", lambda: _by_key(self.levels))

    @property
    def _differences_by_key(self) -> Rows:
        return self.once("differences by key", lambda: _by_key(self.differences))

    def _spread(self, rows: Rows, scenario: str, measure: str, stratum: str) -> Spread | None:
        row = self._row(rows, scenario, measure, stratum)
        if row is None:
            return None
        return Spread(
            mean=float(row["mean"]),
            low=float(row["low"]),
            high=float(row["high"]),
            simulation_error=float(row["simulation_error"]),
            runs=int(row["runs"]),
        )

    def _row(self, rows: Rows, scenario: str, measure: str, stratum: str) -> Mapping[str, Any] | None:
        period = self.period_of(MEASURES[measure])
        return None if period is None else rows.get((scenario, measure, period.name, stratum))


def _by_key(table: pd.DataFrame) -> Rows:
    """Rows of a table by scenario, measure, period and stratum: looked up by the hundred for a report."""
    return {
        (row["scenario"], row["measure"], row["period"], row["stratum"]): {str(name): row[name] for name in row}
        for row in table.to_dict("records")
    }
