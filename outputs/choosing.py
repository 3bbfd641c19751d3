"""Which scenario is best, how sure that is, and how much is lost by choosing another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from outputs.comparison import Comparison
from outputs.measures.measure import ALL
from outputs.measures.registry import MEASURES
from outputs.ranges import FEWEST_RUNS, TOO_FEW_RUNS, spread

CRITERIA = (
    ("emergency_admissions", "fewer"), ("emergency_admission_growth_percent", "fewer"),
    ("emergency_beds_occupied", "fewer"), ("net_cost_gbp", "fewer"), ("days_at_home_per_person", "more"),
    ("delayed_days_per_1000", "fewer"),
)
"""What scenarios are ranked by, each by itself: nothing here weighs one against another."""
COLUMNS = (
    "scenario", "measure", "title", "better", "period", "share_of_runs", "chance_best", "chance_simulation_error",
    "unit", "loss_mean", "loss_simulation_error", "loss_high", "loss_worst", "runs", "verdict",
)
PAIRING_COLUMNS = (
    "scenario", "reference", "measure", "period", "paired_variance", "unpaired_variance", "times", "correlation", "runs"
)
FEWEST_FOR_A_VARIANCE = 3
Row = tuple[object, ...]


def best_table(comparison: Comparison) -> pd.DataFrame:
    """The table `best` of docs/tables.md; empty for one scenario."""
    rows = _best(comparison) if len(comparison.scenarios) > 1 else ()
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def pairing_table(comparison: Comparison) -> pd.DataFrame:
    """The table `pairing` of docs/tables.md: what it is worth that scenarios share people, chance and assumptions."""
    rows = _pairing(comparison) if comparison.reference is not None else ()
    return pd.DataFrame(list(rows), columns=list(PAIRING_COLUMNS))


def share_best(values: np.ndarray) -> np.ndarray:
    """(scenarios,) share of runs in which each is the lowest; scenarios that tie share the run.

    Args:
        values: (scenarios, runs).
    """
    first = values == values.min(axis=0)
    return np.asarray((first / first.sum(axis=0)).mean(axis=1))


def chance_best(share: np.ndarray, runs: int) -> np.ndarray:
    """(scenarios,) chance that each is best: (runs won + 1) / (runs + scenarios), the rule of succession.

    A few runs that all agree are not certainty.
    """
    return np.asarray((share * runs + 1.0) / (runs + len(share)))


def losses(values: np.ndarray) -> np.ndarray:
    """(scenarios, runs) how much worse each is than the lowest of its run; the mean is the expected loss."""
    return np.asarray(values - values.min(axis=0))


def _best(comparison: Comparison) -> Iterator[Row]:
    for name, better in CRITERIA:
        measure = MEASURES[name]
        values, period = _values(comparison, name)
        if values is None:
            continue
        lowest = values if better == "fewer" else -values
        runs, few = values.shape[1], TOO_FEW_RUNS if values.shape[1] < FEWEST_RUNS else ""
        shares = share_best(lowest)
        chances = chance_best(shares, runs)
        for one, share, chance, loss in zip(comparison.scenarios, shares, chances, losses(lowest), strict=True):
            found = spread(loss)
            error = float(np.sqrt(chance * (1.0 - chance) / (runs + len(shares) + 1)))
            yield (one.id, name, measure.title, better, period, float(share), float(chance), error,
                   measure.unit, found.mean, found.simulation_error, found.high, float(loss.max()), runs, few)


def _pairing(comparison: Comparison) -> Iterator[Row]:
    for name, measure in MEASURES.items():
        if not measure.headline:
            continue
        values, period = _values(comparison, name)
        if values is None or values.shape[1] < FEWEST_FOR_A_VARIANCE:
            continue
        there = values[[one.id for one in comparison.scenarios].index(str(comparison.reference))]
        for one, here in zip(comparison.scenarios, values, strict=True):
            if one.id != comparison.reference:
                yield (one.id, comparison.reference, name, period, *_worth(here, there), len(here))


def _worth(here: np.ndarray, there: np.ndarray) -> tuple[float, float, float, float]:
    """Variance of paired differences, of unpaired ones, how many times larger that is, and the correlation of pairs."""
    paired = float((here - there).var(ddof=1))
    unpaired = float(here.var(ddof=1) + there.var(ddof=1))
    varies = here.std() > 0.0 and there.std() > 0.0
    correlation = float(np.corrcoef(here, there)[0, 1]) if varies else np.nan
    return paired, unpaired, unpaired / paired if paired > 0.0 else np.nan, correlation


def _values(comparison: Comparison, measure: str) -> tuple[np.ndarray | None, str]:
    """(scenarios, runs) of a measure in its reported period; None where some scenario lacks it."""
    period = comparison.period_of(MEASURES[measure])
    if period is None:
        return None, ""
    table = comparison.run_values
    own = table[(table["measure"] == measure) & (table["period"] == period.name) & (table["stratum"] == ALL)]
    by = own.pivot(index="scenario", columns="run", values="value").sort_index(axis=1)
    by = by.reindex([one.id for one in comparison.scenarios])
    return (None, "") if by.empty or bool(by.isna().to_numpy().any()) else (by.to_numpy(np.float64), period.name)
