"""The schema that editors get says what the reader reads, and the page on network files says both."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scenarios import (
    build_network,
    network_capacity,
    network_classes,
    network_costs,
    network_expansion,
    network_laws,
    network_parts,
    network_routes,
    network_run,
    network_settings,
    network_streams,
)
from scenarios.build_network import LIBRARY, shipped_networks
from scenarios.schema import network
from scenarios.schema.network import network_schema
from tests.scenarios.test_broken_files import read_case
from tests.simulation.textbook import months, network_of

PAGE = Path(__file__).parents[2] / "docs" / "networks.md"
BROKEN = Path(__file__).parent / "broken_networks"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
SCHEMA = network_schema()
READ: Mapping[str, tuple[str, ...]] = {
    "NETWORK": build_network.NETWORK_KEYS,
    "PRACTICE_HOURS": build_network.PRACTICE_KEYS,
    "REASON": build_network.REASON_KEYS,
    "PRESSURE": build_network.PRESSURE_KEYS,
    "CLAIMS": build_network.CLAIM_KEYS,
    "POOL": network_parts.POOL_KEYS,
    "OPEN": network_capacity.OPEN_KEYS,
    "GAUGE": network_parts.GAUGE_KEYS,
    "STREAM": network_streams.STREAM_KEYS,
    "SETTING": network_settings.SETTING_KEYS,
    "WHEN": network_classes.WHEN_KEYS,
    "WAY": network_routes.WAY_KEYS,
    "CROWDING": network_laws.CROWDING_KEYS,
    "RUN": network_run.RUN_KEYS,
    "COST": network_costs.COST_KEYS,
    "PRIORITY": network_settings.PRIORITY_KEYS,
    "START": network_expansion.START_KEYS,
}
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "integer": int, "number": (int, float),
}  # fmt: skip


def accepts(schema: Mapping[str, Any], value: object) -> bool:
    """Whether a value fits a schema, for the words of JSON Schema that ours uses."""
    if "$ref" in schema:
        return accepts(SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], value)
    if "anyOf" in schema:
        return any(accepts(each, value) for each in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, TYPES[kind]) for kind in kinds):
        return False
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema["additionalProperties"]
        return set(schema.get("required", ())) <= set(value) and all(
            accepts(known[key], each) if key in known else bool(others) and accepts(others, each)
            for key, each in value.items()
        )
    if isinstance(value, list):
        return all(accepts(schema["items"], each) for each in value)
    if isinstance(value, str) and "pattern" in schema:
        return re.search(schema["pattern"], value) is not None
    return not isinstance(value, int | float) or value >= schema.get("minimum", value)


def test_the_schema_knows_the_keys_that_are_read() -> None:
    """No key is completed that the reader refuses, and none is read that an editor would mark."""
    for name, keys in READ.items():
        assert set(getattr(network, name)) == set(keys), name
    assert {*network.SCALING, "law"} == set(network_laws.SCALING_KEYS)


def test_the_schema_is_json_and_its_references_resolve() -> None:
    """An editor can read it."""
    text = json.dumps(SCHEMA)
    assert set(re.findall(r'"#/\$defs/([^"]+)"', text)) <= set(SCHEMA["$defs"])


@pytest.mark.parametrize("name", shipped_networks())
def test_shipped_networks_fit_the_schema(name: str) -> None:
    """Nothing in them is marked as wrong."""
    written = YAML(typ="safe", pure=True).load((LIBRARY / f"{name}.yaml").read_text(encoding="utf-8"))
    for part, schema in SCHEMA["properties"].items():
        if part in written:
            assert accepts(schema, written[part]), part
    assert accepts(SCHEMA, written)


@pytest.mark.parametrize(
    "case",
    ["key-unknown", "key-unknown-at-the-top", "key-unknown-in-a-law", "law-unknown", "unit-unknown", "tier-unknown",
     "when-unknown", "presence-unknown", "on-need-unknown", "yes-or-no", "weekday-wrong", "queue-limit-below-zero",
     "value-unknown", "routes-not-a-list", "pools-not-a-list", "settings-missing"],
)  # fmt: skip
def test_an_editor_marks_what_the_reader_refuses(case: str) -> None:
    """Wrong words and shapes show while writing; what needs the whole file or the evidence shows when it is read."""
    text = read_case(BROKEN / f"{case}.txt").files["network.yaml"].decode()
    assert not accepts(SCHEMA, YAML(typ="safe", pure=True).load(text))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_on_the_page_is_a_network(example: str) -> None:
    """It builds, and fits the schema."""
    network_of(example, months(1))
    assert accepts(SCHEMA, YAML(typ="safe", pure=True).load(example))


def test_the_page_explains_every_key() -> None:
    """Every key that is read, and every law, unit and word, stands on the page."""
    page = PAGE.read_text(encoding="utf-8")
    words = {key for keys in READ.values() for key in keys} | set(network_laws.SCALING_KEYS)
    words |= {key for keys in network_laws.KEYS_OF_LAW.values() for key in keys} | set(network_laws.KEYS_OF_LAW)
    words |= {*network_settings.PRESENCES, *network_settings.MARKS, *network_settings.ON_NEED} - {"nothing"}
    words |= {*network_laws.FORMS, *network_laws.UNTIL, *network_laws.UNITS, *network_laws.MODES}
    assert [word for word in sorted(words) if not re.search(rf"\b{re.escape(word)}\b", page)] == []
    assert len(EXAMPLES) >= 3
