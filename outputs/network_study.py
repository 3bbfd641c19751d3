"""Independent runs of a network, here or in several processes, and what they show together.

An interval is about simulation error: where the mean of very many runs would lie, with 95 % confidence, by Student's t
over the runs. It says nothing about whether the file is right.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats as distributions

from outputs.network_measures import (
    OF_SETTING,
    WAIT_SHARES,
    Key,
    RunMeasures,
    day_edges,
    measure_run,
    shown_settings,
)
from outputs.network_warm_up import with_warm_up
from outputs.network_words import in_unit, unit_of
from scenarios.network_file import NetworkFile
from simulation.engines import DEFAULT_ENGINE
from simulation.nobody import run_network
from simulation.stays import Stays
from simulation.studies.executor import local_executor

LEVEL = 0.95
DAILY = ("arrivals", "present", "waiting")
TASKS_PER_WORKER = 4
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class NetworkResult:
    """What the runs of a network show.

    Attributes:
        file: what was run.
        engine: what ran it.
        runs: one entry a run, in order.
    """

    file: NetworkFile
    engine: str
    runs: tuple[RunMeasures, ...]

    @property
    def summary(self) -> pd.DataFrame:
        """One row a measure: scope, where, who, measure, unit, mean, low, high, standard_error, sd, runs."""
        rows = [(key, self.values(key)) for key in self._keys()]
        return pd.DataFrame([self._summed_up(key, values) for key, values in rows])

    @property
    def by_run(self) -> pd.DataFrame:
        """Every measure of every run: run, scope, where, who, measure, unit, value."""
        rows = []
        for number, run in enumerate(self.runs):
            for key, value in run.values.items():
                named = (number, key.scope, key.where, key.who, key.measure, unit_of(key.measure, self.file.plan))
                rows.append((*named, in_unit(key.measure, value, self.file.plan)))
        return pd.DataFrame(rows, columns=["run", "scope", "where", "who", "measure", "unit", "value"])

    @property
    def distributions(self) -> pd.DataFrame:
        """Share of time with 0, 1, 2, ... present: scope, where, present, share, at_most, full_for_arrivals.

        `full_for_arrivals` is share / at_most: in a ward without a limit, the share of arrivals who would find so many
        beds taken if there were no more.
        """
        frames = []
        for scope, where in self.runs[0].shares:
            share = self.share_of_time(scope, where)
            at_most = np.minimum(np.cumsum(share), 1.0)
            full = np.divide(share, at_most, out=np.zeros_like(share), where=at_most > 0.0)
            frames.append(
                pd.DataFrame(
                    {"scope": scope, "where": where, "present": np.arange(len(share)), "share": share,
                     "at_most": at_most, "full_for_arrivals": full}
                )
            )  # fmt: skip
        return pd.concat(frames, ignore_index=True)

    @property
    def waits(self) -> pd.DataFrame:
        """Waits of those who start: where, who, share, wait, low, high; a share of them waits at most so long."""
        keys = dict.fromkeys(key for run in self.runs for key in run.waits)
        nothing = np.full(len(WAIT_SHARES), math.nan)
        frames = []
        for where, who in keys:
            found = np.array([run.waits.get((where, who), nothing) for run in self.runs]) / self.file.plan.seconds
            numbers = [interval(column[~np.isnan(column)]) for column in found.T]
            frames.append(
                pd.DataFrame(
                    {"where": where, "who": who, "share": WAIT_SHARES, "wait": [number.mean for number in numbers],
                     "low": [number.low for number in numbers], "high": [number.high for number in numbers]}
                )
            )  # fmt: skip
        return pd.concat(frames, ignore_index=True)

    @property
    def by_day(self) -> pd.DataFrame:
        """Each whole day that is counted: date, where, measure, mean, low, high."""
        edges = day_edges(self.file)
        dates = [self.file.calendar.date_of(int(tick)).isoformat() for tick in edges[:-1]]
        values = np.array([run.by_day for run in self.runs])
        mean, error = values.mean(axis=0), _errors(values)
        reach = quantile_for(len(self.runs)) * error
        frames = [
            pd.DataFrame(
                {"date": dates, "where": name, "measure": measure, "mean": mean[:, setting, part],
                 "low": (mean - reach)[:, setting, part], "high": (mean + reach)[:, setting, part]}
            )
            for setting, name in shown_settings(self.file)
            for part, measure in enumerate(DAILY)
        ]  # fmt: skip
        return pd.concat(frames, ignore_index=True)

    @property
    def flows(self) -> pd.DataFrame:
        """Patients a day from one setting to the next: from, to, mean, standard_error; "" is outside."""
        names = (*self.file.network.names(), "")
        values = np.array([run.flows for run in self.runs])
        mean, error = values.mean(axis=0), _errors(values)
        rows = [
            (names[i], names[j], float(mean[i, j]), float(error[i, j]))
            for i in range(len(names))
            for j in range(len(names))
            if mean[i, j] > 0.0
        ]
        return pd.DataFrame(rows, columns=["from", "to", "mean", "standard_error"])

    def values(self, key: Key) -> NDArray[np.float64]:
        """(runs,) a measure of each run, in the unit of the results; NaN for runs in which there was nothing of it."""
        found = [run.values.get(key, math.nan) for run in self.runs]
        return np.array([in_unit(key.measure, value, self.file.plan) for value in found])

    def of(self, where: str, measure: str, who: str = "all", scope: str = OF_SETTING) -> NDArray[np.float64]:
        """(runs,) a measure of a setting, by name."""
        return self.values(Key(scope, where, who, measure))

    def share_of_time(self, scope: str, where: str) -> NDArray[np.float64]:
        """Share of time with 0, 1, 2, ... present, over all runs."""
        shares = [run.shares[scope, where] for run in self.runs]
        longest = max(len(share) for share in shares)
        padded = [np.pad(share, (0, longest - len(share))) for share in shares]
        return np.asarray(np.mean(padded, axis=0), np.float64)

    def _keys(self) -> Iterable[Key]:
        return dict.fromkeys(key for run in self.runs for key in run.values)

    def _summed_up(self, key: Key, values: NDArray[np.float64]) -> dict[str, object]:
        known = values[~np.isnan(values)]
        number = interval(known)
        return {
            "scope": key.scope, "where": key.where, "who": key.who, "measure": key.measure,
            "unit": unit_of(key.measure, self.file.plan), "mean": number.mean, "low": number.low,
            "high": number.high, "standard_error": number.standard_error, "sd": number.sd, "runs": len(known),
        }  # fmt: skip


@dataclass(frozen=True)
class Interval:
    """A mean over runs and how well it is known; NaN where there are too few runs to say."""

    mean: float
    low: float
    high: float
    standard_error: float
    sd: float


def interval(values: NDArray[np.float64]) -> Interval:
    """Mean, 95 % interval of the mean, its standard error, and the standard deviation from run to run."""
    if not len(values):
        return Interval(math.nan, math.nan, math.nan, math.nan, math.nan)
    mean = float(values.mean())
    if len(values) == 1:
        return Interval(mean, math.nan, math.nan, math.nan, math.nan)
    sd = float(values.std(ddof=1))
    error = sd / math.sqrt(len(values))
    reach = quantile_for(len(values)) * error
    return Interval(mean, mean - reach, mean + reach, error, sd)


def quantile_for(runs: int) -> float:
    """How many standard errors a 95 % interval reaches to either side."""
    return float(distributions.t.ppf(0.5 + LEVEL / 2.0, runs - 1)) if runs > 1 else math.nan


def run_study(
    file: NetworkFile, engine: str = DEFAULT_ENGINE, jobs: int = 1, progress: Progress | None = None
) -> NetworkResult:
    """Run a network as its file says.

    Args:
        engine: one of `simulation.engines.ENGINES`; all give the same rows.
        jobs: processes at once; results do not depend on it.
        progress: called with runs done and runs in all.

    Raises:
        BadInput: when the file asks for a warm-up to be found and the network does not settle.
    """
    file = with_warm_up(file, engine)
    numbers = range(file.plan.runs)
    found: dict[int, RunMeasures] = {}
    for part in _parts(file, numbers, engine, jobs):
        found |= part
        if progress is not None:
            progress(len(found), len(numbers))
    return NetworkResult(file, engine, tuple(found[number] for number in numbers))


def stays_of(file: NetworkFile, replication: int, engine: str = DEFAULT_ENGINE) -> Stays:
    """The table of stays of one run."""
    return run_network(file.network, file.calendar, file.plan.seed, replication, engine)[0]


def measured(file: NetworkFile, numbers: Sequence[int], engine: str) -> dict[int, RunMeasures]:
    """Measures of some runs."""
    return {number: measure_run(stays_of(file, number, engine), file) for number in numbers}


def _parts(file: NetworkFile, numbers: range, engine: str, jobs: int) -> Iterator[dict[int, RunMeasures]]:
    """Measures of some runs at a time, as they become ready."""
    if jobs == 1 or len(numbers) == 1:
        yield from (measured(file, [number], engine) for number in numbers)
        return
    with local_executor(jobs) as pool:
        size = max(1, len(numbers) // (jobs * TASKS_PER_WORKER))
        tasks = [
            pool.submit(measured, file, numbers[first : first + size], engine)
            for first in range(0, len(numbers), size)
        ]
        for task in as_completed(tasks):
            yield task.result()


def _errors(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard errors over the first axis; NaN with a single run."""
    if len(values) == 1:
        return np.full(values.shape[1:], math.nan)
    return np.asarray(values.std(axis=0, ddof=1) / math.sqrt(len(values)), np.float64)
