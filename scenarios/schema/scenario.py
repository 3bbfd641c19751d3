"""What a scenario file may say, apart from `extends` and the interventions that it uses."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainValidator, WithJsonSchema

from scenarios.schema import fields
from scenarios.units import Unreadable


def _a_map(found: object) -> dict[str, Any]:
    """A map or nothing; what it holds is read elsewhere."""
    if found is None or found == "":
        return {}
    if not isinstance(found, dict):
        raise Unreadable('names on lines of their own, each followed by ":"')
    return found


Uses = Annotated[dict[str, Any], PlainValidator(_a_map), WithJsonSchema({
    "type": "object", "description": "interventions that run together"})]
Assumptions = Annotated[dict[str, Any], PlainValidator(_a_map), WithJsonSchema({
    "type": "object",
    "description": 'changed assumptions: "parameter [stratum]" and its value',
    "additionalProperties": {"type": ["number", "string"]},
})]


class ScenarioFile(BaseModel):
    """A scenario as written."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    title: fields.Text
    question: fields.Text = ""
    owner: fields.Text = ""
    place: fields.Text
    run: fields.Window
    starts: fields.Month = None
    price_year: fields.FinancialYear
    use: Uses = {}
    assumptions: Assumptions = {}
    contracts: fields.Text = ""
    priorities: fields.Words = ()
    also_called: fields.Names = ()
