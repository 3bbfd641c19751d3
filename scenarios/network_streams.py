"""Streams of a network file: patients who come from outside the population, at rates that vary, or by a schedule."""

from __future__ import annotations

from collections.abc import Mapping as Words
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from scenarios.network_capacity import Reading, number_from_zero, numbers_by_day, steps_by_date, tick_of
from scenarios.network_expressions import Expressions
from scenarios.network_laws import LawTable, years_from_base
from scenarios.network_parts import HOURS, profile
from scenarios.network_reading import (
    MONTHS,
    WEEKDAYS,
    bad,
    below,
    choice,
    moment_or_time_since,
    only,
    quantity,
    required,
    scalar,
    sequence,
    standing,
    weekdays_of,
    whole,
)
from scenarios.pools import REFERENCE_PEOPLE, base_date
from scenarios.resolved import Place
from scenarios.yaml_reader import Mapping, Scalar, Sequence, Value
from simulation.calendar import SECONDS_PER_DAY
from simulation.laws import quantile
from simulation.network import NONE, Gaps, Mode, Stream
from simulation.places import Changes
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
class StreamReading(Reading):
    """What streams are read with; nobody comes before it opens.

    Attributes:
        away: setting in which people of each stream with a finite number spend their time away.
    """

    place: Place
    laws: LawTable
    kinds: tuple[str, ...]
    settings: Words[str, int]
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
    expressions = reading.expressions
    if spec.get("people") is not None:
        return _finite(spec, name, key, reading)
    gaps = _gaps(spec, key, reading)
    ticks = _schedule(spec, key, reading)
    weekdays, hours = _week(spec, key, expressions)
    return Stream(
        name=name,
        kind=reading.kinds.index(name),
        target=target,
        per_day_by_month=_by_month(spec, key, gaps, reading),
        weekday_weight=weekdays / weekdays.mean(),
        hour_weight=hours,
        by_day=_by_day(spec, key, reading),
        first_tick=max(reading.opens, _tick_of(spec, "from", key, reading, 0)),
        last_tick=_tick_of(spec, "until", key, reading, NEVER),
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
    even = np.ones(len(WEEKDAYS)), np.full((len(WEEKDAYS), len(HOURS)), 1.0 / len(HOURS))
    nobody = np.zeros(reading.calendar.months)
    at = np.array(sorted(ticks), np.int64)
    return Stream(name, reading.kinds.index(kind or name), target, nobody, *even, ticks=at)


def _by_month(spec: Mapping, key: str, gaps: Gaps | None, reading: StreamReading) -> NDArray[np.float64]:
    """(months,) mean arrivals a day, with season and trend, in a place of this size."""
    expressions, calendar, place = reading.expressions, reading.calendar, reading.place
    per_day = _per_day(spec, key, reading) if gaps is None else SECONDS_PER_DAY / gaps.mean
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


def _per_day(spec: Mapping, key: str, reading: StreamReading) -> float:
    """Mean arrivals a day, in whichever way the file says it; 0 for those who come by a schedule."""
    expressions = reading.expressions
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
    if is_table(spec, given[0]):
        return float(_rates_by_hour(spec, given[0], key, expressions).sum(axis=1).mean())
    if isinstance(written, Mapping):
        return PER_DAY[given[0]] * _most(steps_by_date(spec, given[0], key, reading))
    return PER_DAY[given[0]] * expressions.value(scalar(written, where), where)


def _by_day(spec: Mapping, key: str, reading: StreamReading) -> NDArray[np.float64] | None:
    """(days,) factors: of rates that change on dates, and on single days; None where no date is named."""
    dated = [part for part in PER_DAY if isinstance(spec.get(part), Mapping) and not is_table(spec, part)]
    if spec.get("by_date") is None and not dated:
        return None
    calendar = reading.calendar
    factors = np.ones(calendar.days)
    for part in dated:
        steps = steps_by_date(spec, part, key, reading)
        factors *= steps.at(calendar.day_start[:-1]) / _most(steps)
    if spec.get("by_date") is not None:
        for days, value, where in numbers_by_day(spec, "by_date", key, calendar):
            factors[days] *= number_from_zero(value, where, reading.expressions)
    return factors


def _most(steps: Changes) -> float:
    """The most that a rate ever is; 1 where it is nothing throughout, so that nothing is divided by it."""
    return float(steps.places.max()) or 1.0


def is_table(spec: Mapping, part: str) -> bool:
    """Whether a key has 24 numbers, or 24 for some weekdays, rather than one number or numbers by date."""
    value = spec.get(part)
    if isinstance(value, Mapping):
        return all(isinstance(entry.value, Sequence) for entry in value.entries.values())
    return isinstance(value, Sequence)


def _week(spec: Mapping, key: str, expressions: Expressions) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(7,) weights of weekdays, mean 1, and (7, 24) weights of the hours of each, which sum to 1."""
    for part in ("per_hour", "by_hour"):
        if is_table(spec, part) and (part == "per_hour" or isinstance(spec.get(part), Mapping)):
            for other in ("by_weekday", "by_hour"):
                if other != part and spec.get(other) is not None:
                    said = f"{part} says how arrivals vary over the hours and days of a week: leave this key out."
                    raise bad(standing(spec, other), f"{key}.{other}", "", "", text=said)
            table = _rates_by_hour(spec, part, key, expressions)
            of_day = table.sum(axis=1, keepdims=True)
            shape = np.divide(table, of_day, out=np.full_like(table, 1.0 / len(HOURS)), where=of_day > 0.0)
            return of_day[:, 0] / of_day.mean(), shape
    weekdays = profile(spec, "by_weekday", key, expressions, "weekday", WEEKDAYS)
    hours = profile(spec, "by_hour", key, expressions, "hour", HOURS)
    return weekdays / weekdays.mean(), np.tile(hours / hours.sum(), (len(WEEKDAYS), 1))


def _rates_by_hour(spec: Mapping, part: str, key: str, expressions: Expressions) -> NDArray[np.float64]:
    """(7, 24) numbers of the hours of a week: 24 for every day, or 24 for each of some weekdays and none on others."""
    value, where = required(spec, part, key), f"{key}.{part}"
    table = np.zeros((len(WEEKDAYS), len(HOURS)))
    if not isinstance(value, Mapping):
        table[:] = profile(spec, part, key, expressions, "hour", HOURS)
        return table
    for entry in value.entries.values():
        days = weekdays_of(Scalar(entry.key, entry.origin), where)
        hours = Mapping({part: replace(entry, key=part)}, entry.origin)
        table[days] = profile(hours, part, key, expressions, "hour", HOURS)
    return table


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
        is_open = weekdays_of(required(spec, "weekdays", key), f"{key}.weekdays")
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
    first = max(reading.opens, _tick_of(spec, "from", key, reading, 0))
    last = _tick_of(spec, "until", key, reading, calendar.horizon)
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


def _tick_of(spec: Mapping, part: str, key: str, reading: StreamReading, without: int) -> int:
    """Tick of a day, or of a time on a day, or so long after the start; of the study's ends for days outside it."""
    written = spec.get(part)
    if written is None:
        return without
    moment = moment_or_time_since(scalar(written, f"{key}.{part}"), f"{key}.{part}")
    if isinstance(moment, timedelta):
        return reading.opens + round(moment.total_seconds())
    return min(max(tick_of(moment, reading.calendar), 0), reading.calendar.horizon)


def _moment(value: Value, key: str) -> datetime | time:
    """A time of the day, or a day with a time."""
    text = scalar(value, key).text
    with suppress(ValueError):
        return time.fromisoformat(text) if len(text) == len("09:30") else datetime.fromisoformat(text)
    raise bad(value, key, text, 'a time such as "09:30", or a day with a time such as "2018-03-01 09:30"')
