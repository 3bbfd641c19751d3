"""The stretches of time that measures are about: financial years inside a study's window, and their months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scenarios.resolved import Window
from simulation.calendar import Calendar, build_calendar

APRIL = 4
MONTHS_PER_YEAR = 12


@dataclass(frozen=True)
class Period:
    """Whole calendar months in a row.

    Attributes:
        name: "2016/17" for a financial year, "2016-04" for a month, else the two months that it runs from and to.
        first: first day.
        end: first day after it.
        start: tick at which it begins.
        stop: tick at which it ends.
        from_month: index in the study of its first month.
        to_month: index of the month after its last.
        from_day: index in the study of its first day.
        to_day: index of the day after its last.
    """

    name: str
    first: date
    end: date
    start: int
    stop: int
    from_month: int
    to_month: int
    from_day: int
    to_day: int

    @property
    def days(self) -> int:
        """Actual days in it."""
        return self.to_day - self.from_day

    @property
    def seconds(self) -> int:
        """Seconds in it, clock changes included."""
        return self.stop - self.start

    @property
    def months(self) -> int:
        """Calendar months in it."""
        return self.to_month - self.from_month


def period(calendar: Calendar, first: date, end: date, name: str) -> Period:
    """The period from the first of a month up to the first of another, both inside the study."""
    return Period(
        name=name,
        first=first,
        end=end,
        start=calendar.tick_of(first),
        stop=calendar.tick_of(end),
        from_month=calendar.month_index(first),
        to_month=calendar.month_index(end),
        from_day=(first - calendar.start).days,
        to_day=(end - calendar.start).days,
    )


def years(calendar: Calendar, start: date, end: date) -> tuple[Period, ...]:
    """Financial years wholly inside a window.

    A window that holds none gives whole years counted from its start instead, and a window shorter than a year
    gives itself.
    """
    april = start if start.month == APRIL else date(start.year + (start.month > APRIL), APRIL, 1)
    for first in (april, start):
        found = []
        while (after := _months_later(first, MONTHS_PER_YEAR)) <= end:
            found.append(period(calendar, first, after, name_of(first, after)))
            first = after
        if found:
            return tuple(found)
    return (period(calendar, start, end, name_of(start, end)),)


def years_of(window: Window) -> tuple[Period, ...]:
    """Financial years of a study, as `years`."""
    return years(build_calendar(window.burn_in_start, window.end), window.start, window.end)


def months(calendar: Calendar, start: date, end: date) -> tuple[Period, ...]:
    """Calendar months of a window."""
    found = []
    while start < end:
        after = _months_later(start, 1)
        found.append(period(calendar, start, after, f"{start:%Y-%m}"))
        start = after
    return tuple(found)


def name_of(first: date, end: date) -> str:
    """What a period is called: "2016/17", or "Jul 2016-Jun 2017" when it is not a financial year."""
    if first.month == APRIL and _months_later(first, MONTHS_PER_YEAR) == end:
        return f"{first.year}/{end.year % 100:02d}"
    return in_months(first, end)


def in_months(first: date, end: date) -> str:
    """A period by its first and last month: "Apr 2019-Mar 2020"."""
    last = _months_later(end, -1)
    return f"{first:%b %Y}" if first == last else f"{first:%b %Y}-{last:%b %Y}"


def days_of(month: str) -> float:
    """Days of a month, "2016-02"."""
    first = date.fromisoformat(f"{month}-01")
    return float((_months_later(first, 1) - first).days)


def base_year(yearly: Sequence[Period], change: date) -> Period:
    """The last year that ends before a change; the first of all when none does."""
    before = [year for year in yearly if year.end <= change]
    return before[-1] if before else yearly[0]


def _months_later(day: date, months_on: int) -> date:
    """The first of a month a number of months later."""
    total = day.year * MONTHS_PER_YEAR + day.month - 1 + months_on
    return date(total // MONTHS_PER_YEAR, total % MONTHS_PER_YEAR + 1, 1)
