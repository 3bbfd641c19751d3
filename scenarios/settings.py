"""Changed assumptions: "parameter [stratum]" and a new value, inside what the evidence allows."""

from __future__ import annotations

from scenarios.checking import misread
from scenarios.evidence import SHARE_UNITS, Evidence, Row
from scenarios.messages import BadInput, Message, nearest
from scenarios.resolved import Origin
from scenarios.units import Unreadable, number, percentage, plain
from scenarios.yaml_reader import Entry, Mapping, Scalar

ANYWAY = "anyway"
"""Written after a value to take it although it lies outside the evidence."""


def read_settings(tree: Mapping, evidence: Evidence) -> tuple[dict[str, float], dict[str, Origin], list[Message]]:
    """Changed assumptions by name, where each was set, and everything wrong with them."""
    settings: dict[str, float] = {}
    origins: dict[str, Origin] = {}
    messages: list[Message] = []
    for entry in tree.entries.values():
        row = evidence.find(entry.key)
        if row is None:
            messages.append(_unknown(entry, evidence))
            continue
        try:
            settings[row.name] = read_setting(row, entry.value.text if isinstance(entry.value, Scalar) else "")
            origins[row.name] = entry.value.origin
        except Unreadable as error:
            messages.append(misread(entry, error))
    return settings, origins, messages


def read_setting(row: Row, text: str) -> float:
    """A new value for a row of evidence.

    Raises:
        Unreadable: when it is not a number in the row's unit or lies outside the row's range without "anyway".
    """
    words = plain(text)
    anyway = words.endswith(f" {ANYWAY}")
    words = words.removesuffix(f" {ANYWAY}")
    is_share = row.unit in SHARE_UNITS
    value = percentage(words) if words.endswith("%") and is_share else number(words.removesuffix("%").strip())
    if words.endswith("%") and not is_share and "%" not in row.unit:
        raise Unreadable(f"a number in {row.unit}")
    if is_share and not 0.0 <= value <= 1.0:
        raise Unreadable("a share from 0 to 1")
    if row.value >= 0.0 and row.low >= 0.0 and value < 0.0:
        raise Unreadable("a number that is not below zero")
    if row.has_range and not row.low <= value <= row.high and not anyway:
        raise Unreadable(f"{row.low:g} to {row.high:g} {row.unit} (now {row.value:g})",
                         f'The evidence does not reach so far. To take it all the same, write "{words} {ANYWAY}".')
    return value


def _unknown(entry: Entry, evidence: Evidence) -> Message:
    strata = evidence.strata(entry.key.partition("[")[0].strip())
    text = f"Name one of its groups: {', '.join(strata)}." if strata else "No assumption has this name."
    names = [row.name for row in evidence.rows()]
    close = nearest(entry.key, names) or nearest(entry.key.partition("[")[0].strip(), evidence.parameters())
    close = "" if strata else close
    return Message(entry.origin.file, entry.origin.line, "assumptions", entry.key,
                   'a name from "caresim list assumptions"', close, text)


def refuse(messages: list[Message]) -> None:
    """Raises BadInput when there is anything to say."""
    if messages:
        raise BadInput(messages)
