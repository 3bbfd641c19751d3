"""The driver: have every run of a plan in the store, computing only what is missing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, BrokenExecutor, Executor, wait
from contextlib import AbstractContextManager
from dataclasses import dataclass

import pandas as pd

from simulation.studies.executor import local_executor
from simulation.studies.plan import Plan, Task
from simulation.studies.store import Store
from simulation.studies.worker import run_task

RETRIES = 2
"""How often work that was lost with its workers is handed out again."""
POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Progress:
    """How far a study is."""

    done: int
    """Runs in the store."""
    total: int
    """Runs of the plan."""


class RunsLost(Exception):
    """Workers kept dying; some runs could not be had."""

    def __init__(self, missing: int, total: int) -> None:
        super().__init__(missing, total)
        self.missing = missing
        self.total = total

    def __str__(self) -> str:
        return f"{self.missing} of {self.total} runs are missing: their workers were ended from outside, three times"


OpenExecutor = Callable[[int], AbstractContextManager[Executor]]


def replicate(
    plan: Plan,
    store: Store,
    *,
    jobs: int,
    on_progress: Callable[[Progress], None] | None = None,
    open_executor: OpenExecutor = local_executor,
) -> None:
    """Simulate what the store lacks of a plan. Results do not depend on `jobs`.

    Args:
        plan: the study.
        store: where finished runs are and will be; they stay there whatever happens here.
        jobs: workers at once.
        on_progress: called about four times a second.
        open_executor: workers elsewhere than on this machine; they must share the store's folder.

    Raises:
        RunFailed: a run stopped with an error.
        RunsLost: workers died three times over.
        KeyboardInterrupt: the user stopped it; workers are gone within a second or two.
    """
    store.clear_abandoned()
    keys = [key for _, _, key in plan.runs()]
    for _ in range(1 + RETRIES):
        missing = store.missing(keys)
        tasks = plan.tasks(missing)
        if not tasks:
            return

        def report(before: int = len(keys) - len(missing), wanted: frozenset[str] = frozenset(missing)) -> None:
            if on_progress is not None:
                on_progress(Progress(before + len(wanted & store.keys()), len(keys)))

        report()
        try:
            with open_executor(min(jobs, len(tasks))) as executor:
                _work_off(executor, tasks, store, report)
        except BrokenExecutor:
            continue
    missing = store.missing(keys)
    if missing:
        raise RunsLost(len(missing), len(keys))


def collect(plan: Plan, store: Store) -> pd.DataFrame:
    """The tables of all runs as one, with columns `scenario` and `run` (from 1) in front.

    Raises:
        LookupError: when a run is not in the store; `replicate` puts it there.
    """
    tables = []
    for spec, replication, key in plan.runs():
        table = store.read(key)
        if table is None:
            raise LookupError(f"run {replication} of {spec.name} is not in {store.folder}")
        table.insert(0, "scenario", spec.name)
        table.insert(1, "run", replication)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _work_off(executor: Executor, tasks: list[Task], store: Store, report: Callable[[], None]) -> None:
    """Hand out all tasks and wait for them, stopping at the first that fails."""
    pending = {executor.submit(run_task, task, store.folder) for task in tasks}
    while pending:
        done, pending = wait(pending, timeout=POLL_SECONDS, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        report()
