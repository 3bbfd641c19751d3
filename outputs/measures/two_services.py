"""People who have two services at once: where what one does falls on people whom another looks after too."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from outputs.measures.episodes import Ints
from outputs.measures.measure import ALL, Measure, Values
from outputs.measures.view import View
from outputs.periods import Period

TOPIC = "Teams"
AND = " and "
OF = "of those with "
"""How strata begin that are shares of the people of one service."""


def people_with_two_services(view: View, period: Period) -> Values:
    """People who have two services at once, on an average day: by pair, and all who have any two."""
    spans = _spans(view, period)
    if len(spans) < 2:
        return {}
    pairs = {f"{one}{AND}{other}": both / period.seconds for (one, other), both in _pairs(view, period).items()}
    return {ALL: _any_two(spans) / period.seconds, **pairs}


def share_with_another_service(view: View, period: Period) -> Values:
    """Share of the time that people have a service in which they have each other one too."""
    having = {name: float((span[:, 2] - span[:, 1]).sum()) for name, span in _spans(view, period).items()}
    return {
        f"{OF}{name}: {other}": both / having[name]
        for (first, second), both in _pairs(view, period).items()
        for name, other in ((first, second), (second, first))
    }


def _pairs(view: View, period: Period) -> dict[tuple[str, str], float]:
    """Person-seconds with both services of each pair; worked out once for both measures."""
    def count() -> dict[tuple[str, str], float]:
        spans = _spans(view, period)
        return {(one, other): _both(spans[one], spans[other]) for one, other in combinations(spans, 2)}

    return view.once(("with both services", period), count)


def _spans(view: View, period: Period) -> dict[str, Ints]:
    """Of each service of the run that people have: (memberships, 3) person, from and to within a period, by person."""
    return view.once(("spans with services", period), lambda: _find_spans(view, period))


def _find_spans(view: View, period: Period) -> dict[str, Ints]:
    """As `_spans`."""
    found = view.result.enrolments
    begins = np.maximum(found.joined, period.start)
    ends = np.minimum(found.left, period.stop)
    spans: dict[str, Ints] = {}
    for number, name in enumerate(view.result.teams):
        rows = np.flatnonzero((found.team == number) & (ends > begins))
        if len(rows):
            rows = rows[np.lexsort((begins[rows], found.person[rows]))]
            spans[name] = np.stack([found.person[rows], begins[rows], ends[rows]], axis=1)
    return spans


def _both(one: Ints, other: Ints) -> float:
    """Person-seconds with both of two services; memberships of one service of one person never overlap."""
    first = np.searchsorted(other[:, 0], one[:, 0], side="left")
    count = np.searchsorted(other[:, 0], one[:, 0], side="right") - first
    mine = np.repeat(np.arange(len(one)), count)
    place = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
    theirs = first[mine] + place
    together = np.minimum(one[mine, 2], other[theirs, 2]) - np.maximum(one[mine, 1], other[theirs, 1])
    return float(np.maximum(together, 0).sum())


def _any_two(spans: dict[str, Ints]) -> float:
    """Person-seconds with two services or more."""
    whole = np.concatenate(list(spans.values()))
    person = np.concatenate([whole[:, 0], whole[:, 0]])
    tick = np.concatenate([whole[:, 1], whole[:, 2]])
    step = np.repeat([1, -1], len(whole))
    order = np.lexsort((step, tick, person))
    person, tick, having = person[order], tick[order], np.cumsum(step[order])
    until_next = np.append(np.diff(tick), 0)
    until_next[np.append(person[1:] != person[:-1], True)] = 0
    return float(until_next[having >= 2].sum())


MEASURES = (
    Measure(
        "people_with_two_services", "People who have two services at once", "people",
        "On an average day; by pair, and everybody who has any two. What two services do to one person is multiplied",
        "the model's own", people_with_two_services, TOPIC, decimals=0,
    ),
    Measure(
        "share_with_another_service", "Of the people of a service, those who have another too", "share",
        "Of the time that people have the service; empty when a scenario has one service only", "the model's own",
        share_with_another_service, TOPIC, relative=False, decimals=3,
    ),
)
