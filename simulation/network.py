"""A care network as frozen tables: settings, the places they share, how long things take, and where people go next.

Engines interpret these tables and know no setting by name. `scenarios/build_network.py` makes them from a file.

An episode's *class* selects its rows: kind of need, band, severity tier, whether general practice is open, and
whether the planned end of a hospital stay has been reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import Calendar
from simulation.jit import rule
from simulation.places import Changes
from simulation.stays import BANDS, NEVER

TIERS = ("self_care", "managed", "ae_if_turned_away", "ae", "zero_day", "overnight")
"""What a need's severity leads to, from least to worst."""
THRESHOLDS = ("seek_any_care", "seek_ae_after_failed_booking", "seek_ae", "admitted", "overnight")
"""Severities at which one tier gives way to the next."""
ADMITTED = THRESHOLDS.index("admitted")
OVERNIGHT = THRESHOLDS.index("overnight")
CLASSES_PER_TIER = 4
CLASSES_PER_BAND = len(TIERS) * CLASSES_PER_TIER
CLASSES_PER_KIND = len(BANDS) * CLASSES_PER_BAND
WHEN_OPEN = 2
"""What `class_index` grows by while general practice is open."""
WHEN_PLAN_IS_OVER = 1
"""What `class_index` grows by once the planned end of a hospital stay is reached."""
NONE = -1
FINISH = -1
"""Route target: the episode ends and the person is at their residence."""
SURE_TO_LIVE_DAYS = 365.0
"""Beyond this, a death is too far off to keep a patient for."""


class Presence(IntEnum):
    """Where a visit puts the person."""

    BODY = 0
    """The person is there; at most one such visit at a time."""
    RESIDENCE = 1
    """The person lives there."""
    ATTACHED = 2
    """Care that runs beside a residence."""
    CONTACT = 3
    """Over as soon as it starts: counted, no stay."""


class Mode(IntEnum):
    """What a drawn duration means."""

    SECONDS = 0
    NIGHTS = 1
    """Whole nights, then the hour of discharge."""
    BEFORE_MIDNIGHT = 2
    """Seconds, cut at the last second of the day."""
    AFTER_OPENING = 3
    """Seconds after general practice next opens (at once when it is open)."""
    UNTIL_PLAN = 4
    """Until the planned end of the hospital stay."""
    UNTIL_DEATH = 5
    """For as long as the person lives in the place."""


class Mark(IntEnum):
    """What an episode that leaves the hospital has to show for a setting it was in."""

    NOTHING = 0
    ATTENDANCE = 1
    ADMISSION = 2


class OnNeed(IntEnum):
    """What becomes of a new need of somebody who is in a setting."""

    ABSORB = 0
    ESCALATE = 1
    DEFER = 2


class Form(IntEnum):
    """How a duration answers to a gauge."""

    EXPONENTIAL = 0
    """times exp(slope x (gauge - reference))"""
    ABOVE = 1
    """times 1 + slope x max(0, gauge - reference)"""


@rule
def class_index(kind: int, band: int, tier: int, is_open: int, planned: int) -> int:
    """Position of an episode's class in a row of a class table."""
    of_tier = kind * CLASSES_PER_KIND + band * CLASSES_PER_BAND + tier * CLASSES_PER_TIER
    return of_tier + is_open * WHEN_OPEN + planned * WHEN_PLAN_IS_OVER


@dataclass(frozen=True)
class Pool:
    """Places that one or more settings share. Its queue is theirs, by priority, request, person and visit."""

    name: str
    places_by_hour: NDArray[np.float64]
    """(168,) places open in each hour of the week from Monday 00:00; all -1 when there is no limit. Whole numbers,
    but for daily quotas."""
    places_by_month: NDArray[np.float64]
    """(months,) multiplier of `places_by_hour` in each month."""
    daily_quota: bool
    """Whether places are starts per day rather than places at once; then a day has the most that any of its hours
    has, and fractions are saved up for later days."""
    preemptive: bool = False
    """Whether somebody who waits for a place takes it from somebody of lower priority, who goes on later."""
    changes: Changes | None = None
    """When given, this says how many places are open from tick to tick, and hours and months only the most."""
    by_turns: bool = False
    """Whether its one place is a turn: how many start a day is how long a turn takes, which a law says."""

    @property
    def limited(self) -> bool:
        """Whether the pool can be full."""
        return bool(self.places_by_hour.max() >= 0)

    def quotas(self, calendar: Calendar, month: int) -> NDArray[np.float64]:
        """(days of the month,) starts a day where places are used up by the day."""
        days = np.flatnonzero(calendar.month_of_day == month)
        if self.changes is not None:
            return self.changes.most_in(calendar.day_start[days[0] : days[-1] + 2])
        of_week = self.places_by_hour * self.places_by_month[month]
        return np.asarray(of_week.reshape(7, -1).max(axis=1)[calendar.weekday[days]], np.float64)


@dataclass(frozen=True)
class Law:
    """A duration: a law of `simulation.laws`, what its draw comes from, and what scales it."""

    law: int
    first: float
    second: float
    third: float
    table: int
    """Row of `Network.tables`, or -1."""
    mode: Mode
    from_severity: bool
    """Whether the quantile is the need's place above the overnight threshold rather than a draw."""
    value: int
    """Index of a named value that scales it, or -1."""
    gauge: int
    form: Form
    slope: float
    reference: float
    by_month: NDArray[np.float64]
    """(months,) multiplier in each calendar month of the study: seasons and trends."""


@dataclass(frozen=True)
class Alternative:
    """One way on from a setting."""

    up_to: float
    """Cumulative probability."""
    target: int
    """Setting, or `FINISH`."""
    delay: int
    """Law row of the time before the next setting is asked for, or -1; a `hold` setting keeps the place."""
    reason: int
    """Index into `Network.reasons`: what the place is held for meanwhile."""
    value: int = NONE
    """Index of a named value that scales its probability, or -1; the last way takes what the others leave."""
    diverts_to: int = NONE
    """Setting to which those go who would have gone this way, as far as `diverted_by` keeps them from it; -1 none."""
    diverted_by: int = NONE
    """Index of a named value: the share of those of this way who keep to it; the others are diverted at once."""


@dataclass(frozen=True)
class Gauge:
    """A state of the whole place that values may read, published every census."""

    name: str
    pools: tuple[int, ...]
    """Share of these pools' places that is taken; or, with `settings`, the places by which a count is divided."""
    settings: tuple[int, ...]
    """When given: how many visits of these settings are over and hold their place, per place of `pools`."""


@dataclass(frozen=True)
class Setting:
    """One place or service that people can be in or wait for."""

    name: str
    title: str
    presence: Presence
    tags: tuple[str, ...]
    pools: tuple[int, ...]
    """The first is queued for; others must have a place too. What the visit before already holds is kept."""
    hold: bool
    queue_limit: int
    """Most who may wait; -1 no limit."""
    overflow: int
    """Setting of those turned away, or -1: then `turned_away` routes."""
    overflow_if_free: bool
    """Whether only as many are turned away as `overflow` has places free, which nobody waits for; the others wait."""
    mark: Mark
    reassesses: bool
    """Whether the severity tier is read again, with the pressure of the moment, when a stay here ends."""
    held_until_death_days: float
    """Mean of the exponential in remaining days of life by which a finished stay lasts until death; 0 never."""
    takes_claims: bool
    """Whether somebody who needs a care home moves there when a stay here ends."""
    on_need: tuple[OnNeed, ...]
    """By severity tier of the new need."""
    ends_on_admission: bool
    """Whether care here, which runs beside a residence, ends when the person is admitted to hospital."""
    lead_time: int
    """Law row: how long after the request a contact takes place; -1 at once."""
    priority: NDArray[np.int8]
    """(classes,) lower goes first."""
    duration: NDArray[np.int32]
    """(classes,) row of `Network.laws`; -1 for contacts."""
    plan: NDArray[np.int32]
    """(classes,) law row of the whole hospital stay, drawn when the first such stay starts; -1 none."""
    patience: NDArray[np.int32]
    """(classes,) law row of how long people wait; -1 for ever."""
    turnover: NDArray[np.int32]
    """(classes,) law row of how long a place stays shut after a stay; -1 not at all."""
    routes: NDArray[np.int32]
    """(classes,) row of `Network.routes` on leaving."""
    gave_up: NDArray[np.int32]
    """(classes,) route row of those who give up."""
    turned_away: NDArray[np.int32]
    """(classes,) route row of those turned away when there is no overflow setting."""


@dataclass(frozen=True)
class Gaps:
    """Law of the time between two arrivals, on a clock that goes as fast as the rate is high."""

    law: int
    first: float
    second: float
    third: float
    table: NDArray[np.float64] | None
    mean: float
    """Seconds; at the mean rate one arrival is expected in this time."""


@dataclass(frozen=True)
class Stream:
    """Patients from outside the population: elective patients, people from elsewhere, a textbook's arrivals."""

    name: str
    kind: int
    target: int
    per_day_by_month: NDArray[np.float64]
    """(months,) mean arrivals a day."""
    weekday_weight: NDArray[np.float64]
    """(7,) mean 1."""
    hour_weight: NDArray[np.float64]
    """(7, 24) of each weekday; sums to 1 over its hours."""
    by_day: NDArray[np.float64] | None = None
    """(days,) multiplier on each day of the study."""
    first_tick: int = 0
    """Nobody comes before."""
    last_tick: int = NEVER
    """Nobody comes from here on; never ends."""
    gaps: Gaps | None = None
    """None: exponential, so that arrivals are random (Poisson)."""
    ticks: NDArray[np.int64] | None = None
    """In order: when people come who come by a schedule; rates then mean nothing."""
    attends: float = 1.0
    """Share of those expected who come."""
    together: tuple[float, ...] = ()
    """Cumulative probabilities that 1, 2, 3, ... come together; empty: one by one."""


@dataclass(frozen=True)
class Claims:
    """How people who come to need a care home move into one."""

    kind: int
    """Kind of the episodes in which they move; -1 when the network has no care homes."""
    share: float
    """Share who move at a discharge from hospital near that day, if they have one."""
    days_before: float
    """How long before the need such a discharge may be."""
    days_after: float
    """How long after; those who have had none by then move from home, like the others on the day."""
    route: int
    """Route row of a move."""
    starts_in: tuple[tuple[int, float], ...]
    """Residences of people who live in a care home at the start: setting and cumulative share."""


@dataclass(frozen=True)
class Network:
    """The whole network. Settings and pools are sorted by name, so that an index is a rank."""

    settings: tuple[Setting, ...]
    pools: tuple[Pool, ...]
    laws: tuple[Law, ...]
    tables: tuple[NDArray[np.float64], ...]
    routes: tuple[tuple[Alternative, ...], ...]
    gauges: tuple[Gauge, ...]
    streams: tuple[Stream, ...]
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    delay_reasons: tuple[bool, ...]
    thresholds: NDArray[np.float64]
    """(kinds, bands, 5) severities of the base year, `THRESHOLDS` in order."""
    threshold_slope: NDArray[np.float64]
    """(kinds, bands, 5) change a year."""
    threshold_base_tick: int
    """Tick at which thresholds are those of the base year; may be negative."""
    pressure_gauge: int
    pressure_reference: float
    pressure_shift: float
    """Rise of the admission threshold, as a share of the zero-day range, per unit of gauge above the reference."""
    entry: NDArray[np.int32]
    """(kinds,) setting at which a need of each kind begins; -1 for kinds that only streams have."""
    discharge_hour_table: int
    open_first_second: int
    open_last_second: int
    """General practice is open from and to these seconds of a weekday."""
    census_seconds: int
    claims: Claims

    def names(self) -> tuple[str, ...]:
        """Names of the settings, in order."""
        return tuple(setting.name for setting in self.settings)

    def tagged(self) -> dict[str, tuple[int, ...]]:
        """Settings that carry each tag."""
        tags = sorted({tag for setting in self.settings for tag in setting.tags})
        return {tag: tuple(i for i, s in enumerate(self.settings) if tag in s.tags) for tag in tags}
