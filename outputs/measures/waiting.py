"""How long people were in A&E."""

from __future__ import annotations

import numpy as np

from outputs.measures.episodes import Ints
from outputs.measures.measure import Measure, Values, share
from outputs.measures.view import View
from outputs.periods import Period
from simulation.calendar import SECONDS_PER_HOUR

TOPIC = "Waiting"
STANDARD_HOURS = 4
LONG_HOURS = 12
RULE = "Arrival to leaving the department, everybody who came to it; attendances open at the end of the study left out"
SOURCE = "NHS England, A&E attendances and emergency admissions"


def four_hour_share_type1(view: View, period: Period) -> Values:
    """Share of type 1 attendances that left within four hours."""
    return _within(_stayed(view, period, only_type1=True), STANDARD_HOURS)


def four_hour_share_all_types(view: View, period: Period) -> Values:
    """Share of attendances of all types that left within four hours."""
    return _within(_stayed(view, period, only_type1=False), STANDARD_HOURS)


def over_twelve_hours_share_type1(view: View, period: Period) -> Values:
    """Share of type 1 attendances that were there for more than twelve hours."""
    return {name: 1.0 - value for name, value in _within(_stayed(view, period, only_type1=True), LONG_HOURS).items()}


def _stayed(view: View, period: Period, *, only_type1: bool) -> Ints:
    """Seconds that everybody stayed who came in a period and left."""
    came, seconds = view.once(("stayed in A&E", only_type1), lambda: _came_and_stayed(view, only_type1=only_type1))
    first, last = np.searchsorted(came, (period.start, period.stop))
    return seconds[first:last]


def _came_and_stayed(view: View, *, only_type1: bool) -> tuple[Ints, Ints]:
    """When everybody came who left before the end of the study, in order, and how many seconds they stayed."""
    attendances = view.attendances
    chosen = attendances.finished & attendances.type1 if only_type1 else attendances.finished
    finished = view.arrivals.only(chosen)
    return finished.ticks, attendances.departure[finished.rows] - finished.ticks


def _within(stayed: Ints, hours: int) -> Values:
    """Share of stays of no more than a number of hours."""
    return share(int(np.count_nonzero(stayed <= hours * SECONDS_PER_HOUR)), len(stayed))


MEASURES = (
    Measure(
        "four_hour_share_type1", "Type 1 A&E within four hours", "share", RULE, SOURCE, four_hour_share_type1, TOPIC,
        matters=0.005, relative=False, decimals=3, monthly=True, headline=True,
    ),
    Measure(
        "four_hour_share_all_types", "A&E within four hours, all types", "share", RULE, SOURCE,
        four_hour_share_all_types, TOPIC, matters=0.005, relative=False, decimals=3, headline=True,
    ),
    Measure(
        "over_twelve_hours_share_type1", "Type 1 A&E over twelve hours", "share", RULE,
        "NHS Digital, hospital accident and emergency activity", over_twelve_hours_share_type1, TOPIC,
        matters=0.005, relative=False, decimals=4,
    ),
)
