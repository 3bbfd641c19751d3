"""Runs that only take time, with tables as large as those of real ones: for measuring what studies cost beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

ROWS = 1071
"""Of the table of a run of the shipped 25,000 people."""
CONTENT_BYTES = 60_000


@dataclass(frozen=True)
class Work:
    """A scenario that only takes processor time."""

    seconds: float
    is_idle: bool = False
    """Whether it waits instead."""


def build(work: Work, *, seed: int, replication: int) -> Work:
    """Nothing to build."""
    del seed, replication
    return work


def simulate(
    models: Sequence[Work], seed: int, replication: int, reduce: Callable[[int, float], object]
) -> list[object]:
    """Take the time that was asked for."""
    del seed, replication
    return [reduce(index, spend(model)) for index, model in enumerate(models)]


def spend(work: Work) -> float:
    """Take the time that was asked for, and return it."""
    if work.is_idle:
        time.sleep(work.seconds)
        return work.seconds
    began = time.process_time()
    while time.process_time() - began < work.seconds:
        pass
    return time.process_time() - began


def reduce(result: float, work: Work, *, seed: int, replication: int) -> pd.DataFrame:
    """A table as large as that of a real run."""
    del result, work
    draws = np.random.default_rng((seed, replication))
    names = [f"measure_{number % 60}" for number in range(ROWS)]
    table = pd.DataFrame({"measure": names, "period": "2018/19", "stratum": "all", "value": draws.normal(size=ROWS)})
    table["content"] = [draws.bytes(CONTENT_BYTES) if number == 0 else b"" for number in range(ROWS)]
    return table


def headline(table: pd.DataFrame) -> dict[str, float]:
    """One number."""
    return {"first": float(table["value"].iloc[0])}


def simulate_some(runs: int, work: Work) -> None:
    """So many runs and their tables, kept nowhere."""
    for number in range(runs):
        spend(work)
        reduce(0.0, work, seed=1, replication=number)
