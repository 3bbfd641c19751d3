"""A builder, a simulator and a reducer that need no model, for tests of the study machinery."""

from __future__ import annotations

import os
import pickle
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.studies import Plan, Recipe, ScenarioSpec, canonical_json
from simulation.studies.executor import Workers, local_executor

TOYS = Recipe(*(f"tests.simulation.studies.toys:{name}" for name in ("build", "simulate", "reduce", "headline")))


@dataclass(frozen=True)
class Toy:
    """A scenario that needs no model."""

    value: float
    journal: str = ""
    """File to which each simulated run adds a line; empty: none."""
    seconds: float = 0.0
    """How long a run takes."""
    dies: int = 0
    """How many times a worker is killed by this scenario before a run succeeds."""
    breaks: bool = False
    """Whether a run raises an error."""
    forks: bool = False
    """Whether a run goes on in a child of the worker, as runs of a family do after the months that they share."""
    hangs: int = 0
    """How many times a run never ends before one does."""
    only: int = 0
    """The replication that dies, breaks or hangs; 0: each."""
    spins: bool = False
    """Whether a run takes processor time rather than the clock's."""


@dataclass(frozen=True)
class ToyModel:
    toy: Toy
    seed: int
    replication: int


def build(toy: Toy, *, seed: int, replication: int) -> ToyModel:
    """What a study calls to make a model."""
    return ToyModel(toy, seed, replication)


def simulate(
    models: Sequence[ToyModel], seed: int, replication: int, reduce: Callable[[int, float], object]
) -> list[object]:
    """What a study calls to run models that share their beginning."""
    return [_one(index, model, seed, replication, reduce) for index, model in enumerate(models)]


def reduce(result: float, toy: Toy, *, seed: int, replication: int) -> pd.DataFrame:
    """What a study calls to boil a run down to a table."""
    values = [result, result / 2 + toy.value / 3, seed + replication]
    return pd.DataFrame({"measure": ["total", "half", "stream"], "value": values})


def headline(table: pd.DataFrame) -> dict[str, float]:
    """What a study tells its driver of a run."""
    return {"total": float(table["value"].iloc[0])}


def plan_of(*toys: Toy, replications: int = 2, seed: int = 1, model_version: str = "1", family: str = "one") -> Plan:
    """A plan of toy scenarios named toy-0, toy-1 and so on."""
    specs = tuple(
        ScenarioSpec(f"toy-{index}", canonical_json({"value": toy.value}), family, toy)
        for index, toy in enumerate(toys)
    )
    return Plan(TOYS, specs, seed, replications, model_version)


@contextmanager
def forked_workers(jobs: int) -> Iterator[Workers]:
    """Workers that start in milliseconds, as copies of this process, where starting is not what is tested."""
    with local_executor(jobs, "fork") as executor:
        yield Workers(executor, lambda: jobs)


def journal_lines(journal: str | Path) -> list[str]:
    """The runs that were simulated, in order."""
    path = Path(journal)
    return path.read_text().splitlines() if path.exists() else []


def _one(
    index: int, model: ToyModel, seed: int, replication: int, reduce: Callable[[int, float], object]
) -> Any:  # noqa: ANN401 - whatever the reducer gives
    value = model.toy.value + seed + replication / 8
    if not model.toy.forks:
        _finish(model, replication)
        return reduce(index, value)
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        _finish(model, replication)
        os.write(there, pickle.dumps(reduce(index, value)))
        os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as pipe:
        found = pickle.load(pipe)
    os.waitpid(child, 0)
    return found


def _finish(model: ToyModel, replication: int) -> None:
    toy = model.toy
    is_meant = toy.only in (0, replication)
    if toy.breaks and is_meant:
        raise ValueError("the toy broke")
    if toy.spins:
        _spin(toy.seconds)
    else:
        time.sleep(toy.seconds)
    if toy.journal:
        _write_line(toy.journal, f"{toy.value} {replication}")
        tries = journal_lines(toy.journal).count(f"{toy.value} {replication}")
        if is_meant and tries <= toy.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        if is_meant and tries <= toy.hangs:
            time.sleep(3600.0)


def _spin(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def _write_line(journal: str, line: str) -> None:
    file = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{line}\n".encode())
    os.close(file)


def listens_to_ctrl_c() -> None:
    """What a new process does first: programs that a shell runs in the background are told to ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
