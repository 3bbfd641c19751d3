"""Drawings: the same marks on the screen and on paper, axes with round numbers, labels that keep apart."""

from __future__ import annotations

import io
from itertools import pairwise
from xml.etree import ElementTree

import matplotlib.image
import numpy as np
import pytest

from outputs.figures.picture import DOTS_PER_INCH, png
from outputs.figures.plot import apart, in_ticks, span, ticks
from outputs.figures.rows import Row, Rows, Value, rows_of_values
from outputs.figures.scene import Area, Bar, Dot, Line, Mark, Ribbon, Scene, Words, lines_of, moved, text_width
from outputs.figures.style import GREY, PALETTE
from outputs.figures.svg import svg
from outputs.figures.waterfall import Step, waterfall

MARKS: tuple[tuple[Mark, tuple[int, int]], ...] = (
    (Line(((10.0, 50.0), (90.0, 50.0)), "#c04a00", 4.0), (50, 50)),
    (Area(((10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0)), "#c04a00"), (50, 50)),
    (Bar(20.0, 20.0, 60.0, 60.0, "#c04a00"), (50, 50)),
    (Dot(50.0, 50.0, "#c04a00", 10.0), (50, 50)),
    (Dot(50.0, 50.0, "#c04a00", 10.0, "diamond"), (50, 50)),
    (Ribbon((10.0, 50.0), (90.0, 50.0), 12.0, "#c04a00", opacity=1.0), (50, 50)),
)


@pytest.mark.parametrize(("mark", "inside"), MARKS)
def test_a_mark_is_where_it_was_put_on_paper_and_on_the_screen(mark: Mark, inside: tuple[int, int]) -> None:
    """Its colour at its middle, paper in the corner; and an element of its own in the SVG."""
    scene = Scene(100.0, 100.0, (mark,))
    pixels = matplotlib.image.imread(io.BytesIO(png(scene, 100.0 * 25.4 / DOTS_PER_INCH)))
    x, y = inside
    assert pixels[y, x, :3] == pytest.approx(np.array([0xC0, 0x4A, 0x00]) / 255.0, abs=0.02)
    assert pixels[2, 2, :3] == pytest.approx([1.0, 1.0, 1.0])
    root = ElementTree.fromstring(svg(scene, "one mark"))
    assert root.attrib["aria-label"] == "one mark"
    assert len(list(root)) == 2


def test_words_are_words_in_the_drawing() -> None:
    """Text can be read, searched and translated; marks of XML in it do no harm."""
    scene = Scene(100.0, 40.0, (Words(4.0, 20.0, "A&E <4 hours>", bold=True),))
    assert "".join(ElementTree.fromstring(svg(scene, 'with "quotes"')).itertext()) == "A&E <4 hours>"


def test_moving_marks_moves_every_kind() -> None:
    """Right and down, all else equal."""
    for mark, _ in MARKS:
        back = moved(moved([mark], 7.0, 3.0), -7.0, -3.0)
        assert back == (mark,)
        assert moved([mark], 7.0, 3.0) != (mark,)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 10.0, [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]),
        (-0.05, 0.15, [-0.05, 0.0, 0.05, 0.1, 0.15]),
        (6.4, 7.9, [6.5, 7.0, 7.5]),
    ],
)
def test_axes_have_round_numbers(low: float, high: float, expected: list[float]) -> None:
    """About five, and never a number nobody would choose."""
    assert ticks(low, high) == pytest.approx(expected)


def test_ticks_are_written_with_the_decimals_that_they_need() -> None:
    """0.05 beside 0.10; whole numbers without; signs where differences are meant."""
    assert [in_ticks(value, [0.05, 0.1]) for value in (0.05, 0.1)] == ["0.05", "0.10"]
    assert in_ticks(2000.0, [0.0, 1000.0], signed=True) == "+2,000"
    assert in_ticks(7.5, [5.0, 7.5, 10.0]) == "7.5"


@pytest.mark.parametrize("values", [[], [0.0], [3.0], [float("nan"), 2.0]])
def test_an_axis_is_never_empty(values: list[float]) -> None:
    """Nothing, noughts, one value, unknown values: there is always a scale with ticks."""
    for with_nought in (False, True):
        low, high = span(values, with_nought=with_nought)
        assert low < high
        assert ticks(low, high)


def test_labels_keep_apart_and_inside() -> None:
    """Four that want the same place get four places in their order, between the ends."""
    places = apart([50.0, 50.0, 51.0, 99.0], 10.0, 0.0, 100.0)
    assert all(after - before >= 10.0 - 1e-9 for before, after in pairwise(sorted(places)))
    assert min(places) >= 0.0
    assert max(places) <= 100.0


def test_lines_are_no_wider_than_they_may_be() -> None:
    """Words go on below; a word alone may be longer."""
    text = "emergency admissions among people who are reached by the teams"
    lines = lines_of(text, 120.0)
    assert " ".join(lines) == text
    assert all(text_width(line) <= 120.0 for line in lines)


def test_colours_can_be_read_as_words_on_white() -> None:
    """At least 4.5 to 1, as WCAG asks of text; and no two are alike in lightness and hue."""
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255.0 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert all(1.05 / (luminance(colour) + 0.05) >= 4.5 for colour in (GREY, *PALETTE))
    assert len(set(PALETTE)) == len(PALETTE)


def test_a_waterfall_ends_where_its_steps_lead() -> None:
    """The total's bar is as tall as the steps come to; on a telephone every step has its words and number."""
    steps = [Step("teams", 5.0, "teams"), Step("care", -2.0, "care"), Step("net", 3.0, "net", is_total=True)]
    bars = [mark for mark in waterfall(720.0, steps, "£m", str).marks if isinstance(mark, Bar)]
    assert bars[2].height / bars[0].height == pytest.approx(3.0 / 5.0)
    assert bars[1].y == pytest.approx(bars[0].y)
    words = [mark.text for mark in waterfall(350.0, steps, "£m", str).marks if isinstance(mark, Words)]
    assert {"teams: 5.0", "care: -2.0", "net: 3.0"} <= set(words)


@pytest.mark.parametrize("width", [350.0, 720.0])
def test_rows_stay_on_the_paper(width: float) -> None:
    """Dots and words of a row lie inside the drawing, also on a telephone."""
    value = Value(-3.0, -9.0, 12.0, PALETTE[0], "says")
    scene = rows_of_values(width, Rows([Row("A long name of a plan", (value,), "-3: no clear difference")], "unit"))
    dots = [mark for mark in scene.marks if isinstance(mark, Dot)]
    assert [mark.says for mark in dots] == ["says"]
    assert all(0.0 <= mark.x <= width and 0.0 <= mark.y <= scene.height for mark in dots)
    said = [mark for mark in scene.marks if isinstance(mark, Words) and mark.anchor == "start"]
    assert all(mark.x + text_width(mark.text, mark.size) <= width + 1.0 for mark in said)
