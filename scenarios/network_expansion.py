"""What a network file says in one word and engines see as settings: people who are away, and people found at the start.

A stream of a finite number of people becomes a setting in which they spend their time away; whoever leaves the network
goes there. People who are in a setting when the run begins become a setting of their own beside it, which uses the same
places and leads to the same next settings, but in which stays have the length that remains of a stay found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scenarios.network_found import AS_FOUND
from scenarios.network_reading import bad, choice, mapping, only, required, scalar, sequence, standing, whole
from scenarios.network_settings import SettingTexts
from scenarios.yaml_reader import Entry, Mapping, Scalar, Sequence, Value, canonical
from simulation.network import FINISH, NONE, Alternative, Setting

START_KEYS = ("in", "who", "there", "waiting", "as_found", "remaining")
DROPPED = ("queue_limit", "overflow", "overflow_if_free", "turned_away", "patience", "gave_up", "priority")
"""Keys that mean nothing for people who are there already."""
FIRST_OF_ALL = -1
"""Priority of people who are there already."""


@dataclass(frozen=True)
class Found:
    """People who are in a setting, or wait for it, when the run begins."""

    setting: str
    twin: str
    who: str
    there: int
    waiting: int


@dataclass(frozen=True)
class Expansion:
    """Settings as engines see them.

    Attributes:
        texts: settings of the file and those that were added.
        away: by stream of a finite number of people, the setting in which they spend their time away.
        found: people who are there, or wait, when the run begins.
    """

    texts: SettingTexts
    away: dict[str, str]
    found: tuple[Found, ...]

    def shown_as(self) -> NDArray[np.int64]:
        """(settings,) setting as which each is shown: itself, the one that it stands beside, or -1 for those away."""
        names = self.texts.names
        twins = {found.twin: found.setting for found in self.found}
        hidden = set(self.away.values())
        return np.array([NONE if name in hidden else names.index(twins.get(name, name)) for name in names], np.int64)


def expand(settings: Mapping, streams: Mapping, at_start: Value | None) -> Expansion:
    """Add what a file says in one word to its settings.

    Raises:
        BadInput: for unknown keys, settings and streams.
    """
    entries = dict(settings.entries)
    away: dict[str, str] = {}
    for entry in streams.entries.values():
        stream = mapping(entry.value, f"streams.{entry.key}")
        if stream.get("people") is not None:
            key = f"streams.{entry.key}"
            away[entry.key] = f"{entry.key} away"
            added = _away(entry.key, required(stream, "away", key), required(stream, "to", key))
            _add(entries, added, settings)
        elif stream.get("away") is not None:
            raise bad(standing(stream, "away"), f"streams.{entry.key}.away", "", "away beside people, a number of them")
    texts = SettingTexts(settings)
    found = []
    for item in sequence(at_start, "at_start"):
        person = _found(mapping(item, "at_start"), texts, tuple(entry.key for entry in streams.entries.values()))
        found.append(person)
        if canonical(person.twin) not in entries:
            _add(entries, _twin(person, mapping(item, "at_start"), texts), settings)
    return Expansion(SettingTexts(Mapping(entries, settings.origin)), away, tuple(found))


def goes_first(setting: Setting) -> Setting:
    """A setting of people who are there already: they have their places before anybody else."""
    return replace(setting, priority=np.full_like(setting.priority, FIRST_OF_ALL))


def without_end(
    settings: tuple[Setting, ...],
    routes: list[tuple[Alternative, ...]],
    classes_of: dict[int, NDArray[np.bool_]],
) -> tuple[Setting, ...]:
    """Settings in which those who never leave for good go away instead; new routes are added to `routes`.

    Args:
        classes_of: by the setting of those away, (classes,) whether a class is theirs.
    """
    changed = settings
    for target, members in classes_of.items():
        changed = tuple(
            replace(
                setting,
                routes=_redirected(setting.routes, routes, target, members),
                gave_up=_redirected(setting.gave_up, routes, target, members),
                turned_away=_redirected(setting.turned_away, routes, target, members),
            )
            for setting in changed
        )
    return changed


def _redirected(
    rows: NDArray[np.int32], routes: list[tuple[Alternative, ...]], target: int, members: NDArray[np.bool_]
) -> NDArray[np.int32]:
    result = rows.copy()
    for row in np.unique(rows[members]).tolist():
        ways = tuple(_sent(way, target) for way in routes[row])
        if ways not in routes:
            routes.append(ways)
        result[members & (rows == row)] = routes.index(ways)
    return result


def _sent(way: Alternative, target: int) -> Alternative:
    """A way that leads to a setting instead of ending the episode, for those diverted from it too."""
    diverts = way.diverted_by != NONE and way.diverts_to == FINISH
    return replace(way, target=target if way.target == FINISH else way.target,
                   diverts_to=target if diverts else way.diverts_to)


def _add(entries: dict[str, Entry], added: Entry, settings: Mapping) -> None:
    name = canonical(added.key)
    if name in entries:
        raise bad(standing(settings, added.key), f"settings.{added.key}", added.key, "another name: this one is taken")
    entries[name] = added


def _away(stream: str, law: Value, target: Value) -> Entry:
    """The setting in which people of a stream spend their time away."""
    origin = law.origin
    name = scalar(target, f"streams.{stream}.to").text
    rest = Mapping({canonical(name): Entry(name, origin, Scalar("rest", origin))}, origin)
    rule = Mapping({"to": Entry("to", origin, rest)}, origin)
    parts = {"duration": law, "routes": Sequence((rule,), origin)}
    entries = {part: Entry(part, origin, value) for part, value in parts.items()}
    return Entry(f"{stream} away", origin, Mapping(entries, origin))


def _found(spec: Mapping, texts: SettingTexts, streams: tuple[str, ...]) -> Found:
    only(spec, START_KEYS, "at_start")
    setting = choice(required(spec, "in", "at_start"), "at_start.in", texts.names)
    written = spec.get("who")
    if written is None and len(streams) != 1:
        raise bad(spec, "at_start.who", "", "", text='This key is missing: add "who: ...", one of the streams.')
    who = streams[0] if written is None else choice(written, "at_start.who", streams)
    there, waiting = (whole(spec.get(part), f"at_start.{part}", 0) for part in ("there", "waiting"))
    return Found(setting, f"{setting} at start", who, there, waiting)


def _twin(found: Found, spec: Mapping, texts: SettingTexts) -> Entry:
    """The setting of people who are in another when the run begins."""
    own = texts.spec(found.setting)
    entries = {name: entry for name, entry in own.entries.items() if name not in DROPPED}
    left = spec.get("remaining")
    if left is not None:
        if spec.get("as_found") is not None:
            said = "`remaining` says how much longer people stay: leave this key out."
            raise bad(standing(spec, "as_found"), "at_start.as_found", "", "", text=said)
        entries["duration"] = Entry("duration", left.origin, left)
        return Entry(found.twin, own.origin, Mapping(entries, own.origin))
    way = spec.get("as_found") or Scalar("length_biased", spec.origin)
    choice(way, "at_start.as_found", AS_FOUND)
    rules = Sequence(tuple(_rules_as_found(found.setting, texts, way)), own.origin)
    entries["duration"] = Entry("duration", own.origin, rules)
    return Entry(found.twin, own.origin, Mapping(entries, own.origin))


def _rules_as_found(setting: str, texts: SettingTexts, way: Value) -> Iterator[Mapping]:
    """Rules of the setting's duration, each law as it is found."""
    value = texts.spec(setting).get("duration")
    key = f"settings.{setting}.duration"
    if isinstance(value, Mapping):
        laws: list[tuple[Mapping | None, Value]] = [(None, value)]
    else:
        laws = [(rule.when, rule.value) for rule in texts.rules(setting, "duration")]
    for when, value in laws:
        law = mapping(value, key)
        if law.get("until") is not None:
            raise bad(law, key, "until", "a law of plain times, for people who are there at the start")
        found = Mapping({**law.entries, "as_found": Entry("as_found", way.origin, way)}, law.origin)
        parts = {"law": Entry("law", law.origin, found)}
        if when is not None:
            parts["when"] = Entry("when", when.origin, when)
        yield Mapping(parts, law.origin)

