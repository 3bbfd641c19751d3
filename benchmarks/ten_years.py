"""Whether nothing changes when nothing should: ten years with the people's numbers and ages frozen and growth off.

    python -m benchmarks.ten_years --place england-average --runs 16 --jobs 2

A measure is flat when its trend is within 0.1 % a year and no year is further from the mean than 1 %, each give or take
its error: 3 standard errors of the mean over runs. The shared illness is off, since it adds chance and no trend.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

from outputs.measures.view import begins_in, build_view, nights_within
from outputs.prices import load_prices
from scenarios.build_model import build
from scenarios.resolve import resolve
from simulation.run import Run
from simulation.stays import AGE_BANDS
from simulation.studies.warm_up import in_equilibrium

FROM, UNTIL = date(2016, 4, 1), date(2026, 4, 1)
YEARS = UNTIL.year - FROM.year
FRAILTY = ("fit", "mild", "moderate", "severe")
FIRST_OLD_BAND = AGE_BANDS.index("65-74")
HERE = 1

FloatArray = NDArray[np.float64]


def one_run(what: tuple[str, int, int]) -> dict[str, FloatArray]:
    """(YEARS,) admissions, bed days, deaths and people by frailty and age in each year of one run."""
    place, seed, replication = what
    resolved = resolve("do-nothing", place=place, start=FROM, end=UNTIL)
    still = replace(resolved.place, growth={"demography": 0.0, "residual": 0.0})
    resolved = replace(resolved, place=still, settings={**resolved.settings, "illness.weekly_log_sd [all]": 0.0})
    run = Run(build(resolved, seed=seed, replication=replication), (), seed, replication)
    months = run.model.calendar.months
    frailty: dict[str, list[float]] = {}
    for month in range(months % 12 + 12, months + 1, 12):
        run.run_until(month)
        people = run.population
        for band, name in enumerate(AGE_BANDS[FIRST_OLD_BAND:], FIRST_OLD_BAND):
            those = people.frailty[(people.alive == HERE) & (people.age_band == band)]
            for state, count in zip(FRAILTY, np.bincount(those, minlength=len(FRAILTY)), strict=True):
                frailty.setdefault(f"{state} at {name}", []).append(float(count))
    view = build_view(run.result(), resolved, load_prices(resolved))
    admissions, residents = view.admissions, view.result.residents
    found = {
        "emergency admissions": [begins_in(admissions.begin, year).sum() / year.seconds for year in view.years],
        "emergency bed days": [
            nights_within(admissions.begin_day, admissions.end_day, year).sum() / year.seconds for year in view.years
        ],
        "deaths": [(residents.died & begins_in(residents.left, year)).sum() / year.seconds for year in view.years],
        **{name: counts[-YEARS:] for name, counts in frailty.items()},
    }
    return {name: np.array(values, np.float64) for name, values in found.items()}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--place", default="england-average")
    parser.add_argument("--runs", type=int, default=16)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        runs = list(pool.map(one_run, [(options.place, options.seed, run) for run in range(options.runs)]))
    print(f"{'':28}{'trend a year':>14}{'error ±':>9}{'furthest year':>15}{'error ±':>9}")
    for line in in_equilibrium(runs):
        print(f"{line.measure:28}{line.trend:+14.2%}{line.trend_error:9.2%}{line.furthest:15.2%}{line.year_error:9.2%}"
              f"  {'flat' if line.is_flat() else 'NOT FLAT'}")  # fmt: skip


if __name__ == "__main__":
    main()
