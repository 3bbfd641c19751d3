"""What a case is: networks that are run, numbers that are estimated from each run, and what they should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outputs.network_measures import EVERYBODY, OF_PLACES, OF_SETTING, Key, RunMeasures
from outputs.network_words import in_unit
from scenarios.network_file import NetworkFile
from simulation.stays import NEVER, Stays

Rule = Literal["exact", "published", "above"]
MARGIN = 60.0
"""Units of time before the end in which no service time is looked at: the longest would be missed."""
ONLY = ""
"""Name of the network of a case that has one."""


@dataclass(frozen=True)
class Trial:
    """One run of one network of a case."""

    stays: Stays
    file: NetworkFile
    measures: RunMeasures

    def of(self, where: str, measure: str, who: str = EVERYBODY) -> float:
        """A measure of a setting, in the unit of the file."""
        return self._number(Key(OF_SETTING, where, who, measure))

    def of_places(self, pool: str, measure: str) -> float:
        """A measure of a pool."""
        return self._number(Key(OF_PLACES, pool, EVERYBODY, measure))

    def services(self, where: str) -> NDArray[np.float64]:
        """Times of service in a setting, in the unit of the file, of those who start so early that all are over."""
        stays, last = self.stays, self.file.window.last - MARGIN * self.file.plan.seconds
        rows = (stays.setting == self.file.network.names().index(where)) & (stays.started >= self.file.window.first)
        rows &= (stays.started < last) & (stays.ready != NEVER)
        return np.asarray((self.stays.ready - self.stays.started)[rows] / self.file.plan.seconds, np.float64)

    def _number(self, key: Key) -> float:
        return in_unit(key.measure, self.measures.values[key], self.file.plan)


@dataclass(frozen=True)
class Trials:
    """One run of each network of a case; all with the same draws."""

    seed: int
    replication: int
    runs: Mapping[str, Trial]

    def __getitem__(self, name: str) -> Trial:
        """The run of a network."""
        return self.runs[name]


Estimate = Callable[[Trials], float]


@dataclass(frozen=True)
class Control:
    """Something that is estimated beside a number and known exactly: it takes chance out of the number."""

    estimate: Estimate
    exact: float


@dataclass(frozen=True)
class Check:
    """One number of a case.

    Attributes:
        what: in words.
        source: the formula, or where the number was published.
        value: what it should be.
        estimate: what one run says it is.
        rule: "exact": |mean - value| <= t(99.95 %) standard errors. "published": <= 3 combined standard errors and half
            a unit of the last digit. "above": the estimate is above the value by 3 of its standard errors.
        printed: the value as it stands in the source, to which the formula is held; None where there is none.
        precision: largest standard error, as a share of the value (of 1 where that is 0).
        error: standard error of a published value.
        half_digit: half a unit of its last digit.
        wrong: why a published value is known to be wrong; it is then expected to differ.
        controls: what takes chance out of the estimate.
    """

    what: str
    source: str
    value: float
    estimate: Estimate
    rule: Rule = "exact"
    printed: float | None = None
    precision: float = 0.01
    error: float = 0.0
    half_digit: float = 0.0
    wrong: str = ""
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True)
class Case:
    """A case with a known answer.

    Attributes:
        id: "V2 M/M/5".
        title: in words.
        checks: its numbers.
        networks: texts of network files, by name.
        runs: at full precision.
        quick_runs: in the quick form.
    """

    id: str
    title: str
    checks: tuple[Check, ...]
    networks: Mapping[str, str] = field(default_factory=dict)
    runs: int = 40
    quick_runs: int = 8


def measured(where: str, measure: str, who: str = EVERYBODY, network: str = ONLY) -> Estimate:
    """The estimate of a measure of a setting."""
    return lambda trials: trials[network].of(where, measure, who)


def measured_places(pool: str, measure: str, network: str = ONLY) -> Estimate:
    """The estimate of a measure of a pool."""
    return lambda trials: trials[network].of_places(pool, measure)


def arrivals_control(where: str, per_hour: float, network: str = ONLY) -> Control:
    """Arrivals an hour."""
    return Control(lambda trials: trials[network].of(where, "arrivals") / 24.0, per_hour)


def service_control(where: str, mean: float, network: str = ONLY) -> Control:
    """Mean service time."""
    return Control(lambda trials: float(trials[network].services(where).mean()), mean)


def squared_service_control(where: str, second_moment: float, network: str = ONLY) -> Control:
    """Mean of the squared service time."""
    return Control(lambda trials: float((trials[network].services(where) ** 2).mean()), second_moment)
