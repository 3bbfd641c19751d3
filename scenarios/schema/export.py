"""JSON Schemas of the files, so that an editor can complete and check them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from scenarios.schema.intervention import InterventionFile
from scenarios.schema.place import PlaceFile
from scenarios.schema.scenario import ScenarioFile

Kind = Literal["scenario", "intervention", "place"]
MODELS: dict[Kind, type[BaseModel]] = {
    "scenario": ScenarioFile, "intervention": InterventionFile, "place": PlaceFile,
}
USED = {"anyOf": [{"type": "null"}, {"enum": ["off", "on"]}, {"$ref": "#/$defs/changes"}]}
"""How `use` names an intervention: as shipped, left out, or with changes."""


def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema of a file as a planner writes it, with `extends`, which makes every other key optional.

    Raises:
        KeyError: when there is no such kind of file.
    """
    schema = _extendable(kind)
    if kind == "scenario":
        changes = _extendable("intervention")
        schema.setdefault("$defs", {}).update(changes.pop("$defs", {}))
        schema["$defs"]["changes"] = changes
        schema["properties"]["use"]["additionalProperties"] = USED
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _extendable(kind: Kind) -> dict[str, Any]:
    schema = MODELS[kind].model_json_schema()
    if kind != "place":
        schema["properties"] = {
            "extends": {"type": "string", "description": f"name or file of another {kind}"}, **schema["properties"],
        }
        schema.pop("required", None)
    return schema
