"""What a measure is: its name, unit, rule and the function that takes it from a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from outputs.measures.view import View
from outputs.periods import Period

ALL = "all"
"""Stratum of a measure's value for the whole place."""

Values = Mapping[str, float]
"""Stratum to value. What cannot be known (a share of nothing, a year without its follow-up) is left out."""


@dataclass(frozen=True)
class Measure:
    """One thing that a study says of a run, defined here and nowhere else.

    Attributes:
        id: name in files.
        title: in the NHS's words.
        unit: of its values; "share" is 0-1, "%" per cent.
        rule: what is counted, in which window, over whom.
        source: published series or rule that it follows.
        values: takes it from a run for a period.
        topic: heading under which tables list it.
        matters: smallest difference worth knowing: a share of the reference's level when `relative`, else in its unit.
        relative: see `matters`.
        decimals: with which it is printed.
        monthly: whether it is also taken for each month.
        headline: whether tables on the screen list it.
        over_years: whether it is about the years from a base year to the stated one rather than about one year.
    """

    id: str
    title: str
    unit: str
    rule: str
    source: str
    values: Callable[[View, Period], Values]
    topic: str
    matters: float = 0.01
    relative: bool = True
    decimals: int = 1
    monthly: bool = False
    headline: bool = False
    over_years: bool = False


def share(part: float, whole: float) -> Values:
    """A share for the whole place; nothing when the whole is empty."""
    return {ALL: part / whole} if whole else {}
