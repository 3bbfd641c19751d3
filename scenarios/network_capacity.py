"""Places of a network's pools that change on dates, on single days, or by shifts and opening hours to the minute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from scenarios.network_expressions import Expressions
from scenarios.network_reading import (
    bad,
    below,
    days_between,
    joined,
    mapping,
    moment_or_time_since,
    only,
    required,
    scalar,
    standing,
    time_of_day,
    weekdays_of,
)
from scenarios.yaml_reader import Mapping, Scalar, Sequence, Value
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR, Calendar
from simulation.places import Changes

OPEN_KEYS = ("weekdays", "from", "to", "places")
START = "start"
HOURS_A_DAY = 24
WEEK = 7

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """What places are read with; `opens` is the tick at which the run begins."""

    expressions: Expressions
    calendar: Calendar
    opens: int


@dataclass(frozen=True)
class Period:
    """A time of some weekdays in which a pool is open, perhaps past midnight.

    Attributes:
        weekdays: (7,) whether it begins on each.
        first: second of the day at which it begins.
        last: second of the day, or of the next, at which it is over.
        places: how many are open in it; None where the pool says how many.
    """

    weekdays: NDArray[np.bool_]
    first: int
    last: int
    places: float | None

    def holds(self, weekday: Ints, second: Ints) -> NDArray[np.bool_]:
        """Whether it holds at each of some seconds of the day."""
        if self.first < self.last:
            until = second < self.last if self.last < SECONDS_PER_DAY else np.ones(len(second), np.bool_)
            return np.asarray(self.weekdays[weekday] & (second >= self.first) & until)
        begun, goes_on = self.weekdays[weekday], self.weekdays[(weekday - 1) % WEEK]
        return np.asarray((begun & (second >= self.first)) | (goes_on & (second < self.last)))

    @property
    def is_plain(self) -> bool:
        """Whether it begins and ends on the hour of one day and leaves the places to the pool."""
        on_the_hour = self.first % SECONDS_PER_HOUR == 0 and self.last % SECONDS_PER_HOUR == 0
        return on_the_hour and self.first < self.last and self.places is None


def periods(spec: Mapping, key: str, expressions: Expressions) -> tuple[Period, ...]:
    """Periods in which a pool is open; none where it always is.

    Raises:
        BadInput: for unknown keys and days, times that cannot be, and places in some periods but not in all.
    """
    written, key = spec.get("open"), joined(key, "open")
    if written is None:
        return ()
    items = written.items if isinstance(written, Sequence) else (below(spec, "open", key.removesuffix(".open")),)
    found = tuple(_period(mapping(item, key), key, expressions) for item in items)
    if not found or len({period.places is None for period in found}) > 1:
        raise bad(standing(spec, "open"), key, "", "", text="Either all of the periods have places, or none has.")
    return found


def changes(
    spec: Mapping, key: str, reading: Reading, shape: Floats | None, usual: Callable[[], Floats]
) -> Changes | None:
    """Places from tick to tick, where they cannot be said by the hour of the week and the month; None where they can.

    Args:
        shape: (24,) places of each hour, the most of them being 1; None where hours are alike.
        usual: (months,) places, where neither dates nor periods say how many there are.

    Raises:
        BadInput: for dates and numbers that cannot be.
    """
    open_in = periods(spec, key, reading.expressions)
    dated = isinstance(spec.get("places"), Mapping)
    plain = len(open_in) == 0 or (len(open_in) == 1 and open_in[0].is_plain)
    if plain and not dated and spec.get("places_on") is None:
        return None
    calendar, by_shift = reading.calendar, bool(open_in) and open_in[0].places is not None
    if by_shift:
        _check_said_once(spec, key, "places", "The periods of `open` say how many places there are.")
        steps = Changes(np.zeros(1, np.int64), np.zeros(1))
    elif dated:
        steps = steps_by_date(spec, "places", key, reading)
    else:
        steps = Changes(calendar.month_start[:-1], usual())
    for part in ("growth", "less") if by_shift or dated else ():
        _check_said_once(spec, key, part, "Dates and periods say how many places there are, and when.")
    edges = _edges(open_in, steps.ticks, calendar, by_hour=shape is not None)
    day = np.searchsorted(calendar.day_start, edges, side="right") - 1
    second, weekday = edges - calendar.day_start[day], calendar.weekday[day]
    holds = [period.holds(weekday, second) for period in open_in]
    is_open = np.logical_or.reduce(holds) if holds else np.ones(len(edges), np.bool_)
    places = steps.at(edges)
    if by_shift:
        places = np.sum([here * (period.places or 0.0) for here, period in zip(holds, open_in, strict=True)], axis=0)
    single = _single_days(spec, key, reading)[day]
    places = np.where(np.isnan(single), places, single)
    if shape is not None:
        of_hour = shape[np.minimum(second // SECONDS_PER_HOUR, HOURS_A_DAY - 1)]
        places = np.where(places > 0.0, np.maximum(1.0, np.round(of_hour * places)), 0.0)
    places = np.where(is_open, places, 0.0)
    new = np.concatenate([[True], np.diff(places) != 0.0])
    return Changes(edges[new], places[new])


def _check_said_once(spec: Mapping, key: str, part: str, said: str) -> None:
    if spec.get(part) is not None:
        raise bad(standing(spec, part), f"{key}.{part}", "", "", text=f"{said} Leave this key out.")


def _period(spec: Mapping, key: str, expressions: Expressions) -> Period:
    only(spec, OPEN_KEYS, key)
    weekdays = np.ones(WEEK, np.bool_)
    if spec.get("weekdays") is not None:
        weekdays = weekdays_of(required(spec, "weekdays", key), f"{key}.weekdays")
    first, last = _time(spec, "from", key, 0), _time(spec, "to", key, SECONDS_PER_DAY)
    if first in (last, SECONDS_PER_DAY):
        raise bad(spec, key, f"from and to {first // SECONDS_PER_HOUR}", "a time from, and another to")
    places = None
    if spec.get("places") is not None:
        places = number_from_zero(required(spec, "places", key), f"{key}.places", expressions)
    return Period(weekdays, first, last, places)


def _time(spec: Mapping, part: str, key: str, without: int) -> int:
    written = spec.get(part)
    return without if written is None else time_of_day(written, f"{key}.{part}")


def number_from_zero(value: Value, key: str, expressions: Expressions) -> float:
    """A number from 0, or a message."""
    number = expressions.value(scalar(value, key), key)
    if number < 0.0:
        raise bad(value, key, f"{number:g}", "a number from 0")
    return number


def steps_by_date(spec: Mapping, part: str, above: str, reading: Reading) -> Changes:
    """Numbers from date to date, as a map by days, months, times after the start, and `start` says.

    Raises:
        BadInput: for dates that cannot be or stand there twice, and where nothing is said of the start.
    """
    key = f"{above}.{part}"
    found: dict[int, float] = {}
    for entry in below(spec, part, above).entries.values():
        where = Scalar(entry.key, entry.origin)
        tick = 0 if entry.key == START else _tick(where, key, reading)
        places = number_from_zero(entry.value, f"{key}.{entry.key}", reading.expressions)
        if tick in found:
            raise bad(where, key, entry.key, "each date once")
        found[tick] = places
    if not found or min(found) > reading.opens:
        said = "Nobody says how many there are when the run begins."
        raise bad(standing(spec, part), key, "", "a number before the first date, such as start: 12", text=said)
    ticks = sorted(found)
    in_force = max(sum(tick <= 0 for tick in ticks) - 1, 0)
    later = ticks[in_force + 1 :]
    return Changes(np.array([0, *later], np.int64), np.array([found[tick] for tick in ticks[in_force:]]))


def _tick(where: Scalar, key: str, reading: Reading) -> int:
    """Tick of a day, of a month's first day, or of so long after the start; before the study it is negative."""
    moment = moment_or_time_since(where, key)
    if isinstance(moment, timedelta):
        return reading.opens + round(moment.total_seconds())
    return tick_of(moment, reading.calendar)


def tick_of(moment: datetime, calendar: Calendar) -> int:
    """Tick of a moment by the clock; before and after the study, as if days there had 24 hours."""
    of_day = moment.hour * 3600 + moment.minute * 60
    if moment.date() < calendar.start:
        return (moment.date() - calendar.start).days * SECONDS_PER_DAY + of_day
    if moment.date() >= calendar.end:
        return calendar.horizon + (moment.date() - calendar.end).days * SECONDS_PER_DAY + of_day
    return calendar.tick_of(moment.date()) + of_day


def _edges(open_in: tuple[Period, ...], ticks: Ints, calendar: Calendar, *, by_hour: bool) -> Ints:
    """Every tick at which the number of open places may change."""
    seconds = {0} | {each for period in open_in for each in (period.first, period.last)}
    if by_hour:
        seconds |= set(range(0, SECONDS_PER_DAY, SECONDS_PER_HOUR))
    lengths = np.diff(calendar.day_start)
    found = [calendar.day_start[:-1][lengths > second] + second for second in sorted(seconds)]
    return np.unique(np.concatenate([*found, ticks[ticks < calendar.horizon]]))


def _single_days(spec: Mapping, key: str, reading: Reading) -> Floats:
    """(days,) places on single days; NaN on the others."""
    result = np.full(reading.calendar.days, np.nan)
    if spec.get("places_on") is None:
        return result
    for days, value, where in numbers_by_day(spec, "places_on", key, reading.calendar):
        result[days] = number_from_zero(value, where, reading.expressions)
    return result


def numbers_by_day(spec: Mapping, part: str, key: str, calendar: Calendar) -> Iterator[tuple[slice, Value, str]]:
    """Days of the study, value and key of each line of a map by days such as 2018-12-25 or 2018-12-24 to 2018-12-31."""
    key = f"{key}.{part}"
    for entry in below(spec, part, key.removesuffix(f".{part}")).entries.values():
        first, last = days_between(Scalar(entry.key, entry.origin), key)
        yield slice(_day(first, calendar), max(_day(last + timedelta(days=1), calendar), 0)), entry.value, (
            f"{key}.{entry.key}"
        )


def _day(day: date, calendar: Calendar) -> int:
    return min(max((day - calendar.start).days, 0), calendar.days)
