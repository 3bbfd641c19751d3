"""How far the model may be from what it stands for, and areas from each other: one table for fits and for reports.

Ranges over assumptions are about an average programme. What one area alone would find is wider: areas grow apart
whatever they do, and the model is not the programme.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from scipy.special import ndtri

from outputs.ranges import HIGH_QUANTILE, Spread

TABLE: Final = Path(__file__).parent / "discrepancy.csv"
WHOLE_AREA, BETWEEN_AREAS = "area", "between sites"


@dataclass(frozen=True)
class Shares:
    """A difference as shares of the reference: the middle, and the ends of the middle eight in ten."""

    mean: float
    low: float
    high: float


@cache
def discrepancies() -> dict[str, float]:
    """Standard deviations by what they are about, as shares (0.05 for 5 log points)."""
    with TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["about"]: float(row["sd_log_points"]) / 100.0 for row in csv.DictReader(stream)}


def on_average(difference: Spread, level: float) -> Shares:
    """A difference of an average programme as shares of the reference's level."""
    return Shares(difference.mean / level, difference.low / level, difference.high / level)


def in_one_area(difference: Spread, level: float) -> Shares:
    """What one area would find against areas like it that went on as before, in a year.

    Each side of the range is widened by the spread between areas and by what the model may be off, which are
    independent of it. Emergency admissions only: both were taken from them.
    """
    average, apart = on_average(difference, level), half_width_of_one_area()
    below, above = (math.hypot(average.mean - end, apart) for end in (average.low, average.high))
    return Shares(average.mean, average.mean - below, average.mean + above)


def half_width_of_one_area() -> float:
    """Eight areas in ten lie so far from the average or nearer, whatever they do: a share of admissions in a year."""
    table = discrepancies()
    return float(ndtri(HIGH_QUANTILE)) * math.hypot(table[WHOLE_AREA], table[BETWEEN_AREAS])
