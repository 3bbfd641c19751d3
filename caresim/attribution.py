"""The scenarios that attribution needs: a plan with some of its services left out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from outputs.attribution import Attributed, Coalition, design
from scenarios.beside import beside_each_other
from scenarios.messages import BadInput, Message
from scenarios.resolved import Intervention, Resolved

FEWEST_PARTS = 2
UNSHARED = ("id", "title", "question", "owner", "origins", "aliases", "contract", "priorities", "interventions")
"""What two scenarios may say differently and still be one plan with more or fewer services."""


def with_parts(
    scenarios: Sequence[Resolved], reference: str, seed: int
) -> tuple[tuple[Attributed, ...], tuple[Resolved, ...]]:
    """Which scenarios to share out, and the further scenarios to run for that.

    Args:
        scenarios: of the study, those that a coalition may turn out to be included.
        reference: id of the one that they are compared with.
        seed: of the study.

    Raises:
        BadInput: when no scenario has parts, or one has them in a way that cannot be shared out.
    """
    base = next(one for one in scenarios if one.id == reference)
    attributed: list[Attributed] = []
    further: dict[str, Resolved] = {}
    for plan in scenarios:
        parts = _parts(plan, base)
        if plan.id == reference or len(parts) < FEWEST_PARTS:
            continue
        orders = design([part.id for part in parts], seed)
        runs_of = {}
        for coalition in orders.coalitions():
            found = _with_only(plan, base, coalition)
            known = next((one for one in (*scenarios, *further.values()) if _is_same(one, found)), None)
            runs_of[coalition] = (known or found).id
            if known is None:
                further[found.id] = found
        attributed.append(Attributed(plan.id, orders, runs_of))
    if not attributed:
        raise _refused("None of these has two services or more to share an effect among. Join plans with +, as in a+b.")
    return tuple(attributed), tuple(further.values())


def titles_of(scenarios: Sequence[Resolved]) -> dict[str, str]:
    """Titles of interventions by id."""
    return {plan.id: plan.title for scenario in scenarios for plan in scenario.interventions}


def _parts(plan: Resolved, base: Resolved) -> list[Intervention]:
    """Services of a plan that its reference does not have.

    Raises:
        BadInput: when the reference has something that the plan has not.
    """
    own = {part.id: part for part in plan.interventions}
    for part in base.interventions:
        if part.id not in own or _bare(own[part.id]) != _bare(part):
            raise _refused(f"{base.id} has {part.id}, and {plan.id} has not, or has it differently. "
                           "Attribution needs a reference all of whose services are in the plan, such as do-nothing.")
    differing = [
        field.name for field in dataclasses.fields(Resolved)
        if field.name not in UNSHARED and getattr(plan, field.name) != getattr(base, field.name)
    ]  # fmt: skip
    if differing and plan.id != base.id:
        raise _refused(f"{plan.id} and {base.id} differ in more than services ({', '.join(differing)}), "
                       "which cannot be shared out among them.")
    return [part for part in plan.interventions if part.id not in {one.id for one in base.interventions}]


def _with_only(plan: Resolved, base: Resolved, coalition: Coalition) -> Resolved:
    """A plan with the reference's services and some of its own, each as strong as it is beside these."""
    kept = {part.id for part in base.interventions} | coalition
    parts = beside_each_other([part for part in plan.interventions if part.id in kept])
    return dataclasses.replace(plan, id=f"{plan.id}: {' + '.join(sorted(coalition)) or 'none'}", interventions=parts)


def _is_same(one: Resolved, other: Resolved) -> bool:
    return one.interventions == other.interventions and all(
        getattr(one, field.name) == getattr(other, field.name)
        for field in dataclasses.fields(Resolved) if field.name not in UNSHARED
    )  # fmt: skip


def _bare(part: Intervention) -> Intervention:
    """A service without what it owes to others."""
    return dataclasses.replace(part, there={})


def _refused(text: str) -> BadInput:
    return BadInput([Message("", 0, "--attribute", "", text=text, label="option")])
