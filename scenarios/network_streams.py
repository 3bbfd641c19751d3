"""Streams of a network file: patients who come from outside the population, at rates that vary, or by a schedule."""

from __future__ import annotations

from collections.abc import Mapping as Words
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
from numpy.typing import NDArray

from scenarios.network_expressions import Expressions
from scenarios.network_laws import MONTHS, LawTable, years_from_base
from scenarios.network_parts import HOURS, WEEKDAYS, clock_hours, profile
from scenarios.network_reading import (
    bad,
    below,
    choice,
    only,
    quantity,
    required,
    scalar,
    sequence,
    standing,
    whole,
)
from scenarios.pools import REFERENCE_PEOPLE, base_date
from scenarios.resolved import Place
from scenarios.yaml_reader import Mapping, Scalar, Value
from simulation.calendar import SECONDS_PER_DAY, Calendar
from simulation.laws import quantile
from simulation.network import NONE, Gaps, Mode, Stream
from simulation.stays import NEVER

PER_DAY = {"per_day": 1.0, "per_hour": 24.0, "per_week": 1.0 / 7.0}
"""Keys that say how many come, and what one of each is a day."""
RATE_KEYS = (*PER_DAY, "every", "gaps", "at")
VARYING_KEYS = ("growth", "by_month", "by_weekday", "by_hour", "by_date")
STREAM_KEYS = ("to", *RATE_KEYS, *VARYING_KEYS, "weekdays", "from", "until", "attend", "together", "people", "away")
MOST_TOGETHER = 64
GRID = 20_000
"""Quantiles by which the mean of a law is taken."""


@dataclass(frozen=True)
class StreamReading:
    """What streams are read with.

    Attributes:
        opens: tick before which nobody comes.
        away: setting in which people of each stream with a finite number spend their time away.
    """

    place: Place
    expressions: Expressions
    calendar: Calendar
    laws: LawTable
    kinds: tuple[str, ...]
    settings: Words[str, int]
    opens: int
    away: Words[str, str]


def build_streams(spec: Mapping, reading: StreamReading) -> tuple[Stream, ...]:
    """Streams of patients from outside the population, in the order of the file; numbers are for 250,000 people.

    Raises:
        BadInput: for unknown keys and numbers, times and dates that cannot be.
    """
    return tuple(_stream(below(spec, entry.key, "streams"), entry.key, reading) for entry in spec.entries.values())


def _stream(spec: Mapping, name: str, reading: StreamReading) -> Stream:
    key = f"streams.{name}"
    only(spec, STREAM_KEYS, key)
    target = reading.settings[choice(required(spec, "to", key), f"{key}.to", reading.settings)]
    expressions, calendar = reading.expressions, reading.calendar
    if spec.get("people") is not None:
        return _finite(spec, name, key, reading)
    gaps = _gaps(spec, key, reading)
    ticks = _schedule(spec, key, reading)
    weekdays = profile(spec, "by_weekday", key, expressions, "weekday", WEEKDAYS)
    hours = profile(spec, "by_hour", key, expressions, "hour", HOURS)
    return Stream(
        name=name,
        kind=reading.kinds.index(name),
        target=target,
        per_day_by_month=_by_month(spec, key, gaps, reading),
        weekday_weight=weekdays / weekdays.mean(),
        hour_weight=hours / hours.sum(),
        by_day=_by_day(spec, key, reading),
        first_tick=max(reading.opens, _tick_of(spec, "from", key, calendar, 0)),
        last_tick=_tick_of(spec, "until", key, calendar, NEVER),
        gaps=gaps,
        ticks=ticks,
        attends=_attends(spec, key, expressions),
        together=_together(spec, key, expressions),
    )


def _finite(spec: Mapping, name: str, key: str, reading: StreamReading) -> Stream:
    """A number of people who come again and again: all are away when the run begins."""
    only(spec, ("to", "people", "away"), key)
    required(spec, "away", key)
    people = whole(spec.get("people"), f"{key}.people", 0)
    if people < 1:
        raise bad(standing(spec, "people"), f"{key}.people", str(people), "a whole number from 1")
    return scheduled(name, reading, reading.settings[reading.away[name]], [reading.opens] * people)


def scheduled(name: str, reading: StreamReading, target: int, ticks: list[int], kind: str = "") -> Stream:
    """A stream of people who come at given ticks."""
    even = np.ones(len(WEEKDAYS)), np.full(len(HOURS), 1.0 / len(HOURS))
    nobody = np.zeros(reading.calendar.months)
    at = np.array(sorted(ticks), np.int64)
    return Stream(name, reading.kinds.index(kind or name), target, nobody, *even, ticks=at)


def _by_month(spec: Mapping, key: str, gaps: Gaps | None, reading: StreamReading) -> NDArray[np.float64]:
    """(months,) mean arrivals a day, with season and trend, in a place of this size."""
    expressions, calendar, place = reading.expressions, reading.calendar, reading.place
    per_day = _per_day(spec, key, expressions) if gaps is None else SECONDS_PER_DAY / gaps.mean
    yearly = 0.0
    if spec.get("growth") is not None:
        yearly = expressions.value(scalar(required(spec, "growth", key), f"{key}.growth"), f"{key}.growth")
        yearly *= float(place.growth.get("residual", 1.0))
    if per_day < 0.0 or yearly <= -1.0:
        raise bad(spec, key, f"{per_day:g} a day, growing by {yearly:g} a year", "arrivals from 0, and growth above -1")
    season = profile(spec, "by_month", key, expressions, "month", MONTHS)
    return np.array(
        [
            per_day
            * place.people
            / REFERENCE_PEOPLE
            * season[int(calendar.month_number[month]) - 1]
            * (1.0 + yearly) ** years_from_base(calendar, month, base_date(place))
            for month in range(calendar.months)
        ]
    )


def _per_day(spec: Mapping, key: str, expressions: Expressions) -> float:
    """Mean arrivals a day, in whichever way the file says it; 0 for those who come by a schedule."""
    given = [part for part in RATE_KEYS if spec.get(part) is not None]
    if not given:
        required(spec, "per_day", key)
    if len(given) > 1:
        raise bad(standing(spec, given[1]), f"{key}.{given[1]}", " and ".join(given), f"one of {', '.join(RATE_KEYS)}")
    written, where = required(spec, given[0], key), f"{key}.{given[0]}"
    if given[0] == "at":
        return 0.0
    if given[0] == "every":
        return SECONDS_PER_DAY / quantity(written, where)
    return PER_DAY[given[0]] * expressions.value(scalar(written, where), where)


def _by_day(spec: Mapping, key: str, reading: StreamReading) -> NDArray[np.float64] | None:
    """(days,) factors on dates; None where none is named."""
    if spec.get("by_date") is None:
        return None
    factors = np.ones(reading.calendar.days)
    for entry in below(spec, "by_date", key).entries.values():
        where = Scalar(entry.key, entry.origin)
        written = scalar(entry.value, f"{key}.by_date")
        factor = reading.expressions.value(written, f"{key}.by_date.{entry.key}")
        if factor < 0.0:
            raise bad(written, f"{key}.by_date.{entry.key}", f"{factor:g}", "a factor from 0")
        day = (_date(where, f"{key}.by_date") - reading.calendar.start).days
        if 0 <= day < reading.calendar.days:
            factors[day] = factor
    return factors


def _gaps(spec: Mapping, key: str, reading: StreamReading) -> Gaps | None:
    """Law of the time between two arrivals, where the file gives one."""
    written = spec.get("gaps")
    if written is None:
        return None
    given = [part for part in RATE_KEYS if spec.get(part) is not None]
    if len(given) > 1:
        raise bad(standing(spec, given[0]), f"{key}.{given[0]}", " and ".join(given), f"one of {', '.join(RATE_KEYS)}")
    law = reading.laws.laws[reading.laws.row(written, f"{key}.gaps", {})]
    if law.mode != Mode.SECONDS or law.gauge != NONE or law.value != NONE or law.from_severity:
        allowed = "a plain law of times, such as {law: gamma, mean: 2, shape: 4, unit: hours}"
        raise bad(written, f"{key}.gaps", "", allowed)
    table = None if law.table == NONE else reading.laws.tables[law.table]
    chances = (np.arange(GRID) + 0.5) / GRID
    tables = [] if table is None else [table.tolist()]
    mean = float(np.mean([quantile(law.law, law.first, law.second, law.third, tables, 0, u) for u in chances.tolist()]))
    return Gaps(law.law, law.first, law.second, law.third, table, mean)


def _schedule(spec: Mapping, key: str, reading: StreamReading) -> NDArray[np.int64] | None:
    """Ticks at which people come who come by a schedule: times of the day, or days with a time."""
    if spec.get("at") is None:
        if spec.get("weekdays") is not None:
            where = standing(spec, "weekdays")
            raise bad(where, f"{key}.weekdays", "", "weekdays beside a schedule: at; else by_weekday")
        return None
    for part in VARYING_KEYS:
        if spec.get(part) is not None:
            raise bad(standing(spec, part), f"{key}.{part}", "", f"no {part} beside a schedule: it says when all come")
    calendar = reading.calendar
    is_open = np.ones(len(WEEKDAYS), np.bool_)
    if spec.get("weekdays") is not None:
        days = Mapping({"weekdays": spec.entries["weekdays"]}, spec.origin)
        is_open = clock_hours(days, key).reshape(len(WEEKDAYS), -1)[:, 0] > 0.0
    ticks: list[int] = []
    for item in sequence(spec.get("at"), f"{key}.at"):
        moment = _moment(item, f"{key}.at")
        if isinstance(moment, datetime):
            day = (moment.date() - calendar.start).days
            dates = [day] if 0 <= day < calendar.days else []
        else:
            dates = np.flatnonzero(is_open[calendar.weekday]).tolist()
        of_day = moment.hour * 3600 + moment.minute * 60
        ticks += [int(calendar.day_start[day]) + of_day for day in dates]
    first = max(reading.opens, _tick_of(spec, "from", key, calendar, 0))
    last = _tick_of(spec, "until", key, calendar, calendar.horizon)
    return np.array(sorted(tick for tick in ticks if first <= tick < last), np.int64)


def _attends(spec: Mapping, key: str, expressions: Expressions) -> float:
    if spec.get("attend") is None:
        return 1.0
    written = scalar(required(spec, "attend", key), f"{key}.attend")
    share = expressions.value(written, f"{key}.attend")
    if not 0.0 <= share <= 1.0:
        raise bad(written, f"{key}.attend", f"{share:g}", "a share from 0 to 1")
    return share


def _together(spec: Mapping, key: str, expressions: Expressions) -> tuple[float, ...]:
    """Cumulative probabilities of so many at a time, from a number or from probabilities by number."""
    written, key = spec.get("together"), f"{key}.together"
    if written is None:
        return ()
    if isinstance(written, Scalar):
        count = whole(written, key, 1)
        _check_count(written, key, count)
        return (0.0,) * (count - 1) + (1.0,)
    shares = np.zeros(MOST_TOGETHER)
    for entry in below(spec, "together", key.removesuffix(".together")).entries.values():
        where = Scalar(entry.key, entry.origin)
        count = whole(where, key, 1)
        _check_count(where, key, count)
        shares[count - 1] = expressions.value(scalar(entry.value, key), f"{key}.{entry.key}")
    if shares.min() < 0.0 or abs(shares.sum() - 1.0) > 1e-6:
        raise bad(standing(spec, "together"), key, f"{shares.sum():.6g} in all", "probabilities that add up to 1")
    reached = np.cumsum(shares)[: int(np.flatnonzero(shares)[-1]) + 1]
    reached[-1] = 1.0
    return tuple(reached.tolist())


def _check_count(where: Scalar, key: str, count: int) -> None:
    if not 1 <= count <= MOST_TOGETHER:
        raise bad(where, key, str(count), f"people who come together, 1 to {MOST_TOGETHER}")


def _tick_of(spec: Mapping, part: str, key: str, calendar: Calendar, without: int) -> int:
    """Tick of a day, or of a time on a day; of the study's ends for days outside it."""
    written = spec.get(part)
    if written is None:
        return without
    moment = _moment(written, f"{key}.{part}")
    if not isinstance(moment, datetime):
        raise bad(written, f"{key}.{part}", scalar(written, key).text, "a day such as 2018-03-01, perhaps with a time")
    if moment.date() < calendar.start:
        return 0
    if moment.date() >= calendar.end:
        return calendar.horizon
    return calendar.tick_of(moment.date()) + moment.hour * 3600 + moment.minute * 60


def _moment(value: Value, key: str) -> datetime | time:
    """A time of the day, or a day with a time."""
    text = scalar(value, key).text
    with suppress(ValueError):
        return time.fromisoformat(text) if len(text) == len("09:30") else datetime.fromisoformat(text)
    raise bad(value, key, text, 'a time such as "09:30", or a day with a time such as "2018-03-01 09:30"')


def _date(where: Scalar, key: str) -> date:
    try:
        return date.fromisoformat(where.text)
    except ValueError:
        raise bad(where, key, where.text, "a day such as 2018-12-25") from None
