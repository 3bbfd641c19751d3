"""History matching: in waves, simulate where emulators cannot yet rule a point out, and rule out more.

A point is implausible when its emulated outcome is further from the published one than emulator, observation and
discrepancy together explain. The first wave's emulators are rough, so that the second largest implausibility decides;
later the largest does. A point that an earlier wave ruled out stays ruled out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.design import spread_out
from calibration.emulator import Emulator, fit

Floats = NDArray[np.float64]
CUT: Final = 3.0
"""Three standard deviations hold at least 95 % of any law with one peak."""
CANDIDATES: Final = 8192

Simulate = Callable[[Floats, int], Floats]
"""`(points, number of the first) -> (points, outputs)`."""
Prior = Callable[[int, int], Floats]
"""`(count, seed) -> (count, inputs)` points of the space before the fit."""


@dataclass(frozen=True)
class Goal:
    """What one target asks of the outputs.

    Attributes:
        outputs: indices of the outputs that it may be about; several when the source can be read in several ways.
        value: published, on the scale of the outputs.
        variance: of observation and discrepancy together.
    """

    name: str
    outputs: tuple[int, ...]
    value: float
    variance: float


@dataclass(frozen=True)
class Wave:
    """One wave.

    Attributes:
        emulators: one for each output, of all points simulated so far.
        is_first: whether the second largest implausibility decides.
        simulated: points simulated in it.
        left: share of the whole space that is not ruled out after it.
    """

    emulators: tuple[Emulator, ...]
    is_first: bool
    simulated: int
    left: float


@dataclass(frozen=True)
class Matched:
    """All waves together.

    Attributes:
        points: (points, inputs) that were simulated.
        outputs: (points, outputs) what came out.
        waves: in order; the last wave's emulators are the best.
    """

    points: Floats
    outputs: Floats
    waves: tuple[Wave, ...]

    @property
    def emulators(self) -> tuple[Emulator, ...]:
        """One for each output."""
        return self.waves[-1].emulators

    def plausible(self, points: Floats, goals: Sequence[Goal]) -> NDArray[np.bool_]:
        """(points,) whether no wave rules a point out."""
        return _plausible(self.waves, points, goals)


def match(
    simulate: Simulate, prior: Prior, goals: Sequence[Goal], sizes: Sequence[int], limits: tuple[Floats, Floats],
    seed: int, on_first_wave: Callable[[Sequence[Emulator]], None] | None = None,
) -> Matched:
    """Match in as many waves as there are sizes.

    Args:
        simulate: runs points.
        prior: points of the space, evenly spread; the first wave simulates its first ones.
        goals: what is matched.
        sizes: points of each wave.
        limits: (inputs,) least and largest value of each input.
        seed: of candidates; results depend on nothing else.
        on_first_wave: told the first wave's emulators, before anything is ruled out.
    """
    points = prior(sizes[0], seed)
    outputs = simulate(points, 0)
    waves: tuple[Wave, ...] = ()
    for number, size in enumerate(sizes):
        if number:
            chosen = _next_points(waves, prior, goals, size, points, seed + number)
            outputs = np.vstack([outputs, simulate(chosen, len(points))])
            points = np.vstack([points, chosen])
        emulators = fit_all(points, outputs, limits)
        if not number and on_first_wave is not None:
            on_first_wave(emulators)
        wave = Wave(emulators, number == 0, size, 1.0)
        candidates = prior(CANDIDATES, seed + 100)
        left = float(_plausible((*waves, wave), candidates, goals).mean())
        waves = (*waves, Wave(emulators, number == 0, size, left))
    return Matched(points, outputs, waves)


def fit_all(points: Floats, outputs: Floats, limits: tuple[Floats, Floats]) -> tuple[Emulator, ...]:
    """An emulator for each output; noise is fitted, as every point is one run."""
    lower, upper = limits
    return tuple(fit(points, column, lower=lower, upper=upper, restarts=0) for column in outputs.T)


def implausibility(emulators: Sequence[Emulator], points: Floats, goals: Sequence[Goal]) -> Floats:
    """(goals, points) distances in standard deviations; of several readings the nearest counts."""
    known = {k: emulators[k].predict(points) for k in sorted({k for goal in goals for k in goal.outputs})}
    rows = []
    for goal in goals:
        each = [np.abs(goal.value - known[k].mean) / np.sqrt(goal.variance + known[k].variance) for k in goal.outputs]
        rows.append(np.min(each, axis=0))
    return np.array(rows)


def _plausible(waves: Sequence[Wave], points: Floats, goals: Sequence[Goal]) -> NDArray[np.bool_]:
    return np.asarray(_worst(waves, points, goals) <= CUT)


def _worst(waves: Sequence[Wave], points: Floats, goals: Sequence[Goal]) -> Floats:
    """(points,) the implausibility that decides, over all waves."""
    worst = np.zeros(len(points))
    for wave in waves:
        found = np.sort(implausibility(wave.emulators, points, goals), axis=0)
        which = -2 if wave.is_first and len(found) > 1 else -1
        worst = np.maximum(worst, found[which])
    return worst


def _next_points(
    waves: Sequence[Wave], prior: Prior, goals: Sequence[Goal], size: int, taken: Floats, seed: int
) -> Floats:
    """Points for the next wave, spread over what is not ruled out, or over the least implausible if that is little."""
    candidates = prior(CANDIDATES, seed)
    worst = _worst(waves, candidates, goals)
    order = np.argsort(worst, kind="stable")
    left = max(int((worst <= CUT).sum()), min(4 * size, len(candidates)))
    return spread_out(candidates[np.sort(order[:left])], size, taken)
