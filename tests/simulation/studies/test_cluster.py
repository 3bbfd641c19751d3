"""A dask cluster of separate processes does a study as this machine would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from simulation.studies import Patience, RunsLost, Store, replicate
from simulation.studies.cluster import ClusterUnusable, cluster_workers
from simulation.studies.executor import OpenWorkers
from tests.simulation.studies.test_replicate import bytes_of
from tests.simulation.studies.toys import Toy, forked_workers, journal_lines, plan_of

PROJECT = Path(__file__).parents[3]
MODEL = "tests.simulation.studies.test_cluster:model_of_these_tests"


def model_of_these_tests() -> str:
    """What a worker is asked for before its first run."""
    return "1"


def start(*words: str) -> subprocess.Popen[bytes]:
    """A part of dask, as somebody would start it, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", *words], cwd=PROJECT, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The scheduler file of a scheduler with two worker processes, each under a nanny."""
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    here = ("--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1")
    parts = [start("distributed.cli.dask_scheduler", *here, "--port", "0")]
    deadline = time.monotonic() + 60.0
    while not file.exists() or not file.read_text().strip():
        assert time.monotonic() < deadline, "the scheduler did not start"
        time.sleep(0.1)
    workers = ("--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder), "--no-dashboard")
    parts.append(start("distributed.cli.dask_worker", "--scheduler-file", str(file), *workers))
    yield str(file)
    for part in parts:
        os.killpg(part.pid, signal.SIGTERM)
        part.wait(30.0)


def on(scheduler: str, store: Store, version: str = "1") -> OpenWorkers:
    """Workers of a cluster, for a driver."""
    return partial(cluster_workers, address=scheduler, folder=store.folder, prepare=MODEL, version=version)


def test_a_cluster_gives_the_bytes_of_one_machine(scheduler: str, tmp_path: Path) -> None:
    """Also where runs go on in children of the workers."""
    plan = plan_of(Toy(1.0), Toy(2.0, forks=True), replications=6)
    there, here = Store(tmp_path / "there"), Store(tmp_path / "here")
    replicate(plan, there, jobs=2, open_workers=on(scheduler, there))
    replicate(plan, here, jobs=1, open_workers=forked_workers)
    assert bytes_of(there.folder) == bytes_of(here.folder)


def test_a_worker_of_a_cluster_that_dies_costs_no_run(scheduler: str, tmp_path: Path) -> None:
    """Its run is tried again on another; one that always dies is reported and the rest finished."""
    store, journal = Store(tmp_path / "runs"), str(tmp_path / "journal")
    plan = plan_of(Toy(1.0, journal, dies=1, only=2), replications=4)
    replicate(plan, store, jobs=2, open_workers=on(scheduler, store))
    assert store.missing([key for _, _, key in plan.runs()]) == set()
    assert journal_lines(journal).count("1.0 2") == 2


def test_a_worker_of_a_cluster_that_hangs_is_ended(scheduler: str, tmp_path: Path) -> None:
    """By itself: no driver could reach it."""
    store, journal = Store(tmp_path / "runs"), str(tmp_path / "journal")
    plan = plan_of(Toy(3.0, journal, hangs=1, only=1), replications=2)
    replicate(plan, store, jobs=2, open_workers=on(scheduler, store), patience=Patience(limit_seconds=0.3))
    assert journal_lines(journal).count("3.0 1") == 2


def test_a_mistake_in_a_run_comes_back_from_the_cluster(scheduler: str, tmp_path: Path) -> None:
    """With the line in which it happened."""
    store = Store(tmp_path)
    with pytest.raises(RunsLost, match="ValueError: the toy broke") as caught:
        replicate(plan_of(Toy(1.0, breaks=True)), store, jobs=2, open_workers=on(scheduler, store))
    assert "toys.py" in caught.value.details


def test_a_worker_with_another_model_is_refused(scheduler: str, tmp_path: Path) -> None:
    """Its runs would bear the wrong name."""
    store = Store(tmp_path)
    with pytest.raises(ClusterUnusable, match=r"another version of the model .*install the same caresim"):
        replicate(plan_of(Toy(1.0)), store, jobs=2, open_workers=on(scheduler, store, version="2"))


def test_a_scheduler_that_is_not_there_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do about it."""
    monkeypatch.setattr("simulation.studies.cluster.ANSWER_SECONDS", 1)
    store = Store(tmp_path)
    with pytest.raises(ClusterUnusable, match=r"no dask scheduler answers at tcp://127\.0\.0\.1:9 .*dask scheduler"):
        replicate(plan_of(Toy(1.0)), store, jobs=1, open_workers=on("tcp://127.0.0.1:9", store))
    assert json.dumps(sorted(path.name for path in tmp_path.iterdir())) == "[]"
