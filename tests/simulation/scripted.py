"""People whose needs, deaths and moves are written down in advance, and what becomes of them in a small network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.calendar import Calendar
from simulation.candidates import STREAMS, candidate_key
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
    """

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

    def begin_month(self, month: int) -> MonthEvents:
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

    def gone(self, person: int, tick: int, died: bool) -> None:
        """Take the person off the list."""
        self.alive[person] = 2
        self.told.append(("died" if died else "moved away", person, tick))

    def _again(self, what: str, person: int, tick: int) -> Replacement:
        self.told.append((what, person, tick))
        needs = self.drawn_again.get(person, [need for need in self.needs if need[1] == person])
        ahead = sorted((need[0], need[2], need[3], need[4]) for need in needs if need[0] > tick)
        return Replacement(
            [need[0] for need in ahead], [need[2] for need in ahead], [need[1] for need in ahead],
            [need[3] for need in ahead],
        )  # fmt: skip


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
