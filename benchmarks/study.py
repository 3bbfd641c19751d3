"""What running many simulations costs on top of the simulations themselves.

    python -m benchmarks.study --runs 10000 --seconds 0.1

1. Short runs on this machine's workers: time by the clock, and processor time of driver and workers together, against
   the same work shared out without any study; and the most memory that the driver ever had.
2. The same on one and on two dask worker processes: equal bytes, and how much quicker two are.

A run is processor time and nothing else, so every figure is about the machinery. What it writes is the table of a small
place, about 80 kB. On a busy machine only processor time means anything; with --idle runs wait instead, which shows how
well work is handed out.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.busy_work import Work, simulate_some
from benchmarks.measuring import MEGABYTE, most_memory
from simulation.studies import Plan, Recipe, ScenarioSpec, Store, canonical_json, replicate
from simulation.studies.cluster import LOCAL, cluster_workers
from simulation.studies.executor import OpenWorkers, Workers, local_executor, local_workers

STEPS = Recipe(*(f"benchmarks.busy_work:{name}" for name in ("build", "simulate", "reduce", "headline")))


@dataclass(frozen=True)
class Spent:
    """What some work took.

    Attributes:
        wall: seconds by the clock, once workers are ready.
        processor: seconds of the process and its workers, with starting them.
        memory: most bytes that the process had.
    """

    wall: float
    processor: float
    memory: float


def plan_of(runs: int, work: Work) -> Plan:
    """A study of so many runs."""
    return Plan(STEPS, (ScenarioSpec("work", canonical_json(work), "one", work),), 1, runs, "1")


def study(runs: int, work: Work, jobs: int, folder: Path, cluster: bool) -> Spent:
    """What a study takes."""
    store = Store(folder)
    opened = partial(cluster_workers, address=LOCAL, folder=folder) if cluster else local_workers
    wall: list[float] = []
    replicate(plan_of(runs, work), store, jobs=jobs, open_workers=_timed(opened, jobs, wall))
    return Spent(wall[0], _processor_seconds(), most_memory())


def shared_out(runs: int, work: Work, jobs: int) -> Spent:
    """What the same work takes, tables made and thrown away, in as many processes and nothing else."""
    with local_executor(jobs) as pool:
        list(pool.map(simulate_some, [1] * 2 * jobs, [Work(0.3)] * 2 * jobs))
        began = time.perf_counter()
        list(pool.map(simulate_some, [runs // jobs] * jobs, [work] * jobs))
        wall = time.perf_counter() - began
    return Spent(wall, _processor_seconds(), most_memory())


def _processor_seconds() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _timed(opened: OpenWorkers, jobs: int, wall: list[float]) -> OpenWorkers:
    """Workers that have imported everything, and the time from then on until they are sent home."""

    @contextmanager
    def workers(wanted: int) -> Iterator[Workers]:
        with opened(wanted) as found:
            list(found.executor.map(simulate_some, [1] * 2 * jobs, [Work(0.3)] * 2 * jobs))
            began = time.perf_counter()
            yield found
            wall.append(time.perf_counter() - began)

    return workers


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=0.1)
    parser.add_argument("--cluster-runs", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--idle", action="store_true")
    options = parser.parse_args()
    top = Path(tempfile.mkdtemp())
    try:
        _short_runs(options, top)
        _cluster(options, top)
    finally:
        shutil.rmtree(top)


def _short_runs(options: argparse.Namespace, top: Path) -> None:
    work = Work(options.seconds, options.idle)
    found = []
    for number in range(options.rounds):
        folder = top / f"short-{number}"
        plain = in_its_own_process(shared_out, options.runs, work, options.jobs)
        spent = in_its_own_process(study, options.runs, work, options.jobs, folder, False)
        found.append((spent.wall / plain.wall - 1.0, spent.processor / plain.processor - 1.0, spent.memory))
        print(f"{options.runs:,} runs of {options.seconds:g} s, {options.jobs} workers")
        print(f"  shared out: {plain.wall:.1f} s, {plain.processor:.1f} processor-s")
        print(f"  as a study: {spent.wall:.1f} s, {spent.processor:.1f} processor-s")
        size = sum(path.stat().st_size for path in folder.iterdir())
        began = time.perf_counter()
        Store(folder).missing([key for _, _, key in plan_of(options.runs, work).runs()])
        print(f"  {size / MEGABYTE:,.0f} MB; seeing that all are whole: {time.perf_counter() - began:.1f} s")
    wall, processor, memory = (statistics.median(each) for each in zip(*found, strict=True))
    print(f"added: {wall:+.1%} by the clock (5 % allowed), {processor:+.1%} of processor time; "
          f"driver {memory / MEGABYTE:.0f} MB (400 allowed)")  # fmt: skip


def _cluster(options: argparse.Namespace, top: Path) -> None:
    work = Work(options.seconds, options.idle)
    rates, contents = [], []
    for workers in (1, 2):
        folder = top / f"dask-{workers}"
        spent = in_its_own_process(study, options.cluster_runs, work, workers, folder, True)
        rates.append(options.cluster_runs / spent.wall)
        contents.append({path.name: path.read_bytes() for path in folder.iterdir()})
    same = "the same bytes" if contents[0] == contents[1] else "OTHER BYTES"
    print(f"dask, {options.cluster_runs} runs of {options.seconds:g} s: {rates[0]:.2f} runs a second with one worker "
          f"process, {rates[1]:.2f} with two: {rates[1] / rates[0]:.2f} times (1.8 wanted); {same}")  # fmt: skip


def in_its_own_process(function: Callable[..., Spent], *arguments: object) -> Spent:
    """What a function gives in a new process, which may have children of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


if __name__ == "__main__":
    main()
