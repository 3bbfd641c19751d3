"""Simulating points of a fit on the study runner: what was simulated before is not simulated again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.contrasts import Span, contrasts_version, plan_of, scenarios_of
from calibration.estimands import Counts
from scenarios.resolved import Resolved
from simulation.studies import Plan, Progress, Store, replicate

Floats = NDArray[np.float64]
PERSON_YEARS_A_SECOND: Final = 55_000.0
"""Measured on one busy core, making and reducing included: 450,000 person-years in about 8 seconds."""


@dataclass(frozen=True)
class Points:
    """Simulates points of some scenarios in one place; results depend on scenarios, span and seed alone.

    Attributes:
        scenarios: doing nothing first.
        names: what each is called by who asks: its id, another name of it, or its file.
        store: where points are kept.
        jobs: at a time.
        seed: of the fit.
        on_progress: told how many points of the present batch are there.
    """

    scenarios: tuple[Resolved, ...]
    names: tuple[str, ...]
    store: Store
    jobs: int
    seed: int
    on_progress: Callable[[Progress], None] | None = None

    @classmethod
    def of(
        cls, programmes: Sequence[str], place: str, span: Span, store: Store, jobs: int, seed: int,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> Points:
        """Of scenarios by name; BadInput when there is none of a name."""
        scenarios = scenarios_of(programmes, place, span)
        return cls(scenarios, (scenarios[0].id, *programmes), store, jobs, seed, on_progress)

    def __call__(self, positions: Floats, first: int) -> list[Counts]:
        """What each point shows; RunsLost and StoreUnusable as `simulation.studies.replicate`."""
        plan = self.plan(positions, first)
        replicate(plan, self.store, jobs=self.jobs, on_progress=self.on_progress)
        asked = {one.id: name for one, name in zip(self.scenarios, self.names, strict=True)}
        found = []
        for table in self.store.tables(key for _, _, key in plan.runs()):
            if table is None:
                raise LookupError(f"a point is not in {self.store.folder}")
            found.append(Counts.of(table.assign(scenario=table["scenario"].map(asked))))
        return found

    def plan(self, positions: Floats, first: int) -> Plan:
        """The study that simulates some points."""
        return plan_of(self.scenarios, positions, first, self.seed, contrasts_version())

    def missing(self, positions: Floats, first: int) -> int:
        """How many of some points are not simulated yet."""
        return len(self.store.missing([key for _, _, key in self.plan(positions, first).runs()]))

    @property
    def person_years(self) -> float:
        """Simulated for one point, about; a past that scenarios share counts once."""
        window = self.scenarios[0].window
        before = (window.change - window.burn_in_start).days / 365.25
        after = (window.end - window.change).days / 365.25
        families = 1 + sum(any(plan.adds for plan in one.interventions) for one in self.scenarios[1:])
        return self.scenarios[0].place.people * (families * before + len(self.scenarios) * after)

    @property
    def seconds(self) -> float:
        """A point takes about so long on one core."""
        return self.person_years / PERSON_YEARS_A_SECOND
