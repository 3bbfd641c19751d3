"""Reads files of contracts, and sees that every kind of care is paid for, once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from scenarios.catalogue import Found, find, require
from scenarios.checking import checked, misread
from scenarios.contracts import (
    DEFAULT_CONTRACTS,
    EVERYTHING,
    NEW_SERVICES,
    Agreement,
    Contracts,
    sectors,
)
from scenarios.inherit import read_extended
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.resolved import Origin
from scenarios.schema.contracts import ContractsFile
from scenarios.units import Unreadable, plain
from scenarios.yaml_reader import Entry, Mapping, canonical

OWN_ITEM, SECTOR, ALL = 3, 2, 1
"""How closely an agreement names an item; the closest one pays."""
AGREEMENTS = "agreements"


def contracts(name: str, asked: Origin, beside: Path | None = None, services: Iterable[str] = ()) -> Contracts:
    """The contracts of a name or file.

    Args:
        name: a shipped name, or a file.
        asked: where it was asked for.
        beside: folder of the file that names it.
        services: ids of interventions, which agreements may name beside items and sectors.

    Raises:
        BadInput: with everything wrong in the file.
    """
    found = require("contract", name, asked, "contracts", beside)
    return read_contracts(found, frozenset(services))


@lru_cache(maxsize=1)
def default_contracts() -> Contracts:
    """Contracts where nobody says otherwise."""
    found = find("contract", DEFAULT_CONTRACTS)
    assert found is not None
    return read_contracts(found, frozenset())


def read_contracts(found: Found, services: frozenset[str]) -> Contracts:
    """The contracts in a file; BadInput as `contracts`."""
    tree = read_extended(found, "contract")
    said, messages = checked(ContractsFile, tree, also_allowed=("extends",))
    if said is None:
        raise BadInput(messages)
    entries = tree.entries[AGREEMENTS].value
    assert isinstance(entries, Mapping)
    agreements = []
    for key, written in said.agreements.items():
        entry = entries.entries[key]
        agreements.append(Agreement(
            name=" ".join(entry.key.replace("_", " ").split()), kind=written.kind, payers=written.payer,
            care=tuple(_care_name(name, services) for name in written.care), providers=written.providers,
            baseline=written.baseline,
            pounds_per_person=None if written.amount is None else written.amount.pounds,
            rate=written.rate, shared=written.shared, status=written.status, source=written.source,
        ))
        messages += _unknown_care(agreements[-1], entry, services)
    found_contracts = Contracts(found.id, said.title, said.summary, tuple(agreements))
    messages = messages or _paid_once(found_contracts, tree, services)
    if messages:
        raise BadInput(messages)
    return found_contracts


def agreement_for(said: Contracts, item: str, sector: str) -> Agreement | None:
    """The agreement under which an item is paid: the one that names it most closely."""
    closeness = [(_closeness(agreement, item, sector), agreement) for agreement in said.agreements]
    best = max(closeness, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] else None


def _closeness(agreement: Agreement, item: str, sector: str) -> int:
    if item in agreement.care:
        return OWN_ITEM
    if sector in agreement.care:
        return SECTOR
    return ALL if EVERYTHING in agreement.care else 0


def _care_name(name: str, services: frozenset[str]) -> str:
    """A name of care as the price list, or an intervention, has it."""
    known = {canonical(each): each for each in (*_known_care(), *services)}
    return known.get(canonical(name), plain(name))


def _known_care() -> tuple[str, ...]:
    return (*dict.fromkeys(sectors().values()), *sectors(), NEW_SERVICES, EVERYTHING)


def _unknown_care(agreement: Agreement, entry: Entry, services: frozenset[str]) -> list[Message]:
    assert isinstance(entry.value, Mapping)
    known = (*_known_care(), *services)
    line = entry.value.entries.get("care")
    return [
        misread(line, Unreadable(listed((*dict.fromkeys(sectors().values()), NEW_SERVICES, EVERYTHING))
                                 + ", or an item of the price list", f'There is no care called "{name}".',
                                 nearest(name, known)), entry.key)
        for name in agreement.care if name not in known and line is not None
    ]


def _paid_once(said: Contracts, tree: Mapping, services: frozenset[str]) -> list[Message]:
    """Every item has one agreement that names it most closely."""
    line = tree.entries[AGREEMENTS]
    everything = {**sectors(), **dict.fromkeys(sorted(services), NEW_SERVICES), NEW_SERVICES: NEW_SERVICES}
    messages = []
    for item, sector in everything.items():
        closeness = [_closeness(agreement, item, sector) for agreement in said.agreements]
        most = max(closeness, default=0)
        twice = [one.name for one, close in zip(said.agreements, closeness, strict=True) if close == most]
        if most == 0:
            text = f"Nobody pays for {item.replace('_', ' ')}: no agreement names it, {sector} or all care."
            messages.append(Message(line.origin.file, line.origin.line, line.key, text=text))
        elif len(twice) > 1:
            text = f"{item.replace('_', ' ')} would be paid for twice: by {' and by '.join(twice)}."
            messages.append(Message(line.origin.file, line.origin.line, line.key, text=text))
    return messages[:1] if messages else []
