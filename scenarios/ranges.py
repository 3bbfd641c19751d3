"""A number that is not known for certain: its best guess and its central 8-in-10 range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scale = Literal["change", "positive", "share", "plain"]


@dataclass(frozen=True)
class RangeValue:
    """A best guess and its central 8-in-10 range; the three are equal when there is no range.

    Attributes:
        best: the middle: as likely to be too low as too high.
        low: one chance in ten of being lower.
        high: one chance in ten of being higher.
        scale: how the range is spread when it is drawn: "change" (a relative change, above -1: on the log of
            1 + change), "positive" (on the log), "share" (on the log odds), "plain" (as it stands).
    """

    best: float
    low: float
    high: float
    scale: Scale = "change"

    @property
    def is_certain(self) -> bool:
        """Whether there is no range."""
        return self.low == self.high


ALWAYS = RangeValue(1.0, 1.0, 1.0, "share")
NEVER = RangeValue(0.0, 0.0, 0.0, "share")
"""Shares that are certain."""
