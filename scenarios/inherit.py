"""Lays what a file changes over what it extends, key by key; every value keeps where it was set."""

from __future__ import annotations

from pathlib import Path

from scenarios.catalogue import Found, Kind, require
from scenarios.checking import shown
from scenarios.messages import BadInput, Message, nearest
from scenarios.resolved import Origin
from scenarios.tables import Table
from scenarios.yaml_reader import Entry, Mapping, Scalar, Value, canonical

OFF_WORDS = ("off", "false", "no")
REPLACED_WHOLE = frozenset({"teams", "teams_per_100000", "payer", "providers"})
"""Maps that are one value: writing some of it replaces all of it."""
ONE_OF = (("teams", "teams_per_100000"),)
"""Keys that say one thing in two ways: writing one takes the other's place."""
NOT_INHERITED = ("also_called",)
USE = "use"


def read_extended(found: Found, kind: Kind, above: tuple[Found, ...] = ()) -> Mapping:
    """What a file says, laid over what it extends, however far that goes.

    Args:
        found: the file.
        kind: what it is; it extends files of the same kind.
        above: files that extend it, outermost first.

    Raises:
        BadInput: when a file cannot be read, is not found, or extends itself in the end.
    """
    tree = with_tables(found.read(), found)
    extends = tree.entries.get("extends")
    own = without(tree, ("extends",))
    if extends is None:
        return laid_over(Mapping({}, own.origin), own)
    base = extended(extends, kind, found.path.parent)
    chain = (*above, found)
    if any(_same(base, earlier) for earlier in chain):
        names = " extends ".join(file.shown for file in (*chain, base))
        text = f"The files extend each other in a circle: {names}."
        raise BadInput([Message(found.shown, extends.origin.line, "extends", shown(extends.value), text=text)])
    return laid_over(without(read_extended(base, kind, chain), NOT_INHERITED), own)


def extended(extends: Entry, kind: Kind, beside: Path) -> Found:
    """The file that an `extends` line names; BadInput when it names none, or more than one."""
    value = extends.value
    if not isinstance(value, Scalar) or not value.text:
        found = shown(value)
        raise BadInput([Message(extends.origin.file, extends.origin.line, "extends", found, f"the name of one {kind}")])
    return require(kind, value.text, value.origin, "extends", beside)


def laid_over(base: Mapping, over: Mapping) -> Mapping:
    """A map with another laid over it, key by key.

    Maps merge, everything else is replaced, "off" removes. Interventions under `use` keep their "off", since only
    the one who knows all names can say what is meant.

    Raises:
        BadInput: when something is switched off that is not there.
    """
    entries = dict(base.entries)
    for first, second in ONE_OF:
        if (first in over.entries) != (second in over.entries):
            entries.pop(second if first in over.entries else first, None)
    if "run" in over.entries and "starts" not in over.entries:
        entries.pop("starts", None)
    for name, entry in over.entries.items():
        if is_off(entry.value):
            _switch_off(entries, name, entry)
        else:
            entries[name] = Entry(entry.key, entry.origin, _merged(name, entries.get(name), entry.value))
    return Mapping(entries, over.origin)


def laid_over_uses(base: Mapping, over: Mapping) -> Mapping:
    """Interventions of `use` laid over those of another file; "off" and "as it is" are kept for later."""
    entries = dict(base.entries)
    for name, entry in over.entries.items():
        earlier = entries.get(name)
        value = entry.value
        if earlier is not None and isinstance(earlier.value, Mapping):
            if isinstance(value, Mapping):
                value = _changes_laid_over(earlier.value, value)
            elif not is_off(value):
                value = earlier.value
        entries[name] = Entry(entry.key, entry.origin, value)
    return Mapping(entries, over.origin)


def is_off(value: Value) -> bool:
    """Whether a value switches something off, whether YAML takes it for a word or for false."""
    return isinstance(value, Scalar) and value.text.lower() in OFF_WORDS


def without(tree: Mapping, names: tuple[str, ...]) -> Mapping:
    """A map without some keys."""
    return Mapping({name: entry for name, entry in tree.entries.items() if name not in names}, tree.origin)


def with_entry(tree: Mapping, key: str, value: Value, origin: Origin) -> Mapping:
    """A map with one key set."""
    return Mapping({**tree.entries, canonical(key): Entry(key, origin, value)}, tree.origin)


def with_tables(tree: Mapping, found: Found) -> Mapping:
    """A map in which `teams: teams.csv` holds what the table says; tables lie beside the file."""
    entries = {}
    for name, entry in tree.entries.items():
        value = entry.value
        if isinstance(value, Mapping):
            value = with_tables(value, found)
        elif name in REPLACED_WHOLE and isinstance(value, Scalar) and value.text.lower().endswith(".csv"):
            value = _staffing_table(found, value)
        entries[name] = Entry(entry.key, entry.origin, value)
    return Mapping(entries, tree.origin)


def _staffing_table(found: Found, named: Scalar) -> Mapping:
    """A table of months and teams as the map that it stands for."""
    name = (Path(found.shown).parent / named.text).as_posix() if not found.shipped else named.text
    table = Table(found.path.parent / named.text, name, ("month", "teams"), ("month", "teams"))
    entries: dict[str, Entry] = {}
    for row in table.rows:
        origin = Origin(name, row.line)
        month = row.cells.get("month", "")
        if canonical(month) in entries:
            text = "This month is there twice."
            raise BadInput([Message(name, row.line, "month", month, text=text, label="column")])
        entries[canonical(month)] = Entry(month, origin, Scalar(row.cells.get("teams", ""), origin))
    return Mapping(entries, named.origin)


def _merged(name: str, earlier: Entry | None, value: Value) -> Value:
    if not isinstance(value, Mapping) or name in REPLACED_WHOLE:
        return value
    base = earlier.value if earlier is not None and isinstance(earlier.value, Mapping) else Mapping({}, value.origin)
    return laid_over_uses(base, value) if name == USE else laid_over(base, value)


def _changes_laid_over(base: Mapping, over: Mapping) -> Mapping:
    """Changes to one intervention laid over earlier changes to it: "off" may be about what it is based on."""
    entries = dict(base.entries)
    for name, entry in over.entries.items():
        earlier = entries.get(name)
        value = entry.value
        if isinstance(value, Mapping) and earlier is not None and isinstance(earlier.value, Mapping):
            value = value if name in REPLACED_WHOLE else _changes_laid_over(earlier.value, value)
        entries[name] = Entry(entry.key, entry.origin, value)
    return Mapping(entries, over.origin)


def _switch_off(entries: dict[str, Entry], name: str, entry: Entry) -> None:
    if name not in entries:
        known = [earlier.key for earlier in entries.values()]
        raise BadInput([Message(entry.origin.file, entry.origin.line, entry.key, "off", ", ".join(known),
                                nearest(entry.key, known), "There is nothing of this name to switch off.")])
    del entries[name]


def _same(first: Found, second: Found) -> bool:
    return first.path.resolve() == second.path.resolve()
