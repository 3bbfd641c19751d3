"""The floor: places, who has them and who waits. It moves visits and knows nothing of what they are for."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Callable

from simpy.events import Event

from simulation.calendar import SECONDS_PER_HOUR, Calendar
from simulation.network import NONE, Network, Pool
from simulation.reference.environment import Phase, ThreePhaseEnvironment
from simulation.reference.plain import PlainTables
from simulation.reference.record import Record
from simulation.reference.visit import Episode, News, Visit
from simulation.stays import NEVER, Outcome

COMPLETED = int(Outcome.COMPLETED)
GAVE_UP = int(Outcome.GAVE_UP)
TURNED_AWAY = int(Outcome.TURNED_AWAY)
LAST_WEEKDAY = 4
HOURS = 24
ALMOST = 1e-9
"""By which a sum of fractions may fall short of a whole place."""

QueueEntry = tuple[int, int, int, int, Visit]


class Places:
    """The state of one pool. The queue is kept in the order of its content: priority, request, person, visit."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.limited = pool.limited
        self.open = 0
        self.taken = 0
        self.saved = 0.0
        """Fraction of a daily quota that has not made a whole place yet."""
        self.queue: list[QueueEntry] = []
        self.serving: list[Visit] = []
        """Visits that have a place, where they can be interrupted."""

    @property
    def free(self) -> int:
        """Places that a visit may take now; negative while more are taken than are open."""
        return self.open - self.taken

    def open_for_a_day(self, quota: float) -> None:
        """Open a day's places; what was not used the day before is gone."""
        self.saved += quota
        self.open = math.floor(self.saved + ALMOST)
        self.saved -= self.open
        self.taken = 0

    def join(self, visit: Visit) -> None:
        """Put a visit into the queue."""
        insort(self.queue, (visit.priority, visit.requested, visit.episode.person, visit.key, visit))

    def drop(self, visit: Visit) -> None:
        """Take a visit out of the queue."""
        entry = (visit.priority, visit.requested, visit.episode.person, visit.key)
        del self.queue[bisect_left(self.queue, entry, key=lambda waiting: waiting[:4])]


class Floor:
    """Moves visits between settings: asking, starting, holding, leaving (engines R2-R6, R8)."""

    def __init__(
        self, network: Network, tables: PlainTables, calendar: Calendar, env: ThreePhaseEnvironment, record: Record
    ) -> None:
        self.network = network
        self.settings = tables.settings
        self.calendar = calendar
        self.env = env
        self.record = record
        self.places = [Places(pool) for pool in network.pools]
        self.quotas = [_quotas(pool, calendar) for pool in network.pools]
        """Starts a day of each pool whose places are used up by the day."""
        self.holding = [0] * len(network.settings)
        """How many visits of each setting are over and keep their place."""
        self.gauges = [0.0] * len(network.gauges)
        """What each gauge showed at the last census."""
        self.turnover: Callable[[Visit], int] = lambda _: 0
        """Ticks for which places stay shut after a visit; whoever draws lengths says so."""
        self.month = 0
        self.day = 0
        self.day_starts: list[int] = calendar.day_start.tolist()
        self.opens = 0
        """Tick of today at which general practice opens."""
        self.closes = 0
        self._dirty: set[int] = set()
        self._settle_pending = False
        self._feeds = self._pools_that_wait_for()
        self._limited_settings = [
            tuple(s.index for s in self.settings if s.pools == (pool,) and s.queue_limit != NONE)
            for pool in range(len(network.pools))
        ]
        env.call_at(0, Phase.CAPACITY, 0, 0, self._begin_day, 0)
        if network.gauges:
            env.call_at(0, Phase.CENSUS, 0, 0, self._take_census, None)

    def ask(self, episode: Episode, setting: int, priority: int, care_home: bool) -> Visit:
        """Ask for a setting. The visit starts at once if it needs no place that it does not have; else it queues."""
        wanted = self.settings[setting].pools
        held = episode.held
        if held is not None and held.pools:
            wanted = tuple(pool for pool in wanted if pool not in held.pools)
        visit = Visit(episode, setting, episode.occurrence, priority, self.env.tick, care_home, wanted)
        episode.visit = visit
        if wanted:
            episode.news = Event(self.env)
            self.places[wanted[0]].join(visit)
            self._make_dirty(wanted[0])
        else:
            self._start(visit)
        return visit

    def settle_at_start(self, episode: Episode, setting: int) -> None:
        """Give a place to somebody who is in a setting when the study begins."""
        episode.visit = Visit(episode, setting, episode.occurrence, 0, 0, True, self.settings[setting].pools)
        self._start(episode.visit)

    def hold(self, visit: Visit, reason: int) -> None:
        """Service is over; the visit keeps its place until the episode's next visit starts or it leaves."""
        visit.ready = self.env.tick
        visit.reason = reason
        self.holding[visit.setting] += 1
        visit.episode.held = visit
        visit.episode.visit = None

    def leave(self, visit: Visit, outcome: int, next_setting: int) -> None:
        """End a started visit and free its places."""
        episode = visit.episode
        if episode.held is visit:
            episode.held = None
            self.holding[visit.setting] -= 1
        else:
            episode.visit = None
        if visit.ready < 0 and outcome == COMPLETED:
            visit.ready = self.env.tick
        self._free(visit, ())
        self.record.write(visit, self.env.tick, outcome, next_setting)

    def withdraw(self, visit: Visit, outcome: int) -> None:
        """End a visit that has not started."""
        self.places[visit.wanted[0]].drop(visit)
        visit.episode.visit = None
        self.record.write(visit, self.env.tick, outcome, NONE)

    def stop(self, episode: Episode, outcome: int) -> None:
        """End an episode from outside: every visit, queue place and pending timer of it (engines R9)."""
        visit = episode.visit
        if visit is not None:
            if visit.started < 0:
                self.withdraw(visit, outcome)
            else:
                if visit.started == self.env.tick:
                    self._undo_start(visit)
                if visit.interrupted_at != NEVER:
                    self.places[visit.wanted[0]].drop(visit)
                    visit.interrupted += self.env.tick - visit.interrupted_at
                self.leave(visit, outcome, NONE)
        if episode.held is not None:
            self.leave(episode.held, outcome, NONE)
        self._tell(episode, News.STOPPED)

    def wait(self, episode: Episode, tick: int) -> Event:
        """An event that tells the episode when a tick has come, or that it was stopped before."""
        timer = episode.timer = episode.timer + 1
        event = episode.news = Event(self.env)
        if episode.visit is not None:
            episode.visit.ends = tick
        what = (episode, timer)
        self.env.call_at(tick, Phase.END_OF_SERVICE, episode.person, episode.occurrence, self._time_is_over, what)
        return event

    def wait_for_ever(self, episode: Episode) -> Event:
        """An event that comes only when the episode is stopped."""
        episode.timer += 1
        event = episode.news = Event(self.env)
        return event

    def set_patience(self, visit: Visit, tick: int) -> None:
        """Let a waiting visit give up at a tick unless it has started by then."""
        episode = visit.episode
        timer = episode.timer = episode.timer + 1
        what = (visit, timer)
        self.env.call_at(tick, Phase.PATIENCE_OVER, episode.person, visit.key, self._patience_over, what)

    def take_quota(self, pools: tuple[int, ...]) -> bool:
        """Use up one of today's places of a contact in each of its pools, if all have one left."""
        if any(self.places[pool].free <= 0 for pool in pools):
            return False
        for pool in pools:
            self.places[pool].taken += 1
        return True

    def next_opening(self) -> int:
        """Tick at which general practice opens next; now, when it is open."""
        tick, day = self.env.tick, self.day
        is_weekday = self.calendar.weekday[day] <= LAST_WEEKDAY
        if is_weekday and tick < self.closes:
            return max(tick, self.opens)
        day += 1
        while day < self.calendar.days and self.calendar.weekday[day] > LAST_WEEKDAY:
            day += 1
        return self.day_starts[day] + self.network.open_first_second

    def _start(self, visit: Visit) -> None:
        """Start a visit: it takes its places, and the visit that was held for it lets go of the others."""
        episode = visit.episode
        places = self.places
        for pool in visit.wanted:
            places[pool].taken += 1
            if places[pool].pool.preemptive:
                places[pool].serving.append(visit)
        visit.pools = visit.wanted
        if visit.interrupted_at != NEVER:
            self._goes_on(visit)
            return
        held = episode.held
        if held is not None:
            keeps = self.settings[visit.setting].pools
            kept = tuple(pool for pool in held.pools if pool in keeps)
            episode.held = None
            self.holding[held.setting] -= 1
            self._free(held, kept)
            self.record.write(held, self.env.tick, COMPLETED, visit.setting)
            visit.pools = kept + visit.wanted
        visit.started = self.env.tick
        if not episode.outsider:
            self.record.count(self.month, visit.setting, episode.band)
        self._tell(episode, News.STARTED)

    def _undo_start(self, visit: Visit) -> None:
        """Let a start of this very tick come to nothing: no started stay lasts no time."""
        visit.started = NEVER
        if not visit.episode.outsider:
            self.record.uncount(self.month, visit.setting, visit.episode.band)

    def _free(self, visit: Visit, kept: tuple[int, ...]) -> None:
        """Free the places of a visit that the next one does not keep, after they have been made ready."""
        freed = [pool for pool in visit.pools if pool not in kept]
        turnover = self.turnover(visit) if freed else 0
        for pool in freed:
            if self.places[pool].pool.preemptive:
                self.places[pool].serving.remove(visit)
            if turnover:
                tick = self.env.tick + turnover
                self.env.call_at(
                    tick, Phase.END_OF_SERVICE, visit.episode.person, visit.key, self._place_is_ready, pool
                )
            else:
                self._place_is_ready(pool)

    def _place_is_ready(self, pool: int) -> None:
        self.places[pool].taken -= 1
        self._look_at_waiting(pool)

    def _look_at_waiting(self, pool: int) -> None:
        """A pool may have places: look at each queue in which somebody may wait for one of them."""
        for waiting in self._feeds[pool]:
            if self.places[waiting].queue:
                self._make_dirty(waiting)

    def _make_dirty(self, pool: int) -> None:
        """Look at a pool's queue when everything bound to this tick has happened."""
        self._dirty.add(pool)
        if not self._settle_pending:
            self._settle_pending = True
            self.env.call_at(self.env.tick, Phase.SETTLE, 0, 0, self._settle, None)

    def _settle(self, _: None) -> None:
        """Start whoever can start, pool by pool in the order of their names, and turn away who is too many (R3)."""
        dirty = self._dirty
        while dirty:
            pool = min(dirty)
            dirty.remove(pool)
            self._start_waiting(self.places[pool])
            while self.places[pool].pool.preemptive and self._interrupts(self.places[pool]):
                self._start_waiting(self.places[pool])
            for setting in self._limited_settings[pool]:
                self._turn_away_beyond_limit(self.places[pool], setting)
        self._settle_pending = False

    def _start_waiting(self, places: Places) -> None:
        position = 0
        queue = places.queue
        while position < len(queue) and places.open > places.taken:
            visit = queue[position][4]
            if len(visit.wanted) == 1 or all(self.places[pool].free > 0 for pool in visit.wanted):
                del queue[position]
                self._start(visit)
                position = 0
            else:
                position += 1

    def _interrupts(self, places: Places) -> bool:
        """Let the first who waits take the place of the last of lower priority in service, if there is one (R7)."""
        if not places.queue or places.open != places.taken:
            return False
        visit = places.queue[0][4]
        lower = [other for other in places.serving if other.priority > visit.priority and other.ends > self.env.tick]
        if not lower:
            return False
        victim = max(lower, key=lambda other: (other.priority, other.started, other.episode.person, other.key))
        places.serving.remove(victim)
        places.taken -= 1
        victim.interrupted_at = self.env.tick
        victim.episode.timer += 1
        victim.pools = ()
        places.join(victim)
        del places.queue[0]
        self._start(visit)
        return True

    def _goes_on(self, visit: Visit) -> None:
        """Go on where a visit was interrupted: what was left of it is left, and nothing is drawn again."""
        episode, tick = visit.episode, self.env.tick
        left = visit.ends - visit.interrupted_at
        visit.interrupted += tick - visit.interrupted_at
        visit.interrupted_at = NEVER
        visit.ends = tick + left
        timer = episode.timer = episode.timer + 1
        what = (episode, timer)
        self.env.call_at(
            tick + left, Phase.END_OF_SERVICE, episode.person, episode.occurrence, self._time_is_over, what
        )

    def _turn_away_beyond_limit(self, places: Places, setting: int) -> None:
        here = self.settings[setting]
        beyond = [entry[4] for entry in places.queue if entry[4].setting == setting][here.queue_limit :]
        if here.overflow_if_free:
            beyond = beyond[max(0, len(beyond) - self._room(here.overflow)) :]
        for visit in beyond:
            if visit.episode.visit is not visit:
                continue
            self._end_request(visit, TURNED_AWAY, News.TURNED_AWAY)
            if not visit.episode.outsider:
                self.record.count_turned_away(self.month, setting, visit.episode.band)

    def _room(self, setting: int) -> int:
        """Places of a setting that are free and that nobody waits for."""
        pools = (self.places[pool] for pool in self.settings[setting].pools)
        return max(0, min(places.open - places.taken - len(places.queue) for places in pools))

    def _patience_over(self, what: tuple[Visit, int]) -> None:
        visit, timer = what
        if visit.episode.timer == timer:
            self._end_request(visit, GAVE_UP, News.GAVE_UP)

    def _end_request(self, visit: Visit, outcome: int, news: int) -> None:
        self.withdraw(visit, outcome)
        self._tell(visit.episode, news)

    def _tell(self, episode: Episode, news: int) -> None:
        """Tell an episode what it waits for; it goes on at once, and its pending timer means nothing any more."""
        episode.timer += 1
        event = episode.news
        if event is not None:
            episode.news = None
            event.succeed(news)

    def _time_is_over(self, what: tuple[Episode, int]) -> None:
        episode, timer = what
        if episode.timer == timer:
            self._tell(episode, News.OVER)

    def _begin_day(self, day: int) -> None:
        """Open the day's places: daily quotas afresh, and every change of places by the hour."""
        calendar = self.calendar
        start, weekday = self.day_starts[day], int(calendar.weekday[day])
        self.day = day
        self.month = int(calendar.month_of_day[day])
        self.opens = self.closes = start
        if weekday <= LAST_WEEKDAY:
            self.opens, self.closes = start + self.network.open_first_second, start + self.network.open_last_second
        hours = min((self.day_starts[day + 1] - start) // SECONDS_PER_HOUR, HOURS)
        for index, places in enumerate(self.places):
            if not places.limited:
                continue
            pool = places.pool
            if pool.daily_quota:
                places.open_for_a_day(self.quotas[index][day])
                continue
            if pool.changes is not None:
                continue
            of_day = pool.places_by_hour[weekday * HOURS : (weekday + 1) * HOURS] * pool.places_by_month[self.month]
            by_hour = [round(number) for number in of_day.tolist()]
            self.open_places((index, by_hour[0]))
            for hour in range(1, hours):
                if by_hour[hour] != by_hour[hour - 1]:
                    tick = start + hour * SECONDS_PER_HOUR
                    self.env.call_at(tick, Phase.CAPACITY, 0, index, self.open_places, (index, by_hour[hour]))
        if day + 1 < calendar.days:
            self.env.call_at(self.day_starts[day + 1], Phase.CAPACITY, 0, 0, self._begin_day, day + 1)

    def open_places(self, what: tuple[int, int]) -> None:
        """Change how many places are open. Nobody is put out: places vanish as they empty (R8)."""
        pool, count = what
        self.places[pool].open = count
        self._look_at_waiting(pool)

    def _take_census(self, _: None) -> None:
        """Publish what the gauges show; values that answer to crowding read this, never live counts."""
        for index, gauge in enumerate(self.network.gauges):
            open_places = sum(self.places[pool].open for pool in gauge.pools)
            if gauge.settings:
                count = sum(self.holding[setting] for setting in gauge.settings)
            else:
                count = sum(self.places[pool].taken for pool in gauge.pools)
            self.gauges[index] = count / open_places if open_places > 0 else 0.0
        tick = self.env.tick + self.network.census_seconds
        self.env.call_at(tick, Phase.CENSUS, 0, 0, self._take_census, None)

    def _pools_that_wait_for(self) -> list[tuple[int, ...]]:
        """For each pool, the pools in whose queues somebody may wait for it."""
        feeds: list[set[int]] = [{pool} for pool in range(len(self.places))]
        for setting in self.settings:
            for pool in setting.pools:
                feeds[pool].update(setting.pools)
        return [tuple(sorted(waiting)) for waiting in feeds]


def _quotas(pool: Pool, calendar: Calendar) -> list[float]:
    """Starts on each day, where they are limited by the day."""
    if not pool.daily_quota:
        return []
    return [quota for month in range(calendar.months) for quota in pool.quotas(calendar, month).tolist()]
