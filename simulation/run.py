"""Runs a model: month by month, alone or together with others that share its years before the change."""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import Calendar
from simulation.engines import DEFAULT_ENGINE, ENGINES, Engine
from simulation.model import Model
from simulation.network import Network
from simulation.people import Population, Team
from simulation.person_time import person_seconds
from simulation.stays import (
    NEVER,
    Enrolments,
    Residents,
    RunResult,
    Settings,
)

T = TypeVar("T")
Progress = Callable[[int, int], None]


class RunFailedError(RuntimeError):
    """A run whose model left its bounds; it is reported and never counted."""


class Run:
    """One run in progress."""

    def __init__(
        self, model: Model, teams: Sequence[Team], seed: int, replication: int, engine: str = DEFAULT_ENGINE
    ) -> None:
        self.model = model
        self.teams = tuple(teams)
        self.population = Population(model.people, self.teams, model.calendar, seed, replication)
        self.engine = ENGINES[engine](model.network, self.population, model.calendar, seed, replication)
        self.month = 0

    def run_until(self, month: int, progress: Progress | None = None) -> None:
        """Simulate up to the first tick of `month`.

        Raises:
            RunFailedError: when a hazard rose above the top of its axis, which would have made the run wrong.
        """
        while self.month < month:
            self.engine.run_month(self.month)
            self.month += 1
            if self.population.failed:
                raise RunFailedError("a hazard rose above the top of its axis; the run is void")
            if progress is not None:
                progress(self.month, self.model.calendar.months)

    def foresee(self) -> None:
        """Decide once what no team changes, for all scenarios as which the run is about to go on."""
        self.population.foresee(self.month, self.model.calendar.months)

    def take_on(self, teams: Sequence[Team]) -> None:
        """Go on with other teams, none of which has started yet."""
        self.teams = tuple(teams)
        self.population.switch_teams(self.teams)

    def result(self) -> RunResult:
        """What the run leaves behind; call it once, at the end."""
        self.engine.close()
        model, engine, population = self.model, self.engine, self.population
        stays = engine.stays()
        residents = _residents(engine, population, model.calendar.horizon)
        person, team, joined, left = population.enrolments(model.calendar.horizon)
        return RunResult(
            calendar=model.calendar,
            settings=settings_of(model.network),
            teams=tuple(each.name for each in self.teams),
            stays=stays,
            contacts=engine.contact_table(),
            turned_away=engine.turned_away_table(),
            person_seconds=person_seconds(residents, stays, model.network, model.calendar),
            residents=residents,
            enrolments=Enrolments(person, team, joined, left),
            standing=population.standing_by_month(),
            pool_names=tuple(pool.name for pool in model.network.pools),
            pool_places=_pool_places(model.network, model.calendar),
            timed_events=engine.timed_events,
        )


def simulate(
    model: Model, seed: int, replication: int, progress: Progress | None = None, engine: str = DEFAULT_ENGINE
) -> RunResult:
    """One run of one scenario.

    Args:
        seed: of the study; every draw is keyed by it.
        replication: number of the run.
        progress: called with months done and months in all.
        engine: name of an engine; the result is the same, row for row.

    Raises:
        RunFailedError: when the model left its bounds.
    """
    run = Run(model, model.teams, seed, replication, engine)
    run.run_until(model.calendar.months, progress)
    return run.result()


def simulate_together(
    models: Sequence[Model],
    seed: int,
    replication: int,
    reduce: Callable[[int, RunResult], T],
    engine: str = DEFAULT_ENGINE,
) -> list[T]:
    """The same run of several scenarios of one family; the months that they share are simulated once.

    Args:
        models: they differ in their teams only.
        reduce: called with the position of a model and its result, perhaps in another process; what it gives back
            must be picklable.
        engine: name of an engine.

    Returns:
        What `reduce` gave for each model: the same, bit for bit, as when each is simulated alone.
    """
    shared = min(model.first_change for model in models)
    if len(models) == 1 or shared == 0 or not hasattr(os, "fork"):
        return [reduce(i, simulate(model, seed, replication, engine=engine)) for i, model in enumerate(models)]
    run = Run(models[0], (), seed, replication, engine)
    run.run_until(shared)
    run.foresee()
    return [_finish_in_a_fork(run, model, i, reduce) for i, model in enumerate(models)]


def simulate_together_with_simpy(
    models: Sequence[Model], seed: int, replication: int, reduce: Callable[[int, RunResult], T]
) -> list[T]:
    """As `simulate_together`, on the engine that defines the model: the same results, about a hundred times slower."""
    return simulate_together(models, seed, replication, reduce, engine="simpy")


def settings_of(network: Network) -> Settings:
    """Names that the indices in a run's tables stand for."""
    return Settings(
        names=network.names(),
        titles=tuple(setting.title for setting in network.settings),
        tags=network.tagged(),
        kinds=network.kinds,
        reasons=network.reasons,
        delay_reasons=network.delay_reasons,
    )


def _residents(engine: Engine, population: Population, horizon: int) -> Residents:
    """Everybody who came to live in the place before the horizon."""
    person = np.flatnonzero(population.entered < horizon).astype(np.int64)
    left = np.full(population.size, horizon, np.int64)
    place_of_death = np.full(population.size, NEVER, np.int16)
    died = np.zeros(population.size, np.bool_)
    gone = engine.departures()
    left[gone.person] = gone.tick
    died[gone.person] = gone.died
    place_of_death[gone.person] = gone.place
    return Residents(
        person=person,
        female=population.female[person],
        deprivation_fifth=population.deprivation_fifth[person],
        born=population.born[person],
        frail_from=population.frail_from[person],
        entered=population.entered[person],
        left=left[person],
        died=died[person],
        place_of_death=place_of_death[person],
    )


def _pool_places(network: Network, calendar: Calendar) -> NDArray[np.int64]:
    """(months, pools) most places open in each month; -1 without a limit."""
    return np.array(
        [
            [round(float(pool.places_by_hour.max() * pool.places_by_month[m])) if pool.limited else -1
             for pool in network.pools]
            for m in range(calendar.months)
        ],
        np.int64,
    )  # fmt: skip


def _finish_in_a_fork(run: Run, model: Model, position: int, reduce: Callable[[int, RunResult], T]) -> T:
    """Finish a copy of a run with a model's teams, in a child process that shares the past with this one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reduced"
        child = os.fork()
        if child == 0:
            code = 1
            try:
                path.write_bytes(pickle.dumps(_finished(run, model, position, reduce)))
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        if not path.exists():
            raise RuntimeError(f"the process of a forked run ended with status {status}")
        outcome = pickle.loads(path.read_bytes())
    if isinstance(outcome, Exception):
        raise outcome
    value: T = outcome
    return value


def _finished(run: Run, model: Model, position: int, reduce: Callable[[int, RunResult], T]) -> T | Exception:
    try:
        run.take_on(model.teams)
        run.run_until(model.calendar.months)
        return reduce(position, run.result())
    except Exception as error:  # noqa: BLE001 - it is raised again in the process that waits
        return error
