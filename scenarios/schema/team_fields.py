"""Types of values that say what a team brings, when people join and leave it, and what it leans on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from scenarios import units
from scenarios.contracts import ORGANISATIONS
from scenarios.evidence import load
from scenarios.messages import listed, nearest
from scenarios.pools import pool_names
from scenarios.resolved import Joining, RangeValue
from scenarios.schema import fields
from scenarios.units import Unreadable, plain
from scenarios.yaml_reader import canonical

JOININGS: Mapping[str, Joining] = {
    "month by month": "month by month", "at a&e": "at A&E", "at admission": "at admission",
    "at discharge": "at discharge",
}
HOURS_OF_STAFF = "staff.hours_per_year"
"""Rows of evidence, one for each role that staff may have."""
CRISES: Mapping[str, str] = {
    "mental health": "mental", "injury": "injury", "a long-term condition": "exacerbation", "sudden illness": "acute",
}
"""Crises in a planner's words, and the network's kinds."""
EMPLOYERS = tuple(name for name in ORGANISATIONS if name not in ("commissioner", "household"))
"""Organisations that may run a service."""
YES_NO: Mapping[str, bool] = {"yes": True, "no": False, "true": True, "false": False}
LONGEST_STAY_MONTHS = 120
EVERYONE_ASKED = RangeValue(1.0, 1.0, 1.0, "share")
NOBODY = RangeValue(0.0, 0.0, 0.0, "share")


def read_adds(found: object) -> dict[str, float]:
    """Places that each team brings, by pool; below zero when it takes them away."""
    if not isinstance(found, Mapping):
        raise Unreadable('lines such as "reablement_places: 12 per team"')
    pools = pool_names(load())
    for key in found:
        if canonical(key) not in pools:
            raise Unreadable(", ".join(pools), nearest=nearest(canonical(key), pools), at=key, of_key=True)
    return {canonical(key): fields.at_key(key, read_places_per_team, value) for key, value in found.items()}


def read_places_per_team(text: str) -> float:
    """Places per team, "12 per team" or "-4 per team"."""
    match = re.fullmatch(rf"({units.NUMBER})(?: (?:places|beds|slots|starts))?(?: (?:per|a) (?:{units.TEAM_WORDS}))?",
                         plain(text))
    if match is None:
        raise Unreadable('places that each team brings, for example "12 per team"')
    return units.number(match.group(1))


@dataclass(frozen=True)
class Posts:
    """Whole-time posts (for volunteers: people) of one role, for each team or for so many people on a caseload."""

    number: float
    people: float = 0.0
    """0: they are for each team."""

    def per_team(self, caseload: float) -> float:
        """Posts of a team that looks after so many people."""
        return self.number if self.people == 0.0 else self.number * caseload / self.people


def staff_roles() -> tuple[str, ...]:
    """Roles that staff may have."""
    return load().strata(HOURS_OF_STAFF)


def read_staff(found: object) -> dict[str, Posts]:
    """Posts by role."""
    if not isinstance(found, Mapping):
        raise Unreadable('lines such as "nurse: 2 per team"')
    for key in found:
        if canonical(key) not in staff_roles():
            raise Unreadable(", ".join(staff_roles()), nearest=nearest(canonical(key), staff_roles()), at=key,
                             of_key=True)
    return {canonical(key): fields.at_key(key, read_posts, value) for key, value in found.items()}


def read_posts(text: str) -> Posts:
    """Whole-time posts, "2 per team" or "1 per 100 people"."""
    per_team = rf"(?:per|a) (?:{units.TEAM_WORDS})"
    match = re.fullmatch(rf"({units.NUMBER})(?: posts?)? (?:{per_team}|per ({units.NUMBER}) people)", plain(text))
    people = units.number(match.group(2)) if match and match.group(2) else 0.0
    if match is None or units.number(match.group(1)) < 0.0 or (match.group(2) and people <= 0.0):
        raise Unreadable('whole-time posts, for example "2 per team" or "1 per 100 people"')
    return Posts(units.number(match.group(1)), people)


def read_joins(text: str) -> tuple[Joining, str]:
    """When people join, and at which kind of crisis."""
    when, _, crisis = plain(text).partition(" for ")
    if when not in JOININGS or (crisis and (crisis not in CRISES or when != "at a&e")):
        words = (*JOININGS.values(), *(f"at A&E for {crisis}" for crisis in CRISES))
        raise Unreadable(listed(f'"{each}"' for each in words), nearest=nearest(text, words))
    return JOININGS[when], CRISES.get(crisis, "")


def joining_in_words(joining: Joining, crisis: str) -> str:
    """The same as a planner would write it."""
    words = {kind: name for name, kind in CRISES.items()}
    return f"{joining} for {words[crisis]}" if crisis else joining


def read_stay(text: str) -> int:
    """Whole months with a team, at least one."""
    months = units.months(text)
    if not 1 <= months <= LONGEST_STAY_MONTHS:
        raise Unreadable('whole months, at least one, for example "3 months"; leave the line out if people stay')
    return months


def read_drop_out(text: str) -> RangeValue:
    """Share of members who give up, "3 % a month" or "3 % (1 % to 5 %) a month"."""
    words = plain(text)
    months = (" a month", " per month", " each month")
    if not words.endswith(months):
        raise Unreadable('a share a month, for example "3 % (1 % to 5 %) a month"', 'Say "a month".')
    return units.share_range(words.removesuffix(next(ending for ending in months if words.endswith(ending))))


def read_reliance(found: object) -> dict[str, float]:
    """Interventions that this one leans on, and the share of its effects lost without each."""
    if not isinstance(found, Mapping):
        raise Unreadable('lines such as "shared-record: 30 %"')
    return {key: fields.at_key(key, partial(units.share), value) for key, value in found.items()}


Adds = Annotated[dict[str, float], PlainValidator(read_adds), WithJsonSchema({
    "type": "object", "propertyNames": {"enum": list(pool_names(load()))},
    "additionalProperties": {"type": ["number", "string"]},
    "description": "places of other services that each team brings",
    "examples": [{"reablement_places": "12 per team"}]})]
Staff = Annotated[dict[str, Posts], PlainValidator(read_staff), WithJsonSchema({
    "type": "object", "propertyNames": {"enum": list(staff_roles())}, "additionalProperties": {"type": "string"},
    "description": "whole-time posts of each role that a team has", "examples": [{"nurse": "2 per team"}]})]
Joins = Annotated[tuple[Joining, str], fields.reading(read_joins),
                  fields.described("when people join", "month by month", "at A&E for mental health")]
Stay = Annotated[int | None, fields.reading(read_stay), fields.described("months with the team", "3 months")]
Uptake = Annotated[RangeValue, fields.reading(units.share_range),
                   fields.described("share of those asked who join", "60 % (40 % to 80 %)")]
RunBy = Annotated[str, fields.reading(partial(fields.read_choice, choices={name: name for name in EMPLOYERS})),
                  WithJsonSchema({"enum": list(EMPLOYERS)})]
YesNo = Annotated[bool, fields.reading(partial(fields.read_choice, choices=YES_NO)),
                  WithJsonSchema({"type": ["boolean", "string"], "enum": [True, False, *YES_NO]})]
DropOut = Annotated[RangeValue, fields.reading(read_drop_out),
                    fields.described("share of members who give up", "3 % (1 % to 5 %) a month")]
OtherPatients = Annotated[RangeValue, fields.reading(units.share_range), fields.described(
    "share of the lasting effect that those who may join, and have not, feel too", "10 % (0 % to 20 %)")]
Reliance = Annotated[dict[str, float], PlainValidator(read_reliance), WithJsonSchema({
    "type": "object", "additionalProperties": {"type": ["number", "string"]},
    "description": "other interventions that this one leans on, and the share of its effects lost without each"})]
