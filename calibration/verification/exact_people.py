"""Exact cases V19 and V20: people chosen because they were ill, and sums of money in years to come."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np

from calibration.verification import formulas
from calibration.verification.cases import ONLY, Case, Check, Estimate, Trials
from outputs.present_value import present_value
from simulation import decisions
from simulation.draws import stream_key, uniforms
from simulation.laws import gamma_table, poisson_quantile, table_quantile

GAMMA_POISSON = "gamma-Poisson: E[next given n] = (k + n)/(k/m + 1)"
PEOPLE = 60_000
YEARS = (0, 1)
YEARLY = """
run: {start: 2018-01-01, length: 1826 days}
streams: {visits: {to: review, at: [2018-01-01, 2019-01-01, 2020-01-01, 2021-01-01, 2022-01-01]}}
settings: {review: {duration: {law: constant, value: 1, unit: hours}, cost: {per_visit: 100}}}
"""
"""One visit a year, of £100."""


def people_cases() -> Iterator[Case]:
    """V19 and V20."""
    for name, shape, mean, printed in (
        ("V19 area, two or more", 0.5, 0.25, (0.0474, 2.402, 0.967, -0.597)),
        ("V19 care home, two or more", 1.0, 0.7, (0.1696, 2.700, 1.524, -0.436)),
    ):
        exact = formulas.regression_to_the_mean(shape, mean, 2)
        values = (exact.share, exact.before, exact.after, exact.change)
        words = ("share chosen", "admissions in the year of choice", "admissions in the next",
                 "change with no intervention at all")  # fmt: skip
        checks = tuple(
            Check(what, GAMMA_POISSON, value, _estimate(shape, mean, part), printed=shown)
            for part, (what, value, shown) in enumerate(zip(words, values, printed, strict=True))
        )
        yield Case(name, "People chosen for what happened to them recover on their own", checks, runs=20, quick_runs=5)
    for name, rate, at_start, printed_sum in (
        ("V20 3.5 %, at the start of years", 0.035, True, 467.31),
        ("V20 1.5 %, at the start of years", 0.015, True, 485.44),
        ("V20 3.5 %, at the end of years", 0.035, False, 451.51),
    ):
        value = formulas.present_value(100.0, 5, rate, at_start)
        check = Check("£100 a year for five years", "sum of 100/(1 + r)^t", value, _value_now(rate, at_start),
                      printed=printed_sum, half_digit=0.005)  # fmt: skip
        yield Case(name, "Value now of sums to come", (check,), {ONLY: YEARLY}, runs=2, quick_runs=2)


@cache
def next_year(shape: float, mean: float, seed: int, replication: int) -> tuple[float, float, float, float]:
    """Choose people by a year's admissions and look at the next, with the model's own laws and draws.

    Returns:
        share chosen, their admissions in the year of choice and in the next, and the relative change.
    """
    key = stream_key(seed, replication)
    people = np.arange(PEOPLE)
    table = gamma_table(shape)
    chances = uniforms(key, people, decisions.SUSCEPTIBILITY_ACUTE, 0)
    rates = [mean / shape * table_quantile(chance, table) for chance in chances.tolist()]
    first, second = (
        np.array([
            poisson_quantile(chance, rate)
            for chance, rate in zip(
                uniforms(key, people, decisions.CANDIDATE_COUNT, year).tolist(), rates, strict=True
            )
        ])
        for year in YEARS
    )  # fmt: skip
    chosen = first >= 2
    before, after = float(first[chosen].mean()), float(second[chosen].mean())
    return float(chosen.mean()), before, after, after / before - 1.0


def _estimate(shape: float, mean: float, part: int) -> Estimate:
    def estimate(trials: Trials) -> float:
        return next_year(shape, mean, trials.seed, trials.replication)[part]

    return estimate


def _value_now(rate: float, at_start: bool) -> Estimate:
    """What the visits of a run cost in each year, discounted."""

    def estimate(trials: Trials) -> float:
        stays, file = trials[ONLY].stays, trials[ONLY].file
        years = file.calendar.month_year[np.searchsorted(file.calendar.month_start, stays.started, side="right") - 1]
        per_visit = np.array([cost.per_visit for cost in file.costs])[stays.setting]
        return present_value(np.bincount(years - years.min(), weights=per_visit).tolist(), rate, at_start=at_start)

    return estimate
