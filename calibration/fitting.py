"""A fit: from targets to an ensemble, with everything that a reader needs to judge it.

    fit = fit_effects(targets, effort, simulate, seed)
    fit.members          # (members, parameters) equally plausible positions
    fit.predict(positions)

Emulators see the normal scores of positions, in which effects are nearly straight lines. The parameter about recording
is never simulated: it changes only what is counted, which is worked out exactly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from calibration.apart import growth_apart, level_apart
from calibration.contrasts import Span
from calibration.design import even_points
from calibration.emulator import Emulator
from calibration.estimands import Counts, outcome, recorded_share, years_of_growth
from calibration.history_matching import Goal, Matched, match
from calibration.out_of_reach import refuse_beyond_reach
from calibration.posterior import (
    BURN_IN,
    STEPS,
    Observed,
    Reading,
    alike,
    covariance,
    effective_draws,
    log_likelihood,
    log_likelihood_of_readings,
    sample,
    thinned,
)
from calibration.targets import (
    BOTH,
    FIRST_YEAR,
    GROWTH_OF_SERIES,
    LEVEL,
    SINCE_START,
    WITH_TEAM,
    YEAR_BEFORE,
    Target,
)
from outputs.discrepancy import discrepancies
from scenarios.ensembles import parameters
from scenarios.fitted import EDGE

Floats = NDArray[np.float64]
Runs = Callable[[Floats, int], Sequence[Counts]]
"""`(positions of all parameters, number of the first point) -> what each point shows`."""
MIDDLE: Final = 0.5
PRIOR_DRAWS: Final = 4096


@dataclass(frozen=True)
class Effort:
    """How much a fit costs, and so how sure its emulators are.

    Attributes:
        place: that is simulated.
        span: years of it.
        sizes: points of each wave.
        hold_out_points: points for hold-outs about other scenarios or later years.
        members: of the ensemble.
        steps: of the chain, of every walker.
    """

    name: str
    place: str
    span: Span
    sizes: tuple[int, ...]
    hold_out_points: int
    members: int = 240
    steps: int = STEPS


QUICK: Final = Effort("quick", "england-average-25k", Span(1, 3), (96, 64), 32, steps=1000)
FULL: Final = Effort("full", "england-average-100k", Span(2, 5), (160, 80), 48)


@dataclass(frozen=True)
class Output:
    """One number that points are asked for: a target under one reading."""

    target: int
    reading: str


@dataclass(frozen=True)
class FirstLook:
    """What the first wave shows before anything is fitted.

    Attributes:
        means: (prior draws, outputs) on the log scale, expected from the assumptions before the fit.
        variances: (prior draws, outputs) of the emulators.
        ceilings: (targets,) per cent of what is counted that those reached have, None where it is not known.
    """

    targets: tuple[Target, ...]
    outputs: tuple[Output, ...]
    means: Floats
    variances: Floats
    ceilings: tuple[float | None, ...]


@dataclass(frozen=True)
class Fit:
    """What a fit found.

    Attributes:
        targets: that were fitted.
        outputs: what was emulated.
        matched: waves of history matching, in normal scores.
        shares: (outputs,) part of what is counted that could be recorded otherwise.
        chain: (steps, walkers, parameters) positions.
        members: (members, parameters) positions of the ensemble, in order of the outcome that they foretell.
    """

    targets: tuple[Target, ...]
    outputs: tuple[Output, ...]
    matched: Matched
    shares: Floats
    chain: Floats
    members: Floats

    @cached_property
    def observed(self) -> Observed:
        """What was published, with every error."""
        return observed(self.targets, self.outputs)

    @cached_property
    def prior(self) -> Floats:
        """(draws, parameters) positions before the fit, evenly spread."""
        return prior_positions()

    @cached_property
    def effective_draws(self) -> float:
        """How many independent draws the chain is worth."""
        return effective_draws(self.chain)

    @property
    def noise(self) -> Floats:
        """(outputs,) variance of a single run about what many would average to."""
        return np.array([float(each.noise.mean()) * each.scale**2 for each in self.matched.emulators])

    def predict(self, positions: Floats) -> tuple[Floats, Floats]:
        """(positions, outputs) means and variances on the log scale."""
        return predicted(self.matched.emulators, self.shares, positions)

    def reading_probability(self) -> dict[str, float]:
        """How likely each reading of what growth is since becomes, both being as likely before."""
        logs = log_likelihood_of_readings(self.predict, self.observed, self.prior)
        top = logs.max()
        weights = np.exp(logs - top).mean(axis=1)
        names = readings_of(self.targets)
        return dict(zip(names, (weights / weights.sum()).tolist(), strict=True))

    def weighted_mean(self) -> Floats:
        """(parameters,) mean positions by weighting the prior, a check of the chain that shares no code with it."""
        logs = log_likelihood(self.predict, self.observed, self.prior)
        weights = np.exp(logs - logs.max())
        return np.asarray(weights @ self.prior / weights.sum())


def fit_effects(
    targets: Sequence[Target], effort: Effort, runs: Runs, seed: int,
    on_first_look: Callable[[FirstLook], None] | None = None,
) -> Fit:
    """Fit the parameters to targets.

    Args:
        targets: rows with the role fit.
        effort: how much to spend.
        runs: simulates points.
        seed: from which everything follows.
        on_first_look: told what the first wave shows, before anything is fitted.

    Raises:
        BeyondReach: when the first wave shows that a target lies beyond its dilution ceiling.
    """
    outputs = outputs_of(targets)
    shares: list[Floats] = []
    ceilings: list[float | None] = []
    since = np.array([each.reading == SINCE_START for each in outputs])

    def simulate(scores: Floats, first: int) -> Floats:
        found = runs(positions_of(scores), first)
        if not first:
            ceilings.extend(refuse_beyond_reach(targets, found))
        shares.extend(np.array([recorded_share(targets[each.target], one) for each in outputs]) for one in found)
        return np.array([[outcome(targets[each.target], each.reading, one) for each in outputs] for one in found])

    def look(emulators: Sequence[Emulator]) -> None:
        if on_first_look is not None:
            expected = predicted(emulators, np.where(since, np.mean(shares, axis=0), 0.0), prior_positions())
            on_first_look(FirstLook(tuple(targets), outputs, *expected, tuple(ceilings)))

    goals = goals_of(targets, outputs)
    matched = match(simulate, prior_scores, goals, effort.sizes, limits(), seed, look)
    mean_shares = np.where(since, np.mean(shares, axis=0), 0.0)
    seen = observed(targets, outputs)

    def predict(positions: Floats) -> tuple[Floats, Floats]:
        return predicted(matched.emulators, mean_shares, positions)

    chain = sample(predict, seen, len(parameters()), seed, EDGE, steps=effort.steps,
                   burn_in=BURN_IN * effort.steps // STEPS)  # fmt: skip
    members = thinned(chain, effort.members).round(4)
    order = np.argsort(predict(members)[0].mean(axis=1), kind="stable")
    return Fit(tuple(targets), outputs, matched, mean_shares, chain, members[order])


def predicted(emulators: Sequence[Emulator], shares: Floats, positions: Floats) -> tuple[Floats, Floats]:
    """(positions, outputs) means and variances of what emulators expect, recording changes included."""
    scores = scores_of(positions)
    found = [emulator.predict(scores) for emulator in emulators]
    means = np.column_stack([each.mean for each in found])
    variances = np.column_stack([each.variance for each in found])
    return means + recorded(positions, shares), variances


def recorded(positions: Floats, shares: Floats) -> Floats:
    """(positions, outputs) log change of what is counted when programme areas record some admissions otherwise."""
    index = next((i for i, each in enumerate(parameters()) if each.acts == "recording"), None)
    if index is None:
        return np.zeros((len(positions), len(shares)))
    moved = np.array([parameters()[index].value(float(each)) for each in positions[:, index]])
    return np.log1p(-np.outer(moved, shares))


def outputs_of(targets: Sequence[Target]) -> tuple[Output, ...]:
    """Every target under every reading."""
    return tuple(Output(i, reading) for i, target in enumerate(targets) for reading in target.readings)


def readings_of(targets: Sequence[Target]) -> tuple[str, ...]:
    """What growth may be since, where a source does not say."""
    return (SINCE_START, YEAR_BEFORE) if any(target.reading == BOTH for target in targets) else ("as stated",)


def goals_of(targets: Sequence[Target], outputs: Sequence[Output]) -> tuple[Goal, ...]:
    """Targets as history matching wants them."""
    return tuple(
        Goal(target.id, tuple(k for k, each in enumerate(outputs) if each.target == i), target.log_value,
             target.log_error**2 + discrepancy_of(target) ** 2)
        for i, target in enumerate(targets)
    )  # fmt: skip


def observed(targets: Sequence[Target], outputs: Sequence[Output]) -> Observed:
    """Targets as the likelihood wants them."""
    readings = []
    for name in readings_of(targets):
        wanted = [name if target.reading == BOTH else target.reading for target in targets]
        chosen = [outputs.index(Output(i, reading)) for i, reading in enumerate(wanted)]
        readings.append(Reading(tuple(chosen)))
    whole = errors_of(targets, ASSUMED)
    return Observed(np.array([target.log_value for target in targets]), whole, tuple(readings))


@dataclass(frozen=True)
class Together:
    """How errors and discrepancies of rows go together: assumed, since no source says.

    Attributes:
        words: what is assumed.
        same_data: correlation of the errors of rows that share data; None: as the table of discrepancies has it.
        same_discrepancy: correlation of the discrepancies of those rows.
        all_discrepancy: least correlation of any two discrepancies.
        times: what discrepancies are multiplied by.
    """

    words: str
    same_data: float | None = None
    same_discrepancy: float = 0.0
    all_discrepancy: float = 0.0
    times: float = 1.0


ASSUMED: Final = Together("as the fit has them")


def errors_of(targets: Sequence[Target], assumed: Together) -> Floats:
    """(targets, targets) covariance of what the published and the model may be apart."""
    table = discrepancies()
    lineages = [target.lineage for target in targets]
    errors = np.array([target.log_error for target in targets])
    own = assumed.times * np.array([discrepancy_of(target) for target in targets])
    same_data = table["same data"] if assumed.same_data is None else assumed.same_data
    together = np.maximum.reduce([
        alike(lineages, assumed.same_discrepancy), np.maximum(assumed.all_discrepancy, np.eye(len(targets))),
        alike(_own(targets, lambda row: row.series), table["same series"]),
        alike(_own(targets, lambda row: row.system), table["same area"]),
    ])  # fmt: skip
    return covariance(errors, own, alike(lineages, same_data), together)


def _own(targets: Sequence[Target], key: Callable[[Target], object]) -> list[object]:
    """What own counts of one area have in common, by which their discrepancies go together; effects have nothing."""
    return [(target.file, key(target)) if target.estimator in (LEVEL, GROWTH_OF_SERIES) else i
            for i, target in enumerate(targets)]  # fmt: skip


def discrepancy_of(target: Target) -> float:
    """How far the model may be from what it stands for, a standard deviation on the scale of `log_value`."""
    table = discrepancies()
    if target.estimator.startswith("growth per head"):
        return table["growth"] * years_of_growth(target)
    if target.estimator == LEVEL:
        return level_apart(target)
    if target.estimator == GROWTH_OF_SERIES:
        assert target.window is not None
        assert target.base is not None
        return growth_apart(target, target.window, [target.base])
    if target.level == "person" or target.estimator in (FIRST_YEAR, WITH_TEAM):
        matched = re.search(r"\bmatched\b", target.comparator, re.IGNORECASE)
        return table["person, MATCHED" if matched else "person"]
    return table[target.level]


def simulated_parameters() -> list[int]:
    """Indices of the parameters that change what is simulated."""
    return [i for i, each in enumerate(parameters()) if each.acts != "recording"]


def limits() -> tuple[Floats, Floats]:
    """(simulated parameters,) least and largest normal score of each."""
    inputs = len(simulated_parameters())
    return np.full(inputs, float(ndtri(EDGE))), np.full(inputs, float(ndtri(1.0 - EDGE)))


def prior_positions() -> Floats:
    """(draws, parameters) positions before a fit, evenly spread."""
    return even_points(PRIOR_DRAWS, len(parameters()), 0)


def prior_scores(count: int, seed: int) -> Floats:
    """(count, simulated parameters) normal scores, evenly spread over the prior."""
    return np.asarray(ndtri(even_points(count, len(simulated_parameters()), seed)), np.float64)


def scores_of(positions: Floats) -> Floats:
    """(points, simulated parameters) normal scores of positions of all parameters."""
    return np.asarray(ndtri(positions[:, simulated_parameters()]), np.float64)


def positions_of(scores: Floats) -> Floats:
    """(points, parameters) positions of normal scores; those that are not simulated in the middle."""
    found = np.full((len(scores), len(parameters())), MIDDLE)
    found[:, simulated_parameters()] = ndtr(scores)
    return found
