"""England's 55.6 million people for a year, as places of 250,000, over all cores.

Prints time, memory and national sums beside the published totals (`baseline_targets.csv`, 2016/17). Each place is run
and made small in a worker, one after another, so that memory does not grow with their number; all are average places
with people and chance of their own and the same assumptions. A month of start-up comes before the year.
Run: python -m benchmarks.england [places]
"""

from __future__ import annotations

import csv
import math
import os
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measuring import MEGABYTE, average_place, most_memory
from outputs.measures import reduce
from scenarios.build_model import build
from scenarios.resolved import Resolved
from simulation.calendar import SECONDS_PER_YEAR
from simulation.model import Model
from simulation.run import Run
from simulation.studies.executor import cores

ENGLAND = 55_600_000
PEOPLE = 250_000
START_UP, START, END = date(2016, 3, 1), date(2016, 4, 1), date(2017, 4, 1)
SEED = 1
TARGETS = Path(__file__).with_name("baseline_targets.csv")
SUMMED = (
    "ae_attendances_per_1000",
    "ae_type1_attendances_per_1000",
    "emergency_admissions_per_1000",
    "emergency_bed_days_per_1000",
)
MINUTES = 60.0


@dataclass(frozen=True)
class PlaceRun:
    """One place's year."""

    people: float
    """Residents, on average over the year."""
    counts: dict[str, float]
    """By measure of `SUMMED`."""
    cpu_seconds: float
    memory: int
    """Most bytes that its worker has had so far."""
    worker_cpu_seconds: float
    """Processor time of its worker since it began, with importing and building."""
    worker: int


@cache
def place() -> tuple[Resolved, Model]:
    """The place, and its model, which a worker builds once."""
    resolved = average_place(PEOPLE, START, END)
    resolved = replace(resolved, window=replace(resolved.window, burn_in_start=START_UP))
    return resolved, build(resolved, seed=SEED, replication=0)


def run_place(number: int) -> PlaceRun:
    """Run a place and make it small."""
    resolved, model = place()
    began = time.process_time()
    run = Run(model, model.teams, SEED, number)
    run.run_until(model.calendar.months)
    result = run.result()
    table = reduce(result, resolved)
    rates = table[table["stratum"] == "all"].set_index("measure")["value"]
    people = float(result.person_seconds[1:].sum()) / SECONDS_PER_YEAR
    counts = {name: float(rates[name]) * people / 1000.0 for name in SUMMED}
    spent = time.process_time() - began
    return PlaceRun(people, counts, spent, most_memory(), time.process_time(), os.getpid())


def published() -> dict[str, tuple[float, float]]:
    """Published rates per 1,000 people by measure, and the half width within which the model is held to them."""
    with TARGETS.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["measure"] in SUMMED and row["stratum"] == "all"]
    return {row["measure"]: (float(row["target"]), float(row["high"]) - float(row["target"])) for row in rows}


def report(runs: Sequence[PlaceRun], wall: float, jobs: int) -> list[str]:
    """What was found, a line each."""
    people = sum(run.people for run in runs)
    last = {run.worker: run for run in sorted(runs, key=lambda run: run.worker_cpu_seconds)}
    cpu = sum(run.worker_cpu_seconds for run in last.values())
    memory = max(run.memory for run in runs)
    lines = [
        f"{len(runs)} places, {people:,.0f} people for a year and a month before it, {jobs} workers",
        f"{wall / MINUTES:.1f} minutes by the clock, {cpu:.0f} CPU-seconds in workers, "
        f"{statistics.median(run.cpu_seconds for run in runs):.2f} for the median place with its result and measures",
        f"at most {memory / MEGABYTE:.0f} MB a worker, {jobs * memory / MEGABYTE:.0f} MB in all workers",
        f"{'a year':>32} {'sum':>14} {'published':>14} {'difference':>11} {'allowed':>9} {'by chance':>9}",
    ]
    for name, (rate, allowed) in published().items():
        counts = [run.counts[name] for run in runs]
        total, expected = sum(counts), rate * people / 1000.0
        chance = statistics.stdev(counts) * math.sqrt(len(counts)) / expected if len(counts) > 1 else math.nan
        lines.append(
            f"{name.removesuffix('_per_1000'):>32} {total:14,.0f} {expected:14,.0f} {total / expected - 1.0:11.1%} "
            f"{allowed / rate:9.1%} {chance:9.2%}"
        )
    return lines


def main() -> None:
    """Run all places and print what was found; `by chance` is one standard error of the sum."""
    places = int(sys.argv[1]) if len(sys.argv) > 1 else round(ENGLAND / PEOPLE)
    jobs, began = min(cores(), places), time.perf_counter()
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        runs = [task.result() for task in as_completed([pool.submit(run_place, each) for each in range(places)])]
    print("\n".join(report(runs, time.perf_counter() - began, jobs)))


if __name__ == "__main__":
    main()
