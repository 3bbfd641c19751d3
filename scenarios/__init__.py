"""What a planner writes and what we ship: files read, checked and settled into a `Resolved` scenario.

`resolve.resolve` settles a scenario; `evidence.load` gives the numbers; `library/` is data.
"""

from scenarios.messages import BadInput, Message
from scenarios.resolved import (
    CostSpec,
    EffectSpec,
    Intervention,
    Origin,
    Place,
    PopulationCell,
    RangeValue,
    Resolved,
    SelectionSpec,
    WhoSpec,
    Window,
)

__all__ = [
    "BadInput",
    "CostSpec",
    "EffectSpec",
    "Intervention",
    "Message",
    "Origin",
    "Place",
    "PopulationCell",
    "RangeValue",
    "Resolved",
    "SelectionSpec",
    "WhoSpec",
    "Window",
]
