"""Reads who may join: "age 60 and over; 2 or more conditions; own home"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from scenarios.evidence import load
from scenarios.messages import listed, nearest
from scenarios.named_conditions import named_conditions
from scenarios.resolved import WhoSpec
from scenarios.units import Unreadable, plain

FIFTHS = {
    5: "", 1: "most deprived fifth", 2: "two most deprived fifths", 3: "three most deprived fifths",
    4: "four most deprived fifths",
}
"""How many of the five fifths of deprivation, in words."""
FRAILTY = ("fit", "mild", "moderate", "severe")
OLDEST = 120
CONDITIONS = named_conditions(load())
EXAMPLES = (
    "everyone", "age 60 and over", "age 18 to 64", "under 18", "2 or more conditions", *CONDITIONS, "own home",
    "care home", "residential home", "moderate frailty or worse", "lonely", "most deprived fifth",
)
ALLOWED = f"parts separated by semicolons, such as {listed(EXAMPLES)}"
Reader = Callable[[re.Match[str], WhoSpec], WhoSpec]


def read_who(text: str) -> WhoSpec:
    """Who is meant.

    Raises:
        Unreadable: naming the part that is not understood.
    """
    who = WhoSpec()
    for part in plain(text).split(";"):
        who = _read_part(part.strip(), who)
    if who.age_to is not None and who.age_to < who.age_from:
        nobody = f"Nobody is {who.age_from} or over and under {who.age_to + 1}."
        raise Unreadable("an age range from young to old", nobody)
    if max(who.age_from, who.age_to or 0) > OLDEST:
        raise Unreadable(f"ages up to {OLDEST}")
    return who


def who_in_words(who: WhoSpec) -> str:
    """The same as a planner would write it."""
    parts = [
        _age_in_words(who),
        f"{who.conditions_at_least} or more conditions" if who.conditions_at_least else "",
        *who.named_conditions,
        f"{FRAILTY[who.frailty_at_least]} frailty or worse" if who.frailty_at_least else "",
        "lonely" if who.lonely else "",
        FIFTHS[who.fifths],
        who.residence if who.residence != "any" else "",
    ]
    return "; ".join(part for part in parts if part) or "everyone"


def _age_in_words(who: WhoSpec) -> str:
    if who.age_to is None:
        return f"age {who.age_from} and over" if who.age_from else ""
    return f"age {who.age_from} to {who.age_to}" if who.age_from else f"under {who.age_to + 1}"


def _read_part(part: str, who: WhoSpec) -> WhoSpec:
    for pattern, reader in READERS:
        match = re.fullmatch(pattern, part)
        if match:
            return reader(match, who)
    raise Unreadable(ALLOWED, f'"{part}" is not understood.', nearest(part, EXAMPLES))


def _ages(match: re.Match[str], who: WhoSpec) -> WhoSpec:
    return replace(who, age_from=int(match["low"]), age_to=int(match["high"]))


def _conditions(match: re.Match[str], who: WhoSpec) -> WhoSpec:
    return replace(who, conditions_at_least=int(match["number"]))


def _named_condition(match: re.Match[str], who: WhoSpec) -> WhoSpec:
    named = {*who.named_conditions, match["name"]}
    return replace(who, named_conditions=tuple(name for name in CONDITIONS if name in named))


def _frailty(match: re.Match[str], who: WhoSpec) -> WhoSpec:
    return replace(who, frailty_at_least=FRAILTY.index(match["grade"]))


def _fifths(match: re.Match[str], who: WhoSpec) -> WhoSpec:
    named = next((number for number, words in FIFTHS.items() if words == match["fifths"]), None)
    if named is None:
        raise Unreadable(listed(f'"{words}"' for words in FIFTHS.values() if words))
    return replace(who, fifths=named)


READERS: tuple[tuple[str, Reader], ...] = (
    ("everyone|anyone|everybody", lambda _, who: who),
    (r"(?:aged?|ages) (?P<low>\d+)(?: and over| or over|\+)|(?P<plus>\d+)(?:\+| and over| or over)",
     lambda match, who: replace(who, age_from=int(match["low"] or match["plus"]))),
    (r"(?:aged?|ages) (?P<low>\d+)(?: to | ?- ?)(?P<high>\d+)", _ages),
    (r"(?:aged? )?under (?P<high>\d+)", lambda match, who: replace(who, age_to=int(match["high"]) - 1)),
    (r"(?P<number>\d+) or more (?:long term |long-term )?conditions?", _conditions),
    (f"(?:(?:people )?with |living with |has )?(?P<name>{'|'.join(re.escape(name) for name in CONDITIONS)})",
     _named_condition),
    ("(?:in their |in )?own homes?|(?:living )?at home", lambda _, who: replace(who, residence="own home")),
    ("(?:all )?(?:in |living in )?(?:a )?care[ -]homes?(?: residents?)?",
     lambda _, who: replace(who, residence="care home")),
    ("(?:in |living in )?(?:a )?residential homes?", lambda _, who: replace(who, residence="residential home")),
    ("(?:in |living in )?(?:a )?nursing homes?", lambda _, who: replace(who, residence="nursing home")),
    ("any home", lambda _, who: replace(who, residence="any")),
    ("(?P<grade>mild|moderate|severe)(?: frailty|ly frail)(?: or worse| or more)?", _frailty),
    ("frail", lambda _, who: replace(who, frailty_at_least=1)),
    ("(?:in the )?(?P<fifths>(?:two |three |four )?most deprived fifths?)", _fifths),
    ("lonely|lonely people", lambda _, who: replace(who, lonely=True)),
)
