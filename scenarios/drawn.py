"""Which assumptions a run draws, and what each is in a run: by the name under which it is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from scenarios.assumption_draws import draw
from scenarios.resolved import Intervention, RangeValue, Resolved


def ranges_of(intervention: Intervention) -> dict[str, RangeValue]:
    """Every value of an intervention that has a range, by the name under which it is drawn and may be set."""
    selection = intervention.selection
    found: Mapping[str, RangeValue] = {
        "score_accuracy": selection.accuracy, "sees_susceptibility": selection.sees_susceptibility,
        "sees_deterioration": selection.sees_deterioration, "uptake": intervention.uptake,
        "uptake_most_to_least_deprived": intervention.uptake_ratio, "drop_out": intervention.drop_out,
        "neighbours": intervention.neighbours, "avoids": intervention.short_end_share,
        **{effect.phrase: effect.change for effect in intervention.effects},
    }  # fmt: skip
    return {f"{intervention.id}.{name}": value for name, value in found.items() if not value.is_certain}


def drawn(scenario: Resolved, seed: int, replication: int) -> dict[str, float]:
    """What each assumption of a scenario's services is in one run, as `scenarios.build_teams` draws it."""
    return {
        name: draw(value, name, seed, replication)
        for intervention in scenario.interventions
        for name, value in ranges_of(intervention).items()
    }
