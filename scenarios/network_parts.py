"""Pools and gauges of a network file, and profiles by the clock."""

from __future__ import annotations

from collections.abc import Mapping as Words

import numpy as np
from numpy.typing import NDArray

from scenarios.network_capacity import OPEN_KEYS, Reading, changes
from scenarios.network_expressions import Expressions
from scenarios.network_reading import (
    WEEKDAYS,
    bad,
    below,
    choice,
    flag,
    only,
    required,
    scalar,
    standing,
    time_of_day,
    weekdays_of,
    words_of,
)
from scenarios.pools import REFERENCE_PEOPLE, places_by_month, years_since
from scenarios.resolved import Place
from scenarios.yaml_reader import Mapping, Scalar, Sequence, Value
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR, Calendar
from simulation.network import Gauge, Pool

HOURS = tuple(f"{hour:02d}" for hour in range(24))
HOURS_OF_WEEK = len(WEEKDAYS) * len(HOURS)
UNLIMITED = -1.0
POOL_KEYS = ("places", "places_on", "by_hour", "open", "per", "less", "growth", "cost_per_place_day", "preemptive")
TURN = "turn"
PER = ("day", TURN)
LEAST_STARTS_A_DAY = 0.01
"""However much is taken away, somebody starts now and then: a queue without any end would stop the place."""
GAUGE_KEYS = ("share_taken_of", "held_in", "per_place_of")


def build_pools(
    spec: Mapping, place: Place, expressions: Expressions, calendar: Calendar, added: Words[str, NDArray[np.float64]],
    opens: int = 0,
) -> tuple[tuple[Pool, ...], dict[str, NDArray[np.float64]]]:
    """Pools in order of name, with the places that this place has, and their (months,) places for `per_place_of`.

    Args:
        spec: the pools of a file.
        place: whose places.
        expressions: what words of the file stand for.
        calendar: of the run.
        added: (months,) places that services gain, by name. Those of pools whose places are taken by turns are in what
            this gives; the others are added once the network stands.
        opens: tick at which the run begins.
    """
    reading = Reading(expressions, calendar, opens)
    names = sorted(entry.key for entry in spec.entries.values())
    built = {name: _pool(name, below(spec, name, "pools"), place, reading) for name in names}
    pools = tuple(pool for pool, _ in built.values())
    by_month = {name: places for name, (pool, places) in built.items() if pool.limited}
    for pool in pools:
        if pool.by_turns and (more := added.get(_service(pool.name, spec))) is not None:
            by_month[pool.name] = np.maximum(by_month[pool.name] + more, LEAST_STARTS_A_DAY)
    return pools, by_month


def _pool(name: str, spec: Mapping, place: Place, reading: Reading) -> tuple[Pool, NDArray[np.float64]]:
    """A pool, and its (months,) mean places."""
    key, expressions, calendar = f"pools.{name}", reading.expressions, reading.calendar
    only(spec, POOL_KEYS, key)
    per = choice(required(spec, "per", key), f"{key}.per", PER) if spec.get("per") is not None else ""
    is_preemptive = flag(spec.get("preemptive"), f"{key}.preemptive")
    shape = None
    if spec.get("by_hour") is not None:
        shape = profile(spec, "by_hour", key, expressions, "hour", HOURS)
        shape = shape / shape.max()
    places: Value | None = spec.get("places")
    if isinstance(places, Scalar) and places.text == "unlimited" and len(spec.entries) > 1:
        raise bad(spec, key, "unlimited", "", text="A pool that is unlimited has no other key: it never closes.")
    dated = changes(spec, key, reading, shape, lambda: _places(name, spec, place, expressions, calendar))
    if dated is not None and per != TURN:
        by_month, most = dated.most_in(calendar.month_start), float(dated.places.max())
        factors = by_month / most if most > 0.0 else np.ones(len(by_month))
        pool = Pool(name, np.full(HOURS_OF_WEEK, most), factors, per == "day", is_preemptive, dated)
        return pool, dated.mean_in(calendar.month_start)
    if dated is not None:
        return _open_pool(name, spec, per, np.ones(calendar.months), shape, is_preemptive), dated.mean_in(
            calendar.month_start
        )
    by_month = _places(name, spec, place, expressions, calendar)
    if by_month[0] == UNLIMITED:
        return Pool(name, np.full(HOURS_OF_WEEK, UNLIMITED), np.ones(len(by_month)), daily_quota=False), by_month
    return _open_pool(name, spec, per, by_month, shape, is_preemptive), by_month


def _open_pool(
    name: str, spec: Mapping, per: str, by_month: NDArray[np.float64], shape: NDArray[np.float64] | None,
    is_preemptive: bool,
) -> Pool:  # fmt: skip
    """A pool with so many places in each month, by the hours of a week."""
    if per == TURN:
        by_month = np.ones(len(by_month))
    most = by_month.max() if per == "day" else np.round(by_month.max())
    by_hour = np.full(HOURS_OF_WEEK, most)
    if shape is not None:
        by_hour = np.tile(np.maximum(1.0, np.round(shape * most)), len(WEEKDAYS))
    if isinstance(spec.get("open"), Mapping):
        hours = clock_hours(below(spec, "open", f"pools.{name}"), f"pools.{name}.open")
        if most == 0.0:  # in these hours are the places that teams bring
            return Pool(name, hours, np.zeros(len(by_month)), per == "day", is_preemptive, by_turns=per == TURN)
        by_hour = by_hour * hours
    changes_by_month = most > 0.0 and by_month.min() < by_month.max()
    factors = by_month / most if changes_by_month else np.ones(len(by_month))
    return Pool(name, by_hour, factors, per == "day", is_preemptive, by_turns=per == TURN)


def _service(name: str, pools: Mapping) -> str:
    """The service of a place whose number a pool has."""
    written = below(pools, name, "pools").get("places")
    return written.text if isinstance(written, Scalar) else name


def _places(
    name: str, spec: Mapping, place: Place, expressions: Expressions, calendar: Calendar
) -> NDArray[np.float64]:
    """(months,) places of a pool, `UNLIMITED` when there is no limit.

    A number, or what the place says under that name, less what others have. A number for the place's own year grows as
    the network says, in step with the people; a place's plan by month is taken as it is.
    """
    key = f"pools.{name}"
    written = spec.get("places")
    text = name if written is None else scalar(written, f"{key}.places").text
    where = spec if written is None else standing(spec, "places")
    if text == "unlimited":
        return np.full(calendar.months, UNLIMITED)
    growth = (1.0 + _growth_of_places(spec, key, place, expressions)) ** years_since(place, calendar)
    if text in place.plans:
        places, growth = places_by_month(place.plans[text], calendar), np.ones(calendar.months)
    elif text in place.services:
        places = np.full(calendar.months, place.services[text])
    elif written is not None:
        places = np.full(calendar.months, expressions.value(scalar(written, key), f"{key}.places"))
    else:
        allowed = f"places: a number, or {name} among the services of {place.title}"
        raise bad(spec, key, "", allowed, text="Nobody says how many places there are.")
    if spec.get("less") is not None:
        taken = expressions.value(scalar(required(spec, "less", key), f"{key}.less"), f"{key}.less")
        places = places - taken * place.people / REFERENCE_PEOPLE
    if places.min() < 0.0:
        raise bad(where, f"{key}.places", f"{places.min():g}", "a number of places from 0, or unlimited")
    return np.asarray(places * growth, np.float64)


def _growth_of_places(spec: Mapping, key: str, place: Place, expressions: Expressions) -> float:
    """Growth of a pool's places a year; none where the place freezes its people."""
    if spec.get("growth") is None:
        return 0.0
    written = scalar(required(spec, "growth", key), f"{key}.growth")
    yearly = expressions.value(written, f"{key}.growth")
    if yearly <= -1.0:
        raise bad(written, f"{key}.growth", f"{yearly:g}", "a change a year above -1")
    return yearly * float(place.growth.get("demography", 1.0))


def clock_hours(spec: Mapping, key: str) -> NDArray[np.float64]:
    """(168,) 1 in the hours of the week in which something is open, 0 in the others; all hours are whole."""
    only(spec, OPEN_KEYS, key)
    days = np.ones(len(WEEKDAYS), np.bool_)
    if spec.get("weekdays") is not None:
        days = weekdays_of(required(spec, "weekdays", key), f"{key}.weekdays")
    first, last = (
        without if spec.get(part) is None else time_of_day(required(spec, part, key), f"{key}.{part}")
        for part, without in (("from", 0), ("to", SECONDS_PER_DAY))
    )
    is_open = np.zeros((len(WEEKDAYS), len(HOURS)))
    is_open[days, first // SECONDS_PER_HOUR : last // SECONDS_PER_HOUR] = 1.0
    return is_open.reshape(-1)


def build_gauges(spec: Mapping, pools: Words[str, int], settings: Words[str, int]) -> tuple[Gauge, ...]:
    """Gauges in the order of the file."""
    names = [entry.key for entry in spec.entries.values()]
    return tuple(_gauge(name, below(spec, name, "gauges"), pools, settings) for name in names)


def _gauge(name: str, spec: Mapping, pools: Words[str, int], settings: Words[str, int]) -> Gauge:
    key = f"gauges.{name}"
    only(spec, GAUGE_KEYS, key)
    if spec.get("share_taken_of") is not None:
        only(spec, GAUGE_KEYS[:1], key)
        taken = words_of(required(spec, "share_taken_of", key), f"{key}.share_taken_of", pools)
        return Gauge(name, tuple(pools[pool] for pool in taken), ())
    held = words_of(required(spec, "held_in", key), f"{key}.held_in", settings)
    per = words_of(required(spec, "per_place_of", key), f"{key}.per_place_of", pools)
    return Gauge(name, tuple(pools[pool] for pool in per), tuple(settings[setting] for setting in held))


def profile(
    spec: Mapping, part: str, key: str, expressions: Expressions, placeholder: str, words: tuple[str, ...]
) -> NDArray[np.float64]:
    """(len(words),) weights from a list or from rows of the evidence; even when there are none.

    A row that the evidence does not have counts as 0.
    """
    value, key = spec.get(part), f"{key}.{part}"
    if value is None:
        return np.ones(len(words))
    if isinstance(value, Sequence):
        weights = [expressions.value(scalar(item, key), key) for item in value.items]
    else:
        written = scalar(value, key)
        parameter, _, stratum = written.text.partition("[")
        known = expressions.evidence.strata(parameter)
        if not known:
            return np.full(len(words), expressions.value(written, key, {placeholder: words[0]}))
        strata = [stratum.removesuffix("]").replace(f"{{{placeholder}}}", word) for word in words]
        weights = [expressions.evidence.value(parameter, s) if s in known else 0.0 for s in strata]
    if len(weights) != len(words) or min(weights) < 0.0 or sum(weights) <= 0.0:
        found = f"{len(weights)} weights that add up to {sum(weights):g}"
        raise bad(standing(spec, part), key, found, f"{len(words)} weights from 0, not all of them 0")
    return np.array(weights)
