"""How many results were hit and with what skill: those that test the model, and those that made its prior apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.hold_outs import Score, skill

INDEPENDENT, PRIOR, TOGETHER = "independent", "made the prior", "both together"


@dataclass(frozen=True)
class Tally:
    """Some rows, scored together.

    Attributes:
        group: which rows.
        rows: how many.
        data_sets: from how many different ones; rows of one are not independent of each other.
        inside: how many lie inside their 8-in-10 ranges.
        failing: how many rest on an emulator that fails its test.
        width: mean width of these ranges, log scale.
        skill_nothing: against no effect; not a number when no row has that reference.
        skill_prior: against the assumptions before the fit; the same.
    """

    group: str
    rows: int
    data_sets: int
    inside: int
    failing: int
    width: float
    skill_nothing: float
    skill_prior: float


def tallies(scores: Sequence[Score]) -> list[Tally]:
    """Rows that test the model, those left out because they made the prior, and both; groups without a row left out."""
    predicted = [one for one in scores if one.is_predicted]
    independent = [one for one in predicted if one.counted]
    prior = [one for one in predicted if one.is_prior]
    found = [_tally(INDEPENDENT, independent)]
    if prior:
        found += [_tally(PRIOR, prior), _tally(TOGETHER, [*independent, *prior])]
    return [each for each in found if each.rows]


def _tally(group: str, rows: Sequence[Score]) -> Tally:
    width = float(np.mean([one.high - one.low for one in rows])) if rows else 0.0
    inside = sum(one.inside for one in rows)
    data_sets = len({one.target.lineage for one in rows})
    failing = sum(bool(one.emulator_fails) for one in rows)
    return Tally(group, len(rows), data_sets, inside, failing, width, skill(rows, "nothing"), skill(rows, "prior"))
