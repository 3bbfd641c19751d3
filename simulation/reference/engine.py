"""The SimPy engine: months of needs, episodes as processes, deaths and moves as interruptions."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simulation import decisions
from simulation.calendar import DAYS_PER_YEAR, SECONDS_PER_DAY, Calendar
from simulation.candidates import KIND_OF_STREAM
from simulation.draws import stream_key, uniform
from simulation.network import FINISH, Mark, Network, OnNeed, Presence, Setting
from simulation.people import MonthEvents, Population, Replacement
from simulation.reference.arrivals import Arrivals
from simulation.reference.environment import Phase, ThreePhaseEnvironment
from simulation.reference.episode import Stories
from simulation.reference.floor import Floor
from simulation.reference.record import Record
from simulation.reference.visit import Episode, Visit
from simulation.rules import severity_tier
from simulation.stays import CARE_HOME_BAND, NEVER, Outcome

Need = tuple[int, int, int, int, float]
"""Tick, person, key, stream and severity."""
Thresholds = tuple[float, float, float, float, float]
CARE_HOME_STREAM = 15
"""Stream number in the key of an episode that begins with a need for a care home."""
START_STREAM = 14
"""Stream number in the key of the residence of somebody who lives in a care home from the start."""
_OUTSIDER_BAND = 2


class ReferenceEngine:
    """The flow of one run. Somebody who reads `episode.py` knows how a person moves; this says when and who."""

    def __init__(
        self, network: Network, population: Population, calendar: Calendar, seed: int, replication: int
    ) -> None:
        self.network = network
        self.population = population
        self.calendar = calendar
        self.key = stream_key(seed, replication)
        self.env = ThreePhaseEnvironment()
        self.record = Record(network, calendar.months)
        self.floor = Floor(network, calendar, self.env, self.record)
        self.stories = Stories(network, calendar, self.floor, self, self.key)
        self.arrivals = [
            Arrivals(stream, number, calendar, self.key) for number, stream in enumerate(network.streams)
        ]
        self.in_care: dict[int, Episode] = {}
        """Episodes of people who are bodily in care, or wait for it, one each."""
        self.beside: dict[int, list[Episode]] = {}
        """Episodes of care that runs beside a residence, or waits to."""
        self.residence: dict[int, Episode] = {}
        """Episodes of people who live in a care home."""
        self.claims: dict[int, int] = {}
        """People who move into a care home at their next discharge, and the key of that need."""
        self.deferred: dict[int, list[Need]] = {}
        self.replaced: dict[int, tuple[int, int]] = {}
        """People whose needs of this month were drawn again: since which tick, and how many times."""
        self.place_of_death: dict[int, int] = {}
        """Setting at death of those who have died; -1 at home."""
        self.left: dict[int, int] = {}
        """Tick of death or moving away of those who are gone."""
        self.absorbed = 0
        """Needs and arrivals that were taken up by the care that the person was in."""
        self.kind_of_stream = [network.kinds.index(kind) for kind in KIND_OF_STREAM]
        self._thresholds: list[list[Thresholds]] = []
        self._settled = False

    def run_month(self, month: int) -> None:
        """Let everything happen from the first tick of a month up to the first of the next."""
        self._thresholds = self._thresholds_of(month)
        if not self._settled:
            self._settled = True
            self.env.run_before(0)
            self._settle_residents()
        self.replaced.clear()
        self._schedule(self.population.begin_month(month), month)
        self.env.run_before(int(self.calendar.month_start[month + 1]))
        self.record.end_month()

    def close(self) -> None:
        """Write every stay that is still going on at the horizon (engines R12)."""
        for person in sorted(self.in_care):
            self.floor.stop(self.in_care[person], Outcome.OPEN)
        for person in sorted(self.residence):
            self.floor.stop(self.residence[person], Outcome.OPEN)
        for person in sorted(self.beside):
            for episode in self.beside[person]:
                self.floor.stop(episode, Outcome.OPEN)

    def asks(self, episode: Episode, setting: Setting) -> None:
        """See `Registry`."""
        if setting.presence == Presence.BODY:
            self.in_care[episode.person] = episode
        elif episode.held is None:
            self._is_beside(episode)

    def arrives(self, episode: Episode, setting: Setting) -> None:
        """See `Registry`."""
        person = episode.person
        if setting.mark == Mark.NOTHING:
            self._leaves_hospital(episode)
        elif setting.mark == Mark.ATTENDANCE:
            episode.attended = True
        elif not episode.admitted:
            episode.admitted = True
            if not episode.outsider:
                self.population.note_admission(person, self.env.tick)
        if setting.presence != Presence.BODY and self.in_care.get(person) is episode:
            del self.in_care[person]
            self._is_beside(episode)
            self._offer_deferred(person)
        if setting.presence == Presence.RESIDENCE:
            self._moves_into_care_home(episode)

    def is_home_again(self, episode: Episode) -> None:
        """See `Registry`."""
        self._leaves_hospital(episode)
        person = episode.person
        if self.in_care.get(person) is episode:
            del self.in_care[person]
            self._offer_deferred(person)
        elif episode in self.beside.get(person, ()):
            self._not_beside(episode)

    def lives_in_care_home(self, person: int) -> bool:
        """See `Registry`."""
        return person in self.residence

    def has_claim(self, person: int) -> bool:
        """See `Registry`."""
        return person in self.claims

    def death_tick(self, person: int) -> int:
        """See `Registry`."""
        return int(self.population.death_tick[person])

    def stay_factor(self, person: int, value: int) -> float:
        """See `Registry`."""
        return float(self.population.factors[self.population.profile[person], value, 0])

    def thresholds(self, kind: int, band: int) -> Thresholds:
        """See `Registry`."""
        return self._thresholds[kind][band]

    def _thresholds_of(self, month: int) -> list[list[Thresholds]]:
        """Severity thresholds in force this month, by kind and band; they stay in order however far they drift."""
        network = self.network
        middle = int(self.calendar.month_start[month] + self.calendar.month_start[month + 1]) // 2
        years = (middle - network.threshold_base_tick) / (DAYS_PER_YEAR * SECONDS_PER_DAY)
        now = np.clip(network.thresholds + years * network.threshold_slope, 0.0, 1.0)
        in_order = np.minimum.accumulate(now[:, :, ::-1], axis=2)[:, :, ::-1]
        return [[tuple(row) for row in kind] for kind in in_order.tolist()]

    def _settle_residents(self) -> None:
        """Give each person who already needs a care home a place in one when the study begins."""
        kind = self.network.claim_kind
        for person in np.flatnonzero(self.population.starts_in_care_home).tolist():
            chance = uniform(self.key, person, decisions.CARE_HOME_AT_START, 0)
            setting = next(index for index, up_to in self.network.starts_in if chance <= up_to)
            episode = self._episode(person, kind, 0.5, START_STREAM << 12)
            visit = Visit(episode, setting, episode.occurrence(), 0, 0, care_home=True)
            self.floor.settle_at_start(visit)
            self.residence[person] = episode
            self.population.moved_to_care_home(person, 0)

    def _schedule(self, events: MonthEvents, month: int) -> None:
        """Put a month's needs, deaths, moves and arrivals on the agenda."""
        call_at = self.env.call_at
        for tick, person in _pairs(events.deaths):
            call_at(tick, Phase.INTERRUPTED, person, 0, self._dies, person)
        for tick, person in _pairs(events.leavers):
            call_at(tick, Phase.INTERRUPTED, person, 1, self._moves_away, person)
        for tick, person in _pairs(events.care_home_needs):
            call_at(tick, Phase.NEED, person, 0, self._needs_care_home, person)
        changes = events.profile_changes
        for (tick, person), change in zip(_pairs(changes), changes.index.tolist(), strict=True):
            call_at(tick, Phase.INTERRUPTED, person, 2, self._changes_team, (person, change))
        for stream, arrivals in zip(self.network.streams, self.arrivals, strict=True):
            for tick, person in arrivals.of_month(month):
                call_at(tick, Phase.NEED, person, 0, self._arrives_from_outside, (stream.kind, stream.target, person))
        needs = events.candidates
        columns = (needs.tick, needs.person, needs.key, needs.stream, needs.severity)
        self._expect_next(zip(*(column.tolist() for column in columns), strict=True))

    def _expect_next(self, needs: Iterator[Need]) -> None:
        """Put the next of the month's needs, which come in order, on the agenda."""
        need = next(needs, None)
        if need is not None:
            self.env.call_at(need[0], Phase.NEED, need[1], need[2], self._need_of_month, (need, needs))

    def _need_of_month(self, what: tuple[Need, Iterator[Need]]) -> None:
        need, needs = what
        self._expect_next(needs)
        replaced = self.replaced.get(need[1])
        if replaced is None or need[0] <= replaced[0]:
            self._need(need)

    def _replace_needs(self, person: int, replacement: Replacement) -> None:
        """From now on, the rest of this month's needs of a person are these."""
        version = self.replaced.get(person, (0, 0))[1] + 1
        self.replaced[person] = (self.env.tick, version)
        columns = (replacement.tick, replacement.stream, replacement.key, replacement.severity)
        for tick, stream, key, severity in zip(*columns, strict=True):
            need = (tick, person, key, stream, severity)
            self.env.call_at(tick, Phase.NEED, person, key, self._need_drawn_again, (need, version))

    def _need_drawn_again(self, what: tuple[Need, int]) -> None:
        need, version = what
        if self.replaced.get(need[1], (0, 0))[1] == version:
            self._need(need)

    def _need(self, need: Need) -> None:
        """A need fires: the care that the person is in takes it up, or an episode begins."""
        tick, person, key, stream, severity = need
        if self.population.alive.item(person) != 1:
            return
        episode = self._episode(person, self.kind_of_stream[stream], severity, key)
        current = self.in_care.get(person)
        if current is not None:
            visit = current.held or current.visit
            assert visit is not None or current.news is not None
            answer = self.network.settings[visit.setting].on_need[episode.tier] if visit else OnNeed.ABSORB
            if answer == OnNeed.ABSORB:
                self.absorbed += 1
                return
            if answer == OnNeed.DEFER:
                self.deferred.setdefault(person, []).append(need)
                return
            del self.in_care[person]
            self.floor.stop(current, Outcome.ESCALATED)
        self._begin(episode, int(self.network.entry[episode.kind]))

    def _episode(self, person: int, kind: int, severity: float, key: int) -> Episode:
        age_band: int = self.population.age_band.item(person)
        band = CARE_HOME_BAND if person in self.residence else age_band
        tier = severity_tier(severity, *self._thresholds[kind][band])
        return Episode(person, kind, band, age_band, severity, key, tier, outsider=False)

    def _arrives_from_outside(self, what: tuple[int, int, int]) -> None:
        """Somebody from outside the population asks for the setting that their stream goes to."""
        kind, target, person = what
        severity = uniform(self.key, person, decisions.OUTSIDER_SEVERITY, 0)
        self._begin(Episode(person, kind, _OUTSIDER_BAND, _OUTSIDER_BAND, severity, 0, 0, outsider=True), target)

    def _begin(self, episode: Episode, setting: int) -> None:
        """Start an episode: contacts are over at once; the first stay begins a process."""
        delay = 0
        settings = self.network.settings
        while setting != FINISH and settings[setting].presence == Presence.CONTACT and not delay:
            setting, delay, _ = self.stories.contact(episode, setting)
            episode.next_step()
        if setting == FINISH:
            return
        if delay:
            tick = self.env.tick + delay
            what = (episode, setting)
            self.env.call_at(tick, Phase.END_OF_SERVICE, episode.person, episode.occurrence(), self._keeps_booking, what)
        elif settings[setting].presence == Presence.BODY and episode.person in self.in_care:
            self.absorbed += 1
        else:
            self.env.process(self.stories.episode(episode, setting))

    def _keeps_booking(self, what: tuple[Episode, int]) -> None:
        """The wait for a booking or a journey is over; nothing comes of it for people in care by then, or gone."""
        episode, setting = what
        if episode.outsider or self.population.alive.item(episode.person) == 1:
            self._begin(episode, setting)

    def _dies(self, person: int) -> None:
        self.place_of_death[person] = self._whereabouts(person)
        self.left[person] = self.env.tick
        self._ends_everything(person, Outcome.DIED)
        self.population.gone(person, self.env.tick, died=True)

    def _moves_away(self, person: int) -> None:
        if self.population.alive.item(person) == 1:
            self.left[person] = self.env.tick
            self._ends_everything(person, Outcome.MOVED_OUT)
            self.population.gone(person, self.env.tick, died=False)

    def _whereabouts(self, person: int) -> int:
        """Setting where a person is: the body visit that has started, else the care home, else -1 for home."""
        current = self.in_care.get(person)
        if current is not None:
            if current.held is not None:
                return current.held.setting
            if current.visit is not None and current.visit.started != NEVER:
                return current.visit.setting
        living = self.residence.get(person)
        return living.visit.setting if living is not None and living.visit is not None else NEVER

    def _ends_everything(self, person: int, outcome: Outcome) -> None:
        """Close every visit, queue place and claim of a person."""
        current = self.in_care.pop(person, None)
        if current is not None:
            self.floor.stop(current, outcome)
        for episode in self.beside.pop(person, ()):
            self.floor.stop(episode, outcome)
        living = self.residence.pop(person, None)
        if living is not None:
            self.floor.stop(living, outcome)
        self.claims.pop(person, None)
        self.deferred.pop(person, None)

    def _needs_care_home(self, person: int) -> None:
        """A care home is needed: some move at their next discharge, the rest from home, each waiting for a place."""
        if self.population.alive.item(person) != 1 or person in self.residence:
            return
        key = self.floor.month << 16 | CARE_HOME_STREAM << 12
        self.claims[person] = key
        chance = uniform(self.key, person, decisions.MOVES_AT_DISCHARGE, key)
        if chance < self.network.claim_share:
            tick = self.env.tick + round(self.network.claim_days * SECONDS_PER_DAY)
            self.env.call_at(tick, Phase.NEED, person, 0, self._moves_from_home, person)
        else:
            self._moves_from_home(person)

    def _moves_from_home(self, person: int) -> None:
        """Ask for a care-home place from home; somebody in hospital just then moves at discharge."""
        key = self.claims.get(person)
        if key is None or person in self.in_care or self.population.alive.item(person) != 1:
            return
        del self.claims[person]
        kind = self.network.claim_kind
        self._begin(self._episode(person, kind, 0.5, key), int(self.network.entry[kind]))

    def _moves_into_care_home(self, episode: Episode) -> None:
        person = episode.person
        self.claims.pop(person, None)
        self._not_beside(episode)
        if person in self.residence:
            self.floor.stop(episode, Outcome.TURNED_AWAY)
            return
        self.residence[person] = episode
        self._replace_needs(person, self.population.moved_to_care_home(person, self.env.tick))

    def _changes_team(self, what: tuple[int, int]) -> None:
        person, change = what
        if self.population.alive.item(person) == 1:
            self._replace_needs(person, self.population.apply_profile(person, self.env.tick, change))

    def _leaves_hospital(self, episode: Episode) -> None:
        """An attendance or admission that is over makes further needs likelier for a while."""
        if episode.outsider or not (episode.attended or episode.admitted):
            return
        tick, person = self.env.tick, episode.person
        if episode.admitted:
            replacement = self.population.after_discharge(person, tick, episode.attended)
        else:
            replacement = self.population.after_attendance(person, tick)
        episode.attended = episode.admitted = False
        self._replace_needs(person, replacement)

    def _offer_deferred(self, person: int) -> None:
        """Offer again, one tick later, the needs that were put off while the person was in care."""
        for need in self.deferred.pop(person, ()):
            tick = self.env.tick + 1
            self.env.call_at(tick, Phase.NEED, person, need[2], self._need, (tick, *need[1:]))

    def _is_beside(self, episode: Episode) -> None:
        episodes = self.beside.setdefault(episode.person, [])
        if episode not in episodes:
            episodes.append(episode)

    def _not_beside(self, episode: Episode) -> None:
        episodes = self.beside.get(episode.person, [])
        if episode in episodes:
            episodes.remove(episode)
            if not episodes:
                del self.beside[episode.person]


def _pairs(events: object) -> Iterator[tuple[int, int]]:
    """(tick, person) of a table of events, as plain numbers."""
    return zip(events.tick.tolist(), events.person.tolist(), strict=True)  # type: ignore[attr-defined]
