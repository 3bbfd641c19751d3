"""Results that nothing was fitted to, predicted and scored.

For each row: what an ensemble and the assumptions before the fit expect, each with every error that stands between the
model and a published number, and whether the published one lies in the middle eight tenths. Skill is one less the ratio
of continuous ranked probability scores: against "no effect" and against the assumptions before the fit. Rows that share
data with a fitted one, or made the prior (`made_prior`), are shown and not counted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.contrasts import PROGRAMMES, Span
from calibration.emulator import Emulator
from calibration.emulator import fit as fit_emulator
from calibration.emulator_check import Check, in_folds
from calibration.estimands import Counts, outcome, recorded_share, systems_of
from calibration.fitting import discrepancy_of, limits, recorded, scores_of
from calibration.made_prior import made_prior
from calibration.spread import Parts, averaged, parts_of
from calibration.targets import NEITHER, REPORT_ONLY, SINCE_START, Target, rank_of
from outputs.discrepancy import discrepancies

Floats = NDArray[np.float64]
DRAWS: Final = 4000
TENTHS: Final = (0.1, 0.9)


@dataclass(frozen=True)
class Score:
    """One row, predicted. All numbers on the log scale of `Target.log_value`.

    Attributes:
        low: of the middle eight tenths of what was expected, with `high`; `middle` is the median.
        inside: whether the published value lies there.
        crps: continuous ranked probability score of the ensemble; less is better.
        crps_prior: of the assumptions before the fit.
        crps_nothing: of no effect, or for an area's own counts of no change.
        counted: whether it is a test: not, when it shares data with a fitted row, made the prior or is only reported.
        why: why it is not counted, or not predicted.
        is_prior: whether it is not counted for the one reason that it made the prior.
        emulator_fails: why the row's emulator must not be relied on, in words; empty when it passes or there is none.
        parts: of what the spread of the prediction consists; None where no parameter was emulated.
    """

    target: Target
    low: float
    middle: float
    high: float
    inside: bool
    crps: float
    crps_prior: float
    crps_nothing: float
    counted: bool
    why: str
    is_prior: bool = False
    emulator_fails: str = ""
    parts: Parts | None = None
    observed: float | None = None
    """What was observed, where it is not the target's own value: the index of a month."""

    @property
    def value(self) -> float:
        """What was observed, on the scale of the prediction."""
        return self.target.log_value if self.observed is None else self.observed

    @property
    def is_predicted(self) -> bool:
        """Whether there is a prediction at all."""
        return not math.isnan(self.middle)


@dataclass(frozen=True)
class Simulated:
    """Points that were simulated: (points, parameters) positions, and what each shows."""

    positions: Floats
    counts: tuple[Counts, ...]


def group_of(target: Target, span: Span) -> tuple[tuple[str, ...], Span]:
    """Which scenarios, over which years, must be simulated to predict a row; a fit's own if they will do."""
    systems = tuple(sorted(set(systems_of(target)) - {NEITHER}))
    last = target.window[1] if target.window else 12
    years = max(span.years_from, -(-last // 12))
    if set(systems) <= set(PROGRAMMES) and years == span.years_from:
        return PROGRAMMES, span
    return systems, Span(span.years_before, years)


def together(targets: Sequence[Target], span: Span) -> dict[tuple[tuple[str, ...], Span], list[Target]]:
    """Rows by what must be simulated for them; scenarios beyond the fit's own, of the same years, run together."""
    groups: dict[tuple[tuple[str, ...], Span], list[Target]] = {}
    further: dict[Span, list[tuple[tuple[str, ...], Target]]] = {}
    for target in targets:
        systems, years = group_of(target, span)
        if systems == PROGRAMMES and years == span:
            groups.setdefault((systems, years), []).append(target)
        else:
            further.setdefault(years, []).append((systems, target))
    for years, rows in further.items():
        names = tuple(sorted({name for systems, _ in rows for name in systems}))
        groups[names, years] = [target for _, target in rows]
    return groups


def score(
    target: Target, simulated: Simulated, members: Floats, prior: Floats, fitted: Sequence[Target], seed: int
) -> Score:
    """Predict one row from simulated points, by an emulator of its own, and score it."""
    emulated = [_emulated(target, reading, simulated) for reading in target.readings]
    expected, expected_prior = ([one.at(positions) for one in emulated] for positions in (members, prior))
    rng = np.random.default_rng([seed, sum(map(ord, target.id))])
    draws, draws_prior = (_draws(target, each, rng) for each in (expected, expected_prior))
    nothing = _nothing(target, rng)
    low, middle, high = np.quantile(draws, (TENTHS[0], 0.5, TENTHS[1]))
    value = target.log_value
    why, is_prior = _standing(target, fitted)
    parts = averaged([parts_of(members, each, float(draws.var())) for each in expected])
    return Score(target, float(low), float(middle), float(high), bool(low <= value <= high), crps(draws, value),
                 crps(draws_prior, value), crps(nothing, value), not why, why, is_prior,
                 next((one.check.why for one in emulated if one.check.foretells_badly), ""), parts)  # fmt: skip


def unpredicted(target: Target, why: str) -> Score:
    """A row for which there is no prediction, and why."""
    nan = math.nan
    return Score(target, nan, nan, nan, False, nan, nan, nan, False, why)


def skill(scores: Sequence[Score], against: str) -> float:
    """1 - mean score / mean score of a reference ("prior" or "nothing"), over rows that have it; above 0 is better.

    Not a number when no row has that reference: a level, for which there is no such thing as no effect.
    """
    known = [(one.crps, one.crps_prior if against == "prior" else one.crps_nothing)
             for one in scores if one.is_predicted]  # fmt: skip
    known = [(own, reference) for own, reference in known if not math.isnan(reference)]
    reference = sum(each for _, each in known)
    return 1.0 - sum(own for own, _ in known) / reference if reference > 0.0 else math.nan


def crps(draws: Floats, value: float) -> float:
    """Continuous ranked probability score of draws: mean distance to the value less half that between draws."""
    ordered = np.sort(draws)
    n = len(ordered)
    between = 2.0 * float((ordered * (2.0 * np.arange(1, n + 1) - n - 1)).sum()) / n**2
    return float(np.abs(draws - value).mean()) - 0.5 * between


def _standing(target: Target, fitted: Sequence[Target]) -> tuple[str, bool]:
    """Why a row is no test, empty when it is one; and whether that is for the prior alone."""
    shared = next((one.id for one in fitted if one.lineage == target.lineage), "")
    prior = made_prior(target)
    words = [f"same data as {shared}" if shared else "", f"made the prior: {prior}" if prior else "",
             "report only" if target.role == REPORT_ONLY else ""]  # fmt: skip
    given = [each for each in words if each]
    return "; ".join(given), bool(prior) and len(given) == 1


@dataclass(frozen=True)
class _Emulated:
    """What a row would show under one reading without errors of its own.

    Attributes:
        emulator: of it.
        check: how such an emulator did on points that it had not seen.
        share: what part may be recorded otherwise.
    """

    emulator: Emulator
    check: Check
    share: float

    def at(self, positions: Floats) -> tuple[Floats, Floats]:
        """(positions,) means and variances."""
        expected = self.emulator.predict(scores_of(positions))
        return expected.mean + recorded(positions, np.array([self.share]))[:, 0], expected.variance


def _emulated(target: Target, reading: str, simulated: Simulated) -> _Emulated:
    found = np.array([outcome(target, reading, one) for one in simulated.counts])
    lower, upper = limits()
    scores = scores_of(simulated.positions)
    emulator = fit_emulator(scores, found, lower=lower, upper=upper, restarts=0)
    shares = [recorded_share(target, one) for one in simulated.counts]
    share = float(np.mean(shares)) if reading == SINCE_START else 0.0
    return _Emulated(emulator, in_folds(scores, found, (lower, upper)), share)


def _draws(target: Target, expected: Sequence[tuple[Floats, Floats]], rng: np.random.Generator) -> Floats:
    """(DRAWS,) what might have been published, equally often under each reading."""
    parts = []
    for means, variances in expected:
        count = DRAWS // len(expected)
        chosen = rng.integers(len(means), size=count)
        parts.append(means[chosen] + rng.standard_normal(count) * np.sqrt(variances[chosen]))
    found = np.concatenate(parts)
    if target.estimator.startswith("rank"):
        return _ranked(target, found, rng)
    return found + rng.standard_normal(DRAWS) * _error(target)


def _ranked(target: Target, means: Floats, rng: np.random.Generator) -> Floats:
    """The growth of the area of a rank among several that differ around each mean."""
    place, areas = rank_of(target)
    between = discrepancies()["between sites"]
    spread = means[:, np.newaxis] + between * rng.standard_normal((len(means), areas))
    return np.asarray(np.sort(spread, axis=1)[:, areas - place])


def _error(target: Target) -> float:
    return math.hypot(target.log_error, discrepancy_of(target))


def _nothing(target: Target, rng: np.random.Generator) -> Floats:
    """What would be expected if programmes did nothing and areas did not change."""
    if target.estimator.startswith("rank"):
        return _ranked(target, np.zeros(DRAWS), rng)
    return rng.standard_normal(DRAWS) * _error(target)
