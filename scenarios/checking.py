"""Checks what a file says against its schema and turns every objection into a message with its line."""

from __future__ import annotations

import re
from typing import TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from scenarios.excel_plan import PART
from scenarios.messages import Message, nearest
from scenarios.resolved import Origin
from scenarios.units import Unreadable
from scenarios.yaml_reader import Entry, Mapping, Scalar, Sequence, Value, canonical

M = TypeVar("M", bound=BaseModel)
Data: TypeAlias = "dict[str, Data] | list[Data] | str"
IN_A_SHEET = ", sheet "
"""In what messages call a file, when it is an Excel sheet."""
OTHER_SEPARATORS = re.compile("[:/.;|]")
STRUCTURE_TYPES = frozenset({"model_type", "model_attributes_type", "dict_type"})


def checked(model: type[M], tree: Mapping, *, also_allowed: tuple[str, ...] = ()) -> tuple[M | None, list[Message]]:
    """What a map says, or everything wrong with it.

    Args:
        model: the schema.
        tree: the map, complete: `extends` and switched-off keys are already dealt with.
        also_allowed: keys that are allowed but read elsewhere; they are named in messages only.
    """
    try:
        return model.model_validate(as_data(tree)), []
    except ValidationError as errors:
        messages = [_message(model, tree, error, also_allowed) for error in errors.errors()]
        return None, sorted(messages, key=lambda message: message.line)


def as_data(value: Value) -> Data:
    """Maps as dictionaries by canonical key, lists as lists, single values as text."""
    if isinstance(value, Mapping):
        return {name: as_data(entry.value) for name, entry in value.entries.items()}
    if isinstance(value, Sequence):
        return [as_data(item) for item in value.items]
    return value.text


def misread(entry: Entry, error: Unreadable, parent: str = "") -> Message:
    """The message for an entry that cannot be read.

    Args:
        entry: the key and value.
        error: why not.
        parent: key of the map that holds the entry, named when the key itself is wrong.
    """
    help_given = (error.allowed, error.nearest, error.text)
    if error.of_key:
        return Message(entry.origin.file, entry.origin.line, parent, entry.key, *help_given)
    origin = entry.value.origin if isinstance(entry.value, Scalar) and entry.value.text else entry.origin
    return Message(origin.file, origin.line, entry.key, shown(entry.value), *help_given)


def unknown_key(entry: Entry, allowed: tuple[str, ...], what: str = "There is no such key here.") -> Message:
    """The message for a key that means nothing where it stands."""
    close = nearest(canonical(entry.key), allowed)
    parts = [part.strip() for part in OTHER_SEPARATORS.split(entry.key, maxsplit=1)]
    if IN_A_SHEET in entry.origin.file and len(parts) > 1 and parts[1] and canonical(parts[0]) in allowed:
        close = f"{parts[0]} {PART} {parts[1]}"
    return Message(entry.origin.file, entry.origin.line, entry.key, "", ", ".join(allowed), close, what)


def shown(value: Value) -> str:
    """A value as quoted in a message."""
    if isinstance(value, Scalar):
        return value.text
    return "a list" if isinstance(value, Sequence) else "a map of keys"


def _message(model: type[BaseModel], tree: Mapping, error: ErrorDetails, also_allowed: tuple[str, ...]) -> Message:
    path = tuple(str(part) for part in error["loc"])
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, Unreadable) and cause.at:
        path = (*path, *cause.at.split("/"))
    parent, entry = _entry_at(tree, path)
    if error["type"] == "missing":
        return _missing(tree if len(path) == 1 else _map_at(tree, path[:-1]), path[-1])
    if error["type"] == "extra_forbidden" and entry is not None:
        inner = _model_at(model, path[:-1])
        return unknown_key(entry, (*inner.model_fields, *(also_allowed if len(path) == 1 else ())))
    if error["type"] in STRUCTURE_TYPES and entry is not None:
        fields = list(_model_at(model, path).model_fields)
        keys = ", ".join(fields)
        if IN_A_SHEET in entry.origin.file:
            return misread(entry, Unreadable(f'rows of its own, "{entry.key} {PART} {fields[0]}" and so on: {keys}'))
        return misread(entry, Unreadable(f"keys of its own below it: {keys}"))
    if not isinstance(cause, Unreadable):
        cause = Unreadable(error["msg"])
    if entry is None:
        origin = tree.origin
        return Message(origin.file, origin.line, parent, "", cause.allowed, cause.nearest, cause.text)
    return misread(entry, cause, parent)


def _missing(holder: Mapping, key: str) -> Message:
    return Message(holder.origin.file, holder.origin.line, key, text=f'This key is missing: add a line "{key}: ...".')


def _entry_at(tree: Mapping, path: tuple[str, ...]) -> tuple[str, Entry | None]:
    """Key of the map that holds the deepest entry of a path, and the entry; no entry for the whole map."""
    parent, entry, holder = "", None, tree
    for part in path:
        found = holder.entries.get(part)
        if found is None:
            break
        parent, entry = (entry.key if entry else parent), found
        if not isinstance(found.value, Mapping):
            break
        holder = found.value
    return parent, entry


def _map_at(tree: Mapping, path: tuple[str, ...]) -> Mapping:
    for part in path:
        entry = tree.entries.get(part)
        if entry is None or not isinstance(entry.value, Mapping):
            return tree
        tree = Mapping(entry.value.entries, _better(entry.origin, entry.value.origin))
    return tree


def _better(key_origin: Origin, value_origin: Origin) -> Origin:
    """Where a map is said to stand: at its key, when there is one."""
    return key_origin if key_origin.line else value_origin


def _model_at(model: type[BaseModel], path: tuple[str, ...]) -> type[BaseModel]:
    for part in path:
        field = model.model_fields.get(part)
        inner = field.annotation if field else None
        named = get_args(inner)[1:]
        inner = named[0] if named else inner
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    return model
