"""How fast the SimPy engine runs the whole care model, and how much memory it takes.

Prints person-years per second of processor time and bytes per person; medians over processes of their own. Making the
people, building the model and compiling are not counted. Run: python -m benchmarks.engine [people ...]
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import time
from dataclasses import dataclass, replace
from datetime import date

from scenarios.build_model import build
from scenarios.england_population import england_population
from scenarios.evidence import load
from scenarios.pools import average_services
from scenarios.resolve import resolve
from scenarios.resolved import Resolved
from simulation.calendar import SECONDS_PER_YEAR
from simulation.run import Run

PEOPLE = (10_000, 25_000, 100_000)
REPEATS = 3
START, END = date(2016, 4, 1), date(2017, 5, 1)
SETTLING_MONTHS = 1
"""Months at the start that are not timed: wards are still empty."""
KILOBYTE = 1024


@dataclass(frozen=True)
class Measured:
    """One run of one place."""

    person_years_per_second: float
    """Of processor time."""
    bytes_per_person: float
    """Most memory that the run took beyond what the process had before, for each person who is ever there."""
    events_per_person_year: float
    stays_per_person_year: float


def place_of(people: int) -> Resolved:
    """Do-nothing in an average place with so many people, for a little over a year."""
    resolved = resolve("do-nothing", place="england-average-25k")
    place = replace(
        resolved.place, population=england_population(people, load()), services=average_services(people, load())
    )
    window = replace(resolved.window, burn_in_start=START, start=START, end=END, change=END)
    return replace(resolved, place=place, window=window)


def measure(people: int, replication: int) -> Measured:
    """Time a run in this process."""
    _run(place_of(1000), 0).run_until(2)
    before = _most_memory()
    run = _run(place_of(people), replication)
    run.run_until(SETTLING_MONTHS)
    events, began = run.engine.env.timed_events, time.process_time()
    run.run_until(run.model.calendar.months)
    spent = time.process_time() - began
    events = run.engine.env.timed_events - events
    memory = _most_memory() - before
    size = run.population.size
    result = run.result()
    years = float(result.person_seconds[SETTLING_MONTHS:].sum()) / SECONDS_PER_YEAR
    timed = result.stays.requested >= result.calendar.month_start[SETTLING_MONTHS]
    return Measured(years / spent, memory / size, events / years, float(timed.sum()) / years)


def _run(resolved: Resolved, replication: int) -> Run:
    model = build(resolved, seed=1, replication=replication)
    return Run(model, model.teams, seed=1, replication=replication)


def _most_memory() -> int:
    """Most bytes that this process has had in memory so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * KILOBYTE


def report(people: int) -> str:
    """One line for a place: medians over repeats, each in a process of its own."""
    each = []
    for replication in range(REPEATS):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            each.append(pool.apply(measure, (people, replication)))
    speed = statistics.median(one.person_years_per_second for one in each)
    memory = statistics.median(one.bytes_per_person for one in each)
    events = statistics.median(one.events_per_person_year for one in each)
    stays = statistics.median(one.stays_per_person_year for one in each)
    return (
        f"{people:>9,} people: {speed:8,.0f} person-years a second ({100_000 / speed:5.1f} s for 100,000), "
        f"{memory:6,.0f} bytes a person, {events:5.2f} timed events and {stays:.2f} stays a person-year"
    )


if __name__ == "__main__":
    for people in [int(argument) for argument in sys.argv[1:]] or PEOPLE:
        print(report(people))
