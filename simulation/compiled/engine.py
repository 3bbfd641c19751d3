"""The compiled engine: the same flow as the SimPy engine, row for row, as one kernel over flat tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.arrivals import Arrivals
from simulation.calendar import Calendar
from simulation.compiled.event_heap import ARRIVES, CHANGES_TEAM, DIES, MOVES_AWAY, NEEDS_CARE_HOME
from simulation.compiled.frozen import frozen
from simulation.compiled.kernel import DONE, FAILED, begin_study, close, expect, run_before, settle_residents
from simulation.compiled.memory import Handle
from simulation.compiled.tables import empty_flow, grown_flow, grown_people, no_people, set_month
from simulation.compiled.written import stays_of
from simulation.draws import stream_key, uniforms
from simulation.inhabitants import Inhabitants
from simulation.network import NONE, Network
from simulation.people_tables import MonthEvents
from simulation.reference.visit import MOST_STEPS
from simulation.stays import Departures, Stays

IntArray = NDArray[np.int64]


class CompiledEngine:
    """The flow of one run; see `simulation.engines.Engine`."""

    def __init__(
        self, network: Network, population: Inhabitants, calendar: Calendar, seed: int, replication: int
    ) -> None:
        self.network = network
        self.population = population
        self.calendar = calendar
        self.key = stream_key(seed, replication)
        self.arrivals = [
            Arrivals(stream, number, calendar, self.key) for number, stream in enumerate(network.streams)
        ]
        self._handle = Handle()
        self._flow = empty_flow(network, calendar, self.key)
        self._people = no_people(population)
        self._rows: list[Any] = []
        self._gone: list[Any] = []
        self._handle.show(frozen(network, calendar))
        self._show()
        begin_study(self._handle.address)

    @property
    def timed_events(self) -> int:
        """How many timed events were handled, needs included."""
        return int(self._state.timed_events)

    @property
    def ignored(self) -> dict[str, int]:
        """Needs and arrivals that came to nothing, by cause."""
        return {"in care": int(self._state.ignored_in_care), "gone": int(self._state.ignored_gone)}

    def run_month(self, month: int) -> None:
        """Let everything happen from the first tick of a month up to the first of the next."""
        events = self.population.begin_month(month)
        self._begin_month(month, events)
        if month == 0:
            self._settle_residents()
        self._expect(month, events)
        end = int(self.calendar.month_start[month + 1])
        while True:
            how = run_before(self._handle.address, end)
            if how == DONE:
                break
            if how == FAILED:
                raise RuntimeError(f"an episode has more than {MOST_STEPS} steps, or a person too many needs")
            self._make_room()
        self._end_month(month)

    def close(self) -> None:
        """Write every stay that is still going on at the horizon."""
        episode = 0
        while (episode := close(self._handle.address, episode)) != NONE:
            self._make_room()
        self._put_rows_aside()

    def stays(self) -> Stays:
        """All rows, sorted by person and visit."""
        return stays_of(np.concatenate(self._rows))

    def contact_table(self) -> IntArray:
        """(months, settings, bands) starts of visits by residents."""
        return self._flow.counts

    def turned_away_table(self) -> IntArray:
        """(months, settings, bands) residents turned away."""
        return self._flow.turned_away

    def departures(self) -> Departures:
        """Residents who died or moved out."""
        gone = np.concatenate(self._gone)
        return Departures(gone["person"], gone["tick"], gone["place"].astype(np.int16), gone["died"] != 0)

    @property
    def _state(self) -> Any:  # noqa: ANN401
        return self._flow.state[0]

    def _show(self) -> None:
        self._handle.show(self._flow)
        self._handle.show(self._people)

    def _begin_month(self, month: int, events: MonthEvents) -> None:
        """Bring the month's own tables up to date, and forget whose needs were drawn again."""
        population, state = self.population, self._state
        people = self._people
        people.persons["again"][people.again["person"][: state.again]] = NONE
        state.again = state.admitted = state.candidate = 0
        rows = events.candidates
        state.candidates = len(rows.tick)
        self._people = people._replace(
            candidate_tick=rows.tick, candidate_person=rows.person, candidate_stream=rows.stream,
            candidate_key=rows.key, candidate_severity=rows.severity, factors=population.factors,
        )  # fmt: skip
        set_month(self._flow, self.network, self.calendar, month)
        self._show()
        self._handle.show(population.addresses())

    def _settle_residents(self) -> None:
        """Give each person who already needs a care home a place in one when the study begins."""
        persons = np.flatnonzero(self.population.starts_in_care_home).astype(np.int64)
        chances = uniforms(self.key, persons, decisions.CARE_HOME_AT_START, 0)
        starts_in = self.network.claims.starts_in
        which = np.searchsorted([up_to for _, up_to in starts_in], chances)
        settings = np.array([index for index, _ in starts_in], np.int64)[which]
        row = 0
        while (row := settle_residents(self._handle.address, row, persons, settings)) != NONE:
            self._make_room()

    def _expect(self, month: int, events: MonthEvents) -> None:
        """Put a month's deaths, moves and arrivals on the heap."""
        changes = events.profile_changes
        self._put(DIES, events.deaths.tick, events.deaths.person)
        self._put(MOVES_AWAY, events.leavers.tick, events.leavers.person)
        self._put(CHANGES_TEAM, changes.tick, changes.person, changes.index)
        self._put(NEEDS_CARE_HOME, events.care_home_needs.tick, events.care_home_needs.person)
        for stream, arrivals in zip(self.network.streams, self.arrivals, strict=True):
            found = np.array(arrivals.of_month(month), np.int64).reshape(-1, 2)
            kinds = np.full(len(found), stream.kind, np.int64)
            self._put(ARRIVES, found[:, 0].copy(), found[:, 1].copy(), kinds, stream.target)

    def _put(self, call: int, tick: IntArray, person: IntArray, what: IntArray | None = None, more: int = 0) -> None:
        whats = np.zeros(len(tick), np.int64) if what is None else what
        row = 0
        while (row := expect(self._handle.address, row, tick, person, call, whats, more)) != NONE:
            self._make_room()

    def _make_room(self) -> None:
        """Let every table that is full grow, and put rows aside."""
        self._put_rows_aside()
        self._flow = grown_flow(self._flow)
        self._people = grown_people(self._people, self._state)
        self._show()

    def _end_month(self, month: int) -> None:
        self._put_rows_aside()
        state, people = self._state, self._people
        self.population.note_admissions(people.admitted[: state.admitted], month)
        self._gone.append(people.gone[: state.gone].copy())
        state.gone = 0

    def _put_rows_aside(self) -> None:
        state = self._state
        self._rows.append(self._flow.rows[: state.rows].copy())
        state.rows = 0
