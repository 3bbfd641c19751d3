"""How areas differ in what people come for, whatever is done: in level, from year to year, in growth."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SPREAD = Path(__file__).parent / "area_spread.csv"


@dataclass(frozen=True)
class AreaSpread:
    """How areas differ, as standard deviations of logarithms of rates: in level, in each year, in growth a year."""

    level: float
    year: float
    growth: float

    def apart(self, years: float) -> float:
        """By how much growth over some years differs between areas: a standard deviation of its logarithm.

        Years of an area are good or bad by themselves, so that two of them differ by both; a part of a year by less.
        """
        return math.hypot(math.sqrt(2.0 * min(years, 1.0)) * self.year, self.growth * years)

    def drawn(self, areas: int, years: int, seed: int) -> Floats:
        """(areas, years) by what the rate of each area is multiplied in each year."""
        generator = np.random.default_rng([seed, areas, years])
        level = generator.normal(0.0, self.level, (areas, 1))
        growth = generator.normal(0.0, self.growth, (areas, 1)) * np.arange(years)
        return np.asarray(np.exp(level + growth + generator.normal(0.0, self.year, (areas, years))), np.float64)


def load_spread(path: Path = SPREAD) -> AreaSpread:
    """How areas differ, from the table that gives its sources."""
    with path.open(newline="", encoding="utf-8") as file:
        values = {row["name"]: float(row["value"]) for row in csv.DictReader(file)}
    return AreaSpread(values["area.level_log_sd"], values["area.year_log_sd"], values["area.growth_log_sd"])
