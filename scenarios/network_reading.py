"""Reading the values of a network file, each with a message that says where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.yaml_reader import Mapping, Scalar, Sequence, Value

_MOST_LISTED = 14


def bad(where: Value, key: str, found: str, allowed: str, near: str = "") -> BadInput:
    """What to raise about a value: found, allowed, and the nearest allowed word."""
    return BadInput([Message(where.origin.file, where.origin.line, key, found, allowed, near)])


def mapping(value: Value, key: str) -> Mapping:
    """A map, or a message."""
    if isinstance(value, Mapping):
        return value
    raise bad(value, key, value.text if isinstance(value, Scalar) else "a list", "keys with values below it")


def scalar(value: Value, key: str) -> Scalar:
    """A single value, or a message."""
    if isinstance(value, Scalar):
        return value
    raise bad(value, key, "several values", "one value")


def sequence(value: Value | None, key: str) -> tuple[Value, ...]:
    """Items of a list; none when the key is absent."""
    if value is None:
        return ()
    if isinstance(value, Sequence):
        return value.items
    raise bad(value, key, value.text if isinstance(value, Scalar) else "keys", "a list")


def required(spec: Mapping, part: str, key: str) -> Value:
    """The value of a key that must be there."""
    value = spec.get(part)
    if value is None:
        raise bad(spec, key or part, "", f"the key {part}, which is missing")
    return value


def only(spec: Mapping, allowed: Iterable[str], key: str) -> None:
    """Refuse keys that mean nothing."""
    words = tuple(allowed)
    for entry in spec.entries.values():
        if entry.key not in words:
            where = f"{key}.{entry.key}" if key else entry.key
            message = Message(entry.origin.file, entry.origin.line, where, entry.key, _shown(words),
                              nearest(entry.key, words))
            raise BadInput([message])


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
    items = value.items if isinstance(value, Sequence) else (value,)
    return tuple(choice(item, key, words) for item in items)


def each_name(value: Value | None, key: str) -> tuple[str, ...]:
    """Words of a list."""
    return tuple(scalar(item, key).text for item in sequence(value, key))


def flag(value: Value | None, key: str) -> bool:
    """Yes or no; no when absent."""
    return value is not None and choice(value, key, ("yes", "no", "true", "false")) in ("yes", "true")


def whole(value: Value | None, key: str, without: int) -> int:
    """A whole number from 0."""
    if value is None:
        return without
    text = scalar(value, key).text
    if not text.isdecimal():
        raise bad(value, key, text, "a whole number from 0")
    return int(text)


def _shown(words: tuple[str, ...]) -> str:
    """Words to choose from; a long list is cut, since the nearest is named."""
    if len(words) <= _MOST_LISTED:
        return listed(words)
    return f"one of {len(words)} names, among them {', '.join(words[:5])}"
