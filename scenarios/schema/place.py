"""What a place file may say; the people are in its population table."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema, model_validator

from scenarios import units
from scenarios.evidence import load
from scenarios.matching import MATCHED, SHOWN_TODAY
from scenarios.messages import nearest
from scenarios.pools import pool_names
from scenarios.resolved import Plan
from scenarios.schema import fields
from scenarios.units import Unreadable
from scenarios.yaml_reader import canonical

SUPPRESSED_MOST = 10.0
DEMOGRAPHY = {"as projected": 1.0, "frozen": 0.0}
RESIDUAL = {"as in England": 1.0, "none": 0.0}
BY_AGE = "its ages"
ASSUMED = "assumed"
SERVICES_FOR = {"its numbers": "its numbers", BY_AGE: BY_AGE}
"""What services that are not given follow: England's for so many people, or for people of these ages."""
_PLACES = {"type": "number", "minimum": 0}


def read_services(found: object) -> dict[str, Plan]:
    """Places of each service, by the name of its pool: a number, or a plan by month."""
    if not isinstance(found, dict):
        raise Unreadable('lines such as "acute_beds: 322"')
    pools = pool_names(load())
    plans = {}
    for key, written in found.items():
        if key not in pools:
            raise Unreadable(", ".join(pools), nearest=nearest(key, pools), at=key, of_key=True)
        try:
            plans[key] = fields.read_plan(written)
        except Unreadable as error:
            raise error.under(f"{key}/{error.at}" if error.at else key) from None
    return plans


def read_suppressed(text: str) -> float:
    """How many people "*" stands for."""
    people = units.amount(text)
    if people > SUPPRESSED_MOST:
        raise Unreadable(f"a number of people from 0 to {SUPPRESSED_MOST:.0f}")
    return people


Demography = Annotated[float, fields.reading(partial(fields.read_choice, choices=DEMOGRAPHY)),
                       WithJsonSchema({"enum": list(DEMOGRAPHY)})]
Residual = Annotated[float, fields.reading(partial(fields.read_choice, choices=RESIDUAL)),
                     WithJsonSchema({"enum": list(RESIDUAL)})]
Services = Annotated[dict[str, Plan], PlainValidator(read_services), WithJsonSchema({
    "type": "object", "propertyNames": {"enum": list(pool_names(load()))},
    "additionalProperties": {"anyOf": [_PLACES, {"type": "object", "additionalProperties": _PLACES}]}})]
ServicesFor = Annotated[str, fields.reading(partial(fields.read_choice, choices=SERVICES_FOR)),
                        WithJsonSchema({"enum": list(SERVICES_FOR)})]
ResidentialShare = Annotated[float | None, fields.reading(units.share), fields.described(
    "share of care-home residents who live in residential homes; the others live in nursing homes", "49 %")]
Suppressed = Annotated[float | None, fields.reading(read_suppressed),
                       fields.described('how many people "*" stands for', "3")]


def read_levels(found: object) -> dict[str, float]:
    """Levels to be matched, each per 1,000 people a year, by measure."""
    if not isinstance(found, dict):
        raise Unreadable('lines such as "emergency admissions: 96.2 per 1,000"')
    names = {canonical(measure): measure for measure in MATCHED}
    for key in found:
        if key not in names:
            raise Unreadable(", ".join(MATCHED), nearest=nearest(key, names), at=key, of_key=True)
    return {names[key]: fields.at_key(key, read_level, value) for key, value in found.items()}


def read_level(text: str) -> float:
    """A level per 1,000 people and year: "96.2 per 1,000"."""
    words = units.plain(text).removesuffix(" a year").removesuffix(" people")
    if not words.endswith((" per 1,000", " per 1000")):
        raise Unreadable('a yearly level, for example "96.2 per 1,000"', 'Say "per 1,000".')
    value = units.number(words.rpartition(" per ")[0])
    if value <= 0.0:
        raise Unreadable("a level above zero")
    return value


def read_today(found: object) -> dict[str, float]:
    """What is known of today, by what it is."""
    if not isinstance(found, dict):
        raise Unreadable('lines such as "beds occupied: 412"')
    names = {canonical(what): what for what in SHOWN_TODAY}
    for key in found:
        if key not in names:
            raise Unreadable(", ".join(SHOWN_TODAY), nearest=nearest(key, names), at=key, of_key=True)
    return {names[key]: fields.at_key(key, units.amount, value) for key, value in found.items()}


def read_ran_sources(found: object) -> tuple[str, ...]:
    """From where it is known what ran: ids of results or sources, "assumed", or both when parts of it are assumed."""
    names = fields.read_words(found)
    known = [*load().results(), *load().sources(), ASSUMED]
    for name in names:
        if name not in known:
            raise Unreadable(f'ids of results (E103) or sources (S050), "{ASSUMED}", or both', f'"{name}" is none.',
                             nearest(name, known))
    return names


RanSources = Annotated[tuple[str, ...], PlainValidator(read_ran_sources), WithJsonSchema({
    "type": ["array", "string"], "items": {"type": "string"},
    "description": "ids of what says that the place ran this; assumed, when nothing does or not of all its parts",
    "examples": [["E103", "E104"], "assumed", ["E103", "assumed"]]})]
Levels = Annotated[dict[str, float], PlainValidator(read_levels), WithJsonSchema({
    "type": "object", "propertyNames": {"enum": [canonical(measure) for measure in MATCHED]},
    "additionalProperties": {"type": "string"}, "examples": [{"emergency_admissions": "96.2 per 1,000"}]})]
Today = Annotated[dict[str, float], PlainValidator(read_today), WithJsonSchema({
    "type": "object", "propertyNames": {"enum": [canonical(what) for what in SHOWN_TODAY]},
    "additionalProperties": {"type": "number"}})]


class GrowthFile(BaseModel):
    """How a place's growth differs from England's: that of its people, and the rest."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    demography: Demography = 1.0
    residual: Residual = 1.0


class PlaceFile(BaseModel):
    """A place as written."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: fields.Text
    year: fields.FinancialYear
    network: fields.Text = "care"
    population: fields.Text = "population.csv"
    beds: fields.Text = ""
    suppressed: Suppressed = None
    services_for: ServicesFor = "its numbers"
    services: Services = {}
    residents_in_residential_homes: ResidentialShare = None
    growth: GrowthFile = GrowthFile()
    match: Levels = {}
    today: Today = {}
    contracts: fields.Text = ""
    ran: fields.Names = ()
    ran_sources: RanSources = ()
    assumed: fields.Words = ()
    also_called: fields.Names = ()

    @model_validator(mode="after")
    def sources_are_of_something(self) -> PlaceFile:
        """Where it is known from stands beside what is known."""
        if "ran_sources" in self.model_fields_set and not self.ran:
            raise Unreadable('a line "ran: ..."', "It is said from where it is known, and not what.", at="ran_sources")
        return self
