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
from pathlib import Path

from benchmarks.measuring import MEGABYTE, alone, average_place, median, most_memory
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


def main(people: int) -> int:
    """Print the comparison; 1 when the log costs more than it may."""
    found: dict[str, list[Spent]] = {"counters alone": [], "with the log": []}
    for each in range(ROUNDS):
        found["counters alone"].append(alone(counters_only, people, each))
        found["with the log"].append(alone(with_log, people, each))
    for name, runs in found.items():
        seconds, memory = median([one.seconds for one in runs]), median([float(one.memory) for one in runs])
        print(f"{name:<16}{seconds:8.2f} s{memory / MEGABYTE:8.0f} MB beyond the start")
    logs = found["with the log"]
    rows, size = logs[0].rows, logs[0].size
    more = median([log.seconds / bare.seconds for log, bare in zip(logs, found["counters alone"], strict=True)]) - 1.0
    print(f"{people:,} people, two years: {rows:,} stays in {size / MEGABYTE:.1f} MB; the log adds {more:+.1%} "
          f"(at most {MOST_MORE:.0%})")
    return int(more > MOST_MORE)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else PEOPLE))
