"""A drawing as SVG, for pages and for files that open anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from outputs.figures.scene import NO_SERIES, PAPER, Area, Bar, Dot, Line, Mark, Point, Ribbon, Scene, Words

FONT = "'Frutiger W01', Arial, 'Liberation Sans', Helvetica, sans-serif"
OUTLINE = 1.5
BEND = 0.5
TRIANGLE = (0.0, -1.15), (1.05, 0.8), (-1.05, 0.8)
DIAMOND = (0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)
SQUARE = (-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)
CORNERS = {"triangle": TRIANGLE, "diamond": DIAMOND, "square": SQUARE}
"""Corners of signs, in radii."""


def svg(scene: Scene, described_as: str, css_class: str = "") -> str:
    """The drawing as an `svg` element with a text alternative.

    Args:
        scene: the drawing.
        described_as: what somebody who does not see it is told.
        css_class: class of the element; without one it is a file of its own, with a namespace and a background.
    """
    size = f'viewBox="0 0 {_number(scene.width)} {_number(scene.height)}"'
    head = f'<svg class="{css_class}" {size}' if css_class else (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} width="{_number(scene.width)}" '
        f'height="{_number(scene.height)}"'
    )
    paper = "" if css_class else f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    body = "".join(_drawn(mark) for mark in scene.marks)
    return f'{head} role="img" aria-label={quoteattr(described_as)} font-family="{FONT}">{paper}{body}</svg>'


def _drawn(mark: Mark) -> str:
    match mark:
        case Line():
            dash = f' stroke-dasharray="{" ".join(map(_number, mark.dash))}"' if mark.dash else ""
            return (f'<polyline{_of(mark)} points="{_points(mark.points)}" fill="none" stroke="{mark.colour}" '
                    f'stroke-width="{_number(mark.width)}" stroke-linejoin="round"{dash}{_opacity(mark.opacity)}/>')
        case Area():
            return f'<polygon{_of(mark)} points="{_points(mark.points)}" fill="{mark.colour}"{_opacity(mark.opacity)}/>'
        case Bar():
            rounded = f' rx="{_number(mark.rounded)}"' if mark.rounded else ""
            return (f'<rect{_of(mark)} x="{_number(mark.x)}" y="{_number(mark.y)}" width="{_number(mark.width)}" '
                    f'height="{_number(mark.height)}"{rounded} fill="{mark.colour}"{_opacity(mark.opacity)}/>')
        case Dot():
            return _sign(mark)
        case Ribbon():
            return (f'<path{_of(mark)} d="{_ribbon(mark)}" fill="none" stroke="{mark.colour}" '
                    f'stroke-width="{_number(mark.thickness)}"{_opacity(mark.opacity)}/>')
        case Words():
            anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
            bold = ' font-weight="bold"' if mark.bold else ""
            return (f'<text{_of(mark)} x="{_number(mark.x)}" y="{_number(mark.y)}" font-size="{_number(mark.size)}" '
                    f'fill="{mark.colour}"{anchor}{bold}>{escape(mark.text)}</text>')


def _sign(mark: Dot) -> str:
    paint = (f'fill="{PAPER}" stroke="{mark.colour}" stroke-width="2"' if mark.hollow
             else f'fill="{mark.colour}" stroke="{PAPER}" stroke-width="{OUTLINE}"')
    if mark.kind == "circle":
        place = f'cx="{_number(mark.x)}" cy="{_number(mark.y)}" r="{_number(mark.radius)}"'
        return f"<circle{_of(mark)} {place} {paint}/>"
    corners = ((mark.x + x * mark.radius, mark.y + y * mark.radius) for x, y in CORNERS[mark.kind])
    return f'<polygon{_of(mark)} points="{_points(corners)}" {paint}/>'


def _ribbon(mark: Ribbon) -> str:
    (x, y), (to_x, to_y) = mark.start, mark.stop
    middle = x + (to_x - x) * BEND
    bend = f"{_number(middle)} {_number(y)} {_number(middle)} {_number(to_y)}"
    return f"M{_number(x)} {_number(y)}C{bend} {_number(to_x)} {_number(to_y)}"


def _of(mark: Mark) -> str:
    """What a page needs to bring a series forward and to say what is pointed at."""
    series = "" if mark.series == NO_SERIES else f' data-series="{mark.series}"'
    says = getattr(mark, "says", "")
    return series + (f" data-says={quoteattr(says)}" if says else "")


def _opacity(opacity: float) -> str:
    return "" if opacity == 1.0 else f' opacity="{_number(opacity)}"'


def _points(points: Iterable[Point]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """To a tenth of a pixel, without needless noughts."""
    return f"{value:.1f}".rstrip("0").rstrip(".") if value else "0"
