"""The values that an intervention may change, in the planner's words."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache

from scenarios.evidence import LIBRARY
from scenarios.messages import nearest
from scenarios.resolved import EffectSpec, RangeValue
from scenarios.units import Unreadable, plain

VALUES = LIBRARY / "values.csv"
WHEN = (
    (r"(?:in )?months? (\d+)(?: ?- ?| to )(\d+)", "months {0}-{1}"),
    (r"(?:in )?month (\d+)", "month {0}"),
    (r"after months? (\d+)", "after month {0}"),
    (r"from months? (\d+)(?: on)?", "from month {0}"),
)
ONLY_FALLS = "(it can only fall)"
"""How the meaning of a share ends that nothing can raise."""
HOMES = ("residential home", "nursing home")
"""Kinds of care homes; an effect may be on residents of one: "all crises in nursing homes"."""
EXAMPLES = '"acute crises, months 1-12", "acute crises, after month 12" or just "acute crises"'


@dataclass(frozen=True)
class Phrase:
    """What a planner calls one or more values.

    Attributes:
        values: ids of the values.
        acts_on: what a planner counts that it changes most directly.
        meaning: in a planner's words.
    """

    phrase: str
    values: tuple[str, ...]
    acts_on: str
    meaning: str

    @property
    def only_falls(self) -> bool:
        """Whether it is a share that is all of them while nothing is done, so that a rise does nothing."""
        return self.meaning.endswith(ONLY_FALLS)


@lru_cache(maxsize=1)
def phrases() -> dict[str, Phrase]:
    """Every phrase, by itself."""
    with VALUES.open(encoding="utf-8", newline="") as stream:
        return {
            row["phrase"]: Phrase(row["phrase"], tuple(row["values"].split()), row["acts_on"], row["meaning"])
            for row in csv.DictReader(stream)
        }


def phrase_of(effect: EffectSpec) -> Phrase:
    """The phrase of an effect, without its months and the homes that it is on."""
    return phrases()[_without_home(effect.phrase.partition(",")[0])[0]]


def read_effect(key: str, change: RangeValue) -> EffectSpec:
    """An effect from its key, "acute crises, months 1-12", and its change.

    Raises:
        Unreadable: when the phrase or the months are not understood; the nearest key is named.
    """
    words = " ".join(plain(key).replace("_", " ").split())
    name, comma, when = (part.strip() for part in words.partition(","))
    spelled = {spaced(phrase): phrase for phrase in phrases()}
    name, home = _without_home(name)
    phrase = spelled.get(spaced(name))
    from_month, to_month, shown = _months(when) if comma else (0, None, "")
    if phrase is None:
        close = nearest(spaced(name), spelled)
        meant = f"{spelled[close]}, {shown}".removesuffix(", ") if close else ""
        raise Unreadable(f"{', '.join(phrases())}; with months, for example {EXAMPLES}", nearest=meant, of_key=True)
    where = f"{phrase} in {home}s" if home else phrase
    written = f"{where}, {shown}" if shown else where
    return EffectSpec(written, phrases()[phrase].values, from_month, to_month, change, home)


def _without_home(name: str) -> tuple[str, str]:
    """A phrase, and the kind of care home that it is about, if any."""
    for home in HOMES:
        if spaced(name).endswith(f" in {home}s"):
            return name[: -len(f" in {home}s")], home
    return name, ""


def clash(effects: tuple[EffectSpec, ...]) -> tuple[EffectSpec, EffectSpec] | None:
    """The first two effects that change one value in the same months, if any do."""
    for index, later in enumerate(effects):
        for earlier in effects[:index]:
            same_people = not (earlier.home and later.home and earlier.home != later.home)
            if same_people and set(earlier.values) & set(later.values) and _overlap(earlier, later):
                return earlier, later
    return None


def spaced(name: str) -> str:
    """A name with hyphens and underscores as spaces."""
    return " ".join(name.lower().replace("_", " ").replace("-", " ").split())


def _overlap(first: EffectSpec, second: EffectSpec) -> bool:
    return (first.to_month is None or second.from_month < first.to_month) and (
        second.to_month is None or first.from_month < second.to_month
    )


def _months(when: str) -> tuple[int, int | None, str]:
    """First month since joining (0 is the first), month after the last, and the words."""
    for pattern, words in WHEN:
        match = re.fullmatch(pattern, re.sub(r"(\d) (\d)", r"\1-\2", when))
        if match is None:
            continue
        numbers = [int(group) for group in match.groups()]
        shown = words.format(*numbers)
        if words.startswith("after"):
            return numbers[0], None, shown
        if numbers[0] < 1 or numbers[-1] < numbers[0] or numbers[-1] > 1200:
            raise Unreadable(f"months counted from 1 since joining, for example {EXAMPLES}", of_key=True)
        if words.startswith("from"):
            return numbers[0] - 1, None, shown
        return numbers[0] - 1, numbers[-1], shown
    raise Unreadable(f"months since joining, for example {EXAMPLES}", f'"{when}" is not understood.',
                     nearest(when, ("months 1-12", "after month 12", "from month 13", "month 1")), of_key=True)
