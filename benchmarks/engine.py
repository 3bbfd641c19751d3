"""How fast the engines are, and how much memory they take: the whole table in one run.

Figures are processor time on one core, medians over processes of their own, in turns, because other programs slow each
other down and move clock time more. Building the model is left out, and so are making the people and the first month
unless a line says otherwise.
Run: python -m benchmarks.engine [quick]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date

from benchmarks import plain_simpy
from benchmarks.measuring import MEGABYTE, alone, alternated, average_place, median, most_memory, spent
from outputs.measures import reduce
from scenarios.build_model import build
from scenarios.resolved import Resolved
from simulation.calendar import SECONDS_PER_YEAR
from simulation.compiled.records import KEPT_ROW
from simulation.nobody import run_network
from simulation.run import Run

START, END = date(2016, 4, 1), date(2017, 5, 1)
YEAR_END = date(2017, 4, 1)
SETTLING_MONTHS = 1
"""Months at the start that are not timed where a line is about a running place: wards are still empty."""
SMALL, USUAL, LARGE = 25_000, 250_000, 2_500_000
SIMPY_PEOPLE, PLAIN_PEOPLE = 25_000, 100_000
WARM_UP_PEOPLE = 1000
ROUNDS = 3
DAYS = 365.0
LIMIT = 2_038_000
"""Person-years a second of a hand-written C kernel on the workload of `plain_simpy`, quoted from a scouting study."""
FIRST_USE = "from benchmarks.engine import first_use; print(first_use())"


@dataclass(frozen=True)
class Measured:
    """One run of one place. Seconds are of processor time."""

    person_years: float
    people: int
    making: float
    """Building the people and their first months."""
    first_month: float
    month: float
    """What the people do of themselves, after the settling months."""
    flow: float
    """The rest of the months after the settling ones."""
    result: float
    reducing: float
    memory: int
    """Bytes beyond what the process had after a small run, before the result."""
    rows: int
    """Bytes of them that hold stays, which a run keeps until its result."""
    events: int

    @property
    def running(self) -> float:
        """Seconds a person-year of months and flow."""
        return (self.month + self.flow) / self.person_years

    @property
    def in_all(self) -> float:
        """The same with the result and its measures, which are of all months."""
        return self.running + (self.result + self.reducing) / self.whole_years

    @property
    def whole_years(self) -> float:
        """Person-years with the settling months."""
        return self.person_years * 13.0 / 12.0


def started(engine: str, people: int, replication: int, end: date = END) -> tuple[Run, Resolved]:
    """A run of an average place after its settling months."""
    resolved = average_place(people, START, end)
    model = build(resolved, seed=1, replication=replication)
    run = Run(model, model.teams, 1, replication, engine)
    run.run_until(SETTLING_MONTHS)
    return run, resolved


def measure(engine: str, people: int, replication: int) -> Measured:
    """Time a run of a year after its settling months in this process."""
    small, resolved = started(engine, WARM_UP_PEOPLE, 0)
    small.run_until(2)
    reduce(small.result(), resolved)
    before = most_memory()
    resolved = average_place(people, START, END)
    model = build(resolved, seed=1, replication=replication)
    began = time.process_time()
    run = Run(model, model.teams, 1, replication, engine)
    making = time.process_time() - began
    first_month = spent(lambda: run.run_until(SETTLING_MONTHS))
    timed = _timed_months(run)
    events = run.engine.timed_events
    running = spent(lambda: run.run_until(model.calendar.months))
    events = run.engine.timed_events - events
    memory = most_memory() - before
    began = time.process_time()
    result = run.result()
    writing = time.process_time() - began
    reducing = spent(lambda: reduce(result, resolved))
    years = float(result.person_seconds[SETTLING_MONTHS:].sum()) / SECONDS_PER_YEAR
    return Measured(
        years, run.population.size, making, first_month, timed[0], running - timed[0], writing, reducing, memory,
        len(result.stays) * KEPT_ROW.itemsize, events,
    )  # fmt: skip


def _timed_months(run: Run) -> list[float]:
    """A number that grows by what each further month of the people takes."""
    total = [0.0]
    begin_month = run.population.begin_month

    def timed(month: int) -> object:
        began = time.process_time()
        events = begin_month(month)
        total[0] += time.process_time() - began
        return events

    run.population.begin_month = timed  # type: ignore[method-assign, assignment]
    return total


@dataclass(frozen=True)
class _Measuring:
    engine: str
    people: int

    def __call__(self, replication: int) -> Measured:
        return measure(self.engine, self.people, replication)


def year_of(people: int) -> tuple[float, float, int, int]:
    """Seconds of a year, people made and model built; the same with the result; most memory before it and after."""
    started("compiled", WARM_UP_PEOPLE, 0)
    resolved = average_place(people, START, YEAR_END)
    began = time.process_time()
    model = build(resolved, seed=1, replication=0)
    run = Run(model, model.teams, 1, 0)
    run.run_until(model.calendar.months)
    ran, memory = time.process_time() - began, most_memory()
    run.result()
    return ran, time.process_time() - began, memory, most_memory()


def plain(replication: int) -> tuple[float, int]:
    """Seconds of a SimPy process for each person, and events."""
    place = plain_simpy.PlainPlace(PLAIN_PEOPLE, replication)
    return spent(lambda: place.run(DAYS)), place.counted.events


def as_network(replication: int) -> tuple[float, int]:
    """Seconds of the same place as a network, rows in order included, and events."""
    small = plain_simpy.network_of(WARM_UP_PEOPLE)
    run_network(small.network, small.calendar, 1, 0)
    file = plain_simpy.network_of(PLAIN_PEOPLE)
    began = time.process_time()
    _, tables = run_network(file.network, file.calendar, 1, replication)
    return time.process_time() - began, tables.timed_events


def first_use() -> float:
    """Seconds that a small place and its first month take the first time in this process, imports left out."""
    model = build(average_place(WARM_UP_PEOPLE, START, YEAR_END), seed=1, replication=0)
    return spent(lambda: Run(model, model.teams, 1, 0).run_until(SETTLING_MONTHS))


def first_uses() -> tuple[float, float]:
    """The same in new processes: with nothing kept from before, and with the compiled code of the first."""
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {**os.environ, "NUMBA_CACHE_DIR": folder}
        return _first_use(surroundings), _first_use(surroundings)


def _first_use(surroundings: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_USE], env=surroundings, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def speed_lines(runs: list[Measured], simpy: list[Measured]) -> list[str]:
    """Speed at the usual size, and where the time goes."""
    speed, whole = 1.0 / median([run.running for run in runs]), 1.0 / median([run.in_all for run in runs])
    reference = 1.0 / median([run.running for run in simpy])
    stages = {
        "month": median([run.month / run.person_years for run in runs]),
        "flow": median([run.flow / run.person_years for run in runs]),
        "rows in order and the rest of the result": median([run.result / run.whole_years for run in runs]),
        "measures": median([run.reducing / run.whole_years for run in runs]),
        "making a person": median([run.making / run.people for run in runs]),
    }
    return [
        f"Person-years per CPU-second, full care model, {USUAL:,} people: {speed:,.0f} (target 300,000; goal 400,000)",
        f"  with the result and its measures: {whole:,.0f}",
        f"  microseconds a person-year: {', '.join(f'{name} {value * 1e6:.2f}' for name, value in stages.items())}",
        f"  timed events a person-year: {median([run.events / run.person_years for run in runs]):.1f}",
        f"  share of the limit (C by hand, a smaller workload, quoted: {LIMIT:,}): {speed / LIMIT:.0%}",
        f"Against the SimPy engine ({reference:,.0f} at {SIMPY_PEOPLE:,} people): {speed / reference:,.0f} times",
        f"Memory a person: {median([(run.memory - run.rows) / run.people for run in runs]):.0f} bytes (target 120), "
        f"and {median([run.rows / run.people for run in runs]):.0f} for the stays of 13 months",
    ]


def main() -> None:
    """Print the table; `quick` measures once and leaves out the large place."""
    quick = sys.argv[1:] == ["quick"]
    rounds = 1 if quick else ROUNDS
    alone(measure, "compiled", WARM_UP_PEOPLE, 0)
    usual, small, simpy = alternated(
        [_Measuring("compiled", USUAL), _Measuring("compiled", SMALL), _Measuring("simpy", SIMPY_PEOPLE)], rounds
    )
    print("\n".join(speed_lines(usual, simpy)), flush=True)
    by_plain, by_network = alternated([plain, as_network], rounds)
    ours, theirs = (median([seconds for seconds, _ in runs]) for runs in (by_network, by_plain))
    print(
        f"Against a plain SimPy process a person, {PLAIN_PEOPLE:,} people, a year (ours as a network with streams, "
        f"rows included): {theirs:.2f} s / {ours:.2f} s = {theirs / ours:.0f} times (target 100); "
        f"{by_plain[0][1]:,} and {by_network[0][1]:,} events",
        flush=True,
    )
    cold, warm = first_uses()
    print(f"First use in a new process: {cold:.1f} s (target 20); with compiled code kept: {warm:.1f} s (target 1)")
    if quick:
        return
    ran, whole, memory, most = alone(year_of, LARGE)
    print(
        f"{LARGE:,} people, a year: {ran:.1f} CPU-seconds, {memory / MEGABYTE:.0f} MB (targets 15 and 700); "
        f"with the result in order {whole:.1f} and {most / MEGABYTE:.0f} MB",
        flush=True,
    )
    growth = alone(measure, "compiled", LARGE, 0).running / median([run.running for run in small])
    print(f"Cost of a person-year from {SMALL:,} to {LARGE:,} people: {growth:.1f} times (target at most 2.5)")
    print("Quoted, not run here: Ciw 2,400 and salabim 800 person-years a second on reduced networks")


if __name__ == "__main__":
    main()
