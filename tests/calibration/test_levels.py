"""Levels are moved by what a run shows too much or too little of, band by band, and by nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.levels import LEVELS, MOST, SOLVED, TEMPER, Totals, averaged, corrected, targets
from scenarios.evidence import load
from simulation.stays import BANDS

EVEN = {name: np.ones(len(BANDS)) for name in SOLVED}


def shown(**changes: float) -> Totals:
    """Totals as wanted, some of them multiplied."""
    wanted = replace(targets(load()), routine=np.full(len(BANDS), 2.0))
    return replace(wanted, **{name: getattr(wanted, name) * factor for name, factor in changes.items()})


def test_levels_stay_where_totals_come_out() -> None:
    """A run that shows what is published moves no level."""
    for name, level in corrected(EVEN, shown(), targets(load())).items():
        assert level == pytest.approx(1.0), name


@pytest.mark.parametrize(
    ("total", "level"),
    [
        ("admissions", "level.upper"),
        ("attendances_not_admitted", "level.lower"),
        ("same_day_requests", "level.managed"),
        ("bed_days", "level.nights"),
    ],
)
def test_too_much_of_something_lowers_its_level(total: str, level: str) -> None:
    """A tenth too much is taken off the level that makes it, by the tempered part of the correction."""
    moved = corrected(EVEN, shown(**{total: 1.1}), targets(load()))
    wanted = 1.0 - 0.1 if total == "admissions" else 1.0 / 1.1
    expected = (1.0 + 1.0 / 1.1 - 1.0) ** TEMPER if total == "admissions" else wanted**TEMPER
    assert moved[level] == pytest.approx(expected)


def test_needs_that_nearness_to_death_makes_are_not_scaled_away() -> None:
    """Where half of admissions stem from steady needs, these must move twice as far."""
    found = replace(shown(admissions=1.1), admissions_from_upper=np.full(len(BANDS), 0.5))
    moved = corrected(EVEN, found, targets(load()))
    assert moved["level.upper"] == pytest.approx((1.0 + 2.0 * (1.0 / 1.1 - 1.0)) ** TEMPER)


def test_levels_keep_inside_their_bounds() -> None:
    """No round multiplies a level by more than three, and none leaves the bounds of a sensible level."""
    moved = corrected({name: np.full(len(BANDS), MOST) for name in SOLVED}, shown(bed_days=1e-3), targets(load()))
    assert (moved["level.nights"] == MOST).all()


def test_totals_of_runs_are_averaged() -> None:
    """Noise of runs is averaged before levels move."""
    mean = averaged([shown(bed_days=0.9), shown(bed_days=1.1)])
    assert mean.bed_days == pytest.approx(shown().bed_days)


def test_the_shipped_levels_are_marked_as_solved() -> None:
    """Every solved level has a row for every band, and says that it was solved here."""
    evidence = load()
    assert LEVELS.exists()
    for name in SOLVED:
        for band in BANDS:
            assert evidence.row(name, band).source == "model-solved"
