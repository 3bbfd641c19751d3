"""What people are made from, what teams do, and what the month tells the flow: the frozen records of `Population`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.columns import NeedTables
from simulation.enrolment import MONTHLY, RecordTables
from simulation.projection import FIFTHS, Projection
from simulation.rhythm import RhythmTables
from simulation.stationarity import Stationary
from simulation.synthesis import Susceptibility

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


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
        homes: settings of the care homes whose residents are meant; none for those of all care homes.
        conditions_at_least: long-term conditions that a person must have.
        frailty_at_least: 0 fit, 1 mild, 2 moderate, 3 severe.
        lonely: whether only lonely people may join.
        by_risk_in_month: (months,) whether the highest scores join first; in other months everybody is equally likely.
        accuracy: c-statistic of the score against emergency admission in the next twelve months, 0.5 to 1.
        sees_susceptibility: weight on the log of lasting susceptibility, which no record holds.
        sees_deterioration: weight on present deterioration, which no record holds.
        band_edges_months: (bands,) whole months since joining at which each band of effects begins; the first is 0.
        changes: (bands, values) relative change of each named value; -0.05 is 5 % lower.
        short_end_share: 0 avoids needs of all severities alike, 1 the least severe first.
        strength_by_month: (months,) 0 to 1, how much of the effect counts: it grows in and fades out.
        joins_at: `MONTHLY` (as places become free), or the event at which people join while there are places:
            `AT_AE`, `AT_ADMISSION` or `AT_DISCHARGE`.
        crisis: index of the kind of need at whose event they join; -1 for any.
        stays_months: whole months after which people leave again; 0 when they stay.
        lasts_months: whole months for which those who have stayed so long keep the effects of their last month.
        uptake: share of those who may join who do when asked; those found month by month are asked once.
        others_have_no_need: whether the others are no refusals, since the team is not for them.
        fifths: how many of the five fifths of deprivation are meant, from the most deprived on.
        changes_elsewhere: (bands, values) as `changes`, for residents of `elsewhere`; None where they are the same.
        elsewhere: settings of care homes.
        uptake_by_fifth: (5,) multiplier of `uptake` in each fifth, the most deprived first.
        drop_out: chance that a member gives up in a month, from the second on; who has is not asked again.
        neighbours: share of the lasting effect that those who may join, and have not, feel too.
        named_conditions: names of conditions, as in `RecordTables.named`, each of which a person must have.
        instead_of: names of teams that people leave when they join this one (on the first of the next month, if they
            join at an event), and may not join while they have it.
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
    by_risk_in_month: NDArray[np.bool_]
    accuracy: float
    sees_susceptibility: float
    sees_deterioration: float
    band_edges_months: IntArray
    changes: FloatArray
    short_end_share: float
    strength_by_month: FloatArray
    joins_at: int = MONTHLY
    crisis: int = -1
    stays_months: int = 0
    uptake: float = 1.0
    others_have_no_need: bool = False
    fifths: int = FIFTHS
    homes: tuple[int, ...] = ()
    changes_elsewhere: FloatArray | None = None
    elsewhere: tuple[int, ...] = ()
    uptake_by_fifth: tuple[float, ...] = (1.0,) * FIFTHS
    drop_out: float = 0.0
    neighbours: float = 0.0
    named_conditions: tuple[str, ...] = ()
    lasts_months: int = 0
    instead_of: tuple[str, ...] = ()

    @property
    def changes_by_digit(self) -> FloatArray:
        """(digits, values) relative change of each value by digit of a profile from 1.

        The bands, those of people elsewhere if they differ, the same of those who have left if anything lasts, and
        neighbours if they feel anything.
        """
        parts = [self.changes]
        if self.changes_elsewhere is not None:
            parts.append(self.changes_elsewhere)
        if self.lasts_months:
            parts += [part[self.last_band : self.last_band + 1] for part in parts]
        if self.neighbours:
            parts.append(self.changes[-1:] * self.neighbours)
        return np.concatenate(parts)

    @property
    def last_band(self) -> int:
        """Band of effects in which people are who leave when their months are over."""
        return int(np.searchsorted(self.band_edges_months, self.stays_months)) - 1

    @property
    def digit_of_leavers(self) -> int:
        """Digit of those who have left and keep an effect; the next is that of leavers elsewhere, where they differ."""
        return 1 + len(self.changes) * (1 if self.changes_elsewhere is None else 2)

    @property
    def asks_once(self) -> bool:
        """Whether people who have been on the caseload are not asked again."""
        return self.joins_at == MONTHLY and (self.stays_months > 0 or self.drop_out > 0.0)


@dataclass(frozen=True)
class PeopleTables:
    """Everything about a place's people that neither chance nor a scenario changes.

    Attributes:
        month_start: (latent months + 1,) tick at which each month begins, twelve months beyond the study.
        death_years: (latent months,) length of each month in years times its index of deaths.
        projection: expected numbers by age and month.
        stationary: frailty and need for a care home by age.
        susceptibility: laws of lasting differences.
        needs: rates and severities of needs.
        discharge_rate: (age bands,) rate a year that a discharge adds at once.
        attendance_rate: rate a year that an attendance adds at once.
        rhythm: hours, months and weeks of illness.
        records: what scores and entry rules read.
    """

    month_start: IntArray
    death_years: FloatArray
    projection: Projection
    stationary: Stationary
    susceptibility: Susceptibility
    needs: NeedTables
    discharge_rate: FloatArray
    attendance_rate: float
    rhythm: RhythmTables
    records: RecordTables


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


class Replacement(NamedTuple):
    """Candidates of one person after a tick and before the end of its month, in order of (tick, key).

    They take the place of those still pending of the streams that they are about. Points are keyed, so a candidate that
    nothing has changed comes back the same; candidates of streams that nothing has changed are left as they are.
    """

    tick: list[int]
    stream: list[int]
    key: list[int]
    severity: list[float]
    first_stream: int = 0
    """They are all that is to come of the streams from this one on."""
