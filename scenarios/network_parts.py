"""Pools, gauges and exogenous streams of a network file."""

from __future__ import annotations

from collections.abc import Mapping as Words

import numpy as np
from numpy.typing import NDArray

from scenarios.network_expressions import Expressions
from scenarios.network_laws import MONTHS, years_from_base
from scenarios.network_reading import bad, choice, mapping, only, required, scalar, words_of
from scenarios.pools import REFERENCE_PEOPLE
from scenarios.resolved import Place
from scenarios.yaml_reader import Mapping, Scalar, Value
from simulation.calendar import Calendar
from simulation.network import Gauge, Pool, Stream

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
POOL_KEYS = ("places", "by_hour", "open", "per", "less")
STREAM_KEYS = ("to", "per_day", "growth", "by_month", "by_weekday", "by_hour")
_UNLIMITED = "unlimited"


def build_pools(spec: Mapping, place: Place, expressions: Expressions, calendar: Calendar) -> tuple[Pool, ...]:
    """Pools in order of name, with the places that this place has."""
    names = sorted(entry.key for entry in spec.entries.values())
    return tuple(_pool(name, mapping(required(spec, name, "pools"), name), place, expressions, calendar) for name in names)


def _pool(name: str, spec: Mapping, place: Place, expressions: Expressions, calendar: Calendar) -> Pool:
    key = f"pools.{name}"
    only(spec, POOL_KEYS, key)
    per = spec.get("per")
    if per is not None:
        choice(per, f"{key}.per", ("day",))
    places = _places(name, spec, place, expressions)
    by_hour = np.full(168, places, np.float64)
    if spec.get("by_hour") is not None:
        written = scalar(required(spec, "by_hour", key), key)
        shape = np.array([expressions.value(written, f"{key}.by_hour", {"hour": f"{hour:02d}"}) for hour in range(24)])
        by_hour = np.tile(np.maximum(1.0, np.round(shape / shape.max() * places)), 7)
    if spec.get("open") is not None:
        by_hour = by_hour * clock_hours(mapping(required(spec, "open", key), f"{key}.open"), f"{key}.open")
    return Pool(name, np.round(by_hour).astype(np.int64), np.ones(calendar.months), per is not None)


def _places(name: str, spec: Mapping, place: Place, expressions: Expressions) -> float:
    """Places of a pool: a number, what the place says under that name, or no limit; less those others have."""
    written = spec.get("places")
    text = scalar(written, name).text if written is not None else name
    if text == _UNLIMITED:
        return -1.0
    if text in place.services:
        places = place.services[text]
    elif written is not None:
        places = expressions.value(scalar(written, name), f"pools.{name}.places")
    else:
        raise bad(spec, f"pools.{name}", "", f"places: a number, or {name} among the services of {place.title}")
    less = spec.get("less")
    taken = expressions.value(scalar(less, name), f"pools.{name}.less") if less is not None else 0.0
    places -= taken * place.people / REFERENCE_PEOPLE
    if places < 0.0:
        raise bad(spec, f"pools.{name}", f"{places:g}", "a number of places from 0")
    return places


def clock_hours(spec: Mapping, key: str) -> NDArray[np.float64]:
    """(168,) 1 in the hours of the week in which something is open, 0 in the others."""
    only(spec, ("weekdays", "from", "to"), key)
    written = scalar(required(spec, "weekdays", key), f"{key}.weekdays")
    first, _, last = written.text.partition("-")
    for day in (first, last or first):
        if day not in WEEKDAYS:
            raise bad(written, f"{key}.weekdays", written.text, "weekdays such as Mon-Fri")
    days = range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1)
    hours = range(_hour(spec.get("from"), key, 0), _hour(spec.get("to"), key, 24))
    is_open = np.zeros((7, 24))
    for day_number in days:
        is_open[day_number, list(hours)] = 1.0
    return is_open.reshape(-1)


def _hour(value: Value | None, key: str, without: int) -> int:
    if value is None:
        return without
    text = scalar(value, key).text
    if not text.isdecimal() or int(text) > 24:
        raise bad(value, key, text, "a whole hour from 0 to 24")
    return int(text)


def build_gauges(spec: Mapping, pools: Words[str, int], settings: Words[str, int]) -> tuple[Gauge, ...]:
    """Gauges in the order of the file."""
    return tuple(_gauge(entry.key, mapping(entry.value, entry.key), pools, settings) for entry in spec.entries.values())


def _gauge(name: str, spec: Mapping, pools: Words[str, int], settings: Words[str, int]) -> Gauge:
    key = f"gauges.{name}"
    only(spec, ("share_taken_of", "held_in", "per_place_of"), key)
    if spec.get("share_taken_of") is not None:
        taken = words_of(required(spec, "share_taken_of", key), key, pools)
        return Gauge(name, tuple(pools[pool] for pool in taken), ())
    held = words_of(required(spec, "held_in", key), key, settings)
    per = words_of(required(spec, "per_place_of", key), key, pools)
    return Gauge(name, tuple(pools[pool] for pool in per), tuple(settings[setting] for setting in held))


def build_streams(
    spec: Mapping,
    place: Place,
    expressions: Expressions,
    calendar: Calendar,
    kinds: tuple[str, ...],
    settings: Words[str, int],
) -> tuple[Stream, ...]:
    """Streams of patients from outside the population, in the order of the file; numbers are for 250,000 people."""
    return tuple(
        _stream(entry.key, mapping(entry.value, entry.key), place, expressions, calendar, kinds, settings)
        for entry in spec.entries.values()
    )


def _stream(
    name: str,
    spec: Mapping,
    place: Place,
    expressions: Expressions,
    calendar: Calendar,
    kinds: tuple[str, ...],
    settings: Words[str, int],
) -> Stream:
    key = f"streams.{name}"
    only(spec, STREAM_KEYS, key)
    per_day = expressions.value(scalar(required(spec, "per_day", key), key), f"{key}.per_day")
    growth = spec.get("growth")
    yearly = expressions.value(scalar(growth, key), f"{key}.growth") if growth is not None else 0.0
    yearly *= float(place.growth.get("residual", 1.0))
    season = _profile(spec, "by_month", key, expressions, "month", MONTHS)
    months = np.array(
        [
            per_day
            * place.people
            / REFERENCE_PEOPLE
            * season[int(calendar.month_number[month]) - 1]
            * (1.0 + yearly) ** years_from_base(calendar, month)
            for month in range(calendar.months)
        ]
    )
    weekdays = _profile(spec, "by_weekday", key, expressions, "weekday", WEEKDAYS)
    hours = _profile(spec, "by_hour", key, expressions, "hour", tuple(f"{hour:02d}" for hour in range(24)))
    return Stream(
        name=name,
        kind=kinds.index(name),
        target=settings[choice(required(spec, "to", key), f"{key}.to", settings)],
        per_day_by_month=months,
        weekday_weight=weekdays / weekdays.mean(),
        hour_weight=hours / hours.sum(),
    )


def _profile(
    spec: Mapping, part: str, key: str, expressions: Expressions, placeholder: str, words: tuple[str, ...]
) -> NDArray[np.float64]:
    """(len(words),) weights of a profile; even when there is none, 0 where the evidence has no row."""
    value = spec.get(part)
    if value is None:
        return np.ones(len(words))
    written: Scalar = scalar(value, f"{key}.{part}")
    parameter, _, stratum = written.text.partition("[")
    known = expressions.evidence.strata(parameter)
    if not known:
        expressions.value(written, f"{key}.{part}", {placeholder: words[0]})
    strata = [stratum.removesuffix("]").replace(f"{{{placeholder}}}", word) for word in words]
    return np.array([expressions.evidence.value(parameter, s) if s in known else 0.0 for s in strata])


