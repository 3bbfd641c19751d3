"""The schemas as editors get them."""

from __future__ import annotations

import json
import re

import pytest

from scenarios.checking import as_data, checked
from scenarios.schema import json_schema
from scenarios.schema.export import MODELS, Kind
from scenarios.schema.fields import GRADES
from scenarios.schema.scenario import ScenarioFile
from scenarios.values import phrases
from scenarios.yaml_reader import parse_yaml

KINDS: tuple[Kind, ...] = ("scenario", "intervention", "place")


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_plain_json_that_names_every_key(kind: Kind) -> None:
    """And forbids all others."""
    schema = json.loads(json.dumps(json_schema(kind)))
    assert set(MODELS[kind].model_fields) <= set(schema["properties"])
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("kind", KINDS)
def test_every_reference_of_a_schema_resolves(kind: Kind) -> None:
    """An editor follows them."""
    schema = json_schema(kind)
    references = re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema))
    assert set(references) <= set(schema.get("$defs", {}))


def test_what_extends_something_need_not_say_everything() -> None:
    """Scenarios and interventions may be changes only; a place is whole."""
    assert "required" not in json_schema("scenario")
    assert "extends" in json_schema("intervention")["properties"]
    assert json_schema("place")["required"] == ["title", "year"]


def test_the_schema_knows_interventions_inside_a_scenario() -> None:
    """As shipped, off, or with changes."""
    schema = json_schema("scenario")
    assert {"enum": ["off", "on"]} in schema["properties"]["use"]["additionalProperties"]["anyOf"]
    assert "caseload" in schema["$defs"]["changes"]["properties"]


def test_the_schema_completes_effects_and_grades() -> None:
    """From the same tables that are read."""
    properties = json_schema("intervention")["properties"]
    pattern = re.compile(properties["effects"]["propertyNames"]["pattern"])
    assert all(pattern.match(phrase) and pattern.match(f"{phrase}, months 1-12") for phrase in phrases())
    assert pattern.match("acute crisis") is None
    assert set(properties["grade"]["enum"]) == set(GRADES)


def test_everything_wrong_in_a_file_is_said_at_once_in_the_order_of_its_lines() -> None:
    """A planner mends a file in one go."""
    text = "titel: x\nplace: p\nrun: soon\nprice_year: 2016\nquestion:\n  a: b\n"
    _, messages = checked(ScenarioFile, parse_yaml(text, "plan.yaml"), also_allowed=("extends",))
    assert [(message.line, message.key) for message in messages] == [
        (1, "title"), (1, "titel"), (3, "run"), (4, "price_year"), (5, "question")]


def test_maps_become_data_by_canonical_key() -> None:
    """Nothing of the reader's own types is left."""
    assert as_data(parse_yaml("Set up: [a, b]\nx-y:\n  z: 1\n", "p")) == {"set_up": ["a", "b"], "x_y": {"z": "1"}}
