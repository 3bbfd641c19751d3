"""Reading the values of a network file, each with a message that says where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from scenarios.messages import BadInput, Message, nearest
from scenarios.yaml_reader import Mapping, Scalar, Sequence, Value, canonical

YES = ("yes", "true", "on")
NO = ("no", "false", "off")
SECONDS_OF = {
    "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0, "weeks": 604800.0, "years": 31557600.0,
}  # fmt: skip
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
HOURS_A_DAY = 24
QUANTITY = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+?)s?")
_MOST_LISTED = 30


def bad(where: Value, key: str, found: str, allowed: str, near: str = "", text: str = "") -> BadInput:
    """What to raise about a value: found, allowed, the nearest allowed word, and whatever else helps."""
    return BadInput([Message(where.origin.file, where.origin.line, key, found, allowed, near, text)])


def mapping(value: Value, key: str) -> Mapping:
    """A map, or a message."""
    if isinstance(value, Mapping):
        return value
    raise bad(value, key, value.text if isinstance(value, Scalar) else "a list", "keys with values below it")


def below(spec: Mapping, part: str, key: str) -> Mapping:
    """The map below a key that must be there; it stands where the key does."""
    found = mapping(required(spec, part, key), joined(key, part))
    return Mapping(found.entries, standing(spec, part).origin)


def optional(spec: Mapping, part: str, key: str) -> Mapping:
    """The map below a key; an empty one when there is none."""
    return below(spec, part, key) if spec.get(part) is not None else Mapping({}, spec.origin)


def standing(spec: Mapping, part: str) -> Scalar:
    """A key that is there, with its line."""
    entry = spec.entries[canonical(part)]
    return Scalar(entry.key, entry.origin)


def scalar(value: Value, key: str) -> Scalar:
    """A single value, or a message."""
    if isinstance(value, Scalar):
        return value
    raise bad(value, key, "a list" if isinstance(value, Sequence) else "a map of keys", "one value")


def sequence(value: Value | None, key: str) -> tuple[Value, ...]:
    """Items of a list; none when the key is absent."""
    if value is None:
        return ()
    if isinstance(value, Sequence):
        return value.items
    raise bad(value, key, value.text if isinstance(value, Scalar) else "a map of keys", "a list, such as [a, b]")


def required(spec: Mapping, part: str, key: str) -> Value:
    """The value of a key that must be there."""
    value = spec.get(part)
    if value is None:
        raise bad(spec, joined(key, part), "", "", text=f'This key is missing: add a line "{part}: ...".')
    return value


def only(spec: Mapping, allowed: Iterable[str], key: str) -> None:
    """Refuse keys that mean nothing."""
    words = tuple(allowed)
    for entry in spec.entries.values():
        if entry.key not in words:
            where = Scalar(entry.key, entry.origin)
            near = nearest(entry.key, words)
            raise bad(where, joined(key, entry.key), "", ", ".join(words), near, "There is no such key here.")


def choice(value: Value, key: str, allowed: Iterable[str]) -> str:
    """One of some words."""
    words = tuple(allowed)
    text = scalar(value, key).text
    if text not in words:
        raise bad(value, key, text, _shown(words), nearest(text, words))
    return text


def words_of(value: Value, key: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """One or several of some words."""
    words = tuple(allowed)
    if isinstance(value, Mapping):
        raise bad(value, key, "a map of keys", "a word, or a list such as [a, b]")
    items = value.items if isinstance(value, Sequence) else (value,)
    return tuple(choice(item, key, words) for item in items)


def each_name(value: Value | None, key: str) -> tuple[str, ...]:
    """Words of a list."""
    return tuple(scalar(item, key).text for item in sequence(value, key))


def flag(value: Value | None, key: str) -> bool:
    """Yes or no; no when absent."""
    if value is None:
        return False
    text = scalar(value, key).text
    if text.lower() not in (*YES, *NO):
        raise bad(value, key, text, "yes or no")
    return text.lower() in YES


def whole(value: Value | None, key: str, without: int) -> int:
    """A whole number from 0."""
    if value is None:
        return without
    text = scalar(value, key).text
    if not text.isdecimal():
        raise bad(value, key, text, "a whole number from 0")
    return int(text)


def quantity(value: Value, key: str) -> float:
    """Seconds of a time such as "90 minutes"."""
    text = scalar(value, key).text
    match = QUANTITY.fullmatch(text)
    seconds = 0.0 if match is None else float(match[1]) * SECONDS_OF.get(f"{match[2]}s", 0.0)
    if not seconds > 0.0:
        raise bad(value, key, text, f'a time above 0 such as "90 minutes", in {", ".join(SECONDS_OF)}')
    return seconds


def weekdays_of(value: Value, key: str) -> NDArray[np.bool_]:
    """(7,) whether each weekday is named: "Mon-Fri", "Sat", or a list of such."""
    chosen = np.zeros(len(WEEKDAYS), np.bool_)
    for item in value.items if isinstance(value, Sequence) else (value,):
        written = scalar(item, key)
        first, _, last = written.text.partition("-")
        for day in (first, last or first):
            if day not in WEEKDAYS:
                near = nearest(day, WEEKDAYS)
                raise bad(written, key, written.text, f"days such as Mon-Fri, of {', '.join(WEEKDAYS)}", near)
        begins, ends = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if begins > ends:
            raise bad(written, key, written.text, "days in the order of the week, such as Mon-Fri, or a list of days")
        chosen[begins : ends + 1] = True
    return chosen


def time_of_day(value: Value, key: str) -> int:
    """Second of the day of a whole hour or a time such as "08:30"; 24 is its end."""
    text = scalar(value, key).text
    if text.isdecimal() and int(text) <= HOURS_A_DAY:
        return int(text) * 3600
    with suppress(ValueError):
        found = time.fromisoformat(text)
        return found.hour * 3600 + found.minute * 60
    raise bad(value, key, text, 'a whole hour from 0 to 24, or a time such as "08:30"')


def moment_or_time_since(where: Scalar, key: str) -> datetime | timedelta:
    """A day, perhaps with a time, the first day of a month such as "Apr 2027", or a time after the start: "30 days"."""
    text = where.text
    month, _, year = text.partition(" ")
    if month in MONTHS and year.isdecimal():
        return datetime(int(year), MONTHS.index(month) + 1, 1)
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    if QUANTITY.fullmatch(text):
        return timedelta(seconds=quantity(where, key))
    allowed = "a day such as 2018-04-01, perhaps with a time; a month such as Apr 2018; a time after the start: 30 days"
    raise bad(where, key, text, allowed)


def days_between(where: Scalar, key: str) -> tuple[date, date]:
    """First and last of a day, or of days such as "2018-12-24 to 2018-12-31"."""
    first, _, last = where.text.partition(" to ")
    with suppress(ValueError):
        found = date.fromisoformat(first), date.fromisoformat(last or first)
        if found[0] <= found[1]:
            return found
    raise bad(where, key, where.text, "a day such as 2018-12-25, or days such as 2018-12-24 to 2018-12-31")


def joined(key: str, part: str) -> str:
    """A key below another, as messages name it."""
    return f"{key}.{part}" if key else part


def _shown(words: tuple[str, ...]) -> str:
    """Words to choose from; a long list is cut, since the nearest is named."""
    if not words:
        return "nothing: the file defines none"
    if len(words) <= _MOST_LISTED:
        return ", ".join(words)
    return f"{', '.join(words[:5])} and {len(words) - 5} others"
