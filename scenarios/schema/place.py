"""What a place file may say; the people are in its population table."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from scenarios import units
from scenarios.evidence import load
from scenarios.messages import nearest
from scenarios.pools import pool_names
from scenarios.schema import fields
from scenarios.units import Unreadable

SUPPRESSED_MOST = 10.0
DEMOGRAPHY = {"as projected": 1.0, "frozen": 0.0}
AS_IN_ENGLAND = "as in England"


def read_services(found: object) -> dict[str, float]:
    """Places of each service, by the name of its pool."""
    if not isinstance(found, dict):
        raise Unreadable('lines such as "acute_beds: 322"')
    pools = pool_names(load())
    for key in found:
        if key not in pools:
            raise Unreadable(", ".join(pools), nearest=nearest(key, pools), at=key, of_key=True)
    return {key: fields.at_key(key, units.amount, value) for key, value in found.items()}


def read_levels(found: object) -> dict[str, float]:
    """Known levels of activity, by measure: "96.2 per 1,000" or a number."""
    if not isinstance(found, dict):
        raise Unreadable('lines such as "emergency admissions: 96.2 per 1,000"')
    return {key: fields.at_key(key, _level, value) for key, value in found.items()}


def read_suppressed(text: str) -> float:
    """How many people "*" stands for."""
    people = units.amount(text)
    if people > SUPPRESSED_MOST:
        raise Unreadable(f"a number of people from 0 to {SUPPRESSED_MOST:.0f}")
    return people


def read_yearly(text: str) -> float | None:
    """Yearly growth as a fraction, or nothing for England's."""
    words = units.plain(text)
    if words == units.plain(AS_IN_ENGLAND):
        return None
    if words == "none":
        return 0.0
    try:
        return units.percentage(words.removesuffix("per year").removesuffix("a year").strip())
    except Unreadable:
        raise Unreadable(f'growth such as "1.9 % a year", "none" or "{AS_IN_ENGLAND}"') from None


def _level(text: str) -> float:
    return units.amount(units.plain(text).removesuffix("per 1,000").removesuffix("per 1000").strip())


Yearly = Annotated[float | None, fields.reading(read_yearly),
                   fields.described("growth beyond demography", "1.9 % a year", "none", AS_IN_ENGLAND)]
Demography = Annotated[float, fields.reading(partial(fields.read_choice, choices=DEMOGRAPHY)),
                       WithJsonSchema({"enum": list(DEMOGRAPHY)})]
Services = Annotated[dict[str, float], PlainValidator(read_services), WithJsonSchema({
    "type": "object", "propertyNames": {"enum": list(pool_names(load()))},
    "additionalProperties": {"type": "number", "minimum": 0}})]
Levels = Annotated[dict[str, float], PlainValidator(read_levels), WithJsonSchema({
    "type": "object", "additionalProperties": {"type": ["number", "string"]}})]
Suppressed = Annotated[float | None, fields.reading(read_suppressed),
                       fields.described('how many people "*" stands for', "3")]


class GrowthFile(BaseModel):
    """How a place's growth differs from England's."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    demography: Demography = 1.0
    admissions: Yearly = None
    ae_attendances: Yearly = None


class PlaceFile(BaseModel):
    """A place as written."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: fields.Text
    year: fields.FinancialYear
    network: fields.Text = "care"
    population: fields.Text = "population.csv"
    beds: fields.Text = ""
    suppressed: Suppressed = None
    services: Services = {}
    growth: GrowthFile = GrowthFile()
    match: Levels = {}
    also_called: fields.Names = ()
