"""Every number that the model uses, from the project's tables, with its range, source and standing."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.messages import nearest
from scenarios.resolved import RangeValue, Scale

LIBRARY = Path(__file__).parent / "library"
EVIDENCE = LIBRARY / "evidence"
ROW_COLUMNS = ("parameter", "stratum", "value", "low", "high", "unit", "law", "year", "source", "status", "note")
SOURCES = "sources.csv"
PROGRAMME_RESULTS = "programme_results.csv"
SHARE_UNITS = ("share", "probability", "severity threshold", "share of people")
STATUSES = ("sourced", "derived", "assumption")


@dataclass(frozen=True)
class Row:
    """One number: its value, central 8-in-10 range (equal to the value when none is known) and where it is from.

    Attributes:
        file: table that holds it, relative to the shipped library.
        line: line in that table.
    """

    parameter: str
    stratum: str
    value: float
    low: float
    high: float
    unit: str
    law: str
    year: str
    source: str
    status: str
    note: str
    file: str
    line: int

    @property
    def name(self) -> str:
        """As a planner writes it: "parameter [stratum]"."""
        return f"{self.parameter} [{self.stratum}]"

    @property
    def has_range(self) -> bool:
        """Whether a range is known."""
        return self.low < self.high

    @property
    def range(self) -> RangeValue:
        """The value and its range, on the scale that keeps draws where the value can be."""
        return RangeValue(self.value, self.low, self.high, self._scale())

    def _scale(self) -> Scale:
        """Shares stay between 0 and 1, other positive numbers above 0; the rest is spread as it stands."""
        if self.unit in SHARE_UNITS and self.low >= 0.0 and self.high <= 1.0:
            return "share"
        return "positive" if self.low > 0.0 and not self.unit.startswith("log ") else "plain"


@dataclass(frozen=True)
class Source:
    """A publication, data set or judgement that rows cite."""

    id: str
    title: str
    publisher: str
    address: str


@dataclass(frozen=True)
class ProgrammeResult:
    """One published result about a programme; numbers are kept as printed, empty when there is none."""

    id: str
    system: str
    model_type: str
    population: str
    metric: str
    period: str
    comparator: str
    value: str
    unit: str
    ci_low: str
    ci_high: str
    source_title: str
    publisher: str
    year: str
    url: str
    status: str
    note: str


class Evidence:
    """The tables of evidence, looked up by parameter and stratum."""

    def __init__(self, rows: Mapping[tuple[str, str], Row], sources: Mapping[str, Source],
                 results: Mapping[str, ProgrammeResult]) -> None:
        self._rows = rows
        self._sources = sources
        self._results = results
        self._strata: dict[str, list[str]] = {}
        for parameter, stratum in rows:
            self._strata.setdefault(parameter, []).append(stratum)

    def row(self, parameter: str, stratum: str = "all") -> Row:
        """The row of a parameter and stratum.

        Raises:
            KeyError: when there is none; the message names the nearest.
        """
        found = self._rows.get((parameter, stratum))
        if found is None:
            raise KeyError(self._absent(parameter, stratum))
        return found

    def value(self, parameter: str, stratum: str = "all") -> float:
        """The value of a parameter and stratum, in the row's unit; KeyError as `row`."""
        return self.row(parameter, stratum).value

    def values(self, parameter: str, strata: Sequence[str]) -> NDArray[np.float64]:
        """(len(strata),) values of a parameter, in the order asked for; KeyError as `row`."""
        return np.array([self.value(parameter, stratum) for stratum in strata], np.float64)

    def rows(self) -> Iterator[Row]:
        """Every row, in the order of the tables."""
        return iter(self._rows.values())

    def strata(self, parameter: str) -> tuple[str, ...]:
        """Strata of a parameter in the order of its table; empty when there is no such parameter."""
        return tuple(self._strata.get(parameter, ()))

    def parameters(self) -> tuple[str, ...]:
        """Every parameter, in the order of the tables."""
        return tuple(self._strata)

    def find(self, name: str) -> Row | None:
        """The row that a planner calls "parameter [stratum]"; the stratum may be left out when there is only one."""
        parameter, bracket, stratum = name.partition("[")
        wanted = _plain(parameter)
        for candidate, strata in self._strata.items():
            if _plain(candidate) != wanted:
                continue
            if not bracket:
                return self._rows[(candidate, strata[0])] if len(strata) == 1 else None
            matches = [s for s in strata if _plain(s) == _plain(stratum.strip().removesuffix("]"))]
            return self._rows[(candidate, matches[0])] if matches else None
        return None

    def with_changes(self, settings: Mapping[str, float]) -> Evidence:
        """The same tables with some values replaced; a changed value is certain, and its range is the value.

        Args:
            settings: "parameter [stratum]" to value.

        Raises:
            KeyError: when a name is unknown.
        """
        rows = dict(self._rows)
        for name, value in settings.items():
            row = self.find(name)
            if row is None:
                raise KeyError(f'no evidence row is called "{name}"')
            rows[(row.parameter, row.stratum)] = replace(row, value=value, low=value, high=value)
        return Evidence(rows, self._sources, self._results)

    def sources(self) -> Mapping[str, Source]:
        """Sources by id."""
        return self._sources

    def results(self) -> Mapping[str, ProgrammeResult]:
        """Published programme results by id."""
        return self._results

    def _absent(self, parameter: str, stratum: str) -> str:
        if parameter not in self._strata:
            return f'no parameter "{parameter}"; the nearest is "{nearest(parameter, self._strata)}"'
        return f'parameter "{parameter}" has no stratum "{stratum}"; it has {", ".join(self._strata[parameter])}'


@lru_cache(maxsize=1)
def load() -> Evidence:
    """The shipped evidence.

    Raises:
        ValueError: when a table breaks its own rules: a missing column, a number that is not one, a value twice.
    """
    rows: dict[tuple[str, str], Row] = {}
    for path in sorted(EVIDENCE.glob("*.csv")):
        for row in _read_rows(path):
            key = (row.parameter, row.stratum)
            if key in rows:
                raise ValueError(f"{row.file}, line {row.line}: {row.name} is also in {rows[key].file}")
            rows[key] = row
    sources = {record["id"]: Source(**record) for record in _records(EVIDENCE / SOURCES)}
    results = {record["id"]: ProgrammeResult(**record) for record in _records(EVIDENCE / PROGRAMME_RESULTS)}
    return Evidence(rows, sources, results)


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _read_rows(path: Path) -> Iterator[Row]:
    """Rows of a parameter table; nothing from a table of another shape."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        if tuple(reader.fieldnames or ()) != ROW_COLUMNS:
            return
        name = path.relative_to(LIBRARY).as_posix()
        for record in reader:
            yield _read_row(record, name, reader.line_num)


def _read_row(record: dict[str, str], file: str, line: int) -> Row:
    """One row; a range written from large to small, as happens with negative numbers, is put in order."""
    where = f"{file}, line {line}"
    value = _number(record["value"], where)
    bounds = sorted(_number(record[end], where) if record[end] else value for end in ("low", "high"))
    if record["status"] not in STATUSES:
        raise ValueError(f"{where}: status {record['status']!r} is none of {', '.join(STATUSES)}")
    words = {column: record[column] for column in ROW_COLUMNS if column not in ("value", "low", "high")}
    return Row(value=value, low=bounds[0], high=bounds[1], file=file, line=line, **words)


def _number(text: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{where}: {text!r} is not a number") from None
    if not math.isfinite(number):
        raise ValueError(f"{where}: {text!r} is not a finite number")
    return number


def _plain(name: str) -> str:
    """A name with capitals, spaces, underscores and hyphens made one."""
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())
