"""A drawing as a PNG, at the size at which it is printed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from outputs.figures.scene import PAPER, Anchor, Area, Bar, Dot, Line, Mark, Ribbon, Scene, Words
from outputs.figures.style import house_style
from outputs.figures.svg import BEND, CORNERS, OUTLINE

DOTS_PER_INCH = 300
POINTS_PER_INCH = 72.0
MM_PER_INCH = 25.4
FACE, BOLD_FACE = 0.92, 0.86
"""DejaVu Sans, which matplotlib brings, is wider than the faces of browsers, and bold wider still."""
SIDES: Mapping[Anchor, Literal["left", "center", "right"]] = {"start": "left", "middle": "center", "end": "right"}
COMPRESSION = 2
"""Of PNG, 0 to 9: more costs much time and saves little."""


def png(scene: Scene, width_mm: float) -> bytes:
    """The drawing as a PNG of a printed width; the same drawing gives the same bytes."""
    inches = width_mm / MM_PER_INCH
    dots = inches * DOTS_PER_INCH / scene.width
    with house_style():
        figure = Figure(figsize=(inches, scene.height * dots / DOTS_PER_INCH), dpi=DOTS_PER_INCH)
        canvas = FigureCanvasAgg(figure)
        upright = Affine2D().scale(dots, -dots).translate(0.0, scene.height * dots)
        points = dots * POINTS_PER_INCH / DOTS_PER_INCH
        for order, mark in enumerate(scene.marks):
            artist = _artist(mark, points)
            artist.set_zorder(order)
            artist.set_transform(upright)
            figure.add_artist(artist)
        canvas.draw()  # type: ignore[no-untyped-call]
        pixels = np.asarray(canvas.buffer_rgba())[..., :3]  # type: ignore[no-untyped-call]
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(
        buffer, "PNG", compress_level=COMPRESSION, dpi=(DOTS_PER_INCH, DOTS_PER_INCH)
    )
    return buffer.getvalue()


def _artist(mark: Mark, points: float) -> Artist:
    """What matplotlib draws for a mark; `points` is the size of a pixel of the drawing."""
    match mark:
        case Line():
            across, up = zip(*mark.points, strict=True)
            line = Line2D(across, up, color=mark.colour, linewidth=mark.width * points, alpha=mark.opacity,
                          solid_joinstyle="round")
            if mark.dash:
                line.set_linestyle((0.0, tuple(length / mark.width for length in mark.dash)))
            return line
        case Area():
            return Polygon(mark.points, facecolor=mark.colour, alpha=mark.opacity, linewidth=0)
        case Bar():
            shape = f"round,pad=0,rounding_size={mark.rounded}" if mark.rounded else "square,pad=0"
            return FancyBboxPatch((mark.x, mark.y), mark.width, mark.height, boxstyle=shape, linewidth=0,
                                  facecolor=mark.colour, alpha=mark.opacity)
        case Dot():
            inside, edge = (PAPER, mark.colour) if mark.hollow else (mark.colour, PAPER)
            corners = [(mark.x + x * mark.radius, mark.y + y * mark.radius) for x, y in CORNERS.get(mark.kind, ())]
            if corners:
                return Polygon(corners, facecolor=inside, edgecolor=edge, linewidth=OUTLINE * points)
            return Circle((mark.x, mark.y), mark.radius, facecolor=inside, edgecolor=edge, linewidth=OUTLINE * points)
        case Ribbon():
            (x, y), (to_x, to_y) = mark.start, mark.stop
            middle = x + (to_x - x) * BEND
            path = Path([(x, y), (middle, y), (middle, to_y), (to_x, to_y)],
                        [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
            return PathPatch(path, facecolor="none", edgecolor=mark.colour, alpha=mark.opacity,
                             linewidth=mark.thickness * points, capstyle="butt")
        case Words():
            face = BOLD_FACE if mark.bold else FACE
            return Text(mark.x, mark.y, mark.text, color=mark.colour, horizontalalignment=SIDES[mark.anchor],
                        verticalalignment="baseline", fontsize=mark.size * points * face,
                        fontweight="bold" if mark.bold else "normal")
