"""How long the month takes, without the flow, on one thread, and how much room people take.

Run: python -m benchmarks.month [people ...]

Each size runs in a process of its own, so that the most memory that a process ever held is that size's. What Python,
its libraries and the compiled code take is measured first, on a small place, and left out.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from dataclasses import replace
from datetime import date

import numpy as np

from scenarios.build_people import build_people
from scenarios.england_population import england_population
from scenarios.evidence import load
from scenarios.resolve import resolve
from simulation.calendar import build_calendar
from simulation.people import GONE, HERE, MonthEvents, Population

PEOPLE = (25_000, 250_000)
WARM_UP = 2_000
MONTHS = 24
START, END = date(2016, 4, 1), date(2018, 5, 1)


def population_of(people: int) -> Population:
    """An average place with as many people."""
    resolved = resolve("do-nothing", place="england-average-25k")
    resolved = replace(resolved, place=replace(resolved.place, population=england_population(people, load())))
    calendar = build_calendar(START, END)
    return Population(build_people(resolved, load(), calendar), [], calendar, seed=1, replication=0)


def most_memory() -> float:
    """Bytes of the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)


def measure(people: int) -> str:
    """Two lines for a place: what a person-year of months takes, its needs, one person's needs again, and memory."""
    population_of(WARM_UP).begin_month(0)
    without = most_memory()
    population = population_of(people)
    population.begin_month(0)
    needs, person_months = 0, 0
    each: list[float] = []
    for month in range(1, MONTHS + 1):
        began = time.process_time()
        events = population.begin_month(month)
        spent = time.process_time() - began
        here = int((population.alive == HERE).sum())
        each.append(spent / here * 12e6)
        needs += len(events.candidates.tick)
        person_months += here
        population.alive[events.deaths.person] = GONE
        population.alive[events.leavers.person] = GONE
    tick = int(events.candidates.tick[len(events.candidates.tick) // 2])
    somebody = np.flatnonzero(population.alive == HERE)[:2000].tolist()
    population.after_attendance(somebody.pop(), tick)
    began = time.process_time()
    for person in somebody:
        population.after_attendance(person, tick)
    again = (time.process_time() - began) / len(somebody) * 1e6
    return (
        f"{people:>9,} people: {np.median(each):5.2f} us a person-year in the median month, {min(each):.2f} in the "
        f"best; {needs / person_months * 12:.2f} needs a person-year; {again:.1f} us for one person again\n"
        f"{'':>16}  {bytes_held(population, events) / people:.0f} bytes a person in columns and "
        f"needs, {(most_memory() - without) / people:.0f} at most beside {without / 1e6:.0f} MB of code"
    )


def bytes_held(population: Population, events: MonthEvents) -> int:
    """Bytes of all columns of people and of a month's needs."""
    arrays = [*population._columns, *vars(events.candidates).values()]
    return sum(array.nbytes for array in arrays)


def main() -> None:
    """Print one line for each size."""
    for people in [int(argument) for argument in sys.argv[1:]] or PEOPLE:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(pool.apply(measure, (people,)))


if __name__ == "__main__":
    main()
