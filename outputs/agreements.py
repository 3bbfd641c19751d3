"""What a scenario's own priorities and the money agreed for it make of its result."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from outputs.comparison import Comparison
from outputs.measures.registry import MEASURES
from scenarios.messages import BadInput, Message, nearest
from scenarios.resolved import Resolved
from scenarios.wording import pounds

COST = "cost_per_head_gbp"
WIDTH = 98
GROWTH = "emergency_admission_growth_percent"


def check_priorities(scenario: Resolved) -> None:
    """See that a scenario's priorities are measures.

    Raises:
        BadInput: naming the nearest measure.
    """
    messages = [
        Message(f"{scenario.id}: priorities", 0, "", name, "the id of a measure, such as emergency_admissions_per_1000",
                nearest(name, MEASURES))
        for name in scenario.priorities if name not in MEASURES
    ]
    if messages:
        raise BadInput(messages)


def in_words(comparison: Comparison) -> Iterator[str]:
    """For each scenario with priorities or a contract, what came of them."""
    for scenario in comparison.others():
        lines = [*_priorities(comparison, scenario), *_contract(comparison, scenario)]
        if lines:
            yield "\n".join((f"{scenario.title}:", *(short for line in lines for short in _folded(line))))


def _priorities(comparison: Comparison, scenario: Resolved) -> Iterator[str]:
    for place, name in enumerate(scenario.priorities, 1):
        measure, found = MEASURES[name], comparison.difference(scenario.id, name)
        if found is not None:
            change = f"{found.mean:+,.{measure.decimals}f} ({found.low:+,.{measure.decimals}f} to "
            change += f"{found.high:+,.{measure.decimals}f}) {measure.unit}"
            yield f"Priority {place}: {measure.title}: {change}; {comparison.verdict(scenario.id, name)}."


def _contract(comparison: Comparison, scenario: Resolved) -> Iterator[str]:
    """Money agreed against money spent, at average unit costs."""
    contract = scenario.contract
    spent, reference = comparison.level(scenario.id, COST), comparison.level(comparison.reference or "", COST)
    if contract is None or spent is None or reference is None:
        return
    people = scenario.place.people
    if contract.kind == "population budget":
        budget = reference.mean if contract.pounds_per_person is None else contract.pounds_per_person
        left = (budget - spent.mean) * people
        yield (f"Population budget {pounds(budget * people)} a year, spent {pounds(spent.mean * people)}: "
               f"{_gain(left)}, of which {pounds(abs(left) * contract.shared)} is shared by the providers.")
        return
    agreed = (contract.pounds_per_person or 0.0) * people
    team = comparison.level(scenario.id, "intervention_cost_gbp")
    if contract.kind == "pooled budget" and team is not None:
        yield f"Pooled budget {pounds(agreed)} a year; these services take {pounds(team.mean)} of it."
    growth = comparison.difference(scenario.id, GROWTH)
    if contract.kind == "system incentive" and growth is not None:
        verdict = comparison.verdict(scenario.id, GROWTH)
        earned = "earned" if verdict.startswith("lower") else f"not surely earned, {verdict}"
        yield (f"System incentive {pounds(agreed)} a year, for growth of emergency admissions below doing nothing: "
               f"{earned} ({growth.mean:+.2f} points, {growth.low:+.2f} to {growth.high:+.2f}).")


def _folded(line: str) -> list[str]:
    return wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")


def _gain(left: float) -> str:
    return f"{pounds(left)} left" if left >= 0.0 else f"{pounds(-left)} too much"
