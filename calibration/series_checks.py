"""What the months of a series say together: each stands once, none is missing, and what they grow on can be told."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from calibration.calendar_months import in_words
from calibration.monthly_counts import PEOPLE
from calibration.targets import COUNT, SERIES, Target
from scenarios.messages import Message

MOST_NAMED: Final = 5
ALIKE: Final = 0.02
"""A base stated in one number may differ from its rows by rounding."""


def check_series(rows: Sequence[Target]) -> list[Message]:
    """One message for each series that cannot be used as it is."""
    months = [row for row in rows if row.estimator == SERIES]
    found = []
    for key in dict.fromkeys(row.series for row in months):
        ordered = sorted((row for row in months if row.series == key), key=lambda row: row.months)
        message = _out_of_order(ordered) or _several_bases(ordered) or _base_contradicted(ordered) \
            or _base_not_there(ordered)
        if message is not None:
            found.append(message)
    return found


def gaps_in_words(ordered: Sequence[Target]) -> list[str]:
    """Months that are missing between rows in order, and between which lines."""
    return [
        f"{in_words((before.months[1], after.months[0]))} between {_named(before)} and {_named(after)}"
        for before, after in pairwise(ordered)
        if before.months[1] < after.months[0]
    ]


def together(texts: Sequence[str]) -> str:
    """The first of several findings, and how many more there are."""
    more = f"; and {len(texts) - MOST_NAMED} more" if len(texts) > MOST_NAMED else ""
    return "; ".join(texts[:MOST_NAMED]) + more


def about(rows: Sequence[Target]) -> str:
    """Which series, in words."""
    system, measure, people = rows[0].series
    return f"{measure} of {people}, {system}"


def message(row: Target, text: str, column: str = "period", allowed: str = "") -> Message:
    """About a series, at one of its rows."""
    found = in_words(row.base if column == "base_period" and row.base is not None else row.months)
    return Message(row.file, row.line, column, found, allowed, text=text, label="column")


def _out_of_order(ordered: Sequence[Target]) -> Message | None:
    """Months that stand twice, and those that are missing; where the base is stated, months may be missing."""
    pairs = [(before, after) for before, after in pairwise(ordered) if after.months[0] < before.months[1]]
    gaps = gaps_in_words(ordered) if ordered[0].base is None else []
    if not pairs and not gaps:
        return None
    twice = [
        f"{in_words(after.months)} in lines {min(before.line, after.line)} and {max(before.line, after.line)}"
        if before.months == after.months else f"{_named(after)} lies inside {_named(before)}"
        for before, after in pairs
    ]
    row = max(pairs[0], key=lambda each: each.line) if pairs else _after_a_gap(ordered)
    said = [f"Twice: {together(twice)}."] if twice else []
    said += [f"Missing: {together(gaps)}. Add them, or say in base_period what the months are growth on; then months "
             "may be missing."] if gaps else []  # fmt: skip
    return message(row, f"{about(ordered)}: months follow each other without gaps, each once. {' '.join(said)}")


def _after_a_gap(ordered: Sequence[Target]) -> Target:
    return next(after for before, after in pairwise(ordered) if before.months[1] < after.months[0])


def _several_bases(ordered: Sequence[Target]) -> Message | None:
    first = ordered[0]
    other = next((row for row in ordered if (row.base, row.base_value) != (first.base, first.base_value)), None)
    if other is None:
        return None
    return message(other, f"{about(ordered)}: a series has one base_period and one base_value; line {first.line} says "
                   "otherwise.", "base_period")  # fmt: skip


def _base_contradicted(ordered: Sequence[Target]) -> Message | None:
    """A base that is stated together and row by row, and not alike."""
    first = ordered[0]
    if first.base is None or first.base_value is None:
        return None
    start, stop = first.base
    rows = [row for row in ordered if start <= row.months[0] and row.months[1] <= stop and row.unit == COUNT]
    if not rows or sum(row.months[1] - row.months[0] for row in rows) < stop - start:
        return None
    values = [row.value for row in rows]
    counted = sum(values) / len(values) if first.measure == PEOPLE else sum(values)
    if abs(counted - first.base_value) <= ALIKE * first.base_value:
        return None
    return Message(first.file, first.line, "base_value", f"{first.base_value:,.12g}", f"{counted:,.6g}, or none",
                   text=f"{about(ordered)}: the rows of the base make another number.", label="column")  # fmt: skip


def _base_not_there(ordered: Sequence[Target]) -> Message | None:
    """Counts grow on counts: the base's are rows of the file, or stated together."""
    first = ordered[0]
    if first.base is None or first.base_value is not None or all(row.unit != COUNT for row in ordered):
        return None
    start, stop = first.base
    inside = [row.months for row in ordered if start <= row.months[0] and row.months[1] <= stop and row.unit == COUNT]
    if sum(last - begun for begun, last in inside) == stop - start:
        return None
    there = together([in_words(months) for months in inside]) or "none of them"
    return message(first, f"{about(ordered)}: counts can be set on these months only when all of them are rows too, "
                   f"or base_value says how many there were in them together. In the file: {there}.",
                   "base_period")  # fmt: skip


def _named(row: Target) -> str:
    return f"{in_words(row.months)} (line {row.line})"
