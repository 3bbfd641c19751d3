"""What a study found, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from outputs.measures.measure import ALL, Measure
from outputs.measures.registry import MEASURES
from outputs.periods import Period
from outputs.ranges import TOO_FEW_RUNS, Spread
from scenarios.resolved import Resolved

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
    accounting: pd.DataFrame
    instead: pd.DataFrame
    attribution: pd.DataFrame = field(default_factory=pd.DataFrame)

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
        return self._spread(self.levels, scenario, measure, stratum)

    def difference(self, scenario: str, measure: str, stratum: str = ALL) -> Spread | None:
        """A scenario's difference from the reference in the reported period; None when there is none."""
        return self._spread(self.differences, scenario, measure, stratum)

    def verdict(self, scenario: str, measure: str) -> str:
        """Verdict on a scenario's difference from the reference; "too few runs to say" when there is none."""
        row = self._row(self.differences, scenario, measure, ALL)
        return TOO_FEW_RUNS if row is None else str(row["verdict"])

    def _spread(self, table: pd.DataFrame, scenario: str, measure: str, stratum: str) -> Spread | None:
        row = self._row(table, scenario, measure, stratum)
        if row is None:
            return None
        return Spread(
            mean=float(row["mean"]),
            low=float(row["low"]),
            high=float(row["high"]),
            simulation_error=float(row["simulation_error"]),
            runs=int(row["runs"]),
        )

    def _row(self, table: pd.DataFrame, scenario: str, measure: str, stratum: str) -> pd.Series | None:
        period = self.period_of(MEASURES[measure])
        if period is None or table.empty:
            return None
        is_asked_for = (table["scenario"] == scenario) & (table["measure"] == measure)
        rows = table[is_asked_for & (table["period"] == period.name) & (table["stratum"] == stratum)]
        return None if rows.empty else rows.iloc[0]
