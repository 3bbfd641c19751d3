"""Measuring in processes of their own: processor time and most memory."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import ParamSpec, TypeVar

from scenarios.england_population import england_population
from scenarios.evidence import load
from scenarios.pools import average_services
from scenarios.resolve import resolve
from scenarios.resolved import Resolved

P = ParamSpec("P")
T = TypeVar("T")
KILOBYTE = 1024
MEGABYTE = 1e6


def average_place(people: int, start: date, end: date) -> Resolved:
    """Do-nothing in an average place with so many people."""
    resolved = resolve("do-nothing", place="england-average-25k")
    place = replace(
        resolved.place, population=england_population(people, load()), services=average_services(people, load())
    )
    window = replace(resolved.window, burn_in_start=start, start=start, end=end, change=end)
    return replace(resolved, place=place, window=window)


def most_memory() -> int:
    """Most bytes that this process has had in memory so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * KILOBYTE


def alone(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a function gives in a new process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, args, kwargs)


def alternated(functions: Sequence[Callable[[int], T]], rounds: int) -> list[list[T]]:
    """What each function gives for each round, by function; a busy spell meets all of them."""
    found = [[alone(function, each) for function in functions] for each in range(rounds)]
    return [[of_round[position] for of_round in found] for position in range(len(functions))]


def spent(function: Callable[[], object]) -> float:
    """Seconds of processor time that a function takes."""
    began = time.process_time()
    function()
    return time.process_time() - began


def median(numbers: Sequence[float]) -> float:
    """The median, which a busy spell does not move."""
    return statistics.median(numbers)
