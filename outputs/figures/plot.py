"""Scales, axes and the signs by which scenarios are told apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from outputs import words
from outputs.figures.scene import PAPER, RULE, SOFT_INK, Bar, Kind, Line, Mark, Words, text_width
from outputs.figures.style import colour

SIGNS: tuple[Kind, ...] = ("circle", "square", "diamond", "triangle")
DASHES: tuple[tuple[float, ...], ...] = ((), (7.0, 3.0), (2.0, 3.0), (9.0, 3.0, 2.0, 3.0))
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
ROOM = 0.06
SMALL, TINY = 12.0, 11.0
NARROW = 480.0
"""Below this width a drawing is laid out for a telephone."""


@dataclass(frozen=True)
class Scale:
    """From values to pixels."""

    low: float
    high: float
    start: float
    stop: float

    def __call__(self, value: float) -> float:
        """Where a value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.stop - self.start)


@dataclass(frozen=True)
class Look:
    """How a scenario is drawn: by colour and by sign and dash, never by colour alone."""

    colour: str
    sign: Kind
    dash: tuple[float, ...]


def look(index: int) -> Look:
    """Of the scenario with an index, 0 being the reference."""
    turn = max(index - 1, 0)
    return Look(colour(index), SIGNS[index % len(SIGNS)], () if index == 0 else DASHES[turn % len(DASHES)])


def span(values: Iterable[float], *, with_nought: bool = False) -> tuple[float, float]:
    """Ends of an axis that holds all values with a little room; (0, 1) without any."""
    known = [value for value in values if not math.isnan(value)]
    if with_nought:
        known.append(0.0)
    if not known:
        return (0.0, 1.0)
    low, high = min(known), max(known)
    if low == high == 0.0:
        return (-1.0, 1.0)
    room = (high - low) * ROOM or abs(high) * ROOM or 1.0
    at_nought = with_nought and low == 0.0
    return (low if at_nought else low - room, high if with_nought and high == 0.0 else high + room)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers between two ends, about so many."""
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * one for one in STEPS if power * one >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(index * step, 10) + 0.0 for index in range(first, math.floor(high / step + 1e-9) + 1)]


def in_ticks(value: float, every: Sequence[float], *, signed: bool = False) -> str:
    """A tick's number, with as many decimals as its neighbours need."""
    step = every[1] - every[0] if len(every) > 1 else 1.0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1.0 else 0
    if step >= 1.0 and step != round(step):
        decimals = 1
    return words.number(value, decimals, signed=signed)


def level_axis(scale: Scale, left: float, right: float, *, signed: bool = False, about: int = 5) -> list[Mark]:
    """Quiet lines across at round values, with their numbers on the left."""
    every = ticks(scale.low, scale.high, about)
    marks: list[Mark] = []
    for value in every:
        y = scale(value)
        marks.append(Line(((left, y), (right, y)), RULE, 1.0))
        marks.append(Words(left - 8.0, y + 4.0, in_ticks(value, every, signed=signed), SMALL, "end", SOFT_INK))
    return marks


def foot_axis(scale: Scale, top: float, foot: float, *, signed: bool = True, about: int = 5) -> list[Mark]:
    """Quiet upright lines at round values, with their numbers below; the line at nought is darker."""
    every = ticks(scale.low, scale.high, about)
    marks: list[Mark] = []
    for value in every:
        x = scale(value)
        at_nought = value == 0.0
        marks.append(Line(((x, top), (x, foot)), SOFT_INK if at_nought else RULE, 1.0))
        marks.append(Words(x, foot + 16.0, in_ticks(value, every, signed=signed), SMALL, "middle", SOFT_INK))
    return marks


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to those wanted as may be, at least `gap` from each other, between two ends where they fit."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed: list[float] = []
    for index in order:
        placed.append(max(wanted[index], placed[-1] + gap if placed else low))
    overflow = placed[-1] - high if placed else 0.0
    if overflow > 0.0:
        placed[-1] = high
        for index in range(len(placed) - 2, -1, -1):
            placed[index] = min(placed[index], placed[index + 1] - gap)
    found = [0.0] * len(wanted)
    for place, index in zip(placed, order, strict=True):
        found[index] = place
    return found


def haloed(text: Words) -> list[Mark]:
    """Words that stay readable on lines: drawn on paper of their own."""
    wide = text_width(text.text, text.size, bold=text.bold)
    left = text.x - {"start": 0.0, "middle": wide / 2.0, "end": wide}[text.anchor]
    return [Bar(left - 2.0, text.y - text.size * 0.85, wide + 4.0, text.size * 1.15, PAPER, opacity=0.85), text]
