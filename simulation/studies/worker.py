"""What a worker does: build the models of a task, simulate them together, keep each table as soon as it is there."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from simulation.studies.plan import Task
from simulation.studies.store import Store


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


def start_worker() -> None:
    """Make a new worker leave Ctrl-C to its parent, and end when the parent does, with whatever it forked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        os.setpgid(0, 0)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()


def end_worker(worker: BaseProcess) -> None:
    """End a worker at once, with whatever it forked."""
    if sys.platform != "win32" and worker.pid is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(worker.pid, signal.SIGTERM)
    worker.terminate()


def run_task(task: Task, folder: Path) -> None:
    """Do a task and put its tables in the store at `folder`.

    Raises:
        RunFailed: when building, simulating or reducing fails; tables finished before that are kept.
    """
    try:
        _run(task, Store(folder))
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent must learn which run it was
        names = ", ".join(spec.name for spec in task.specs)
        reason = f"{type(error).__name__}: {error}"
        raise RunFailed(names, task.replication, reason, traceback.format_exc()) from None


def _run(task: Task, store: Store) -> None:
    build = named(task.recipe.build)
    simulate = named(task.recipe.simulate)
    reduce = named(task.recipe.reduce)
    models = [build(spec.payload, seed=task.seed, replication=task.replication) for spec in task.specs]

    def keep(index: int, result: object) -> None:
        table = reduce(result, task.specs[index].payload, seed=task.seed, replication=task.replication)
        store.write(task.keys[index], table)

    simulate(models, task.seed, task.replication, keep)


def named(name: str) -> Callable[..., Any]:
    """The function that `package.module:function` names."""
    module, _, attribute = name.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return function


def _end_with(parent_has_ended: Callable[[], None]) -> None:
    parent_has_ended()
    if sys.platform != "win32":
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)
