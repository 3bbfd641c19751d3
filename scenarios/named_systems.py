"""The systems that the founding texts name, as a table, and which published results are about each of them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache

from scenarios.evidence import LIBRARY
from scenarios.values import spaced

SYSTEMS = LIBRARY / "systems.csv"


@dataclass(frozen=True)
class System:
    """A row of the table of systems.

    Attributes:
        scenario: the shipped scenario that stands for it.
        name: as the founding texts have it.
        text: what they say of it.
        left_out: what of it the model does not have.
        evidence: systems of the table of results that are this one, separated by semicolons; results about any
            other are borrowed.
    """

    scenario: str
    name: str
    text: str
    left_out: str
    evidence: str

    @property
    def own(self) -> tuple[str, ...]:
        """Names of `evidence`."""
        return tuple(name.strip() for name in self.evidence.split(";") if name.strip())


@lru_cache(maxsize=1)
def systems() -> tuple[System, ...]:
    """Every system, in the order of the table."""
    with SYSTEMS.open(encoding="utf-8", newline="") as stream:
        return tuple(System(**row) for row in csv.DictReader(stream))


@lru_cache(maxsize=1)
def with_evidence() -> frozenset[str]:
    """What a preset may say under `system` so that results about it are not borrowed, hyphens as spaces."""
    return frozenset(spaced(name) for system in systems() for name in system.own)
