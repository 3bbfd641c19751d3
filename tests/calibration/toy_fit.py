"""A stand-in for the care model, cheap and known exactly: counts that follow from positions by a formula."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from calibration.contrasts import COLUMNS, Span
from calibration.estimands import Counts
from calibration.fitting import Effort
from calibration.monthly_counts import ADMISSIONS, EVERYONE, NO_NIGHT, PEOPLE
from calibration.target_files import read_targets
from calibration.targets import Target

Floats = NDArray[np.float64]
EFFORT = Effort("quick", "toy", Span(1, 3), (24, 12), 8, members=200, steps=500)
EFFORT_SOMEWHERE = replace(EFFORT, place="england-average-25k")
"""The same in a place that there is."""
TABLE = """id,system,measure,from_month,to_month,reading,unit,value,standard_error,lineage,role
early,mcp-vanguard,emergency admissions,0,12,since the start,log points,{early},0.5,a,fit
late,mcp-vanguard,emergency admissions,24,36,both,log points,{late},0.5,b,fit
other,pacs-vanguard,emergency admissions,24,36,since the start,log points,{other},0.5,c,fit
"""


def effects(positions: Floats) -> Floats:
    """(points, 3) log effects of the first year, of the third, and of the other programme's third."""
    score = ndtri(positions)
    early = 0.02 * score[:, 3] - 0.01
    late = 0.03 * score[:, 0] + 0.01 * score[:, 3] - 0.02 + 0.004 * score[:, 0] ** 2
    return np.column_stack([early, late, 0.03 * score[:, 1]])


def simulate(positions: Floats, first: int) -> list[Counts]:
    """What points show; noise follows from their numbers."""
    return [point(effect, first + i) for i, effect in enumerate(effects(positions))]


def targets(folder: Path, early: float = 1.0, late: float = -5.0, other: float = 2.0) -> tuple[Target, ...]:
    """Three results, in log points."""
    path = folder / "toy.csv"
    path.write_text(TABLE.format(early=early, late=late, other=other), encoding="utf-8")
    return read_targets(path)


def with_reach(counts: Counts, share: float) -> Counts:
    """The same point, in which the first programme's people have a share of the admissions of every year."""
    members = {("mcp-vanguard", "without_team", "team", year): 12_000.0 * share for year in (0, 12, 24)}
    return replace(counts, members=members)


def point(effect: Floats, number: int) -> Counts:
    """What one point shows of three log effects."""
    rng = np.random.default_rng(number)
    months = np.arange(-12, 36)
    rows = []
    for scenario, by_year in (("do-nothing", (0, 0, 0)), ("mcp-vanguard", (effect[0], effect.mean(), effect[1])),
                              ("pacs-vanguard", (0, 0, effect[2]))):  # fmt: skip
        logs = np.where(months < 0, 0.0, np.take(by_year, np.maximum(months, 0) // 12))
        admissions = 1000.0 * np.exp(logs + 0.003 * rng.standard_normal(len(months)))
        for series, values in ((ADMISSIONS, admissions), (NO_NIGHT, 0.3 * admissions), (PEOPLE, 0 * months + 800.0)):
            rows += [(scenario, series, EVERYONE, m, v) for m, v in zip(months, values, strict=True)]
    return Counts.of(pd.DataFrame(rows, columns=list(COLUMNS)))
