"""One point of a fit, simulated: programmes beside doing nothing, in one area, with the same people and chance.

A point is a set of positions of the parameters. Its scenarios run together from one seed, and what is kept is small: a
table of counts by month of each, and counts of the people reached. Estimands are worked out from it later
(`calibration.estimands`), so that a new target needs no new runs. The functions below are the recipe of a study.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.monthly_counts import monthly_counts
from outputs.before_and_after import reached_in_periods
from outputs.measures.episodes import admissions_and_attendances
from outputs.measures.reducing import AdmissionTimes, TimeWithTeams
from outputs.periods import period
from scenarios.build_model import build
from scenarios.ensembles import Ensemble, parameters
from scenarios.resolve import resolve_together
from scenarios.resolved import Resolved
from scenarios.units import months_after
from simulation.calendar import Calendar
from simulation.model import Model
from simulation.run import simulate_together
from simulation.stays import RunResult
from simulation.studies import Plan, Recipe, ScenarioSpec, canonical_json

Floats = NDArray[np.float64]

DO_NOTHING = "do-nothing"
PROGRAMMES = ("mcp-vanguard", "pacs-vanguard", "ehch-vanguard")
CHANGE = date(2017, 4, 1)
"""First day of the simulated programmes; published ones began earlier, and are compared as long after their start."""
REACHED = ("followed", "before", "after", "after_without", "with_team", "without_team", "whole_area")
HASHED = ("simulation", "scenarios", "outputs/measures", "outputs/before_and_after.py", "outputs/periods.py",
          "calibration/contrasts.py", "calibration/monthly_counts.py")
MOST_POINTS = 100_000
COLUMNS = ("scenario", "series", "group", "month", "value")
MEMBERS = "members: "
"""A series about people with a team: "members: after" of the group "extensivist-teams"."""


@dataclass(frozen=True)
class Span:
    """How long contrasts run: whole years before the programmes' start (one of start-up apart), and from it on."""

    years_before: int
    years_from: int

    @property
    def start(self) -> date:
        """First day reported."""
        return months_after(CHANGE, -12 * self.years_before)

    @property
    def end(self) -> date:
        """First day after the runs."""
        return months_after(CHANGE, 12 * self.years_from)


@dataclass(frozen=True)
class Point:
    """What a worker is given: the scenarios, with their one set of assumptions; doing nothing is the first."""

    scenarios: tuple[Resolved, ...]


def scenarios_of(names: Sequence[str], place: str, span: Span) -> tuple[Resolved, ...]:
    """Doing nothing and some programmes, of one place and time; BadInput as `resolve_together`."""
    found = resolve_together([DO_NOTHING, *names], place=place, start=span.start, end=span.end)
    return tuple(replace(one, window=replace(one.window, change=CHANGE)) for one in found)


def plan_of(
    scenarios: Sequence[Resolved], positions: Floats, first: int, seed: int, version: str
) -> Plan:
    """The study that simulates some points, one run of each.

    Args:
        scenarios: of `scenarios_of`.
        positions: (points, parameters) positions from 0 to 1.
        first: number of the first point in the whole design; what is not fitted is drawn by it.
        seed: of the fit.
        version: of what runs depend on, `contrasts_version()`.
    """
    specs = []
    for number, position in enumerate(positions, first):
        member = tuple(round(float(each), 6) for each in position)
        ensemble = Ensemble(f"point {number}", "", "", parameters(), (member,))
        point = Point(tuple(replace(one, ensemble=ensemble) for one in scenarios))
        identity = canonical_json((_identity_of(scenarios), member, number))
        specs.append(ScenarioSpec(f"point {number}", identity, f"point {number}", (point, number)))
    names = ("build_point", "simulate_points", "keep_point")
    recipe = Recipe(*(f"calibration.contrasts:{name}" for name in names))
    return Plan(recipe, tuple(specs), seed, 1, version)


def contrasts_version() -> str:
    """Twelve digits of every file on which the contrasts of a point depend; fitted ensembles are none of them."""
    home, digest = Path(__file__).resolve().parents[1], hashlib.sha256()
    for name in HASHED:
        found = home / name
        paths = [found] if found.is_file() else sorted(found.rglob("*"))
        for path in paths:
            fitted = path.parent.name == "ensembles" and path.name not in ("parameters.csv", "governed.csv")
            if path.suffix in (".py", ".csv", ".yaml") and not fitted and "studies" not in path.parts:
                digest.update(path.relative_to(home).as_posix().encode() + b"\0")
                digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


def build_point(payload: tuple[Point, int], *, seed: int, replication: int) -> tuple[Point, int, tuple[Model, ...]]:
    """The models of a point's scenarios. The point's number, with `replication`, draws what is not fitted."""
    point, number = payload
    run = number + MOST_POINTS * (replication - 1)
    return point, run, tuple(build(one, seed=seed, replication=run) for one in point.scenarios)


def simulate_points(
    models: Sequence[tuple[Point, int, tuple[Model, ...]]], seed: int, replication: int,
    keep: Callable[[int, object], object],
) -> list[object]:
    """Simulate each point's scenarios with the same people; those that share their past share its simulation."""
    del replication
    return [keep(index, _simulated(point, number, built, seed)) for index, (point, number, built) in enumerate(models)]


def keep_point(
    found: Sequence[Collected], payload: tuple[Point, int], *, seed: int, replication: int
) -> pd.DataFrame:
    """The table of a point: counts by month of every scenario, and of the people whom each team reached."""
    del seed, replication
    point, _ = payload
    frames = [_monthly(one.id, each) for one, each in zip(point.scenarios, found, strict=True)]
    rows = [row for one, each in zip(point.scenarios[1:], found[1:], strict=True)
            for row in _reached(one, each, found[0])]
    return pd.concat([*frames, pd.DataFrame(rows, columns=list(COLUMNS))], ignore_index=True)


@dataclass(frozen=True)
class Collected:
    """What is taken from one run.

    Attributes:
        counts: (months,) by series and group.
        admissions: when each resident was admitted.
        teams: when residents were with teams.
        calendar: of the run.
    """

    counts: dict[tuple[str, str], Floats]
    admissions: AdmissionTimes
    teams: TimeWithTeams
    calendar: Calendar


def collected(result: RunResult) -> Collected:
    """What is needed of a run."""
    admissions, attendances = admissions_and_attendances(result)
    return Collected(monthly_counts(result, admissions, attendances),
                     AdmissionTimes(admissions.person, admissions.begin), _with_teams(result), result.calendar)


def _simulated(point: Point, number: int, models: Sequence[Model], seed: int) -> list[Collected]:
    found: dict[int, Collected] = {}
    for together in _families(point.scenarios):
        results = simulate_together([models[i] for i in together], seed, number, lambda _, result: collected(result))
        found |= dict(zip(together, results, strict=True))
    return [found[i] for i in range(len(models))]


def _families(scenarios: Sequence[Resolved]) -> list[list[int]]:
    """Scenarios whose months before the change may be simulated once: those whose services add no places."""
    alike: dict[str, list[int]] = {}
    for i, one in enumerate(scenarios):
        adds = [(plan.id, plan.adds, plan.teams, plan.funding_ends) for plan in one.interventions if plan.adds]
        alike.setdefault(canonical_json(adds), []).append(i)
    return list(alike.values())


def _with_teams(result: RunResult) -> TimeWithTeams:
    enrolments, people = result.enrolments, result.residents
    place = np.searchsorted(people.person, enrolments.person)
    return TimeWithTeams(enrolments.person, enrolments.team.astype(np.int64), enrolments.joined, enrolments.left,
                         people.entered[place], people.left[place], people.died[place].astype(np.int64))


def _monthly(scenario: str, found: Collected) -> pd.DataFrame:
    """Counts by month; month 0 is the first of the programmes, those before are negative."""
    first = found.calendar.month_index(CHANGE)
    parts = [
        pd.DataFrame({"scenario": scenario, "series": series, "group": group,
                      "month": np.arange(len(values)) - first, "value": values})
        for (series, group), values in found.counts.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _reached(scenario: Resolved, found: Collected, without: Collected) -> list[tuple[str, str, str, int, float]]:
    """Rows about the people whom each team reached, for each programme year, by its first month."""
    firsts = range(0, found.calendar.months - found.calendar.month_index(CHANGE), 12)
    years = [period(found.calendar, months_after(CHANGE, first), months_after(CHANGE, first + 12), "year")
             for first in firsts]  # fmt: skip
    rows = []
    for team, plan in enumerate(scenario.interventions):
        counts = reached_in_periods(
            found.admissions, without.admissions, found.teams, team, years, found.calendar.horizon)  # fmt: skip
        rows += [(scenario.id, MEMBERS + name, plan.id, first, float(getattr(counted, name)))
                 for first, counted in zip(firsts, counts, strict=True) for name in REACHED]  # fmt: skip
    return rows


def _identity_of(scenarios: Sequence[Resolved]) -> str:
    texts = ("title", "question", "owner", "origins", "aliases", "contracts", "priorities")
    return canonical_json([
        {name: getattr(one, name) for name in one.__dataclass_fields__ if name not in texts} for one in scenarios
    ])
