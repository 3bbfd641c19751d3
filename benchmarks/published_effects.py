"""What controlled studies found of emergency admissions, as relative changes, and whether a finding lies inside it.

Results are rows of the evidence table. A result counts when it is about emergency or hospital admissions of all causes,
has a number that is a relative change or a ratio, and was measured against other people than those treated: a change
from the same people's own past is a claim and not a comparison (`docs/how-to-read-results.md`). Comparisons that cannot
be put beside a simulated change (no number, or something narrower than all admissions) are told in words, so that a
null or an adverse result is not lost because it had no number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scenarios.evidence import ProgrammeResult

RATIOS = ("rate ratio", "risk ratio", "relative risk", "odds ratio", "hazard ratio", "rate ratio (unadjusted)")
CHANGES = ("% relative difference", "% change", "% difference", "% increase", "% change (local claim)")
LOGARITHMS = ("DiD coefficient (see note)",)
ABOUT = ("emergency admission", "hospital admission", "non-elective admission")
NARROWER = ("avoidable", "cost", "from ed", "or death", "hazard of")
ADMISSIONS = "admission"
WITHOUT_NUMBER = "direction"
OTHER_AREAS = "rest of"


@dataclass(frozen=True)
class Published:
    """Results of one kind together: relative changes, -0.05 for 5 % fewer.

    Attributes:
        low: lowest end of all their intervals; the number itself where none is given.
        high: highest end.
        ids: of the results.
    """

    low: float
    high: float
    ids: tuple[str, ...]

    def meets(self, low: float, high: float) -> bool:
        """Whether a range has something in common with it."""
        return low <= self.high and high >= self.low

    def with_(self, other: Published | None) -> Published:
        """This and another together."""
        if other is None:
            return self
        return Published(min(self.low, other.low), max(self.high, other.high), (*self.ids, *other.ids))


def controlled(results: Iterable[ProgrammeResult]) -> Published | None:
    """What studies with a comparison found; None when there is none."""
    return _together([one for one in results if _is_compared(one) and _is_about_admissions(one)])


def claimed(results: Iterable[ProgrammeResult]) -> Published | None:
    """What was claimed from people's own past; None when nothing was."""
    return _together([one for one in results if not _is_compared(one) and _is_about_admissions(one)])


def told(results: Iterable[ProgrammeResult]) -> tuple[str, ...]:
    """Comparisons about admissions that cannot be set beside a simulated change, in words: number, what, found."""
    return tuple(
        f"{one.id}: {one.metric}, {_found(one)}" for one in results
        if _is_compared(one) and ADMISSIONS in one.metric.lower()
        and (not _is_about_admissions(one) or relative_change(one, one.value) is None)
    )


def relative_change(result: ProgrammeResult, text: str) -> float | None:
    """A number of a result as a relative change; None when it is not one."""
    try:
        number = float(text)
    except ValueError:
        return None
    if result.unit in RATIOS:
        return number - 1.0
    if result.unit in CHANGES:
        return number / 100.0
    return number if result.unit in LOGARITHMS else None


def _together(results: Iterable[ProgrammeResult]) -> Published | None:
    ends: list[float] = []
    ids: list[str] = []
    for result in results:
        best = relative_change(result, result.value)
        if best is None:
            continue
        interval = [relative_change(result, text) for text in (result.ci_low, result.ci_high)]
        ends += [best, *(end for end in interval if end is not None)]
        ids.append(result.id)
    return Published(min(ends), max(ends), tuple(ids)) if ids else None


def _found(result: ProgrammeResult) -> str:
    return result.value if result.unit == WITHOUT_NUMBER else f"{result.value} {result.unit}"


def _is_compared(result: ProgrammeResult) -> bool:
    comparator = result.comparator.lower().strip()
    return bool(comparator) and not comparator.startswith("own ") and not comparator.startswith(OTHER_AREAS)


def _is_about_admissions(result: ProgrammeResult) -> bool:
    metric = result.metric.lower()
    return any(words in metric for words in ABOUT) and not any(words in metric for words in NARROWER)
