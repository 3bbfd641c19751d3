"""What teams did to the people whom they reached, what a before-and-after study would claim, and the most possible."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from outputs.before_and_after import ReachedCounts, change, reached_counts
from outputs.ceiling import dilution_ceiling
from outputs.measures.reducing import ADMISSIONS, ENROLMENTS, AdmissionTimes, TimeWithTeams
from outputs.periods import Period
from outputs.ranges import spread
from scenarios.resolved import Intervention, Resolved
from simulation.calendar import Calendar

Row = tuple[object, ...]
IN_HOSPITAL = ("at admission", "at discharge")
"""Joining at these, people are or just were in hospital with the admission at which they join."""
UNKNOWN = (np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class PeopleOfRuns:
    """Who was admitted and who was with teams, by scenario and run."""

    admissions: Mapping[tuple[str, int], AdmissionTimes]
    teams: Mapping[tuple[str, int], TimeWithTeams]

    def runs_of(self, scenario: str) -> list[int]:
        """Numbers of a scenario's runs."""
        return sorted(run for name, run in self.admissions if name == scenario)


def people_of(runs: pd.DataFrame) -> PeopleOfRuns:
    """Unpack what the tables of runs carry of people."""
    rows = runs.loc[runs["measure"].isin([ADMISSIONS, ENROLMENTS]), ["scenario", "run", "measure", "content"]]
    packed = {(row["measure"], row["scenario"], row["run"]): row["content"] for row in rows.to_dict("records")}
    return PeopleOfRuns(
        {key[1:]: AdmissionTimes.unpacked(content) for key, content in packed.items() if key[0] == ADMISSIONS},
        {key[1:]: TimeWithTeams.unpacked(content) for key, content in packed.items() if key[0] == ENROLMENTS},
    )


def reached_rows(
    people: PeopleOfRuns, enrolled: pd.DataFrame, scenario: Resolved, reference: str, period: Period, calendar: Calendar
) -> Iterator[Row]:
    """One row for each team of a scenario, with the columns of `REACHED_COLUMNS`.

    Args:
        people: of the runs of the scenario and of the reference.
        enrolled: values of `enrolled_people` of all runs.
        scenario: whose teams.
        reference: id of the scenario without them.
        period: for which the true effect and the ceiling are asked.
        calendar: of the runs.
    """
    for team, plan in enumerate(scenario.interventions):
        counts = [
            reached_counts(
                people.admissions[scenario.id, run],
                people.admissions[reference, run],
                people.teams[scenario.id, run],
                team,
                period,
                calendar.horizon,
            )
            for run in people.runs_of(scenario.id)
        ]
        own = enrolled[(enrolled["scenario"] == scenario.id) & (enrolled["stratum"] == plan.id)]
        at_a_time = float(own.loc[own["period"] == period.name, "value"].mean())
        yield _reached_row(scenario.id, plan, at_a_time, counts)


def joins_in_hospital(plan: Intervention) -> bool:
    """Whether people join at an admission or a discharge, so that no true effect on their admissions can be told.

    The admission at which somebody joins in a run begins, in the run without the service, a little earlier or later,
    because beds come free at other seconds. It would count there as an admission that the service averts, though the
    service does nothing to it. What such a service does shows in the whole area.
    """
    return plan.joining in IN_HOSPITAL


def _reached_row(scenario: str, plan: Intervention, people_at_a_time: float, counts: Sequence[ReachedCounts]) -> Row:
    can_be_told = not joins_in_hospital(plan)
    return (
        scenario,
        plan.id,
        people_at_a_time,
        float(np.mean([one.followed for one in counts])),
        *(_pooled([(one.with_team, one.without_team) for one in counts]) if can_be_told else UNKNOWN),
        *(_pooled([(one.after, one.after_without) for one in counts]) if can_be_told else UNKNOWN),
        *_pooled([(one.after, one.before) for one in counts]),
        _ceiling(counts) if can_be_told else np.nan,
        len(counts),
    )


def _pooled(pairs: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    """Relative change of all runs together, and its 10th and 90th percentile over runs; NaN from nothing."""
    together = change(sum(now for now, _ in pairs), sum(before for _, before in pairs))
    by_run = np.array([found for now, before in pairs if (found := change(now, before)) is not None])
    if together is None:
        return UNKNOWN
    over_runs = spread(by_run)
    return (together, over_runs.low, over_runs.high)


def _ceiling(counts: Sequence[ReachedCounts]) -> float:
    """Ceiling of all runs together; NaN for an area without admissions."""
    sums = {name: sum(asdict(one)[name] for one in counts) for name in asdict(counts[0])}
    found = dilution_ceiling(ReachedCounts(**sums))
    return np.nan if found is None else found
