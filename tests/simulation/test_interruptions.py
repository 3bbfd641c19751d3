"""Priorities that interrupt (engines R7): who is interrupted, what is left of their service, and both engines alike."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.network_file import NetworkFile, parse_network_file
from simulation.engines import ENGINES
from simulation.nobody import run_network
from simulation.stays import NEVER, Outcome, Stays

UNTIL = "2018-01-01 00:02"
SECOND = {"law": "constant", "value": 1}


def file_of(spec: dict[str, Any]) -> NetworkFile:
    """A network of a day from Monday 1 January."""
    return parse_network_file(json.dumps({"run": {"length": "1 day"}} | spec), "network.yaml")


def both(file: NetworkFile, replication: int = 0) -> Stays:
    """The stays of a run, which both engines give alike."""
    one, other = (run_network(file.network, file.calendar, 5, replication, engine)[0] for engine in ENGINES)
    for column in Stays.__dataclass_fields__:
        assert np.array_equal(getattr(one, column), getattr(other, column)), column
    return one


def surgery(urgent: list[str], routine: list[str], places: int = 1) -> Stays:
    """One doctor; urgent patients take 10 minutes, routine ones 30, and each comes at a given minute."""
    lasts = [
        {"when": {"kind": "urgent"}, "law": {"law": "constant", "value": 10, "unit": "minutes"}},
        {"law": {"law": "constant", "value": 30, "unit": "minutes"}},
    ]
    spec = {
        "pools": {"doctors": {"places": places, "preemptive": "yes"}},
        "streams": {"routine": {"to": "surgery", "at": routine}, "urgent": {"to": "surgery", "at": urgent}},
        "settings": {
            "surgery": {
                "pools": ["doctors"],
                "duration": lasts,
                "priority": [{"when": {"kind": "urgent"}, "priority": 0}, {"priority": 1}],
            }
        },
    }
    return both(file_of(spec))


def minutes(ticks: np.ndarray) -> list[float]:
    """Ticks as minutes after 9 o'clock."""
    return [(tick - 9 * 3600) / 60 for tick in ticks.tolist()]


def test_the_urgent_interrupt_and_the_others_go_on_where_they_were() -> None:
    """A routine patient from 9:00 is interrupted at 9:10 and 9:25 for ten minutes each and leaves at 9:50."""
    stays = surgery(["09:10", "09:25"], ["09:00"])
    routine, urgent = stays.kind == 0, stays.kind == 1
    assert minutes(stays.started[routine]) == [0.0]
    assert minutes(stays.ended[routine]) == [50.0]
    assert stays.interrupted_seconds[routine].tolist() == [1200]
    assert minutes(stays.started[urgent]) == [10.0, 25.0]
    assert minutes(stays.ended[urgent]) == [20.0, 35.0]


def test_who_started_last_is_interrupted_first_and_the_first_to_ask_goes_on_first() -> None:
    """Of two routine patients the later start gives way; both wait with the third in the order in which they asked."""
    stays = surgery(["09:20"], ["09:00", "09:05", "09:06"], places=2)
    routine = stays.kind == 0
    assert stays.interrupted_seconds[routine].tolist() == [0, 600, 0]
    assert minutes(stays.ended[routine]) == [30.0, 45.0, 60.0]
    assert minutes(stays.started[routine]) == [0.0, 5.0, 30.0]


def test_nobody_interrupts_their_equals() -> None:
    """Urgent patients wait for each other."""
    stays = surgery(["09:00", "09:05"], [])
    assert stays.interrupted_seconds.tolist() == [0, 0]
    assert minutes(stays.started) == [0.0, 10.0]


def test_an_interrupted_stay_is_open_at_the_horizon() -> None:
    """Its row says how long it has been interrupted until then."""
    stays = surgery(["23:55", "23:56"], ["23:50"])
    routine = stays.kind == 0
    assert stays.outcome[routine].tolist() == [Outcome.OPEN]
    assert stays.interrupted_seconds[routine].tolist() == [300]


laws = st.one_of(
    st.builds(lambda value: {"law": "constant", "value": value}, st.integers(1, 4)),
    st.just({"law": "uniform", "low": 0.4, "high": 5.4}),
)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(lasts=st.lists(laws, min_size=3, max_size=3), places=st.integers(1, 3), at=st.integers(0, 3),
       second=st.booleans(), patience=st.booleans(), replication=st.integers(0, 99))  # fmt: skip
def test_random_interruptions_keep_every_promise(
    lasts: list[Any], places: int, at: int, second: bool, patience: bool, replication: int
) -> None:
    """Full of ties: both engines give the same rows; time in service is what was drawn; higher classes never wait."""
    kinds = ("a", "b", "c")
    setting: dict[str, Any] = {
        "pools": ["servers"],
        "duration": [{"when": {"kind": kind}, "law": law} for kind, law in zip(kinds, lasts, strict=True)],
        "priority": [{"when": {"kind": kind}, "priority": rank} for rank, kind in enumerate(kinds)],
        "routes": [{"to": {"again": 0.3, "home": "rest"}}],
    }
    if patience:
        setting["patience"] = {"law": "uniform", "low": 1, "high": 6}
    again = {"duration": SECOND, "routes": [{"to": {"desk": "rest"}}]} | ({"pools": ["servers"]} if second else {})
    spec = {
        "pools": {"servers": {"places": places, "preemptive": "yes"}},
        "streams": {
            kind: {"to": "desk", "every": f"{2 + at} seconds", "together": 1 + at % 2, "until": UNTIL} for kind in kinds
        },
        "settings": {"desk": setting, "again": again},
    }
    file = file_of(spec)
    stays = both(file, replication)
    horizon = file.calendar.horizon
    over = (stays.outcome == Outcome.COMPLETED) & (stays.setting == file.network.names().index("desk"))
    served = (stays.ended - stays.started - stays.interrupted_seconds)[over]
    assert served.min() >= 1
    assert served.max() <= 6
    assert (stays.interrupted_seconds[(stays.kind == 0) & over] == 0).all() or second
    assert (stays.started[stays.started != NEVER] < horizon).all()
