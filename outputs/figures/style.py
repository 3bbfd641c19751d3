"""How charts look, and how they are saved."""

from __future__ import annotations

import io
import logging
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # "building the font cache" is nobody's concern

GREY = "#425563"
PALE = "#bdbdbd"
PALETTE = ("#005eb8", "#c04a00", "#007f61", "#a1407c", "#866300", "#3a7ca5")
"""NHS blue, then Okabe and Ito's hues, which people with any kind of colour blindness can tell apart, made dark enough
to be read as words on white paper."""
TITLE_CHARACTERS = 90
FOOT_CHARACTERS = 165
LABEL_CHARACTERS = 26
RULES: Mapping[str, object] = {
    "font.family": "DejaVu Sans",
    "font.size": 10.0,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "svg.hashsalt": "caresim",
}
DOTS_PER_INCH = 150


@dataclass(frozen=True)
class Diagram:
    """A drawing made with matplotlib and the data behind it.

    Attributes:
        name: name of its files.
        figure: the drawing.
        data: one row for each mark.
    """

    name: str
    figure: Figure
    data: pd.DataFrame

    def files(self) -> dict[str, bytes]:
        """The chart as PNG, SVG and CSV, by file name; the same chart gives the same bytes."""
        return {
            f"{self.name}.png": self._image("png", {"Software": None}),
            f"{self.name}.svg": self._image("svg", {"Date": None, "Creator": "caresim"}),
            f"{self.name}.csv": self.data.to_csv(index=False, lineterminator="\n").encode("utf-8-sig"),
        }

    def _image(self, kind: str, metadata: dict[str, str | None]) -> bytes:
        buffer = io.BytesIO()
        with house_style():
            self.figure.savefig(buffer, format=kind, dpi=DOTS_PER_INCH, metadata=metadata)
        return buffer.getvalue()


@contextmanager
def house_style() -> Iterator[None]:
    """Draw as all charts are drawn, whatever the user's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(RULES)  # type: ignore[arg-type]
        yield


def colour(index: int) -> str:
    """Colour of a scenario: grey for the reference (0), then the palette in order, again from its start."""
    return GREY if index == 0 else PALETTE[(index - 1) % len(PALETTE)]


def say(figure: Figure, title: str, below: str) -> None:
    """Put the finding on top and what the marks are at the foot, and fit the chart between."""
    title, below = textwrap.fill(title, TITLE_CHARACTERS), textwrap.fill(below, FOOT_CHARACTERS)
    height = float(figure.get_figheight())
    top = (0.2 + 0.25 * (1 + title.count("\n"))) / height
    foot = (0.1 + 0.15 * (1 + below.count("\n"))) / height
    figure.tight_layout(rect=(0.0, foot, 1.0, 1.0 - top))
    figure.text(0.01, 1.0 - 0.08 / height, title, ha="left", va="top", fontsize=13, weight="bold")
    figure.text(0.01, 0.08 / height, below, ha="left", va="bottom", fontsize=8, color=GREY)


def wrapped(text: str, characters: int = LABEL_CHARACTERS) -> str:
    """A text on as many lines as it needs."""
    return textwrap.fill(text, characters)


def nothing_line(axes: Axes) -> None:
    """A thin line at no difference."""
    axes.axvline(0.0, color=PALE, linewidth=1.0, zorder=0)
