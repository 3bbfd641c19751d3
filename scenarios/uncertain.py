"""What is not known for certain in a scenario, by name, and the scenario with such values set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scenarios.build_teams import effects_by_band, most_short_end_share
from scenarios.drawn import OF_INTERVENTION, OF_SELECTION, values_of
from scenarios.evidence import Evidence, Row
from scenarios.resolved import Intervention, RangeValue, Resolved
from scenarios.values import HOMES

ROW_END = "]"
SHARE, CHANGE = "share", "relative change"


@dataclass(frozen=True)
class Uncertain:
    """A value with a range.

    Attributes:
        name: "extensivist-teams.length of stay" or "parameter [stratum]".
        value: best guess and range.
        unit: of the value.
        grade: "sourced", "derived" or "assumption".
        belongs_to: the intervention, or the part of the model that the parameter's name begins with.
        least: what it can never be below, however wide its range is spread.
        most: what it can never be above.
    """

    name: str
    value: RangeValue
    unit: str
    grade: str
    belongs_to: str
    least: float = -math.inf
    most: float = math.inf


def of_interventions(scenario: Resolved) -> tuple[Uncertain, ...]:
    """Every value with a range of a scenario's interventions; each run of a study draws them."""
    found = []
    for plan in scenario.interventions:
        for key, value in values_of(plan):
            if not value.is_certain:
                grade = "assumption" if key in plan.assumptions or key not in plan.sources else "sourced"
                unit = CHANGE if value.scale == "change" else SHARE if value.scale == "share" else ""
                found.append(Uncertain(f"{plan.id}.{key}", value, unit, grade, plan.id))
    return tuple(found)


def of_evidence(evidence: Evidence) -> tuple[Uncertain, ...]:
    """Every row of evidence that has a range."""
    return tuple(_of_row(row) for row in evidence.rows() if row.has_range)


def row_named(evidence: Evidence, name: str) -> Uncertain | None:
    """The row of a name, whether or not it has a range."""
    row = evidence.find(name)
    return None if row is None else _of_row(row)


def at_best_guess(scenario: Resolved, but: Mapping[str, float] | None = None) -> Resolved:
    """The scenario without ranges: every value of its interventions certain, at its best guess or as given.

    Args:
        scenario: settled, with its ranges.
        but: values by the names of `Uncertain`. Those of rows end with a bracket, those of interventions never do;
            those of interventions that the scenario has not are passed over.
    """
    given = but or {}
    rows = {name: value for name, value in given.items() if name.endswith(ROW_END)}
    plans = tuple(
        _certain(plan, {key: given.get(f"{plan.id}.{key}", value.best) for key, value in values_of(plan)})
        for plan in scenario.interventions
    )
    return replace(scenario, interventions=plans, settings={**scenario.settings, **rows})


def _of_row(row: Row) -> Uncertain:
    """A range that ends at nought, or lies on one side of it, goes no further."""
    least = 0.0 if row.low >= 0.0 else -math.inf
    most = 0.0 if row.high <= 0.0 else math.inf
    return Uncertain(row.name, row.range, row.unit, row.status, row.parameter.partition(".")[0], least, most)


def _certain(plan: Intervention, values: Mapping[str, float]) -> Intervention:
    """An intervention whose values are these; an uncertain short-end share is held back as in every run's draw."""
    certain = {key: RangeValue(value, value, value) for key, value in values.items()}
    effects = tuple(replace(effect, change=certain[effect.phrase]) for effect in plan.effects)
    chosen: dict[str, Any] = {field: certain[key] for key, field in OF_SELECTION.items()}
    others: dict[str, Any] = {field: certain[key] for key, field in OF_INTERVENTION.items()}
    found = replace(plan, effects=effects, selection=replace(plan.selection, **chosen), **others)
    if plan.short_end_share.is_certain:
        return found
    changes = np.vstack([effects_by_band(found, 0, 0, home)[1] for home in HOMES])
    share = min(found.short_end_share.best, most_short_end_share(changes))
    return replace(found, short_end_share=RangeValue(share, share, share))
