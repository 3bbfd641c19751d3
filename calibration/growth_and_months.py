"""Solves the growth and the months of the baseline on the whole model, as `calibration.levels` does its levels.

    python -m calibration.growth_and_months --place england-average --runs 8 --rounds 3

Thresholds that fall by what the tables say would make more growth than is published, because every further admission
and attendance sets off others. Months of needs are not those of attendances, because repeat attendances, readmissions
and deaths follow with a lag and seasons of their own. The tables' slopes and months are therefore scaled until growth
and England's months come out. The result is written to `levels.csv`. Runs are without the shared illness, which
averages out. Every round but the first gives an estimate of each level; their mean is used and written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.england_months import SERIES_MONTHS, england_months, simulated_months
from calibration.levels import NO_ILLNESS, write_levels
from outputs.measures.reducing import reduce
from scenarios.build_model import build
from scenarios.build_rhythm import MONTH_NAMES
from scenarios.evidence import Evidence, load
from scenarios.resolve import resolve
from simulation.run import simulate
from simulation.stays import AGE_BANDS

FloatArray = NDArray[np.float64]
GROWTH = ("level.growth_of_admissions", "level.growth_of_attendances")
MONTHS = ("level.month_upper", "level.month_lower")
GROWTH_MEASURES = ("emergency_admission_growth_percent", "ae_attendance_growth_percent")
WINDOW = (date(2016, 4, 1), date(2020, 4, 1))
LAST_YEAR = "2019/20"
TEMPER = 0.8
"""Part of each correction of growth that is taken, so that runs' noise is not chased."""
RESPONSE = np.array([[1.1], [0.5]])
"""(2, 1) exponents of a month's correction. Needs above admission with a season of their own are only part of
admissions; those below it also take the same-day appointments of others, who come to A&E instead."""
ALL_TYPES_WEIGHT = 0.65
"""Weight of all attendances beside type 1 in a month of needs that do not lead to admission."""


@dataclass(frozen=True)
class Found:
    """What some runs show together.

    Attributes:
        growth: (2,) of admissions and of attendances, per year.
        months: each England series' 24 months as an index of their mean.
    """

    growth: FloatArray
    months: Mapping[str, FloatArray]


def wanted_growth(evidence: Evidence) -> tuple[FloatArray, FloatArray]:
    """(2,) growth a year of admissions and of attendances: what the ages make of it, and all of it."""
    people = evidence.values("population", AGE_BANDS)
    ageing = evidence.values("population_growth_projected", AGE_BANDS) / 100.0
    rates = np.stack([evidence.values("emergency_admission.rate", AGE_BANDS),
                      evidence.values("ae.attendances", AGE_BANDS)]) * people  # fmt: skip
    by_age = (rates * ageing).sum(axis=1) / rates.sum(axis=1)
    residual = [evidence.value("growth.admissions_residual"), evidence.value("growth.ae_attendance_residual")]
    return by_age, by_age + np.array(residual)


def corrected_growth(levels: FloatArray, found: FloatArray, by_age: FloatArray, wanted: FloatArray) -> FloatArray:
    """(2,) levels of growth after one round; growth by age is not theirs to change."""
    return np.asarray(levels * np.clip((wanted - by_age) / np.maximum(found - by_age, 1e-4), 0.5, 2.0) ** TEMPER)


def corrected_months(
    levels: FloatArray, found: Mapping[str, FloatArray], wanted: Mapping[str, FloatArray], admitted: float
) -> FloatArray:
    """(2, 12) levels of months, of needs above admission and below it, after one round.

    Args:
        levels: as they are.
        found: simulated months.
        wanted: published months.
        admitted: share of attendances that are admitted, whose months are those of needs above admission.
    """
    short = {name: _by_calendar_month(wanted[name] / found[name]) for name in wanted}
    attendances = ALL_TYPES_WEIGHT * short["all attendances"] + (1.0 - ALL_TYPES_WEIGHT) * short["type 1"]
    upper = short["admissions via A&E"]
    lower = (attendances - admitted * upper) / (1.0 - admitted)
    moved = levels * np.stack([upper, lower]) ** RESPONSE
    return np.asarray(moved / moved.mean(axis=1, keepdims=True), np.float64)


def mean_of(estimates: Sequence[FloatArray]) -> FloatArray:
    """Geometric mean of what rounds gave; the first, which began from afar, counts only while it is alone."""
    later = estimates[1:] or estimates
    return np.asarray(np.exp(np.mean(np.log(later), axis=0)), np.float64)


def one_run(what: tuple[str, int, int, Mapping[str, float]]) -> pd.DataFrame:
    """Measures of one run with changed levels and no shared illness."""
    place, seed, replication, settings = what
    overrides = [*(f"{name}={value}" for name, value in settings.items()), NO_ILLNESS]
    resolved = resolve("do-nothing", place=place, overrides=overrides, start=WINDOW[0], end=WINDOW[1])
    result = simulate(build(resolved, seed=seed, replication=replication), seed, replication)
    table = reduce(result, resolved)
    wanted = [*GROWTH_MEASURES, "ae_type1_attendances_per_day", "ae_attendances_per_day",
              "admissions_through_ae_per_day"]  # fmt: skip
    return table.loc[table["measure"].isin(wanted), ["measure", "period", "stratum", "value"]]


def found_in(tables: Sequence[pd.DataFrame]) -> Found:
    """What runs show together."""
    table = pd.concat(tables)
    last = table[(table["period"] == LAST_YEAR) & (table["stratum"] == "all")]
    growth = [last.loc[last["measure"] == name, "value"].mean() / 100.0 for name in GROWTH_MEASURES]
    return Found(np.array(growth), simulated_months(table))


def by_row(growth: FloatArray, months: FloatArray) -> dict[tuple[str, str], float]:
    """Levels of growth (2,) and of months (2, 12) by parameter and stratum."""
    solved = {(name, "all"): float(growth[i]) for i, name in enumerate(GROWTH)}
    return solved | {
        (name, month): float(months[i, m]) for i, name in enumerate(MONTHS) for m, month in enumerate(MONTH_NAMES)
    }


def _by_calendar_month(series: FloatArray) -> FloatArray:
    """(12,) means of a series of 24 months, January first."""
    number = np.array([int(month[5:]) for month in SERIES_MONTHS])
    return np.array([series[number == month].mean() for month in range(1, 13)])


def main() -> None:
    """Solve growth and months, and write them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", default="england-average")
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=171)
    options = parser.parse_args()
    evidence, wanted = load(), england_months()
    by_age, whole = wanted_growth(evidence)
    attendances = evidence.values("ae.attendances", AGE_BANDS) * evidence.values("population", AGE_BANDS)
    admitted = float(np.average(evidence.values("ae.admitted_share", AGE_BANDS), weights=attendances))
    growth = np.array([evidence.value(name) for name in GROWTH])
    months = np.stack([evidence.values(name, MONTH_NAMES) for name in MONTHS])
    growths, several_months = [], []
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for number in range(options.rounds):
            settings = {f"{name}[{stratum}]": value for (name, stratum), value in by_row(growth, months).items()}
            tasks = [(options.place, options.seed + number, run, settings) for run in range(options.runs)]
            found = found_in(list(pool.map(one_run, tasks)))
            errors = {name: np.sqrt(np.mean((found.months[name] - wanted[name]) ** 2)) for name in wanted}
            sys.stdout.write(f"round {number + 1}: growth {found.growth}, wanted {whole}; levels {growth}\n")
            sys.stdout.write("".join(f"  {name}: {error:.2%}\n" for name, error in errors.items()))
            sys.stdout.flush()
            growths.append(corrected_growth(growth, found.growth, by_age, whole))
            several_months.append(corrected_months(months, found.months, wanted, admitted))
            growth, months = mean_of(growths), mean_of(several_months)
            write_levels(by_row(growth, months))


if __name__ == "__main__":
    main()
