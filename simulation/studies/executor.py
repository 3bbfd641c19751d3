"""Workers on this machine, behind the one interface that a cluster offers too: `concurrent.futures.Executor`."""

from __future__ import annotations

import multiprocessing
import os
import sys
import types
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from simulation.studies.worker import end_worker, start_worker

P = ParamSpec("P")
T = TypeVar("T")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
"""A worker is one process on one core: libraries must not start threads beside it."""
MOST_WORKERS = 60
"""Windows cannot wait for more processes than this."""


def cores() -> int:
    """How many cores this process may use."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(available, MOST_WORKERS)


@contextmanager
def local_executor(jobs: int) -> Iterator[Executor]:
    """A pool of `jobs` spawned processes. Leaving with an error (Ctrl-C is one) ends them at once."""
    others = set(multiprocessing.active_children())
    pool = _Pool(jobs, multiprocessing.get_context("spawn"), start_worker)
    try:
        yield pool
    except BaseException:
        for worker in set(multiprocessing.active_children()) - others:
            end_worker(worker)
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown(wait=True)


class _Pool(ProcessPoolExecutor):
    """A process pool that prepares the surroundings of its workers, which it starts as tasks come in."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with _environment(ONE_THREAD), _without_main_module():
            return super().submit(fn, *args, **kwargs)


@contextmanager
def _without_main_module() -> Iterator[None]:
    """Spare new workers the caller's script, which then needs no `if __name__ == "__main__"` guard."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
