"""A formula in place of the simulation, for tests of questions from the command line to the folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from pathlib import Path

import pandas as pd
import pytest

from caresim.simulating import Means
from caresim.study import Study
from scenarios.resolved import Resolved
from simulation.studies import Store

YEARS = ("2015/16", "2016/17", "2017/18", "2018/19", "2019/20")

Formula = Callable[[Resolved, int], pd.DataFrame]


class Toy:
    """In place of the simulation: notes which runs it was asked for, and may be stopped by Ctrl-C."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.had: list[tuple[str, int]] = []
        self.stop_after = 10_000

    def __call__(self, study: Study, store: Store, means: Means, *, only: Set[str], **_: object) -> None:
        missing = store.missing(list(only))
        for spec, run, key in study.plan.runs():
            if key in missing:
                if len(self.had) >= self.stop_after:
                    raise KeyboardInterrupt
                assert isinstance(spec.payload, Resolved)
                store.write(key, self.formula(spec.payload, run))
                self.had.append((spec.name, run))


def table_of(values: Mapping[str, float]) -> pd.DataFrame:
    """A run's table that says the same of every year."""
    rows = [(name, year, "all", value) for name, value in values.items() for year in YEARS]
    return pd.DataFrame(rows, columns=["measure", "period", "stratum", "value"])


def put_in_place(formula: Formula, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A folder of the user's, and a formula in place of the simulation."""
    monkeypatch.chdir(folder)
    found = Toy(formula)
    monkeypatch.setattr("caresim.bench.simulate", found)
    monkeypatch.setattr("caresim.asking.make_ready", lambda *_, **__: None)
    return found
