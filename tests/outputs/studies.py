"""Studies made by hand: tables of runs with chosen values, and scenarios to go with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd

from outputs.compare import compare
from outputs.comparison import Comparison
from outputs.measures.reducing import ADMISSIONS, ENROLMENTS, AdmissionTimes, TimeWithTeams
from scenarios.resolved import Resolved
from tests.outputs.factory import intervention, resolved

START, END, CHANGE = date(2014, 4, 1), date(2020, 4, 1), date(2017, 4, 1)
YEARS = ("2014/15", "2015/16", "2016/17", "2017/18", "2018/19", "2019/20")
NO_ADMISSIONS = AdmissionTimes(*np.zeros((2, 0), np.int64))
NO_TEAMS = TimeWithTeams(*np.zeros((7, 0), np.int64))

Values = Mapping[str, Sequence[float] | np.ndarray]
"""Measure to its value in each run, the same in every year."""


def do_nothing() -> Resolved:
    """The reference of a study."""
    return resolved(start=START, end=END, change=CHANGE)


def with_team(scenario: str = "a-team") -> Resolved:
    """A scenario with one team from April 2017."""
    plan = intervention(scenario, teams=((CHANGE, 1.0),))
    return resolved(scenario=scenario, start=START, end=END, change=CHANGE, interventions=(plan,))


def tables(
    scenario: str,
    values: Values,
    *,
    years: Sequence[str] = YEARS,
    admissions: AdmissionTimes = NO_ADMISSIONS,
    teams: TimeWithTeams = NO_TEAMS,
) -> pd.DataFrame:
    """Tables of the runs of a scenario, as a study collects them."""
    rows: list[tuple[object, ...]] = []
    for run in range(1, 1 + max(len(one) for one in values.values())):
        for measure, by_run in values.items():
            name, _, stratum = measure.partition("|")
            periods = years[-1:] if name.endswith("growth_percent") else years
            rows += [(scenario, run, name, year, stratum or "all", float(by_run[run - 1]), b"") for year in periods]
        rows.append((scenario, run, ADMISSIONS, "", "all", 0.0, admissions.packed()))
        rows.append((scenario, run, ENROLMENTS, "", "all", 0.0, teams.packed()))
    return pd.DataFrame(rows, columns=["scenario", "run", "measure", "period", "stratum", "value", "content"])


def study(reference: Values, *others: Values, period: str | None = None) -> Comparison:
    """A comparison of scenarios with chosen values; the second is called a-team, the third b-team."""
    return named_study(reference, dict(zip(("a-team", "b-team", "c-team"), others, strict=False)), period=period)


def named_study(reference: Values, others: Mapping[str, Values], *, period: str | None = None) -> Comparison:
    """A comparison of scenarios with chosen ids and values."""
    frames = [tables("do-nothing", reference)]
    frames += [tables(name, values) for name, values in others.items()]
    scenarios = [do_nothing(), *(with_team(name) for name in others)]
    return compare(pd.concat(frames, ignore_index=True), scenarios, reference="do-nothing", period=period)
