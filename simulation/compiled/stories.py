"""The story of one episode, told step by step: `simulation.reference.episode`, compiled.

A story in SimPy waits in the middle of a sentence. Here it remembers its stage, and `go_on` takes it up again.
"""

from __future__ import annotations

from simulation import decisions
from simulation.calendar import SECONDS_PER_DAY
from simulation.compiled.episodes import free_episode, reassess
from simulation.compiled.event_heap import END_OF_SERVICE, GIVES_UP, KEEPS_BOOKING, PATIENCE_OVER, call_at
from simulation.compiled.floor import ask, hold, leave, take_quota, wait_until
from simulation.compiled.lengths import class_of, duration, of_class, plan_is_over
from simulation.compiled.lookup import (
    alternative_at,
    claims_of,
    episode_at,
    law_at,
    month_start_at,
    network_of,
    person_at,
    route_first_at,
    setting_at,
    state_of,
    thresholds_of,
    visit_at,
)
from simulation.compiled.month import death_tick, factor_of
from simulation.compiled.records import (
    DURATION,
    GAVE_UP_ROUTE,
    PATIENCE,
    PLAN,
    PRIORITY,
    ROUTES,
    TURNED_AWAY_ROUTE,
)
from simulation.compiled.residents import arrives, is_home_again, may_ask, moves_on_to_care_home, waits_at_home
from simulation.compiled.written import count_start, count_turned_away
from simulation.draws import uniform
from simulation.hazards import tilted
from simulation.jit import compilable, inlined
from simulation.network import ADMITTED, FINISH, NONE, SURE_TO_LIVE_DAYS
from simulation.reference.floor import COMPLETED
from simulation.reference.plain import UNTIL_DEATH, UNTIL_PLAN
from simulation.reference.visit import MOST_STEPS
from simulation.rules import keeps_to, place_above, shift_of_ways, stay_lasts_until_death
from simulation.stays import NEVER

BEGINS, ASKS, QUEUES, ARRIVED, IN_SERVICE, HELD, STAYS_FOR_EVER, GIVEN_UP, TURNED_AWAY, TRAVELS = range(10)
"""Stages of a story."""
TOO_MANY_STEPS = 1
"""Failure: an episode never ends."""

Way = tuple[int, int, int]
"""Setting to ask for next or `FINISH`, ticks before that, and the reason for which a place is held meanwhile."""


@compilable
def go_on(handle: int, episode: int) -> None:
    """Take an episode up at its stage, and tell it until it waits or is over."""
    story = episode_at(handle, episode)
    stage = int(story.stage)
    if stage == BEGINS:
        if not begins(handle, episode):
            return
        stage = ASKS
    while stage != ASKS or story.setting != FINISH:
        here = story.setting
        if stage == ASKS:
            if setting_at(handle, here).is_contact:
                target, delay, _ = contact(handle, episode, here)
            elif not may_ask(handle, episode, here):
                break
            else:
                visit = request(handle, episode, here)
                if visit_at(handle, visit).started == NEVER:
                    story.stage = QUEUES
                    return
                stage = ARRIVED
                continue
        elif stage == ARRIVED:
            if arrives(handle, episode, here):
                serve(handle, episode, here)
            return
        elif stage in (IN_SERVICE, HELD):
            if stage == IN_SERVICE and is_held_until_death(handle, episode, here):
                story.stage = HELD
                wait_until(handle, episode, death_tick(handle, story.person) + 1)
                return
            target, delay, reason = way_on(handle, episode, here)
            if setting_at(handle, here).hold:
                hold(handle, story.visit, reason)
            else:
                leave(handle, story.visit, COMPLETED, target)
        elif stage == TRAVELS:
            stage = ASKS
            continue
        else:
            target, delay = way_without(handle, episode, here, stage)
        story.setting = target
        stage = ASKS
        if not next_step(handle, episode):
            return
        if delay > 0:
            if story.held == NONE:
                waits_at_home(handle, episode)
            story.stage = TRAVELS
            wait_until(handle, episode, state_of(handle).tick + delay)
            return
    if story.held != NONE:
        leave(handle, story.held, COMPLETED, FINISH)
    is_home_again(handle, episode)
    free_episode(handle, episode)


@inlined
def begins(handle: int, episode: int) -> bool:
    """Begin an episode: contacts are over at once, and the first stay is asked for; False when it is not, for now."""
    story, state = episode_at(handle, episode), state_of(handle)
    delay = 0
    while story.setting != FINISH and setting_at(handle, story.setting).is_contact and not delay:
        story.setting, delay, _ = contact(handle, episode, story.setting)
        if not next_step(handle, episode):
            return False
    if delay and story.setting != FINISH:
        when, step = state.tick + delay, story.occurrence
        call_at(handle, when, END_OF_SERVICE, story.person, step, KEEPS_BOOKING, episode, story.setting)
        return False
    if story.setting != FINISH and not _is_in_other_care(handle, episode, story.setting):
        return True
    if story.setting != FINISH:
        state.ignored_in_care += 1
    free_episode(handle, episode)
    return False


@inlined
def next_step(handle: int, episode: int) -> bool:
    """Go one step on, so that the next decision has draws of its own; False when there are too many steps."""
    story = episode_at(handle, episode)
    story.occurrence += 1
    if story.occurrence % MOST_STEPS == 0 and not story.outsider:
        state_of(handle).failed = TOO_MANY_STEPS
        return False
    return True


@inlined
def contact(handle: int, episode: int, here: int) -> Way:
    """A contact: over as soon as it starts, or refused because the day's places are gone."""
    state, story, setting = state_of(handle), episode_at(handle, episode), setting_at(handle, here)
    row = class_of(handle, episode)
    if setting.pool_count and not take_quota(handle, here):
        if not story.outsider:
            count_turned_away(handle, here, story.band)
        return choose(handle, episode, of_class(handle, here, row, TURNED_AWAY_ROUTE))
    if not story.outsider:
        month = state.month
        if setting.lead_time != NONE:
            tick = state.tick + duration(handle, episode, setting.lead_time, decisions.LEAD_TIME)
            month = _month_of(handle, tick)
        count_start(handle, month, here, story.band, 1)
    return choose(handle, episode, of_class(handle, here, row, ROUTES))


@compilable
def request(handle: int, episode: int, here: int) -> int:
    """Ask for a setting; somebody who has to wait may give up after a time drawn now. Returns the visit."""
    story, state = episode_at(handle, episode), state_of(handle)
    row = class_of(handle, episode)
    in_home = 0
    if not story.outsider and person_at(handle, story.person).residence != NONE:
        in_home = 1
    visit = ask(handle, episode, here, of_class(handle, here, row, PRIORITY), in_home)
    patience = of_class(handle, here, row, PATIENCE)
    if patience == NONE or visit_at(handle, visit).started != NEVER:
        return visit
    if law_at(handle, patience).mode != UNTIL_PLAN:
        tick = state.tick + duration(handle, episode, patience, decisions.PATIENCE)
    elif story.planned_end != NEVER:
        tick = max(story.planned_end, state.tick + 1)
    else:
        return visit
    story.timer += 1
    call_at(handle, tick, PATIENCE_OVER, story.person, visit_at(handle, visit).key, GIVES_UP, episode, story.timer)
    return visit


@compilable
def serve(handle: int, episode: int, here: int) -> None:
    """Stay until service is over."""
    story = episode_at(handle, episode)
    started = visit_at(handle, story.visit).started
    row = class_of(handle, episode)
    plan, law = of_class(handle, here, row, PLAN), of_class(handle, here, row, DURATION)
    if plan != NONE and story.planned_end == NEVER:
        story.planned_end = started + duration(handle, episode, plan, decisions.PLAN)
    mode = law_at(handle, law).mode
    if mode == UNTIL_DEATH:
        story.timer += 1
        story.stage = STAYS_FOR_EVER
        return
    if mode == UNTIL_PLAN:
        ends = story.planned_end
    else:
        ends = started + duration(handle, episode, law, decisions.DURATION)
        if plan != NONE and ends > story.planned_end:
            ends = story.planned_end
    story.stage = IN_SERVICE
    wait_until(handle, episode, max(ends, started + 1))


@compilable
def is_held_until_death(handle: int, episode: int, here: int) -> bool:
    """Whether somebody fit to leave is kept until death: one keyed draw, not a delay; who is saved then leaves."""
    state, story = state_of(handle), episode_at(handle, episode)
    mean_days = setting_at(handle, here).held_until_death_days
    if mean_days <= 0.0 or story.outsider or story.planned_end > state.tick:
        return False
    days_left = (death_tick(handle, story.person) - state.tick) / SECONDS_PER_DAY
    if days_left <= 0.0 or days_left > SURE_TO_LIVE_DAYS:
        return False
    chance = uniform(state.key, story.person, decisions.HELD_UNTIL_DEATH, story.occurrence)
    return stay_lasts_until_death(chance, days_left, mean_days)


@compilable
def way_on(handle: int, episode: int, here: int) -> Way:
    """Where the person goes when service is over."""
    setting = setting_at(handle, here)
    if setting.reassesses:
        reassess(handle, episode)
    if setting.takes_claims and plan_is_over(handle, episode) and moves_on_to_care_home(handle, episode):
        return choose(handle, episode, claims_of(handle).route)
    return choose(handle, episode, of_class(handle, here, class_of(handle, episode), ROUTES))


@compilable
def way_without(handle: int, episode: int, here: int, stage: int) -> tuple[int, int]:
    """Where somebody goes who gave up or was turned away, and after how many ticks."""
    story = episode_at(handle, episode)
    row = class_of(handle, episode)
    if stage == TURNED_AWAY:
        overflow = setting_at(handle, here).overflow
        if overflow != NONE:
            return overflow, 0
        target, delay, _ = choose(handle, episode, of_class(handle, here, row, TURNED_AWAY_ROUTE))
        return target, delay
    target, delay, reason = choose(handle, episode, of_class(handle, here, row, GAVE_UP_ROUTE))
    if story.held != NONE:
        held = visit_at(handle, story.held)
        held.ready = state_of(handle).tick
        held.reason = reason
        if not delay:
            leave(handle, story.held, COMPLETED, target)
    return target, delay


@inlined
def choose(handle: int, episode: int, route: int) -> Way:
    """Draw one of the ways of a route."""
    first, last = route_first_at(handle, route), route_first_at(handle, route + 1) - 1
    way, is_diverted = first, False
    if last > first:
        story = episode_at(handle, episode)
        chance = uniform(state_of(handle).key, story.person, decisions.ROUTE, story.occurrence)
        shift = before = below = 0.0
        while way < last:
            alternative = alternative_at(handle, way)
            if alternative.value != NONE and not story.outsider:
                shift += shift_of_ways(alternative.up_to, before, _factor(handle, episode, alternative.value))
            before = alternative.up_to
            if chance <= before + shift:
                if alternative.diverted_by != NONE and not story.outsider:
                    kept = _factor(handle, episode, alternative.diverted_by)
                    is_diverted = chance > keeps_to(below, before + shift, kept)
                break
            below = before + shift
            way += 1
    chosen = alternative_at(handle, way)
    target, delay = int(chosen.target), 0
    if is_diverted:
        target = int(chosen.diverts_to)
    elif chosen.delay != NONE:
        delay = duration(handle, episode, chosen.delay, decisions.DELAY)
    return target, delay, chosen.reason


@inlined
def _factor(handle: int, episode: int, value: int) -> float:
    """Factor on a named value from the person's teams, at the severity of what the episode is about."""
    story = episode_at(handle, episode)
    place = place_above(story.severity, thresholds_of(handle)[story.kind, story.band, ADMITTED])
    return tilted(factor_of(handle, story.person, value, 0), factor_of(handle, story.person, value, 1), place)


@inlined
def _month_of(handle: int, tick: int) -> int:
    """Month in which a tick of this month or later falls; the number of months when it is beyond the horizon."""
    month = state_of(handle).month
    months = network_of(handle).months
    while month < months and month_start_at(handle, month + 1) <= tick:
        month += 1
    return int(month)


@inlined
def _is_in_other_care(handle: int, episode: int, setting: int) -> bool:
    story = episode_at(handle, episode)
    if story.outsider or not setting_at(handle, setting).is_body:
        return False
    return bool(person_at(handle, story.person).in_care != NONE)
