"""What chance does: runs of one point differ by nothing else, so they say how much of the spread is noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.sensitivity.laws import Floats

MOST_FAILED = 0.1
RULE = (
    "A point without all its runs is left out, with the whole trajectory or row of a design that needs its points "
    "together. If more than a tenth of the points are left out there is no analysis: what fails is part of the answer."
)
SMALL = 1e-12
"""Of the outputs' own variance: no noise is taken to be less."""


class TooManyFailed(Exception):
    """More of a design failed than the rule allows."""


@dataclass(frozen=True)
class Output:
    """One output of a design.

    Attributes:
        measure: its id.
        of: "difference" (scenario less reference, in the same run) or "level".
        period: year.
        values: (points, runs) NaN where a run failed or has no such value.
    """

    measure: str
    of: str
    period: str
    values: Floats

    @property
    def name(self) -> str:
        """As a column: "difference of emergency_admissions 2019/20"."""
        return f"{self.of} of {self.measure} {self.period}"

    @property
    def whole(self) -> NDArray[np.bool_]:
        """(points,) whether a point has all its runs."""
        return np.asarray(np.isfinite(self.values).all(axis=1))

    @property
    def mean(self) -> Floats:
        """(points,) over the runs of each."""
        return np.asarray(self.values.mean(axis=1))

    @property
    def run_noise(self) -> float:
        """Variance of one run about the mean of its point, pooled over points."""
        within = self.values[self.whole].var(axis=1, ddof=1)
        return float(within.mean()) if len(within) else float("nan")

    @property
    def mean_noise(self) -> float:
        """Variance of a point's mean about what very many runs would give."""
        return float(max(self.run_noise / self.values.shape[1], SMALL * float(np.nanvar(self.values))))

    @property
    def noise_share(self) -> float:
        """Share of the variance of single runs, over all points, that is chance; without the points' own share."""
        between = float(self.mean[self.whole].var(ddof=1)) - self.run_noise / self.values.shape[1]
        total = between + self.run_noise
        return self.run_noise / total if total > 0.0 else float("nan")


def check_failed(output: Output) -> int:
    """How many points are left out.

    Raises:
        TooManyFailed: more than the rule allows.
    """
    failed = int((~output.whole).sum())
    if failed > MOST_FAILED * len(output.values):
        raise TooManyFailed(f"{failed} of {len(output.values)} points failed or have no {output.name}. {RULE}")
    return failed
