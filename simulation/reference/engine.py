"""The SimPy engine: months of needs, episodes as processes, deaths and moves as interruptions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.arrivals import Arrivals
from simulation.calendar import SECONDS_PER_DAY, Calendar
from simulation.candidates import KIND_OF_STREAM
from simulation.draws import stream_key, uniform
from simulation.inhabitants import Inhabitants
from simulation.network import FINISH, NONE, Network, OnNeed
from simulation.people_tables import MonthEvents
from simulation.reference.environment import Phase, ThreePhaseEnvironment
from simulation.reference.episode import Stories, Thresholds
from simulation.reference.floor import Floor
from simulation.reference.needs import Need, PendingNeeds
from simulation.reference.plain import PlainTables
from simulation.reference.record import Record
from simulation.reference.registry import Registry
from simulation.reference.visit import Episode
from simulation.stays import CARE_HOME_BAND, NEVER, Departures, Stays
from simulation.thresholds import thresholds_of

CARE_HOME_STREAM = 15
"""Stream number in the key of an episode that begins with a need for a care home."""
START_STREAM = 14
"""Stream number in the key of the residence of somebody who lives in a care home from the start."""
ABSORB = int(OnNeed.ABSORB)
DEFER = int(OnNeed.DEFER)
OUTSIDER_BAND = 2


class ReferenceEngine:
    """The flow of one run. Somebody who reads `episode.py` knows how a person moves; this says when and who."""

    def __init__(
        self, network: Network, population: Inhabitants, calendar: Calendar, seed: int, replication: int
    ) -> None:
        tables = PlainTables(network)
        self.network = network
        self.population = population
        self.calendar = calendar
        self.key = stream_key(seed, replication)
        self.env = ThreePhaseEnvironment()
        self.record = Record(network, calendar.months)
        self.floor = Floor(network, tables, calendar, self.env, self.record)
        self.needs = PendingNeeds(self.env, self._need)
        self.registry = Registry(
            population, self.floor, self.needs, self._moves_from_home, network.claims, self.key
        )
        self.stories = Stories(network, tables, calendar, self.floor, self.registry, self.key)
        self.arrivals = [
            Arrivals(stream, number, calendar, self.key) for number, stream in enumerate(network.streams)
        ]
        kinds = {kind: index for index, kind in enumerate(network.kinds)}
        self.kind_of_stream = [kinds.get(kind, NONE) for kind in KIND_OF_STREAM]
        self._settings = tables.settings
        self._entry = tables.entry

    def run_month(self, month: int) -> None:
        """Let everything happen from the first tick of a month up to the first of the next."""
        self.stories.thresholds = _rows_of(thresholds_of(self.network, self.calendar, month))
        self.needs.begin_month()
        events = self.population.begin_month(month, self._homes)
        if month == 0:
            self._settle_residents()
        self._schedule(events, month)
        self.env.run_before(int(self.calendar.month_start[month + 1]))
        self.record.end_month()

    def close(self) -> None:
        """Write every stay that is still going on at the horizon."""
        self.registry.close()

    @property
    def timed_events(self) -> int:
        """How many timed events were handled, needs included."""
        return self.env.timed_events

    @property
    def ignored(self) -> dict[str, int]:
        """Needs and arrivals that came to nothing, by cause."""
        return self.registry.ignored

    def stays(self) -> Stays:
        """All rows, sorted by person and visit."""
        return self.record.stays()

    def take_rows(self) -> Stays:
        """Rows written since the last time, as they were written; they are no longer kept."""
        return self.record.take_rows()

    def contact_table(self) -> NDArray[np.int64]:
        """(months, settings, bands) starts of visits by residents."""
        return self.record.contact_table()

    def turned_away_table(self) -> NDArray[np.int64]:
        """(months, settings, bands) residents turned away."""
        return self.record.turned_away_table()

    def departures(self) -> Departures:
        """Residents who died or moved out."""
        left, places = self.registry.left, self.registry.place_of_death
        return Departures(
            person=np.array(list(left), np.int64),
            tick=np.array(list(left.values()), np.int64),
            place=np.array([places.get(person, NEVER) for person in left], np.int16),
            died=np.array([person in places for person in left], np.bool_),
        )

    def _homes(self) -> NDArray[np.int64]:
        """(people,) setting of the care home in which each lives; -1 for those who live in none."""
        homes = np.full(len(self.population.alive), NONE, np.int64)
        for person, episode in self.registry.residence.items():
            homes[person] = self.registry.home_of(episode)
        return homes

    def _settle_residents(self) -> None:
        """Give each person who already needs a care home a place in one when the study begins."""
        for person in np.flatnonzero(self.population.starts_in_care_home).tolist():
            chance = uniform(self.key, person, decisions.CARE_HOME_AT_START, 0)
            setting = next(index for index, up_to in self.network.claims.starts_in if chance <= up_to)
            episode = self._episode(person, self.network.claims.kind, 0.5, START_STREAM << 12)
            self.registry.lives_in(episode, setting)

    def _schedule(self, events: MonthEvents, month: int) -> None:
        """Put a month's places, needs, deaths, moves and arrivals on the agenda."""
        call_at = self.env.call_at
        for index, pool in enumerate(self.network.pools):
            if pool.changes is not None and not pool.daily_quota:
                for tick, places in _rows(*pool.changes.of_month(self.calendar, month)):
                    call_at(tick, Phase.CAPACITY, 0, index, self.floor.open_places, (index, places))
        for tick, person in _rows(events.deaths.tick, events.deaths.person):
            call_at(tick, Phase.INTERRUPTED, person, 0, self.registry.dies, person)
        for tick, person in _rows(events.leavers.tick, events.leavers.person):
            call_at(tick, Phase.INTERRUPTED, person, 1, self.registry.moves_away, person)
        changes = events.profile_changes
        for tick, person, change in _rows(changes.tick, changes.person, changes.index):
            call_at(tick, Phase.INTERRUPTED, person, 2, self._changes_team, (person, change))
        for tick, person in _rows(events.care_home_needs.tick, events.care_home_needs.person):
            call_at(tick, Phase.NEED, person, 0, self._needs_care_home, person)
        for stream, arrivals in zip(self.network.streams, self.arrivals, strict=True):
            for tick, person in _rows(*arrivals.of_month(month)):
                call_at(tick, Phase.NEED, person, 0, self._arrives_from_outside, (stream.kind, stream.target, person))
        self.needs.expect(events.candidates)

    def _need(self, need: Need) -> None:
        """A need fires: the care that the person is in takes it up, or an episode begins."""
        _, person, key, stream, severity = need
        if not self.registry.is_here(person):
            self.registry.ignored["gone"] += 1
            return
        episode = self._episode(person, self.kind_of_stream[stream], severity, key)
        current = self.registry.in_care.get(person)
        if current is not None:
            visit = current.held or current.visit
            answer = self._settings[visit.setting].on_need[episode.tier] if visit else ABSORB
            if answer == ABSORB:
                self.registry.ignored["in care"] += 1
                return
            if answer == DEFER:
                self.registry.deferred.setdefault(person, []).append(need)
                return
            self.registry.escalates(current)
        self._begin(episode, self._entry[episode.kind])

    def _episode(self, person: int, kind: int, severity: float, key: int) -> Episode:
        age_band: int = self.population.age_band.item(person)
        band = CARE_HOME_BAND if person in self.registry.residence else age_band
        tier = self.stories.tier(kind, band, severity)
        return Episode(person, kind, band, age_band, severity, key, tier, outsider=False)

    def _arrives_from_outside(self, what: tuple[int, int, int]) -> None:
        """Somebody from outside the population asks for the setting that their stream goes to."""
        kind, target, person = what
        severity = uniform(self.key, person, decisions.OUTSIDER_SEVERITY, 0)
        self._begin(Episode(person, kind, OUTSIDER_BAND, OUTSIDER_BAND, severity, 0, 0, outsider=True), target)

    def _begin(self, episode: Episode, setting: int) -> None:
        """Start an episode: contacts are over at once; the first stay begins a process."""
        delay = 0
        settings = self._settings
        while setting != FINISH and settings[setting].is_contact and not delay:
            setting, delay, _ = self.stories.contact(episode, settings[setting])
            episode.next_step()
        if setting == FINISH:
            return
        if delay:
            tick, what = self.env.tick + delay, (episode, setting)
            self.env.call_at(tick, Phase.END_OF_SERVICE, episode.person, episode.occurrence, self._keeps_booking, what)
        elif settings[setting].is_body and episode.person in self.registry.in_care:
            self.registry.ignored["in care"] += 1
        else:
            self.env.process(self.stories.episode(episode, setting))

    def _keeps_booking(self, what: tuple[Episode, int]) -> None:
        """The wait for a booking or a journey is over; nothing comes of it for people in care by then, or gone."""
        episode, setting = what
        if episode.outsider or self.registry.is_here(episode.person):
            self._begin(episode, setting)

    def _needs_care_home(self, person: int) -> None:
        """A care home is needed: some wait for a discharge, the rest move from home, each waiting for a place."""
        registry = self.registry
        if not registry.is_here(person) or person in registry.residence or registry.is_averted(person):
            return
        key = self.floor.month << 16 | CARE_HOME_STREAM << 12
        registry.claims[person] = key
        if registry.moves_at_discharge(person):
            tick = self.env.tick + round(self.network.claims.days_after * SECONDS_PER_DAY)
            self.env.call_at(tick, Phase.NEED, person, 0, self._moves_from_home, person)
        else:
            self._moves_from_home(person)

    def _moves_from_home(self, person: int) -> None:
        """Ask for a care-home place from home; somebody in care just then asks, or moves, when that is over."""
        registry = self.registry
        if person not in registry.claims:
            return
        if person in registry.in_care:
            registry.overdue.add(person)
            return
        key = registry.claims.pop(person)
        kind = self.network.claims.kind
        self._begin(self._episode(person, kind, 0.5, key), self._entry[kind])

    def _changes_team(self, what: tuple[int, int]) -> None:
        person, change = what
        if self.registry.is_here(person):
            self.needs.replace(person, self.population.apply_profile(person, self.env.tick, change))


def _rows_of(thresholds: NDArray[np.float64]) -> list[list[Thresholds]]:
    return [[tuple(row) for row in kind] for kind in thresholds.tolist()]


def _rows(*columns: NDArray[np.int64]) -> Iterator[tuple[int, ...]]:
    """Rows of a table of events, as plain numbers."""
    return zip(*(column.tolist() for column in columns), strict=True)
