"""Types of single values in scenario files: read from text by `units`, described for editors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Literal, TypeVar, get_args

from pydantic import PlainValidator, WithJsonSchema

from scenarios import units
from scenarios.messages import listed, nearest
from scenarios.resolved import EffectSpec, Plan, RangeValue, Selection, WhoSpec
from scenarios.units import Money, Unreadable
from scenarios.values import clash, phrases, read_effect
from scenarios.who import ALLOWED as WHO_ALLOWED
from scenarios.who import read_who

T = TypeVar("T")
Grade = Literal["TRIAL", "MATCHED", "PROXY", "BEFORE-AND-AFTER", "CONTRADICTED", "ADVERSE", "NONE"]
GRADES: Mapping[str, str] = {
    "TRIAL": "randomised trials",
    "MATCHED": "matched controls",
    "PROXY": "studies of something similar",
    "BEFORE-AND-AFTER": "before-and-after figures without a comparison",
    "CONTRADICTED": "controlled studies contradict local claims",
    "ADVERSE": "matched studies found more admissions, not fewer",
    "NONE": "no evidence found",
}
SELECTIONS: Mapping[str, Selection] = {
    "risk score, highest first": "risk score", "everyone": "everyone",
}
LONGEST_TEXT = 2000
ALWAYS = date.min
"""When a number of places begins for which no month is given."""
MOST_MONTHS = 1200


@dataclass(frozen=True)
class Staffing:
    """Teams from each date or each month counted from the start (1 is the first); in order."""

    steps: tuple[tuple[date | int, float], ...]


def text_value(found: object) -> str:
    """A single value as text; a list or map in its place is unreadable."""
    if not isinstance(found, str):
        raise Unreadable("a single value on this line")
    if not found.strip():
        raise Unreadable("a value after the colon", "Nothing is written here.")
    return found


def reading(parse: Callable[[str], T]) -> PlainValidator:
    """A validator that reads one value from text."""
    return PlainValidator(lambda found: parse(text_value(found)))


def described(what: str, *examples: str) -> WithJsonSchema:
    """How an editor describes a value that is written as text or a number."""
    return WithJsonSchema({"type": ["string", "number"], "description": what, "examples": list(examples)})


def read_text(text: str) -> str:
    """Free text of reasonable length."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(f"at most {LONGEST_TEXT} letters")
    return " ".join(text.split())


def read_choice(text: str, choices: Mapping[str, T]) -> T:
    """One of some phrases, capitals and dashes aside."""
    spelled = {units.plain(choice): choice for choice in choices}
    if units.plain(text) not in spelled:
        raise Unreadable(listed(f'"{choice}"' for choice in choices), nearest=nearest(text, choices))
    return choices[spelled[units.plain(text)]]


def read_grade(text: str) -> Grade:
    """A grade of evidence."""
    grades: dict[str, Grade] = {grade: grade for grade in get_args(Grade)}
    return read_choice(text, grades)


def read_avoids(text: str) -> RangeValue:
    """Which stays are avoided first, as the share put on the short end."""
    phrase, _, rest = units.plain(text).partition(",")
    ends = {"short end first": 1.0, "all alike": 0.0}
    if phrase not in ends:
        raise Unreadable('"short end first", "all alike", or "short end first, 80 % (50 % to 95 %)"',
                         nearest=nearest(phrase, ends))
    if rest.strip():
        return units.share_range(rest)
    return RangeValue(ends[phrase], ends[phrase], ends[phrase], "share")


def read_accuracy(text: str) -> RangeValue:
    """A c-statistic and its range."""
    value = units.share_range(text)
    if value.low < 0.5:
        raise Unreadable("a c-statistic from 0.5 (no better than chance) to 1, for example 0.75 (0.70 to 0.80)")
    return value


def read_staffing(found: object) -> Staffing:
    """Teams by month, or one number from the start."""
    if isinstance(found, str):
        return Staffing(((1, units.amount(text_value(found))),))
    if not isinstance(found, Mapping) or not found:
        raise Unreadable("a number, months with a number each, or a file such as teams.csv")
    steps = [at_key(key, partial(_step, key), value) for key, value in found.items()]
    for key, (earlier, _), (when, _) in zip(list(found)[1:], steps, steps[1:], strict=False):
        if isinstance(earlier, date) != isinstance(when, date):
            allowed = 'either dates ("Apr 2027") or months from the start ("month 7"), not both'
            raise Unreadable(allowed, at=key, of_key=True)
        if not _ascends(earlier, when):
            raise Unreadable("dates in order, each later than the one before", at=key, of_key=True)
    return Staffing(tuple(steps))


def _step(key: str, text: str) -> tuple[date | int, float]:
    """When, as a date or as a month counted from the start, and how many teams."""
    try:
        when = _when(units.plain(key.replace("_", " ")))
    except Unreadable as error:
        raise error.about_the_key() from None
    return when, units.amount(text)


def read_plan(found: object) -> Plan:
    """A number from each month on, such as {"Apr 2016": "322", "Apr 2018": "330"}; or a number alone, from ever."""
    if isinstance(found, str):
        return ((ALWAYS, units.amount(text_value(found))),)
    if not isinstance(found, Mapping) or not found:
        raise Unreadable('a number, or months with a number each, for example "Apr 2018: 330"')
    plan: list[tuple[date, float]] = []
    for key, value in found.items():
        when, number = at_key(key, partial(_dated, key), value)
        if plan and plan[-1][0] >= when:
            raise Unreadable("months in order, each later than the one before", at=key, of_key=True)
        plan.append((when, number))
    return tuple(plan)


def _dated(key: str, text: str) -> tuple[date, float]:
    try:
        when = _month(units.plain(key.replace("_", " ")))
    except Unreadable as error:
        raise error.about_the_key() from None
    return when, units.amount(text)


def _month(words: str) -> date:
    """A month as a canonical key spells it."""
    return units.month(re.sub(r"^(\d{4}) ", r"\1-", words))


def _when(words: str) -> date | int:
    match = re.fullmatch(r"month (\d{1,4})", words)
    if match is None:
        return _month(words)
    if not 1 <= int(match.group(1)) <= MOST_MONTHS:
        raise Unreadable('months counted from 1: "month 1", "month 7"')
    return int(match.group(1))


def _ascends(earlier: date | int, later: date | int) -> bool:
    if isinstance(earlier, date) and isinstance(later, date):
        return earlier < later
    return not isinstance(earlier, date) and not isinstance(later, date) and earlier < later


def read_effects(found: object) -> tuple[EffectSpec, ...]:
    """Effects by phrase and months; "none" for no effect at all."""
    if isinstance(found, str) and units.plain(found) in ("none", ""):
        return ()
    if not isinstance(found, Mapping):
        raise Unreadable('lines such as "acute crises, months 1-12: +12 % (0 % to +30 %)", or "none"')
    effects = tuple(at_key(key, partial(_effect, key), value) for key, value in found.items())
    both = clash(effects)
    if both is not None:
        key = list(found)[effects.index(both[1])]
        why = f'"{both[0].phrase}" changes the same thing in the same months; switch one off.'
        raise Unreadable("one effect on one thing at a time", why, at=key, of_key=True)
    return effects


def _effect(key: str, text: str) -> EffectSpec:
    return read_effect(key, units.change(text))


def at_key(key: str, parse: Callable[[str], T], value: object) -> T:
    """The value of a key of a map; what cannot be read is put down to the key."""
    try:
        return parse(text_value(value))
    except Unreadable as error:
        raise error.under(key) from None


def read_words(found: object) -> tuple[str, ...]:
    """A list of words: in brackets, on lines of their own, or one alone."""
    if isinstance(found, str):
        return (text_value(found),)
    if isinstance(found, list) and all(isinstance(item, str) and item for item in found):
        return tuple(found)
    raise Unreadable("a list of words, for example [E103, E106]")


def read_sources(found: object) -> dict[str, tuple[str, ...]]:
    """Where numbers come from: keys with one or more ids."""
    if not isinstance(found, Mapping):
        raise Unreadable('lines such as "caseload: E131"')
    return {key: read_words(value) for key, value in found.items()}


def money(per: tuple[units.Per, ...], yearly: bool, example: str) -> PlainValidator:
    """A validator for money of one kind."""

    def parse(text: str) -> Money:
        value = units.money(text)
        if value.per not in per or value.yearly != yearly:
            raise Unreadable(f'money such as "{example}"')
        return value

    return reading(parse)


Text = Annotated[str, reading(read_text), WithJsonSchema({"type": "string"})]
Names = Annotated[tuple[str, ...], reading(units.names), described("names, separated by semicolons", "Fylde Coast")]
Words = Annotated[tuple[str, ...], PlainValidator(read_words),
                  WithJsonSchema({"type": ["array", "string"], "items": {"type": "string"}})]
Month = Annotated[date | None, reading(units.month), described("a month", "Apr 2027")]
Window = Annotated[tuple[date, date], reading(units.window), described("two months", "April 2026 to March 2031")]
FinancialYear = Annotated[str, reading(units.financial_year), described("a financial year", "2016/17")]
Months = Annotated[int, reading(units.months), described("a length of time", "3 months", "at once")]
Contacts = Annotated[float, reading(units.contacts), described("contacts per person", "2 a month per person")]
Caseload = Annotated[float, reading(units.caseload), described("people per team", "400 people per team")]
Who = Annotated[WhoSpec, reading(read_who), described(WHO_ALLOWED, "age 60 and over; 2 or more conditions; own home")]
ChosenBy = Annotated[Selection, reading(lambda text: read_choice(text, SELECTIONS)),
                     WithJsonSchema({"enum": list(SELECTIONS)})]
Accuracy = Annotated[RangeValue, reading(read_accuracy), described("c-statistic of the score", "0.75 (0.70 to 0.80)")]
PlainRange = Annotated[RangeValue, reading(units.plain_range), described("a number and its range", "0.5 (0 to 1)")]
Avoids = Annotated[RangeValue, reading(read_avoids),
                   described("which stays are avoided first", "short end first", "all alike")]
EvidenceGrade = Annotated[Grade, reading(read_grade), WithJsonSchema({"enum": list(get_args(Grade))})]
Teams = Annotated[Staffing | None, PlainValidator(read_staffing), WithJsonSchema({
    "type": ["object", "number", "string"], "additionalProperties": {"type": "number"},
    "description": "teams by month", "examples": [{"Apr 2027": 0.5, "Oct 2027": 1}, 2, "teams.csv"]})]
Effects = Annotated[tuple[EffectSpec, ...], PlainValidator(read_effects), WithJsonSchema({
    "type": ["object", "string"], "additionalProperties": {"type": "string"},
    "propertyNames": {"pattern": f"^({'|'.join(phrases())})(, .+)?$"},
    "description": "change of each value: best guess (low to high)",
    "examples": [{"acute crises, after month 12": "-5 % (-15 % to 0 %)"}]})]
Sources = Annotated[dict[str, tuple[str, ...]], PlainValidator(read_sources), WithJsonSchema({
    "type": "object", "description": "ids of evidence behind each key"})]
SetUpCost = Annotated[Money | None, money(("place", "team"), False, "£250,000 once"),
                      described("money once", "£250,000 once", "£125,000 once per team")]
TeamCost = Annotated[Money | None, money(("team",), True, "£700,000 a year per team"),
                     described("money a year per team", "£700,000 a year per team")]
PersonCost = Annotated[Money | None, money(("person",), True, "£12 a year per person"),
                       described("money a year per person", "£12 a year per person")]
