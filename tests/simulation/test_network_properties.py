"""What holds of every network file that is run on its own: random ones, with both engines.

Arrivals are by chance, in groups, by a schedule, or of a finite number of people; places change on dates; some are
there, or wait, at the start. Rows are looked at from outside, as anybody could who has the table of stays.
"""

from __future__ import annotations

import json
from dataclasses import fields
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from outputs.network_measures import EVERYBODY, OF_SETTING, Key, measure_run
from scenarios.network_file import NetworkFile, parse_network_file
from simulation.network import CLASSES_PER_KIND
from simulation.nobody import run_network
from simulation.stays import NEVER, Outcome, Stays

Spec = dict[str, Any]
Ints = NDArray[np.int64]
WHENEVER = settings(max_examples=16, deadline=None, derandomize=True, database=None,
                    suppress_health_check=[HealthCheck.too_slow])  # fmt: skip

laws = st.one_of(
    st.builds(lambda value: {"law": "constant", "value": value, "unit": "minutes"}, st.integers(1, 9)),
    st.builds(lambda mean: {"law": "exponential", "mean": mean, "unit": "minutes"}, st.integers(1, 9)),
    st.builds(lambda mean: {"law": "lognormal", "mean": mean, "sd": 12, "unit": "minutes"}, st.integers(2, 9)),
    st.just({"law": "uniform", "low": 0, "high": 10, "unit": "minutes"}),
)
arrivals = st.one_of(
    st.builds(lambda rate: {"per_hour": rate}, st.integers(5, 40)),
    st.builds(lambda rate: {"per_hour": rate, "together": {1: 0.5, 3: 0.5}}, st.integers(5, 20)),
    st.just({"gaps": {"law": "gamma", "mean": 3, "shape": 4, "unit": "minutes"}}),
    st.just({"per_hour": {"Mon-Fri": [0, 30, 5] + [0] * 21, "Sat": [9] * 24}}),
)
EVERYWHERE = ("first", "second", "third")


@st.composite
def stations(draw: st.DrawFn, limited: bool = True) -> Spec:
    """A network of three settings with feedback that share two pools; nobody gives up or is turned away."""
    names = list(EVERYWHERE)
    spec: Spec = {
        "run": {"length": "6 hours"},
        "pools": {pool: {"places": draw(st.integers(1, 3)) if limited else "unlimited"} for pool in ("p", "q")},
        "streams": {
            who: {"to": draw(st.sampled_from(names)), "until": "3 hours", **draw(arrivals)} for who in ("a", "b")
        },
        "settings": {},
    }
    for name in names:
        spec["settings"][name] = {
            "pools": [draw(st.sampled_from(["p", "q"]))], "duration": draw(laws),
            "priority": draw(st.sampled_from([0, 1, [{"when": {"kind": "a"}, "priority": 0}, {"priority": 1}]])),
            "routes": [{"to": {draw(st.sampled_from(names)): 0.4, "home": "rest"}}],
        }  # fmt: skip
    return spec


@st.composite
def anything(draw: st.DrawFn) -> Spec:
    """A network with whatever the format knows, but for what only populations have."""
    spec = draw(stations())
    spec["pools"]["p"] = draw(st.sampled_from([
        {"places": 2}, {"places": 1, "preemptive": "yes"}, {"places": {"start": 2, "1 hours": 1, "2 hours": 4}},
        {"open": [{"from": 0, "to": "01:30", "places": 2}, {"from": "00:45", "places": 1}]},
        {"places": 3, "open": {"weekdays": ["Mon"], "from": "00:20", "to": "00:10"}},
        {"places": 2, "places_on": {"2018-01-01": 1}, "by_hour": [1] * 2 + [2] * 22},
    ]))  # fmt: skip
    is_plain = "preemptive" not in spec["pools"]["p"]
    for setting in spec["settings"].values():
        if setting["pools"] == ["q"] or is_plain:
            setting |= draw(st.sampled_from([{}, {"queue_limit": 1}, {"hold": "yes", "pools": []}]))
        if setting["pools"]:
            setting |= draw(st.sampled_from([{}, {"patience": {"law": "exponential", "mean": 200}}]))
            setting |= draw(st.sampled_from([{}, {"turnover": 2}, {"turnover": {"law": "exponential", "mean": 90}}]))
    if draw(st.booleans()):
        spec["streams"]["c"] = {"to": "second", "people": 4, "away": draw(laws)}
    if draw(st.booleans()):
        spec["streams"]["d"] = {"to": "third", "at": ["00:05", "00:10", "2018-01-01 00:10"], "weekdays": "Mon-Wed"}
    if draw(st.booleans()):
        constant = {"law": "constant", "value": 99}
        how: Spec = draw(st.sampled_from([{}, {"as_found": "uniform"}, {"remaining": constant}]))
        spec["at_start"] = [{"in": "first", "who": "a", "there": 2, "waiting": draw(st.integers(0, 3)), **how}]
    return spec


@lru_cache(maxsize=8)
def file_of(text: str) -> NetworkFile:
    """The network file of a text."""
    return parse_network_file(text, "network.yaml")


def run(spec: Spec, engine: str = "compiled") -> tuple[Stays, NetworkFile]:
    """The stays of a network's run."""
    file = file_of(json.dumps(spec))
    return run_network(file.network, file.calendar, 3, 0, engine)[0], file


def with_places(spec: Spec, **places: int | str) -> Spec:
    """The same network with other places."""
    return spec | {"pools": spec["pools"] | {pool: {"places": count} for pool, count in places.items()}}


def until(stays: Stays) -> Ints:
    """When each wait is over."""
    return np.where(stays.started == NEVER, stays.ended, stays.started)


def of_pool(stays: Stays, file: NetworkFile, pool: int) -> NDArray[np.bool_]:
    """Rows of settings that use a pool."""
    users = [index for index, setting in enumerate(file.network.settings) if pool in setting.pools]
    return np.isin(stays.setting, users)


def taken_at(stays: Stays, rows: NDArray[np.bool_], ticks: Ints) -> Ints:
    """Places taken when everything in each of some seconds has happened."""
    rows = rows & (stays.started != NEVER)
    came = np.searchsorted(np.sort(stays.started[rows]), ticks, side="right")
    return np.asarray(came - np.searchsorted(np.sort(stays.ended[rows]), ticks, side="right"), np.int64)


@WHENEVER
@given(spec=anything())
def test_both_engines_tell_the_same_of_any_network_file(spec: Spec) -> None:
    """Every column of every row; and no row does what no row may do."""
    one, other = (run(spec, engine)[0] for engine in ("simpy", "compiled"))
    for column in fields(Stays):
        assert np.array_equal(getattr(one, column.name), getattr(other, column.name)), column.name
    started = one.started != NEVER
    assert (one.requested <= until(one)).all()
    assert (one.ended > one.started)[started].all(), "a stay has no length"
    assert (one.ready <= one.ended)[one.ready != NEVER].all()
    same = one.person[1:] == one.person[:-1]
    assert (one.requested[1:] >= one.requested[:-1])[same].all(), "an effect comes before its cause"


@WHENEVER
@given(spec=stations())
def test_places_are_used_once_and_never_left_free_beside_somebody_who_waits(spec: Spec) -> None:
    """At every second at which anything happens: no more taken than there are, and none free while anybody waits."""
    stays, file = run(spec)
    ticks = np.unique(np.concatenate([stays.requested, until(stays), stays.ended]))
    for index, pool in enumerate(file.network.pools):
        rows = of_pool(stays, file, index)
        taken = taken_at(stays, rows, ticks)
        places = round(float(pool.places_by_hour[0]))
        waiting = np.searchsorted(np.sort(stays.requested[rows]), ticks, side="right")
        waiting -= np.searchsorted(np.sort(until(stays)[rows]), ticks, side="right")
        inside = ticks < file.calendar.horizon
        assert (taken <= places).all(), "a place serves two"
        assert (taken == places)[inside & (waiting > 0)].all(), "somebody waits beside a free place"


@WHENEVER
@given(spec=stations())
def test_whoever_starts_comes_before_all_who_still_wait(spec: Spec) -> None:
    """By priority, then by who asked first: nobody who waits for the same places would have gone before."""
    stays, file = run(spec)
    places = file.network.settings
    priority = np.array([
        places[setting].priority[kind * CLASSES_PER_KIND]
        for setting, kind in zip(stays.setting.tolist(), stays.kind.tolist(), strict=True)
    ])  # fmt: skip
    order = np.lexsort((stays.visit, stays.person, stays.requested, priority))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    for index in range(len(file.network.pools)):
        rows = np.flatnonzero(of_pool(stays, file, index))
        requested, over, ranks = stays.requested[rows], until(stays)[rows], rank[rows]
        for row in np.flatnonzero((stays.started[rows] != NEVER) & (over > requested)).tolist():
            waits = (requested <= over[row]) & (over > over[row])
            assert (ranks[waits] > ranks[row]).all(), "somebody is overtaken"


@WHENEVER
@given(spec=stations())
def test_nobody_is_lost_and_numbers_are_times_added_up(spec: Spec) -> None:
    """Who asks has started, or still waits; Little's law holds as an identity, by two ways of counting."""
    stays, file = run(spec)
    horizon = file.calendar.horizon
    found = measure_run(stays, file)
    assert ((stays.started != NEVER) | (stays.ended == horizon)).all()
    for name in EVERYWHERE:
        shares = found.shares[OF_SETTING, name]
        assert abs(shares.sum() - 1.0) < 1e-12
        present = found.values[Key(OF_SETTING, name, EVERYBODY, "present")]
        assert abs(float(shares @ np.arange(len(shares))) - present) < 1e-9
        starts = found.values[Key(OF_SETTING, name, EVERYBODY, "started")]
        leaves = found.values[Key(OF_SETTING, name, EVERYBODY, "throughput")]
        there = ((stays.setting == file.network.names().index(name)) & (stays.started != NEVER)
                 & (stays.started < file.window.last) & (stays.ended >= file.window.last))  # fmt: skip
        assert round((starts - leaves) * 0.25) == int(there.sum()), "in is not out and inside"


@WHENEVER
@given(spec=anything())
def test_the_order_of_the_file_does_not_matter(spec: Spec) -> None:
    """Settings and pools written backwards: the same rows."""
    turned = spec | {key: dict(reversed(list(spec[key].items()))) for key in ("settings", "pools")}
    one, other = run(spec)[0], run(turned)[0]
    for column in fields(Stays):
        assert np.array_equal(getattr(one, column.name), getattr(other, column.name)), column.name


@WHENEVER
@given(law=laws, comes=arrivals, places=st.integers(1, 4), more=st.integers(1, 3), turnover=st.sampled_from([0, 2]))
def test_more_places_make_nobody_wait_longer(law: Spec, comes: Spec, places: int, more: int, turnover: int) -> None:
    """First come, first served: with the same draws, nobody starts later where there are more places."""
    spec: Spec = {
        "run": {"length": "6 hours"}, "pools": {"p": {"places": places}},
        "streams": {"a": {"to": "only", "until": "3 hours", **comes}},
        "settings": {"only": {"pools": ["p"], "duration": law, "turnover": turnover}},
    }  # fmt: skip
    fewer, many = run(spec)[0], run(with_places(spec, p=places + more))[0]
    assert np.array_equal(fewer.person, many.person)
    assert np.array_equal(fewer.requested, many.requested)
    assert (until(many) <= until(fewer)).all()


@WHENEVER
@given(law=laws, comes=arrivals, places=st.integers(1, 4), more=st.integers(1, 3))
def test_more_places_refuse_nobody_whom_fewer_took_in(law: Spec, comes: Spec, places: int, more: int) -> None:
    """A ward that refuses when full: with the same draws, whoever got a bed among few gets one among more."""
    spec: Spec = {
        "run": {"length": "6 hours"}, "pools": {"p": {"places": places}},
        "streams": {"a": {"to": "only", "until": "3 hours", **comes}},
        "settings": {"only": {"pools": ["p"], "queue_limit": 0, "duration": law}},
    }  # fmt: skip
    fewer, many = run(spec)[0], run(with_places(spec, p=places + more))[0]
    taken, refused = fewer.started != NEVER, many.outcome == Outcome.TURNED_AWAY
    assert np.array_equal(fewer.person, many.person)
    assert not (taken & refused).any()


@WHENEVER
@given(spec=stations())
def test_endless_places_are_the_best_that_can_be(spec: Spec) -> None:
    """With the same draws everybody goes the same way, and is nowhere later than where places are short."""
    short, endless = run(spec)[0], run(with_places(spec, p="unlimited", q="unlimited"))[0]
    there = {(person, visit): row for row, (person, visit) in enumerate(zip(
        endless.person.tolist(), endless.visit.tolist(), strict=True))}  # fmt: skip
    rows = np.array([there[key] for key in zip(short.person.tolist(), short.visit.tolist(), strict=True)], np.int64)
    assert np.array_equal(endless.setting[rows], short.setting)
    assert (endless.requested[rows] <= short.requested).all()
    assert (endless.ended[rows] <= short.ended).all()
