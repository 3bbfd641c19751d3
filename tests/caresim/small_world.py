"""A world of one formula in place of the care model, for tests of what is done with runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.resolved import Resolved
from simulation.studies import Recipe

SMALL_WORLD = Recipe(
    "tests.caresim.small_world:build", "tests.caresim.small_world:simulate", "tests.caresim.small_world:reduce",
    "outputs.headline:headline",
)  # fmt: skip
PERIOD = "2019/20"
LENGTH = "length of stay"
EFFORT = "pressure.discharge_effort_slope [all]"
ABSURD = -0.12
"""A change of length of stay below which this world's runs fail, where a test asks for it."""


@dataclass(frozen=True)
class World:
    """A scenario in one run."""

    scenario: Resolved
    seed: int
    replication: int


def build(scenario: Resolved, *, seed: int, replication: int) -> World:
    """What a study calls to make a model."""
    return World(scenario, seed, replication)


def simulate(
    worlds: Sequence[World], seed: int, replication: int, reduce_: Callable[[int, float], object]
) -> list[object]:
    """Admissions: chance, half of it shared by all scenarios of a run, and what lengths of stay and pressure do."""
    return [reduce_(index, admissions(world)) for index, world in enumerate(worlds)]


def admissions(world: World) -> float:
    """1,000 and a straight line in the change of length of stay and in a setting, with noise of 2 in a run."""
    plans = world.scenario.interventions
    change = plans[0].effects[2].change.best if plans else 0.0
    if world.scenario.owner == "fails" and change < ABSURD:
        raise ValueError("the world broke")
    pressure = world.scenario.settings.get(EFFORT, -1.0)
    shared = np.random.default_rng([world.seed, world.replication]).standard_normal()
    own = np.random.default_rng([world.seed, world.replication, len(plans)]).standard_normal()
    return float(1000.0 + 400.0 * change + 10.0 * pressure + 2.0 * shared + 2.0 * own)


def reduce(value: float, scenario: Resolved, *, seed: int, replication: int) -> pd.DataFrame:
    """What a study calls to boil a run down to a table."""
    rows = [("emergency_admissions", value), ("zero_day_admissions", value / 3.0)]
    return pd.DataFrame([(name, PERIOD, "all", each) for name, each in rows],
                        columns=["measure", "period", "stratum", "value"])  # fmt: skip
