"""What a scenario's own priorities make of its result."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from outputs.comparison import Comparison
from outputs.measures.registry import MEASURES
from scenarios.messages import BadInput, Message, nearest
from scenarios.resolved import Resolved

WIDTH = 98


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
    """For each scenario with priorities, what came of them."""
    for scenario in comparison.others():
        lines = list(_priorities(comparison, scenario))
        if lines:
            yield "\n".join((f"{scenario.title}:", *(short for line in lines for short in _folded(line))))


def _priorities(comparison: Comparison, scenario: Resolved) -> Iterator[str]:
    for place, name in enumerate(scenario.priorities, 1):
        measure, found = MEASURES[name], comparison.difference(scenario.id, name)
        if found is not None:
            change = f"{found.mean:+,.{measure.decimals}f} ({found.low:+,.{measure.decimals}f} to "
            change += f"{found.high:+,.{measure.decimals}f}) {measure.unit}"
            yield f"Priority {place}: {measure.title}: {change}; {comparison.verdict(scenario.id, name)}."


def _folded(line: str) -> list[str]:
    return wrap(line, WIDTH, initial_indent="  ", subsequent_indent="    ")

