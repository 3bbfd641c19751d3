"""What settings and places cost, as a network file says; engines know nothing of it."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.network_expressions import Expressions
from scenarios.network_reading import bad, below, only, scalar, standing
from scenarios.yaml_reader import Mapping

COST_KEYS = ("per_visit", "per_day", "per_waiting_day", "per_delayed_day")
PLACE_COST = "cost_per_place_day"


@dataclass(frozen=True)
class Cost:
    """What one setting costs, in pounds."""

    per_visit: float = 0.0
    """Each stay that starts."""
    per_day: float = 0.0
    """Each day that somebody is there."""
    per_waiting_day: float = 0.0
    """Each day that somebody waits for it."""
    per_delayed_day: float = 0.0
    """Each day that somebody is there whose care is over, on top of the day itself."""


def setting_costs(settings: Mapping, names: tuple[str, ...], expressions: Expressions) -> tuple[Cost, ...]:
    """Costs of the settings, in order of their names.

    Raises:
        BadInput: for unknown keys and negative costs.
    """
    return tuple(_of_setting(below(settings, name, "settings"), name, expressions) for name in names)


def place_costs(pools: Mapping, names: tuple[str, ...], expressions: Expressions) -> tuple[float, ...]:
    """Pounds a day for each open place of the pools, in order of their names."""
    return tuple(_number(below(pools, name, "pools"), PLACE_COST, f"pools.{name}", expressions) for name in names)


def _of_setting(spec: Mapping, name: str, expressions: Expressions) -> Cost:
    if spec.get("cost") is None:
        return Cost()
    key = f"settings.{name}.cost"
    cost = below(spec, "cost", f"settings.{name}")
    only(cost, COST_KEYS, key)
    return Cost(*(_number(cost, part, key, expressions) for part in COST_KEYS))


def _number(spec: Mapping, part: str, key: str, expressions: Expressions) -> float:
    written = spec.get(part)
    if written is None:
        return 0.0
    pounds = expressions.value(scalar(written, f"{key}.{part}"), f"{key}.{part}")
    if pounds < 0.0:
        raise bad(standing(spec, part), f"{key}.{part}", f"{pounds:g}", "pounds from 0")
    return pounds
