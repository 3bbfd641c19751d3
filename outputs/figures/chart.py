"""A chart: a finding as its title, what the marks are below, a drawing for any width, and the data behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from outputs.figures.picture import png
from outputs.figures.scene import INK, SOFT_INK, Mark, Scene, Words, moved, paragraph
from outputs.figures.svg import svg

WIDE, NARROW = 720.0, 350.0
"""Widths for a sheet of paper or a screen, and for a telephone."""
PRINTED_MM = 170.0
"""Width of the text of an A4 page with usual margins."""
EDGE = 14.0
TITLE, CAPTION = 17.0, 11.0
Kind = Literal["lines", "rows", "steps", "shares", "flows"]
"""Lines over time; values with ranges; steps that add up; shares of a whole; flows between places."""


@dataclass(frozen=True)
class Chart:
    """See the head of this file.

    Attributes:
        name: name of its files.
        title: the finding.
        caption: what the marks are, where and when, and what the ranges are.
        data: one row for each mark, with its unit.
        draw: the drawing, without title and caption, for a width in pixels.
        kind: which other programs may need to draw it their own way.
        by: column of the data whose values are told apart by colour or sign.
        along: column of the data along the axis of names or of time.
    """

    name: str
    title: str
    caption: str
    data: pd.DataFrame
    draw: Callable[[float], Scene]
    kind: Kind = "rows"
    by: str = "scenario"
    along: str = "period"

    def described(self) -> str:
        """What somebody who does not see it is told."""
        return f"{self.title}. {self.caption}"

    def inside(self, width: float) -> str:
        """The drawing for a page, as an SVG element."""
        return svg(self.draw(width), self.described(), "wide" if width > NARROW else "narrow")

    def whole(self, width: float = WIDE, run: str = "") -> Scene:
        """The drawing with its title above, and its caption and the run that it is from below."""
        inner = width - 2.0 * EDGE
        title = paragraph(self.title, EDGE, EDGE + TITLE, inner, Words(0.0, 0.0, "", TITLE, colour=INK, bold=True))
        drawing = self.draw(inner)
        down = title[-1].y + EDGE
        caption = paragraph(
            f"{self.caption} Run {run}." if run else self.caption, EDGE, down + drawing.height + EDGE + CAPTION, inner,
            Words(0.0, 0.0, "", CAPTION, colour=SOFT_INK),
        )
        marks: tuple[Mark, ...] = (*title, *moved(drawing.marks, EDGE, down), *caption)
        return Scene(width, caption[-1].y + EDGE, marks)

    def drawing(self, run: str) -> bytes:
        """The chart as an SVG file, with title, caption and run; equal charts give equal bytes."""
        return svg(self.whole(run=run), self.described()).encode("utf-8")

    def picture(self, run: str) -> bytes:
        """The chart as a PNG file at print size, with title, caption and run; equal charts give equal bytes."""
        return png(self.whole(run=run), PRINTED_MM)

    def numbers(self) -> bytes:
        """The data behind the chart as CSV."""
        return self.data.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")
