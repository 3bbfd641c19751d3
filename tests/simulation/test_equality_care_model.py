"""The compiled engine tells what the SimPy engine tells, row for row, of the whole model over years, where it is hard.

Every shipped scenario and place, over months: `test_systems_run.py`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from scenarios.resolved import Resolved, WhoSpec
from simulation.calendar import SECONDS_PER_HOUR
from simulation.enrolment import Homes
from simulation.laws import CONSTANT
from simulation.model import Model
from simulation.network import Law, Mode, Network
from simulation.people import CandidateRows, MonthEvents, Population
from simulation.run import simulate, simulate_together
from simulation.stays import NEVER, Outcome, RunResult
from tests.simulation.equality import Log, assert_same, log_of_result
from tests.simulation.small_place import model_of, small, with_changes

SEED = 5
PEOPLE = 2000
GRID = 3600
"""Seconds: on the coarse grid, needs come and most things end at whole hours."""
LEAST_TIES = 0.25
"""Share of stays that start in the same second as another."""


def logs(model: Model, seed: int = SEED, replication: int = 0) -> list[Log]:
    """The same run on both engines, SimPy first."""
    return [log_of_result(simulate(model, seed, replication, engine=engine)) for engine in ("simpy", "compiled")]


def joining_at_events(resolved: Resolved) -> Resolved:
    """The same teams, whom people now join at A&E, leave after three months, and who change ways of care."""
    teams = tuple(
        replace(each, joining="at A&E", stays_months=3, caseload_per_team=200.0, who=WhoSpec())
        for each in resolved.interventions
    )
    return replace(resolved, interventions=teams)


@pytest.mark.parametrize(("seed", "replication"), [(6, 0), (7, 2), (2026, 31)])
def test_engines_agree_whatever_the_seed(seed: int, replication: int) -> None:
    """Teams with strong effects, so that factors matter."""
    resolved = with_changes(small("extensivist-teams", people=PEOPLE), -0.5)
    assert_same(*logs(model_of(resolved, seed, replication), seed, replication))


def test_engines_agree_where_queues_are_long() -> None:
    """With 60 % of the places that a place needs, people board, wait, give up and are turned away all the time."""
    simpy, compiled = logs(model_of(small("extensivist-teams", people=PEOPLE, room=0.6)))
    left = np.isin(simpy.stays.outcome, [Outcome.GAVE_UP, Outcome.TURNED_AWAY])
    waited = simpy.stays.started - simpy.stays.requested > SECONDS_PER_HOUR
    assert left.sum() > 100
    assert (waited & (simpy.stays.started != NEVER)).sum() > 500
    assert_same(simpy, compiled)


def test_engines_agree_when_people_join_at_events() -> None:
    """Memberships begin in the second of an event in one engine's heap and the other's agenda."""
    resolved = joining_at_events(with_changes(small("extensivist-teams", people=PEOPLE), 0.4))
    simpy, compiled = logs(model_of(resolved))
    assert len(simpy.tables["enrolments.person"]) > 100
    assert_same(simpy, compiled)


def test_engines_agree_when_scenarios_share_their_beginning() -> None:
    """Forked before the change on either engine, or run alone: one story."""
    models = [model_of(small(each, people=PEOPLE)) for each in ("do-nothing", "care-home-teams")]
    models.append(model_of(joining_at_events(small("extensivist-teams", people=PEOPLE))))
    forked = {engine: simulate_together(models, SEED, 0, _log, engine) for engine in ("simpy", "compiled")}
    for position, model in enumerate(models):
        assert_same(forked["simpy"][position], forked["compiled"][position])
        assert_same(forked["simpy"][position], log_of_result(simulate(model, SEED, 0)))


def _log(position: int, result: RunResult) -> Log:
    assert position >= 0
    return log_of_result(result)


def on_a_grid(network: Network) -> Network:
    """The same network in which everything lasts a whole number of hours, at most a day."""
    numbers = count()
    return replace(network, laws=tuple(_on_a_grid(law, next(numbers)) for law in network.laws))


def _on_a_grid(law: Law, number: int) -> Law:
    if law.mode in (Mode.UNTIL_PLAN, Mode.UNTIL_DEATH):
        return law
    length = 1 + number % 3 if law.mode == Mode.NIGHTS else GRID * (1 + number * 7 % 24)
    return replace(
        law, law=CONSTANT, first=float(length), second=0.0, third=0.0, value=NEVER, gauge=NEVER,
        by_month=np.ones_like(law.by_month),
    )  # fmt: skip


def test_engines_agree_on_a_coarse_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    """With needs and lengths in whole hours, many stays start in a second in which others do."""
    begin_month = Population.begin_month

    def on_the_grid(population: Population, month: int, homes: Homes) -> MonthEvents:
        events = begin_month(population, month, homes)
        found = events.candidates
        tick = found.tick // GRID * GRID
        order = np.lexsort((found.key, found.person, tick))
        columns = {name: getattr(found, name)[order] for name in CandidateRows.__dataclass_fields__}
        return replace(events, candidates=CandidateRows(**{**columns, "tick": tick[order]}))

    monkeypatch.setattr(Population, "begin_month", on_the_grid)
    for room in (1.0, 0.7):
        model = model_of(small("extensivist-teams", people=PEOPLE, room=room))
        simpy, compiled = logs(replace(model, network=on_a_grid(model.network)))
        starts, times = np.unique(simpy.stays.started[simpy.stays.started != NEVER], return_counts=True)
        assert len(starts) > 1000
        assert times[times > 1].sum() > LEAST_TIES * times.sum()
        assert_same(simpy, compiled)

