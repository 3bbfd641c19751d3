"""What an intervention is beside the others of its scenario: what it leans on, whose score it has, what it replaces.

Another intervention is there in the months in which it has a team, however small, and money. What it does to people may
take longer to begin, and may fade after its money has ended; others lean on its people and its tools.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from scenarios.catalogue import find, shipped
from scenarios.messages import Message, nearest
from scenarios.resolved import Intervention, Span
from scenarios.units import names
from scenarios.wording import percent, ranged
from scenarios.yaml_reader import Entry, Mapping, Scalar, canonical

LEANS, SCORE_FROM, INSTEAD_OF = "works_less_without", "score_from", "instead_of"
"""Keys that name other interventions."""

T = TypeVar("T")


def beside_each_other(interventions: Sequence[Intervention]) -> tuple[Intervention, ...]:
    """The interventions of a scenario, each knowing when those that it needs are there."""
    spans = {plan.id: when_there(plan) for plan in interventions}
    return tuple(
        replace(plan, there={other: spans[other] for other in _needed(plan) if spans.get(other)})
        for plan in interventions
    )


def when_there(plan: Intervention) -> tuple[Span, ...]:
    """From which day to which other an intervention has a team and money, in order."""
    found: list[Span] = []
    following = (*(day for day, _ in plan.teams[1:]), None)
    for (first, teams), change in zip(plan.teams, following, strict=True):
        last = min((day for day in (change, plan.funding_ends) if day is not None), default=None)
        if teams <= 0.0 or (last is not None and last <= first):
            continue
        begins = found.pop()[0] if found and found[-1][1] == first else first
        found.append((begins, last))
    return tuple(found)


def strength_on(plan: Intervention, day: date) -> float:
    """Share of an intervention's effects that is left on a day: 1 with all that it leans on; shares lost multiply."""
    return math.prod(1.0 - lost for other, lost in plan.works_less_without.items() if not _is_there(plan, other, day))


def has_score_on(plan: Intervention, day: date) -> bool:
    """Whether people who join on a day are those with the highest risk scores."""
    source = plan.selection.score_from
    return plan.selection.method == "risk score" and (not source or _is_there(plan, source, day))


def leaning_in_words(plan: Intervention) -> str:
    """What is lost without each service that this one leans on, and what is left of its effects in this scenario."""
    lost = ", ".join(f"{other} {percent(-part)}" for other, part in plan.works_less_without.items())
    steps = _steps(plan, strength_on)
    left = [f"{percent(strength, signed=False)} of the effects are left here" for _, strength in steps[:1]]
    left += [f"{percent(strength, signed=False)} from {day:%b %Y}" for day, strength in steps[1:]]
    return f"{lost}: {', '.join(left)}" if lost else ""


def chosen_in_words(plan: Intervention) -> str:
    """How people are chosen among those who may join."""
    if plan.selection.method == "everyone":
        return "everyone who may join, until the teams are full"
    source, steps = plan.selection.score_from, _steps(plan, has_score_on)
    giver = f"; the score is {source}'s" if source else ""
    by_score = f"chosen by risk score, highest first (accuracy {ranged(plan.selection.accuracy)}, 0.5 is chance{giver})"
    at_random = f"chosen at random, since {source}, which gives the risk score, is not there"
    words = [by_score if scored else at_random for _, scored in steps]
    return "; ".join([words[0], *(f"from {day:%b %Y} {text}" for (day, _), text in zip(steps[1:], words[1:],
                                                                                       strict=True))])


def unknown_names(name: str, tree: Mapping, used: Collection[str], folder: Path | None) -> list[Message]:
    """What is wrong with the names of other interventions that one says it needs.

    Args:
        name: its id.
        tree: everything said about it.
        used: ids of the interventions of its scenario.
        folder: where the scenario's files lie; None for shipped ones.
    """
    leaning, source = tree.get(LEANS), tree.entries.get(SCORE_FROM)
    named = [(entry, entry.key, LEANS) for entry in leaning.entries.values()] if isinstance(leaning, Mapping) else []
    if source is not None and isinstance(source.value, Scalar) and source.value.text:
        named.append((source, source.value.text, SCORE_FROM))
    replaced = tree.entries.get(INSTEAD_OF)
    if replaced is not None and isinstance(replaced.value, Scalar):
        named += [(replaced, other, INSTEAD_OF) for other in names(replaced.value.text)]
    messages = []
    for entry, other, key in named:
        found = id_of(other, folder)
        if found == name:
            messages.append(_objection(entry, other, key, "", f"This is {name} itself; it must be another service."))
        elif found not in used and find("intervention", other, folder) is None:
            close = nearest(other, (*used, *shipped("intervention")))
            messages.append(_objection(entry, other, key, close, "There is no service of this name."))
    return messages


def replacing_each_other(plans: Sequence[Intervention], trees: dict[str, Mapping]) -> list[Message]:
    """What is wrong where services are there instead of each other, straight or by way of others.

    Args:
        plans: the interventions of a scenario.
        trees: everything said about each, by its id.
    """
    replaced = {plan.id: plan.instead_of for plan in plans}
    for plan in plans:
        reached: list[str] = list(plan.instead_of)
        for other in reached:
            reached += [each for each in replaced.get(other, ()) if each not in reached]
        if plan.id in reached:
            entry = trees[plan.id].entries[INSTEAD_OF]
            back = next(each for each in reached if plan.id in replaced.get(each, ()))
            text = f"{back} is also there instead of {plan.id}, so that nobody could tell who leaves which."
            return [_objection(entry, ", ".join(plan.instead_of), INSTEAD_OF, "", text)]
    return []


def id_of(name: str, folder: Path | None = None) -> str:
    """The id of an intervention that a file calls by its name, an alias or a path."""
    found = find("intervention", name, folder)
    return found.id if found else canonical(name).replace("_", "-")


def _objection(entry: Entry, found: str, key: str, close: str, text: str) -> Message:
    origin = entry.origin if key == LEANS else entry.value.origin
    allowed = "a service of this scenario, or a name from caresim list interventions"
    return Message(origin.file, origin.line, key, found, allowed, close, text)


def _needed(plan: Intervention) -> tuple[str, ...]:
    source = plan.selection.score_from
    return (*plan.works_less_without, source) if source else tuple(plan.works_less_without)


def _is_there(plan: Intervention, other: str, day: date) -> bool:
    return any(first <= day and (last is None or day < last) for first, last in plan.there.get(other, ()))


def _steps(plan: Intervention, on: Callable[[Intervention, date], T]) -> list[tuple[date, T]]:
    """What something is from the first team on, and each day on which it changes until the money ends."""
    changes = {day for spans in plan.there.values() for span in spans for day in span if day is not None}
    inside = [day for day in sorted(changes)
              if plan.starts < day and (plan.funding_ends is None or day < plan.funding_ends)]
    steps = [(day, on(plan, day)) for day in (plan.starts, *inside)]
    return [step for place, step in enumerate(steps) if place == 0 or step[1] != steps[place - 1][1]]
