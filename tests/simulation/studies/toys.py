"""A builder, a simulator and a reducer that need no model, for tests of the study machinery."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from simulation.studies import Plan, Recipe, ScenarioSpec, canonical_json

TOYS = Recipe(*(f"tests.simulation.studies.toys:{name}" for name in ("build", "simulate", "reduce")))


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


@dataclass(frozen=True)
class ToyModel:
    toy: Toy
    seed: int
    replication: int


def build(toy: Toy, *, seed: int, replication: int) -> ToyModel:
    """What a study calls to make a model."""
    return ToyModel(toy, seed, replication)


def simulate(models: Sequence[ToyModel], seed: int, replication: int, reduce: Callable[[int, float], None]) -> None:
    """What a study calls to run models that share their beginning."""
    for index, model in enumerate(models):
        child = os.fork() if model.toy.forks else 0
        if child:
            os.waitpid(child, 0)
            continue
        _finish(model, replication)
        reduce(index, model.toy.value + seed + replication / 8)
        if model.toy.forks:
            os._exit(0)


def reduce(result: float, toy: Toy, *, seed: int, replication: int) -> pd.DataFrame:
    """What a study calls to boil a run down to a table."""
    values = [result, result / 2 + toy.value / 3, seed + replication]
    return pd.DataFrame({"measure": ["total", "half", "stream"], "value": values})


def plan_of(*toys: Toy, replications: int = 2, seed: int = 1, model_version: str = "1", family: str = "one") -> Plan:
    """A plan of toy scenarios named toy-0, toy-1 and so on."""
    specs = tuple(
        ScenarioSpec(f"toy-{index}", canonical_json({"value": toy.value}), family, toy)
        for index, toy in enumerate(toys)
    )
    return Plan(TOYS, specs, seed, replications, model_version)


def journal_lines(journal: str | Path) -> list[str]:
    """The runs that were simulated, in order."""
    path = Path(journal)
    return path.read_text().splitlines() if path.exists() else []


def _finish(model: ToyModel, replication: int) -> None:
    toy = model.toy
    if toy.breaks:
        raise ValueError("the toy broke")
    time.sleep(toy.seconds)
    if toy.journal:
        _write_line(toy.journal, f"{toy.value} {replication}")
        if len(journal_lines(toy.journal)) <= toy.dies:
            os.kill(os.getpid(), signal.SIGKILL)


def _write_line(journal: str, line: str) -> None:
    with Path(journal).open("a") as file:
        file.write(line + "\n")


def listens_to_ctrl_c() -> None:
    """What a new process does first: programs that a shell runs in the background are told to ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
