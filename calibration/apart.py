"""How far an area's own counts may be from the model's: by what the model may be off, and by how areas differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from calibration.area_spread import load_spread
from calibration.calendar_months import YEAR, Months
from calibration.monthly_counts import DELAYED_DAYS, OVER_FOUR_HOURS, PEOPLE, TYPE_1_OVER_FOUR_HOURS
from calibration.targets import Target
from outputs.discrepancy import discrepancies

KINDS: Final = {PEOPLE: "people", DELAYED_DAYS: "delayed days", OVER_FOUR_HOURS: "over four hours",
                TYPE_1_OVER_FOUR_HOURS: "over four hours"}
"""Measures of which the model may be further off than of the others, as the table of discrepancies calls them."""
SOLVED_LEVELS: Final = (-YEAR, 0)
"""The year whose levels the baseline was solved on, 2016/17."""
SOLVED_MONTHS: Final = (-YEAR, YEAR)
"""Months of England's returns on which it was solved, and from which how far it may be off was read."""


def level_apart(row: Target) -> float:
    """How far a level may be from the model's, on the log scale: as growth from 2016/17 on, whose levels were solved.

    An area's own level differs from others' by more, and by that alone.
    """
    table = discrepancies()
    areas = load_spread().level if row.is_one_area else 0.0
    return math.hypot(table["level"], _model_apart(row.measure, row.months, [SOLVED_LEVELS]), areas)


def growth_apart(row: Target, months: Months, base: Sequence[Months]) -> float:
    """How far a series' index may be from the model's: a standard deviation on the log scale.

    Three parts: in single months, of which a longer period has many; in growth, for each year from the base, since what
    growth is off by in one year it is taken to be off by in the next; and between areas, unless the row is a country's.
    """
    areas = load_spread().apart(_years(months, base)) if row.is_one_area and row.measure != PEOPLE else 0.0
    return math.hypot(_model_apart(row.measure, months, base), areas)


def _model_apart(measure: str, months: Months, base: Sequence[Months]) -> float:
    table, kind = discrepancies(), KINDS.get(measure, "")
    names = ("monthly series", "growth of a series")
    of_months, of_growth = (table[f"{name}, {kind}" if kind else name] for name in names)
    return math.hypot(of_months / math.sqrt(months[1] - months[0]), of_growth * _years(months, base))


def _years(months: Months, base: Sequence[Months]) -> float:
    """Between the middles of some months and their base."""
    middle = sum(first + last for first, last in base) / (2.0 * len(base))
    return abs(sum(months) / 2.0 - middle) / YEAR
