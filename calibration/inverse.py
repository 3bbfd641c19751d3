"""The inverse question: the smallest change of one value that meets a condition, as surely as wanted.

Every value is tried in the same runs, that is with the same people, chance and assumptions, so that what differs from
one value to the next is the value. First a few values across the whole range, then halving between the last that does
not and the first that does. Nothing is taken for granted about the way between: more may help, hurt, or do nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FIRST_POINTS = 5
NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
STEPS_ACROSS = 32.0
"""Where no step is given, about so many go into the range."""
NEARLY_NOTHING = 1e-9

Booleans = NDArray[np.bool_]
Meets = Callable[[Sequence[float]], Booleans]
"""(values, runs) whether the condition is met in each run when the value is set so."""


@dataclass(frozen=True)
class Range:
    """Where a value is looked for.

    Attributes:
        first: one end.
        last: the other end, above or below.
        now: what the value is now; None when that is no number. The smallest change is counted from here.
        step: how finely it is looked for.
        sure: chance with which the condition shall be met.
    """

    first: float
    last: float
    now: float | None
    step: float
    sure: float

    def __post_init__(self) -> None:
        if not 0.0 < self.step <= abs(self.last - self.first):
            raise ValueError("the step must be above 0 and no wider than the range")

    @property
    def origin(self) -> float:
        """From which change is counted: what the value is now, or the nearer end, or the first where none is known."""
        low, high = min(self.first, self.last), max(self.first, self.last)
        return self.first if self.now is None else min(max(self.now, low), high)


@dataclass(frozen=True)
class Found:
    """What came of looking.

    Attributes:
        values: (values,) tried, from the lower end up.
        met: (values, runs) whether each met the condition.
        answer: the value nearest to what it is now that meets it surely enough; None when none that was tried does.
        short_of: the value tried next to it that does not; None when there is none between it and now.
    """

    values: tuple[float, ...]
    met: Booleans
    answer: float | None
    short_of: float | None

    @property
    def chances(self) -> tuple[float, ...]:
        """(values,) chance of meeting the condition."""
        return tuple(chance(row) for row in self.met)

    @property
    def goes_one_way(self) -> bool:
        """Whether the chance never falls from one end to the other, or never rises: nothing hides between values."""
        steps = np.diff(self.chances)
        return bool(np.all(steps >= -NEARLY_NOTHING) or np.all(steps <= NEARLY_NOTHING))

    @property
    def nearest_miss(self) -> float:
        """The value with the best chance; of several, the one in whose row most runs meet the condition first."""
        return self.values[int(np.argmax(self.chances))]


def smallest_change(within: Range, meets: Meets, first_points: int = FIRST_POINTS) -> Found:
    """The value nearest to what it is now that meets a condition surely enough.

    Args:
        within: where to look.
        meets: runs values and says whether they meet it; every call has the same runs.
        first_points: how many values are tried first, the ends among them.
    """
    tried: dict[float, Booleans] = {}

    def have(values: Sequence[float]) -> None:
        new = [value for value in dict.fromkeys(values) if value not in tried]
        if new:
            tried.update(zip(new, meets(new), strict=True))

    have(first_values(within, first_points))
    while True:
        ordered = sorted(tried)
        enough = [value for value in ordered if chance(tried[value]) >= within.sure - NEARLY_NOTHING]
        answer = min(enough, key=lambda value: (abs(value - within.origin), value), default=None)
        short_of = _between(ordered, answer, within.origin)
        middle = None if answer is None or short_of is None else _middle(answer, short_of, within)
        if middle is None or middle in tried:
            return Found(tuple(ordered), np.array([tried[value] for value in ordered]), answer, short_of)
        have([middle])


def first_values(within: Range, points: int = FIRST_POINTS) -> list[float]:
    """Values tried first: the ends, what it is now where that lies between, and others evenly between."""
    evenly = np.linspace(within.first, within.last, max(points, 2)).tolist()
    inner = [_on_step(value, within) for value in evenly[1:-1]]
    return list(dict.fromkeys([within.first, within.last, within.origin, *inner]))


def chance(met: Booleans) -> float:
    """Chance of meeting a condition, judged by runs: (runs that do + 1) / (runs + 2)."""
    return (int(np.count_nonzero(met)) + 1.0) / (len(met) + 2.0)


def fewest_runs(sure: float) -> int:
    """Runs that it takes for so much certainty to be possible at all: all of them meeting the condition."""
    return max(1, math.ceil((2.0 * sure - 1.0) / (1.0 - sure) - NEARLY_NOTHING))


def nice_step(first: float, last: float) -> float:
    """A round step, of which about thirty go into a range."""
    rough = abs(last - first) / STEPS_ACROSS
    power = 10.0 ** math.floor(math.log10(rough))
    return max(power * one for one in (NICE[0] / 2.0, *NICE) if power * one <= rough * (1.0 + NEARLY_NOTHING))


def _between(ordered: Sequence[float], answer: float | None, origin: float) -> float | None:
    """The neighbour of the answer on the side of what the value is now; None when the answer is that."""
    if answer is None or answer == origin:
        return None
    place = ordered.index(answer)
    return ordered[place - 1] if answer > origin else ordered[place + 1]


def _middle(answer: float, short_of: float, within: Range) -> float | None:
    """Halfway between two values, on a step; None when they are no more than a step apart."""
    if abs(answer - short_of) <= within.step * (1.0 + NEARLY_NOTHING):
        return None
    middle = _on_step((answer + short_of) / 2.0, within)
    return None if middle in (answer, short_of) else middle


def _on_step(value: float, within: Range) -> float:
    return round(round(value / within.step) * within.step, 12)
