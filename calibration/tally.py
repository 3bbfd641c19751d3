"""How many results were hit and with what skill: those that test the model, and those that made its prior apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from calibration.hold_outs import Score, skill
from calibration.targets import SERIES

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


@dataclass(frozen=True)
class SeriesTally:
    """The months of one series that count, scored together; errors are on the log scale.

    Attributes:
        series: scenario, measure and whose it is.
        months: how many count.
        inside: how many lie inside their 8-in-10 ranges.
        mean_error: of observed over expected; above 0 where more happened.
        rms_error: root mean square of the same.
        skill_nothing: against no change from the base.
        skill_prior: against the assumptions before the fit.
    """

    series: tuple[str, str, str]
    months: int
    inside: int
    mean_error: float
    rms_error: float
    skill_nothing: float
    skill_prior: float


def by_series(scores: Sequence[Score]) -> list[SeriesTally]:
    """Every monthly series of which a month counts."""
    counted = [one for one in scores if one.counted and one.is_predicted and one.target.estimator == SERIES]
    return [_series_tally(key, [one for one in counted if one.target.series == key])
            for key in dict.fromkeys(one.target.series for one in counted)]


def _series_tally(key: tuple[str, str, str], rows: Sequence[Score]) -> SeriesTally:
    errors = np.array([one.value - one.middle for one in rows])
    return SeriesTally(key, len(rows), sum(one.inside for one in rows), float(errors.mean()),
                       float(np.sqrt((errors**2).mean())), skill(rows, "nothing"), skill(rows, "prior"))  # fmt: skip


def _tally(group: str, rows: Sequence[Score]) -> Tally:
    width = float(np.mean([one.high - one.low for one in rows])) if rows else 0.0
    inside = sum(one.inside for one in rows)
    data_sets = len({one.target.lineage for one in rows})
    failing = sum(bool(one.emulator_fails) for one in rows)
    return Tally(group, len(rows), data_sets, inside, failing, width, skill(rows, "nothing"), skill(rows, "prior"))
