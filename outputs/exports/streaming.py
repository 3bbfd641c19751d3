"""A run whose rows go somewhere as it goes on: into a file, or into counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.draws import stream_key, uniforms
from simulation.engines import DEFAULT_ENGINE
from simulation.model import Model
from simulation.run import Progress, Run
from simulation.stays import FIRST_OUTSIDER, Enrolments, Stays

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Sample:
    """Whose stays are wanted.

    Attributes:
        share: part of the people, 0 to 1: the same people in every scenario, run and study.
        persons: only these, when not empty.
        outsiders: whether patients from outside are wanted too; they are never sampled.
    """

    share: float = 1.0
    persons: tuple[int, ...] = ()
    outsiders: bool = True

    def of(self, person: Ints) -> Bools:
        """Which rows are wanted."""
        if self.persons:
            return np.isin(person, self.persons)
        outside = person >= FIRST_OUTSIDER
        wanted: Bools = np.full(len(person), self.outsiders) & outside
        if self.share >= 1.0:
            return wanted | ~outside
        draw = uniforms(stream_key(0, 0), person, decisions.LOG_SAMPLE, 0)
        return wanted | (~outside & (draw < self.share))


def stream(
    model: Model,
    seed: int,
    replication: int,
    take: Callable[[Stays], None],
    *,
    engine: str = DEFAULT_ENGINE,
    progress: Progress | None = None,
) -> Enrolments:
    """Simulate a run and hand its rows on at the end of each month; none is kept.

    Args:
        model: of one scenario.
        seed: of the study.
        replication: number of the run.
        take: given the rows of visits that ended in a month, in the order in which they did; at the end those that
            are open at the horizon.
        engine: name of an engine.
        progress: called with months done and months in all.

    Returns:
        Who was with which team when.
    """
    run = Run(model, model.teams, seed, replication, engine)
    for month in range(1, model.calendar.months + 1):
        run.run_until(month, progress)
        take(run.engine.take_rows())
    run.engine.close()
    take(run.engine.take_rows())
    return Enrolments(*run.population.enrolments(model.calendar.horizon))
