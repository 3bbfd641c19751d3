"""What a full event log costs: a run with counters alone beside the same run with every stay streamed to Parquet.

Figures are processor time on one core, medians over processes of their own, in turns.
Run: python -m benchmarks.event_log [people]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.measuring import MEGABYTE, alternated, average_place, median, most_memory
from outputs.exports import EventLog, stream
from scenarios.build_model import build
from simulation.model import Model
from simulation.run import Run, settings_of

START, END = date(2016, 4, 1), date(2018, 4, 1)
PEOPLE, WARM_UP_PEOPLE = 250_000, 1000
ROUNDS = 3
MOST_MORE = 0.25
"""What a log may add to a run with counters alone."""
Write = Callable[[Model, int], tuple[int, int]]


@dataclass(frozen=True)
class Spent:
    """One run: seconds of processor time, most bytes in memory beyond the start, rows and bytes written."""

    seconds: float
    memory: int
    rows: int
    size: int


def counters_only(people: int, replication: int) -> Spent:
    """A run that nobody asks for its rows."""
    return _measured(_dropped, people, replication)


def with_log(people: int, replication: int) -> Spent:
    """A run whose rows are streamed to a Parquet file."""
    return _measured(_written, people, replication)


def _measured(write: Write, people: int, replication: int) -> Spent:
    write(_model(WARM_UP_PEOPLE), replication)
    model = _model(people)
    before = most_memory()
    began = time.process_time()
    rows, size = write(model, replication)
    return Spent(time.process_time() - began, most_memory() - before, rows, size)


def _model(people: int) -> Model:
    return build(average_place(people, START, END), seed=1, replication=0)


def _dropped(model: Model, replication: int) -> tuple[int, int]:
    run = Run(model, model.teams, 1, replication)
    run.run_until(model.calendar.months)
    run.engine.close()
    return 0, 0


def _written(model: Model, replication: int) -> tuple[int, int]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.parquet"
        with EventLog(path, settings_of(model.network), model.calendar, {}) as log:
            stream(model, 1, replication, log.write)
        return log.rows, path.stat().st_size


def measured(people: int, rounds: int) -> tuple[list[Spent], list[Spent]]:
    """Runs with counters alone, and with the log, in turns."""
    bare, logs = alternated([partial(counters_only, people), partial(with_log, people)], rounds)
    return bare, logs


def added(bare: list[Spent], logs: list[Spent]) -> float:
    """Share of a run's time that the log adds: the median over pairs of runs."""
    return median([log.seconds / one.seconds for log, one in zip(logs, bare, strict=True)]) - 1.0


def figure(people: int, bare: list[Spent], logs: list[Spent]) -> Figure:
    """The row of the table."""
    first, takes = logs[0], [median([one.seconds for one in runs]) for runs in (bare, logs)]
    return Figure(
        "Full event log in Parquet over counters alone", added(bare, logs) * 100.0, "% more",
        at_most=MOST_MORE * 100.0, decimals=1,
        note=f"{people:,} people, two years: {takes[0]:.2f} and {takes[1]:.2f} CPU-seconds; {first.rows:,} stays in "
        f"{first.size / MEGABYTE:.1f} MB",
    )  # fmt: skip


def main(people: int) -> int:
    """Print the comparison; 1 when the log costs more than it may."""
    bare, logs = measured(people, ROUNDS)
    for name, runs in (("counters alone", bare), ("with the log", logs)):
        seconds, memory = median([one.seconds for one in runs]), median([float(one.memory) for one in runs])
        print(f"{name:<16}{seconds:8.2f} s{memory / MEGABYTE:8.0f} MB beyond the start")
    print(figure(people, bare, logs))
    return int(added(bare, logs) > MOST_MORE)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else PEOPLE))
