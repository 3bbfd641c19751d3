"""Points of a fit by a formula in place of the care model: what a worker of the study runner is given to do instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import ndtri

from calibration.contrasts import COLUMNS, Point
from calibration.monthly_counts import ADMISSIONS, BED_DAYS, EVERYONE, NO_NIGHT, PEOPLE, RESIDENTS
from simulation.studies import Recipe

FORMULA: Final = Recipe(*(f"tests.calibration.formula_points:{name}" for name in ("build", "simulate", "keep")))
LISTENS: Final = '''"""Tells every file that a worker opens, from its first line on."""
import os, sys
log = os.open(os.environ["FILES_OPENED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
def heard(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        os.write(log, os.path.abspath(os.fsencode(arguments[0])) + b"\\n")
sys.addaudithook(heard)
'''
"""The `sitecustomize` of workers."""


def build(payload: tuple[Point, int], *, seed: int, replication: int) -> tuple[Point, int]:
    """The point itself."""
    del seed, replication
    return payload


def simulate(
    points: Sequence[tuple[Point, int]], seed: int, replication: int, keep: Callable[[int, object], object]
) -> list[object]:
    """Each point in order."""
    del seed, replication
    return [keep(index, point) for index, point in enumerate(points)]


def keep(found: tuple[Point, int], payload: tuple[Point, int], *, seed: int, replication: int) -> pd.DataFrame:
    """Counts by month: each programme's third year is lower the higher its own parameter; noise is the point's."""
    del payload, seed, replication
    point, number = found
    ensemble = point.scenarios[0].ensemble
    assert ensemble is not None
    score = ndtri(np.array(ensemble.members[0]))
    rng, months, rows = np.random.default_rng(number), np.arange(-12, 36), []
    for k, scenario in enumerate(point.scenarios):
        for series, group in ((ADMISSIONS, EVERYONE), (NO_NIGHT, EVERYONE), (BED_DAYS, EVERYONE), (PEOPLE, EVERYONE),
                              (ADMISSIONS, RESIDENTS), (NO_NIGHT, RESIDENTS)):  # fmt: skip
            effect = (0.02 * score[k - 1] if k else 0.0) * np.clip(months // 12, 0, 2)
            counts = 1000.0 * np.exp(effect + 0.002 * rng.standard_normal(len(months)))
            rows += [(scenario.id, series, group, m, v) for m, v in zip(months, counts, strict=True)]
    return pd.DataFrame(rows, columns=list(COLUMNS))
