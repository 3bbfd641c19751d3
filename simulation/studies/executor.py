"""Where work is done: an executor and how many tasks it can have at once, here or elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulation.studies.local import LocalWorkers
from simulation.studies.plan import Batch
from simulation.studies.worker import Outcome, run_batch

MOST_WORKERS = 60
"""Windows cannot wait for more processes than this."""


@dataclass(frozen=True)
class Workers:
    """An executor and how many tasks it can have at once, which may change while it works."""

    executor: Executor
    count: Callable[[], int]
    run: Callable[[Batch, Path], Outcome] = run_batch
    """What a worker is to do with a batch and the store's folder."""


OpenWorkers = Callable[[int], AbstractContextManager[Workers]]
"""Given how many workers are wanted at most, opens them and sends them home; with an error, at once."""


def cores() -> int:
    """How many cores this process may use."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MOST_WORKERS)


@contextmanager
def local_executor(jobs: int, start_method: str = "spawn") -> Iterator[Executor]:
    """`jobs` processes on this machine. Leaving with an error (Ctrl-C is one) ends them at once."""
    workers = LocalWorkers(jobs, start_method)
    try:
        yield workers
    except BaseException:
        workers.kill()
        raise
    workers.shutdown()


@contextmanager
def local_workers(jobs: int) -> Iterator[Workers]:
    """`local_executor`, as the driver of a study asks for it."""
    with local_executor(jobs) as executor:
        yield Workers(executor, lambda: jobs)
