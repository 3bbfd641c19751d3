"""What a place file may say; the people are in its population table."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from scenarios import units
from scenarios.evidence import load
from scenarios.messages import nearest
from scenarios.pools import pool_names
from scenarios.resolved import Plan
from scenarios.schema import fields
from scenarios.units import Unreadable

SUPPRESSED_MOST = 10.0
DEMOGRAPHY = {"as projected": 1.0, "frozen": 0.0}
RESIDUAL = {"as in England": 1.0, "none": 0.0}
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
Suppressed = Annotated[float | None, fields.reading(read_suppressed),
                       fields.described('how many people "*" stands for', "3")]


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
    services: Services = {}
    growth: GrowthFile = GrowthFile()
    also_called: fields.Names = ()
