"""Targets of one's own for a fit: months become growth of whole years, which a small place's runs can tell from chance.

The first twelve months of a series are its base, or those that the file states; each whole year after them is one
target, its count a day over that of the base. Growth and levels are fitted as they are. What an area that changed
nothing can say is little: the page of the fit tells.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from calibration.calendar_months import YEAR, Months, in_words
from calibration.contrasts import PROGRAMMES, Span
from calibration.growth_of_series import Base, base_of, chance_of, level_of
from calibration.series_checks import about, gaps_in_words, message, together
from calibration.targets import (
    COUNT,
    FIT,
    GROWTH_OF_SERIES,
    HOLD_OUT,
    LEVEL,
    LOG_POINTS,
    NEITHER,
    POPULATION,
    SERIES,
    Target,
    to_be_fitted,
)
from scenarios.messages import BadInput, Message, listed, nearest

MOST_NAMED = 10


def own_targets(rows: Sequence[Target], span: Span) -> tuple[Target, ...]:
    """What a file asks to fit: its rows with the role fit, or if it names none, its own counts.

    Raises:
        BadInput: nothing can be fitted, a month lies outside the years that a fit simulates, a scenario is not one of
            those that it simulates, or a series has no whole year after its base.
    """
    chosen = own_rows(rows)
    messages = _not_simulated(chosen, span)
    series = [row for row in chosen if row.estimator == SERIES]
    ordered = [
        sorted((row for row in series if row.series == key), key=lambda row: row.months)
        for key in dict.fromkeys(row.series for row in series)
    ]
    for each in ordered:
        messages += _not_whole(each)
    if messages:
        raise BadInput(messages)
    others = tuple(row for row in chosen if row.estimator != SERIES)
    return (*others, *(target for each in ordered for target in _by_year(each)))


def check_members(rows: Sequence[Target], services: Mapping[str, Sequence[str]]) -> None:
    """Refuse results about members of a service that their scenario does not have.

    Args:
        rows: about members.
        services: those of each scenario.

    Raises:
        BadInput: with every such row.
    """
    found = []
    for row in rows:
        known = services.get(row.system, ())
        unknown = [each for each in map(str.strip, row.people.split(";")) if each not in known]
        if unknown:
            found.append(Message(row.file, row.line, "people", unknown[0], listed(known), nearest(unknown[0], known),
                                 f"{row.system} has no such service.", "column"))
    if found:
        raise BadInput(found)


def own_rows(rows: Sequence[Target]) -> tuple[Target, ...]:
    """The rows of a file that are fitted: those with the role fit, or if it names none, its own counts.

    Raises:
        BadInput: there are none.
    """
    if not any(row.role == FIT for row in rows):
        rows = [
            replace(row, role=FIT) if row.role == HOLD_OUT and row.estimator in (LEVEL, SERIES) else row for row in rows
        ]
    return to_be_fitted(rows)


def simulated_months(span: Span) -> Months:
    """Programme months that a fit simulates."""
    return -YEAR * span.years_before, YEAR * span.years_from


def _not_simulated(rows: Sequence[Target], span: Span) -> list[Message]:
    """Scenarios and months outside a fit's runs, and errors that nobody states; each told once."""
    known = (NEITHER, *PROGRAMMES, POPULATION)
    first, last = simulated_months(span)
    found = []
    for system in dict.fromkeys(row.system for row in rows if row.system not in known):
        affected = [row for row in rows if row.system == system]
        found.append(_told_once(affected, "system", system, listed(known), "A fit simulates these; caresim validate "
                                "takes any scenario.", nearest(system, known)))  # fmt: skip
    for column, periods in (("period", [row.period for row in rows]), ("base_period", [row.base for row in rows])):
        outside = [(row, months) for row, months in zip(rows, periods, strict=True)
                   if months is not None and (months[0] < first or months[1] > last)]  # fmt: skip
        if outside:
            found.append(_told_once(
                [row for row, _ in outside], column, in_words(outside[0][1]), in_words((first, last)),
                "A fit simulates these months: the change of its runs is in April 2017. caresim validate takes others.",
            ))
    late = [(row, row.window[1]) for row in rows if row.window is not None and row.window[1] > last]
    if late:
        found.append(_told_once([row for row, _ in late], "to_month", str(late[0][1]), f"{last} or less",
                                "A fit simulates so many months of a programme; caresim validate takes others."))
    unsure = [row for row in rows if row.standard_error <= 0.0 and row.unit != COUNT]
    if unsure:
        found.append(_told_once(unsure, "standard_error", "0", "above 0",
                                "What is fitted must say how well it is known."))
    return found


def _told_once(rows: Sequence[Target], column: str, found: str, allowed: str, text: str, near: str = "") -> Message:
    """One message about several lines."""
    lines = [str(row.line) for row in rows]
    named = ", ".join(lines[:MOST_NAMED]) + (", ..." if len(lines) > MOST_NAMED else "")
    several = f" {len(lines)} lines affected: {named}." if len(lines) > 1 else ""
    return Message(rows[0].file, rows[0].line, column, found, allowed, near, text + several, "column")


def _not_whole(ordered: Sequence[Target]) -> list[Message]:
    """Counts make whole years without gaps, above zero; growth is given for a year or more."""
    counted = [row for row in ordered if row.unit == COUNT]
    stretches = _stretches(counted)
    gaps = [gap for stretch in stretches for gap in gaps_in_words(stretch)]
    zero = next((row for row in counted if row.value <= 0.0), None)
    short = next((row for row in ordered if row.unit != COUNT and row.months[1] - row.months[0] < YEAR), None)
    if zero is not None:
        return [Message(zero.file, zero.line, "value", f"{zero.value:g}", "a count above 0",
                        text=f"{about(ordered)}: a fit is about growth.", label="column")]  # fmt: skip
    if counted and base_of(counted).level <= 0.0:
        return [message(counted[0], f"{about(ordered)}: the months of the base are fitted rows too, or base_value says "
                        "how many there were in them together.", "base_period")]  # fmt: skip
    if gaps:
        return [message(counted[0], f"{about(ordered)}: whole years have no gaps. Missing: {together(gaps)}.")]
    if short is not None:
        return [message(short, f"{about(ordered)}: a fit is about growth of whole years.", allowed="12 months or more")]
    if counted and not any(list(_years(stretch)) for stretch in stretches):
        months = sum(row.months[1] - row.months[0] for stretch in stretches for row in stretch)
        base = base_of(counted)
        whole = months + sum(last - first for first, last in base.months)
        said = (f"{months} months beside its base, {in_words(base.months[0])}; a fit needs 12 or more"
                if counted[0].base is not None else f"{whole} months; a fit needs 24 or more")  # fmt: skip
        return [message(counted[0], f"{about(ordered)}: this series has {said}: it is about growth of whole years.")]
    return []


def _stretches(counted: Sequence[Target]) -> list[list[Target]]:
    """Rows of counts before their base, and those after it."""
    if not counted:
        return []
    base = base_of(counted)
    start = base.months[0][0]
    outside = [row for row in counted if row not in base.rows]
    return [[row for row in outside if (row.months[0] < start) == is_before] for is_before in (True, False)]


def _years(rows: Sequence[Target]) -> Iterator[list[Target]]:
    """Whole years of rows in order, from the first on; what is left over at the end is no year."""
    year: list[Target] = []
    for row in rows:
        year.append(row)
        if row.months[1] - year[0].months[0] >= YEAR:
            yield year
            year = []


def _by_year(ordered: Sequence[Target]) -> Iterator[Target]:
    """A series as what a fit takes: a growth for each whole year of counts, and every growth that is given."""
    counted = [row for row in ordered if row.unit == COUNT]
    base = base_of(counted) if counted else None
    for row in ordered:
        if row.unit != COUNT:
            yield _target(row, row.months, row.base, 100.0 * row.log_value, row.standard_error)
    for year in (year for stretch in _stretches(counted) for year in _years(stretch)):
        assert base is not None
        value, error = _growth(base, year)
        ends = base.months[0][0], base.months[-1][1]
        yield _target(year[0], (year[0].months[0], year[-1].months[1]), ends, value, error)


def _growth(base: Base, year: Sequence[Target]) -> tuple[float, float]:
    """Growth and its standard error, log points: chance of the counts, and errors that the file states."""
    weights = [row.value for row in year]
    stated = sum((weight * row.log_error) ** 2 for weight, row in zip(weights, year, strict=True)) / sum(weights) ** 2
    error = math.sqrt(chance_of(year) + base.variance + stated)
    return 100.0 * math.log(level_of(year) / base.level), 100.0 * error


def _target(row: Target, months: Months, base: Months | None, value: float, error: float) -> Target:
    assert base is not None
    title = f"{row.measure} of {row.people}, {in_words(months)} on {in_words(base)}"
    return replace(
        row, id=f"{row.system} {title}", title=title[0].upper() + title[1:], estimator=GROWTH_OF_SERIES,
        unit=LOG_POINTS, value=value, standard_error=error, window=months, base=base,
    )  # fmt: skip
