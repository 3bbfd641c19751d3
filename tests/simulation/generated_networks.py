"""Random network files and what happens to the people in them: stays of 1 to 3 seconds, so that ties are the rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from scenarios.messages import BadInput
from simulation.calendar import SECONDS_PER_HOUR, build_calendar, cut_after
from simulation.network import Network
from tests.simulation.scripted import (
    AE,
    MANAGED,
    OVERNIGHT,
    SELF_CARE,
    TURNED_AWAY,
    ZERO_DAY,
    Forgetful,
    Scripted,
    Wants,
    plain,
)
from tests.simulation.textbook import network_of

CALENDAR = cut_after(build_calendar(date(2018, 1, 1), date(2018, 2, 1)), 2)
"""Two working days."""
FIRST = SECONDS_PER_HOUR - 8
"""Tick from which people have needs; places open and close, and the practice shuts, shortly after."""
PEOPLE = 50
STREAMS = ("upper.acute", "upper.minor")
Spec = dict[str, Any]
Ticks = Mapping[int, int]


@dataclass(frozen=True)
class Example:
    """A network file, and what is written for the people in it."""

    spec: Spec
    wants: list[Wants]
    deaths: Ticks = field(default_factory=dict)
    leavers: Ticks = field(default_factory=dict)
    care_home_needs: Ticks = field(default_factory=dict)
    residents: frozenset[int] = frozenset()
    with_a_team: frozenset[int] = frozenset()
    """People whose lengths and ways are scaled."""

    def network(self) -> Network:
        """The network."""
        return built(json.dumps(self.spec))

    def people(self, sort: type[Scripted] = Forgetful) -> Scripted:
        """The people, afresh."""
        homes = "claims" in self.spec
        people = sort(
            self.wants, PEOPLE, deaths=self.deaths, leavers=self.leavers,
            care_home_needs=self.care_home_needs if homes else {},
            living_in_care_home=self.residents if homes else (),
        )  # fmt: skip
        people.factors = people.factors.repeat(2, axis=0)
        people.factors[1, ::2], people.factors[1, 1::2] = 0.4, 1.6
        people.profile[list(self.with_a_team)] = 1
        return people


@lru_cache(maxsize=4)
def built(text: str) -> Network:
    """The network of a file."""
    return plain(network_of(text, CALENDAR))


short_laws = st.one_of(
    st.builds(lambda value: {"law": "constant", "value": value}, st.integers(1, 3)),
    st.just({"law": "uniform", "low": 0.4, "high": 3.4}),
    st.just({"law": "exponential", "mean": 1.5}),
    st.just({"law": "gamma", "mean": 2, "shape": 2}),
)
laws = st.builds(
    lambda law, scaled: law | scaled,
    short_laws,
    st.sampled_from([
        {}, {}, {}, {}, {"scaled_by": "stay.nights"}, {"scaled_by": "delay.days"},
        {"crowding": {"gauge": "taken", "form": "exponential", "slope": 1, "reference": 0.5}},
        {"crowding": {"gauge": "held", "form": "above", "slope": 2, "reference": 0.1}},
        {"mode": "before_midnight"}, {"mode": "after_opening"}, {"from": "severity"},
    ]),
)  # fmt: skip
at_first = "2018-01-01 01:00"
pool_specs = st.builds(
    lambda places, hours: {"places": places} | ({"open": {"weekdays": "Mon-Sun"} | hours} if hours else {}),
    st.sampled_from([1, 1, 2, 3, 0, {"start": 1, at_first: 2}, {"start": 2, at_first: 0, "2 hours": 1}]),
    st.sampled_from([{}, {}, {}, {}, {"from": 1}, {"to": 1}, {"from": "01:00", "to": "00:59"}]),
)
starts_a_day = st.sampled_from([2, 5, 2.6, {"start": 1, "1 days": 3}])
turnovers = st.one_of(
    st.sampled_from([0.0167, 0.0334]),
    short_laws,
    st.builds(lambda one, other: [{"when": {"kind": "acute"}, "law": one}, {"law": other}], short_laws, short_laws),
)
answers = st.sampled_from(["absorb", "escalate", "defer"])


@st.composite
def ways(draw: st.DrawFn, names: list[str], sure: bool = False) -> list[Spec]:
    """One or two ways, and a good chance of going home; `sure` allows some patients one way only."""
    targets = draw(st.lists(st.sampled_from(names), max_size=2, unique=True))
    to: Spec = {}
    for target in targets:
        to[target] = {"probability": 0.3}
        to[target] |= draw(st.sampled_from([{}, {}, {"scaled_by": "way.conveyed"}, {"reason": "bed"}]))
        if draw(st.integers(0, 3)) == 0:
            to[target]["delay"] = draw(laws)
    rules: list[Spec] = [{"to": {**to, "home": "rest"}}]
    if sure and targets and draw(st.integers(0, 3)) == 0:
        asked = draw(st.sampled_from([{"kind": "acute"}, {"open": "yes"}, {"tier": ["ae", "overnight"]}]))
        rules.insert(0, {"when": asked, "to": {targets[0]: "rest"}})
    return rules


@st.composite
def stays(draw: st.DrawFn, names: list[str], pools: list[str]) -> Spec:
    """A setting in which people stay; whether it makes sense beside the others is for the loader to say."""
    fewest = draw(st.sampled_from([0, 1, 1, 1]))
    wanted = draw(st.lists(st.sampled_from(pools), min_size=fewest, max_size=3, unique=True))
    by_tier = st.fixed_dictionaries({"ae": answers, "overnight": answers, "others": answers})
    spec: Spec = {
        "presence": draw(st.sampled_from(["body", "body", "body", "attached"])), "pools": wanted,
        "duration": draw(laws), "routes": draw(ways(names, sure=True)), "hold": draw(st.sampled_from(["no", "yes"])),
        "priority": draw(st.sampled_from([0, 1, 2, [{"when": {"kind": "acute"}, "priority": 0}, {"priority": 1}]])),
        "on_need": draw(st.one_of(answers, by_tier)),
        "mark": draw(st.sampled_from(["nothing", "attendance", "admission"])),
    }  # fmt: skip
    if draw(st.integers(0, 4)) == 0:
        return spec | {"pools": ["urgent"], "hold": "no"}
    if spec["presence"] == "attached":
        spec["on_admission"] = draw(st.sampled_from(["keep", "end"]))
    if draw(st.integers(0, 2)) == 0:
        spec["turnover"] = draw(turnovers)
    if draw(st.integers(0, 3)) == 0:
        spec |= {"plan": draw(short_laws)}
        spec |= draw(st.sampled_from([{}, {"duration": {"until": "plan"}}]))
    if draw(st.integers(0, 4)) == 0:
        spec |= draw(st.sampled_from([{"reassesses": "yes"}, {"held_until_death_days": 0.0002}]))
    if len(wanted) == 1 and draw(st.integers(0, 3)) > 0:
        spec |= {"queue_limit": draw(st.sampled_from([0, 1, 2, 5]))}
        spec |= draw(st.one_of(
            st.builds(lambda where, if_free: {"overflow": where} | if_free, st.sampled_from(names),
                      st.sampled_from([{}, {"overflow_if_free": "yes"}])),
            st.builds(lambda where: {"turned_away": where}, ways(names)),
        ))
    if draw(st.booleans()) and wanted:
        spec |= {"patience": draw(st.one_of(laws, st.just({"until": "plan"}))), "gave_up": draw(ways(names))}
    return spec


@st.composite
def contacts(draw: st.DrawFn, names: list[str]) -> Spec:
    """A contact, perhaps with so many a day."""
    spec: Spec = {"presence": "contact", "routes": draw(ways(names))}
    if draw(st.booleans()):
        spec |= {"pools": ["daily"], "turned_away": draw(ways(names))}
    if draw(st.integers(0, 3)) == 0:
        spec["lead_time"] = {"law": "uniform", "low": 1, "high": 2, "unit": "days"}
    return spec


@st.composite
def networks(draw: st.DrawFn) -> Spec:
    """A network file of up to six settings that the loader accepts."""
    names = list("abcdef")[: draw(st.integers(2, 6))]
    pools = {name: draw(pool_specs) for name in ("p", "q", "r")[: draw(st.integers(1, 3))]}
    own = sorted(pools)
    spec: Spec = {
        "census": draw(st.sampled_from([40, 400, 3600])), "practice_hours": {"from": 0, "to": 1},
        "kinds": ["acute", "minor"], "reasons": {"bed": {"delay": "yes"}},
        "entry": {kind: draw(st.sampled_from(names)) for kind in ("acute", "minor")},
        "pools": {**pools, "daily": {"places": draw(starts_a_day), "per": "day"},
                  "urgent": {"places": draw(st.sampled_from([1, 2])), "preemptive": "yes"}},
        "gauges": {"taken": {"share_taken_of": own[:1]}, "held": {"held_in": names[:2], "per_place_of": own[-1:]}},
        "settings": {
            name: draw(contacts(names)) if draw(st.integers(0, 4)) == 0 else draw(stays(names, own)) for name in names
        },
    }  # fmt: skip
    if draw(st.integers(0, 2)) == 0:
        spec["pressure"] = {"gauge": "taken", "reference": 0.2, "shift": 1}
    for name in draw(st.sampled_from([[], [], [], ["outside"], ["outside", "others"]])):
        hours = [0, draw(st.sampled_from([10, 40]))] + [0] * 22
        rate = {"per_day": hours[1], "by_hour": hours, "to": draw(st.sampled_from(names))}
        spec.setdefault("streams", {})[name] = rate
    if draw(st.integers(0, 2)) == 0:
        _add_care_home(draw, spec, names, own)
    try:
        built(json.dumps(spec))
    except BadInput:
        assume(False)
    return spec


def _add_care_home(draw: st.DrawFn, spec: Spec, names: list[str], pools: list[str]) -> None:
    """Make the last setting a care home that people come to need."""
    home = names[-1]
    spec["settings"][home] = {
        "presence": "residence", "pools": draw(st.sampled_from([[], pools[:1]])), "duration": {"until": "death"},
    }  # fmt: skip
    spec["settings"][names[0]]["takes_claims"] = "yes"
    spec["entry"]["claim"] = home
    spec["kinds"] = [*spec["kinds"], "claim"]
    spec["claims"] = {
        "kind": "claim", "share_at_discharge": draw(st.sampled_from([0, 0.5, 1])), "days_before": 0.0001,
        "days_after": 0.00005, "at_start": {home: 1}, "way": [{"to": {home: "rest"}}],
    }  # fmt: skip


ticks = st.integers(FIRST, FIRST + 11)
persons = st.integers(0, PEOPLE - 1)
severities = st.sampled_from([SELF_CARE, MANAGED, TURNED_AWAY, AE, ZERO_DAY, OVERNIGHT, OVERNIGHT])
wants = st.lists(st.builds(Wants, ticks, persons, severities, st.sampled_from(STREAMS)), min_size=40, max_size=150)
some_people = st.dictionaries(persons, ticks, max_size=5)
few_people = st.frozensets(persons, max_size=8)
examples = st.builds(
    Example, networks(), wants, deaths=some_people, leavers=some_people, care_home_needs=some_people,
    residents=few_people, with_a_team=few_people,
)  # fmt: skip
"""Networks and people."""
