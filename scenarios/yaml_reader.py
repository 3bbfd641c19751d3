"""Reads YAML as text with lines: nothing is executed, nothing is guessed, every value knows where it stands."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from scenarios.messages import BadInput, Message
from scenarios.resolved import Origin

LARGEST_FILE = 1_000_000
MOST_VALUES = 20_000
MOST_KEPT = 256
"""Texts whose maps are kept: a study of many scenarios reads the same few files again and again."""
DEEPEST = 20
PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in (
    "str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value", "set",
))


@dataclass(frozen=True)
class Scalar:
    """A single value, as it was written; empty text when nothing was."""

    text: str
    origin: Origin


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Value, ...]
    origin: Origin


@dataclass(frozen=True)
class Entry:
    """A key of a map as it was written, where, and its value."""

    key: str
    origin: Origin
    value: Value


@dataclass(frozen=True)
class Mapping:
    """A map; entries by canonical key, in the order of the file."""

    entries: dict[str, Entry]
    origin: Origin

    def get(self, key: str) -> Value | None:
        """The value of a key, however it is written."""
        entry = self.entries.get(canonical(key))
        return entry.value if entry else None


Value = Scalar | Sequence | Mapping


@lru_cache(maxsize=4096)
def canonical(key: str) -> str:
    """A key with capitals, spaces, underscores and hyphens made one: "Set-up " is "set_up"."""
    return re.sub(r"[\s_\-\u2010-\u2015]+", "_", key.strip().lower())


def read_text(path: Path, shown: str, largest: int = LARGEST_FILE) -> str:
    """The text of a file, without a byte-order mark.

    Raises:
        BadInput: when it cannot be opened, is too large, or is not text.
    """
    try:
        if path.is_dir():
            raise _whole(shown, "This is a folder, not a file.")
        size = path.stat().st_size
        if size > largest:
            raise _whole(shown, f"The file has {size:,} bytes; at most {largest:,} are read. Keep large tables in CSV.")
        content = path.read_bytes()
    except FileNotFoundError:
        raise _whole(shown, "There is no such file.") from None
    except OSError as error:
        raise _whole(shown, f"The file cannot be opened ({error.strerror or 'unreadable'}).") from None
    return _decoded(content, shown)


def read_yaml(path: Path, shown: str) -> Mapping:
    """The map that a YAML file holds.

    Args:
        path: the file.
        shown: its name in messages and origins.

    Raises:
        BadInput: when it cannot be read, is not YAML, or does more than hold plain values.
    """
    return parse_yaml(read_text(path, shown), shown)


@lru_cache(maxsize=MOST_KEPT)
def parse_yaml(text: str, shown: str) -> Mapping:
    """The map in YAML text; BadInput as `read_yaml`. The same text gives the same map, which nobody changes."""
    _refuse_tabs(text, shown)
    reader = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings(action="ignore"):
            root = reader.compose(text)
    except MarkedYAMLError as error:
        raise BadInput([_syntax_message(error, text, shown)]) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise _whole(shown, f"This is not YAML: {str(error).splitlines()[0]}.") from None
    if root is None:
        raise _whole(shown, "The file is empty.")
    value = _Walk(shown).value(root, ())
    if not isinstance(value, Mapping):
        raise BadInput([Message(shown, value.origin.line, "", _shown_text(value), 'lines such as "title: My plan"')])
    return value


def scalar_map(pairs: dict[str, str], origin: Origin) -> Mapping:
    """A map made by us of keys and values, all with one origin."""
    return Mapping({canonical(key): Entry(key, origin, Scalar(text, origin)) for key, text in pairs.items()}, origin)


class _Walk:
    """Turns a composed YAML document into values, refusing what is not plain data."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.count = 0

    def value(self, node: Node, above: tuple[Node, ...]) -> Value:
        """The value of a node; `above` are the nodes that hold it."""
        self.count += 1
        origin = Origin(self.shown, node.start_mark.line + 1)
        if self.count > MOST_VALUES or any(node is holder for holder in above) or len(above) > DEEPEST:
            raise self._refused(origin, f"This repeats itself (&name, *name) into more than {MOST_VALUES:,} values or "
                                        f"{DEEPEST} levels.")
        tag = str(node.tag)
        if tag not in PLAIN_TAGS:
            found = tag.replace("tag:yaml.org,2002:", "!!")
            raise self._refused(origin, "Tags that make objects of a programming language are never executed.", found)
        if isinstance(node, MappingNode):
            return Mapping(self._entries(node, (*above, node)), origin)
        if isinstance(node, SequenceNode):
            items = tuple(self.value(item, (*above, node)) for item in node.value)
            if node.flow_style:
                self._refuse_split_money(_texts(items), origin)
            return Sequence(items, origin)
        assert isinstance(node, ScalarNode)
        return Scalar(_scalar_text(node), origin)

    def _entries(self, node: MappingNode, above: tuple[Node, ...]) -> dict[str, Entry]:
        entries: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            origin = Origin(self.shown, key_node.start_mark.line + 1)
            if not isinstance(key_node, ScalarNode):
                raise self._refused(origin, "A key is one word or phrase, not a list or map.")
            entry = Entry(str(key_node.value), origin, self.value(value_node, above))
            name = canonical(entry.key)
            if name == "<<":
                raise self._refused(origin, 'Merge keys are not used here: write "extends: name" instead.', "<<")
            if name in entries:
                raise BadInput([_twice(self.shown, entry, entries[name])])
            entries[name] = entry
        if node.flow_style:
            written = [text for entry in entries.values() for text in (entry.key, *_texts((entry.value,)))]
            self._refuse_split_money(written, Origin(self.shown, node.start_mark.line + 1))
        return entries

    def _refuse_split_money(self, written: list[str], origin: Origin) -> None:
        """In braces YAML splits "£250,000" at the comma, into "£250" and a junk "000"."""
        pieces = ["", *(text for text in written if text)]
        for key, before, after in zip(pieces, pieces[1:], pieces[2:], strict=False):
            if re.search(r"£.*\d{1,3}$", before) and re.fullmatch(r"\d{3}(\b.*)?", after):
                whole = f"{before},{after}"
                text = "A comma inside { } or [ ] ends the value, so the money was split. Write it on its own line."
                raise self._refused(origin, text, whole, key)

    def _refused(self, origin: Origin, text: str, found: str = "", key: str = "") -> BadInput:
        return BadInput([Message(self.shown, origin.line, key, found, text=text)])


def walk(value: Value, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Scalar]]:
    """Every single value below a value, with its canonical path."""
    if isinstance(value, Scalar):
        yield path, value
    elif isinstance(value, Sequence):
        for index, item in enumerate(value.items):
            yield from walk(item, (*path, str(index)))
    else:
        for name, entry in value.entries.items():
            yield from walk(entry.value, (*path, name))


def with_origin(value: Mapping, origin: Origin) -> Mapping:
    """The same map as if all of it had been written in one place."""
    entries = {}
    for name, entry in value.entries.items():
        inner = entry.value
        moved: Value = with_origin(inner, origin) if isinstance(inner, Mapping) else replace(inner, origin=origin)
        entries[name] = Entry(entry.key, origin, moved)
    return Mapping(entries, origin)


def _scalar_text(node: ScalarNode) -> str:
    """Text as written; nothing for an empty value or a plain null."""
    text = str(node.value)
    return "" if node.style is None and text.lower() in ("null", "~") else text.strip()


def _texts(values: tuple[Value, ...]) -> list[str]:
    return [value.text for value in values if isinstance(value, Scalar)]


def _shown_text(value: Value) -> str:
    return value.text if isinstance(value, Scalar) else "a list" if isinstance(value, Sequence) else "a map"


def _twice(shown: str, entry: Entry, earlier: Entry) -> Message:
    alike = "" if entry.key == earlier.key else f' (as "{earlier.key}"; space, _ and - are one in keys)'
    text = f"This key is already on line {earlier.origin.line}{alike}; keep one of them."
    return Message(shown, entry.origin.line, entry.key, text=text)


def _decoded(content: bytes, shown: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _whole(shown, 'The file is saved as UTF-16. Save it again as "UTF-8" (in Notepad: Save as, Encoding).')
    if content.startswith(b"PK\x03\x04"):
        raise _whole(shown, "This is a workbook or a zip file, not text. In Excel: Save as, CSV UTF-8.")
    if b"\x00" in content:
        raise _whole(shown, "This is not a text file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        text = 'The file has letters in an old code (often the £ sign). Save it again as "UTF-8".'
        raise BadInput([Message(shown, line, "", text=text)]) from None


def _refuse_tabs(text: str, shown: str) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in indent and line.strip() and not line.lstrip().startswith("#"):
            hint = "The line is indented with a tab. Use spaces: two for each level."
            raise BadInput([Message(shown, number, line.split(":")[0].strip(), text=hint)])


def _syntax_message(error: MarkedYAMLError, text: str, shown: str) -> Message:
    """What YAML objects to, in words, with the line on which it went wrong."""
    problem = str(error.problem or error.context or "")
    mark = error.problem_mark or error.context_mark
    if _is_unclosed(problem):
        mark = error.context_mark or mark
    number = mark.line + 1 if mark else 0
    lines = text.splitlines()
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return Message(shown, number, "", line, text=_problem_in_words(problem))


def _is_unclosed(problem: str) -> bool:
    return "end of stream" in problem or "expected ',' or" in problem


def _problem_in_words(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return 'There are two colons on this line, or the line above is not finished. Put text with ":" in quotes.'
    if "\\t" in problem or "tab" in problem:
        return "There is a tab on this line. Use spaces."
    if "undefined alias" in problem or "alias" in problem:
        return 'A word that begins with "*" means a repeat in YAML. Put it in quotes.'
    if "cannot start any token" in problem:
        return 'The value begins with a sign that YAML keeps for itself ("%", "@" or "`"). Put it in quotes.'
    if "expected <block end>" in problem or "could not find expected ':'" in problem:
        return "The line does not fit under the one above: check its indentation and its colon."
    if _is_unclosed(problem):
        return "A bracket, brace or quote is opened and not closed."
    if "single document" in problem or "document start" in problem or "another document" in problem:
        return 'The file holds more than one document ("---"); keep one.'
    return f"This is not YAML: {problem}."


def _whole(shown: str, text: str) -> BadInput:
    return BadInput([Message(shown, 0, "", text=text)])
