"""Scenarios as written: files, what they extend and use, `a+b`, and `--set`; names settled, values not yet read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.catalogue import Found, absent, aliases, find, require
from scenarios.checking import as_data, shown
from scenarios.inherit import USE, extended, is_off, laid_over, read_extended, without
from scenarios.messages import BadInput, Message
from scenarios.resolved import Origin
from scenarios.yaml_reader import Entry, Mapping, Scalar, canonical

DO_NOTHING = "do-nothing"
ON_WORDS = ("", "on", "true", "yes", "as shipped")
TITLE = "title"
OWN_NEEDS = ("who", "caseload", "chosen_by")
"""Keys by which a map under an unknown name is a new intervention, if no known name is like it; so does a title."""
DATES = ("run", "starts")
DEFAULTS = ("place", "run", "starts", "price_year", "contracts", "owner")
"""Keys that a scenario takes from do-nothing when it does not say."""
ASKED = Origin("", 0)
TOGETHER = "What happens if all of these run at once?"
SHIPPED = "shipped "
"""How the names of our own files begin."""


@dataclass(frozen=True)
class Draft:
    """A scenario as written.

    Attributes:
        tree: its keys but `use`, with do-nothing's for what it does not say.
        interventions: whole map of each intervention used, changes laid over what they change, by name.
        presets: the same before this scenario's changes; absent for an intervention of its own.
        stated: keys of the tree that a user's own files say (not do-nothing), and a shipped file's own dates.
        folder: where its files lie; None for shipped scenarios.
        also_called: aliases of a shipped scenario.
    """

    id: str
    tree: Mapping
    interventions: dict[str, Mapping]
    presets: dict[str, Mapping]
    stated: frozenset[str]
    folder: Path | None
    also_called: tuple[str, ...]


def read_draft(name: str) -> Draft:
    """The scenario, or scenarios joined by "+", of a name or path.

    Raises:
        BadInput: when one is not found, cannot be read, or two do not go together.
    """
    if "+" not in name or find("scenario", name) is not None:
        return _read_one(name)
    drafts = [_read_one(part.strip()) for part in name.split("+")]
    combined = drafts[0]
    for draft in drafts[1:]:
        combined = _together(combined, draft)
    return combined


def _read_one(name: str) -> Draft:
    found = require("scenario", name, ASKED, "scenario")
    own = read_extended(found, "scenario")
    uses = own.entries.get(USE)
    defaults = read_extended(require("scenario", DO_NOTHING, ASKED, "scenario"), "scenario")
    base = Mapping({key: entry for key, entry in defaults.entries.items() if key in DEFAULTS}, defaults.origin)
    tree = laid_over(base, without(own, (USE, "also_called")))
    interventions, presets = _used(uses, found) if uses is not None else ({}, {})
    folder = None if found.shipped else found.path.parent
    stated = frozenset(key for key, entry in own.entries.items() if not entry.origin.file.startswith(SHIPPED)
                       or (key in DATES and entry.origin.file != defaults.entries[key].origin.file))
    return Draft(found.id, tree, interventions, presets, stated, folder,
                 aliases("scenario", found.id) if found.shipped else ())


def _used(uses: Entry, scenario: Found) -> tuple[dict[str, Mapping], dict[str, Mapping]]:
    """Interventions of a `use` map, by name, and what each was before its changes."""
    if not isinstance(uses.value, Mapping):
        if isinstance(uses.value, Scalar) and uses.value.text.lower() in ("", "none", "nothing"):
            return {}, {}
        origin = uses.value.origin
        allowed = 'names on lines of their own, each followed by ":"'
        raise BadInput([Message(origin.file, origin.line, uses.key, shown(uses.value), allowed)])
    interventions: dict[str, Mapping] = {}
    presets: dict[str, Mapping] = {}
    messages: list[Message] = []
    for entry in uses.value.entries.values():
        try:
            found = find("intervention", entry.key, scenario.path.parent)
            name = found.id if found else canonical(entry.key).replace("_", "-")
            whole, preset = _intervention(entry, found, scenario)
            if whole is not None:
                interventions[name] = whole
            if whole is not None and preset is not None:
                presets[name] = preset
        except BadInput as error:
            messages += error.messages
    if messages:
        raise BadInput(messages)
    return interventions, presets


def _intervention(entry: Entry, found: Found | None, scenario: Found) -> tuple[Mapping | None, Mapping | None]:
    """An intervention with a scenario's changes, and without them; nothing when it is switched off."""
    value = entry.value
    changes = value if isinstance(value, Mapping) else None
    folder = scenario.path.parent
    extends = changes.entries.get("extends") if changes else None
    if extends is not None:
        found = extended(extends, "intervention", folder)
    if found is None and not _is_new(entry, changes, folder):
        raise BadInput([_no_such_service(entry, changes, folder)])
    if is_off(value):
        return None, None
    if changes is None and not (isinstance(value, Scalar) and value.text.lower() in ON_WORDS):
        allowed = 'nothing (as it is), "off", or changes on lines of their own below it'
        raise BadInput([Message(value.origin.file, value.origin.line, entry.key, shown(value), allowed)])
    preset = read_extended(found, "intervention") if found else None
    base = preset or Mapping({}, entry.origin)
    whole = laid_over(base, without(changes, ("extends",))) if changes else base
    return Mapping(whole.entries, entry.origin), preset


def _is_new(entry: Entry, changes: Mapping | None, folder: Path) -> bool:
    """Whether an unknown name is that of a service of one's own: it has a title, or all it needs and no double."""
    if changes is None:
        return False
    if TITLE in changes.entries:
        return True
    like = absent("intervention", entry.key, entry.origin, USE, folder).nearest
    return not like and all(key in changes.entries for key in OWN_NEEDS)


def _no_such_service(entry: Entry, changes: Mapping | None, folder: Path) -> Message:
    """The message for a name that means no service, and how to make it one."""
    message = absent("intervention", entry.key, entry.origin, USE, folder)
    if changes is None:
        return message
    return replace(message, text=f"{message.text} If it is one of your own, give it a title: a line \"title: ...\" "
                                 "below its name.")


def _together(first: Draft, second: Draft) -> Draft:
    """Two scenarios at once; what both say must agree."""
    messages = []
    for name in sorted(first.interventions.keys() & second.interventions.keys()):
        if as_data(first.interventions[name]) != as_data(second.interventions[name]):
            text = f'"{first.id}" and "{second.id}" change this intervention differently; they cannot run together.'
            messages.append(Message(f"{first.id}+{second.id}", 0, name, text=text))
    tree = first.tree
    for key in ("place", "run", "starts", "price_year", "assumptions"):
        ours, theirs = first.tree.entries.get(key), second.tree.entries.get(key)
        if key in first.stated and key in second.stated and _differ(ours, theirs):
            text = f'"{first.id}" and "{second.id}" say different things here; they cannot run together.'
            messages.append(Message(f"{first.id}+{second.id}", 0, key, text=text))
        elif key in second.stated and theirs is not None:
            tree = Mapping({**tree.entries, key: theirs}, tree.origin)
    ours, theirs = first.tree.entries.get("contracts"), second.tree.entries.get("contracts")
    if _differ(ours, theirs):
        text = f'"{first.id}" and "{second.id}" are paid under different contracts; they cannot run together.'
        messages.append(Message(f"{first.id}+{second.id}", 0, "contracts", text=text))
    elif theirs is not None:
        tree = Mapping({**tree.entries, "contracts": theirs}, tree.origin)
    if messages:
        raise BadInput(messages)
    return replace(
        first, id=f"{first.id}+{second.id}", tree=_joined_titles(tree, second.tree),
        interventions={**first.interventions, **second.interventions},
        presets={**first.presets, **second.presets}, stated=first.stated | second.stated,
        folder=first.folder or second.folder, also_called=(),
    )


def _differ(first: Entry | None, second: Entry | None) -> bool:
    return first is not None and second is not None and as_data(first.value) != as_data(second.value)


def _joined_titles(tree: Mapping, other: Mapping) -> Mapping:
    ours, theirs = tree.entries.get("title"), other.entries.get("title")
    if ours is None or theirs is None:
        return tree
    title = Scalar(f"{shown(ours.value)} and {_inside_a_sentence(shown(theirs.value))}", ours.value.origin)
    question = Scalar(TOGETHER, ours.value.origin)
    return Mapping({**tree.entries, "title": Entry(ours.key, ours.origin, title),
                    "question": Entry("question", ours.origin, question)}, tree.origin)


def _inside_a_sentence(title: str) -> str:
    """A title with a small first letter, unless it begins with a word in capitals."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
