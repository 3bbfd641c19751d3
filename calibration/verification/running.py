"""Runs the cases, here or in several processes, and judges them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed

import numpy as np
from numpy.typing import NDArray

from calibration.verification.cases import Case, Trial, Trials
from calibration.verification.judging import Verdict, judge
from calibration.verification.pack import case_of
from outputs.network_measures import measure_run
from scenarios.network_file import NetworkFile, parse_network_file
from simulation.engines import DEFAULT_ENGINE
from simulation.nobody import run_network
from simulation.studies.executor import local_executor

SEED = 20
MOST_PARTS = 8
"""Parts into which the runs of a case are split."""

Floats = NDArray[np.float64]
Task = tuple[str, int, int]
"""Id of a case, its first run and the one after its last."""
OnCase = Callable[[int, int], None]


def verify(
    cases: Sequence[Case],
    *,
    quick: bool = False,
    engine: str = DEFAULT_ENGINE,
    jobs: int = 1,
    seed: int = SEED,
    on_case: OnCase | None = None,
) -> list[Verdict]:
    """Run cases and judge each of their numbers, in order.

    Args:
        quick: fewer runs, the same rule.
        engine: what runs the networks; all engines give the same rows.
        jobs: processes at once; verdicts do not depend on it.
        seed: from which all draws follow.
        on_case: called with parts done and parts in all.
    """
    counts = {case.id: case.quick_runs if quick else case.runs for case in cases}
    tasks = [task for case in cases for task in _tasks(case.id, counts[case.id])]
    rows: dict[Task, list[Floats]] = {}
    for task, found in _estimated(tasks, engine, seed, jobs):
        rows[task] = found
        if on_case is not None:
            on_case(len(rows), len(tasks))
    verdicts = []
    for case in cases:
        parts = [rows[task] for task in tasks if task[0] == case.id]
        for position, check in enumerate(case.checks):
            verdicts.append(judge(case, check, np.concatenate([part[position] for part in parts]), quick))
    return verdicts


def estimates(case_id: str, first: int, last: int, engine: str, seed: int) -> list[Floats]:
    """For each check of a case, (runs, 1 + controls) estimates of some runs."""
    case = case_of(case_id)
    files = {name: parse_network_file(text, f"{name or 'network'}.yaml") for name, text in case.networks.items()}
    found: list[list[list[float]]] = [[] for _ in case.checks]
    for replication in range(first, last):
        runs = {name: trial_of(file, seed, replication, engine) for name, file in files.items()}
        trials = Trials(seed, replication, runs)
        for rows, check in zip(found, case.checks, strict=True):
            rows.append([check.estimate(trials), *(control.estimate(trials) for control in check.controls)])
    return [np.array(rows, np.float64) for rows in found]


def trial_of(file: NetworkFile, seed: int, replication: int, engine: str) -> Trial:
    """One run of one network."""
    stays = run_network(file.network, file.calendar, seed, replication, engine)[0]
    return Trial(stays, file, measure_run(stays, file))


def _tasks(case_id: str, runs: int) -> list[Task]:
    size = -(-runs // MOST_PARTS)
    return [(case_id, first, min(first + size, runs)) for first in range(0, runs, size)]


def _estimated(tasks: Sequence[Task], engine: str, seed: int, jobs: int) -> Iterator[tuple[Task, list[Floats]]]:
    if jobs == 1:
        for task in tasks:
            yield task, estimates(*task, engine, seed)
        return
    with local_executor(jobs) as pool:
        waiting = {pool.submit(estimates, *task, engine, seed): task for task in tasks}
        for done in as_completed(waiting):
            yield waiting[done], done.result()
