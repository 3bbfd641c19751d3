"""From one number to another in steps that add up, drawn as a waterfall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from outputs.figures.plot import NARROW, SMALL, Scale, foot_axis, haloed, level_axis, span
from outputs.figures.scene import SOFT_INK, Bar, Line, Mark, Scene, Words, lines_of

MORE, LESS, TOTAL = "#d55e00", "#005eb8", "#425563"
HEIGHT = 330.0
TOP, FOOT, LEFT = 24.0, 58.0, 56.0
NARROW_STEP = 46.0


@dataclass(frozen=True)
class Step:
    """A step up or down; a total stands on nought. `says` is what it is when pointed at."""

    name: str
    amount: float
    says: str
    is_total: bool = False


def waterfall(width: float, steps: Sequence[Step], unit: str, say: Callable[[float], str]) -> Scene:
    """The drawing: columns side by side; on a telephone, bars one under another.

    Args:
        width: in pixels.
        steps: in order; steps between totals add up to the difference of the totals.
        unit: said above the axis.
        say: a number as it stands on its bar.
    """
    edges = _edges(steps)
    low, high = span([end for pair in edges for end in pair], with_nought=True)
    if width < NARROW:
        return _upright(width, steps, edges, unit, say, (low, high))
    foot = HEIGHT - FOOT
    up = Scale(low, high, foot, TOP)
    each = (width - LEFT - 8.0) / len(steps)
    marks: list[Mark] = [Words(0.0, 12.0, unit, SMALL, colour=SOFT_INK)]
    marks += level_axis(up, LEFT, width, signed=True)
    marks.append(Line(((LEFT, up(0.0)), (width, up(0.0))), SOFT_INK))
    for place, (step, (start, stop)) in enumerate(zip(steps, edges, strict=True)):
        x, top, bottom = LEFT + 8.0 + place * each, up(max(start, stop)), up(min(start, stop))
        wide = min(each * 0.68, 70.0)
        inset = x + (each - wide) / 2.0
        marks.append(Bar(inset, top, wide, max(bottom - top, 1.0), _colour(step), step.says, rounded=2.0))
        above = top - 6.0 if top > TOP + 12.0 else bottom + 15.0
        marks.append(Words(x + each / 2.0, above, say(step.amount), SMALL, "middle", bold=True))
        if place + 1 < len(steps):
            y = up(stop)
            marks.append(Line(((inset + wide, y), (inset + each, y)), SOFT_INK, 1.0, (2.0, 2.0)))
        for row, line in enumerate(lines_of(step.name, each - 6.0, SMALL)[:3]):
            marks.append(Words(x + each / 2.0, foot + 18.0 + 14.0 * row, line, SMALL, "middle", SOFT_INK))
    return Scene(width, HEIGHT, tuple(marks))


def _upright(
    width: float, steps: Sequence[Step], edges: Sequence[tuple[float, float]], unit: str, say: Callable[[float], str],
    ends: tuple[float, float],
) -> Scene:
    across = Scale(*ends, 16.0, width - 16.0)
    foot = 20.0 + NARROW_STEP * len(steps)
    marks: list[Mark] = [Words(0.0, 12.0, unit, SMALL, colour=SOFT_INK), *foot_axis(across, 20.0, foot, about=4)]
    for place, (step, (start, stop)) in enumerate(zip(steps, edges, strict=True)):
        y, left = 20.0 + NARROW_STEP * place, across(min(start, stop))
        marks += haloed(Words(0.0, y + 16.0, f"{step.name}: {say(step.amount)}", SMALL, bold=True))
        marks.append(Bar(left, y + 22.0, max(across(max(start, stop)) - left, 1.0), 16.0, _colour(step), step.says,
                         rounded=2.0))
    return Scene(width, foot + 26.0, tuple(marks))


def _edges(steps: Sequence[Step]) -> list[tuple[float, float]]:
    """Where each bar begins and ends."""
    found, level = [], 0.0
    for step in steps:
        start = 0.0 if step.is_total else level
        level = start + step.amount
        found.append((start, level))
    return found


def _colour(step: Step) -> str:
    return TOTAL if step.is_total else MORE if step.amount > 0.0 else LESS
