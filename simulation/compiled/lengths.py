"""How long things take: the draws of `simulation.reference.episode`, compiled."""

from __future__ import annotations

from simulation import decisions
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_HOUR
from simulation.compiled.lookup import (
    class_cell_at,
    class_row_at,
    day_start_at,
    episode_at,
    gauge_at,
    law_at,
    law_by_month_at,
    network_of,
    state_of,
    tables_of,
    thresholds_of,
    weekday_at,
)
from simulation.compiled.month import factor_of
from simulation.draws import uniform
from simulation.jit import compilable, inlined
from simulation.laws import empirical_quantile, quantile, whole_ticks
from simulation.network import NONE, OVERNIGHT, WHEN_OPEN, WHEN_PLAN_IS_OVER
from simulation.reference.floor import LAST_WEEKDAY
from simulation.reference.plain import AFTER_OPENING, BEFORE_MIDNIGHT, NIGHTS, SECONDS
from simulation.rules import answer_to_gauge, nights_of_stay, place_above
from simulation.stays import NEVER


@inlined
def class_of(handle: int, episode: int) -> int:
    """The episode's class now."""
    state, story = state_of(handle), episode_at(handle, episode)
    row = story.row
    if state.opens <= state.tick < state.closes:
        row += WHEN_OPEN
    if plan_is_over(handle, episode):
        row += WHEN_PLAN_IS_OVER
    return int(row)


@inlined
def plan_is_over(handle: int, episode: int) -> bool:
    """Whether the planned end of the hospital stay has been reached."""
    planned_end = episode_at(handle, episode).planned_end
    return bool(planned_end != NEVER and planned_end <= state_of(handle).tick)


@inlined
def of_class(handle: int, setting: int, row: int, column: int) -> int:
    """What a class table says of a setting and a class."""
    return int(class_cell_at(handle, class_row_at(handle, setting, row), column))


@compilable
def duration(handle: int, episode: int, law_row: int, decision: int) -> int:
    """Ticks that something takes, by the draw of the present step."""
    return length_of(handle, episode, law_row, decision, int(episode_at(handle, episode).occurrence))


@compilable
def length_of(handle: int, episode: int, law_row: int, decision: int, occurrence: int) -> int:
    """Ticks that something takes, at least 1, drawn by its law and scaled by what the law says scales it."""
    law, state, story = law_at(handle, law_row), state_of(handle), episode_at(handle, episode)
    if law.from_severity:
        chance = place_above(story.severity, thresholds_of(handle)[story.kind, story.band, OVERNIGHT])
    else:
        chance = uniform(state.key, story.person, decision, occurrence)
    length = quantile(law.law, law.first, law.second, law.third, tables_of(handle), law.table, chance)
    length *= law_by_month_at(handle, law_row, state.month)
    if law.value != NONE and not story.outsider:
        length *= factor_of(handle, story.person, law.value, 0)
    if law.gauge != NONE:
        length *= answer_to_gauge(law.form, law.slope, gauge_at(handle, law.gauge), law.reference)
    mode = law.mode
    if mode == SECONDS:
        return whole_ticks(length)
    if mode == NIGHTS:
        return _discharge(handle, episode, nights_of_stay(length), occurrence) - int(state.tick)
    ticks = whole_ticks(length)
    if mode == BEFORE_MIDNIGHT:
        last = day_start_at(handle, state.day + 1) - 1
        return int(max(1, min(ticks, last - state.tick)))
    if mode == AFTER_OPENING:
        return next_opening(handle) + ticks - int(state.tick)
    return ticks


@compilable
def next_opening(handle: int) -> int:
    """Tick at which general practice opens next; now, when it is open."""
    state = state_of(handle)
    days = network_of(handle).days
    day = state.day
    if weekday_at(handle, day) <= LAST_WEEKDAY and state.tick < state.closes:
        return int(max(state.tick, state.opens))
    day += 1
    while day < days and weekday_at(handle, day) > LAST_WEEKDAY:
        day += 1
    return int(day_start_at(handle, day) + network_of(handle).open_first_second)


@compilable
def _discharge(handle: int, episode: int, nights: int, occurrence: int) -> int:
    """Tick of discharge after so many nights: the day's start and a drawn hour."""
    state, story = state_of(handle), episode_at(handle, episode)
    day, last = state.day + nights, network_of(handle).days
    chance = uniform(state.key, story.person, decisions.DISCHARGE_HOUR, occurrence)
    hour = empirical_quantile(chance, tables_of(handle)[network_of(handle).discharge_hour_table])
    if day <= last:
        beginning = day_start_at(handle, day)
    else:
        beginning = day_start_at(handle, last) + (day - last) * SECONDS_PER_DAY
    return int(beginning) + whole_ticks(hour * SECONDS_PER_HOUR)
