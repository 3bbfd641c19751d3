"""What people received instead: care in one run less care in the other, by what happened to the people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.accounting.classify import Classified
from outputs.measures.care_used import CareUsed
from outputs.measures.episodes import Ints
from outputs.measures.trace import Trace

FEWER, MORE, REACHED, OTHERS, NOT_TRACED, TEAMS = "fewer", "more", "reached", "others", "not traced", "teams"
GROUPS = {
    FEWER: "People with an admission less",
    MORE: "People with an admission more",
    REACHED: "Other people reached",
    OTHERS: "Everybody else",
    NOT_TRACED: "Contacts that are counted but not kept by person",
    TEAMS: "The teams",
}
"""Groups of people, each person in the first that fits; then what belongs to nobody in particular."""
OF_PEOPLE = (FEWER, MORE, REACHED, OTHERS)
ROUNDING = 1e-6
"""Units smaller than this are what adding up fractions of days leaves."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CareInstead:
    """Differences of one period, group and item."""

    period: str
    group: str
    item: str
    units: float
    average_cost_gbp: float
    marginal_cost_gbp: float


def care_instead(reference: Trace, scenario: Trace, found: Classified) -> list[CareInstead]:
    """Care and its cost, scenario less reference; what differs nowhere is left out.

    Over the groups, units of an item add up to the difference of everybody's units.
    """
    rows = []
    for number, period in enumerate(scenario.periods):
        groups = _groups(found, scenario, number)
        units = _by_group(scenario.care, number, groups) - _by_group(reference.care, number, groups)
        total = scenario.care.total[:, number] - reference.care.total[:, number]
        untraced = total - units.sum(axis=1)
        # Days are sums of fractions: what is left of them by rounding is no difference.
        untraced[np.abs(untraced) < ROUNDING] = 0.0
        units[np.abs(units) < ROUNDING] = 0.0
        for item, name in enumerate(scenario.care.items):
            by_group = {**dict(zip(OF_PEOPLE, units[item].tolist(), strict=True)), NOT_TRACED: float(untraced[item])}
            rows += [
                CareInstead(
                    period, group, name, amount, amount * float(scenario.care.price[item]),
                    amount * float(scenario.care.marginal[item]),
                )
                for group, amount in by_group.items() if amount
            ]  # fmt: skip
        rows += _teams(reference, scenario, number)
    return rows


def _groups(found: Classified, scenario: Trace, period: int) -> tuple[Ints, Ints]:
    """Sorted ids of people in all groups but `OTHERS`, and the index of each one's group."""
    stop = int(scenario.stops[period])
    reached = np.array([one for one, tick in found.reached_from.items() if tick < stop], np.int64)
    fewer, more = found.fewer[period], found.more[period]
    reached = np.setdiff1d(reached, np.union1d(fewer, more))
    persons = np.concatenate([fewer, more, reached])
    group = np.repeat(np.arange(3), [len(fewer), len(more), len(reached)])
    order = np.argsort(persons, kind="stable")
    return persons[order], group[order]


def _by_group(care: CareUsed, period: int, groups: tuple[Ints, Ints]) -> Floats:
    """(items, groups of people) units in a period."""
    rows = np.flatnonzero(care.period == period)
    persons, group = groups
    place = np.searchsorted(persons, care.person[rows])
    place[place == len(persons)] = 0
    is_in = persons[place] == care.person[rows] if len(persons) else np.zeros(len(rows), np.bool_)
    code = np.full(len(rows), OF_PEOPLE.index(OTHERS))
    code[is_in] = group[place[is_in]]
    cells = care.item[rows] * len(OF_PEOPLE) + code
    size = len(care.items) * len(OF_PEOPLE)
    units = np.bincount(cells, weights=care.amount[rows], minlength=size)
    return np.asarray(units, np.float64).reshape(-1, len(OF_PEOPLE))


def _teams(reference: Trace, scenario: Trace, period: int) -> list[CareInstead]:
    """Teams at what they cost, in both views."""
    rows = []
    for name in dict.fromkeys((*scenario.plans, *reference.plans)):
        years = cost = 0.0
        for trace, sign in ((scenario, 1.0), (reference, -1.0)):
            if name in trace.plans:
                years += sign * float(trace.costs.team_years[trace.plans.index(name), period])
                cost += sign * float(trace.costs.gbp[trace.plans.index(name), period])
        if years or cost:
            rows.append(CareInstead(scenario.periods[period], TEAMS, name, years, cost, cost))
    return rows
