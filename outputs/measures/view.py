"""One run seen as measures see it: its admissions, attendances and beds, the years of its window, and its prices."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from outputs.measures.episodes import (
    Admissions,
    Attendances,
    Beds,
    Bools,
    Ints,
    admissions_and_attendances,
    beds,
    ended,
    of_residents,
    started_in,
    tagged,
)
from outputs.measures.in_time import Events, Intervals
from outputs.periods import Period, base_year, months, years
from outputs.prices import PriceList
from scenarios.evidence import Evidence, load
from scenarios.resolved import Resolved
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_YEAR
from simulation.stays import AGE_BANDS, RunResult

ELDERLY_FROM_BAND = AGE_BANDS.index("65-74")
PER_THOUSAND = 1000.0

T = TypeVar("T")


@dataclass(frozen=True)
class View:
    """A run, and what measures need to know beside it.

    Attributes:
        result: the run.
        resolved: the scenario that was run.
        prices: what care costs, in the money of the scenario's price year.
        reported_share: the part of medically-fit days that official returns of delayed days count.
        years: financial years of the window.
        months: its months.
        base: the last year before the change.
        admissions: emergency admissions of residents.
        attendances: A&E attendances of everybody.
        beds: ward beds taken by everybody.
    """

    result: RunResult
    resolved: Resolved
    prices: PriceList
    reported_share: float
    years: tuple[Period, ...]
    months: tuple[Period, ...]
    base: Period
    admissions: Admissions
    attendances: Attendances
    beds: Beds
    _known: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, worked out the first time that a key is asked for; several measures share it."""
        if key not in self._known:
            self._known[key] = make()
        found: T = self._known[key]
        return found

    @property
    def zero_day(self) -> Bools:
        """Admissions that ended on the day on which they began."""
        return self.once("zero day", lambda: (self.admissions.nights == 0) & ~self.admissions.is_open)

    @property
    def arrivals(self) -> Events:
        """Attendances of everybody by arrival."""
        return self.once("arrivals", lambda: Events.of(self.attendances.arrival))

    @property
    def attending(self) -> Events:
        """Attendances of residents by arrival."""
        return self.once("attending", lambda: self.arrivals.only(self.attendances.resident))

    @property
    def admitted(self) -> Events:
        """Emergency admissions by beginning."""
        return self.once("admitted", lambda: Events.of(self.admissions.begin))

    def person_years(self, period: Period, band: int | None = None) -> float:
        """Years that residents lived in the place during a period; `band` is an index into `BANDS`, None all."""
        seconds = self.result.person_seconds[period.from_month : period.to_month]
        return float(seconds.sum() if band is None else seconds[:, band].sum()) / SECONDS_PER_YEAR

    def mean_people(self, period: Period, band: int | None = None) -> float:
        """Residents at a time during a period, on average."""
        return self.person_years(period, band) * SECONDS_PER_YEAR / period.seconds

    def per_thousand(self, count: float, period: Period) -> float:
        """A count of a period as a rate per 1,000 residents a year."""
        return PER_THOUSAND * count / self.person_years(period)

    def yearly(self, count: float, period: Period) -> float:
        """A count of a period as a count a year; a whole year's is left as it is."""
        return count * 12.0 / period.months

    def contacts(self, period: Period, *tags: str) -> int:
        """Contacts of residents in a period with settings that carry any of some tags and are no wards."""
        chosen = tagged(self.result.settings, *tags) & ~tagged(self.result.settings, "ward")
        return int(self.result.contacts[period.from_month : period.to_month, chosen].sum())

    def stay_seconds(self, period: Period, tag: str) -> float:
        """Seconds that residents spent during a period in settings that carry a tag."""
        return self.once(("time in", tag), lambda: self._time_in(tag)).seconds(period)

    def index_of(self, person: Ints) -> Ints:
        """Where each person stands in `result.residents`."""
        everybody = self.result.residents.person
        if len(everybody) and everybody[0] == 0 and everybody[-1] == len(everybody) - 1:
            return person
        return np.searchsorted(everybody, person).astype(np.int64)

    def resident_stays(self, *tags: str) -> tuple[Ints, Ints]:
        """Rows of residents' started stays in settings that carry any of some tags, and when each ended."""
        return self.once(("stays in", *tags), lambda: self._stays_in(*tags))

    def _stays_in(self, *tags: str) -> tuple[Ints, Ints]:
        stays, settings = self.result.stays, self.result.settings
        rows = started_in(stays, tagged(settings, *tags))
        rows = rows[of_residents(stays, settings, rows)]
        return rows, ended(stays, self.result.calendar, rows)

    def _time_in(self, tag: str) -> Intervals:
        rows, end = self.resident_stays(tag)
        return Intervals.of(self.result.stays.started[rows], end)


def build_view(result: RunResult, resolved: Resolved, prices: PriceList, evidence: Evidence | None = None) -> View:
    """A run as measures see it.

    Args:
        result: the run.
        resolved: the scenario that was run; its window lies in the run's calendar.
        prices: in the money of its price year.
        evidence: the scenario's, with its changed assumptions; None reads the shipped tables and applies them.
    """
    evidence = evidence or load().with_changes(resolved.settings)
    window, calendar = resolved.window, result.calendar
    yearly = years(calendar, window.start, window.end)
    admissions, attendances = admissions_and_attendances(result)
    return View(
        result=result,
        resolved=resolved,
        prices=prices,
        reported_share=evidence.value("discharge_delay.reported_share"),
        years=yearly,
        months=months(calendar, window.start, window.end),
        base=base_year(yearly, window.change),
        admissions=admissions,
        attendances=attendances,
        beds=beds(result),
    )


def begins_in(ticks: Ints, period: Period) -> Bools:
    """Which ticks fall in a period."""
    inside: Bools = (ticks >= period.start) & (ticks < period.stop)
    return inside


def seconds_within(start: Ints, end: Ints, period: Period) -> float:
    """Seconds of some intervals that fall in a period, all together."""
    overlap = np.minimum(end, period.stop) - np.maximum(start, period.start)
    return float(np.maximum(overlap, 0).sum())


def days_within(start: Ints, end: Ints, period: Period) -> float:
    """Days of 24 hours of some intervals that fall in a period, all together."""
    return seconds_within(start, end, period) / SECONDS_PER_DAY


def nights_within(first_day: Ints, last_day: Ints, period: Period) -> Ints:
    """Nights of each interval of days that fall in a period.

    The night between two days belongs to the period of the first.
    """
    nights: Ints = np.maximum(np.minimum(last_day, period.to_day) - np.maximum(first_day, period.from_day), 0)
    return nights
