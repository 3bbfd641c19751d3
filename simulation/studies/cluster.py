"""Workers on other machines, through a dask scheduler; needs the extra `cluster`.

All machines must see the store's folder and have the same caresim. Both are looked at by each worker before its first
run, also by those that join later.
"""

from __future__ import annotations

import logging
import platform
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from simulation.studies.executor import Workers
from simulation.studies.plan import Batch
from simulation.studies.store import Unusable
from simulation.studies.surroundings import surroundings_of_workers
from simulation.studies.worker import Outcome, named, run_batch

LOCAL = "local"
"""Stands for a scheduler and workers that are started here, for this study only."""
ANSWER_SECONDS = 15
WORKERS_SECONDS = 120
COUNT_EVERY_SECONDS = 2.0
CLOSING_SECONDS = 1.0
SIGN = ".shared-"


class ClusterUnusable(Unusable):
    """A cluster that cannot do the work; the text says why and what to do."""


@contextmanager
def cluster_workers(
    jobs: int, *, address: str, folder: Path, prepare: str = "", version: str = ""
) -> Iterator[Workers]:
    """Workers of a dask cluster.

    Args:
        jobs: how many to start, when they are started here.
        address: of a running scheduler ("tcp://host:8786"), its scheduler file (.json), or "local".
        folder: of the store.
        prepare: importable name of a function that a worker calls with `version` before its first run.
        version: of the model here.

    Raises:
        ClusterUnusable: when dask is not installed, nobody answers, or there are no workers that fit.
        StoreUnusable: when the folder cannot be written to.
    """
    distributed = _distributed()
    folder.mkdir(parents=True, exist_ok=True)
    sign = folder / f"{SIGN}{secrets.token_hex(4)}"
    sign.touch()
    cluster = client = None
    try:
        cluster = _started_here(distributed, jobs) if address == LOCAL else None
        client = _client(distributed, cluster or address)
        _check_threads(client, address)
        run = partial(run_elsewhere, sign=str(sign.resolve()), prepare=prepare, version=version)
        yield Workers(client.get_executor(pure=False), _Count(client), run)
    finally:
        for each in (client, cluster):
            if each is not None:
                with suppress(Exception):
                    each.close(timeout=CLOSING_SECONDS)
        with suppress(OSError):
            sign.unlink(missing_ok=True)


def run_elsewhere(batch: Batch, folder: Path, *, sign: str, prepare: str, version: str) -> Outcome:
    """`run_batch` on a machine that may be another's.

    Raises:
        ClusterUnusable: when this machine does not see the folder, or has another version of the model.
        StoreUnusable: as `run_batch`.
    """
    if not Path(sign).exists():
        raise ClusterUnusable(
            f"a worker on {platform.node()} does not see {folder}: put results on a disk that all machines share, "
            "with --out, or use --shard and caresim gather"
        )
    if prepare:
        _prepared(prepare, version)
    return run_batch(batch, folder)


@cache
def _prepared(prepare: str, version: str) -> None:
    found = named(prepare)()
    if found != version:
        raise ClusterUnusable(
            f"a worker on {platform.node()} has another version of the model ({found}; here it is {version}): "
            "install the same caresim on all machines"
        )


class _Count:
    """How many workers a cluster has now, asked every few seconds."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - dask has no types
        self.client = client
        self.asked = -COUNT_EVERY_SECONDS
        self.workers = 1

    def __call__(self) -> int:
        if time.monotonic() - self.asked > COUNT_EVERY_SECONDS:
            self.workers = len(self.client.nthreads())
            self.asked = time.monotonic()
        return self.workers


def _distributed() -> Any:  # noqa: ANN401 - dask has no types
    try:
        import distributed
    except ImportError:
        text = "dask is not installed here. Install it with: pip install 'caresim[cluster]'"
        raise ClusterUnusable(text) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    return distributed


def _started_here(distributed: Any, jobs: int) -> Any:  # noqa: ANN401
    import dask

    dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with surroundings_of_workers():
        return distributed.LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )


def _client(distributed: Any, address: Any) -> Any:  # noqa: ANN401
    try:
        if isinstance(address, str) and address.endswith(".json"):
            client = distributed.Client(scheduler_file=address, timeout=ANSWER_SECONDS)
        else:
            client = distributed.Client(address, timeout=ANSWER_SECONDS)
    except (OSError, TimeoutError, ValueError) as error:
        text = f"no dask scheduler answers at {address} ({error}). Start one with: dask scheduler"
        raise ClusterUnusable(text) from None
    try:
        client.wait_for_workers(1, timeout=WORKERS_SECONDS)
    except TimeoutError:
        client.close()
        text = f"the scheduler at {address} has no workers. Start some with: dask worker {address} --nthreads 1"
        raise ClusterUnusable(text) from None
    return client


def _check_threads(client: Any, address: str) -> None:  # noqa: ANN401
    threads: Callable[[], dict[str, int]] = client.nthreads
    wrong = [worker for worker, count in threads().items() if count != 1]
    if wrong:
        raise ClusterUnusable(
            f"{len(wrong)} workers of {address} have several threads, and a run needs a process of its own: start "
            "them with --nthreads 1 and as many --nworkers as cores"
        )
