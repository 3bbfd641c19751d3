"""The JSON Schema of a network file, so that an editor can complete and check it; docs/networks.md says more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scenarios.network_classes import NO_YES
from scenarios.network_found import AS_FOUND
from scenarios.network_laws import FORMS, KEYS_OF_LAW, MODES, OPTIONAL_KEYS, UNITS, UNTIL
from scenarios.network_parts import PER
from scenarios.network_reading import SECONDS_OF, WEEKDAYS
from scenarios.network_settings import MARKS, ON_ADMISSION, ON_NEED, PRESENCES
from simulation.factors import VALUES
from simulation.network import TIERS
from simulation.stays import BANDS

Schema = dict[str, Any]

NUMBER: Schema = {"type": ["number", "string"], "description": "a number, evidence rows, or arithmetic on both"}
DAYS = f"({'|'.join(WEEKDAYS)})"
WEEKDAYS_TEXT: Schema = {"type": "string", "pattern": f"^{DAYS}(-{DAYS})?$"}
WEEKDAYS_WORDS: Schema = {"anyOf": [WEEKDAYS_TEXT, {"type": "array", "items": WEEKDAYS_TEXT}]}
TIME_OF_DAY: Schema = {"type": ["integer", "string"], "description": 'a whole hour, or a time such as "08:30"'}
BY_DAY: Schema = {
    "type": "object", "additionalProperties": NUMBER,
    "description": "by days such as 2018-12-25, or 2018-12-24 to 2018-12-31",
}  # fmt: skip
DATED: Schema = {
    "type": "object", "additionalProperties": NUMBER,
    "description": "by start, days (2018-04-01), months (Apr 2018) or times after the start (30 days)",
}  # fmt: skip
NUMBER_OR_DATED: Schema = {"anyOf": [NUMBER, DATED]}
NUMBERS: Schema = {"anyOf": [NUMBER, {"type": "array", "items": NUMBER}]}
BY_WEEKDAY: Schema = {"type": "object", "additionalProperties": NUMBERS, "description": "by weekdays such as Mon-Fri"}
TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "description": 'a number and a unit, such as "90 minutes"'}
FLAG: Schema = {"enum": ["yes", "no", True, False]}
WHOLE: Schema = {"type": "integer", "minimum": 0}
NAME: Schema = {"type": "string", "description": "the name of a setting"}
NAMES: Schema = {"type": "array", "items": {"type": "string"}}
NAME_OR_NAMES: Schema = {"anyOf": [{"type": "string"}, NAMES]}
LAW: Schema = {"$ref": "#/$defs/law"}
LAWS: Schema = {"$ref": "#/$defs/laws"}
ROUTES: Schema = {"$ref": "#/$defs/routes"}
WAYS: Schema = {"$ref": "#/$defs/ways"}
OPEN_IN: Schema = {"$ref": "#/$defs/open"}


def _of(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _one_or_more(words: Iterable[str]) -> Schema:
    return {"anyOf": [_of(words), {"type": "array", "items": _of(words)}]}


NETWORK: Mapping[str, Schema] = {
    "title": TEXT,
    "question": TEXT,
    "source": TEXT,
    "tick": _of(["1 second"]),
    "run": {"$ref": "#/$defs/run"},
    "census": NUMBER,
    "practice_hours": {"$ref": "#/$defs/practice_hours"},
    "kinds": NAMES,
    "thresholds_of": {"type": "object", "additionalProperties": TEXT},
    "entry": {"type": "object", "additionalProperties": NAME},
    "reasons": {"type": "object", "additionalProperties": {"$ref": "#/$defs/reason"}},
    "pools": {"type": "object", "additionalProperties": {"$ref": "#/$defs/pool"}},
    "gauges": {"type": "object", "additionalProperties": {"$ref": "#/$defs/gauge"}},
    "pressure": {"$ref": "#/$defs/pressure"},
    "claims": {"$ref": "#/$defs/claims"},
    "streams": {"type": "object", "additionalProperties": {"$ref": "#/$defs/stream"}},
    "at_start": {"type": "array", "items": {"$ref": "#/$defs/start"}},
    "settings": {"type": "object", "additionalProperties": {"$ref": "#/$defs/setting"}},
}
RUN: Mapping[str, Schema] = {
    "start": TEXT, "warm_up": TIME, "length": TIME, "runs": WHOLE, "seed": WHOLE, "unit": _of(SECONDS_OF),
    "waits_over": {"anyOf": [TIME, {"type": "array", "items": TIME}]},
}  # fmt: skip
PRACTICE_HOURS: Mapping[str, Schema] = {"from": NUMBER, "to": NUMBER}
REASON: Mapping[str, Schema] = {"title": TEXT, "delay": FLAG}
POOL: Mapping[str, Schema] = {
    "places": NUMBER_OR_DATED, "places_on": BY_DAY, "preemptive": FLAG, "cost_per_place_day": NUMBER,
    "by_hour": NUMBERS, "open": {"anyOf": [OPEN_IN, {"type": "array", "items": OPEN_IN}]},
    "per": _of(PER), "less": NUMBER, "growth": NUMBER,
}  # fmt: skip
OPEN: Mapping[str, Schema] = {
    "weekdays": WEEKDAYS_WORDS, "from": TIME_OF_DAY, "to": TIME_OF_DAY, "places": NUMBER,
}  # fmt: skip
GAUGE: Mapping[str, Schema] = {
    "share_taken_of": NAME_OR_NAMES, "held_in": NAME_OR_NAMES, "per_place_of": NAME_OR_NAMES,
}  # fmt: skip
PRESSURE: Mapping[str, Schema] = {"gauge": TEXT, "reference": NUMBER, "shift": NUMBER}
CLAIMS: Mapping[str, Schema] = {
    "kind": TEXT,
    "share_at_discharge": NUMBER,
    "days_before": NUMBER,
    "days_after": NUMBER,
    "at_start": WAYS,
    "way": ROUTES,
}
STREAM: Mapping[str, Schema] = {
    "to": NAME, "per_day": NUMBER_OR_DATED, "per_hour": {"anyOf": [NUMBER_OR_DATED, NUMBERS, BY_WEEKDAY]},
    "per_week": NUMBER_OR_DATED, "every": TIME, "gaps": LAW,
    "at": {"type": "array", "items": TEXT}, "growth": NUMBER, "by_month": NUMBERS, "by_weekday": NUMBERS,
    "by_hour": {"anyOf": [NUMBERS, BY_WEEKDAY]}, "by_date": BY_DAY, "weekdays": WEEKDAYS_WORDS,
    "from": TEXT, "until": TEXT, "attend": NUMBER,
    "together": {"anyOf": [WHOLE, {"type": "object", "additionalProperties": NUMBER}]}, "people": WHOLE, "away": LAW,
}  # fmt: skip
START: Mapping[str, Schema] = {
    "in": NAME, "who": TEXT, "there": WHOLE, "waiting": WHOLE, "as_found": _of(AS_FOUND), "remaining": LAWS,
}  # fmt: skip
SETTING: Mapping[str, Schema] = {
    "title": TEXT,
    "presence": _of(PRESENCES),
    "tags": NAMES,
    "pools": NAME_OR_NAMES,
    "hold": FLAG,
    "queue_limit": WHOLE,
    "overflow": NAME,
    "overflow_if_free": FLAG,
    "turnover": {"anyOf": [NUMBER, LAWS]},
    "mark": _of(MARKS),
    "reassesses": FLAG,
    "held_until_death_days": NUMBER,
    "takes_claims": FLAG,
    "on_need": {
        "anyOf": [
            _of(ON_NEED),
            {
                "type": "object",
                "properties": {tier: _of(ON_NEED) for tier in (*TIERS, "others")},
                "additionalProperties": False,
            },
        ]
    },
    "on_admission": _of(ON_ADMISSION),
    "lead_time": LAW,
    "priority": {"anyOf": [WHOLE, {"type": "array", "items": {"$ref": "#/$defs/priority"}}]},
    "duration": LAWS,
    "plan": LAWS,
    "patience": LAWS,
    "routes": ROUTES,
    "gave_up": ROUTES,
    "turned_away": ROUTES,
    "cost": {"$ref": "#/$defs/cost"},
}
COST: Mapping[str, Schema] = {
    "per_visit": NUMBER, "per_day": NUMBER, "per_waiting_day": NUMBER, "per_delayed_day": NUMBER,
}  # fmt: skip
PRIORITY: Mapping[str, Schema] = {"when": {"$ref": "#/$defs/when"}, "priority": WHOLE}
WHEN: Mapping[str, Schema] = {
    "kind": NAME_OR_NAMES,
    "band": _one_or_more(BANDS),
    "tier": _one_or_more(TIERS),
    "open": _one_or_more(NO_YES),
    "planned": _one_or_more(NO_YES),
}
WAY: Mapping[str, Schema] = {
    "probability": NUMBER, "scaled_by": _of(VALUES), "delay": LAW, "reason": TEXT, "diverts_to": NAME,
    "diverted_by": _of(VALUES),
}  # fmt: skip
CROWDING: Mapping[str, Schema] = {"gauge": TEXT, "form": _of(FORMS), "slope": NUMBER, "reference": NUMBER}
SCALING: Mapping[str, Schema] = {
    "unit": _of(UNITS),
    "mode": _of(MODES),
    "from": _of(["severity"]),
    "scaled_by": _of(VALUES),
    "by_month": NUMBER,
    "growth": NUMBER,
    "as_found": _of(AS_FOUND),
    "per_place_of": {"type": "string", "description": "the name of a pool"},
    "crowding": {"$ref": "#/$defs/crowding"},
}


def network_schema() -> Schema:
    """The JSON Schema of a network file as its author writes it."""
    when = {"when": {"$ref": "#/$defs/when"}}
    same = _object({"as": {"type": "string", "description": "another setting or key, whose rules stand here"}}, ["as"])
    law_rule = _object({**when, "law": LAW}, ["law"])
    way_rule = _object({**when, "to": WAYS}, ["to"])
    definitions = {
        "practice_hours": _object(PRACTICE_HOURS, PRACTICE_HOURS),
        "reason": _object(REASON, ["delay"]),
        "pool": _object(POOL),
        "open": _object(OPEN),
        "gauge": _object(GAUGE),
        "pressure": _object(PRESSURE, PRESSURE),
        "claims": _object(CLAIMS, CLAIMS),
        "stream": _object(STREAM, ["to"]),
        "start": _object(START, ["in"]),
        "setting": _object(SETTING),
        "priority": _object(PRIORITY, ["priority"]),
        "cost": _object(COST),
        "run": _object(RUN, ["length"]),
        "when": _object(WHEN),
        "crowding": _object(CROWDING, CROWDING),
        "law": {"anyOf": [_object({"until": _of(UNTIL)}, ["until"]), *(_law(name) for name in KEYS_OF_LAW)]},
        "laws": {"anyOf": [LAW, {"type": "array", "items": {"anyOf": [same, law_rule]}}]},
        "ways": {"type": "object", "additionalProperties": {"anyOf": [NUMBER, _object(WAY, ["probability"])]}},
        "routes": {"type": "array", "items": {"anyOf": [same, way_rule]}},
    }
    schema = _object(NETWORK, ["settings"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "$defs": definitions}


def _object(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """A map with these keys and no others."""
    found: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


def _law(name: str) -> Schema:
    """One law, its numbers and what scales it."""
    steps = {"type": "object", "additionalProperties": NUMBER}
    several = {"steps": steps, "values": {"type": "array", "items": NUMBER}}
    numbers = {key: several.get(key, NUMBER) for key in KEYS_OF_LAW[name]}
    optional = OPTIONAL_KEYS.get(name, ())
    return _object(
        {"law": _of([name]), **SCALING, **numbers}, ["law", *(key for key in numbers if key not in optional)]
    )
