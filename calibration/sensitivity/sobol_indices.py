"""Sobol indices: shares of an output's variance, from an emulator or from the runs themselves; SALib works them out.

Through an emulator, SALib is handed the emulator's mean at a large design, and again each of many functions that the
emulator holds possible; intervals hold the spread of both, so that the emulator's error is in them. Directly, SALib is
handed the runs; each point has chance of its own, and the variance of that chance, known from the runs of each point,
is taken out of every total effect and out of the variance that indices are shares of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from calibration.emulator import Emulator
from calibration.sensitivity.designs import Design, problem_of
from calibration.sensitivity.inputs import Inputs
from calibration.sensitivity.laws import Floats, correlated_shares
from calibration.sensitivity.noise import Output

BASE: Final = 512
PATHS: Final = 24
RESAMPLES: Final = 50
TWO_SIDED: Final = 1.959964
FIRST, TOTAL, SECOND = "first order", "total", "second order"
INDEX_COLUMNS: Final = ("input", "index", "value", "low", "high")


@dataclass(frozen=True)
class SobolIndices:
    """Indices of one output.

    Attributes:
        table: input (or "one & other"), index, value, low, high: 95 %.
        variance: of the output over the inputs, without chance.
    """

    table: pd.DataFrame
    variance: float


def names_of(inputs: Inputs) -> list[str]:
    """What is analysed: groups in order, or inputs."""
    return list(dict.fromkeys(inputs.groups))


def through_emulator(emulator: Emulator, inputs: Inputs, seed: int, *, paths: int = PATHS) -> SobolIndices:
    """Indices of what an emulator stands for, over the laws of the inputs."""
    points = sobol_points(inputs, seed)
    at = inputs.coordinates(correlated_shares(points, inputs.correlation))
    mean = emulator.predict(at).mean
    found, sampling = _indices(inputs, mean, seed, RESAMPLES)
    if not paths:
        return SobolIndices(_table(inputs, found, 0.0 * found), float(mean.var()))
    possible = emulator.paths(at, paths, seed)
    each = np.array([_indices(inputs, path, seed, 2)[0] for path in possible])
    own = ((each - found) ** 2).mean(axis=0)
    return SobolIndices(
        _table(inputs, found, TWO_SIDED * np.sqrt(own + sampling**2)), float(possible.var(axis=1).mean())
    )


def sobol_points(inputs: Inputs, seed: int) -> Floats:
    """The large design at which an emulator is asked, as independent shares."""
    from SALib.sample import sobol

    return np.asarray(sobol.sample(problem_of(inputs), BASE, calc_second_order=True, seed=seed))


def directly(design: Design, output: Output, base: int | None = None) -> SobolIndices:
    """Indices from the runs of a direct design, with chance taken out.

    Args:
        design: direct.
        output: of it.
        base: so many rows from its start, for seeing how indices settle; None: all whose points are whole.
    """
    block = len(design) // design.samples
    whole = output.whole.reshape(design.samples, block).all(axis=1)
    rows = np.flatnonzero(whole)[:base]
    values = output.mean.reshape(design.samples, block)[rows].ravel()
    found, sampling = _indices(design.inputs, values, design.seed, 200)
    total = float(values.var())
    signal = total - output.mean_noise
    count = len(names_of(design.inputs))
    if signal <= 0.0:
        return SobolIndices(_table(design.inputs, found * np.nan, sampling * np.nan), 0.0)
    corrected, widened = found * total / signal, sampling * total / signal
    corrected[count : 2 * count] -= output.mean_noise / signal
    return SobolIndices(_table(design.inputs, corrected, TWO_SIDED * widened), signal)


def _indices(inputs: Inputs, values: Floats, seed: int, resamples: int) -> tuple[Floats, Floats]:
    """First order, total and second order in one row, and the standard error of each from SALib's resampling."""
    from SALib.analyze import sobol

    if np.ptp(values) == 0.0:
        nothing = np.zeros(len(list(_labels(inputs))))
        return nothing, nothing
    found = sobol.analyze(problem_of(inputs), values, calc_second_order=True, num_resamples=resamples, seed=seed)
    return _row(found, ""), _row(found, "_conf") / TWO_SIDED


def _row(found: Any, suffix: str) -> Floats:  # noqa: ANN401 - SALib's dictionary
    upper = np.triu_indices(len(found["S1"]), 1)
    return np.concatenate([found[f"S1{suffix}"], found[f"ST{suffix}"], np.asarray(found[f"S2{suffix}"])[upper]])


def _labels(inputs: Inputs) -> Iterator[tuple[str, str]]:
    names = names_of(inputs)
    yield from ((name, FIRST) for name in names)
    yield from ((name, TOTAL) for name in names)
    for i, j in zip(*np.triu_indices(len(names), 1), strict=True):
        yield f"{names[i]} & {names[j]}", SECOND


def _table(inputs: Inputs, values: Floats, half: Floats) -> pd.DataFrame:
    rows = [
        (*label, value, value - reach, value + reach)
        for label, value, reach in zip(_labels(inputs), values, half, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(INDEX_COLUMNS))
