"""What a run leaves behind: the stays of people in settings, counts of contacts, and who lived where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import Calendar

AGE_BANDS = ("0-4", "5-17", "18-39", "40-64", "65-74", "75-84", "85+")
AGE_BAND_FROM_YEARS = (0, 5, 18, 40, 65, 75, 85)
CARE_HOME_BAND = 7
"""Needs of care-home residents are an eighth group, after the seven ages of people at home."""
BANDS = (*AGE_BANDS, "care home")
FIRST_OUTSIDER = 2**40
"""Ids from here on are patients of exogenous streams, not residents of the place."""
NEVER = -1
"""Tick of something that did not happen."""


class Outcome(IntEnum):
    """How a stay ended."""

    COMPLETED = 0
    GAVE_UP = 1
    TURNED_AWAY = 2
    DIED = 3
    MOVED_OUT = 4
    OPEN = 5
    ESCALATED = 6


@dataclass(frozen=True)
class Stays:
    """One row a stay: the record of one person's visit to one setting, sorted by person and visit.

    All columns have the same length. A row whose `started` is `NEVER` is a queue place that came to nothing.
    """

    person: NDArray[np.int64]
    visit: NDArray[np.int64]
    """Key of the visit within the person: episode and step."""
    setting: NDArray[np.int16]
    """Index into `Settings.names`."""
    kind: NDArray[np.int8]
    """Index into `Settings.kinds`: the kind of need, or of exogenous stream, that began the episode."""
    severity: NDArray[np.float64]
    age_band: NDArray[np.int8]
    """Index into `AGE_BANDS` when the stay was requested; 2 for outsiders, whose age is not known."""
    care_home: NDArray[np.bool_]
    """Whether the person lived in a care home when the stay was requested."""
    requested: NDArray[np.int64]
    started: NDArray[np.int64]
    ready: NDArray[np.int64]
    """Tick at which service was over; from here to `ended` the place was held for what comes next."""
    ended: NDArray[np.int64]
    outcome: NDArray[np.int8]
    next_setting: NDArray[np.int16]
    """Index of the setting that took the person next; -1 none."""
    reason: NDArray[np.int8]
    """Index into `Settings.reasons`: what the place was held for after `ready`; 0 nothing."""
    interrupted_seconds: NDArray[np.int64]
    candidate: NDArray[np.int64]
    """Key of the need that began the episode; with `person` it names an episode."""

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Settings:
    """Names that the indices in a run's tables stand for."""

    names: tuple[str, ...]
    titles: tuple[str, ...]
    """The NHS's own words for each setting."""
    tags: dict[str, tuple[int, ...]]
    """What measures count: tag to the settings that carry it."""
    kinds: tuple[str, ...]
    reasons: tuple[str, ...]
    """Why a place was held; the first is empty."""
    delay_reasons: tuple[bool, ...]
    """Whether a hold for this reason is a delay after a patient was medically fit."""


@dataclass(frozen=True)
class Residents:
    """Everybody who ever lived in the place during the run, by person id."""

    person: NDArray[np.int64]
    female: NDArray[np.bool_]
    deprivation_fifth: NDArray[np.int8]
    """1 most deprived, 5 least."""
    born: NDArray[np.int64]
    """Tick of birth; negative before the study."""
    frail_from: NDArray[np.int16]
    """(people, 3) month of the study from which somebody is at least mildly, moderately and severely frail; negative
    for those who were when they came, no month of the study for those who do not become so."""
    entered: NDArray[np.int64]
    """0 for people present at the start; otherwise the tick of birth or of moving in."""
    left: NDArray[np.int64]
    """Tick of death or of moving out, or the horizon."""
    died: NDArray[np.bool_]
    place_of_death: NDArray[np.int16]
    """Setting at death (a residence or a hospital setting); -1 for people who did not die."""


@dataclass(frozen=True)
class Departures:
    """Residents who died or moved out, in the order in which they did; columns of equal length."""

    person: NDArray[np.int64]
    tick: NDArray[np.int64]
    place: NDArray[np.int16]
    """Setting at death; -1 at home, and for people who did not die."""
    died: NDArray[np.bool_]


@dataclass(frozen=True)
class Enrolments:
    """One row a person and team: time on the caseload."""

    person: NDArray[np.int64]
    team: NDArray[np.int8]
    """Index into `RunResult.teams`."""
    joined: NDArray[np.int64]
    left: NDArray[np.int64]
    """Tick of death, of leaving, or the horizon."""


@dataclass(frozen=True)
class RunResult:
    """Everything that one run of one scenario leaves behind.

    `contacts` and `turned_away` count residents of the place in each (month, setting, band of `BANDS`), for every
    setting, also those whose visits leave no stay because nothing happens at their end (booked consultations,
    calls, pharmacy). Settings with stays appear in both.
    """

    calendar: Calendar
    settings: Settings
    teams: tuple[str, ...]
    stays: Stays
    contacts: NDArray[np.int64]
    turned_away: NDArray[np.int64]
    person_seconds: NDArray[np.int64]
    """(months, bands of BANDS): time that residents were alive and living in the place."""
    residents: Residents
    enrolments: Enrolments
    standing: NDArray[np.int64]
    """(months, teams, fifths, `standing.STANDINGS`): where people who may join a team, or are with it, stand at the
    start of the month."""
    pool_names: tuple[str, ...]
    pool_places: NDArray[np.int64]
    """(months, pools): places open at the start of each month; -1 where a pool has no limit."""
    timed_events: int
    """How many timed events the engine handled, needs included."""

    @property
    def eligible(self) -> NDArray[np.int64]:
        """(months, teams): people who may join a team, or are with it, at the start of the month."""
        return np.asarray(self.standing.sum(axis=(2, 3)), np.int64)
