"""Why we think that results were missed, and what was published and cannot be predicted: kept as data beside them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import Final

from calibration.hold_outs import Score
from calibration.targets import FOLDER, HOLD_OUTS, SETS

MISSES, NOT_PREDICTED = "misses.csv", "not-predicted.csv"
UNKNOWN: Final = "We do not know"
SHIPPED: Final = tuple(f"{name}.csv" for name in (HOLD_OUTS, *SETS))


@dataclass(frozen=True)
class NotPredicted:
    """A published result that the model cannot be set beside, and why."""

    title: str
    published: str
    source: str
    why: str


def why_missed(score: Score) -> str:
    """Why we think that a shipped row was missed; empty for rows that were hit, not predicted, or somebody's own."""
    if not score.is_predicted or score.inside or score.target.file not in SHIPPED:
        return ""
    return _reasons().get(score.target.id, UNKNOWN)


def not_predicted() -> tuple[NotPredicted, ...]:
    """What was published and is not set beside the model."""
    with (FOLDER / NOT_PREDICTED).open(encoding="utf-8", newline="") as stream:
        return tuple(NotPredicted(**row) for row in csv.DictReader(stream))


@cache
def _reasons() -> dict[str, str]:
    with (FOLDER / MISSES).open(encoding="utf-8", newline="") as stream:
        return {row["id"]: row["why"] for row in csv.DictReader(stream)}
