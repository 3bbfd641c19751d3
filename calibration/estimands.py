"""What a target asks for, worked out from a simulated point: the same window, people, reading and estimator."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.calendar_months import YEAR, days_between
from calibration.contrasts import DO_NOTHING, MEMBERS
from calibration.monthly_counts import ADMISSIONS, EVERYONE, NO_NIGHT, OLDER, PEOPLE, THROUGH_AE
from calibration.targets import (
    FIRST_YEAR,
    GAP,
    GROWTH_OF_SERIES,
    LEVEL,
    NEITHER,
    POPULATION,
    SINCE_START,
    WITH_NIGHT,
    WITH_TEAM,
    YEAR_BEFORE,
    Target,
)

Floats = NDArray[np.float64]
SITES = {"mcp-vanguard": 14.0, "pacs-vanguard": 9.0}
"""Sites of the two kinds of population vanguards."""
CONTINUITY = 0.5
"""Added to both counts of a ratio, and the least that a growth or level takes a count for: a place may have none."""
NOBODY = 1e-9
"""The same of person-years: a place may have nobody of a group."""


@dataclass(frozen=True)
class Counts:
    """A point's table, looked up by scenario, series and group.

    Attributes:
        first: programme month of the first column, negative before the start.
        by_month: (months,) each.
        members: counts of people reached, by scenario, series, service and first month of a programme year.
    """

    first: int
    by_month: Mapping[tuple[str, str, str], Floats]
    members: Mapping[tuple[str, str, str, int], float]

    @classmethod
    def of(cls, table: pd.DataFrame) -> Counts:
        """From the table that `contrasts.keep_point` made."""
        about_members = table["series"].str.startswith(MEMBERS)
        monthly = table[~about_members]
        by_month = {
            (str(key[0]), str(key[1]), str(key[2])): part.sort_values("month")["value"].to_numpy(np.float64)
            for key, part in monthly.groupby(["scenario", "series", "group"], sort=False)
        }
        by_month |= {
            (scenario, WITH_NIGHT, group): values - by_month[scenario, NO_NIGHT, group]
            for (scenario, series, group), values in list(by_month.items())
            if series == ADMISSIONS and (scenario, NO_NIGHT, group) in by_month
        }
        members = {
            (str(row["scenario"]), str(row["series"]).removeprefix(MEMBERS), str(row["group"]), int(row["month"])):
            float(row["value"])
            for row in table[about_members].to_dict("records")
        }
        return cls(int(monthly["month"].min()), by_month, members)

    def total(self, scenario: str, series: str, group: str, first: int, last: int) -> float:
        """Sum over programme months from `first` up to `last`; a KeyError names what is not simulated."""
        values = self.by_month[scenario, series, group]
        if first < self.first or last - self.first > len(values):
            raise KeyError(f"months {first} to {last} are not simulated")
        return float(values[first - self.first : last - self.first].sum())


def systems_of(target: Target) -> dict[str, float]:
    """Scenarios that a target is about, and the weight of each."""
    if target.system != POPULATION:
        return {target.system: 1.0}
    together = sum(SITES.values())
    return {name: sites / together for name, sites in SITES.items()}


def outcome(target: Target, reading: str, counts: Counts) -> float:
    """What a point shows of a target under one reading of what growth is since, on the scale of `log_value`.

    Raises:
        KeyError: when the point's runs do not hold what is asked for.
        ValueError: when the estimator is about an area's own counts by calendar month.
    """
    if target.estimator.startswith("growth per head"):
        yearly = sum(weight * _yearly_growth(target, name, counts) for name, weight in systems_of(target).items())
        return years_of_growth(target) * yearly
    if target.estimator.startswith("rank"):
        return sum(weight * _growth_since_base(target, name, counts) for name, weight in systems_of(target).items())
    if target.estimator == GROWTH_OF_SERIES:
        return sum(weight * _series_growth(target, name, counts) for name, weight in systems_of(target).items())
    if target.estimator == LEVEL:
        return _log_level(target, counts)
    if not target.is_effect:
        raise ValueError(f"{target.estimator} is not an effect")
    return sum(weight * _effect(target, reading, name, counts) for name, weight in systems_of(target).items())


def recorded_share(target: Target, counts: Counts) -> float:
    """Share of what a target counts that may be recorded otherwise: admissions without a night; else 0.

    Admissions through A&E are taken to be as often without a night as all: points do not keep which are.
    """
    if target.level not in ("area", "home") or target.estimator not in (GAP, GROWTH_OF_SERIES) \
            or target.system == NEITHER:  # fmt: skip
        return 0.0
    if target.measure not in (ADMISSIONS, THROUGH_AE):
        return float(target.measure == NO_NIGHT)
    assert target.window is not None
    shares = [
        counts.total(name, NO_NIGHT, target.people, *target.window)
        / max(counts.total(name, ADMISSIONS, target.people, *target.window), 1.0)
        for name in systems_of(target)
    ]
    return float(np.mean(shares))


def years_of_growth(target: Target) -> int:
    """Over how many years a growth is published."""
    return int(re.findall(r"\d+", target.estimator)[0])


def ceiling(target: Target, points: Sequence[Counts]) -> float | None:
    """Share, in per cent, of what a gap counts that people reached have at most, over some points together.

    People with several services count once for each, so it is an upper limit: no target below it is out of reach, some
    above it may be. None for what is no gap in everybody's or older people's emergency admissions, and where points do
    not keep who was reached.
    """
    if target.estimator != GAP or target.measure != ADMISSIONS or target.people not in (EVERYONE, OLDER):
        return None
    shares = [(weight, _share_reached(target, name, points)) for name, weight in systems_of(target).items()]
    if any(math.isnan(share) for _, share in shares):
        return None
    return 100.0 * sum(weight * share for weight, share in shares)


def _share_reached(target: Target, system: str, points: Sequence[Counts]) -> float:
    """Part of the admissions without a programme that those with its teams then have; not a number when not kept."""
    assert target.window is not None
    years = range(target.window[0] // YEAR * YEAR, target.window[1], YEAR)
    reached = whole = 0.0
    for one in points:
        kept = [value for (scenario, series, _, first), value in one.members.items()
                if (scenario, series) == (system, "without_team") and first in years]  # fmt: skip
        if not kept:
            return math.nan
        reached += sum(kept)
        whole += one.total(DO_NOTHING, ADMISSIONS, target.people, years[0], years[-1] + YEAR)
    return min(1.0, reached / whole) if whole else math.nan


def _effect(target: Target, reading: str, system: str, counts: Counts) -> float:
    assert target.window is not None
    if target.estimator in (FIRST_YEAR, WITH_TEAM):
        return _among_members(target, system, counts)
    first, last = target.window
    found = _log_ratio(target, system, first, last, counts)
    if reading == YEAR_BEFORE:
        return found - _log_ratio(target, system, first - YEAR, last - YEAR, counts)
    assert reading == SINCE_START
    return found


def _log_ratio(target: Target, system: str, first: int, last: int, counts: Counts) -> float:
    with_, without = (
        counts.total(name, target.measure, target.people, first, last) for name in (system, DO_NOTHING)
    )
    return math.log((with_ + CONTINUITY) / (without + CONTINUITY))


def _among_members(target: Target, system: str, counts: Counts) -> float:
    """Admissions of the same people with and without the service: in their first year, or while they have it."""
    assert target.window is not None
    with_name, without_name = {
        FIRST_YEAR: ("after", "after_without"), WITH_TEAM: ("with_team", "without_team")
    }[target.estimator]
    years = [0] if target.estimator == FIRST_YEAR else range(target.window[0] // YEAR * YEAR, target.window[1], YEAR)
    services = [each.strip() for each in target.people.split(";")]
    with_, without = (
        sum(counts.members[system, name, service, year] for service in services for year in years)
        for name in (with_name, without_name)
    )
    return math.log((with_ + CONTINUITY) / (without + CONTINUITY))


def _series_growth(target: Target, system: str, counts: Counts) -> float:
    """Log of an area's own count a day, of some months over that of its base."""
    assert target.window is not None
    assert target.base is not None
    now, before = (
        max(counts.total(system, target.measure, target.people, *ends), CONTINUITY) / days_between(ends)
        for ends in (target.window, target.base)
    )
    return math.log(now / before)


def _log_level(target: Target, counts: Counts) -> float:
    """Log of a rate per 1,000 of the same people a year, over the months of a period."""
    count, people = (
        counts.total(target.system, series, target.people, *target.months) for series in (target.measure, PEOPLE)
    )
    return math.log(1000.0 * max(count, CONTINUITY) / max(people, NOBODY))


def _yearly_growth(target: Target, system: str, counts: Counts) -> float:
    """Log growth a year, per head of the same people."""
    return _log_growth(system, target, counts, per_head=True) / _years(target)


def _growth_since_base(target: Target, system: str, counts: Counts) -> float:
    return _log_growth(system, target, counts, per_head=False)


def _log_growth(system: str, target: Target, counts: Counts, *, per_head: bool) -> float:
    assert target.window is not None
    ends = [target.window, (-YEAR, 0)]
    levels = []
    for first, last in ends:
        level = max(counts.total(system, target.measure, target.people, first, last), CONTINUITY) / (last - first)
        if per_head:
            level /= max(counts.total(system, PEOPLE, target.people, first, last), NOBODY) / (last - first)
        levels.append(level)
    return math.log(levels[0] / levels[1])


def _years(target: Target) -> float:
    assert target.window is not None
    return (sum(target.window) / 2.0 + YEAR / 2.0) / YEAR
