"""Holds the two engines to each other: the same stays, row for row, over the first hours of the pack's networks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np

from calibration.verification.cases import Case
from calibration.verification.pack import case_of
from scenarios.network_file import parse_network_file
from simulation.engines import ENGINES
from simulation.nobody import run_network
from simulation.stays import Stays
from simulation.studies.executor import local_executor

ARRIVALS, QUICK_ARRIVALS = 800, 200
"""How many patients come in a run, about; the SimPy engine takes about a hundred times as long as the compiled one."""
FEWEST_HOURS, MOST_HOURS = 2, 60 * 24
SEED = 20


@dataclass(frozen=True)
class Agreement:
    """What came of comparing the engines.

    Attributes:
        networks: how many were run on both.
        rows: stays that were compared.
        differing: names of the networks of which any number of any stay differs.
    """

    networks: int
    rows: int
    differing: tuple[str, ...]

    def __str__(self) -> str:
        """A sentence."""
        if self.differing:
            return f"The engines DIFFER in {', '.join(self.differing)}."
        return f"Both engines tell the same: {self.rows:,} stays of {self.networks} networks, row for row."


def compare(cases: Sequence[Case], *, quick: bool = False, jobs: int = 1) -> Agreement:
    """Run the networks of some cases on both engines.

    Args:
        quick: one network a case, and fewer patients.
        jobs: processes at once; nothing depends on it.
    """
    ids = [case.id for case in cases if case.networks]
    if jobs == 1 or len(ids) == 1:
        found = [_of_case(name, quick) for name in ids]
    else:
        with local_executor(jobs) as pool:
            found = list(pool.map(_of_case, ids, [quick] * len(ids)))
    every = [one for of_case in found for one in of_case]
    differing = tuple(name for name, rows in every if rows < 0)
    return Agreement(len(every), sum(max(rows, 0) for _, rows in every), differing)


def rows_alike(text: str, arrivals: int = ARRIVALS) -> int:
    """How many stays both engines tell alike of a network's first patients; -1 when any number differs."""
    file = parse_network_file(shortened(text, arrivals), "network.yaml")
    one, other = (run_network(file.network, file.calendar, SEED, 0, engine)[0] for engine in ENGINES)
    alike = all(np.array_equal(getattr(one, column.name), getattr(other, column.name)) for column in fields(Stays))
    return len(one) if alike else -1


def shortened(text: str, arrivals: int) -> str:
    """A network's text with a run in which about so many patients come."""
    file = parse_network_file(text, "network.yaml")
    per_day = sum(float(stream.per_day_by_month.mean()) for stream in file.network.streams)
    hours = MOST_HOURS if per_day == 0.0 else min(max(round(24 * arrivals / per_day), FEWEST_HOURS), MOST_HOURS)
    lines = [line for line in text.splitlines() if not line.startswith("run:")]
    start = file.plan.start.isoformat(sep=" ", timespec="minutes")
    return "\n".join([f'run: {{start: "{start}", length: {hours} hours}}', *lines])


def _of_case(case_id: str, quick: bool) -> list[tuple[str, int]]:
    return list(_compared(case_of(case_id), quick))


def _compared(case: Case, quick: bool) -> Iterator[tuple[str, int]]:
    networks = list(case.networks.items())[: 1 if quick else None]
    for name, text in networks:
        yield f"{case.id} {name}".strip(), rows_alike(text, QUICK_ARRIVALS if quick else ARRIVALS)
