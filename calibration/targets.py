"""What the model is fitted to and judged by: published results, or somebody's own counts, as rows of a table.

Every row says what was measured (level, people, comparator, window, base reading, estimator, unit), what came out and
how well it is known. docs/targets.md explains each column. Rows about effects give months since a programme's start;
rows about an area's own counts give a period: "2018-04" or "2018/19".
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from calibration.contrasts import ADMISSIONS, ATTENDANCES, BED_DAYS, EVERYONE, GROUPS, NO_NIGHT
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.tables import Cells, Table, open_table
from scenarios.units import Unreadable

FOLDER: Final = Path(__file__).parent / "targets"
SETS: Final = ("vanguards", "controlled")
HOLD_OUTS: Final = "hold-outs"
COLUMNS: Final = (
    "id", "title", "system", "level", "measure", "people", "comparator", "from_month", "to_month", "period", "reading",
    "estimator", "unit", "value", "standard_error", "published_error", "site_sd", "sites", "control_sites", "counts",
    "ceiling", "derivation", "source", "grade", "lineage", "role", "note",
)
NEEDED: Final = ("measure", "value")
MEASURES: Final = (ADMISSIONS, NO_NIGHT, BED_DAYS, ATTENDANCES)
FIT, HOLD_OUT, REPORT_ONLY = "fit", "hold-out", "report-only"
ROLES: Final = (FIT, HOLD_OUT, REPORT_ONLY)
LEVELS: Final = ("person", "home", "practice", "area", "national")
SINCE_START, YEAR_BEFORE, BOTH = "since the start", "on the year before", "both"
READINGS: Final = (SINCE_START, YEAR_BEFORE, BOTH)
GAP, LEVEL, SERIES = "relative gap", "level", "monthly series"
GROWTH_OF_SERIES: Final = "growth of a series"
"""What a fit makes of a monthly series; nobody writes it."""
FIRST_YEAR, WITH_TEAM = "members, first year", "members, while with the team"
ESTIMATORS: Final = (GAP, FIRST_YEAR, WITH_TEAM, "growth per head over N years", "rank N of N", LEVEL, SERIES)
PER_CENT, LOG_POINTS, PER_1000, COUNT = "%", "log points", "per 1,000 a year", "count"
UNITS: Final = (PER_CENT, LOG_POINTS, PER_1000, COUNT)
POPULATION: Final = "population-vanguards"
"""The 14 community-provider and 9 primary-and-acute vanguards together: both scenarios, weighted by sites."""
NEITHER: Final = "do-nothing"


@dataclass(frozen=True)
class Target:
    """One row.

    Attributes:
        line: in its file.
        file: its name.
        system: scenario, or several joined by "+", that is set beside doing nothing.
        window: first month of the programme that counts, 0 the first, and the first that does not; None with a period.
        period: calendar months, first and the first after, as (year, month); None with a window.
        value: in `unit`, as is `standard_error`.
        ceiling: most by which what is measured could fall, in per cent, if every admission of those reached were
            prevented; None when everybody is reached.
    """

    file: str
    line: int
    id: str
    title: str
    system: str
    level: str
    measure: str
    people: str
    comparator: str
    window: tuple[int, int] | None
    period: tuple[tuple[int, int], tuple[int, int]] | None
    reading: str
    estimator: str
    unit: str
    value: float
    standard_error: float
    ceiling: float | None
    derivation: str
    source: str
    grade: str
    lineage: str
    role: str
    note: str
    base: tuple[int, int] | None = None
    """Programme months on which a series grows."""

    @property
    def is_effect(self) -> bool:
        """Whether it is about a programme's difference from doing nothing, a ratio; else about counts of an area."""
        return self.estimator in (GAP, FIRST_YEAR, WITH_TEAM)

    @property
    def log_value(self) -> float:
        """On the log scale, on which it is fitted and predicted; a count of a series as it is."""
        if self.unit == PER_1000:
            return math.log(self.value)
        if self.unit == PER_CENT:
            return math.log1p(self.value / 100.0)
        return self.value / 100.0 if self.unit == LOG_POINTS else self.value

    @property
    def log_error(self) -> float:
        """Standard error on the scale of `log_value`. In per cent or log points it is relative already."""
        if self.unit == PER_1000:
            return self.standard_error / self.value
        return self.standard_error / 100.0 if self.unit in (PER_CENT, LOG_POINTS) else self.standard_error

    @property
    def readings(self) -> tuple[str, ...]:
        """What its growth may be since."""
        return (SINCE_START, YEAR_BEFORE) if self.reading == BOTH else (self.reading,)


def read_targets(path: Path, shown: str | None = None) -> tuple[Target, ...]:
    """Every row of a file, CSV or Excel (sheet "targets").

    Raises:
        BadInput: with everything wrong that could be found, targets beyond their dilution ceiling included.
    """
    table = open_table(path, shown or path.name, COLUMNS, NEEDED, "targets")
    rows = [_target(table, row) for row in table.rows]
    messages = [*table.messages(), *_twice(rows)]
    if messages:
        raise BadInput(messages)
    return tuple(rows)


def fitted_targets(name: str) -> tuple[Target, ...]:
    """The rows that a set is fitted to. Opens the set's own file and no other; BadInput when there is no such set."""
    if name not in SETS:
        raise BadInput([Message("", 0, "--set", name, listed(SETS), nearest(name, SETS), "There is no such set.",
                                "option")])
    return tuple(row for row in read_targets(FOLDER / f"{name}.csv") if row.role == FIT)


def to_be_fitted(rows: Iterable[Target]) -> tuple[Target, ...]:
    """Rows with the role fit.

    Raises:
        BadInput: when there is none.
    """
    rows = tuple(rows)
    chosen = tuple(row for row in rows if row.role == FIT)
    if not chosen:
        file = rows[0].file if rows else ""
        raise BadInput([Message(file, 0, "role", "", FIT, text="No row of this file is to be fitted.", label="column")])
    return chosen


def standard_error(site_sd: float, sites: float, controls: float, counts: float, published: float) -> float:
    """Of a difference in growth, per cent: between sites and by chance, or the published one if that is larger.

    Args:
        site_sd: standard deviation of growth between sites, per cent.
        sites: sites of the programme; 0 when there is only a published error.
        controls: sites that they were compared with; 0 without.
        counts: events of the programme's sites in the window; 0 when not known.
        published: standard error that the source gives; 0 without.
    """
    variance = site_sd**2 / sites if sites else 0.0
    variance += site_sd**2 / controls if controls else 0.0
    variance += 100.0**2 * 2.0 / counts if counts else 0.0
    return max(published, math.sqrt(variance))


def _target(table: Table, row: Cells) -> Target:
    def words(column: str, default: str = "") -> str:
        return row.cells.get(column, "") or default

    def number(column: str) -> float | None:
        return table.read(row, column, lambda text: _number(text) if text else None, None)

    def one_of(column: str, allowed: Sequence[str], default: str) -> str:
        return table.read(row, column, lambda text: _one_of(text or default, allowed), default)

    period = table.read(row, "period", _period, None)
    estimator = table.read(row, "estimator", lambda text: _estimator(text, period is not None), GAP)
    value = table.read(row, "value", _number, 0.0)
    unit = one_of("unit", UNITS, COUNT if estimator == SERIES else PER_1000 if estimator == LEVEL else PER_CENT)
    error = number("standard_error")
    if error is None:
        parts = [number(name) or 0.0 for name in ("site_sd", "sites", "control_sites", "counts", "published_error")]
        error = standard_error(*parts)
    target = Target(
        file=table.shown, line=row.line, id=words("id", f"line {row.line}"),
        title=words("title", words("id", f"{words('measure')}, {words('period')}".rstrip(", "))),
        system=words("system", NEITHER), level=one_of("level", LEVELS, "area"),
        measure=one_of("measure", MEASURES, ADMISSIONS), people=words("people", EVERYONE),
        comparator=words("comparator"), window=_window(table, row, number("from_month"), number("to_month")),
        period=period, reading=one_of("reading", READINGS, SINCE_START), estimator=estimator, unit=unit, value=value,
        standard_error=error, ceiling=number("ceiling"), derivation=words("derivation"), source=words("source"),
        grade=words("grade"), lineage=words("lineage", words("id")), role=one_of("role", ROLES, HOLD_OUT),
        note=words("note"),
    )  # fmt: skip
    _check_together(table, row, target)
    return target


def _check_together(table: Table, row: Cells, target: Target) -> None:
    """Objections to what a row says as a whole."""
    if target.standard_error < 0.0:
        table.object(row, "standard_error", Unreadable("0 or more"))
    if target.unit == PER_CENT and target.value <= -100.0:
        table.object(row, "value", Unreadable("a change above -100 %"))
    if target.estimator not in (FIRST_YEAR, WITH_TEAM) and target.people not in GROUPS:
        table.object(row, "people", Unreadable(listed(GROUPS), nearest=nearest(target.people, GROUPS)))
    if target.estimator in (FIRST_YEAR, WITH_TEAM) and target.people in GROUPS:
        table.object(row, "people", Unreadable("the service whose members are meant, such as extensivist-teams"))
    if target.unit in (PER_1000, COUNT) and target.value <= 0.0 and target.estimator == LEVEL:
        table.object(row, "value", Unreadable("a rate above 0"))
    if target.is_effect and target.window is None:
        table.object(row, "from_month", Unreadable(
            "months since the programme's start, 0 to 12 for its first year", "An effect needs a window."))
    if target.is_effect and target.system == NEITHER:
        table.object(row, "system", Unreadable("the scenario that is set beside doing nothing"))
    if target.estimator in (LEVEL, SERIES) and target.period is None:
        table.object(row, "period", Unreadable("a month such as 2018-04, or a financial year such as 2018/19"))
    if target.role == FIT and target.standard_error <= 0.0 and target.estimator != SERIES:
        table.object(row, "standard_error", Unreadable("above 0", "What is fitted must say how well it is known."))
    if target.role == FIT and target.ceiling is not None and target.value < -target.ceiling:
        table.object(row, "value", Unreadable(
            f"{-target.ceiling:g} or more for a row that is fitted",
            f"The people reached have {target.ceiling:g} % of what is counted: preventing all of theirs would not make "
            "it fall so far, so it cannot be fitted. Its role may be report-only.",
        ))


def _window(table: Table, row: Cells, first: float | None, last: float | None) -> tuple[int, int] | None:
    if first is None and last is None:
        return None
    if first is None or last is None or first < 0 or last <= first or first % 1 or last % 1:
        table.object(row, "from_month" if first is None else "to_month", Unreadable(
            "whole months since the programme's start, such as from_month 24 and to_month 36 for its third year"))
        return None
    return int(first), int(last)


def _number(text: str) -> float:
    try:
        found = float(text.replace(",", "").replace("%", "").replace("−", "-").strip())
    except ValueError:
        raise Unreadable("a number") from None
    if not math.isfinite(found):
        raise Unreadable("a number")
    return found


def _one_of(text: str, allowed: Sequence[str]) -> str:
    by_lower = {each.lower(): each for each in allowed}
    if text.lower() not in by_lower:
        raise Unreadable(listed(allowed), nearest=nearest(text, allowed))
    return by_lower[text.lower()]


def _estimator(text: str, has_period: bool) -> str:
    if not text:
        return SERIES if has_period else GAP
    if re.fullmatch(r"growth per head over [1-9]\d* years|rank [1-9]\d* of [1-9]\d*", text):
        return text
    return _one_of(text, [each for each in ESTIMATORS if " N " not in each])


def _period(text: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    if not text:
        return None
    year = re.fullmatch(r"(\d{4})/(\d{2})", text)
    if year and int(year[2]) == (int(year[1]) + 1) % 100:
        return (int(year[1]), 4), (int(year[1]) + 1, 4)
    month = re.fullmatch(r"(\d{4})-(\d{2})(?:-01)?(?: 00:00:00)?", text)
    if month and 1 <= int(month[2]) <= 12:
        begun = (int(month[1]), int(month[2]))
        return begun, (begun[0] + begun[1] // 12, begun[1] % 12 + 1)
    raise Unreadable("a month such as 2018-04, or a financial year such as 2018/19")


def _twice(rows: Sequence[Target]) -> list[Message]:
    known: dict[str, int] = {}
    messages = []
    for row in rows:
        if row.id in known:
            text = f"It is also in line {known[row.id]}; every id stands for one row."
            messages.append(Message(row.file, row.line, "id", row.id, text=text, label="column"))
        known.setdefault(row.id, row.line)
    return messages


def derived(derivation: str, values: Mapping[str, float]) -> float:
    """The value that a derivation makes of published ones, in the unit of its row.

    Args:
        derivation: "gap A B" (growth A set against growth B, per cent), "log A" (a coefficient of a log rate, in log
            points), "ratio A" (a rate ratio, per cent), "percent A".
        values: published values by id.

    Raises:
        ValueError: when it is none of these.
    """
    verb, *ids = derivation.split()
    numbers = [values[each] for each in ids]
    if verb == "gap" and len(numbers) == 2:
        return 100.0 * ((100.0 + numbers[0]) / (100.0 + numbers[1]) - 1.0)
    if len(numbers) == 1 and verb in ("log", "ratio", "percent"):
        return {"log": 100.0 * numbers[0], "ratio": 100.0 * (numbers[0] - 1.0), "percent": numbers[0]}[verb]
    raise ValueError(f"not a derivation: {derivation!r}")
