"""Whether estimates agree with what they should be, and how well both are known."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from calibration.verification.cases import Case, Check

CONFIDENCE = 0.9995
"""Exact values: an estimate may be off by this quantile of Student's t, in standard errors."""
COMBINED_ERRORS = 3.0
"""Published values: an estimate may be off by so many standard errors of both together."""
QUICK_PRECISION = 12.0
"""By how much larger a standard error may be in the quick form."""
LAST_DIGIT = 0.6
"""Formulas may differ from printed values by so much of a unit of the last digit printed."""
OK, FAILS, DIFFERS = "ok", "FAILS", "differs, as known"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimated:
    """A mean over runs, its standard error, and the runs that its error rests on."""

    mean: float
    error: float
    degrees: int


@dataclass(frozen=True)
class Verdict:
    """What became of one check.

    Attributes:
        case: id of its case.
        title: of its case.
        check: what was checked.
        estimated: what the runs say.
        verdict: `OK`, `FAILS` or `DIFFERS`.
        why: what is wrong, or why a difference is right.
    """

    case: str
    title: str
    check: Check
    estimated: Estimated
    verdict: str
    why: str


def judge(case: Case, check: Check, values: Floats, quick: bool) -> Verdict:
    """Judge one check.

    Args:
        values: (runs, 1 + controls) estimates, and those of the controls.
        quick: whether the runs are those of the quick form, whose errors may be larger.
    """
    estimated = controlled(values, [control.exact for control in check.controls])
    if check.rule == "above":
        is_above = estimated.mean - COMBINED_ERRORS * estimated.error > check.value
        why = "" if is_above else f"not above {check.value:g} by {COMBINED_ERRORS:g} standard errors"
        return Verdict(case.id, case.title, check, estimated, OK if is_above else FAILS, why)
    off, allowed = abs(estimated.mean - check.value), _allowed(check, estimated)
    precise = check.precision * (abs(check.value) or 1.0) * (QUICK_PRECISION if quick else 1.0)
    if check.wrong:
        agrees = OK if quick else FAILS
        return Verdict(case.id, case.title, check, estimated, DIFFERS if off > allowed else agrees, check.wrong)
    if check.printed is not None and not agrees_with_print(check.value, check.printed):
        return Verdict(case.id, case.title, check, estimated, FAILS, f"the formula gives {check.value:.9g}")
    if math.isnan(estimated.mean) or off > allowed:
        return Verdict(case.id, case.title, check, estimated, FAILS, f"off by {off:.3g}, allowed {allowed:.3g}")
    if check.rule == "exact" and estimated.error > precise:
        return Verdict(case.id, case.title, check, estimated, FAILS, f"not precise enough: wanted {precise:.3g}")
    return Verdict(case.id, case.title, check, estimated, OK, "")


def controlled(values: Floats, exact: list[float]) -> Estimated:
    """Mean over runs with chance taken out that shows in controls whose means are known (linear regression)."""
    numbers = values[:, 0]
    controls = values[:, 1:] - np.array(exact)
    runs = len(numbers)
    if runs <= controls.shape[1] + 2:
        controls = controls[:, :0]
    scale = controls.std(axis=0)
    controls = controls[:, scale > 0.0] / scale[scale > 0.0]
    design = np.column_stack([np.ones(runs), controls])
    coefficients = np.linalg.lstsq(design, numbers, rcond=None)[0]
    degrees = runs - design.shape[1]
    residuals = numbers - design @ coefficients
    variance = float(residuals @ residuals) / degrees
    spread = float(np.linalg.pinv(design.T @ design)[0, 0])
    return Estimated(float(coefficients[0]), math.sqrt(variance * spread), degrees)


def agrees_with_print(value: float, printed: float) -> bool:
    """Whether a formula gives the value that a source prints, to its last digit."""
    _, _, decimals = f"{printed!r}".partition(".")
    return abs(value - printed) <= LAST_DIGIT * 10.0 ** -len(decimals) + 1e-12


def _allowed(check: Check, estimated: Estimated) -> float:
    """How far an estimate may be off."""
    if check.rule == "exact":
        return float(stats.t.ppf(CONFIDENCE, estimated.degrees)) * estimated.error + check.half_digit
    return COMBINED_ERRORS * math.hypot(estimated.error, check.error) + check.half_digit
