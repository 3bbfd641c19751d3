"""What one row of targets says as a whole: whether its parts go together, and whether it can be reached at all."""

from __future__ import annotations

import math
from typing import Final

from calibration.calendar_months import WRITTEN, in_words
from calibration.monthly_counts import ADMISSIONS, DELAYED_DAYS, EVERYONE, GROUPS, PEOPLE, RESIDENTS
from calibration.targets import (
    CHANGES,
    COUNT,
    FIRST_YEAR,
    FIT,
    LEVEL,
    NEITHER,
    PER_CENT,
    POPULATION,
    SERIES,
    WITH_TEAM,
    Target,
    rank_of,
    units_of,
)
from scenarios.catalogue import find, shipped
from scenarios.messages import listed, nearest
from scenarios.tables import Cells, Table
from scenarios.units import Unreadable

COUNTED: Final = (EVERYONE, RESIDENTS)
"""Groups whose own number of people points keep."""
MEMBERS: Final = (FIRST_YEAR, WITH_TEAM)
YEARS_THAT_CAN_BE_MEANT: Final = (-12 * 12, 12 * 18)
"""Programme months, April 2005 to March 2035: twelve years before the change and eighteen from it on."""


def check_row(table: Table, row: Cells, target: Target) -> None:
    """Remembers with the table everything that a row's parts cannot say together."""
    _check_system(table, row, target)
    _check_unit(table, row, target)
    _check_people(table, row, target)
    _check_time(table, row, target)
    if target.role == FIT:
        _check_fitted(table, row, target)


def ceiling_in_words(ceiling: float) -> str:
    """Why a target beyond its dilution ceiling, in per cent, cannot be fitted."""
    share = f"{round(ceiling, 1):g} %"
    return (
        f"The people reached have {share} of what is counted: preventing all of theirs would not make it fall so far, "
        "so it cannot be fitted. Its role may be report-only."
    )


def is_beyond(target: Target, ceiling: float) -> bool:
    """Whether a change is a larger fall than preventing everything of those reached, who have `ceiling` per cent."""
    return ceiling < 100.0 and target.unit in CHANGES and target.log_value < math.log1p(-ceiling / 100.0)


def allowed_from(ceiling: float, unit: str) -> str:
    """The lowest value that a ceiling in per cent leaves, in a row's unit."""
    return f"{-ceiling if unit == PER_CENT else 100.0 * math.log1p(-ceiling / 100.0):.3g} {unit} or more"


def _check_system(table: Table, row: Cells, target: Target) -> None:
    for name in target.system.split("+"):
        if name != POPULATION and find("scenario", name) is None:
            table.object(row, "system", Unreadable(
                "do-nothing, a name from caresim list scenarios, a file, or several joined by +",
                "There is no scenario of this name, and no YAML file.", nearest(name, shipped("scenario"))))


def _check_unit(table: Table, row: Cells, target: Target) -> None:
    allowed = units_of(target.estimator)
    if target.unit not in allowed:
        table.object(row, "unit", Unreadable(
            listed(allowed), f'The estimator "{target.estimator}" does not go with this unit.',
            nearest(target.unit, allowed)))
    elif target.unit == PER_CENT and target.value <= -100.0:
        table.object(row, "value", Unreadable("a change above -100 %"))
    elif target.estimator == LEVEL and target.value <= 0.0:
        table.object(row, "value", Unreadable("a rate above 0"))
    elif target.unit == COUNT and target.value < 0.0:
        table.object(row, "value", Unreadable("a count, 0 or more"))


def _check_people(table: Table, row: Cells, target: Target) -> None:
    about_members = target.estimator in MEMBERS
    if about_members and target.people in GROUPS:
        table.object(row, "people", Unreadable("the service whose members are meant, such as extensivist-teams"))
    if about_members and target.measure != ADMISSIONS:
        table.object(row, "measure", Unreadable(ADMISSIONS, "Of members only these are counted."))
    if not about_members and target.people not in GROUPS:
        table.object(row, "people", Unreadable(listed(GROUPS), nearest=nearest(target.people, GROUPS)))
    elif target.people not in COUNTED and _is_per_head(target):
        table.object(row, "people", Unreadable(
            listed(COUNTED), "A rate is per 1,000 of the same people, and only these are counted month by month."))
    if target.measure == DELAYED_DAYS and target.people != EVERYONE:
        table.object(row, "people", Unreadable(EVERYONE, "Delayed days are kept of everyone together only."))
    if target.measure == PEOPLE and target.estimator != SERIES:
        table.object(row, "estimator", Unreadable(SERIES, "The number of people is a series and nothing else."))


def _is_per_head(target: Target) -> bool:
    return target.estimator == LEVEL or target.estimator.startswith("growth per head") or target.measure == PEOPLE


def _check_time(table: Table, row: Cells, target: Target) -> None:
    is_own = target.estimator in (LEVEL, SERIES)
    if target.estimator.startswith("rank") and rank_of(target)[0] > rank_of(target)[1]:
        table.object(row, "estimator", Unreadable("rank N of N, the first no larger than the second"))
    if target.window is not None and target.window[1] > YEARS_THAT_CAN_BE_MEANT[1]:
        table.object(row, "to_month", Unreadable(f"{YEARS_THAT_CAN_BE_MEANT[1]} or less", "No run goes so far."))
    if not is_own and target.window is None:
        table.object(row, "from_month", Unreadable(
            "months since the programme's start, 0 to 12 for its first year", "An effect needs a window."))
    if target.is_effect and target.system == NEITHER:
        table.object(row, "system", Unreadable("the scenario that is set beside doing nothing"))
    if is_own and target.system == POPULATION:
        table.object(row, "system", Unreadable(
            "do-nothing, or one scenario", "An area's own counts are set beside one scenario."))
    first, last = YEARS_THAT_CAN_BE_MEANT
    for column, months in (("period", target.period), ("base_period", target.base)):
        if months is not None and not (first <= months[0] and months[1] <= last):
            table.object(row, column, Unreadable(
                f"months of {in_words((first, last))}", "No run goes so far: is the year right?"))
    if is_own and not row.cells.get("period"):
        table.object(row, "period", Unreadable(WRITTEN))
    if target.base is not None and target.estimator != SERIES:
        table.object(row, "base_period", Unreadable("nothing: only a monthly series grows on a base period"))
    if target.estimator == SERIES and target.unit in CHANGES and target.base is None:
        table.object(row, "base_period", Unreadable(WRITTEN, "A growth needs the months on which it is a growth."))
    if target.base_value is not None and (target.base is None or target.base_value <= 0.0):
        table.object(row, "base_value", Unreadable("a count above 0, of the whole base_period, which says its months"))


def _check_fitted(table: Table, row: Cells, target: Target) -> None:
    if target.estimator.startswith("rank"):
        table.object(row, "role", Unreadable("hold-out or report-only", "A rank among areas is predicted, not fitted."))
    if target.standard_error <= 0.0 and not (target.estimator == SERIES and target.unit == COUNT):
        table.object(row, "standard_error", Unreadable("above 0", "What is fitted must say how well it is known."))
    if target.ceiling is not None and target.unit in CHANGES and target.value > -100.0 \
            and is_beyond(target, target.ceiling):  # fmt: skip
        table.object(row, "value", Unreadable(
            f"{allowed_from(target.ceiling, target.unit)} for a row that is fitted", ceiling_in_words(target.ceiling)))
