"""What teams did to the people whom they reached, what a before-and-after study would claim, and the most possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from outputs.before_and_after import ReachedCounts, change, reached_counts
from outputs.ceiling import dilution_ceiling
from outputs.measures.reducing import ADMISSIONS, ENROLMENTS, AdmissionTimes, TimeWithTeams
from outputs.periods import Period
from outputs.ranges import spread
from scenarios.resolved import Resolved
from simulation.calendar import Calendar

Row = tuple[object, ...]


def reached_rows(
    runs: pd.DataFrame, scenario: Resolved, reference: str, period: Period, calendar: Calendar
) -> Iterator[Row]:
    """One row for each team of a scenario, with the columns of `REACHED_COLUMNS`."""
    for team, plan in enumerate(scenario.interventions):
        counts = [
            _counts_of_run(runs, scenario.id, reference, run, team, period, calendar)
            for run in sorted(runs.loc[runs["scenario"] == scenario.id, "run"].unique())
        ]
        yield _reached_row(runs, scenario.id, plan.id, period, counts)


def _counts_of_run(
    runs: pd.DataFrame, scenario: str, reference: str, run: int, team: int, period: Period, calendar: Calendar
) -> ReachedCounts:
    def content(name: str, measure: str) -> bytes:
        chosen = (runs["scenario"] == name) & (runs["run"] == run) & (runs["measure"] == measure)
        return bytes(runs.loc[chosen, "content"].iloc[0])

    return reached_counts(
        AdmissionTimes.unpacked(content(scenario, ADMISSIONS)),
        AdmissionTimes.unpacked(content(reference, ADMISSIONS)),
        TimeWithTeams.unpacked(content(scenario, ENROLMENTS)),
        team,
        period,
        calendar.horizon,
    )


def _reached_row(
    runs: pd.DataFrame, scenario: str, team: str, period: Period, counts: Sequence[ReachedCounts]
) -> Row:
    enrolled = runs[
        (runs["scenario"] == scenario) & (runs["measure"] == "enrolled_people") & (runs["stratum"] == team)
        & (runs["period"] == period.name)
    ]
    return (
        scenario,
        team,
        float(enrolled["value"].mean()),
        float(np.mean([one.followed for one in counts])),
        *_pooled([(one.with_team, one.without_team) for one in counts]),
        *_pooled([(one.after, one.after_without) for one in counts]),
        *_pooled([(one.after, one.before) for one in counts]),
        _ceiling(counts),
        len(counts),
    )


def _pooled(pairs: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    """Relative change of all runs together, and its 10th and 90th percentile over runs; NaN from nothing."""
    together = change(sum(now for now, _ in pairs), sum(before for _, before in pairs))
    by_run = np.array([found for now, before in pairs if (found := change(now, before)) is not None])
    if together is None:
        return (np.nan, np.nan, np.nan)
    over_runs = spread(by_run)
    return (together, over_runs.low, over_runs.high)


def _ceiling(counts: Sequence[ReachedCounts]) -> float:
    """Ceiling of all runs together; NaN for an area without admissions."""
    sums = {name: sum(asdict(one)[name] for one in counts) for name in asdict(counts[0])}
    found = dilution_ceiling(ReachedCounts(**sums))
    return np.nan if found is None else found
