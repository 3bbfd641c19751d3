"""What holds of the SimPy engine in any network: random ones, in which stays of 1 to 3 seconds make ties the rule."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from scenarios.messages import BadInput
from simulation.calendar import SECONDS_PER_HOUR
from simulation.network import NONE, Network, Presence
from simulation.reference import ReferenceEngine
from simulation.reference.environment import Phase
from simulation.stays import NEVER
from tests.simulation.scripted import ONE_MONTH, Row, Scripted, Wants, plain, rows_of
from tests.simulation.textbook import network_of

FIRST, LAST = SECONDS_PER_HOUR - 8, SECONDS_PER_HOUR + 40
"""Ticks between which everything happens; places open and close in the midst of it."""
STREAMS = ("upper.acute", "upper.minor")
Spec = dict[str, Any]
Ends = dict[int, int]
"""Ticks at which people die or move away."""

durations = st.one_of(
    st.builds(lambda value: {"law": "constant", "value": value}, st.integers(1, 3)),
    st.just({"law": "uniform", "low": 0.4, "high": 3.4}),
    st.just({"law": "exponential", "mean": 1.5}),
)
pool_specs = st.builds(
    lambda places, hours: {"places": places} | ({"open": {"weekdays": "Mon-Sun"} | hours} if hours else {}),
    st.sampled_from([1, 2, 1, 0, "unlimited"]),
    st.sampled_from([{}, {}, {}, {"from": 1}, {"to": 1}]),
).filter(lambda spec: spec["places"] != "unlimited" or "open" not in spec)


@st.composite
def routes(draw: st.DrawFn, names: list[str]) -> list[Spec]:
    """One or two ways, and a good chance of going home."""
    targets = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    return [{"to": {**dict.fromkeys(targets, 0.3), "home": "rest"}}]


@st.composite
def setting_specs(draw: st.DrawFn, names: list[str], pools: dict[str, Spec]) -> Spec:
    """One setting; whether it makes sense beside the others is for the loader to say."""
    wanted = draw(st.lists(st.sampled_from(sorted(pools)), max_size=2, unique=True))
    spec: Spec = {
        "title": "Any", "presence": draw(st.sampled_from(["body", "body", "body", "attached"])), "pools": wanted,
        "duration": draw(durations), "routes": draw(routes(names)), "hold": draw(st.sampled_from(["no", "yes"])),
        "priority": draw(st.integers(0, 2)), "on_need": draw(st.sampled_from(["absorb", "escalate", "defer"])),
        "mark": draw(st.sampled_from(["nothing", "attendance", "admission"])),
    }  # fmt: skip
    limited = [pool for pool in wanted if pools[pool]["places"] != "unlimited"]
    if draw(st.booleans()) and len(limited) == 1:
        spec |= {"queue_limit": draw(st.integers(0, 2)), "turned_away": draw(routes(names))}
    if draw(st.booleans()) and limited:
        spec |= {"patience": draw(durations), "gave_up": draw(routes(names))}
    return spec


@st.composite
def networks(draw: st.DrawFn) -> Spec:
    """A network file of up to six settings and three pools that the loader accepts."""
    names = list("abcdef")[: draw(st.integers(2, 6))]
    pools = {name: draw(pool_specs) for name in ("p", "q", "r")[: draw(st.integers(1, 3))]}
    spec = {
        "kinds": ["acute", "minor"],
        "entry": {kind: draw(st.sampled_from(names)) for kind in ("acute", "minor")},
        "pools": pools,
        "settings": {name: draw(setting_specs(names, pools)) for name in names},
    }
    try:
        network_of(json.dumps(spec), ONE_MONTH)
    except BadInput:
        assume(False)
    return spec


ticks = st.integers(FIRST, FIRST + 14)
persons = st.integers(0, 19)
wants = st.lists(st.builds(Wants, ticks, persons, st.just(0.9), st.sampled_from(STREAMS)), min_size=10, max_size=60)
ends = st.dictionaries(persons, ticks, max_size=3)


@dataclass
class Watched:
    """A run of which each tick was looked at when everything in it had happened."""

    network: Network
    engine: ReferenceEngine
    waiting: Counter[int] = field(default_factory=Counter)
    """Waiting visits by setting, added up over the ticks of the window."""
    taken: Counter[int] = field(default_factory=Counter)
    """Places taken by pool, likewise."""
    open_places: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Places open by pool, tick by tick."""

    def look(self, tick: int) -> None:
        """Count, and hold the floor to what it promises at the end of a tick."""
        floor = self.engine.floor
        of_settings: Counter[int] = Counter()
        for pool, places in enumerate(floor.places):
            assert places.queue == sorted(places.queue, key=lambda entry: entry[:4])
            for *_, visit in places.queue:
                of_settings[visit.setting] += 1
                free = [floor.places[each].open - floor.places[each].taken for each in visit.wanted]
                assert min(free) <= 0, "somebody waits beside a free place"
            self.taken[pool] += places.taken
            self.open_places[pool].append(places.open)
            assert places.taken >= 0
        for setting, count in of_settings.items():
            limit = self.network.settings[setting].queue_limit
            assert limit == NONE or count <= limit, "a queue is longer than its limit"
        self.waiting += of_settings
        if tick + 1 < LAST:
            self.engine.env.call_at(tick + 1, Phase.CENSUS, 0, 0, self.look, tick + 1)


def watched(spec: Spec, needs: list[Wants], deaths: Ends, leavers: Ends) -> tuple[Watched, list[Row]]:
    """Run a network, looking at each tick of the window."""
    people = Scripted(needs, 20, deaths=deaths, leavers=leavers)
    network = plain(network_of(json.dumps(spec), ONE_MONTH))
    engine = ReferenceEngine(network, people, ONE_MONTH, 3, 0)
    run = Watched(network, engine)
    engine.env.call_at(FIRST, Phase.CENSUS, 0, 0, run.look, FIRST)
    engine.run_month(0)
    engine.close()
    return run, rows_of(engine, network)


def shuffled(spec: Spec) -> Spec:
    """The same file with its settings and pools in the opposite order."""
    return spec | {key: dict(reversed(list(spec[key].items()))) for key in ("settings", "pools")}


def inside(begin: int, end: int) -> int:
    """Ticks of the window that lie in [begin, end)."""
    return max(0, min(end, LAST) - max(begin, FIRST))


def by_person(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows of each person in order of request."""
    found = defaultdict(list)
    for row in rows:
        found[row.person].append(row)
    return (sorted(each, key=lambda row: (row.requested, row.started, row.ended)) for each in found.values())


def takers(rows: list[Row], pools: dict[str, set[int]], pool: int) -> Iterator[int]:
    """Ticks at which a place of a pool was newly taken: what the stay before held is kept."""
    for of_person in by_person(rows):
        for row in of_person:
            kept = any(
                before.ended == row.started and before.next_setting == row.setting and pool in pools[before.setting]
                and before.ready != NEVER and before.ready <= before.ended and before is not row
                for before in of_person
            )
            if row.started != NEVER and pool in pools[row.setting] and not kept:
                yield row.started


def check_rows(rows: list[Row], bodies: set[str], deaths: Ends) -> None:
    """What holds of any table of stays."""
    for row in rows:
        assert row.requested <= row.ended
        if row.started != NEVER:
            assert row.requested <= row.started < row.ended, "a started stay has no length"
            assert row.ready == NEVER or row.started < row.ready <= row.ended
        assert row.ended <= deaths.get(row.person, row.ended), "somebody is in care after death"
    for of_person in by_person(rows):
        there = [(row.started, row.ended) for row in of_person if row.setting in bodies and row.started != NEVER]
        there.sort()
        assert all(end <= start for (_, end), (start, _) in pairwise(there)), "in two places at once"


def check_totals(run: Watched, rows: list[Row]) -> None:
    """Little's law as an identity of a window: time spent equals the number there, added up tick by tick."""
    names = run.network.names()
    waited, held = Counter[int](), Counter[int]()
    for row in rows:
        setting = names.index(row.setting)
        waited[setting] += inside(row.requested, row.ended if row.started == NEVER else row.started)
        for pool in run.network.settings[setting].pools:
            if row.started != NEVER and run.network.pools[pool].limited:
                held[pool] += inside(row.started, row.ended)
    assert +waited == +run.waiting
    assert +held == +run.taken


def check_places(run: Watched, rows: list[Row]) -> None:
    """A place is never taken beyond those that are open; only a fall of capacity leaves more taken than open."""
    names = run.network.names()
    pools = {name: set(run.network.settings[i].pools) for i, name in enumerate(names)}
    for index, pool in enumerate(run.network.pools):
        if not pool.limited:
            continue
        here = [(row.started, row.ended) for row in rows if row.started != NEVER and index in pools[row.setting]]
        for tick in takers(rows, pools, index):
            if FIRST <= tick < LAST:
                there = sum(start <= tick < end for start, end in here)
                assert there <= run.open_places[index][tick - FIRST], "more places are taken than are open"


@settings(max_examples=120, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])  # fmt: skip
@given(spec=networks(), needs=wants, deaths=ends, leavers=ends)
def test_a_random_network_keeps_every_promise(
    spec: Spec, needs: list[Wants], deaths: Ends, leavers: Ends
) -> None:
    """Conservation, places, queues, lengths, totals and causes hold; rows do not depend on the order of the file."""
    run, rows = watched(spec, needs, deaths, leavers)
    bodies = {s.name for s in run.network.settings if s.presence == Presence.BODY}
    check_rows(rows, bodies, deaths)
    check_totals(run, rows)
    check_places(run, rows)
    assert rows == watched(spec, needs, deaths, leavers)[1]
    assert rows == watched(shuffled(spec), needs, deaths, leavers)[1]
    if not deaths and not leavers and len(bodies) == len(run.network.settings):
        stays = run.engine.record.stays()
        episodes = set(zip(stays.person.tolist(), stays.candidate.tolist(), strict=True))
        registry = run.engine.registry
        put_off = sum(len(each) for each in registry.deferred.values())
        assert len(needs) == len(episodes) + registry.ignored["in care"] + put_off, "a need is lost"
