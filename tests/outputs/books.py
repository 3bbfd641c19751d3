"""Months of care made by hand, for the books of runs that never were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from outputs.comparison import Comparison
from outputs.ledger.activity import Activity
from scenarios.contracts import sectors
from tests.outputs.studies import study

MONTHS = tuple(f"{year}-{month:02d}" for year in range(2014, 2021) for month in range(1, 13))[3:75]
"""April 2014 to March 2020, the window of `tests.outputs.studies`."""
CHANGE = MONTHS.index("2017-04")
BED_DAY = "emergency_bed_day"


def activity(
    units: Mapping[str, float | np.ndarray] | None = None,
    *,
    services: Mapping[str, float] | None = None,
    admissions: float | np.ndarray = 100.0,
    beds: float | np.ndarray = 50.0,
    people: float = 12_000.0,
    months: tuple[str, ...] = MONTHS,
    price: float = 10.0,
    marginal: float = 0.5,
) -> Activity:
    """A run with so many units of some items each month, all at one price.

    The service of `studies.with_team` costs nothing unless said; services cost so much a month from the change on.
    """

    def monthly(value: float | np.ndarray) -> np.ndarray:
        return np.zeros(len(months)) + value

    since = np.arange(len(months)) >= CHANGE
    return Activity(
        months=months,
        people=monthly(people),
        admissions=monthly(admissions),
        care_home_people=monthly(100.0),
        care_home_admissions=monthly(5.0),
        beds_taken=monthly(beds),
        units={item: monthly((units or {}).get(item, 0.0)) for item in sectors()},
        prices=dict.fromkeys(sectors(), (price, marginal)),
        services={name: monthly(pounds * since) for name, pounds in {"a-team": 0.0, **(services or {})}.items()},
        rules={"bay_beds": 5.0, "bay_cost_share": 0.4},
        bed_day=BED_DAY,
    )


def study_of(reference: list[Activity], *others: list[Activity]) -> Comparison:
    """A study whose scenarios had these runs; the second is called a-team, the third b-team."""
    counts = {"emergency_admissions": [100.0] * len(reference), "days_at_home_per_person": [350.0] * len(reference)}
    found = study(counts, *([counts] * len(others)))
    names = [one.id for one in found.scenarios]
    activities = {
        (name, run): one
        for name, runs in zip(names, (reference, *others), strict=True) for run, one in enumerate(runs, 1)
    }
    return replace(found, activities=activities)
