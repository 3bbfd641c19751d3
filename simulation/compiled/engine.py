"""The compiled engine: the same flow as the SimPy engine, row for row, as one kernel over flat tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.arrivals import Arrivals
from simulation.calendar import Calendar
from simulation.compiled.event_heap import (
    ARRIVES,
    BEGIN_DAY,
    CAPACITY,
    CENSUS,
    CHANGES_TEAM,
    DIES,
    INTERRUPTED,
    LIVES_IN,
    MOVES_AWAY,
    NEED,
    NEEDS_CARE_HOME,
    OPEN_PLACES,
    TAKE_CENSUS,
)
from simulation.compiled.frozen import frozen
from simulation.compiled.in_order import kept, stays_of
from simulation.compiled.kernel import DONE, FAILED, close, expect, run_before
from simulation.compiled.memory import Handle
from simulation.compiled.records import ARRIVAL
from simulation.compiled.tables import empty_flow, grown_flow, grown_people, no_people, say_where_full, set_month
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
        self.arrivals = [Arrivals(stream, number, calendar, self.key) for number, stream in enumerate(network.streams)]
        self._handle = Handle()
        tables = frozen(network, calendar)
        self._flow = empty_flow(network, calendar, self.key, int(tables.lane_first[-1]))
        self._people = no_people(population)
        say_where_full(self._flow, self._people)
        self._rows: list[Any] = []
        self._gone: list[Any] = []
        self._handle.show(tables)
        self._show()
        now = np.zeros(1, np.int64)
        self._put(BEGIN_DAY, CAPACITY, now, now)
        if network.gauges:
            self._put(TAKE_CENSUS, CENSUS, now, now)

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
        events = self.population.begin_month(month, self._homes)
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
        return stays_of(self._rows)

    def take_rows(self) -> Stays:
        """Rows written since the last time, as they were written; they are no longer kept."""
        taken, self._rows = self._rows, []
        return stays_of(taken, sort=False)

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

    def _homes(self) -> IntArray:
        """(people,) setting of the care home in which each lives; -1 for those who live in none."""
        residence = self._people.persons["residence"]
        homes = np.full(len(residence), NONE, np.int64)
        living = np.flatnonzero(residence != NONE)
        homes[living] = self._flow.visits["setting"][self._flow.episodes["visit"][residence[living]]]
        return homes

    def _settle_residents(self) -> None:
        """Give each person who already needs a care home a place in one, before anything else."""
        persons = np.flatnonzero(self.population.starts_in_care_home).astype(np.int64)
        chances = uniforms(self.key, persons, decisions.CARE_HOME_AT_START, 0)
        starts_in = self.network.claims.starts_in
        which = np.searchsorted([up_to for _, up_to in starts_in], chances)
        settings = np.array([index for index, _ in starts_in], np.int64)[which]
        at_start = np.zeros(len(persons), np.int64)
        self._put(LIVES_IN, CAPACITY, at_start, at_start - 1, visit=persons, what=persons, more=settings)
        self._state.timed_events -= len(persons)  # they are where they are: nothing takes place

    def _expect(self, month: int, events: MonthEvents) -> None:
        """Put a month's places, deaths, moves and arrivals on the heap."""
        for index, pool in enumerate(self.network.pools):
            if pool.changes is not None and not pool.daily_quota:
                ticks, places = pool.changes.of_month(self.calendar, month)
                self._put(OPEN_PLACES, CAPACITY, ticks, np.zeros_like(ticks), visit=index, what=index, more=places)
        changes = events.profile_changes
        self._put(DIES, INTERRUPTED, events.deaths.tick, events.deaths.person, visit=0)
        self._put(MOVES_AWAY, INTERRUPTED, events.leavers.tick, events.leavers.person, visit=1)
        self._put(CHANGES_TEAM, INTERRUPTED, changes.tick, changes.person, visit=2, what=changes.index)
        self._put(NEEDS_CARE_HOME, NEED, events.care_home_needs.tick, events.care_home_needs.person)
        self._expect_arrivals(month)

    def _expect_arrivals(self, month: int) -> None:
        """Put the first arrival of each stream on the heap; each brings the next."""
        blocks = [np.zeros(0, ARRIVAL)]
        for stream, arrivals in zip(self.network.streams, self.arrivals, strict=True):
            ticks, persons = arrivals.of_month(month)
            block = np.zeros(len(ticks), ARRIVAL)
            block["tick"], block["person"], block["kind"], block["setting"] = ticks, persons, stream.kind, stream.target
            block["is_last"][-1:] = 1
            blocks.append(block)
        found = np.concatenate(blocks)
        self._people = self._people._replace(arrivals=found.view(np.recarray))
        self._handle.show(self._people)
        firsts = np.cumsum([len(block) for block in blocks])[:-1][[len(block) > 0 for block in blocks[1:]]]
        self._put(ARRIVES, NEED, found["tick"][firsts], found["person"][firsts], what=firsts)

    def _put(
        self,
        call: int,
        phase: int,
        tick: IntArray,
        person: IntArray,
        visit: IntArray | int = 0,
        what: IntArray | int = 0,
        more: IntArray | int = 0,
    ) -> None:
        """Put events of one sort on the heap."""
        table = np.empty((5, len(tick)), np.int64)
        for column, numbers in zip(table, (tick, person, visit, what, more), strict=True):
            column[:] = numbers
        row = 0
        while (row := expect(self._handle.address, row, phase, call, table)) != NONE:
            self._make_room()

    def _make_room(self) -> None:
        """Let every table that is full grow, and put rows aside."""
        self._put_rows_aside()
        self._flow = grown_flow(self._flow)
        self._people = grown_people(self._people, self._state)
        say_where_full(self._flow, self._people)
        self._show()

    def _end_month(self, month: int) -> None:
        self._put_rows_aside()
        state, people = self._state, self._people
        self.population.note_admissions(people.admitted[: state.admitted], month)
        self._gone.append(people.gone[: state.gone].copy())
        state.gone = 0

    def _put_rows_aside(self) -> None:
        state = self._state
        self._rows.append(kept(self._flow.rows[: state.rows], self.calendar.horizon))
        state.rows = 0
