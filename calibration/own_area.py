"""Targets of one's own for a fit: months become growth of whole years, which a small place's runs can tell from chance.

The first twelve months of a series are its base; each whole year after them is one target, its count a day over that of
the base. Levels are fitted as they are. What an area that changed nothing can say is little: the page of the fit tells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from calibration.contrasts import PROGRAMMES, Span
from calibration.series import BASE_MONTHS, days_of_row, months_of
from calibration.targets import (
    FIT,
    GROWTH_OF_SERIES,
    HOLD_OUT,
    LOG_POINTS,
    NEITHER,
    SERIES,
    Target,
    to_be_fitted,
)
from scenarios.messages import BadInput, Message, listed


def own_targets(rows: Sequence[Target], span: Span) -> tuple[Target, ...]:
    """What a file asks to fit: its rows with the role fit, or if it names none, its own counts.

    Raises:
        BadInput: nothing can be fitted, a month lies outside the years that a fit simulates, a scenario is not one of
            those that it simulates, or a series is shorter than two years.
    """
    if not any(row.role == FIT for row in rows):
        rows = [replace(row, role=FIT) if row.role == HOLD_OUT and row.period is not None else row for row in rows]
    chosen = to_be_fitted(rows)
    _check(chosen, span)
    series = [row for row in chosen if row.estimator == SERIES]
    others = tuple(row for row in chosen if row.estimator != SERIES)
    return (*others, *_by_year(series))


def _check(rows: Sequence[Target], span: Span) -> None:
    messages = []
    first, last = -12 * span.years_before, 12 * span.years_from
    for row in rows:
        if row.system not in (NEITHER, *PROGRAMMES) and row.system != "population-vanguards":
            known = listed([NEITHER, *PROGRAMMES, "population-vanguards"])
            messages.append(Message(row.file, row.line, "system", row.system, known,
                                    text="A fit simulates these; caresim validate takes any scenario.", label="column"))
        if row.period is not None and not first <= months_of(row)[0] < months_of(row)[1] <= last:
            allowed = f"{_month(first)} to {_month(last - 1)}"
            messages.append(Message(row.file, row.line, "period", "", allowed,
                                    text="A fit simulates these months.", label="column"))
    if messages:
        raise BadInput(messages)


def _by_year(series: Sequence[Target]) -> list[Target]:
    found = []
    for key in dict.fromkeys((row.system, row.measure, row.people) for row in series):
        together = sorted((row for row in series if (row.system, row.measure, row.people) == key), key=months_of)
        _check_series(together)
        base = together[:BASE_MONTHS]
        for number in range(1, len(together) // BASE_MONTHS):
            found.append(_growth(base, together[BASE_MONTHS * number : BASE_MONTHS * (number + 1)], number))
    return found


def _check_series(rows: Sequence[Target]) -> None:
    """A series has two years without gaps, and counts above zero."""
    months = [months_of(row) for row in rows]
    text = ""
    if len(rows) < 2 * BASE_MONTHS:
        text = f"This series has {len(rows)} months; a fit needs 24 or more: it is about growth of whole years."
    elif any(later[0] != earlier[1] for earlier, later in pairwise(months)):
        text = "Months of a series must follow each other without gaps, each once."
    elif any(row.value <= 0.0 for row in rows):
        text = "Counts must be above zero."
    if text:
        raise BadInput([Message(rows[0].file, rows[0].line, "period", text=text, label="column")])


def _growth(base: Sequence[Target], year: Sequence[Target], number: int) -> Target:
    counts = [sum(row.value for row in rows) for rows in (year, base)]
    days = [sum(days_of_row(row) for row in rows) for rows in (year, base)]
    growth = math.log(counts[0] / days[0] / (counts[1] / days[1]))
    chance = math.sqrt(1.0 / counts[0] + 1.0 / counts[1])
    first = year[0]
    return replace(
        first, id=f"{first.system} {first.measure} {first.people} year {number + 1}", estimator=GROWTH_OF_SERIES,
        title=f"{first.measure} of {first.people}, year {number + 1} on the first".capitalize(), unit=LOG_POINTS,
        value=100.0 * growth, standard_error=100.0 * chance, window=(months_of(first)[0], months_of(year[-1])[1]),
        base=(months_of(base[0])[0], months_of(base[-1])[1]), lineage=f"{first.file}, {first.measure}",
    )  # fmt: skip


def _month(programme_month: int) -> str:
    whole = 2017 * 12 + 3 + programme_month
    return f"{whole // 12}-{whole % 12 + 1:02d}"

