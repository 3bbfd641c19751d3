"""Morris's elementary effects, PAWN and delta: SALib's analyses of what was run, each with the dummy as its floor."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
import pandas as pd

from calibration.emulator import one_thread
from calibration.sensitivity.designs import LEVELS, Design, Ints, problem_of, trajectories_of
from calibration.sensitivity.laws import Floats
from calibration.sensitivity.noise import Output
from calibration.sensitivity.sobol_indices import FIRST, INDEX_COLUMNS, TWO_SIDED, names_of

MEAN_EFFECT, SIZE, SPREAD = "mean effect", "size of effect", "spread of effects"
PAWN, DELTA = "pawn", "delta"
RESAMPLES: Final = 40
DELTA_RESAMPLES: Final = 12
"""Each takes SALib a tenth of a second for each input and output."""
SLICES: Final = (8, 4)
"""Halves of halves: SALib adds up steps, and those of other numbers do not end at one."""
FEWEST_IN_A_SLICE: Final = 8


def morris_effects(design: Design, output: Output, trajectories: int | None = None) -> pd.DataFrame:
    """What a step of two thirds of an input's law does: mean, mean size and spread, in the output's unit.

    Trajectories with a failed point are left out. Intervals of means are Student's over trajectories; of sizes SALib's.

    Args:
        design: of Morris's method.
        output: of it.
        trajectories: so many from the start; None: all.
    """
    from SALib.analyze import morris

    number = trajectories_of(design)
    broken = np.unique(number[~output.whole])
    kept = [one for one in range(design.samples) if one not in broken][:trajectories]
    chosen = np.isin(number, kept)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = morris.analyze(
            problem_of(design.inputs),
            design.raw[chosen],
            output.mean[chosen],
            num_resamples=200,
            num_levels=LEVELS,
            seed=design.seed,
        )
    step = LEVELS / (2.0 * (LEVELS - 1.0))
    names, rows = names_of(design.inputs), []
    sizes, size_half = np.asarray(found["mu_star"]) * step, np.asarray(found["mu_star_conf"], np.float64) * step
    spreads = np.asarray(found["sigma"], np.float64) * step
    means = np.asarray(found["mu"], np.float64) * step
    half = _student(len(kept)) * spreads / np.sqrt(len(kept))
    for place, name in enumerate(names):
        low, high = sizes[place] - size_half[place], sizes[place] + size_half[place]
        rows.append((name, SIZE, sizes[place], low, high))
        if design.inputs.has_groups:
            continue
        rows.append((name, MEAN_EFFECT, means[place], means[place] - half[place], means[place] + half[place]))
        rows.append((name, SPREAD, spreads[place], np.nan, np.nan))
    return pd.DataFrame(rows, columns=list(INDEX_COLUMNS))


def pawn_distances(design: Design, output: Output, points: int | None = None) -> pd.DataFrame:
    """How far an output's distribution moves when an input is held within a slice: the median over slices, 0 to 1.

    The interval is over resampled points. Chance and few points alone make some distance: the dummy shows how much.

    Args:
        design: any.
        output: of it.
        points: so many from the start, without intervals; None: all.
    """
    from SALib.analyze import pawn

    problem, at, values = _given(design, output, points)
    slices = next((count for count in SLICES if len(values) >= FEWEST_IN_A_SLICE * count), SLICES[-1])
    rng = np.random.default_rng(design.seed)

    def median(chosen: Ints) -> Floats:
        found = pawn.analyze(problem, at[chosen], values[chosen], S=slices, seed=design.seed)
        return np.asarray(found["median"], np.float64)

    best = median(np.arange(len(values)))
    if points is not None:
        return _rows(design, PAWN, best, np.full(len(best), np.nan))
    again = np.array([median(rng.integers(len(values), size=len(values))) for _ in range(RESAMPLES)])
    half = TWO_SIDED * again.std(axis=0, ddof=1)
    return _rows(design, PAWN, best, half)


def delta_shifts(design: Design, output: Output, points: int | None = None) -> pd.DataFrame:
    """How much an output's density shifts when an input is known, 0 to 1, and first-order indices of the same runs."""
    from SALib.analyze import delta

    problem, at, values = _given(design, output, points)
    with _as_it_was():
        resamples = DELTA_RESAMPLES if points is None else 2
        found = delta.analyze(problem, at, values, num_resamples=resamples, seed=design.seed)
    key = "delta_raw" if "delta_raw" in found else "delta"
    return pd.concat(
        [
            _rows(design, DELTA, np.asarray(found[key]), np.asarray(found[f"{key}_conf"])),
            _rows(design, FIRST, np.asarray(found["S1"]), np.asarray(found["S1_conf"])),
        ],
        ignore_index=True,
    )


def _given(design: Design, output: Output, points: int | None) -> tuple[dict[str, object], Floats, Floats]:
    chosen = np.flatnonzero(output.whole)[:points]
    problem = {**problem_of(design.inputs), "names": [f"x{place}" for place in range(len(design.inputs.every))]}
    return problem, design.shares[chosen], output.mean[chosen]


@contextmanager
def _as_it_was() -> Iterator[None]:
    """SALib's delta seeds NumPy's global generator and changes how warnings are printed: both are put back."""
    state, shown = np.random.get_state(), warnings.formatwarning
    try:
        with warnings.catch_warnings(record=True), one_thread():
            yield
    finally:
        np.random.set_state(state)
        warnings.formatwarning = shown


def _rows(design: Design, index: str, values: Floats, half: Floats) -> pd.DataFrame:
    rows = [
        (name, index, value, value - reach, value + reach)
        for name, value, reach in zip(names_of(design.inputs), values, half, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(INDEX_COLUMNS))


def _student(count: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, count - 1))
