"""What a worker does: build the models of a task, simulate them together, keep each table as soon as it is there."""

from __future__ import annotations

import faulthandler
import importlib
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simulation.studies.claims import Claim, claim
from simulation.studies.plan import Batch, Task
from simulation.studies.store import TRACE, Store, StoreUnusable, facts, unusable


class RunFailed(Exception):
    """A run stopped with an error of its own."""

    def __init__(self, scenarios: str, replication: int, reason: str, details: str) -> None:
        super().__init__(scenarios, replication, reason, details)
        self.scenarios = scenarios
        """Names of the scenarios that were being run together."""
        self.replication = replication
        self.reason = reason
        """The error in one line."""
        self.details = details
        """The worker's traceback, for the log."""

    def __str__(self) -> str:
        return f"run {self.replication} of {self.scenarios} failed: {self.reason}"


@dataclass(frozen=True)
class Finished:
    """A run that is in the store."""

    key: str
    scenario: str
    replication: int
    headline: dict[str, float] = field(default_factory=dict)
    """What the recipe's `headline` says of it."""


@dataclass(frozen=True)
class Outcome:
    """What became of a batch."""

    finished: tuple[Finished, ...]
    seconds: tuple[float, ...]
    """By the clock for a run, of each task that was simulated."""
    elsewhere: tuple[int, ...]
    """Positions in the batch of tasks of which another process is simulating a run."""
    failed: tuple[tuple[int, RunFailed], ...]
    """Positions of tasks that stopped with an error."""


def run_batch(batch: Batch, folder: Path) -> Outcome:
    """Do the tasks of a batch one after the other and put their tables into the store at `folder`.

    A task that another process is doing is left to it. One that takes longer than its limit ends this process: whoever
    waits for it sees a worker that died, and finds in the store's folder where it hung.

    Raises:
        StoreUnusable: when tables cannot be kept.
    """
    store = Store(folder)
    finished: list[Finished] = []
    seconds: list[float] = []
    failed: list[tuple[int, RunFailed]] = []
    with _claimed(batch.tasks, store) as ours:
        there = store.files()
        for position in ours:
            task, limit = batch.tasks[position], batch.limits_seconds[position]
            missing = {key for key in task.keys if store.whole(there.get(key, ())) is None}
            finished += [read_finished(task, key, store) for key in task.keys if key not in missing]
            rest = task.rest(missing)
            if rest is None:
                continue
            began = time.perf_counter()
            try:
                with _given_up_after(limit, trace_path(folder, task)):
                    finished += _run(rest, store)
            except RunFailed as failure:
                failed.append((position, failure))
            else:
                seconds.append((time.perf_counter() - began) / len(rest.keys))
    elsewhere = tuple(position for position in range(len(batch.tasks)) if position not in ours)
    return Outcome(tuple(finished), tuple(seconds), elsewhere, tuple(failed))


def read_finished(task: Task, key: str, store: Store) -> Finished:
    """A run of a task that is in the store already.

    Raises:
        LookupError: when it is not.
    """
    spec = task.specs[task.keys.index(key)]
    if not task.recipe.headline:
        return Finished(key, spec.name, task.replication)
    table = store.read(key)
    if table is None:
        raise LookupError(f"run {task.replication} of {spec.name} is not in {store.folder}")
    return Finished(key, spec.name, task.replication, named(task.recipe.headline)(table))


def trace_path(folder: Path, task: Task) -> Path:
    """Where a worker that was given up leaves what it was doing."""
    return folder / f".{task.keys[0]}{TRACE}"


def _run(task: Task, store: Store) -> Sequence[Finished]:
    """Build, simulate, reduce and keep.

    Raises:
        RunFailed: when a step fails; tables finished before that are kept.
        StoreUnusable: when a table cannot be kept.
    """
    try:
        return _simulated(task, store)
    except StoreUnusable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must learn which run it was
        names = ", ".join(spec.name for spec in task.specs)
        reason = f"{type(error).__name__}: {error}"
        raise RunFailed(names, task.replication, reason, traceback.format_exc()) from None


def _simulated(task: Task, store: Store) -> Sequence[Finished]:
    recipe = task.recipe
    build, simulate, reduce = named(recipe.build), named(recipe.simulate), named(recipe.reduce)
    headline = named(recipe.headline) if recipe.headline else _nothing
    models = [build(spec.payload, seed=task.seed, replication=task.replication) for spec in task.specs]

    def keep(index: int, result: object) -> Finished:
        spec, key = task.specs[index], task.keys[index]
        table = reduce(result, spec.payload, seed=task.seed, replication=task.replication)
        about = facts(spec.identity, task.model_version, task.seed, task.replication, recipe.reduce)
        store.write(key, table, about)
        return Finished(key, spec.name, task.replication, headline(table))

    found: Sequence[Finished] = simulate(models, task.seed, task.replication, keep)
    return found


def named(name: str) -> Callable[..., Any]:
    """The function that `package.module:function` names."""
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def _nothing(table: object) -> dict[str, float]:
    del table
    return {}


@contextmanager
def _claimed(tasks: Sequence[Task], store: Store) -> Iterator[list[int]]:
    """Positions of tasks that no other process is doing; nobody else begins them before they are done here."""
    claims: list[Claim] = []
    try:
        yield [position for position, task in enumerate(tasks) if _claim_all(task, store, claims)]
    finally:
        for taken in reversed(claims):
            taken.release()


def _claim_all(task: Task, store: Store, claims: list[Claim]) -> bool:
    """Claim every run of a task, or none."""
    own: list[Claim] = []
    for key in task.keys:
        try:
            taken = claim(store.folder, key)
        except OSError as error:
            raise unusable(store.folder, error) from error
        if taken is None:
            for other in own:
                other.release()
            return False
        own.append(taken)
    claims += own
    return True


@contextmanager
def _given_up_after(seconds: float, trace: Path) -> Iterator[None]:
    """End this process when what is inside takes longer, leaving a trace of where it hung.

    The watch is Python's own, in a thread that machine code without end cannot hold up.
    """
    try:
        file = trace.open("w+b")
    except OSError as error:
        raise unusable(trace.parent, error) from error
    with file:
        faulthandler.dump_traceback_later(seconds, exit=True, file=file)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
    with suppress(OSError):
        trace.unlink(missing_ok=True)
