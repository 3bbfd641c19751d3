"""What a fit would have learned if something in it were otherwise: errors assumed differently, or fewer targets.

Each posterior is had by weighting the prior's points, on the same emulators: no run, no chain, and every line of a
comparison made in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.design import even_points
from calibration.fitting import ASSUMED, Fit, Together, errors_of
from calibration.judging_fits import verdicts
from calibration.posterior import Observed, Reading, log_likelihood_given
from scenarios.ensembles import parameters
from scenarios.learned import MOVED, NARROWER, PRIOR_SD, TENTHS

Floats = NDArray[np.float64]
POINTS: Final = 32_768
"""Of the prior, evenly spread: enough for the most certain line."""


@dataclass(frozen=True)
class Weighed:
    """A posterior by weighting the prior.

    Attributes:
        mean: (parameters,) in positions of their ranges, as all of these.
        sd: (parameters,).
        low: (parameters,) a tenth lies below, and a tenth above `high`.
        effective: how many independent draws the weights leave.
    """

    mean: Floats
    sd: Floats
    low: Floats
    high: Floats
    effective: float

    @property
    def updated(self) -> tuple[str, ...]:
        """Parameters that would count as updated."""
        shrunk, moved = 1.0 - self.sd / PRIOR_SD, np.abs(self.mean - 0.5) / PRIOR_SD
        is_updated = (shrunk >= NARROWER) | (moved >= MOVED)
        return tuple(each.name for each, yes in zip(parameters(), is_updated, strict=True) if yes)


@dataclass(frozen=True)
class Without:
    """What is left when targets are dropped of which an emulator fails.

    Attributes:
        targets: ids of those dropped.
        most_moved: parameter whose mean moves most by that, and `moved` how far, as a share of its range.
        updated: parameters that would still count as updated.
    """

    targets: tuple[str, ...]
    most_moved: str
    moved: float
    updated: tuple[str, ...]


OTHERWISE: Final = (
    ASSUMED,
    Together("errors of rows that share data independent", same_data=0.0),
    Together("these correlated by 0.8", same_data=0.8),
    Together("discrepancies of these rows correlated by 0.5", same_discrepancy=0.5),
    Together("both correlated by 0.8", same_data=0.8, same_discrepancy=0.8),
    Together("discrepancies of all rows correlated by 0.5", all_discrepancy=0.5),
    Together("discrepancies half as large", times=0.5),
    Together("discrepancies twice as large", times=2.0),
)
"""Nothing published says how the errors of one study's rows go together, nor how far a model may be off."""


def weighed(points: Floats, predicted: tuple[Floats, Floats], seen: Observed) -> Weighed:
    """The posterior of even points, of which emulators expect `predicted`, given what was seen."""
    logs = log_likelihood_given(predicted, seen)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = weights @ points
    low, high = (_quantiles(points, weights, share) for share in TENTHS)
    sd = np.sqrt(weights @ (points - mean) ** 2)
    return Weighed(mean, sd, low, high, 1.0 / float((weights**2).sum()))


def with_other_errors(fit: Fit) -> list[tuple[Together, Weighed]]:
    """What would have been learned under each of `OTHERWISE`, the fit's own first."""
    whole, points = fit.observed, even_points(POINTS, len(parameters()), 0)
    predicted = fit.predict(points)
    return [(each, weighed(points, predicted, Observed(whole.values, errors_of(fit.targets, each), whole.readings)))
            for each in OTHERWISE]


def without_failing(fit: Fit) -> Without | None:
    """What the fit would have learned without the targets of which an emulator fails; None when all pass."""
    failing = {each.target.id for each in verdicts(fit) if each.fails}
    if not failing:
        return None
    kept = [i for i, target in enumerate(fit.targets) if target.id not in failing]
    whole = fit.observed
    readings = tuple(Reading(tuple(each.outputs[i] for i in kept)) for each in whole.readings)
    predicted = fit.predict(fit.prior)
    with_all = weighed(fit.prior, predicted, whole)
    rest = weighed(fit.prior, predicted, Observed(whole.values[kept], whole.covariance[np.ix_(kept, kept)], readings))
    off = np.abs(with_all.mean - rest.mean)
    most = int(np.argmax(off))
    dropped = tuple(target.id for target in fit.targets if target.id in failing)
    return Without(dropped, parameters()[most].name, float(off[most]), rest.updated)


def _quantiles(points: Floats, weights: Floats, share: float) -> Floats:
    """(parameters,) of weighted points."""
    order = np.argsort(points, axis=0)
    below = np.cumsum(weights[order], axis=0)
    return np.array([points[order[np.searchsorted(below[:, i], share), i], i] for i in range(points.shape[1])])
