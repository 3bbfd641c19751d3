"""Prints what do-nothing shows beside what is published, with simulation error.

    python -m benchmarks.baseline_fit --place england-average --runs 16 --jobs 2

Levels are of 2016/17, the base year; growth is from the base year to 2019/20; months are those of England's series,
April 2016 to March 2018. A row is met when the mean over runs lies inside the tolerance. Nothing is rounded into it.
"""

from __future__ import annotations

import argparse
import csv
import math
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from outputs.measures.reducing import reduce
from scenarios.build_model import build
from scenarios.evidence import EVIDENCE
from scenarios.resolve import resolve
from simulation.run import simulate

HERE = Path(__file__).parent
TARGETS = HERE / "baseline_targets.csv"
BASE_YEAR = "2016/17"
SERIES_MONTHS = tuple(f"{year}-{month:02d}" for year, months in ((2016, range(4, 13)), (2017, range(1, 13)),
                                                                 (2018, range(1, 4))) for month in months)  # fmt: skip
GROWTH_TARGETS = (
    ("Growth of emergency admissions a year, %", "emergency_admission_growth_percent", 2.9, 2.5, 3.3),
    ("Growth of A&E attendances a year, %", "ae_attendance_growth_percent", 1.9, 1.5, 2.3),
    ("Growth of emergency bed days a year, %", "emergency_bed_day_growth_percent", 1.2, 0.8, 1.6),
    ("Zero-day share of the extra admissions", "zero_day_share_of_extra", 0.74, 0.64, 0.84),
)


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    label: str
    target: float
    low: float
    high: float
    simulated: float
    error: float
    """Standard error of the mean over runs."""

    @property
    def met(self) -> bool:
        """Whether the simulated mean lies inside the tolerance."""
        return self.low <= self.simulated <= self.high


def one_run(what: tuple[str, int, int, tuple[str, ...], date]) -> pd.DataFrame:
    """The table of measures of one do-nothing run."""
    place, seed, replication, overrides, end = what
    resolved = resolve("do-nothing", place=place, overrides=overrides, end=end)
    began = time.process_time()
    result = simulate(build(resolved, seed=seed, replication=replication), seed, replication)
    table = reduce(result, resolved)
    table["run"] = replication
    years = float(result.person_seconds.sum()) / 31557600.0
    seconds = time.process_time() - began
    extra = pd.DataFrame(
        [("cpu_seconds_per_100000_person_years", "", "all", seconds / years * 1e5, b"", replication),
         ("timed_events_per_person_year", "", "all", result.timed_events / years, b"", replication)],
        columns=list(table.columns),
    )  # fmt: skip
    return pd.concat([table[~table["measure"].str.startswith("_")], extra], ignore_index=True)


def level_lines(table: pd.DataFrame) -> list[Line]:
    """Lines of the base year and of growth."""
    with TARGETS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lines = [
        _line(table, row["label"], row["measure"], BASE_YEAR, row["stratum"],
              (float(row["target"]), float(row["low"]), float(row["high"])))
        for row in rows
    ]  # fmt: skip
    last = max((p for p in table["period"].unique() if "/" in p), default=BASE_YEAR)
    lines += [_line(table, label, name, last, "all", bounds) for label, name, *bounds in GROWTH_TARGETS]
    lines += [_january_against_july(table)]
    return lines


def _line(
    table: pd.DataFrame, label: str, measure: str, period: str, stratum: str, bounds: Sequence[float]
) -> Line:
    picked = table[(table["measure"] == measure) & (table["period"] == period) & (table["stratum"] == stratum)]
    values = picked["value"].to_numpy(float)
    return Line(label, *bounds, _mean(values), _standard_error(values))


def _january_against_july(table: pd.DataFrame) -> Line:
    picked = table[table["measure"] == "four_hour_share_type1"]
    series = picked.pivot_table(index="run", columns="period", values="value")
    if "2017-01" not in series or "2016-07" not in series:
        return Line("Four hours, January less July", -0.08, -0.11, -0.05, math.nan, math.nan)
    gap = (series["2017-01"] - series["2016-07"]).to_numpy(float)
    return Line("Four hours, January less July", -0.08, -0.11, -0.05, _mean(gap), _standard_error(gap))


def month_lines(table: pd.DataFrame) -> list[Line]:
    """Error and correlation of the 24 months, each an index of its mean, per day."""
    published = england_months()
    lines = []
    for label, measure in (
        ("type 1", "ae_type1_attendances_per_day"),
        ("all attendances", "ae_attendances_per_day"),
        ("admissions via A&E", "admissions_through_ae_per_day"),
    ):
        picked = table[(table["measure"] == measure) & (table["stratum"] == "all")]
        means = picked.groupby("period")["value"].mean().reindex(list(SERIES_MONTHS)).to_numpy(float)
        if np.isnan(means).any():
            continue
        ours, theirs = means / means.mean(), published[label]
        error = float(np.sqrt(np.mean((ours - theirs) ** 2))) * 100.0
        lines.append(Line(f"Months, {label}: RMS error %", 0.0, 0.0, 1.2, error, 0.0))
        lines.append(Line(f"Months, {label}: correlation", 1.0, 0.8, 1.0, float(np.corrcoef(ours, theirs)[0, 1]), 0.0))
    return lines


def england_months() -> dict[str, np.ndarray]:
    """Published series per day as an index of the 24-month mean."""
    series = pd.read_csv(EVIDENCE / "england_ae_monthly.csv")
    days = pd.to_datetime(series["month"]).dt.days_in_month
    series["attendances_per_day"] = series["attendances"] / days
    series["admissions_per_day"] = series["admissions"] / days
    of_type_1 = series[series["type"] == "type_1"].set_index("month")["attendances_per_day"]
    totals = series.groupby("month")[["attendances_per_day", "admissions_per_day"]].sum()
    found = {
        "type 1": of_type_1,
        "all attendances": totals["attendances_per_day"],
        "admissions via A&E": totals["admissions_per_day"],
    }
    return {
        name: (values.reindex(list(SERIES_MONTHS)) / values.reindex(list(SERIES_MONTHS)).mean()).to_numpy(float)
        for name, values in found.items()
    }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan


def _standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan


def printed(lines: Sequence[Line]) -> str:
    """The table as text."""
    rows = [f"{'':47}{'published':>10}{'tolerance':>18}{'simulated':>11}{'error ±':>9}"]
    rows += [
        f"{line.label:47}{line.target:10.4g}{f'{line.low:.4g} to {line.high:.4g}':>18}{line.simulated:11.4g}"
        f"{line.error:9.2g}  {'met' if line.met else 'MISSED'}"
        for line in lines
    ]
    missed = sum(not line.met for line in lines)
    return "\n".join([*rows, f"{len(lines) - missed} of {len(lines)} rows met; {missed} missed."])


def main() -> None:
    """Run do-nothing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", default="england-average")
    parser.add_argument("--runs", type=int, default=16)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--end", type=date.fromisoformat, default=date(2020, 4, 1))
    parser.add_argument("--set", action="append", default=[], dest="overrides")
    parser.add_argument("--save", type=Path, help="also write every run's measures to this Parquet file")
    options = parser.parse_args()
    tasks = [(options.place, options.seed, i, tuple(options.overrides), options.end) for i in range(options.runs)]
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        tables = list(pool.map(one_run, tasks))
    table = pd.concat(tables, ignore_index=True)
    if options.save:
        table.drop(columns="content").to_parquet(options.save)
    print(printed(level_lines(table) + month_lines(table)))
    for name in ("cpu_seconds_per_100000_person_years", "timed_events_per_person_year"):
        print(f"{name}: {_mean(table.loc[table['measure'] == name, 'value'].to_numpy(float)):.3g}")


if __name__ == "__main__":
    main()
