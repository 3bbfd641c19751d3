"""Ensembles: sets of assumptions that agree with what was published, one of which each run takes instead of drawing.

A fit moves at most eight parameters. Most stand for several effects of shipped services at once, as `governed.csv`
says: a member of an ensemble gives each parameter a position in its range before the fit, from 0 to 1, and every effect
that it governs takes that place in its own range. Effects that somebody states otherwise than the shipped services do,
and assumptions set for a run, are left as stated. Everything else is drawn as without an ensemble.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal, cast

from scenarios.assumption_draws import quantile
from scenarios.evidence import LIBRARY
from scenarios.fitted import Acts as Acts
from scenarios.fitted import Ensemble as Ensemble
from scenarios.fitted import Governed as Governed
from scenarios.fitted import Parameter as Parameter
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.resolved import EffectSpec, Intervention, RangeValue, Resolved

FOLDER = LIBRARY / "ensembles"
PARAMETERS, GOVERNED, ENSEMBLES = "parameters.csv", "governed.csv", "ensembles.csv"
NONE = "none"
"""How a user asks for no ensemble: every assumption is drawn from its own range."""
OWN = "a folder that caresim calibrate made, such as results/fit-my-targets"
TAKES_EFFECT, AVOIDS = "takes_effect_after", "avoids"


def with_member(resolved: Resolved, seed: int, replication: int) -> Resolved:
    """A scenario with the values that its ensemble gives a run; itself when it has none."""
    if resolved.ensemble is None:
        return resolved
    positions = resolved.ensemble.member(seed, replication)
    plans = {plan.id: plan for plan in resolved.interventions}
    settings = dict(resolved.settings)
    for parameter in resolved.ensemble.parameters:
        position = positions[parameter.name]
        for governed in parameter.governs:
            if parameter.acts == "setting":
                settings.setdefault(governed.value, parameter.value(position))
            elif governed.intervention in plans:
                plan = plans[governed.intervention]
                plans[plan.id] = _changed(plan, parameter, governed, position)
    changed = tuple(plans[plan.id] for plan in resolved.interventions)
    return replace(resolved, interventions=changed, settings=settings)


def read_ensemble(name: str) -> Ensemble | None:
    """An ensemble as `require_ensemble`, for which "none" may be asked: None.

    Raises:
        BadInput: as there.
    """
    return None if name == NONE else require_ensemble(name, "--ensemble", (NONE,))


def require_ensemble(name: str, option: str, also_allowed: tuple[str, ...] = ()) -> Ensemble:
    """A shipped ensemble by name, or the one in a folder that `caresim calibrate` made.

    Args:
        name: of it, or of the folder.
        option: for which it is asked, named in messages.
        also_allowed: what else the option takes.

    Raises:
        BadInput: when there is no such ensemble, or a folder's cannot be used.
    """
    if is_folder(name):
        return _own(Path(name), option)
    known = {row["name"]: row for row in _records(FOLDER / ENSEMBLES)}
    if name not in known:
        words = [*known, *also_allowed]
        raise BadInput([Message("", 0, option, name, listed([*words, OWN]), nearest(name, words),
                                "There is no such ensemble.", "option")])
    row = known[name]
    return Ensemble(name, row["title"], row["about"], parameters(), read_members(FOLDER / f"{name}.csv"))


def is_folder(name: str) -> bool:
    """Whether an ensemble is asked for by folder; the names of shipped ones and "none" are never folders."""
    return name not in (*shipped_ensembles(), NONE) and Path(name).is_dir()


def _own(folder: Path, option: str) -> Ensemble:
    """The one ensemble of a folder."""
    listing = folder / ENSEMBLES
    try:
        rows = _records(listing)
        (row,) = rows
        own, title, about = row["name"], row["title"], row["about"]
        return Ensemble(own, title, about, parameters(), read_members(folder / f"{own}.csv"))
    except (OSError, UnicodeDecodeError):
        problem = f"The folder has no ensemble that can be read: {ENSEMBLES} and a file of members"
    except KeyError as missing:
        problem = f"{ENSEMBLES} has no column {missing}"
    except ValueError as wrong:
        problem = str(wrong) if ".csv" in str(wrong) else f"{ENSEMBLES} must have one line under its heading"
    raise BadInput([Message("", 0, option, str(folder), OWN, "", f"{problem}.", "option")])


def shipped_ensembles() -> tuple[str, ...]:
    """Names of the shipped ensembles, the one that is meant to be used first."""
    return tuple(row["name"] for row in _records(FOLDER / ENSEMBLES))


def read_members(path: Path) -> tuple[tuple[float, ...], ...]:
    """(members, parameters) positions from a file of an ensemble.

    Raises:
        ValueError: its columns are not the parameters, or a position is not between 0 and 1.
    """
    names = [each.name for each in parameters()]
    rows = _records(path)
    if not rows or list(rows[0]) != names:
        raise ValueError(f"{path.name}: its columns must be {', '.join(names)}")
    try:
        members = tuple(tuple(float(row[name]) for name in names) for row in rows)
    except (TypeError, ValueError):
        raise ValueError(f"{path.name}: every position must be a number") from None
    if any(not 0.0 < position < 1.0 for member in members for position in member):
        raise ValueError(f"{path.name}: positions must lie between 0 and 1")
    return members


@cache
def parameters() -> tuple[Parameter, ...]:
    """What a fit moves, in the order of its table."""
    governed: dict[str, list[Governed]] = {}
    for row in _records(FOLDER / GOVERNED):
        numbers = [float(row[key]) if row[key] else None for key in ("best", "low", "high")]
        governed.setdefault(row["parameter"], []).append(Governed(row["intervention"], row["value"], *numbers))
    return tuple(_parameter(row, tuple(governed.get(row["parameter"], ()))) for row in _records(FOLDER / PARAMETERS))


def _parameter(row: Mapping[str, str], governs: tuple[Governed, ...]) -> Parameter:
    own = None
    if row["best"]:
        scale: Literal["positive", "plain"] = "positive" if row["acts"] == "recording" else "plain"
        own = RangeValue(float(row["best"]), float(row["low"]), float(row["high"]), scale)
    least, most = (float(row[key]) if row[key] else fallback for key, fallback in (("least", 0.0), ("most", 1.0)))
    acts = cast(Acts, row["acts"])
    return Parameter(row["parameter"], row["title"], acts, row["unit"], own, least, most, governs)


def _changed(plan: Intervention, parameter: Parameter, governed: Governed, position: float) -> Intervention:
    """A service with one of its values moved; as it is where the plan states it otherwise than the shipped one."""
    if parameter.acts == "months":
        return _later(plan, governed, round(parameter.value(position)))
    if parameter.acts == "avoids":
        if not governed.is_as_shipped(plan.short_end_share):
            return plan
        return replace(plan, short_end_share=_fixed(plan.short_end_share, position))
    effects = tuple(
        replace(effect, change=_fixed(effect.change, position))
        if effect.phrase == governed.value and governed.is_as_shipped(effect.change) else effect
        for effect in plan.effects
    )
    return replace(plan, effects=effects)


def _later(plan: Intervention, governed: Governed, months: int) -> Intervention:
    """A service whose prevention comes later: what begins some months after joining, or else all of its effects."""
    if plan.lag_months != governed.best:
        return plan
    if not any(effect.from_month for effect in plan.effects):
        return replace(plan, lag_months=plan.lag_months + months)
    return replace(plan, effects=tuple(_later_effect(effect, months) for effect in plan.effects))


def _later_effect(effect: EffectSpec, months: int) -> EffectSpec:
    if not effect.from_month:
        return effect
    end = None if effect.to_month is None else effect.to_month + months
    return replace(effect, from_month=effect.from_month + months, to_month=end)


def _fixed(given: RangeValue, position: float) -> RangeValue:
    value = quantile(given, position)
    return RangeValue(value, value, value, given.scale)


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
