"""The compiled engine tells what the SimPy engine tells, row for row, in random networks in which ties are the rule."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings

from tests.simulation.equality import Log, assert_same, run_flow
from tests.simulation.generated_networks import CALENDAR, FIRST, Example, Spec, built, examples
from tests.simulation.scripted import Forgetful, Wants

LASTS = {"duration": {"law": "constant", "value": 100}, "routes": [{"to": {"home": "rest"}}]}


def both(spec: Spec, wants: list[Wants]) -> Log:
    """What both engines tell alike."""
    network = built(json.dumps(spec))
    simpy, compiled = (run_flow(engine, network, Forgetful(wants), CALENDAR) for engine in ("simpy", "compiled"))
    assert_same(simpy, compiled)
    return simpy


@settings(max_examples=150, deadline=None, derandomize=True, print_blob=False,
          suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])  # fmt: skip
@given(examples)
def test_engines_agree_in_a_random_network(example: Example) -> None:
    """All rows and counts, whatever settings, pools, holds, limits, patience, answers, deaths and moves there are."""
    network = example.network()
    simpy, compiled = (run_flow(engine, network, example.people(), CALENDAR) for engine in ("simpy", "compiled"))
    assert_same(simpy, compiled)


def test_engines_agree_whatever_the_order_of_the_file() -> None:
    """Settings and pools are ranked by their names: the same file, written backwards, tells the same."""
    pools = {name: {"places": 1} for name in "pqr"}
    stays = {name: {"pools": [pool], "hold": "yes", **LASTS} for name, pool in zip("abc", "rqp", strict=True)}
    stays["a"] = {**stays["a"], "routes": [{"to": {"b": 0.5, "c": "rest"}}]}
    entry = {"acute": "a", "minor": "b"}
    spec: Spec = {"kinds": ["acute", "minor"], "entry": entry, "pools": pools, "settings": stays}
    turned = {**spec, **{key: dict(reversed(spec[key].items())) for key in ("pools", "settings")}}
    streams = ("upper.acute", "upper.minor")
    wants = [Wants(FIRST + person % 3, person, stream=streams[person % 2]) for person in range(9)]
    assert_same(both(spec, wants), both(turned, wants))


def test_people_are_turned_away_in_the_order_of_the_queue() -> None:
    """Of three beyond a limit in one second, the first in the queue has the last appointment of the day."""
    spec: Spec = {
        "kinds": ["acute", "minor"], "entry": {"others": "ward"},
        "pools": {"beds": {"places": 1}, "daily": {"places": 1, "per": "day"}},
        "settings": {
            "ward": {
                "pools": ["beds"], "queue_limit": 0, **LASTS, "turned_away": [{"to": {"visit": "rest"}}],
                "priority": [{"when": {"kind": "acute"}, "priority": 0}, {"priority": 1}],
            },
            "visit": {"presence": "contact", "pools": ["daily"], "routes": [{"to": {"clinic": "rest"}}]},
            "clinic": {**LASTS},
        },
    }  # fmt: skip
    minor = "upper.minor"
    told = both(spec, [Wants(FIRST, 4), Wants(FIRST, 5), Wants(FIRST, 1, stream=minor), Wants(FIRST, 2, stream=minor)])
    in_clinic = told.stays.person[told.stays.setting == told.names.index("clinic")]
    assert in_clinic.tolist() == [5]


def test_an_admission_beside_a_residence_does_not_end_itself() -> None:
    """Care at home that counts as an admission, and ends when the person is admitted, goes on to its end."""
    at_home = {"presence": "attached", "mark": "admission", "on_admission": "end", **LASTS}
    spec: Spec = {"kinds": ["acute"], "entry": {"others": "at_home"}, "settings": {"at_home": at_home}}
    told = both(spec, [Wants(FIRST, 3)])
    assert (told.stays.ended - told.stays.started).tolist() == [100]
