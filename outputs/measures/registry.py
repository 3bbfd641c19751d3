"""Every measure, by id: each defined once, in the file of its topic."""

from __future__ import annotations

from collections.abc import Mapping

from outputs.measures import (
    activity,
    beds,
    care_home,
    continuity,
    cost,
    deaths,
    equity,
    fifths,
    growth,
    handing_over,
    moves,
    standing,
    teams,
    two_services,
    waiting,
)
from outputs.measures.measure import Measure

MODULES = (
    growth, activity, waiting, beds, continuity, handing_over, care_home, deaths, equity, fifths, cost, teams,
    two_services, standing, moves,
)
MEASURES: Mapping[str, Measure] = {measure.id: measure for module in MODULES for measure in module.MEASURES}
"""Measure by id, in the order in which tables list them."""


def measure(name: str) -> Measure:
    """The measure with an id.

    Raises:
        KeyError: when there is none.
    """
    return MEASURES[name]
