"""England's 55.6 million people for a year, as places of 250,000, over all cores.

Prints time, memory and national sums beside the published totals (`baseline_targets.csv`, 2016/17). Each place is run
and made small in a worker, one after another, so that memory does not grow with their number; all are average places
with people and chance of their own and the same assumptions. A month of start-up comes before the year.

Each finished place is kept in `results/england/`, by version of the model, so that the same command goes on after an
interruption; `fresh` begins anew. Clock time is then the sum over sittings, each up to its last finished place.
Run: python -m benchmarks.england [places] [fresh]
"""

from __future__ import annotations

import csv
import json
import math
import os
import shutil
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.measuring import MEGABYTE, average_place, most_memory
from caresim.options import DEFAULT_ENGINE
from caresim.preparation import make_ready
from caresim.version import model_version
from outputs.measures import reduce
from scenarios.build_model import build
from scenarios.resolved import Resolved
from simulation.calendar import SECONDS_PER_YEAR
from simulation.model import Model
from simulation.run import Run
from simulation.studies.executor import cores
from simulation.studies.whole_files import move_into_place

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
KEPT_IN = Path("results") / "england"
MOST_MINUTES, MOST_MEGABYTES = 5.0, 8000.0
PROGRESS_EVERY = 10.0
"""Seconds between lines of progress."""


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
    sitting: int = 0
    """Which start of this programme it belongs to."""
    jobs: int = 1
    """Workers at that time."""
    clock: float = 0.0
    """Seconds by the clock from that start until the place was finished."""


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


def kept_folder() -> Path:
    """Where finished places of this version of the model are kept; it may not exist yet."""
    return KEPT_IN / model_version()


def kept(folder: Path, places: int) -> dict[int, PlaceRun]:
    """Finished places by number, of the first so many."""
    paths = {number: folder / f"place-{number:03}.json" for number in range(places)}
    return {number: PlaceRun(**json.loads(path.read_text())) for number, path in paths.items() if path.exists()}


def keep(folder: Path, number: int, run: PlaceRun) -> None:
    """Keep a finished place, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".place-{number:03}-{os.getpid()}.part"
    temporary.write_text(json.dumps(asdict(run)))
    move_into_place(temporary, folder / f"place-{number:03}.json")


def run_missing(folder: Path, places: int) -> None:
    """Run the places that are not there yet, over all cores, saying how far it is on standard error."""
    done = kept(folder, places)
    missing = [number for number in range(places) if number not in done]
    if not missing:
        return
    jobs = min(cores(), len(missing))
    sitting = max((run.sitting for run in done.values()), default=-1) + 1
    print(f"{places} places, {len(done)} of them there from before; {jobs} workers", file=sys.stderr, flush=True)
    began = said = time.perf_counter()
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        tasks = {pool.submit(run_place, number): number for number in missing}
        for count, task in enumerate(as_completed(tasks), 1):
            now = time.perf_counter()
            keep(folder, tasks[task], replace(task.result(), sitting=sitting, jobs=jobs, clock=now - began))
            if now - said >= PROGRESS_EVERY or count == len(missing):
                said = now
                left = (now - began) / count * (len(missing) - count) / MINUTES
                print(f"{len(done) + count} of {places} places, {left:.1f} minutes left", file=sys.stderr, flush=True)


def figures(runs: Sequence[PlaceRun], places: int) -> list[Figure]:
    """Rows of the table: time and memory."""
    of_sitting: dict[int, list[PlaceRun]] = {}
    for run in runs:
        of_sitting.setdefault(run.sitting, []).append(run)
    clock = sum(max(run.clock for run in each) for each in of_sitting.values())
    cpu = sum(run.worker_cpu_seconds for run in _last_of_workers(runs))
    memory = max(sum(run.memory for run in _last_of_workers(each)) for each in of_sitting.values())
    people = sum(run.people for run in runs)
    said = f"{len(runs)} places, {people:,.0f} people and a month of start-up; {cpu:,.0f} CPU-seconds"
    if len(of_sitting) > 1:
        said += f"; in {len(of_sitting)} sittings, so workers began more than once"
    whole = "England" if places == round(ENGLAND / PEOPLE) else f"{places} places of England"
    jobs = max(run.jobs for run in runs)
    return [
        Figure(f"{whole}, a year, {jobs} workers, by the clock", clock / MINUTES, "min", at_most=MOST_MINUTES,
               decimals=1, note=said),
        Figure(f"{whole}, most memory of all workers", memory / MEGABYTE, "MB", at_most=MOST_MEGABYTES),
    ]  # fmt: skip


def _last_of_workers(runs: Sequence[PlaceRun]) -> list[PlaceRun]:
    """The last place of each worker, which knows what its worker took in all."""
    in_order = sorted(runs, key=lambda run: run.worker_cpu_seconds)
    return list({(run.sitting, run.worker): run for run in in_order}.values())


def sums(runs: Sequence[PlaceRun]) -> list[str]:
    """National sums beside published totals, a line each; `by chance` is one standard error of the sum."""
    people = sum(run.people for run in runs)
    lines = [
        f"    {statistics.median(run.cpu_seconds for run in runs):.2f} CPU-seconds for the median place, result and "
        "measures included",
        f"{'a year':>32} {'sum':>14} {'published':>14} {'difference':>11} {'allowed':>9} {'by chance':>9}",
    ]
    for name, (rate, allowed) in published().items():
        counts = [run.counts[name] for run in runs]
        total, expected = sum(counts), rate * people / 1000.0
        chance = statistics.stdev(counts) * math.sqrt(len(counts)) / expected if len(counts) > 1 else math.nan
        verdict = "met" if abs(total / expected - 1.0) <= allowed / rate else "MISSED"
        lines.append(
            f"{name.removesuffix('_per_1000'):>32} {total:14,.0f} {expected:14,.0f} {total / expected - 1.0:11.1%} "
            f"{allowed / rate:9.1%} {chance:9.2%}  {verdict}"
        )
    return lines


def main() -> None:
    """Run what is missing of all places and print what was found."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    places = numbers[0] if numbers else round(ENGLAND / PEOPLE)
    folder = kept_folder()
    if "fresh" in sys.argv[1:]:
        shutil.rmtree(folder, ignore_errors=True)
    make_ready(DEFAULT_ENGINE, quiet=False)
    run_missing(folder, places)
    runs = list(kept(folder, places).values())
    print("\n".join([*map(str, figures(runs, places)), *sums(runs)]))


if __name__ == "__main__":
    main()
