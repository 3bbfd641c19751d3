"""Present values, break-even, and what an admission avoided costs.

Books are nominal and undiscounted. Here money is first brought to the price year (real), then discounted by the Green
Book's rates: costs and health effects each at their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from outputs.ranges import spread

Floats = NDArray[np.float64]
CROSSES_ZERO = "the range of admissions avoided includes none: no cost of one can be given"
NONE_AVOIDED = "no admissions are avoided, so there is no cost of one"
TOO_FEW = "a single run has no range: no cost of one avoided is given"


def present_value(flows: Sequence[float] | Floats, rate: float, at: Literal["start", "end"] = "start") -> float:
    """What yearly flows are worth in the first year.

    Args:
        flows: one for each year, in real money.
        rate: of discount, a year, as a fraction.
        at: whether a year's flow falls at its start (the first is not discounted) or at its end.
    """
    return float((np.asarray(flows, np.float64) * factors(len(flows), rate, at)).sum())


def factors(years: int, rate: float, at: Literal["start", "end"] = "start") -> Floats:
    """(years,) what a pound of each year is worth in the first; see `present_value`."""
    first = 0 if at == "start" else 1
    return (1.0 + rate) ** -np.arange(first, first + years, dtype=np.float64)


def broken_even(net_cost: Floats, rate: float) -> NDArray[np.bool_]:
    """(runs, years) whether what was spent has come back by the end of each year, and stays so to the last.

    Args:
        net_cost: (runs, years) real net cost of each year since the change.
        rate: of discount.
    """
    repaid = np.cumsum(net_cost * factors(net_cost.shape[1], rate), axis=1) <= 0.0
    stays = np.logical_and.accumulate(repaid[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(stays, np.bool_)


@dataclass(frozen=True)
class CostPerAdmission:
    """What one admission avoided costs, or why it cannot be said; NaN then."""

    pounds: float
    low: float
    high: float
    warning: str


def cost_per_admission_avoided(net_cost: Floats, avoided: Floats) -> CostPerAdmission:
    """Net cost of all runs over admissions avoided in all, with its 8-in-10 range over runs.

    No number is given where the range of admissions avoided includes none: a ratio then says nothing.

    Args:
        net_cost: (runs,) of each run.
        avoided: (runs,) admissions avoided, below zero where some were added.
    """
    nothing = (np.nan, np.nan, np.nan)
    if len(avoided) < 2:
        return CostPerAdmission(*nothing, TOO_FEW)
    found = spread(avoided)
    if found.high <= 0.0:
        return CostPerAdmission(*nothing, NONE_AVOIDED)
    if found.low <= 0.0:
        return CostPerAdmission(*nothing, CROSSES_ZERO)
    some = avoided > 0.0
    ratios = spread(net_cost[some] / avoided[some])
    middle = float(net_cost.sum() / avoided.sum())
    warning = "" if some.all() else f"{int((~some).sum())} of {len(some)} runs avoided none and are not in the range"
    return CostPerAdmission(middle, min(ratios.low, middle), max(ratios.high, middle), warning)
