"""Runs become findings: levels of each scenario, paired differences from a reference, and what teams did to whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs import periods
from outputs.accounting import ACCOUNTING_COLUMNS, INSTEAD_COLUMNS, accounting_of, instead_of, pairs_of
from outputs.comparison import DIFFERENCE_COLUMNS, KEYS, LEVEL_COLUMNS, REACHED_COLUMNS, Comparison
from outputs.ledger.activity import Activity
from outputs.measures.reducing import ACTIVITY, PACKED
from outputs.measures.registry import MEASURES
from outputs.periods import Period, in_months
from outputs.ranges import chance_lower, spread, verdict
from outputs.reached import people_of, reached_rows
from scenarios.resolved import Resolved
from simulation.calendar import Calendar, build_calendar

Floats = NDArray[np.float64]


class NotComparable(Exception):
    """Scenarios that cannot be set side by side; the message says why."""


def compare(
    runs: pd.DataFrame, scenarios: Sequence[Resolved], reference: str | None = None, period: str | None = None
) -> Comparison:
    """What some runs of some scenarios say.

    Args:
        runs: tables of `outputs.measures.reduce`, one after the other, with columns `scenario` and `run` added.
            Runs with the same number share people, chance and assumptions.
        scenarios: those that were run.
        reference: id of the scenario with which the others are compared; None for levels alone.
        period: name of the year to report ("2019/20"); None chooses: the place's year for one scenario without
            programmes, else the last year in which a programme is funded.

    Raises:
        NotComparable: when scenarios differ in place or dates, or a period is not in the study, or runs are missing.
    """
    _check(runs, scenarios, reference)
    window = scenarios[0].window
    calendar = build_calendar(window.burn_in_start, window.end)
    years = periods.years(calendar, window.start, window.end)
    stated = stated_period(years, scenarios, reference, period)
    base = periods.base_year(years, window.change)
    is_value = ~runs["measure"].isin(PACKED)
    values = runs.loc[is_value, ["scenario", "run", *KEYS, "value"]].reset_index(drop=True)
    by_run = {one.id: _by_run(values, one.id) for one in scenarios}
    ordered = sorted(scenarios, key=lambda one: one.id != reference)
    others = [one for one in ordered if reference is not None and one.id != reference]
    first = next((one for one in ordered if one.id == reference), None)
    accounting, instead = _where_it_went(runs, others, first)
    return Comparison(
        scenarios=tuple(ordered),
        reference=reference,
        period=stated,
        base=base,
        growth_period=_growth_period(years, base, stated, values),
        runs=int(runs["run"].nunique()),
        run_values=values,
        levels=_table((row for one in ordered for row in _levels(one.id, by_run[one.id])), LEVEL_COLUMNS),
        differences=_table(
            (row for one in others for row in _differences(one.id, str(reference), by_run)), DIFFERENCE_COLUMNS
        ),
        reached=_reached(runs, values, others, reference, stated, calendar),
        accounting=accounting,
        instead=instead,
        activities=_activities(runs),
    )


def _activities(runs: pd.DataFrame) -> dict[tuple[str, int], Activity]:
    """What the books need of each run, by scenario and run."""
    rows = runs.loc[runs["measure"] == ACTIVITY, ["scenario", "run", "content"]]
    return {(row["scenario"], int(row["run"])): Activity.unpacked(row["content"]) for row in rows.to_dict("records")}


def _reached(
    runs: pd.DataFrame,
    values: pd.DataFrame,
    others: Sequence[Resolved],
    reference: str | None,
    period: Period,
    calendar: Calendar,
) -> pd.DataFrame:
    """People reached by the teams of each scenario but the reference."""
    if reference is None:
        return _table((), REACHED_COLUMNS)
    people, enrolled = people_of(runs), values[values["measure"] == "enrolled_people"]
    return _table(
        (row for one in others for row in reached_rows(people, enrolled, one, reference, period, calendar)),
        REACHED_COLUMNS,
    )


def _where_it_went(
    runs: pd.DataFrame, others: Sequence[Resolved], reference: Resolved | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What became of each admission that differs from the reference, and the care that differs with it."""
    accounting, instead = [_table((), ACCOUNTING_COLUMNS)], [_table((), INSTEAD_COLUMNS)]
    for one in others:
        if reference is None:
            break
        pairs = pairs_of(runs, one.id, reference.id)
        if pairs:
            accounting.append(accounting_of(pairs, one.id, reference.id))
            instead.append(instead_of(pairs, one, reference))
    return (
        pd.concat(accounting[1:] or accounting, ignore_index=True),
        pd.concat(instead[1:] or instead, ignore_index=True),
    )


def _table(rows: Iterable[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _check(runs: pd.DataFrame, scenarios: Sequence[Resolved], reference: str | None) -> None:
    """See `compare`; every scenario must have the same runs."""
    if not scenarios:
        raise NotComparable("there is no scenario to report")
    ids = [one.id for one in scenarios]
    if reference is not None and reference not in ids:
        raise NotComparable(f"{reference} is not among the scenarios that were run: {', '.join(ids)}")
    for one, other in pairwise(scenarios):
        _check_alike(one, other)
    numbers = {name: set(runs.loc[runs["scenario"] == name, "run"]) for name in ids}
    for name in ids:
        if not numbers[name] or numbers[name] != numbers[ids[0]]:
            raise NotComparable(f"{name} does not have the same runs as {ids[0]}")


def _check_alike(one: Resolved, other: Resolved) -> None:
    """Like is compared with like: one place, one stretch of time, one day of change, one price year."""
    facts = {
        "place": (one.place.id, other.place.id),
        "dates": (_dates(one), _dates(other)),
        "start of the change": (f"{one.window.change:%b %Y}", f"{other.window.change:%b %Y}"),
        "price year": (one.price_year, other.price_year),
    }
    for what, (ours, theirs) in facts.items():
        if ours != theirs:
            differ = "differ" if what == "dates" else "differs"
            raise NotComparable(f"{one.id} and {other.id} cannot be compared: their {what} {differ} ({ours}; {theirs})")


def _dates(scenario: Resolved) -> str:
    return f"{in_months(scenario.window.start, scenario.window.end)}, from {scenario.window.burn_in_start:%b %Y}"


def stated_period(
    years: Sequence[Period], scenarios: Sequence[Resolved], reference: str | None, wanted: str | None
) -> Period:
    """The year that is reported; see `compare`."""
    by_name = {year.name: year for year in years}
    if wanted is not None:
        if wanted not in by_name:
            raise NotComparable(f'there is no year "{wanted}" in this study; it has {", ".join(by_name)}')
        return by_name[wanted]
    programmes = [plan for one in scenarios for plan in one.interventions]
    if reference is None and not programmes:
        return by_name.get(scenarios[0].place.year, years[0])
    last_funded = max((plan.funding_ends or years[-1].end for plan in programmes), default=years[-1].end)
    funded = [year for year in years if year.first < last_funded]
    return funded[-1] if funded else years[-1]


def _growth_period(years: Sequence[Period], base: Period, stated: Period, values: pd.DataFrame) -> Period | None:
    """The stated year when growth up to it is known, else the first later one for which it is."""
    known = set(values.loc[values["measure"] == "emergency_admission_growth_percent", "period"])
    candidates = [year for year in years if year.name in known and year.first >= max(base.first, stated.first)]
    return candidates[0] if candidates else None


def _by_run(values: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Values of a scenario: one row for each measure, period and stratum, one column for each run."""
    own = values[values["scenario"] == scenario]
    return own.pivot(index=KEYS, columns="run", values="value").sort_index(axis=1)


def _levels(scenario: str, by_run: pd.DataFrame) -> Iterable[tuple[object, ...]]:
    for key, row in zip(by_run.index, by_run.to_numpy(np.float64), strict=True):
        found = spread(_known(row))
        yield (scenario, *key, found.mean, found.low, found.high, found.simulation_error, found.runs)


def _differences(
    scenario: str, reference: str, by_run: Mapping[str, pd.DataFrame]
) -> Iterable[tuple[object, ...]]:
    there, here = by_run[reference].align(by_run[scenario], join="inner")
    for key, before, now in zip(there.index, there.to_numpy(np.float64), here.to_numpy(np.float64), strict=True):
        paired = _known(now - before)
        if len(paired) == 0:
            continue
        measure = MEASURES[key[0]]
        level = abs(float(_known(before).mean())) if measure.relative else 1.0
        found = spread(paired)
        yield (
            scenario, reference, *key, found.mean, found.low, found.high, found.simulation_error, found.runs,
            chance_lower(paired), verdict(paired, measure.matters * level),
        )


def _known(row: Floats) -> Floats:
    """Values of the runs that have one."""
    return row[~np.isnan(row)]
