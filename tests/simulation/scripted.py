"""People whose needs, deaths and moves are written down in advance, and what becomes of them in a small network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.addresses import Addresses
from simulation.again import Again
from simulation.calendar import Calendar
from simulation.candidates import STREAMS, candidate_key
from simulation.caseloads import Caseloads
from simulation.columns import Columns, Found, MonthTables, NeedTables
from simulation.enrolment import Homes, no_homes
from simulation.factors import VALUES
from simulation.inhabitants import ATTENDANCE_RATE
from simulation.needs import FIRST_SET_OFF
from simulation.network import THRESHOLDS, Network
from simulation.nobody import Nobody
from simulation.people_tables import CandidateRows, MonthEvents, PersonEvents, Replacement
from simulation.reference import ReferenceEngine
from simulation.reference.needs import Need
from simulation.stays import NEVER, Outcome
from tests.simulation.textbook import months, network_of

ONE_MONTH = months(1)
FAR = 2**31 - 1
SELF_CARE, MANAGED, TURNED_AWAY, AE, ZERO_DAY, OVERNIGHT = 0.05, 0.15, 0.3, 0.5, 0.7, 0.9
"""Severities that lead to each tier under `PLAIN_THRESHOLDS`."""
PLAIN_THRESHOLDS = (0.1, 0.2, 0.4, 0.6, 0.8)


ROOM = 256
"""Needs that one person can have in a month."""
_COLUMN_TYPES: dict[str, type[np.generic]] = {
    "alive": np.uint8, "in_care_home": np.uint8, "age_band": np.int8, "frailty": np.int8, "latent_state": np.int8,
    "frail_from": np.int16, "fifth": np.int8, "birth_month": np.int16, "entered": np.int32, "death_tick": np.int32,
    "need_tick": np.int32, "leave_tick": np.int32, "acute_young": np.float32, "acute_old": np.float32,
    "minor": np.float32, "spell_start": np.int32, "spell_end": np.int32, "readmission_rate": np.float32,
    "discharged": np.int32, "reattendance_rate": np.float32, "stay_reattendance_rate": np.float32,
    "attended": np.int32, "profile": np.uint16, "kind": np.uint8,
}  # fmt: skip


class Wants(NamedTuple):
    """One need of one person."""

    tick: int
    person: int = 0
    severity: float = OVERNIGHT
    stream: str = "upper.acute"


class Scripted(Nobody):
    """People to whom what is written happens; nothing makes needs likelier or less likely.

    Attributes:
        told: what the flow has told the population: (what, person, tick).
        drawn_again: needs of a person that take the place of those written when something happens to them.
        forgets: whether all of a person's needs are gone when something happens to them. Compiled code draws needs
            again itself and finds none, so that engines can be compared with people who forget only.
    """

    forgets = False

    def __init__(
        self,
        wants: Sequence[Wants],
        people: int = 10,
        deaths: Mapping[int, int] | None = None,
        leavers: Mapping[int, int] | None = None,
        care_home_needs: Mapping[int, int] | None = None,
        living_in_care_home: Collection[int] = (),
    ) -> None:
        super().__init__()
        self.deaths, self.leavers = dict(deaths or {}), dict(leavers or {})
        self.care_home_needs = dict(care_home_needs or {})
        self.alive = np.ones(people, np.uint8)
        self.in_care_home = np.zeros(people, np.uint8)
        self.factors = np.ones((1, len(VALUES), 2))
        self.triggers[ATTENDANCE_RATE + 1 :] = FAR
        self.age_band = np.full(people, 3, np.int8)
        self.death_tick = np.array([self.deaths.get(person, FAR) for person in range(people)], np.int32)
        self.care_home_need_tick = np.array(
            [self.care_home_needs.get(person, FAR) for person in range(people)], np.int32
        )
        self.profile = np.zeros(people, np.uint16)
        self.starts_in_care_home = np.isin(np.arange(people), list(living_in_care_home))
        self.needs = needs_of(wants)
        self.drawn_again: dict[int, list[Need]] = {}
        self.told: list[tuple[str, int, int]] = []

    def begin_month(self, month: int, homes: Homes = no_homes) -> MonthEvents:
        """Everything happens in the first month."""
        nothing = super().begin_month(month)
        if month > 0:
            return nothing
        columns = [np.array(column, np.int64) for column in zip(*(need[:4] for need in self.needs), strict=True)]
        if columns:
            tick, person, key, stream = columns
            severity = np.array([need[4] for need in self.needs])
            nothing = replace(nothing, candidates=CandidateRows(tick, person, stream.astype(np.int8), key, severity))
        return replace(
            nothing,
            deaths=_events(self.deaths),
            leavers=_events(self.leavers),
            care_home_needs=_events(self.care_home_needs),
        )

    def after_attendance(self, person: int, tick: int) -> Replacement:
        """The same needs as before, unless others are written."""
        return self._again("attended", person, tick)

    def after_discharge(self, person: int, tick: int, came_through_ae: bool) -> Replacement:
        """The same needs as before, unless others are written."""
        return self._again("discharged from A&E" if came_through_ae else "discharged", person, tick)

    def moved_to_care_home(self, person: int, tick: int) -> Replacement:
        """The same needs as before, unless others are written."""
        return self._again("moved to care home", person, tick)

    def note_admission(self, person: int, tick: int) -> None:
        """Write it down."""
        self.told.append(("admitted", person, tick))

    def addresses(self) -> Addresses:
        """Columns of people who need nothing, whatever happens to them."""
        return _needing_nothing(len(self.alive)).addresses

    def gone(self, person: int, tick: int, died: bool) -> None:
        """Take the person off the list."""
        self.alive[person] = 2
        self.told.append(("died" if died else "moved away", person, tick))

    def _again(self, what: str, person: int, tick: int) -> Replacement:
        self.told.append((what, person, tick))
        return self.needs_after(person, tick)

    def needs_after(self, person: int, tick: int) -> Replacement:
        """What a person needs after a tick, when something has happened to them then."""
        if self.forgets:
            return Replacement([], [], [], [])
        needs = self.drawn_again.get(person, [need for need in self.needs if need[1] == person])
        ahead = sorted((need[0], need[2], need[3], need[4]) for need in needs if need[0] > tick)
        return Replacement(
            [need[0] for need in ahead], [need[2] for need in ahead], [need[1] for need in ahead],
            [need[3] for need in ahead],
        )  # fmt: skip


class Forgetful(Scripted):
    """People who need nothing more this month once they have moved, nor what an attendance or a stay sets off."""

    forgets = True

    def after_attendance(self, person: int, tick: int) -> Replacement:
        """Nothing more that attendances and discharges set off."""
        return super().after_attendance(person, tick)._replace(first_stream=FIRST_SET_OFF)

    def after_discharge(self, person: int, tick: int, came_through_ae: bool) -> Replacement:
        """Nothing more that attendances and discharges set off."""
        return super().after_discharge(person, tick, came_through_ae)._replace(first_stream=FIRST_SET_OFF)


@lru_cache(maxsize=64)
def _needing_nothing(people: int) -> Again:
    """Room in which compiled code looks for needs; nobody in it is alive, so that it finds none."""
    nobody = Columns._make(np.zeros((people, 3) if name == "frail_from" else people, of_column)
                           for name, of_column in _COLUMN_TYPES.items())
    zero: dict[int, Any] = {1: np.zeros(1), 2: np.zeros((1, 1)), 3: np.zeros((1, 1, 2))}
    numbers: list[Any] = [*(zero[dimensions] for dimensions in (*(2,) * 8, 1, 1, 2)), *(1.0,) * 11]
    tables = NeedTables._make(numbers)
    whole = np.zeros(1, np.int64)
    month = MonthTables(
        0, 0, 0, 1, zero[1], zero[1], zero[2], zero[2], zero[2], zero[2], zero[2], np.zeros(1, np.uint8), whole,
        zero[2], np.zeros((1, 1), np.int16), whole, zero[3], zero[2],
    )  # fmt: skip
    found = Found(
        np.zeros(ROOM, np.int64), np.zeros(ROOM, np.int64), np.zeros(ROOM, np.int8), np.zeros(ROOM, np.int64),
        np.zeros(ROOM), np.zeros(1, np.uint8),
    )  # fmt: skip
    return Again(nobody, tables, month, found, Caseloads((), 1, nobody.profile).columns)


class Row(NamedTuple):
    """One stay, in words."""

    person: int
    setting: str
    requested: int
    started: int
    ready: int
    ended: int
    outcome: str
    next_setting: str


@dataclass(frozen=True)
class Play:
    """What became of people in a network."""

    engine: ReferenceEngine
    network: Network
    rows: list[Row]

    def of(self, person: int) -> list[Row]:
        """Rows of a person."""
        return [row for row in self.rows if row.person == person]

    def at(self, setting: str) -> list[Row]:
        """Rows of a setting, in order of start."""
        return sorted((row for row in self.rows if row.setting == setting), key=lambda row: (row.started, row.person))


def play(text: str, people: Scripted, calendar: Calendar = ONE_MONTH, seed: int = 3) -> Play:
    """Let what is written happen in a network."""
    network = plain(network_of(text, calendar))
    engine = ReferenceEngine(network, people, calendar, seed, 0)
    for month in range(calendar.months):
        engine.run_month(month)
    engine.close()
    return Play(engine, network, rows_of(engine, network))


def plain(network: Network) -> Network:
    """A network whose thresholds are `PLAIN_THRESHOLDS` for everybody."""
    thresholds: NDArray[np.float64] = np.broadcast_to(PLAIN_THRESHOLDS, network.thresholds.shape).copy()
    assert thresholds.shape[-1] == len(THRESHOLDS)
    return replace(network, thresholds=thresholds, threshold_slope=np.zeros_like(thresholds))


def rows_of(engine: ReferenceEngine, network: Network) -> list[Row]:
    """The stays of a run in words, by person and visit."""
    stays, names = engine.record.stays(), (*network.names(), "")
    columns = (stays.person, stays.setting, stays.requested, stays.started, stays.ready, stays.ended, stays.outcome,
               stays.next_setting)  # fmt: skip
    return [
        Row(person, names[setting], requested, started, ready, ended, Outcome(outcome).name.lower(), names[after])
        for person, setting, requested, started, ready, ended, outcome, after in zip(
            *(column.tolist() for column in columns), strict=True
        )
    ]


def needs_of(wants: Sequence[Wants]) -> list[Need]:
    """Needs with keys of their own, in order."""
    seen: Counter[tuple[int, str]] = Counter()
    needs = []
    for want in sorted(wants, key=lambda want: (want.tick, want.person)):
        stream = STREAMS.index(want.stream)
        key = candidate_key(0, stream, 0, seen[want.person, want.stream])
        seen[want.person, want.stream] += 1
        needs.append((want.tick, want.person, key, stream, want.severity))
    return sorted(needs, key=lambda need: need[:3])


def _events(ticks: Mapping[int, int]) -> PersonEvents:
    pairs = sorted((tick, person) for person, tick in ticks.items())
    tick, person = (np.array([pair[i] for pair in pairs], np.int64) for i in (0, 1))
    return PersonEvents(tick, person)


def never_started(row: Row) -> bool:
    """Whether a row is a queue place that came to nothing."""
    return row.started == NEVER
