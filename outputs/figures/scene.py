"""What a drawing is made of: a few kinds of marks, drawn by `svg` for screens and by `picture` for print.

A chart is described once, in these marks. Lengths are pixels of a screen, from the upper left corner. A mark may belong
to a series (one scenario, by its number), so that a page can bring it forward, and may say something when pointed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
Kind = Literal["circle", "square", "diamond", "triangle"]
INK, SOFT_INK, RULE, PAPER = "#212b32", "#4c6272", "#d8dde0", "#ffffff"
WIDE_LETTERS, NARROW_LETTERS = "mwMWQO@%", "ijlft.,:;'|![]()I "
WIDE_EM, USUAL_EM, NARROW_EM, CAPITAL_EM = 0.86, 0.545, 0.29, 0.68
NO_SERIES = -1


@dataclass(frozen=True)
class Line:
    """A line through points; with `steps` nothing but straight pieces."""

    points: tuple[Point, ...]
    colour: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()
    opacity: float = 1.0
    series: int = NO_SERIES


@dataclass(frozen=True)
class Area:
    """A filled outline."""

    points: tuple[Point, ...]
    colour: str
    opacity: float = 1.0
    series: int = NO_SERIES


@dataclass(frozen=True)
class Bar:
    """A filled rectangle, `says` being what it is when pointed at."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    says: str = ""
    opacity: float = 1.0
    rounded: float = 0.0
    series: int = NO_SERIES


@dataclass(frozen=True)
class Dot:
    """A sign at a point; hollow ones have paper inside."""

    x: float
    y: float
    colour: str
    radius: float = 5.0
    kind: Kind = "circle"
    says: str = ""
    hollow: bool = False
    series: int = NO_SERIES


@dataclass(frozen=True)
class Ribbon:
    """A flow from one upright edge to another, as wide as it is large."""

    start: Point
    stop: Point
    thickness: float
    colour: str
    says: str = ""
    opacity: float = 0.4
    series: int = NO_SERIES


@dataclass(frozen=True)
class Words:
    """A line of text; `y` is the line that letters stand on."""

    x: float
    y: float
    text: str
    size: float = 13.0
    anchor: Anchor = "start"
    colour: str = INK
    bold: bool = False
    series: int = NO_SERIES


Mark = Line | Area | Bar | Dot | Ribbon | Words


@dataclass(frozen=True)
class Scene:
    """A drawing of a width and height."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def text_width(text: str, size: float = 13.0, *, bold: bool = False) -> float:
    """About how wide a line of text is, in the sans serif faces that browsers and matplotlib use."""
    ems = sum(
        WIDE_EM if letter in WIDE_LETTERS else NARROW_EM if letter in NARROW_LETTERS
        else CAPITAL_EM if letter.isupper() else USUAL_EM
        for letter in text
    )
    return ems * size * (1.07 if bold else 1.0)


def lines_of(text: str, width: float, size: float = 13.0, *, bold: bool = False) -> list[str]:
    """A text in lines no wider than `width`, where words allow."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def paragraph(text: str, x: float, y: float, width: float, like: Words, leading: float = 1.3) -> list[Words]:
    """A text in lines, the first standing on `y`, in the manner of `like`."""
    return [
        replace(like, x=x, y=y + index * like.size * leading, text=line)
        for index, line in enumerate(lines_of(text, width, like.size, bold=like.bold))
    ]


def moved(marks: Iterable[Mark], right: float, down: float) -> tuple[Mark, ...]:
    """Marks shifted as they are."""
    return tuple(_moved(mark, right, down) for mark in marks)


def _moved(mark: Mark, right: float, down: float) -> Mark:
    if isinstance(mark, Line | Area):
        return replace(mark, points=_shifted(mark.points, right, down))
    if isinstance(mark, Ribbon):
        start, stop = _shifted((mark.start, mark.stop), right, down)
        return replace(mark, start=start, stop=stop)
    return replace(mark, x=mark.x + right, y=mark.y + down)


def _shifted(points: Sequence[Point], right: float, down: float) -> tuple[Point, ...]:
    return tuple((x + right, y + down) for x, y in points)
