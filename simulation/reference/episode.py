"""The story of one episode: where a person goes, how long they stay, and what they wait for."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, Protocol

from simpy.events import Event

from simulation import decisions
from simulation.calendar import SECONDS_PER_DAY, Calendar
from simulation.draws import uniform
from simulation.laws import quantile, whole_ticks
from simulation.network import (
    ADMITTED,
    FINISH,
    NONE,
    OVERNIGHT,
    SURE_TO_LIVE_DAYS,
    Alternative,
    Mode,
    Network,
    Presence,
    Setting,
    class_index,
)
from simulation.reference.environment import Phase
from simulation.reference.floor import Floor
from simulation.reference.visit import Episode, News, Visit
from simulation.rules import (
    admission_threshold,
    answer_to_gauge,
    nights_of_stay,
    place_above,
    severity_tier,
    stay_lasts_until_death,
)
from simulation.stays import NEVER, Outcome

Story = Generator[Event, Any, None]
Way = tuple[int, int, int]
"""Setting to ask for next or `FINISH`, ticks before that, and the reason for which a place is held meanwhile."""


class Registry(Protocol):
    """What an episode tells of the person's whereabouts, and asks about the person."""

    def asks(self, episode: Episode, setting: Setting) -> None:
        """The person now waits for, or is in, a setting."""

    def arrives(self, episode: Episode, setting: Setting) -> None:
        """A visit to a setting has started."""

    def is_home_again(self, episode: Episode) -> None:
        """The episode is over and the person is at their residence."""

    def lives_in_care_home(self, person: int) -> bool:
        """Whether the person lives in a care home."""

    def has_claim(self, person: int) -> bool:
        """Whether the person waits to move into a care home at the next discharge."""

    def death_tick(self, person: int) -> int:
        """Tick of the person's latent death."""

    def stay_factor(self, person: int, value: int) -> float:
        """Factor on a named value from the teams that the person is with."""

    def thresholds(self, kind: int, band: int) -> tuple[float, float, float, float, float]:
        """Severity thresholds in force this month."""


class Stories:
    """Tells episodes. All draws are keyed by the episode's need and the step within it."""

    def __init__(self, network: Network, calendar: Calendar, floor: Floor, registry: Registry, key: int) -> None:
        self.network = network
        self.calendar = calendar
        self.floor = floor
        self.registry = registry
        self.key = key
        self.tables = [table.tolist() for table in network.tables]
        self._class_tables = [_lists(setting) for setting in network.settings]

    def episode(self, episode: Episode, setting: int) -> Story:
        """One person's way through care, from a setting to wherever they are then."""
        floor, settings = self.floor, self.network.settings
        while setting != FINISH:
            here = settings[setting]
            if here.presence == Presence.CONTACT:
                setting, delay, _ = self.contact(episode, setting)
            else:
                self.registry.asks(episode, here)
                visit = self.ask(episode, setting)
                news = News.STARTED if visit.started != NEVER else (yield self._news(episode))
                if news == News.STOPPED:
                    return
                if news == News.STARTED:
                    self.registry.arrives(episode, here)
                    if (yield from self.serve(episode, visit, here)) == News.STOPPED:
                        return
                    setting, delay, reason = self.way_on(episode, here)
                    if here.hold:
                        floor.hold(visit, reason)
                    else:
                        floor.leave(visit, Outcome.COMPLETED, setting)
                else:
                    setting, delay = self.way_without(episode, setting, news)
            episode.next_step()
            if delay > 0 and (yield floor.wait(episode, floor.env.tick + delay)) == News.STOPPED:
                return
        if episode.held is not None:
            floor.leave(episode.held, Outcome.COMPLETED, FINISH)
        self.registry.is_home_again(episode)

    def contact(self, episode: Episode, setting: int) -> Way:
        """A contact: over as soon as it starts, or refused because the day's places are gone."""
        floor = self.floor
        tables = self._class_tables[setting]
        row = self.class_of(episode)
        if not floor.take_quota(setting):
            if not episode.outsider:
                floor.record.count_turned_away(floor.month, setting, episode.band)
            return self.choose(episode, tables.turned_away[row])
        if not episode.outsider:
            lead_time = self.network.settings[setting].lead_time
            month = floor.month
            if lead_time != NONE:
                tick = floor.env.tick + self.duration(episode, lead_time, decisions.LEAD_TIME)
                month = self.calendar.month_of(tick)
            floor.record.count(month, setting, episode.band)
        return self.choose(episode, tables.routes[row])

    def ask(self, episode: Episode, setting: int) -> Visit:
        """Ask for a setting; somebody who has to wait may give up after a time drawn now."""
        tables = self._class_tables[setting]
        row = self.class_of(episode)
        care_home = not episode.outsider and self.registry.lives_in_care_home(episode.person)
        visit = self.floor.ask(episode, setting, tables.priority[row], care_home)
        if visit.started == NEVER and tables.patience[row] != NONE:
            law = self.network.laws[tables.patience[row]]
            if law.mode == Mode.UNTIL_PLAN:
                tick = max(episode.planned_end, self.floor.env.tick + 1)
            else:
                tick = self.floor.env.tick + self.duration(episode, tables.patience[row], decisions.PATIENCE)
            self.floor.set_patience(visit, tick)
        return visit

    def serve(self, episode: Episode, visit: Visit, here: Setting) -> Generator[Event, Any, News]:
        """Stay until service is over; somebody close to death may stay until then."""
        floor = self.floor
        row = self.class_of(episode)
        tables = self._class_tables[visit.setting]
        if tables.plan[row] != NONE and episode.planned_end == NEVER:
            episode.planned_end = visit.started + self.duration(episode, tables.plan[row], decisions.PLAN)
        law = self.network.laws[tables.duration[row]]
        if law.mode == Mode.UNTIL_DEATH:
            return (yield floor.wait_for_ever(episode))
        ends = self.end_of_service(episode, visit, tables.duration[row])
        news: News = yield floor.wait(episode, ends)
        if news == News.OVER and here.held_until_death_days > 0.0 and self.is_held(episode, here):
            news = yield floor.wait_for_ever(episode)
        return news

    def end_of_service(self, episode: Episode, visit: Visit, law: int) -> int:
        """Tick at which service is over: never after the planned end of the hospital stay, never at once."""
        if self.network.laws[law].mode == Mode.UNTIL_PLAN:
            ends = episode.planned_end
        else:
            ends = visit.started + self.duration(episode, law, decisions.DURATION)
            if episode.planned_end != NEVER and ends > episode.planned_end:
                ends = episode.planned_end
        return max(ends, visit.started + 1)

    def is_held(self, episode: Episode, here: Setting) -> bool:
        """Whether somebody fit to leave is kept until death: one keyed draw, and not a delay."""
        if episode.outsider or episode.planned_end > self.floor.env.tick:
            return False
        days_left = (self.registry.death_tick(episode.person) - self.floor.env.tick) / SECONDS_PER_DAY
        if days_left > SURE_TO_LIVE_DAYS:
            return False
        chance = uniform(self.key, episode.person, decisions.HELD_UNTIL_DEATH, episode.occurrence())
        return stay_lasts_until_death(chance, days_left, here.held_until_death_days)

    def way_on(self, episode: Episode, here: Setting) -> Way:
        """Where the person goes when service is over."""
        if here.reassesses:
            self.reassess(episode)
        if here.takes_claims and self.registry.has_claim(episode.person) and self.plan_is_over(episode):
            return self.choose(episode, self.network.claim_route)
        assert episode.visit is not None
        return self.choose(episode, self._class_tables[episode.visit.setting].routes[self.class_of(episode)])

    def way_without(self, episode: Episode, setting: int, news: News) -> tuple[int, int]:
        """Where somebody goes who gave up or was turned away."""
        tables = self._class_tables[setting]
        row = self.class_of(episode)
        if news == News.TURNED_AWAY:
            overflow = self.network.settings[setting].overflow
            if overflow != NONE:
                return overflow, 0
            return self.choose(episode, tables.turned_away[row])[:2]
        target, delay, reason = self.choose(episode, tables.gave_up[row])
        if episode.held is not None:
            episode.held.ready, episode.held.reason = self.floor.env.tick, reason
            if not delay:
                self.floor.leave(episode.held, Outcome.COMPLETED, target)
        return target, delay

    def choose(self, episode: Episode, route: int) -> Way:
        """Draw one of the ways of a route."""
        ways = self.network.routes[route]
        way = ways[0]
        if way.up_to < 1.0:
            chance = uniform(self.key, episode.person, decisions.ROUTE, episode.occurrence())
            way = next(each for each in ways if chance <= each.up_to)
        return way.target, self._delay(episode, way), way.reason

    def reassess(self, episode: Episode) -> None:
        """Read the severity again with the wards as full as they are: pressure turns away the mildest admissions."""
        thresholds = self.registry.thresholds(episode.kind, episode.band)
        network = self.network
        gauge = self.floor.gauges[network.pressure_gauge] if network.pressure_gauge != NONE else 0.0
        admitted = admission_threshold(
            thresholds[ADMITTED],
            thresholds[OVERNIGHT],
            network.pressure_shift,
            gauge,
            network.pressure_reference,
        )
        episode.tier = severity_tier(episode.severity, *thresholds[:ADMITTED], admitted, thresholds[OVERNIGHT])

    def class_of(self, episode: Episode) -> int:
        """The episode's class now."""
        return class_index(
            episode.kind, episode.band, episode.tier, int(self.floor.is_open()), int(self.plan_is_over(episode))
        )

    def plan_is_over(self, episode: Episode) -> bool:
        """Whether the planned end of the hospital stay has been reached."""
        return episode.planned_end != NEVER and self.floor.env.tick >= episode.planned_end

    def duration(self, episode: Episode, law_row: int, decision: int) -> int:
        """Ticks that something takes, at least 1, drawn by its law and scaled by what the law says scales it."""
        law = self.network.laws[law_row]
        if law.from_severity:
            overnight = self.registry.thresholds(episode.kind, episode.band)[OVERNIGHT]
            chance = place_above(episode.severity, overnight)
        else:
            chance = uniform(self.key, episode.person, decision, episode.occurrence())
        length = quantile(law.law, law.first, law.second, law.third, self.tables, law.table, chance)
        length *= float(law.by_month[self.floor.month])
        if law.value != NONE and not episode.outsider:
            length *= self.registry.stay_factor(episode.person, law.value)
        if law.gauge != NONE:
            length *= answer_to_gauge(law.form, law.slope, self.floor.gauges[law.gauge], law.reference)
        return self._ticks_of(episode, law.mode, length)

    def _ticks_of(self, episode: Episode, mode: Mode, length: float) -> int:
        """What a drawn length comes to on the clock."""
        now = self.floor.env.tick
        if mode == Mode.NIGHTS:
            return self._nights(episode, nights_of_stay(length)) - now
        ticks = whole_ticks(length)
        if mode == Mode.BEFORE_MIDNIGHT:
            last = int(self.calendar.day_start[self.calendar.day_of(now) + 1]) - 1
            return max(1, min(ticks, last - now))
        if mode == Mode.AFTER_OPENING:
            return self.floor.next_opening() + ticks - now
        return ticks

    def _nights(self, episode: Episode, nights: int) -> int:
        """Tick of discharge after so many nights: the day's start and a drawn hour."""
        day = self.calendar.day_of(self.floor.env.tick) + nights
        chance = uniform(self.key, episode.person, decisions.DISCHARGE_HOUR, episode.occurrence())
        hour = quantile(7, 0.0, 0.0, 0.0, self.tables, self.network.discharge_hour_table, chance)
        beyond = max(0, day - self.calendar.days)
        start = int(self.calendar.day_start[min(day, self.calendar.days)]) + beyond * SECONDS_PER_DAY
        return start + whole_ticks(hour * 3600.0)

    def _delay(self, episode: Episode, way: Alternative) -> int:
        return self.duration(episode, way.delay, decisions.DELAY) if way.delay != NONE else 0

    def _news(self, episode: Episode) -> Event:
        assert episode.news is not None
        return episode.news


class _ClassTables:
    """The class tables of a setting as lists: reading a NumPy scalar costs ten times as much."""

    def __init__(self, setting: Setting) -> None:
        self.priority: list[int] = setting.priority.tolist()
        self.duration: list[int] = setting.duration.tolist()
        self.plan: list[int] = setting.plan.tolist()
        self.patience: list[int] = setting.patience.tolist()
        self.routes: list[int] = setting.routes.tolist()
        self.gave_up: list[int] = setting.gave_up.tolist()
        self.turned_away: list[int] = setting.turned_away.tolist()


def _lists(setting: Setting) -> _ClassTables:
    return _ClassTables(setting)
