"""Reading targets from a table, CSV or Excel: every cell, then every row as a whole, then every series as a whole."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from calibration.calendar_months import Months, read_months
from calibration.monthly_counts import ADMISSIONS, EVERYONE
from calibration.series_checks import check_series
from calibration.target_checks import check_row
from calibration.targets import (
    ALSO_CALLED,
    CHANGES,
    ESTIMATORS,
    FIT,
    FOLDER,
    GAP,
    HOLD_OUT,
    LEVEL,
    LEVELS,
    MEASURES,
    NEITHER,
    READINGS,
    ROLES,
    SERIES,
    SETS,
    SINCE_START,
    UNITS,
    Target,
    standard_error,
    units_of,
)
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.tables import Cells, Table, open_table
from scenarios.units import Unreadable

COLUMNS: Final = (
    "id", "title", "system", "level", "measure", "people", "comparator", "from_month", "to_month", "period",
    "base_period", "base_value", "reading", "estimator", "unit", "value", "low", "high", "standard_error",
    "published_error", "site_sd", "sites", "control_sites", "counts", "ceiling", "derivation", "source", "grade",
    "lineage", "role", "note",
)  # fmt: skip
NEEDED: Final = ("measure", "value")
IN_TITLES: Final = ("measure", "people", "period", "system")
MISSPELT: Final = 0.85
"""A measure so like one of ours, and of the same number, is that one misspelt; "type 2 attendances" is another."""
OFFICIAL: Final = {name.lower(): ours for name, ours in ALSO_CALLED.items()}
LARGEST: Final = 1e12
"""No count of people, days or pounds of a country is larger."""
ERRORS_IN_95: Final = 3.92
"""Standard errors from one end of a 95 % interval to the other."""


def read_targets(path: Path, shown: str | None = None) -> tuple[Target, ...]:
    """Every row of a file, CSV or Excel (sheet "targets").

    Raises:
        BadInput: with everything wrong that could be found: units that do not go with an estimator, targets beyond the
            dilution ceiling that their row states, and months of a series that are missing or there twice included.
    """
    table = open_table(path, shown or path.name, COLUMNS, NEEDED, "targets")
    rows = [_target(table, row) for row in table.rows]
    messages = [*table.messages(), *_twice(rows)]
    if not messages:
        rows = _with_their_bases(rows)
        messages = check_series(rows)
    if messages:
        raise BadInput(messages)
    return tuple(rows)


def require_set(name: str) -> None:
    """BadInput when there is no set of a name."""
    if name not in SETS:
        raise BadInput([Message("", 0, "--set", name, listed(SETS), nearest(name, SETS), "There is no such set.",
                                "option")])


def fitted_targets(name: str) -> tuple[Target, ...]:
    """The rows that a set is fitted to. Opens the set's own file and no other; BadInput when there is no such set."""
    require_set(name)
    return tuple(row for row in read_targets(FOLDER / f"{name}.csv") if row.role == FIT)


def _target(table: Table, row: Cells) -> Target:
    def words(column: str, default: str = "") -> str:
        return row.cells.get(column, "") or default

    def one_of(column: str, allowed: Sequence[str], default: str) -> str:
        return table.read(row, column, lambda text: _one_of(text or default, allowed), default)

    period, base = (table.read(row, column, read_months, None) for column in ("period", "base_period"))
    estimator = table.read(row, "estimator", lambda text: _estimator(text, bool(words("period"))), GAP)
    unit = one_of("unit", UNITS, units_of(estimator)[0])
    own_id, system = words("id", f"line {row.line}"), _system(words("system", NEITHER))
    value = table.read(row, "value", _number, 0.0)
    whose = system if estimator in (LEVEL, SERIES) else own_id
    target = Target(
        file=table.shown, line=row.line, id=own_id,
        title=words("title", words("id", ", ".join(filter(None, map(words, IN_TITLES))))),
        system=system, level=one_of("level", LEVELS, "area"),
        measure=table.read(row, "measure", _measure, ADMISSIONS), people=words("people", EVERYONE),
        comparator=words("comparator"), window=_window(table, row), period=period,
        reading=one_of("reading", READINGS, SINCE_START), estimator=estimator, unit=unit,
        value=value, standard_error=_error(table, row, unit, value),
        ceiling=_optional(table, row, "ceiling"), derivation=words("derivation"), source=words("source"),
        grade=words("grade"), lineage=words("lineage", f"{table.shown}, {whose}"), role=one_of("role", ROLES, HOLD_OUT),
        note=words("note"), base=base, base_value=_optional(table, row, "base_value"),
    )  # fmt: skip
    check_row(table, row, target)
    return target


def _system(text: str) -> str:
    """A scenario, or several, as they are called: without spaces, and shipped names in small letters."""
    parts = [part.strip() for part in text.split("+")]
    return "+".join(part.lower() if re.fullmatch(r"[\w-]+", part) else part for part in parts)


def _optional(table: Table, row: Cells, column: str) -> float | None:
    """A number that is 0 or more, or nothing."""
    return table.read(row, column, lambda text: _not_negative(text) if text else None, None)


def _error(table: Table, row: Cells, unit: str, value: float) -> float:
    """The standard error that a row states, or what its parts make."""
    stated = _optional(table, row, "standard_error")
    if stated is not None:
        return stated
    names = ("site_sd", "sites", "control_sites", "counts", "published_error")
    site_sd, sites, controls, counts, published = (_optional(table, row, name) or 0.0 for name in names)
    log_points = standard_error(site_sd, sites, controls, counts, 0.0)
    of_value = 1.0 if unit in CHANGES else abs(value) / 100.0
    return max(log_points * of_value, published, _error_of_interval(table, row, unit))


def _error_of_interval(table: Table, row: Cells, unit: str) -> float:
    """The standard error behind a 95 % interval: on the log scale for a change, where ratios are even."""
    low, high = (table.read(row, name, lambda text: _number(text) if text else None, None) for name in ("low", "high"))
    if low is None and high is None:
        return 0.0
    if low is None or high is None or high <= low or (unit in CHANGES and low <= -100.0):
        table.object(row, "low" if low is None else "high", Unreadable(
            "both ends of the 95 % interval, in the row's unit, the lower one in low"))
        return 0.0
    if unit == CHANGES[0]:
        return 100.0 * math.log((100.0 + high) / (100.0 + low)) / ERRORS_IN_95
    return (high - low) / ERRORS_IN_95


def _with_their_bases(rows: Sequence[Target]) -> list[Target]:
    """Rows of a series that do not say what it grows on take it from those that do."""
    stated: dict[tuple[str, ...], Target] = {}
    for row in rows:
        if row.estimator == SERIES and row.base is not None:
            stated.setdefault(row.series, row)
    found = []
    for row in rows:
        known = stated.get(row.series) if row.estimator == SERIES and row.base is None else None
        found.append(replace(row, base=known.base, base_value=known.base_value) if known else row)
    return found


def _window(table: Table, row: Cells) -> Months | None:
    first, last = (_optional(table, row, name) for name in ("from_month", "to_month"))
    if first is None and last is None:
        return None
    if first is None or last is None or last <= first or first % 1 or last % 1:
        table.object(row, "from_month" if first is None else "to_month", Unreadable(
            "whole months since the programme's start, such as from_month 24 and to_month 36 for its third year"))
        return None
    return int(first), int(last)


def _number(text: str) -> float:
    if re.search(r",(?!\d{3}(?!\d))", text):
        raise Unreadable("a number, with a point before decimals: 4.2, and commas before three digits only: 1,867,781")
    try:
        found = float(text.replace(",", "").replace("%", "").replace("−", "-").strip())
    except ValueError:
        raise Unreadable("a number") from None
    if not abs(found) < LARGEST:
        raise Unreadable(f"a number below {LARGEST:.0e}")
    return found


def _not_negative(text: str) -> float:
    found = _number(text)
    if found < 0.0:
        raise Unreadable("0 or more")
    return found


def _one_of(text: str, allowed: Sequence[str]) -> str:
    by_lower = {each.lower(): each for each in allowed}
    if text.lower() not in by_lower:
        raise Unreadable(listed(allowed), nearest=nearest(text, allowed))
    return by_lower[text.lower()]


def _measure(text: str) -> str:
    """A measure that points keep by month. Another is told once, however many lines it has."""
    try:
        return _one_of(OFFICIAL.get(text.lower(), text), MEASURES)
    except Unreadable as error:
        alike = (SequenceMatcher(None, text.lower(), error.nearest.lower()).ratio() >= MISSPELT
                 and re.findall(r"\d", text) == re.findall(r"\d", error.nearest))
        why = "" if alike else "Runs of a fit keep these measures by month; no other can be set beside them."
        raise Unreadable(error.allowed, why, error.nearest if alike else "", alike=text.lower()) from None


def _estimator(text: str, has_period: bool) -> str:
    if not text:
        return SERIES if has_period else GAP
    if re.fullmatch(r"growth per head over [1-9]\d* years|rank [1-9]\d* of [1-9]\d*", text):
        return text
    return _one_of(text, [each for each in ESTIMATORS if " N " not in each])


def _twice(rows: Sequence[Target]) -> list[Message]:
    by_id: dict[str, list[Target]] = {}
    for row in rows:
        by_id.setdefault(row.id, []).append(row)
    return [
        Message(same[1].file, same[1].line, "id", name, label="column",
                text=f"It is also in line {same[0].line}; every id stands for one row. {len(same)} lines have it.")
        for name, same in by_id.items() if len(same) > 1
    ]  # fmt: skip
