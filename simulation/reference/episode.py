"""The story of one episode: where a person goes, how long they stay, and what they wait for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator
from typing import Any

from simpy.events import Event

from simulation import decisions
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR, Calendar
from simulation.draws import uniform
from simulation.hazards import tilted
from simulation.laws import empirical_quantile, quantile, whole_ticks
from simulation.network import (
    ADMITTED,
    FINISH,
    NONE,
    OVERNIGHT,
    SURE_TO_LIVE_DAYS,
    WHEN_OPEN,
    WHEN_PLAN_IS_OVER,
    Network,
)
from simulation.reference.floor import COMPLETED, Floor
from simulation.reference.plain import (
    AFTER_OPENING,
    BEFORE_MIDNIGHT,
    NIGHTS,
    SECONDS,
    UNTIL_DEATH,
    UNTIL_PLAN,
    PlainSetting,
    PlainTables,
    Way,
)
from simulation.reference.registry import Registry
from simulation.reference.visit import Episode, News, Visit
from simulation.rules import (
    admission_threshold,
    answer_to_gauge,
    keeps_to,
    nights_of_stay,
    place_above,
    severity_tier,
    shift_of_ways,
    stay_lasts_until_death,
)
from simulation.stays import NEVER

Story = Generator[Event, Any, None]
Thresholds = tuple[float, float, float, float, float]


class Stories:
    """Tells episodes. All draws are keyed by the episode's need and the step within it."""

    def __init__(
        self, network: Network, tables: PlainTables, calendar: Calendar, floor: Floor, registry: Registry, key: int
    ) -> None:
        self.network = network
        self.settings = tables.settings
        self.laws = tables.laws
        self.routes = tables.routes
        self.tables = tables.tables
        self.floor = floor
        self.env = floor.env
        self.registry = registry
        self.key = key
        self.thresholds: list[list[Thresholds]] = []
        """Severity thresholds in force this month, by kind and band."""
        self._month_starts: list[int] = calendar.month_start.tolist()
        floor.turnover = self.turnover

    def episode(self, episode: Episode, setting: int) -> Story:
        """One person's way through care, from a setting to wherever they are then."""
        floor, registry = self.floor, self.registry
        while setting != FINISH:
            here = self.settings[setting]
            if here.is_contact:
                setting, delay, _ = self.contact(episode, here)
            elif not registry.may_ask(episode, here):
                break
            else:
                visit = self.ask(episode, here)
                news = News.STARTED if visit.started != NEVER else (yield self._news(episode))
                if news == News.STOPPED:
                    return
                if news == News.STARTED:
                    if not registry.arrives(episode, here):
                        return
                    if (yield from self.serve(episode, visit, here)) == News.STOPPED:
                        return
                    setting, delay, reason = self.way_on(episode, here)
                    if here.hold:
                        floor.hold(visit, reason)
                    else:
                        floor.leave(visit, COMPLETED, setting)
                else:
                    setting, delay = self.way_without(episode, here, news)
            episode.next_step()
            if delay > 0:
                if episode.held is None:
                    registry.waits_at_home(episode)
                if (yield floor.wait(episode, self.env.tick + delay)) == News.STOPPED:
                    return
        if episode.held is not None:
            floor.leave(episode.held, COMPLETED, FINISH)
        registry.is_home_again(episode)

    def contact(self, episode: Episode, here: PlainSetting) -> Way:
        """A contact: over as soon as it starts, or refused because the day's places are gone."""
        floor = self.floor
        row = self.class_of(episode)
        if here.pools and not floor.take_quota(here.pools):
            if not episode.outsider:
                floor.record.count_turned_away(floor.month, here.index, episode.band)
            return self.choose(episode, here.turned_away[row])
        if not episode.outsider:
            month = floor.month
            if here.lead_time != NONE:
                tick = self.env.tick + self.duration(episode, here.lead_time, decisions.LEAD_TIME)
                month = bisect_right(self._month_starts, tick) - 1
            floor.record.count(month, here.index, episode.band)
        return self.choose(episode, here.routes[row])

    def ask(self, episode: Episode, here: PlainSetting) -> Visit:
        """Ask for a setting; somebody who has to wait may give up after a time drawn now."""
        row = self.class_of(episode)
        care_home = not episode.outsider and episode.person in self.registry.residence
        visit = self.floor.ask(episode, here.index, here.priority[row], care_home)
        patience = here.patience[row]
        if patience == NONE or visit.started != NEVER:
            return visit
        if self.laws[patience].mode != UNTIL_PLAN:
            self.floor.set_patience(visit, self.env.tick + self.duration(episode, patience, decisions.PATIENCE))
        elif episode.planned_end != NEVER:
            self.floor.set_patience(visit, max(episode.planned_end, self.env.tick + 1))
        return visit

    def serve(self, episode: Episode, visit: Visit, here: PlainSetting) -> Generator[Event, Any, int]:
        """Stay until service is over; somebody close to death may stay until then."""
        floor = self.floor
        row = self.class_of(episode)
        plan, law = here.plan[row], here.duration[row]
        if plan != NONE and episode.planned_end == NEVER:
            episode.planned_end = visit.started + self.duration(episode, plan, decisions.PLAN)
        if self.laws[law].mode == UNTIL_DEATH:
            return int((yield floor.wait_for_ever(episode)))
        news = yield floor.wait(episode, self.end_of_service(episode, visit, law, of_plan=plan != NONE))
        if news == News.OVER and here.held_until_death_days > 0.0 and self.is_held(episode, here):
            news = yield floor.wait(episode, self.registry.death_tick(episode.person) + 1)
        return int(news)

    def end_of_service(self, episode: Episode, visit: Visit, law: int, of_plan: bool) -> int:
        """Tick at which service is over, never at once.

        Args:
            of_plan: whether the setting is part of a planned hospital stay, whose end it does not outlast.
        """
        if self.laws[law].mode == UNTIL_PLAN:
            ends = episode.planned_end
        else:
            ends = visit.started + self.duration(episode, law, decisions.DURATION)
            if of_plan and ends > episode.planned_end:
                ends = episode.planned_end
        return max(ends, visit.started + 1)

    def is_held(self, episode: Episode, here: PlainSetting) -> bool:
        """Whether somebody fit to leave is kept until death: one keyed draw, not a delay; who is saved then leaves."""
        if episode.outsider or episode.planned_end > self.env.tick:
            return False
        days_left = (self.registry.death_tick(episode.person) - self.env.tick) / SECONDS_PER_DAY
        if not 0.0 < days_left <= SURE_TO_LIVE_DAYS:
            return False
        chance = uniform(self.key, episode.person, decisions.HELD_UNTIL_DEATH, episode.occurrence)
        return stay_lasts_until_death(chance, days_left, here.held_until_death_days)

    def way_on(self, episode: Episode, here: PlainSetting) -> Way:
        """Where the person goes when service is over."""
        if here.reassesses:
            self.reassess(episode)
        if here.takes_claims and self.plan_is_over(episode) and self.registry.moves_on_to_care_home(episode):
            return self.choose(episode, self.network.claims.route)
        return self.choose(episode, here.routes[self.class_of(episode)])

    def way_without(self, episode: Episode, here: PlainSetting, news: int) -> tuple[int, int]:
        """Where somebody goes who gave up or was turned away."""
        row = self.class_of(episode)
        if news == News.TURNED_AWAY:
            if here.overflow != NONE:
                return here.overflow, 0
            return self.choose(episode, here.turned_away[row])[:2]
        target, delay, reason = self.choose(episode, here.gave_up[row])
        held = episode.held
        if held is not None:
            held.ready, held.reason = self.env.tick, reason
            if not delay:
                self.floor.leave(held, COMPLETED, target)
        return target, delay

    def choose(self, episode: Episode, row: int) -> Way:
        """Draw one of the ways of a route."""
        route = self.routes[row]
        if route.sure is not None:
            return route.sure
        chance = 0.0
        if len(route.ways) > 1:
            chance = uniform(self.key, episode.person, decisions.ROUTE, episode.occurrence)
        shift = before = below = 0.0
        for way in route.ways:
            if route.is_scaled and way[4] != NONE and not episode.outsider:
                shift += shift_of_ways(way[0], before, self.factor(episode, way[4]))
            before = way[0]
            if chance <= way[0] + shift or way is route.ways[-1]:
                break
            below = way[0] + shift
        up_to, target, law, reason, _, diverts_to, diverted_by = way
        if (diverted_by != NONE and not episode.outsider
                and chance > keeps_to(below, up_to + shift, self.factor(episode, diverted_by))):
            return diverts_to, 0, reason
        return target, 0 if law == NONE else self.duration(episode, law, decisions.DELAY), reason

    def factor(self, episode: Episode, value: int) -> float:
        """Factor on a named value from the person's teams, at the severity of what the episode is about."""
        place = place_above(episode.severity, self.thresholds[episode.kind][episode.band][ADMITTED])
        ends = self.registry.factors(episode.person, value)
        return tilted(ends[0], ends[1], place)

    def tier(self, kind: int, band: int, severity: float) -> int:
        """What a severity leads to this month."""
        return severity_tier(severity, *self.thresholds[kind][band])

    def reassess(self, episode: Episode) -> None:
        """Read the severity again with the wards as full as they are: pressure turns away the mildest admissions."""
        network = self.network
        any_care, after_failed_booking, seek_ae, admitted, overnight = self.thresholds[episode.kind][episode.band]
        if network.pressure_gauge != NONE:
            gauge = self.floor.gauges[network.pressure_gauge]
            admitted = admission_threshold(
                admitted, overnight, network.pressure_shift, gauge, network.pressure_reference
            )
        tier = severity_tier(episode.severity, any_care, after_failed_booking, seek_ae, admitted, overnight)
        episode.set_tier(tier)

    def class_of(self, episode: Episode) -> int:
        """The episode's class now."""
        floor, tick = self.floor, self.env.tick
        row = episode.row
        if floor.opens <= tick < floor.closes:
            row += WHEN_OPEN
        if NEVER != episode.planned_end <= tick:
            row += WHEN_PLAN_IS_OVER
        return row

    def plan_is_over(self, episode: Episode) -> bool:
        """Whether the planned end of the hospital stay has been reached."""
        return NEVER != episode.planned_end <= self.env.tick

    def turnover(self, visit: Visit) -> int:
        """Ticks for which the places of a visit stay shut after it; its draw is that of the visit's own step."""
        law = self.settings[visit.setting].turnover[self.class_of(visit.episode)]
        return 0 if law == NONE else self.length(visit.episode, law, decisions.TURNOVER, visit.key)

    def duration(self, episode: Episode, law_row: int, decision: int) -> int:
        """Ticks that something takes, by the draw of the present step."""
        return self.length(episode, law_row, decision, episode.occurrence)

    def length(self, episode: Episode, law_row: int, decision: int, occurrence: int) -> int:
        """Ticks that something takes, at least 1, drawn by its law and scaled by what the law says scales it."""
        law = self.laws[law_row]
        if law.from_severity:
            chance = place_above(episode.severity, self.thresholds[episode.kind][episode.band][OVERNIGHT])
        else:
            chance = uniform(self.key, episode.person, decision, occurrence)
        length = quantile(law.law, law.first, law.second, law.third, self.tables, law.table, chance)
        length *= law.by_month[self.floor.month]
        if law.value != NONE and not episode.outsider:
            length *= self.registry.factors(episode.person, law.value)[0]
        if law.gauge != NONE:
            length *= answer_to_gauge(law.form, law.slope, self.floor.gauges[law.gauge], law.reference)
        if law.mode == SECONDS:
            return whole_ticks(length)
        return self._ticks_of(episode, law.mode, length, occurrence)

    def _ticks_of(self, episode: Episode, mode: int, length: float, occurrence: int) -> int:
        """What a drawn length comes to on the clock."""
        floor, now = self.floor, self.env.tick
        if mode == NIGHTS:
            return self._nights(episode, nights_of_stay(length), occurrence) - now
        ticks = whole_ticks(length)
        if mode == BEFORE_MIDNIGHT:
            last = floor.day_starts[floor.day + 1] - 1
            return max(1, min(ticks, last - now))
        if mode == AFTER_OPENING:
            return floor.next_opening() + ticks - now
        return ticks

    def _nights(self, episode: Episode, nights: int, occurrence: int) -> int:
        """Tick of discharge after so many nights: the day's start and a drawn hour."""
        starts = self.floor.day_starts
        day, last = self.floor.day + nights, len(starts) - 1
        chance = uniform(self.key, episode.person, decisions.DISCHARGE_HOUR, occurrence)
        hour = empirical_quantile(chance, self.tables[self.network.discharge_hour_table])
        start = starts[day] if day <= last else starts[last] + (day - last) * SECONDS_PER_DAY
        return start + whole_ticks(hour * SECONDS_PER_HOUR)

    def _news(self, episode: Episode) -> Event:
        assert episode.news is not None
        return episode.news
