"""Streams of a network file: patients who come from outside the population, at rates that vary by the clock."""

from __future__ import annotations

from collections.abc import Mapping as Words

import numpy as np
from numpy.typing import NDArray

from scenarios.network_expressions import Expressions
from scenarios.network_laws import MONTHS, years_from_base
from scenarios.network_parts import HOURS, WEEKDAYS, profile
from scenarios.network_reading import bad, below, choice, only, quantity, required, scalar, standing
from scenarios.pools import REFERENCE_PEOPLE
from scenarios.resolved import Place
from scenarios.yaml_reader import Mapping
from simulation.calendar import SECONDS_PER_DAY, Calendar
from simulation.network import Stream

PER_DAY = {"per_day": 1.0, "per_hour": 24.0, "per_week": 1.0 / 7.0}
"""Keys that say how many come, and what one of each is a day."""
RATE_KEYS = (*PER_DAY, "every")
STREAM_KEYS = ("to", *RATE_KEYS, "growth", "by_month", "by_weekday", "by_hour")


def build_streams(
    spec: Mapping,
    place: Place,
    expressions: Expressions,
    calendar: Calendar,
    kinds: tuple[str, ...],
    settings: Words[str, int],
) -> tuple[Stream, ...]:
    """Streams of patients from outside the population, in the order of the file; numbers are for 250,000 people."""
    streams = []
    for name in [entry.key for entry in spec.entries.values()]:
        stream, key = below(spec, name, "streams"), f"streams.{name}"
        only(stream, STREAM_KEYS, key)
        weekdays = profile(stream, "by_weekday", key, expressions, "weekday", WEEKDAYS)
        hours = profile(stream, "by_hour", key, expressions, "hour", HOURS)
        streams.append(
            Stream(
                name=name,
                kind=kinds.index(name),
                target=settings[choice(required(stream, "to", key), f"{key}.to", settings)],
                per_day_by_month=_by_month(stream, key, place, expressions, calendar),
                weekday_weight=weekdays / weekdays.mean(),
                hour_weight=hours / hours.sum(),
            )
        )
    return tuple(streams)


def _by_month(
    spec: Mapping, key: str, place: Place, expressions: Expressions, calendar: Calendar
) -> NDArray[np.float64]:
    """(months,) mean arrivals a day, with season and trend, in a place of this size."""
    per_day = _per_day(spec, key, expressions)
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
            * (1.0 + yearly) ** years_from_base(calendar, month)
            for month in range(calendar.months)
        ]
    )


def _per_day(spec: Mapping, key: str, expressions: Expressions) -> float:
    """Mean arrivals a day, in whichever way the file says it."""
    given = [part for part in RATE_KEYS if spec.get(part) is not None]
    if not given:
        required(spec, "per_day", key)
    if len(given) > 1:
        raise bad(standing(spec, given[1]), f"{key}.{given[1]}", " and ".join(given), f"one of {', '.join(RATE_KEYS)}")
    written, where = required(spec, given[0], key), f"{key}.{given[0]}"
    if given[0] == "every":
        return SECONDS_PER_DAY / quantity(written, where)
    return PER_DAY[given[0]] * expressions.value(scalar(written, where), where)
