"""What evaluators would report of a service that was simulated, beside what it really did.

A simulated service has a true effect: the same people are also watched without it. Here its records are handed to the
estimators of `calibration.estimators`, which see no more than an evaluator would, run after run. Areas of a simulation
differ by chance only, real ones also in level and growth, so each area is given a level and growth of its own; how much
areas differ is in `area_spread.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from calibration.area_spread import AreaSpread
from calibration.estimators import Bools, Estimate, Floats, Ints, difference_in_differences, synthetic_control
from calibration.estimators import before_and_after as compared_with_before
from calibration.matched_controls import FOLLOWED_DAYS, Events, Past, Records, match, study_of_matches
from outputs.recorded import Recorded
from simulation.calendar import SECONDS_PER_DAY

CONTROLS_EACH = 3
FEWEST_AREAS = 8
"""Runs of doing nothing below which areas are not compared: a synthetic control could say nothing with them."""
YEAR = FOLLOWED_DAYS * SECONDS_PER_DAY
BEFORE_AFTER, MATCHED, DIFFERENCES, SYNTHETIC = METHODS = (
    "before_and_after", "matched_controls", "difference_in_differences", "synthetic_control",
)  # fmt: skip
COLUMNS = ["run", "method", "true", "change", "low", "high", "level", "treated", "controls", "covers"]

Row = tuple[int, str, float, float, float, float, float, int, int, bool]


def evaluate_people(run: int, plan: Recorded, nothing: Recorded, horizon: int, seed: int) -> list[Row]:
    """Before and after, and matched controls, in one run, each with the true effect on the people whom it looks at.

    People count from the first time that they join any team, if the run goes on for 12 months after.

    Args:
        run: its number.
        plan: records of the run with the service.
        nothing: of the paired run without.
        horizon: tick at which they end.
        seed: of the order of controls that are equally alike.
    """
    person, joined = _first_joining(plan, horizon)
    records = _records(plan)
    with_it, without = (Past(records, _events(one)) for one in (plan, nothing))
    place = np.searchsorted(records.person, person)
    stop = np.minimum(joined + YEAR, records.went[place])
    rows = []
    whole = (records.came[place] <= joined - YEAR) & (records.went[place] >= joined + YEAR)
    before = with_it.count(place, joined - YEAR, joined)[whole]
    after, after_without = (one.count(place, joined + 1, stop + 1) for one in (with_it, without))
    rows += _row(run, BEFORE_AFTER, after[whole], after_without[whole], compared_with_before(before, after[whole]))
    pairs = match(records, _events(plan), person, joined, controls_each=CONTROLS_EACH, seed=seed)
    kept = np.unique(pairs.joiner)
    found = study_of_matches(records, _events(plan), person, joined, pairs)
    return rows + _row(run, MATCHED, after[kept], after_without[kept], found)


def evaluate_areas(plan: Floats, nothing: Floats, after: Bools, spread: AreaSpread, seed: int) -> list[Row]:
    """Difference in differences and synthetic control, with each run in turn as the area that has the service.

    The other runs of doing nothing are the other areas. Every area has its own level and growth, the same whether it
    has the service or not.

    Args:
        plan: (runs, years) rate with the service.
        nothing: (runs, years) without.
        after: (years,) which lie after the change.
        spread: how areas differ.
        seed: of how they do.
    """
    if len(plan) < FEWEST_AREAS:
        return []
    own = spread.drawn(len(plan), len(after), seed)
    rows: list[Row] = []
    for run in range(len(plan)):
        rates = nothing * own
        rates[run] = plan[run] * own[run]
        treated = np.arange(len(plan)) == run
        true = float(np.expm1(np.log(plan[run, after] / nothing[run, after]).mean()))
        estimates = {
            DIFFERENCES: difference_in_differences(rates, treated, after),
            SYNTHETIC: synthetic_control(rates, run, after),
        }
        rows += [_as_row(run + 1, method, true, found) for method, found in estimates.items()]
    return rows


def summary(rows: Sequence[Row]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One row a method, over runs; and one row for each run and method.

    Middles are of logarithms of rates; `low` and `high` are the 10th and 90th percentile over runs; `covers` is the
    share of runs whose interval holds the truth, of `level` promised; `off` is the middle estimate against the truth.
    """
    table = pd.DataFrame(rows, columns=COLUMNS)
    lines: list[Mapping[str, object]] = []
    for method in METHODS:
        own = table[table["method"] == method]
        if own.empty:
            continue
        logs = {name: np.log1p(own[name].to_numpy(np.float64)) for name in ("true", "change", "low", "high")}
        off = logs["change"] - logs["true"]
        error = float(off.std(ddof=1) / np.sqrt(len(off))) if len(off) > 1 else np.nan
        ends = {f"{name}_{end}": float(np.expm1(np.quantile(logs[name], share)))
                for name in ("true", "change") for end, share in (("low", 0.1), ("high", 0.9))}  # fmt: skip
        lines.append({
            "method": method, "true": float(np.expm1(logs["true"].mean())),
            "estimate": float(np.expm1(logs["change"].mean())), **ends,
            "off": float(np.expm1(off.mean())), "off_error": error, "covers": float(own["covers"].mean()),
            "level": float(own["level"].mean()), "width": float(np.mean(own["high"] - own["low"])),
            "treated": float(own["treated"].mean()), "controls": float(own["controls"].mean()), "runs": len(own),
        })  # fmt: skip
    return pd.DataFrame(lines), table


def _first_joining(plan: Recorded, horizon: int) -> tuple[Ints, Ints]:
    """Who joined a team, in order of id, and when first; those alone who can be followed for 12 months."""
    order = np.lexsort((plan.teams.joined, plan.teams.person))
    person, first = np.unique(plan.teams.person[order], return_index=True)
    joined = plan.teams.joined[order][first]
    kept = joined + YEAR <= horizon
    return person[kept], joined[kept]


def _records(run: Recorded) -> Records:
    people = run.people
    return Records(people["person"], people["born"], people["female"] == 1, people["fifth"], people["came"],
                   people["went"], people["care_home_from"], people["frail_from"])  # fmt: skip


def _events(run: Recorded) -> Events:
    return Events(run.admissions.person, run.admissions.begin)


def _row(run: int, method: str, now: Ints, without: Ints, found: Estimate | None) -> list[Row]:
    """One row, or none where there were too few people or admissions to say anything."""
    if found is None or not now.sum() or not without.sum():
        return []
    return [_as_row(run, method, float(now.sum() / without.sum() - 1.0), found)]


def _as_row(run: int, method: str, true: float, found: Estimate) -> Row:
    return (run, method, true, found.change, found.low, found.high, found.level, found.treated, found.controls,
            found.covers(true))  # fmt: skip
