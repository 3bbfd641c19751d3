"""Scenarios that are run as they are asked for: commands that decide what to run next by what they have seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from caresim.simulating import Means, simulate
from caresim.study import Study, spec_of
from outputs.headline import headline, reported, reported_year
from outputs.measures.registry import MEASURES
from scenarios.resolved import Resolved
from simulation.studies import Store

Floats = NDArray[np.float64]
Pair = tuple[str, int]
"""A scenario by its id, and a run by its number, from 1."""


class Bench:
    """Runs of a study's scenarios, had when they are wanted and kept in the store: the same question asked again, or
    gone on with after a stop, simulates none of them twice.

    Attributes:
        study: its scenarios; more may be added.
        period: the year that is reported.
    """

    def __init__(
        self, study: Study, store: Store, means: Means, period: str | None,
        keep_going: Callable[[], None] | None = None,
    ) -> None:
        self.study = study
        self.store = store
        self.means = means
        self.keep_going = keep_going
        self.years = study.years
        self.period = study.reported(period)
        self.asked: set[Pair] = set()
        self._said: dict[Pair, Mapping[str, float]] = {}

    def add(self, scenarios: Iterable[Resolved]) -> None:
        """Take in further scenarios; those of an id that is there already are passed over."""
        known = {one.id for one in self.study.scenarios}
        new = [one for one in scenarios if one.id not in known]
        plan = dataclasses.replace(self.study.plan, specs=(*self.study.plan.specs, *map(spec_of, new)))
        self.study = dataclasses.replace(self.study, scenarios=(*self.study.scenarios, *new), plan=plan)

    def have(self, pairs: Collection[Pair]) -> None:
        """See to it that some runs are there.

        Raises:
            simulation.studies.RunsLost: as `caresim.simulating.simulate`.
        """
        wanted = [pair for pair in pairs if pair not in self._said]
        self.asked |= set(pairs)
        if not wanted:
            return
        keys = {pair: self._key(pair) for pair in wanted}
        study = self.study.with_replications(max(run for _, run in wanted))
        simulate(study, self.store, self.means, period=self.period.name, only=frozenset(keys.values()),
                 keep_going=self.keep_going)  # fmt: skip
        for pair, table in zip(keys, self.store.tables(keys.values()), strict=True):
            if table is None:
                raise LookupError(f"run {pair[1]} of {pair[0]} is not in {self.store.folder}")
            self._said[pair] = headline(table)

    def values(self, measure: str, scenario: str, runs: Sequence[int], year: str | None = None) -> Floats:
        """(runs,) of a measure in the reported year, or another; NaN where a run has none."""
        self.have([(scenario, run) for run in runs])
        names = [one.name for one in self.years]
        return np.array([
            reported(measure, self._said[scenario, run], year or self.period.name, names) for run in runs
        ])  # fmt: skip

    def table(self, scenario: str, run: int) -> pd.DataFrame:
        """The whole table of a run."""
        self.have([(scenario, run)])
        (found,) = self.store.tables([self._key((scenario, run))])
        if found is None:
            raise LookupError(f"run {run} of {scenario} is not in {self.store.folder}")
        return found

    def in_period(self, measure: str, year: str | None = None) -> str:
        """Over which time a measure is reported, in words: "2018/19", or "2016/17 to 2019/20" for growth."""
        name = year or self.period.name
        if not MEASURES[measure].over_years:
            return name
        said = next(iter(self._said.values()), {})
        end = reported_year(measure, said, name, [one.name for one in self.years]) or name
        change = self.study.scenarios[0].window.change
        before = [one.name for one in self.years if one.end <= change]
        return f"{before[-1]} to {end}" if before else end

    def run_files(self) -> str:
        """Which file of the store each run that was asked for is in, as CSV."""
        files = self.store.files()
        lines = [f"{name},{run},{files[self._key((name, run))][0]}" for name, run in sorted(self.asked)]
        return "\n".join(["scenario,run,file", *lines, ""])

    def _key(self, pair: Pair) -> str:
        name, run = pair
        return self.study.plan.key(next(spec for spec in self.study.plan.specs if spec.name == name), run)
