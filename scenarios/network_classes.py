"""Classes of patients: whom a rule of a network file is for, and the rows that each class comes to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Words
from collections.abc import Sequence as Several
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenarios.network_reading import below, only, words_of
from scenarios.yaml_reader import Mapping, Scalar, Value
from simulation.network import CLASSES_PER_KIND, CLASSES_PER_TIER, TIERS, WHEN_OPEN
from simulation.stays import BANDS, CARE_HOME_BAND

WHEN_KEYS = ("kind", "band", "tier", "open", "planned")
PLACEHOLDERS = ("kind", "band", "tier", "age")
"""Words that may stand in braces in an expression; {age} is the band, and the oldest for people in care homes."""
NO_YES = ("no", "yes")
OLDEST = CARE_HOME_BAND - 1

Build = Callable[[Value, str, Words[str, str]], int]
"""From a value, its key and the words of a class to the row of a table."""


@dataclass(frozen=True)
class Rule:
    """Something in a network file that holds for some patients."""

    when: Mapping | None
    """Whom it is for; everybody when there is none."""
    value: Value


class Classes:
    """Every class of patients, in the order of `simulation.network.class_index`."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self.size = len(kinds) * CLASSES_PER_KIND
        position = np.arange(self.size)
        band = position // (CLASSES_PER_KIND // len(BANDS)) % len(BANDS)
        self._words: dict[str, tuple[str, ...]] = {
            "kind": kinds, "band": BANDS, "tier": TIERS, "open": NO_YES, "planned": NO_YES, "age": BANDS,
        }  # fmt: skip
        self._parts: dict[str, NDArray[np.int64]] = {
            "kind": position // CLASSES_PER_KIND,
            "band": band,
            "tier": position // CLASSES_PER_TIER % len(TIERS),
            "open": position // WHEN_OPEN % 2,
            "planned": position % 2,
            "age": np.minimum(band, OLDEST),
        }

    def rows(
        self, rules: Several[Rule], key: str, build: Build, without: int, kinds: Collection[str]
    ) -> NDArray[np.int32]:
        """(size,) for each class the row that the first rule which fits it comes to.

        Args:
            rules: in the order of the file.
            key: the key that they stand under, for messages.
            build: makes a row; called once for each set of words that a rule reads.
            without: row of classes that no rule fits.
            kinds: kinds that can come here; others keep `without`.
        """
        result = np.full(self.size, without, np.int32)
        open_to_rules = self.of_kinds(kinds)
        for rule in rules:
            chosen = open_to_rules & self._fits(rule.when, key)
            for words, members in self._groups(chosen, placeholders_in(rule.value)):
                result[members] = build(rule.value, key, words)
            open_to_rules &= ~chosen
        return result

    def of_kinds(self, kinds: Collection[str]) -> NDArray[np.bool_]:
        """(size,) whether a class belongs to one of some kinds."""
        return np.isin(self._parts["kind"], [self.kinds.index(kind) for kind in kinds])

    def _fits(self, when: Mapping | None, key: str) -> NDArray[np.bool_]:
        """(size,) whether a rule is for each class."""
        fits = np.ones(self.size, np.bool_)
        if when is None:
            return fits
        only(when, WHEN_KEYS, f"{key}.when")
        for entry in when.entries.values():
            words = self._words[entry.key]
            allowed = words_of(entry.value, f"{key}.when.{entry.key}", words)
            fits &= np.isin(self._parts[entry.key], [words.index(word) for word in allowed])
        return fits

    def _groups(
        self, chosen: NDArray[np.bool_], placeholders: Collection[str]
    ) -> list[tuple[dict[str, str], NDArray[np.int64]]]:
        """Chosen classes that have the same words for the placeholders, with all words of the first of them."""
        code = np.zeros(self.size, np.int64)
        for part in sorted(placeholders):
            code = code * len(self._words[part]) + self._parts[part]
        positions = np.flatnonzero(chosen)
        groups = [positions[code[positions] == each] for each in np.unique(code[positions])]
        return [(self._words_of(int(members[0])), members) for members in groups]

    def _words_of(self, position: int) -> dict[str, str]:
        return {part: self._words[part][self._parts[part][position]] for part in PLACEHOLDERS}


def when_of(rule: Mapping, key: str) -> Mapping | None:
    """Whom a rule is for."""
    return None if rule.get("when") is None else below(rule, "when", key)


def placeholders_in(value: Value) -> set[str]:
    """Placeholders that stand anywhere in a value."""
    if isinstance(value, Scalar):
        return {word for word in PLACEHOLDERS if f"{{{word}}}" in value.text}
    if isinstance(value, Mapping):
        return set().union(*(placeholders_in(entry.value) for entry in value.entries.values()))
    return set().union(*(placeholders_in(item) for item in value.items))
