"""Prints what do-nothing shows beside what is published, with simulation error.

    python -m benchmarks.baseline_fit --place england-average --runs 16 --jobs 2

Levels are of 2016/17, the base year; growth is from the base year to 2019/20; months are those of England's series,
April 2016 to March 2018. A row is met when the mean over runs lies inside the tolerance, and says "half" when it lies
inside half of it. Nothing is rounded into it.
The last columns say what one real year could look like by chance: 8 in 10 single runs lie between them.
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

from calibration.england_months import england_months, simulated_months
from outputs.measures.reducing import reduce
from scenarios.build_model import build
from scenarios.evidence import load
from scenarios.resolve import resolve
from simulation.run import simulate

HERE = Path(__file__).parent
TARGETS = HERE / "baseline_targets.csv"
BASE_YEAR = "2016/17"
DELAYS = {
    "assessment": ("assessment",),
    "public funding": ("funding",),
    "further NHS care": ("intermediate_care_bed", "reablement"),
    "residential home": ("residential_home",),
    "nursing home": ("nursing_home",),
    "care package at home": ("care_package",),
    "choice": ("choice",),
    "equipment": ("equipment",),
    "disputes": ("disputes",),
    "housing": ("housing",),
}
"""Published reasons for delay, and the strata of the evidence that make them up."""
DELAY_COLUMN = {"funding": "public funding"}
"""Where the measure's word for a reason is another than the evidence's."""
DELAY_TOLERANCE = 0.04
FEWEST_FOR_CHANCE = 10
"""Runs below which a range of single runs is not printed."""
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
    by_chance: tuple[float, float] = (math.nan, math.nan)
    """Between which 8 in 10 single runs lie."""

    @property
    def met(self) -> bool:
        """Whether the simulated mean lies inside the tolerance."""
        return self.low <= self.simulated <= self.high

    @property
    def met_at_half(self) -> bool:
        """Whether it lies inside half the tolerance, on either side of what is published."""
        return (self.low + self.target) / 2.0 <= self.simulated <= (self.high + self.target) / 2.0

    @property
    def verdict(self) -> str:
        """In a word."""
        return "half" if self.met_at_half else "met" if self.met else "MISSED"


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
    lines += [_line(table, label, name, last, "all", (target, low, high))
              for label, name, target, low, high in GROWTH_TARGETS]  # fmt: skip
    return [*lines, _january_against_july(table), *delay_lines(table)]


def delay_lines(table: pd.DataFrame) -> list[Line]:
    """Share of each reason in the delayed days of the base year, as published by reason."""
    picked = table[(table["measure"] == "delayed_days_per_1000") & (table["period"] == BASE_YEAR)]
    days = picked.pivot_table(index="run", columns="stratum", values="value")
    if "all" not in days:
        return []
    evidence = load()
    lines = []
    for label, reasons in DELAYS.items():
        published = float(sum(evidence.value("discharge_delay.share_of_days", reason) for reason in reasons))
        columns = [DELAY_COLUMN.get(reason, reason.replace("_", " ")) for reason in reasons]
        share = days[columns].sum(axis=1) / days["all"]
        bounds = (published, max(0.0, published - DELAY_TOLERANCE), published + DELAY_TOLERANCE)
        lines.append(_line_of(f"Share of delayed days: {label}", share.to_numpy(float), bounds))
    return lines


def _line(
    table: pd.DataFrame, label: str, measure: str, period: str, stratum: str, bounds: tuple[float, float, float]
) -> Line:
    picked = table[(table["measure"] == measure) & (table["period"] == period) & (table["stratum"] == stratum)]
    return _line_of(label, picked["value"].to_numpy(float), bounds)


def _line_of(label: str, values: np.ndarray, bounds: tuple[float, float, float]) -> Line:
    """A line from each run's value."""
    known = values[~np.isnan(values)]
    by_chance = (math.nan, math.nan)
    if len(known) >= FEWEST_FOR_CHANCE:
        by_chance = (float(np.quantile(known, 0.1)), float(np.quantile(known, 0.9)))
    return Line(label, *bounds, _mean(values), _standard_error(values), by_chance)


def _january_against_july(table: pd.DataFrame) -> Line:
    picked = table[table["measure"] == "four_hour_share_type1"]
    series = picked.pivot_table(index="run", columns="period", values="value")
    gap = np.array([math.nan])
    if "2017-01" in series and "2016-07" in series:
        gap = (series["2017-01"] - series["2016-07"]).to_numpy(float)
    return _line_of("Four hours, January less July", gap, (-0.08, -0.11, -0.05))


def month_lines(table: pd.DataFrame) -> list[Line]:
    """Error and correlation of the 24 months, each an index of its mean, per day."""
    published = england_months()
    lines = []
    for label, ours in simulated_months(table).items():
        theirs = published[label]
        error = float(np.sqrt(np.mean((ours - theirs) ** 2))) * 100.0
        lines.append(Line(f"Months, {label}: RMS error %", 0.0, 0.0, 1.2, error, 0.0))
        lines.append(Line(f"Months, {label}: correlation", 1.0, 0.8, 1.0, float(np.corrcoef(ours, theirs)[0, 1]), 0.0))
    return lines


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan


def _standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan


def printed(lines: Sequence[Line]) -> str:
    """The table as text."""
    rows = [f"{'':47}{'published':>10}{'tolerance':>18}{'simulated':>11}{'error ±':>9}{'':8}one year by chance"]
    rows += [
        f"{line.label:47}{line.target:10.4g}{f'{line.low:.4g} to {line.high:.4g}':>18}{line.simulated:11.4g}"
        f"{line.error:9.2g}  {line.verdict:6}{_chance(line):>18}".rstrip()
        for line in lines
    ]
    missed = sum(not line.met for line in lines)
    half = sum(line.met_at_half for line in lines)
    count = f"{len(lines) - missed} of {len(lines)} rows met, {half} of them at half the tolerance; {missed} missed."
    return "\n".join([*rows, count])


def _chance(line: Line) -> str:
    low, high = line.by_chance
    return "" if math.isnan(low) else f"{low:.4g} to {high:.4g}"


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
