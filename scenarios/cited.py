"""What a service says stands behind one of its values."""

from __future__ import annotations

from scenarios.resolved import Intervention
from scenarios.yaml_reader import canonical


def source_key(value: str) -> str:
    """The key of `sources` and `shrunk_from` for a value by its name: "cost.running", "length of stay"."""
    return canonical(value.removeprefix("cost."))


def sources_of(plan: Intervention, value: str) -> tuple[str, ...]:
    """Results and rows of evidence that a service names for a value; none when it names none."""
    return plan.sources.get(source_key(value), ())
