"""Which values of services are not known for certain, by the name under which a run draws them, and what each draws."""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.assumption_draws import draw
from scenarios.resolved import Intervention, RangeValue, Resolved

OF_SELECTION = {
    "score_accuracy": "accuracy",
    "sees_susceptibility": "sees_susceptibility",
    "sees_deterioration": "sees_deterioration",
}
OF_INTERVENTION = {
    "avoids": "short_end_share",
    "uptake": "uptake",
    "uptake_most_to_least_deprived": "uptake_ratio",
    "drop_out": "drop_out",
    "other_patients": "other_patients",
}
"""Names of drawn values beside effects, and the fields of a service that hold them."""


def values_of(intervention: Intervention) -> Iterator[tuple[str, RangeValue]]:
    """Every value of an intervention that may have a range, by its name without the intervention's."""
    for effect in intervention.effects:
        yield effect.phrase, effect.change
    for name, field in OF_SELECTION.items():
        yield name, getattr(intervention.selection, field)
    for name, field in OF_INTERVENTION.items():
        yield name, getattr(intervention, field)


def ranges_of(intervention: Intervention) -> dict[str, RangeValue]:
    """Every value of an intervention that has a range, by the name under which it is drawn and may be set."""
    return {f"{intervention.id}.{name}": value for name, value in values_of(intervention) if not value.is_certain}


def drawn(scenario: Resolved, seed: int, replication: int) -> dict[str, float]:
    """What each assumption of a scenario's services is in one run, as `scenarios.build_teams` draws it."""
    return {
        name: draw(value, name, seed, replication)
        for intervention in scenario.interventions
        for name, value in ranges_of(intervention).items()
    }
