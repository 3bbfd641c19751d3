"""Months of the calendar and of the programmes: 0 is the month of the change in every run, April 2017.

A period is written "2018-04", "2018/19" for a financial year, or "2017-07 to 2017-09".
"""

from __future__ import annotations

import re
from typing import Final

from calibration.contrasts import CHANGE
from outputs.periods import days_of
from scenarios.units import Unreadable

YEAR: Final = 12
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
"""As Excel shows a month that it has made a date of."""
Months = tuple[int, int]
"""The first month of a programme, and the first after."""
WRITTEN: Final = "a month such as 2018-04, a financial year such as 2018/19, or months such as 2017-07 to 2017-09"


def read_months(text: str) -> Months | None:
    """A period in programme months; None for nothing written, Unreadable for anything else."""
    if not text:
        return None
    begun, to, ended = text.partition(" to ")
    first = _one_period(begun.strip())
    last = _one_period(ended.strip()) if to else first
    if first is None or last is None or last[0] < first[0]:
        raise Unreadable(WRITTEN)
    return first[0], last[1]


def month_in_words(month: int) -> str:
    """A programme month by the calendar: "2017-04" for 0."""
    whole = CHANGE.year * YEAR + CHANGE.month - 1 + month
    return f"{whole // YEAR}-{whole % YEAR + 1:02d}"


def in_words(months: Months) -> str:
    """A period as it is written."""
    first, last = months
    if last - first == 1:
        return month_in_words(first)
    if last - first == YEAR and first % YEAR == 0:
        year = CHANGE.year + first // YEAR
        return f"{year}/{(year + 1) % 100:02d}"
    return f"{month_in_words(first)} to {month_in_words(last - 1)}"


def days_between(months: Months) -> float:
    """Days of a period."""
    return float(sum(days_of(month_in_words(month)) for month in range(*months)))


def _one_period(text: str) -> Months | None:
    year = re.fullmatch(r"(\d{4})/(\d{2})", text)
    if year and int(year[2]) == (int(year[1]) + 1) % 100:
        first = _programme_month(int(year[1]), CHANGE.month)
        return first, first + YEAR
    named = re.fullmatch(r"([a-z]{3})[a-z]*[ -](\d{4})", text.lower())
    if named and named[1] in MONTHS:
        first = _programme_month(int(named[2]), MONTHS.index(named[1]) + 1)
        return first, first + 1
    month = re.fullmatch(r"(\d{4})-(\d{2})(?:-01)?(?: 00:00:00)?", text)
    if month and 1 <= int(month[2]) <= YEAR:
        first = _programme_month(int(month[1]), int(month[2]))
        return first, first + 1
    return None


def _programme_month(year: int, month: int) -> int:
    return (year - CHANGE.year) * YEAR + month - CHANGE.month
