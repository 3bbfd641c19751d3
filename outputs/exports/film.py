"""A film of the system: how many people are where, day by day, as bars that grow and shrink."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import animation
from matplotlib.figure import Figure
from numpy.typing import NDArray

from outputs.figures.style import GREY, colour, house_style
from simulation.calendar import SECONDS_PER_HOUR, Calendar
from simulation.stays import NEVER, Settings, Stays
from simulation.studies.whole_files import move_into_place

FOOT_CHARACTERS = 140
NOON = 12 * SECONDS_PER_HOUR
MOST_FRAMES = 180
FRAMES_PER_SECOND = 10
DOTS_PER_INCH = 80
SUFFIXES = (".gif", ".html", ".mp4")
PLACES = {
    "A&E": ("ae_type1", "ae_type1_arrival", "ae_other"),
    "Same-day emergency care": ("same_day_emergency_care",),
    "Ward beds, emergencies": ("emergency_bed",),
    "Ward beds, planned": ("elective_bed",),
    "Intermediate care": ("intermediate_care",),
    "Hospital at home": ("hospital_at_home",),
    "Reablement at home": ("reablement", "reablement_first", "assessed_at_home"),
    "Care homes": ("care_home",),
}
"""What the film shows, and the tags of the settings that are counted there."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class DailyCounts:
    """How many people are where at noon of each day, added up from rows as they come."""

    def __init__(self, settings: Settings, calendar: Calendar) -> None:
        self._noons = calendar.day_start[:-1] + NOON
        self._place = np.full(len(settings.names), -1)
        for number, tags in enumerate(PLACES.values()):
            for tag in tags:
                self._place[list(settings.tags.get(tag, ()))] = number
        self._changes = np.zeros((len(PLACES), len(self._noons) + 1), np.int64)

    def add(self, stays: Stays) -> None:
        """Count some stays."""
        rows = np.flatnonzero((stays.started != NEVER) & (self._place[stays.setting] >= 0))
        place = self._place[stays.setting[rows]]
        # A place is left the moment it is left: somebody who leaves at noon is not there.
        np.add.at(self._changes, (place, np.searchsorted(self._noons, stays.started[rows])), 1)
        np.add.at(self._changes, (place, np.searchsorted(self._noons, stays.ended[rows])), -1)

    def table(self) -> Ints:
        """(places, days) people at noon."""
        return np.cumsum(self._changes, axis=1)[:, :-1]


@dataclass(frozen=True)
class Reel:
    """A scenario's people by place and day."""

    title: str
    counts: Ints
    """(places, days) as `DailyCounts.table`."""


def write_film(path: Path, reels: Sequence[Reel], calendar: Calendar, days: range, caption: str) -> None:
    """Draw a film and save it, whole or not at all.

    Args:
        path: ends in one of `SUFFIXES`; MP4 needs ffmpeg on the machine.
        reels: one scenario, or two to be compared: bars side by side.
        calendar: of the run.
        days: first and last day of the film; longer than `MOST_FRAMES` days, each frame is several days later.
        caption: which place, year and run it is.

    Raises:
        ValueError: when this machine cannot write such a film.
    """
    if path.suffix == ".mp4" and not animation.writers.is_available("ffmpeg"):
        raise ValueError("a film as .mp4 needs the program ffmpeg, which is not here; .gif and .html need nothing")
    step = -(-len(days) // MOST_FRAMES)
    frames = days[::step]
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    with house_style():
        mpl.rcParams["animation.embed_limit"] = 200.0
        figure, draw = _drawing(reels, calendar, frames, caption)
        film = animation.FuncAnimation(figure, draw, frames=len(frames), blit=False)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".html":
                temporary.write_text(film.to_jshtml(fps=FRAMES_PER_SECOND), encoding="utf-8")
            else:
                writer = "ffmpeg" if path.suffix == ".mp4" else "pillow"
                film.save(str(temporary), writer=writer, fps=FRAMES_PER_SECOND, dpi=DOTS_PER_INCH)
            move_into_place(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)


def _drawing(reels: Sequence[Reel], calendar: Calendar, frames: range, caption: str) -> tuple[Figure, Any]:
    """The figure, and the function that brings it to a frame."""
    figure = Figure(figsize=(9.0, 4.8))
    axes = figure.subplots()
    shown = [number for number in range(len(PLACES)) if any(reel.counts[number].any() for reel in reels)]
    most = np.array([max(1, *(int(reel.counts[number, list(frames)].max()) for reel in reels)) for number in shown])
    names = list(PLACES)
    height = 0.8 / len(reels)
    bars, labels = [], []
    for number, reel in enumerate(reels):
        at = np.arange(len(shown)) + (number - (len(reels) - 1) / 2.0) * height
        shade = colour(1 if len(reels) == 1 else number)
        bars.append(axes.barh(at, np.zeros(len(shown)), height=height * 0.9, color=shade, label=reel.title))
        labels.append([axes.text(0.0, place, "", va="center", fontsize=8, color=GREY) for place in at])
    axes.set_yticks(range(len(shown)), [names[number] for number in shown])
    axes.invert_yaxis()
    axes.set_xlim(0.0, 1.12)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    heading = figure.text(0.01, 0.965, "", ha="left", va="top", fontsize=13, weight="bold")
    below = "People there at noon. Each bar is as long as a share of the most that its place has in this film. "
    below = textwrap.fill(below + caption, FOOT_CHARACTERS)
    figure.text(0.01, 0.02, below, ha="left", va="bottom", fontsize=7.5, color=GREY)
    if len(reels) > 1:
        figure.legend(loc="upper right", ncols=len(reels), frameon=False, fontsize=9)
    figure.subplots_adjust(left=0.23, right=0.99, top=0.87, bottom=0.12)

    def draw(frame: int) -> list[Any]:
        day = frames[frame]
        heading.set_text(f"{_in_words(calendar.start + timedelta(days=day))}")
        for reel, drawn, words in zip(reels, bars, labels, strict=True):
            people = reel.counts[shown, day]
            for bar, word, count, top in zip(drawn, words, people.tolist(), most.tolist(), strict=True):
                bar.set_width(count / top)
                word.set_x(count / top + 0.01)
                word.set_text(f"{count:,}")
        return [heading]

    return figure, draw


def _in_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
