"""Durations in network files: a law by name, its numbers, and what scales it."""

from __future__ import annotations

import math
from collections.abc import Mapping as Words
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scenarios.network_expressions import Expressions
from scenarios.network_reading import bad, choice, mapping, only, required, scalar
from scenarios.yaml_reader import Mapping, Scalar, Value
from simulation.calendar import Calendar
from simulation.factors import VALUES
from simulation.laws import (
    CONSTANT,
    EMPIRICAL,
    EXPONENTIAL,
    GAMMA,
    LOGNORMAL,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
    empirical_table,
    gamma_table,
)
from simulation.network import NONE, Form, Law, Mode

UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0, "weeks": 604800.0, "nights": 1.0}
MODES = {
    "seconds": Mode.SECONDS,
    "nights": Mode.NIGHTS,
    "before_midnight": Mode.BEFORE_MIDNIGHT,
    "after_opening": Mode.AFTER_OPENING,
}
FORMS = {"exponential": Form.EXPONENTIAL, "above": Form.ABOVE}
UNTIL = {"plan": Mode.UNTIL_PLAN, "death": Mode.UNTIL_DEATH}
KEYS_OF_LAW = {
    "constant": ("value",),
    "exponential": ("mean",),
    "lognormal": ("median", "mean", "log_mean", "log_sd", "times"),
    "gamma": ("mean", "shape"),
    "weibull": ("shape", "scale"),
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "empirical": ("steps",),
}
SCALING_KEYS = ("law", "unit", "mode", "from", "scaled_by", "by_month", "growth", "crowding")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BASE_YEAR = 2016 + 9.0 / 12.0
"""Middle of the financial year that the tables describe, from which yearly trends count."""


@dataclass
class LawTable:
    """Collects the laws of a network; equal laws share a row."""

    expressions: Expressions
    calendar: Calendar
    gauges: tuple[str, ...]
    laws: list[Law] = field(default_factory=list)
    tables: list[NDArray[np.float64]] = field(default_factory=list)
    _rows: dict[tuple[object, ...], int] = field(default_factory=dict)
    _table_rows: dict[tuple[object, ...], int] = field(default_factory=dict)

    def row(self, value: Value, key: str, words: Words[str, str]) -> int:
        """Row of the law that a file describes, for patients that `words` describe.

        Raises:
            BadInput: for an unknown law, key, unit, value or gauge, and for numbers that no law can have.
        """
        spec = mapping(value, key)
        until = spec.get("until")
        if until is not None:
            mode = UNTIL[choice(until, f"{key}.until", UNTIL)]
            return self._add(CONSTANT, 0.0, 0.0, 0.0, NONE, mode, spec, key, words)
        name = choice(required(spec, "law", key), f"{key}.law", KEYS_OF_LAW)
        only(spec, (*KEYS_OF_LAW[name], *SCALING_KEYS), key)
        unit = UNITS[choice(spec.get("unit") or Scalar("seconds", spec.origin), f"{key}.unit", UNITS)]
        mode_value = spec.get("mode")
        mode = Mode.SECONDS
        if name != "triangular" and mode_value is not None:
            mode = MODES[choice(mode_value, f"{key}.mode", MODES)]
        law, first, second, third, table = self._numbers(name, spec, key, words, unit)
        return self._add(law, first, second, third, table, mode, spec, key, words)

    def hours_table(self, weights: list[float]) -> int:
        """Row of the table of an hour of the day, drawn by weight and even within the hour."""
        total = sum(weights)
        edges, shares = [0.0], [0.0]
        for hour, weight in enumerate(weights):
            if weight > 0.0:
                if shares[-1] == 0.0:
                    edges[-1] = float(hour)
                shares.append(shares[-1] + weight / total)
                edges.append(hour + 1.0)
        shares[-1] = 1.0
        return self._table(("hours", *weights), lambda: empirical_table(shares, edges))

    def _numbers(
        self, name: str, spec: Mapping, key: str, words: Words[str, str], unit: float
    ) -> tuple[int, float, float, float, int]:
        def number(part: str) -> float:
            written = scalar(required(spec, part, key), f"{key}.{part}")
            return self.expressions.value(written, f"{key}.{part}", words)

        if name == "constant":
            return CONSTANT, self._positive(number("value"), spec, key) * unit, 0.0, 0.0, NONE
        if name == "exponential":
            return EXPONENTIAL, self._positive(number("mean"), spec, key) * unit, 0.0, 0.0, NONE
        if name == "weibull":
            return WEIBULL, number("shape"), self._positive(number("scale"), spec, key) * unit, 0.0, NONE
        if name == "uniform":
            return UNIFORM, number("low") * unit, number("high") * unit, 0.0, NONE
        if name == "triangular":
            return TRIANGULAR, number("low") * unit, number("mode") * unit, number("high") * unit, NONE
        if name == "gamma":
            mean, shape = number("mean"), self._positive(number("shape"), spec, key)
            table = self._table(("gamma", shape), lambda: gamma_table(shape))
            return GAMMA, 0.0, self._positive(mean, spec, key) * unit / shape, 0.0, table
        if name == "empirical":
            return EMPIRICAL, 0.0, 0.0, 0.0, self._steps(spec, key, words, unit)
        log_sd = self._positive(number("log_sd"), spec, key)
        if spec.get("log_mean") is not None:
            log_mean = number("log_mean")
        elif spec.get("median") is not None:
            log_mean = math.log(self._positive(number("median"), spec, key))
        else:
            log_mean = math.log(self._positive(number("mean"), spec, key)) - log_sd * log_sd / 2.0
        if spec.get("times") is not None:
            log_mean += math.log(self._positive(number("times"), spec, key))
        return LOGNORMAL, log_mean + math.log(unit), log_sd, 0.0, NONE

    def _steps(self, spec: Mapping, key: str, words: Words[str, str], unit: float) -> int:
        """Table of a law that is even between the ends of each step."""
        steps = mapping(required(spec, "steps", key), f"{key}.steps")
        edges: list[float] = []
        shares: list[float] = [0.0]
        for entry in steps.entries.values():
            low, _, high = entry.key.partition("-")
            share = self.expressions.value(scalar(entry.value, entry.key), f"{key}.steps.{entry.key}", words)
            if edges:
                edges.append(float(low) * unit)
                shares.append(shares[-1] + 1e-9)
            else:
                edges.append(float(low) * unit)
            edges.append(float(high) * unit)
            shares.append(shares[-1] + share)
        if abs(shares[-1] - 1.0) > 1e-3:
            raise bad(spec, f"{key}.steps", f"{shares[-1]:.4g}", "shares that add up to 1")
        scaled = [share / shares[-1] for share in shares]
        scaled[-1] = 1.0
        return self._table(("steps", *edges, *scaled), lambda: empirical_table(scaled, edges))

    def _add(
        self,
        law: int,
        first: float,
        second: float,
        third: float,
        table: int,
        mode: Mode,
        spec: Mapping,
        key: str,
        words: Words[str, str],
    ) -> int:
        scaled_by = spec.get("scaled_by")
        named = NONE if scaled_by is None else VALUES.index(choice(scaled_by, f"{key}.scaled_by", VALUES))
        gauge, form, slope, reference = self._crowding(spec, key)
        by_month = self._by_month(spec, key, words)
        from_severity = spec.get("from") is not None
        if from_severity:
            choice(required(spec, "from", key), f"{key}.from", ("severity",))
        identity = (law, first, second, third, table, mode, from_severity, named, gauge, form, slope, reference,
                    by_month.tobytes())
        if identity not in self._rows:
            self._rows[identity] = len(self.laws)
            self.laws.append(
                Law(law, first, second, third, table, mode, from_severity, named, gauge, form, slope, reference, by_month)
            )
        return self._rows[identity]

    def _crowding(self, spec: Mapping, key: str) -> tuple[int, Form, float, float]:
        written = spec.get("crowding")
        if written is None:
            return NONE, Form.EXPONENTIAL, 0.0, 0.0
        crowding = mapping(written, f"{key}.crowding")
        only(crowding, ("gauge", "form", "slope", "reference"), f"{key}.crowding")
        gauge = self.gauges.index(choice(required(crowding, "gauge", key), f"{key}.crowding.gauge", self.gauges))
        form = FORMS[choice(required(crowding, "form", key), f"{key}.crowding.form", FORMS)]
        slope, reference = (
            self.expressions.value(scalar(required(crowding, part, key), part), f"{key}.crowding.{part}")
            for part in ("slope", "reference")
        )
        return gauge, form, slope, reference

    def _by_month(self, spec: Mapping, key: str, words: Words[str, str]) -> NDArray[np.float64]:
        """(months,) season and trend of a duration."""
        season, growth = spec.get("by_month"), spec.get("growth")
        factors = np.ones(self.calendar.months)
        yearly = 0.0
        if growth is not None:
            yearly = self.expressions.value(scalar(growth, key), f"{key}.growth", words)
        for month in range(self.calendar.months):
            number = int(self.calendar.month_number[month])
            if season is not None:
                named = {**words, "month": MONTHS[number - 1]}
                factors[month] = self.expressions.value(scalar(season, key), f"{key}.by_month", named)
            factors[month] *= (1.0 + yearly) ** years_from_base(self.calendar, month)
        return factors

    def _table(self, identity: tuple[object, ...], build: object) -> int:
        if identity not in self._table_rows:
            self._table_rows[identity] = len(self.tables)
            self.tables.append(build())  # type: ignore[operator]
        return self._table_rows[identity]

    def _positive(self, number: float, spec: Mapping, key: str) -> float:
        if not number > 0.0 or math.isinf(number):
            raise bad(spec, key, f"{number:g}", "a number above 0")
        return number


def years_from_base(calendar: Calendar, month: int) -> float:
    """Years from the middle of the base year to the middle of a month of the study."""
    return int(calendar.month_year[month]) + (int(calendar.month_number[month]) - 0.5) / 12.0 - BASE_YEAR

