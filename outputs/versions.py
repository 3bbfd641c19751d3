"""What a new version of the model, or of a plan, makes of a study: what really changed, and what is noise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from outputs.comparison import Comparison
from outputs.measures.measure import ALL, Measure
from outputs.measures.registry import MEASURES
from outputs.ranges import FEWEST_RUNS, TOO_FEW_RUNS

SAME, NOISE, CHANGED = "the same", "within noise", "really changed"
CONFIDENCE = 0.9995
"""Each of many numbers is judged; at this level hardly one in all of them is called changed by chance."""
COLUMNS = ("scenario", "measure", "title", "what", "period", "unit", "before", "now", "change", "simulation_error",
           "runs", "verdict")

Floats = NDArray[np.float64]
Key = tuple[str, str, str, str]
Values = Mapping[Key, Mapping[int, float]]


class NotTheSameStudy(Exception):
    """Two studies that cannot be set side by side; the text says why."""


def compare_versions(before: Comparison, now: Comparison) -> pd.DataFrame:
    """Headline measures of two versions of one study, run by run.

    The same run of both has the same people, luck and assumptions, so that whatever a new version leaves alone is
    equal to the last digit. A number has really changed when its mean paired change lies further from nothing than
    Student's t at 99.95 % allows.

    Raises:
        NotTheSameStudy: when places, dates, years, runs or scenarios differ.
    """
    _check(before, now)
    return pd.DataFrame(list(_rows(before, now)), columns=list(COLUMNS))


def verdict(changes: Floats) -> str:
    """Whether changes, one a run, are none, noise or real."""
    if not np.any(changes):
        return SAME
    if len(changes) < FEWEST_RUNS:
        return TOO_FEW_RUNS
    error = float(changes.std(ddof=1)) / math.sqrt(len(changes))
    limit = float(t.ppf((1.0 + CONFIDENCE) / 2.0, len(changes) - 1)) * error
    return CHANGED if abs(float(changes.mean())) > limit else NOISE


def _rows(before: Comparison, now: Comparison) -> Iterator[tuple[object, ...]]:
    headline = [one for one in MEASURES.values() if one.headline]
    old, new = _by_run(before.run_values), _by_run(now.run_values)
    for scenario in now.scenarios:
        for measure in headline:
            period = now.period_of(measure)
            key = (measure.id, period.name if period else "", ALL)
            pair = _pair(old, new, scenario.id, key)
            if pair is None:
                continue
            yield _row(scenario.id, measure, "level", key[1], *pair)
            if now.reference and scenario.id != now.reference:
                reference = _pair(old, new, now.reference, key)
                if reference is not None and len(reference[0]) == len(pair[0]):
                    differences = (pair[0] - reference[0], pair[1] - reference[1])
                    yield _row(scenario.id, measure, "difference", key[1], *differences)


def _row(
    scenario: str, measure: Measure, what: str, period: str, before: Floats, now: Floats
) -> tuple[object, ...]:
    changes = now - before
    error = float(changes.std(ddof=1)) / math.sqrt(len(changes)) if len(changes) > 1 else math.nan
    return (scenario, measure.id, measure.title, what, period, measure.unit, float(before.mean()), float(now.mean()),
            float(changes.mean()), error, len(changes), verdict(changes))


def _by_run(values: pd.DataFrame) -> Values:
    """Values by scenario, measure, period and stratum, and by run."""
    own = values[values["stratum"] == ALL].dropna(subset=["value"])
    found: dict[Key, dict[int, float]] = {}
    columns = (own[name].tolist() for name in ("scenario", "measure", "period", "stratum", "run", "value"))
    for *key, run, value in zip(*columns, strict=True):
        found.setdefault((key[0], key[1], key[2], key[3]), {})[run] = value
    return found


def _pair(old: Values, new: Values, scenario: str, key: tuple[str, str, str]) -> tuple[Floats, Floats] | None:
    """A measure of both versions, one value a run; None where one lacks it."""
    before, now = old.get((scenario, *key)), new.get((scenario, *key))
    if before is None or now is None:
        return None
    runs = [run for run in before if run in now]
    pair = np.array([before[run] for run in runs], np.float64), np.array([now[run] for run in runs], np.float64)
    return pair if runs else None


def _check(before: Comparison, now: Comparison) -> None:
    old, new = before.scenarios[0], now.scenarios[0]
    if (old.place.id, old.place.people) != (new.place.id, new.place.people):
        raise NotTheSameStudy(f"the places differ: {old.place.title} and {new.place.title}")
    if old.window != new.window or before.period != now.period:
        raise NotTheSameStudy("the dates or the year that is reported differ")
    if [one.id for one in before.scenarios] != [one.id for one in now.scenarios]:
        raise NotTheSameStudy("the scenarios differ")
