"""Textbook queues as network files, run in a place where nobody lives, and how their estimates are checked.

Time is counted in units of 0.02 days (1,728 ticks), in which most services take 1 on average.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from scenarios.build_network import NetworkBuilder
from scenarios.evidence import load
from scenarios.pools import REFERENCE_PEOPLE
from scenarios.resolved import Place, PopulationCell
from scenarios.yaml_reader import parse_yaml
from simulation.calendar import SECONDS_PER_DAY, Calendar, build_calendar
from simulation.network import Network
from simulation.nobody import run_network
from simulation.stays import NEVER, Outcome, Stays

UNIT_DAYS = 0.02
UNIT = round(UNIT_DAYS * SECONDS_PER_DAY)
SEED = 20
CONFIDENCE = 0.9995
"""An estimate is refused when its mean is off by more than this quantile of t times its standard error."""
START_UP = 400 * UNIT
"""Ticks at the start that are left out of long-run estimates."""
RUN_OUT = 100 * UNIT
"""Ticks at the end in which requests are not judged, since some would still be waiting."""


def nowhere() -> Place:
    """The place of a textbook: streams have the numbers that their file says."""
    everybody = PopulationCell(0, None, "all", 0, float(REFERENCE_PEOPLE))
    return Place("nowhere", "Nowhere", "2016/17", (everybody,), {}, "textbook")


def network_of(text: str, calendar: Calendar, place: Place | None = None) -> Network:
    """The network that a text describes, in a textbook or in a place."""
    return NetworkBuilder(parse_yaml(text, "network.yaml"), place or nowhere(), load(), calendar).build()


def months(count: int) -> Calendar:
    """A calendar of so many months."""
    return build_calendar(date(2017, 1, 1), date(2017 + count // 12, 1 + count % 12, 1))


def per_day(rate: float) -> float:
    """Arrivals a day that are `rate` a unit of time."""
    return rate / UNIT_DAYS


@dataclass(frozen=True)
class Trial:
    """The stays of one replication, with the names that they stand for."""

    stays: Stays
    network: Network
    calendar: Calendar

    def at(self, setting: str) -> NDArray[np.bool_]:
        """Rows of a setting."""
        return np.asarray(self.stays.setting == self.network.names().index(setting))

    def judged(self, setting: str) -> NDArray[np.bool_]:
        """Rows of a setting that were requested after the start-up and long before the end."""
        requested = self.stays.requested
        return self.at(setting) & (requested >= START_UP) & (requested < self.calendar.horizon - RUN_OUT)

    def waits(self, setting: str) -> NDArray[np.float64]:
        """Units from request to start of those who started."""
        rows = self.judged(setting) & (self.stays.started != NEVER)
        return np.asarray((self.stays.started - self.stays.requested)[rows] / UNIT)

    def share(self, setting: str, outcome: Outcome) -> float:
        """Share of requests that ended in an outcome."""
        return float((self.stays.outcome[self.judged(setting)] == outcome).mean())

    def present(self, setting: str) -> float:
        """Mean number waiting or there, after the start-up."""
        return self.occupied(setting, self.stays.requested, self.stays.ended)

    def occupied(self, setting: str, begin: NDArray[np.int64], end: NDArray[np.int64]) -> float:
        """Mean number between two ticks of their stay, after the start-up."""
        rows = self.at(setting) & (begin != NEVER) & (end != NEVER)
        horizon = self.calendar.horizon
        inside = np.minimum(end[rows], horizon) - np.maximum(begin[rows], START_UP)
        return float(np.maximum(inside, 0).sum() / (horizon - START_UP))

    def present_at(self, setting: str, ticks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Number in service at each of some ticks."""
        rows = self.at(setting) & (self.stays.started != NEVER)
        came = np.searchsorted(np.sort(self.stays.started[rows]), ticks, side="right")
        went = np.searchsorted(np.sort(self.stays.ended[rows]), ticks, side="right")
        return np.asarray(came - went)


def trials(text: str, replications: int, calendar: Calendar) -> list[Trial]:
    """Independent replications of a network, each empty at the start."""
    network = network_of(text, calendar)
    return [
        Trial(run_network(network, calendar, SEED, replication)[0], network, calendar)
        for replication in range(replications)
    ]


def number_present(setting: str) -> Callable[[Trial], float]:
    """Measures the mean number waiting or there."""
    return lambda run: run.present(setting)


def number_in_service(setting: str) -> Callable[[Trial], float]:
    """Measures the mean number there."""
    return lambda run: run.occupied(setting, run.stays.started, run.stays.ended)


def number_waiting(setting: str) -> Callable[[Trial], float]:
    """Measures the mean number waiting."""
    in_service = number_in_service(setting)
    return lambda run: run.present(setting) - in_service(run)


def number_at(setting: str, ticks: NDArray[np.int64]) -> Callable[[Trial], float]:
    """Measures the mean number in service at some ticks."""
    return lambda run: float(run.present_at(setting, ticks).mean())


def flow_into(setting: str) -> Callable[[Trial], float]:
    """Measures arrivals a unit of time."""
    return lambda run: float(run.judged(setting).sum() / ((run.calendar.horizon - START_UP - RUN_OUT) / UNIT))


def mean_wait(setting: str) -> Callable[[Trial], float]:
    """Measures the mean wait of those who started."""
    return lambda run: float(run.waits(setting).mean())


def check_estimate(
    runs: Sequence[Trial], measure: Callable[[Trial], float], exact: float, largest_error: float
) -> None:
    """Hold the mean of one estimate a replication to the exact value, and its precision to what was asked.

    Args:
        runs: the replications; each is a batch.
        measure: the estimate from one of them.
        exact: what theory says.
        largest_error: standard error of the mean that is still precise enough, as a share of the exact value.
    """
    estimates = np.array([measure(run) for run in runs])
    mean, error = float(estimates.mean()), float(estimates.std(ddof=1) / np.sqrt(len(estimates)))
    most = float(stats.t.ppf(CONFIDENCE, len(estimates) - 1))
    said = f"{len(estimates)} replications: {mean:.6f}, standard error {error:.6f}; exact {exact:.6f}"
    assert error <= largest_error * abs(exact), f"{said}: too imprecise to judge"
    off = abs(mean - exact) / error
    assert off <= most, f"{said}: off by {off:.2f} standard errors, allowed {most:.2f}"
