"""What is not known for certain in a scenario, by name, and the scenario with such values set."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from scenarios.build_teams import effects_by_band, most_short_end_share
from scenarios.cited import sources_of
from scenarios.drawn import OF_INTERVENTION, OF_SELECTION, values_of
from scenarios.ensembles import parameters
from scenarios.evidence import Evidence, Row
from scenarios.resolved import EffectSpec, Intervention, RangeValue, Resolved
from scenarios.values import HOMES

ROW_END = "]"
SHARE, CHANGE = "share", "relative change"
RECORDING = "recording"
"""Share of admissions without a night that areas with a plan come to record as outpatients: changes nobody's care."""
ACTS_ON_CRISES = "acts on crises"
"""Of a service: whether what it does to crises is to how often they come; else it is to how long their stays are."""
NIGHTS = "stay.nights"


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
                is_sourced = bool(sources_of(plan, key)) and key not in plan.assumptions
                grade = "sourced" if is_sourced else "assumption"
                unit = CHANGE if value.scale == "change" else SHARE if value.scale == "share" else ""
                found.append(Uncertain(f"{plan.id}.{key}", value, unit, grade, plan.id))
    return tuple(found)


def of_recording(scenario: Resolved) -> tuple[Uncertain, ...]:
    """The change of recording that a plan may bring, as the table of what a fit moves has it; none without a plan."""
    if not scenario.interventions:
        return ()
    return tuple(
        Uncertain(RECORDING, one.range, one.unit, "assumption", RECORDING, one.least, one.most)
        for one in parameters()
        if one.acts == RECORDING and one.range is not None
    )


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
            those of interventions that the scenario has not are passed over, and so is `RECORDING`, which changes
            what is counted and nothing that is simulated. `ACTS_ON_CRISES` of a service is 1, or 0 for its stays.
    """
    given = but or {}
    rows = {name: value for name, value in given.items() if name.endswith(ROW_END)}
    acting = tuple(
        plan if given.get(f"{plan.id}.{ACTS_ON_CRISES}", 1.0) else on_stays(plan) for plan in scenario.interventions
    )
    plans = tuple(
        _certain(plan, {key: given.get(f"{plan.id}.{key}", value.best) for key, value in values_of(plan)})
        for plan in acting
    )
    return replace(scenario, interventions=plans, settings={**scenario.settings, **rows})


def acts_on_crises(plan: Intervention) -> bool:
    """Whether a service changes how often crises come that are bad enough to be admitted."""
    return any(map(_of_crises, plan.effects))


def on_stays(plan: Intervention) -> Intervention:
    """A service that changes nights in hospital, by as much and in the same months, where it changed crises."""
    return replace(plan, effects=tuple(_on_stays(effect) if _of_crises(effect) else effect for effect in plan.effects))


def _on_stays(effect: EffectSpec) -> EffectSpec:
    left = tuple(value for value in effect.values if not _is_crisis(value))
    return replace(effect, values=(*left, NIGHTS))


def _of_crises(effect: EffectSpec) -> bool:
    return any(map(_is_crisis, effect.values))


def _is_crisis(value: str) -> bool:
    """Whether a value is the hazard of needs that end in an admission."""
    return value in ("hazard.end_of_life", "hazard.readmission") or (
        value.startswith("hazard.") and value.endswith(".upper")
    )


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
