"""Rows may be taken from an engine month by month, so that a long log never has to be in memory whole."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from simulation.engines import ENGINES
from simulation.run import Run
from simulation.stays import Stays
from tests.simulation.small_place import differing_columns, model_of, rows, small

SEED = 5
PEOPLE = 300


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_rows_taken_month_by_month_are_those_of_the_whole_run(engine: str) -> None:
    """Put in order they are the run's stays, row for row, and the engine keeps none of them."""
    model = model_of(small("extensivist-teams", people=PEOPLE))
    whole, taken = (Run(model, model.teams, SEED, 0, engine) for _ in range(2))
    whole.run_until(model.calendar.months)
    parts = []
    for month in range(1, model.calendar.months + 1):
        taken.run_until(month)
        parts.append(taken.engine.take_rows())
    for run in (whole, taken):
        run.engine.close()
    parts.append(taken.engine.take_rows())
    assert sum(len(part) > 0 for part in parts) > model.calendar.months // 2
    assert len(taken.engine.stays()) == 0
    together = Stays(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Stays)})
    order = np.lexsort((together.started, together.visit, together.person))
    assert differing_columns(rows(together, order), whole.engine.stays()) == []
