"""The needs of the month, person by person: candidates drawn, and kept when they lie below the person's hazard.

Loops take a range of ids, so that the needs of one person can be made again within a month. They are written once and
compiled; under `NUMBA_DISABLE_JIT=1` they run as plain Python with the same results. What they decide is in scalar
rules (`hazards`, `candidates`).

Arrays are handed from one compiled function to another only once a block of people: counting their references costs
more than all the work for a person.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.candidates import (
    END_OF_LIFE,
    FIRST_UPPER,
    MOST_LAYERS,
    MOST_POINTS,
    REATTENDANCE,
    ROUTINE_CARE,
    STEADY_STREAMS,
    STREAM_COUNT,
    candidate_key,
    points_in_layer,
    second_in_hour,
)
from simulation.columns import CARE_HOME_BAND, FIRST_OLD_BAND, HERE, Columns, Found, MonthTables, NeedTables
from simulation.draws import uniform
from simulation.hazards import larger, moving_rate, tilted
from simulation.jit import compilable, compiled
from simulation.rhythm import GUIDE_STEPS

BLOCK = 512
"""People whose candidates are made together."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Opened(NamedTuple):
    """Streams of people in which a candidate is possible this month: what `draw_needs` needs to know of each.

    A hazard is `rate` while well, `rate * spell` in a deterioration, and beside it
    `first * exp(-elapsed / first_life) + second * exp(-elapsed / second_life)`, elapsed since tick `since`. Lives are
    negative when the event is still to come.
    """

    person: IntArray
    stream: IntArray
    ceiling: FloatArray
    """No hazard is higher, this month, after the tick asked about."""
    rate: FloatArray
    spell: FloatArray
    since: IntArray
    first: FloatArray
    first_life: FloatArray
    second: FloatArray
    second_life: FloatArray
    steady_rate: FloatArray
    """(STEADY_STREAMS,) of the person looked at, like the next two."""
    steady_ceiling: FloatArray
    steady_draw: FloatArray


@compilable
def room_to_open(people: int) -> Opened:
    """Working space for so many people at once."""
    room = STREAM_COUNT * people
    return Opened(
        np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room), np.empty(room), np.empty(room),
        np.empty(room, np.int64), np.empty(room), np.empty(room), np.empty(room), np.empty(room),
        np.empty(STEADY_STREAMS), np.empty(STEADY_STREAMS), np.empty(STEADY_STREAMS),
    )


@compilable
def needs_of(person: int, after: int, people: Columns, tables: NeedTables, month: MonthTables, found: Found,
             opened: Opened) -> int:
    """Write one person's needs after a tick and before the end of the month, in order of (tick, key).

    Returns how many there are; when `found` has no room for them they are neither all written nor in order.

    Args:
        person: whose.
        after: tick; needs come later than this.
        people: columns, as they are now.
        tables: rates and severities.
        month: the month.
        found: written.
        opened: working space, from `room_to_open`; its content before and after means nothing.
    """
    items = open_steady(person, person + 1, after, people, tables, month, opened)
    items = open_moving(person, person + 1, after, people, tables, month, opened, items)
    count = draw_needs(items, after, opened, people, tables, month, found, 0)
    if count <= len(found.tick):
        _put_in_order(found, count)
    return count


@compilable
def _put_in_order(found: Found, count: int) -> None:
    """Put the first few rows in order of (tick, key)."""
    for row in range(1, count):
        tick, person, stream = found.tick[row], found.person[row], found.stream[row]
        key, severity = found.key[row], found.severity[row]
        place = row
        while place > 0:
            before = place - 1
            if found.tick[before] < tick or (found.tick[before] == tick and found.key[before] < key):
                break
            found.tick[place], found.person[place] = found.tick[before], found.person[before]
            found.stream[place], found.key[place] = found.stream[before], found.key[before]
            found.severity[place] = found.severity[before]
            place = before
        found.tick[place], found.person[place], found.stream[place] = tick, person, stream
        found.key[place], found.severity[place] = key, severity


@compiled
def make_candidates(first: int, last: int, after: int, people: Columns, tables: NeedTables, month: MonthTables,
                    found: Found) -> int:
    """Write the needs of people after a tick and before the end of the month; how many there are.

    More than `found` has room for are counted but not written.

    Args:
        first: first id.
        last: id after the last.
        after: tick; needs come later than this.
        people: columns, as they are now.
        tables: rates and severities.
        month: the month.
        found: written.
    """
    opened = room_to_open(min(BLOCK, last - first))
    count = 0
    for block in range(first, last, BLOCK):
        end = min(block + BLOCK, last)
        items = open_steady(block, end, after, people, tables, month, opened)
        items = open_moving(block, end, after, people, tables, month, opened, items)
        count = draw_needs(items, after, opened, people, tables, month, found, count)
    return count


@compiled
def open_steady(first: int, last: int, after: int, people: Columns, tables: NeedTables, month: MonthTables,
                opened: Opened) -> int:
    """Streams whose hazards change only with deterioration; how many were written to `opened`."""
    items = 0
    key = candidate_key(month.month, 0, 0, 0)
    keys_per_stream = candidate_key(month.month, 1, 0, 0) - key
    rate, ceiling, draw = opened.steady_rate, opened.steady_ceiling, opened.steady_draw
    for person in range(first, last):
        if people.alive[person] != HERE:
            continue
        age_band = people.age_band[person]
        band = CARE_HOME_BAND if people.in_care_home[person] == 1 else age_band
        frailty = people.frailty[person]
        fifth = people.fifth[person]
        row = people.profile[person]
        lower = float(people.minor[person]) * tables.lower_by_fifth[band, fifth]
        upper = float(people.acute_old[person] if age_band >= FIRST_OLD_BAND else people.acute_young[person])
        upper *= tables.upper_by_fifth[band, fifth] * tables.acute_weight[band, frailty]
        in_spell = people.spell_start[person] < month.end and people.spell_end[person] > max(after, month.start)
        spell_lower = tables.spell_lower if in_spell else 1.0
        spell_upper = tables.spell_upper if in_spell else 1.0
        most_lower = larger(1.0, tables.milder_ratio[band]) * larger(1.0, spell_lower)
        most_upper = larger(1.0, spell_upper)
        for stream in range(FIRST_UPPER):
            rate[stream] = tables.steady[band, stream] * lower
            ceiling[stream] = rate[stream] * most_lower * month.most[row, stream]
        for stream in range(FIRST_UPPER, ROUTINE_CARE):
            rate[stream] = tables.steady[band, stream] * upper
            ceiling[stream] = rate[stream] * most_upper * month.most[row, stream]
        rate[ROUTINE_CARE] = tables.steady[band, ROUTINE_CARE] * tables.routine_weight[band, frailty]
        ceiling[ROUTINE_CARE] = rate[ROUTINE_CARE] * month.most[row, ROUTINE_CARE]
        for stream in range(STEADY_STREAMS):
            draw[stream] = uniform(month.key, person, decisions.CANDIDATE_COUNT, key + stream * keys_per_stream)
        for stream in range(STEADY_STREAMS):
            if draw[stream] < month.no_point[stream, 0] and ceiling[stream] <= month.layer_edge[stream, 1]:
                continue
            opened.person[items] = person
            opened.stream[items] = stream
            opened.ceiling[items] = ceiling[stream]
            opened.rate[items] = rate[stream]
            opened.spell[items] = 1.0
            if stream < ROUTINE_CARE:
                opened.spell[items] = spell_lower if stream < FIRST_UPPER else spell_upper
            opened.first[items] = 0.0
            opened.second[items] = 0.0
            items += 1
    return items


@compiled
def open_moving(first: int, last: int, after: int, people: Columns, tables: NeedTables, month: MonthTables,
                opened: Opened, items: int) -> int:
    """Streams whose hazards rise before a death or fall after an event; how many are in `opened` now."""
    for person in range(first, last):
        death = people.death_tick[person]
        is_dying = death - month.end < tables.dying_reach
        discharge = people.readmission_rate[person]
        attendance = people.reattendance_rate[person]
        attendance_with_stay = people.stay_reattendance_rate[person] / (1.0 - tables.attendance_upper_share)
        if people.alive[person] != HERE:
            continue
        if not is_dying and discharge == 0.0 and attendance == 0.0 and attendance_with_stay == 0.0:
            continue
        band = CARE_HOME_BAND if people.in_care_home[person] == 1 else people.age_band[person]
        begin = max(after, month.start)
        for stream in range(STEADY_STREAMS, STREAM_COUNT):
            since = people.discharged[person]
            one, one_life, two, two_life = discharge, tables.discharge_life, 0.0, tables.discharge_life
            top = begin
            if stream == END_OF_LIFE:
                since, top = death, min(death, month.end)
                one, one_life = tables.dying_by_band[band] * tables.dying_short_rate, -tables.dying_short_life
                two, two_life = tables.dying_by_band[band] * tables.dying_long_rate, -tables.dying_long_life
                if not is_dying:
                    one, two = 0.0, 0.0
            elif stream == REATTENDANCE:
                since = people.attended[person]
                one, one_life = attendance, tables.attendance_life
                two, two_life = attendance_with_stay, tables.attendance_life
            ceiling = moving_rate(float(top - since), one, one_life, two, two_life)
            if ceiling == 0.0:
                continue
            opened.person[items] = person
            opened.stream[items] = stream
            opened.ceiling[items] = ceiling * month.most[people.profile[person], stream]
            opened.rate[items] = 0.0
            opened.spell[items] = 1.0
            opened.since[items] = since
            opened.first[items] = one
            opened.first_life[items] = one_life
            opened.second[items] = two
            opened.second_life[items] = two_life
            items += 1
    return items


@compiled
def draw_needs(items: int, after: int, opened: Opened, people: Columns, tables: NeedTables, month: MonthTables,
               found: Found, count: int) -> int:
    """Draw the candidates of opened streams and write those that are needs; how many there are now."""
    room = len(found.tick)
    for item in range(items):
        person, stream, ceiling = opened.person[item], opened.stream[item], opened.ceiling[item]
        begin = max(after, people.entered[person] - 1)
        stop = min(month.end, min(people.death_tick[person], people.leave_tick[person]))
        band = CARE_HOME_BAND if people.in_care_home[person] == 1 else people.age_band[person]
        row = people.profile[person]
        rhythm = month.stream_rhythm[stream]
        if ceiling > month.layer_edge[stream, MOST_LAYERS]:
            found.failed[0] = 1
        for layer in range(MOST_LAYERS):
            bottom = month.layer_edge[stream, layer]
            if bottom >= ceiling:
                break
            key = candidate_key(month.month, stream, layer, 0)
            draw = uniform(month.key, person, decisions.CANDIDATE_COUNT, key)
            if draw < month.no_point[stream, layer]:
                continue
            width = month.layer_edge[stream, layer + 1] - bottom
            points = points_in_layer(draw, month.no_point[stream, layer], width * month.stream_years[stream])
            if points > MOST_POINTS:
                found.failed[0] = 1
                points = MOST_POINTS
            for candidate in range(key, key + points):
                height = bottom + width * uniform(month.key, person, decisions.CANDIDATE_HEIGHT, candidate)
                if height >= ceiling:
                    continue
                draw = uniform(month.key, person, decisions.CANDIDATE_SECOND, candidate)
                hour = month.guide[rhythm, int(draw * GUIDE_STEPS)]
                while month.reached[rhythm, hour + 1] <= draw:
                    hour += 1
                passed = draw - month.reached[rhythm, hour]
                tick = second_in_hour(
                    passed, month.reached[rhythm, hour + 1] - month.reached[rhythm, hour],
                    month.hour_start[hour], month.hour_start[hour + 1])
                if tick <= begin or tick >= stop:
                    continue
                place = uniform(month.key, person, decisions.CANDIDATE_SEVERITY, candidate)
                low, high = tables.severity_from[band, stream], tables.severity_to[band, stream]
                in_upper = stream >= FIRST_UPPER and stream != ROUTINE_CARE
                second = opened.second[item]
                if stream == REATTENDANCE:
                    part = uniform(month.key, person, decisions.CANDIDATE_PART, candidate)
                    in_upper = part < tables.attendance_upper_share
                    if in_upper:
                        low, high, second = high, 1.0, 0.0
                severity = low + place * (high - low)
                hazard = opened.rate[item]
                if severity < tables.seek_ae[band, stream]:
                    hazard *= tables.milder_ratio[band]
                if people.spell_start[person] <= tick < people.spell_end[person]:
                    hazard *= opened.spell[item]
                if opened.first[item] > 0.0 or second > 0.0:
                    hazard += moving_rate(float(tick - opened.since[item]), opened.first[item],
                                          opened.first_life[item], second, opened.second_life[item])
                tilt_at = place if in_upper else 0.0
                hazard *= tilted(month.factors[row, stream, 0], month.factors[row, stream, 1], tilt_at)
                if height >= hazard:
                    continue
                if count < room:
                    found.tick[count] = tick
                    found.person[count] = person
                    found.stream[count] = stream
                    found.key[count] = candidate
                    found.severity[count] = severity
                count += 1
    return count
