"""The people of a place: who lives there, what becomes of them month by month, and the needs that they have.

`Population` is what the flow talks to. At the start of a month it gives the month's candidate needs, arrivals,
deaths, departures, new needs for a care home and changes of team; within a month it answers events that change what
a person needs next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import Calendar

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

FAR = 2**62
"""Tick of something that has not been decided, or never happens: later than every horizon."""
NOT_HERE_YET = 0
HERE = 1
GONE = 2
ANY_RESIDENCE = 0
OWN_HOME = 1
CARE_HOME = 2


@dataclass(frozen=True)
class Team:
    """An intervention as people meet it: who may join, how they are chosen, and what it changes for those who have.

    Attributes:
        name: the intervention's id.
        number: number for its draws, the same in every scenario; below 2**30.
        places_by_month: (months,) people it can look after.
        first_month: month in which places first open; `months` when they never do.
        end_month: month at whose first second funding ends and everybody leaves; `months` when it does not.
        age_from: youngest age that may join, in whole years.
        age_to: oldest, included.
        residence: `ANY_RESIDENCE`, `OWN_HOME` or `CARE_HOME`.
        conditions_at_least: long-term conditions that a person must have.
        frailty_at_least: 0 fit, 1 mild, 2 moderate, 3 severe.
        lonely: whether only lonely people may join.
        by_risk: whether the highest scores join first; otherwise everybody is equally likely.
        accuracy: c-statistic of the score against emergency admission in the next twelve months, 0.5 to 1.
        sees_susceptibility: weight on the log of lasting susceptibility, which no record holds.
        sees_deterioration: weight on present deterioration, which no record holds.
        band_edges_months: (bands,) whole months since joining at which each band of effects begins; the first is 0.
        changes: (bands, values) relative change of each named value; -0.05 is 5 % lower.
        short_end_share: 0 avoids needs of all severities alike, 1 the least severe first.
        strength_by_month: (months,) 0 to 1, how much of the effect counts: it grows in and fades out.
    """

    name: str
    number: int
    places_by_month: IntArray
    first_month: int
    end_month: int
    age_from: int
    age_to: int
    residence: int
    conditions_at_least: int
    frailty_at_least: int
    lonely: bool
    by_risk: bool
    accuracy: float
    sees_susceptibility: float
    sees_deterioration: float
    band_edges_months: IntArray
    changes: FloatArray
    short_end_share: float
    strength_by_month: FloatArray


@dataclass(frozen=True)
class PeopleTables:
    """Everything about a place's people that neither chance nor a scenario changes."""


@dataclass(frozen=True)
class CandidateRows:
    """Candidate needs; columns of equal length, in order of (tick, person, key)."""

    tick: IntArray
    person: IntArray
    stream: NDArray[np.int8]
    """Index into `simulation.candidates.STREAMS`."""
    key: IntArray
    """`month << 16 | stream << 12 | layer << 6 | index`: with the person, names the candidate for good."""
    severity: FloatArray
    """Latent severity in (0, 1), within the kind and band."""


@dataclass(frozen=True)
class PersonEvents:
    """Things that happen to people at their second; columns of equal length, in order of (tick, person)."""

    tick: IntArray
    person: IntArray


@dataclass(frozen=True)
class ProfileChanges:
    """People who join a team or come to its next band of months; in order of (tick, person, index)."""

    tick: IntArray
    person: IntArray
    index: IntArray
    """What to hand to `Population.apply_profile`."""


@dataclass(frozen=True)
class MonthEvents:
    """What the month brings, before the flow has had its say. Ticks lie in [first tick, last tick] of the month."""

    candidates: CandidateRows
    entrants: PersonEvents
    deaths: PersonEvents
    leavers: PersonEvents
    care_home_needs: PersonEvents
    profile_changes: ProfileChanges


@dataclass(frozen=True)
class Replacement:
    """All candidates of one person after a tick and before the end of its month, in order of (tick, key).

    They take the place of those still pending. Points are keyed, so a candidate that nothing has changed comes back
    the same.
    """

    tick: list[int]
    stream: list[int]
    key: list[int]
    severity: list[float]


class Population:
    """The people of one run.

    Attributes:
        size: how many people ever live in the place during the run; ids are 0 to size - 1 and do not depend on the
            scenario.
        born: (size,) tick of birth; negative before the study.
        female: (size,) bool.
        deprivation_fifth: (size,) int8, 1 most deprived.
        entered: (size,) tick of birth or moving in; 0 for those present at the start.
        alive: (size,) uint8 `NOT_HERE_YET`, `HERE` (from the first tick of the month of entry) or `GONE`.
        age_band: (size,) int8 index into `stays.AGE_BANDS`, as of the start of the month.
        in_care_home: (size,) uint8, whether the person lives in a care home; the flow writes it.
        starts_in_care_home: (size,) bool, people who need a care home at tick 0 and are given a place.
        death_tick: (size,) known twelve months ahead; `FAR` when none is.
        care_home_need_tick: likewise; 0 or less for those who need one from the start.
        leave_tick: likewise, moving out of the place.
        profile: (size,) uint16 row of `factors`; 0 belongs to no team.
        factors: (profiles, values, 2) multipliers this month for needs at (or for) the threshold of admission, and at
            the worst severity; values in the order of `simulation.factors.VALUES`.
        failed: whether a hazard rose above the top of its axis or a layer held too many points; the run is then void.
    """

    size: int
    born: IntArray
    female: NDArray[np.bool_]
    deprivation_fifth: NDArray[np.int8]
    entered: IntArray
    alive: NDArray[np.uint8]
    age_band: NDArray[np.int8]
    in_care_home: NDArray[np.uint8]
    starts_in_care_home: NDArray[np.bool_]
    death_tick: IntArray
    care_home_need_tick: IntArray
    leave_tick: IntArray
    profile: NDArray[np.uint16]
    factors: FloatArray
    failed: bool

    def __init__(
        self, tables: PeopleTables, teams: Sequence[Team], calendar: Calendar, seed: int, replication: int
    ) -> None:
        raise NotImplementedError

    def begin_month(self, month: int) -> MonthEvents:
        """Bring everybody to the first second of `month`, the next in order, and say what the month brings."""
        raise NotImplementedError

    def after_attendance(self, person: int, tick: int) -> Replacement:
        """A&E attendance that ended at `tick` without admission: another becomes likelier."""
        raise NotImplementedError

    def after_discharge(self, person: int, tick: int, came_through_ae: bool) -> Replacement:
        """Emergency stay that ended alive at `tick`: readmission, and after A&E another attendance, become likelier."""
        raise NotImplementedError

    def moved_to_care_home(self, person: int, tick: int) -> Replacement:
        """Person has moved into a care home at `tick`; sets `in_care_home`, and leaves teams for people at home."""
        raise NotImplementedError

    def apply_profile(self, person: int, tick: int, index: int) -> Replacement:
        """Carry out a change of `MonthEvents.profile_changes` at its tick."""
        raise NotImplementedError

    def note_admission(self, person: int, tick: int) -> None:
        """Record an emergency admission, which scores read later."""
        raise NotImplementedError

    def gone(self, person: int, tick: int, died: bool) -> None:
        """Person has died or moved out at `tick`; frees their place with every team."""
        raise NotImplementedError

    def switch_teams(self, teams: Sequence[Team]) -> None:
        """Give a run at a month boundary other teams, none of which has started yet nor any before them."""
        raise NotImplementedError

    def fork(self) -> Population:
        """An independent copy that shares everything that no longer changes."""
        raise NotImplementedError

    def eligible_by_month(self) -> IntArray:
        """(months, teams) people who met each team's entry rule at the start of each month so far."""
        raise NotImplementedError

    def enrolments(self, horizon: int) -> tuple[IntArray, NDArray[np.int8], IntArray, IntArray]:
        """Person, team index, tick of joining, tick of leaving (`horizon` when still there), by (joined, person)."""
        raise NotImplementedError
