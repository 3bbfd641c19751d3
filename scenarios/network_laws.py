"""Durations in network files: a law by name, its numbers, and what scales it."""

from __future__ import annotations

import math
from collections.abc import Callable
from collections.abc import Mapping as Words
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import special

from scenarios.network_expressions import Expressions
from scenarios.network_found import AS_FOUND
from scenarios.network_reading import MONTHS, bad, below, choice, mapping, only, required, scalar, sequence, standing
from scenarios.yaml_reader import Mapping, Scalar, Value
from simulation.calendar import Calendar
from simulation.factors import VALUES
from simulation.laws import (
    CONSTANT,
    EMPIRICAL,
    EXPONENTIAL,
    GAMMA,
    LOGNORMAL,
    MOST_KNOTS,
    TRIANGULAR,
    UNIFORM,
    WEIBULL,
    empirical_table,
    gamma_table,
    quantile,
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
    "lognormal": ("median", "mean", "log_mean", "log_sd", "sd", "times"),
    "normal": ("mean", "sd"),
    "gamma": ("mean", "shape"),
    "weibull": ("shape", "scale"),
    "triangular": ("low", "mode", "high"),
    "uniform": ("low", "high"),
    "empirical": ("steps", "values"),
}
OPTIONAL_KEYS = {"lognormal": ("median", "mean", "log_mean", "log_sd", "sd", "times"), "empirical": ("steps", "values")}
"""Of which a law needs some but not all."""
SCALING_KEYS = (
    "law", "unit", "mode", "from", "scaled_by", "by_month", "growth", "per_place_of", "crowding", "as_found",
)  # fmt: skip
CROWDING_KEYS = ("gauge", "form", "slope", "reference")
CENTRES = ("log_mean", "median", "mean")
LEAP = 1e-9
"""Probability spent on the gap between two steps, since the shares of an empirical law must rise."""
NORMAL_REACH = 6.0
"""Standard deviations at which a normal law is cut."""
BASE_DATE = date(2016, 10, 1)
"""Middle of the financial year that the tables describe, from which yearly trends count."""

Numbers = tuple[int, float, float, float, int]
"""A law's code, its three numbers in seconds, and the row of its table."""
Settled = tuple[int, float, float, float, int, Mode, bool, int, int, Form, float, float]
"""A law but for what it is multiplied by in each month."""


@dataclass(frozen=True)
class LawText:
    """A law as a file describes it, and the patients it is for."""

    spec: Mapping
    key: str
    words: Words[str, str]

    def refused(self, part: str, found: str, allowed: str) -> Exception:
        """What to raise about one of its numbers."""
        return bad(standing(self.spec, part), f"{self.key}.{part}", found, allowed)


@dataclass
class LawTable:
    """Collects the laws of a network; equal laws share a row."""

    expressions: Expressions
    calendar: Calendar
    gauges: tuple[str, ...]
    places: Words[str, NDArray[np.float64]] = field(default_factory=dict)
    """(months,) places of each pool that has a limit."""
    trend: float = 1.0
    """0 where the place stops all growth but that of its people; then durations have no trend."""
    base: date = BASE_DATE
    """Day from which trends count."""
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
        text = LawText(spec, key, words)
        until = spec.get("until")
        if until is not None:
            only(spec, ("until",), key)
            return self._add((CONSTANT, 0.0, 0.0, 0.0, NONE), UNTIL[choice(until, f"{key}.until", UNTIL)], text)
        name = choice(required(spec, "law", key), f"{key}.law", KEYS_OF_LAW)
        only(spec, dict.fromkeys((*KEYS_OF_LAW[name], *SCALING_KEYS)), key)
        unit_name = choice(spec.get("unit") or Scalar("seconds", spec.origin), f"{key}.unit", UNITS)
        mode = Mode.SECONDS
        written = spec.get("mode")
        if name != "triangular" and written is not None:
            mode = MODES[choice(written, f"{key}.mode", MODES)]
        if (mode == Mode.NIGHTS) != (unit_name == "nights"):
            raise bad(spec, key, f"unit {unit_name}", "mode: nights together with unit: nights, or neither")
        numbers = self._numbers(name, text, UNITS[unit_name])
        if spec.get("as_found") is not None:
            numbers = self._as_found(numbers, mode, text)
        return self._add(numbers, mode, text)

    def constant(self, seconds: float) -> int:
        """Row of the law of something that always takes as long."""
        even = np.ones(self.calendar.months)
        settled = (CONSTANT, seconds, 0.0, 0.0, NONE, Mode.SECONDS, False, NONE, NONE, Form.EXPONENTIAL, 0.0, 0.0)
        return self._row_of(settled, even)

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

    def _numbers(self, name: str, text: LawText, unit: float) -> Numbers:
        """What a law is made of, with times in seconds."""
        match name:
            case "constant":
                return CONSTANT, self._positive(text, "value") * unit, 0.0, 0.0, NONE
            case "exponential":
                return EXPONENTIAL, self._positive(text, "mean") * unit, 0.0, 0.0, NONE
            case "weibull":
                return WEIBULL, self._positive(text, "shape"), self._positive(text, "scale") * unit, 0.0, NONE
            case "uniform":
                low, high = self._rising(text, "low", "high")
                return UNIFORM, low * unit, high * unit, 0.0, NONE
            case "triangular":
                low, mode, high = self._rising(text, "low", "mode", "high")
                return TRIANGULAR, low * unit, mode * unit, high * unit, NONE
            case "gamma":
                mean, shape = self._positive(text, "mean"), self._positive(text, "shape")
                table = self._table(("gamma", shape), lambda: gamma_table(shape))
                return GAMMA, 0.0, mean * unit / shape, 0.0, table
            case "normal":
                return EMPIRICAL, 0.0, 0.0, 0.0, self._normal(text, unit)
            case "empirical":
                return EMPIRICAL, 0.0, 0.0, 0.0, self._empirical(text, unit)
        return self._lognormal(text, unit)

    def _lognormal(self, text: LawText, unit: float) -> Numbers:
        given = [part for part in CENTRES if text.spec.get(part) is not None]
        if len(given) != 1:
            found = " and ".join(given)
            raise bad(text.spec, text.key, found, f"one of {', '.join(CENTRES)}")
        log_sd = self._log_sd(text)
        if given[0] == "log_mean":
            log_mean = self._number(text, "log_mean")
        else:
            log_mean = math.log(self._positive(text, given[0]))
            if given[0] == "mean":
                log_mean -= log_sd * log_sd / 2.0
        if text.spec.get("times") is not None:
            log_mean += math.log(self._positive(text, "times"))
        return LOGNORMAL, log_mean + math.log(unit), log_sd, 0.0, NONE

    def _as_found(self, numbers: Numbers, mode: Mode, text: LawText) -> Numbers:
        """What remains of a stay that somebody is found in."""
        way = choice(required(text.spec, "as_found", text.key), f"{text.key}.as_found", AS_FOUND)
        if mode != Mode.SECONDS or text.spec.get("from") is not None:
            raise text.refused("as_found", way, "a law of plain times")
        law, first, second, third, row = numbers
        found = AS_FOUND[way]
        if found is None:
            return numbers
        values = [] if row == NONE else [self.tables[row].tolist()]
        table = self._table(
            ("as found", way, *numbers), lambda: found(lambda u: quantile(law, first, second, third, values, 0, u))
        )
        return EMPIRICAL, 0.0, 0.0, 0.0, table

    def _log_sd(self, text: LawText) -> float:
        """Standard deviation of the logarithm, given as such or by way of the mean and the standard deviation."""
        if text.spec.get("sd") is None and text.spec.get("log_sd") is None:
            said = "How much it varies is missing: add log_sd, or sd beside mean."
            raise bad(text.spec, f"{text.key}.log_sd", "", "", text=said)
        if text.spec.get("sd") is None:
            return self._positive(text, "log_sd")
        if text.spec.get("log_sd") is not None or text.spec.get("mean") is None:
            raise text.refused("sd", "sd", "sd together with mean, and no log_sd")
        ratio = self._positive(text, "sd") / self._positive(text, "mean")
        return math.sqrt(math.log1p(ratio * ratio))

    def _normal(self, text: LawText, unit: float) -> int:
        """Table of a normal law; what would be below 0 is 0."""
        mean, sd = self._positive(text, "mean") * unit, self._positive(text, "sd") * unit
        return self._table(("normal", mean, sd), lambda: normal_table(mean, sd))

    def _empirical(self, text: LawText, unit: float) -> int:
        """Table of steps, or of values as they were observed."""
        given = [part for part in ("steps", "values") if text.spec.get(part) is not None]
        if len(given) != 1:
            raise bad(text.spec, text.key, " and ".join(given), "one of steps, values")
        return self._steps(text, unit) if given[0] == "steps" else self._values(text, unit)

    def _values(self, text: LawText, unit: float) -> int:
        """Table of a law that is one of some values, each as likely as it is often in the list."""
        key = f"{text.key}.values"
        written = sequence(text.spec.get("values"), key)
        values = sorted(self.expressions.value(scalar(item, key), key, text.words) * unit for item in written)
        if not values or values[0] < 0.0 or len(values) > MOST_KNOTS // 2:
            raise text.refused("values", f"{len(values)} values", f"1 to {MOST_KNOTS // 2} values from 0")
        edges, shares = [], []
        for position, value in enumerate(values):
            edges += [value, value]
            shares += [position / len(values) + (LEAP if position else 0.0), (position + 1) / len(values)]
        return self._table(("values", *values), lambda: empirical_table(shares, edges))

    def _steps(self, text: LawText, unit: float) -> int:
        """Table of a law that is even between the ends of each step."""
        key = f"{text.key}.steps"
        edges: list[float] = []
        shares: list[float] = [0.0]
        for entry in below(text.spec, "steps", text.key).entries.values():
            where = Scalar(entry.key, entry.origin)
            low, high = _ends(where, key)
            share = self.expressions.value(scalar(entry.value, key), f"{key}.{entry.key}", text.words)
            if share < 0.0:
                raise bad(where, f"{key}.{entry.key}", f"{share:g}", "a share from 0")
            if edges and low * unit < edges[-1]:
                raise bad(where, key, entry.key, "steps that follow each other, none before the end of the one above")
            if share == 0.0:
                continue
            if edges:
                shares.append(shares[-1] + LEAP)
            edges += [low * unit, high * unit]
            shares.append(shares[-1] + share)
        if abs(shares[-1] - 1.0) > 1e-3 or len(edges) > MOST_KNOTS:
            allowed = f"shares that add up to 1, of at most {MOST_KNOTS // 2} steps"
            raise text.refused("steps", f"{shares[-1]:.6g} in all", allowed)
        scaled = [share / shares[-1] for share in shares]
        scaled[-1] = 1.0
        return self._table(("steps", *edges, *scaled), lambda: empirical_table(scaled, edges))

    def _add(self, numbers: Numbers, mode: Mode, text: LawText) -> int:
        spec, key = text.spec, text.key
        scaled_by, drawn_from = spec.get("scaled_by"), spec.get("from")
        value = NONE if scaled_by is None else VALUES.index(choice(scaled_by, f"{key}.scaled_by", VALUES))
        from_severity = drawn_from is not None and choice(drawn_from, f"{key}.from", ("severity",)) == "severity"
        gauge, form, slope, reference = self._crowding(spec, key)
        by_month = self._by_month(text)
        settled = (*numbers, mode, from_severity, value, gauge, form, slope, reference)
        return self._row_of(settled, by_month)

    def _row_of(self, settled: Settled, by_month: NDArray[np.float64]) -> int:
        identity = (*settled, by_month.tobytes())
        if identity not in self._rows:
            self._rows[identity] = len(self.laws)
            self.laws.append(Law(*settled, by_month))
        return self._rows[identity]

    def _crowding(self, spec: Mapping, key: str) -> tuple[int, Form, float, float]:
        if spec.get("crowding") is None:
            return NONE, Form.EXPONENTIAL, 0.0, 0.0
        key = f"{key}.crowding"
        crowding = mapping(required(spec, "crowding", key), key)
        only(crowding, CROWDING_KEYS, key)
        gauge = self.gauges.index(choice(required(crowding, "gauge", key), f"{key}.gauge", self.gauges))
        form = FORMS[choice(required(crowding, "form", key), f"{key}.form", FORMS)]
        slope, reference = (
            self.expressions.value(scalar(required(crowding, part, key), f"{key}.{part}"), f"{key}.{part}")
            for part in ("slope", "reference")
        )
        return gauge, form, slope, reference

    def _by_month(self, text: LawText) -> NDArray[np.float64]:
        """(months,) season and trend of a duration, divided by the places of a pool where it says so."""
        season, growth = text.spec.get("by_month"), text.spec.get("growth")
        factors = np.ones(self.calendar.months)
        yearly = 0.0
        if growth is not None:
            yearly = self._number(text, "growth")
            if yearly <= -1.0:
                raise text.refused("growth", f"{yearly:g}", "a change a year above -1")
            yearly *= self.trend
        for month in range(self.calendar.months):
            number = int(self.calendar.month_number[month])
            if season is not None:
                named = {**text.words, "month": MONTHS[number - 1]}
                key = f"{text.key}.by_month"
                factors[month] = self.expressions.value(scalar(season, key), key, named)
                if not factors[month] > 0.0:
                    raise text.refused("by_month", f"{factors[month]:g}", "factors above 0")
            factors[month] *= (1.0 + yearly) ** years_from_base(self.calendar, month, self.base)
        if text.spec.get("per_place_of") is not None:
            factors /= self._places_of(text)
        return factors

    def _places_of(self, text: LawText) -> NDArray[np.float64]:
        """(months,) places of the pool by which a duration is divided."""
        key = f"{text.key}.per_place_of"
        pool = choice(required(text.spec, "per_place_of", text.key), key, self.places)
        if not self.places[pool].min() > 0.0:
            raise text.refused("per_place_of", pool, "a pool with places in every month")
        return self.places[pool]

    def _table(self, identity: tuple[object, ...], build: Callable[[], NDArray[np.float64]]) -> int:
        if identity not in self._table_rows:
            self._table_rows[identity] = len(self.tables)
            self.tables.append(build())
        return self._table_rows[identity]

    def _number(self, text: LawText, part: str) -> float:
        written = scalar(required(text.spec, part, text.key), f"{text.key}.{part}")
        return self.expressions.value(written, f"{text.key}.{part}", text.words)

    def _positive(self, text: LawText, part: str) -> float:
        number = self._number(text, part)
        if not number > 0.0:
            raise text.refused(part, f"{number:g}", "a number above 0")
        return number

    def _rising(self, text: LawText, *parts: str) -> tuple[float, ...]:
        """Numbers from 0 of which none is below the one before."""
        numbers = tuple(self._number(text, part) for part in parts)
        if numbers[0] < 0.0 or list(numbers) != sorted(numbers):
            found = ", ".join(f"{number:g}" for number in numbers)
            raise bad(text.spec, text.key, found, f"{', '.join(parts)}: from 0, none below the one before")
        return numbers


def years_from_base(calendar: Calendar, month: int, base: date = BASE_DATE) -> float:
    """Years from the middle of the base year to the middle of a month of the study."""
    middle = int(calendar.month_year[month]) + (int(calendar.month_number[month]) - 0.5) / 12.0
    return middle - (base.year + (base.month - 1) / 12.0)


def normal_table(mean: float, sd: float) -> NDArray[np.float64]:
    """Table of a normal law with its lowest part at 0, through knots that are dense in both tails."""
    deviates = np.linspace(-NORMAL_REACH, NORMAL_REACH, MOST_KNOTS - 1)
    chances = special.ndtr(deviates)
    chances[0], chances[-1] = 0.0, 1.0
    return empirical_table(chances.tolist(), np.maximum(mean + sd * deviates, 0.0).tolist())


def _ends(where: Scalar, key: str) -> tuple[float, float]:
    """The two ends of a step such as "2-7"."""
    first, _, last = where.text.partition("-")
    try:
        low, high = float(first), float(last)
    except ValueError:
        raise bad(where, key, where.text, 'the ends of a step, such as "2-7"') from None
    if not 0.0 <= low <= high < math.inf:
        raise bad(where, key, where.text, 'the ends of a step from 0, such as "2-7"')
    return low, high
