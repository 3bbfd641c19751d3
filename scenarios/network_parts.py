"""Pools and gauges of a network file, and profiles by the clock."""

from __future__ import annotations

from collections.abc import Mapping as Words

import numpy as np
from numpy.typing import NDArray

from scenarios.network_expressions import Expressions
from scenarios.network_reading import bad, below, choice, flag, only, required, scalar, standing, words_of
from scenarios.pools import REFERENCE_PEOPLE, places_by_month, years_since
from scenarios.resolved import Place
from scenarios.yaml_reader import Mapping, Scalar, Sequence, Value
from simulation.calendar import Calendar
from simulation.network import Gauge, Pool

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = tuple(f"{hour:02d}" for hour in range(24))
HOURS_OF_WEEK = len(WEEKDAYS) * len(HOURS)
UNLIMITED = -1.0
POOL_KEYS = ("places", "by_hour", "open", "per", "less", "growth", "cost_per_place_day", "preemptive")
TURN = "turn"
PER = ("day", TURN)
LEAST_STARTS_A_DAY = 0.01
"""However much is taken away, somebody starts now and then: a queue without any end would stop the place."""
OPEN_KEYS = ("weekdays", "from", "to")
GAUGE_KEYS = ("share_taken_of", "held_in", "per_place_of")


def build_pools(
    spec: Mapping, place: Place, expressions: Expressions, calendar: Calendar, added: Words[str, NDArray[np.float64]]
) -> tuple[tuple[Pool, ...], dict[str, NDArray[np.float64]]]:
    """Pools in order of name, with the places that this place has, and their (months,) places for `per_place_of`.

    `added` are (months,) places that services gain, by name. Those of pools whose places are taken by turns are in what
    this gives; the others are added once the network stands.
    """
    names = sorted(entry.key for entry in spec.entries.values())
    by_month = {name: _places(name, below(spec, name, "pools"), place, expressions, calendar) for name in names}
    for name in names:
        if _is_by_turns(below(spec, name, "pools")) and (more := added.get(_service(name, spec))) is not None:
            by_month[name] = np.maximum(by_month[name] + more, LEAST_STARTS_A_DAY)
    pools = tuple(_pool(name, below(spec, name, "pools"), by_month[name], expressions) for name in names)
    return pools, {name: places for name, places in by_month.items() if places[0] != UNLIMITED}


def _pool(name: str, spec: Mapping, by_month: NDArray[np.float64], expressions: Expressions) -> Pool:
    """A pool with so many places in each month, (months,)."""
    key = f"pools.{name}"
    only(spec, POOL_KEYS, key)
    per = choice(required(spec, "per", key), f"{key}.per", PER) if spec.get("per") is not None else ""
    if by_month[0] == UNLIMITED:
        if len(spec.entries) > 1:
            raise bad(spec, key, "unlimited", "", text="A pool that is unlimited has no other key: it never closes.")
        return Pool(name, np.full(HOURS_OF_WEEK, UNLIMITED), np.ones(len(by_month)), daily_quota=False)
    by_turns = per == TURN
    if by_turns:
        by_month = np.ones(len(by_month))
    most = by_month.max() if per == "day" else np.round(by_month.max())
    by_hour = np.full(HOURS_OF_WEEK, most)
    if spec.get("by_hour") is not None:
        shape = profile(spec, "by_hour", key, expressions, "hour", HOURS)
        by_hour = np.tile(np.maximum(1.0, np.round(shape / shape.max() * most)), len(WEEKDAYS))
    if spec.get("open") is not None:
        by_hour = by_hour * clock_hours(below(spec, "open", key), f"{key}.open")
    changes = most > 0.0 and by_month.min() < by_month.max()
    factors = by_month / most if changes else np.ones(len(by_month))
    return Pool(name, by_hour, factors, per == "day", flag(spec.get("preemptive"), f"{key}.preemptive"), by_turns)


def _is_by_turns(spec: Mapping) -> bool:
    """Whether a pool's places are taken one after another."""
    per = spec.get("per")
    return isinstance(per, Scalar) and per.text == TURN


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
    """(168,) 1 in the hours of the week in which something is open, 0 in the others."""
    only(spec, OPEN_KEYS, key)
    written = scalar(required(spec, "weekdays", key), f"{key}.weekdays")
    first, _, last = written.text.partition("-")
    for day in (first, last or first):
        if day not in WEEKDAYS:
            raise bad(written, f"{key}.weekdays", written.text, f"days such as Mon-Fri, of {', '.join(WEEKDAYS)}")
    first_day, last_day = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    first_hour, last_hour = _hour(spec.get("from"), f"{key}.from", 0), _hour(spec.get("to"), f"{key}.to", len(HOURS))
    if first_day > last_day or first_hour >= last_hour:
        found = f"{written.text} from {first_hour} to {last_hour}"
        raise bad(spec, key, found, "days in the order of the week, and hours of which the first comes first")
    is_open = np.zeros((len(WEEKDAYS), len(HOURS)))
    is_open[first_day : last_day + 1, first_hour:last_hour] = 1.0
    return is_open.reshape(-1)


def _hour(value: Value | None, key: str, without: int) -> int:
    if value is None:
        return without
    text = scalar(value, key).text
    if not text.isdecimal() or int(text) > len(HOURS):
        raise bad(value, key, text, "a whole hour from 0 to 24")
    return int(text)


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
