"""The needs of the month, person by person: candidates drawn, and kept when they lie below the person's hazard.

Everything takes a range of ids, so that the needs of one person can be made again within a month. It is written once
and compiled; under `NUMBA_DISABLE_JIT=1` it runs as plain Python with the same results. What it decides is in scalar
rules (`hazards`, `candidates`).

The work goes in steps over a block of people, each of which leaves a list for the next:

1. `look_at`: who has a candidate in a first layer, whose hazards reach above one, and who has a hazard that moves;
2. `keep_of_first_layers`: of which stream those candidates are, and how high they lie;
3. `open_tall`, `open_moving`, `keep_of_layers`: likewise of further layers and of streams that move, as far as they lie
   below the most that the hazard can be;
4. `settle`: those that lie below the hazard at their own second are needs.

Functions hand each other the addresses of arrays (`simulation.addresses`), since handing on the arrays themselves
costs more than all the work for a person.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.addresses import columns_at, found_at, month_at, need_tables_at, opened_at
from simulation.candidates import (
    COUNT_STEPS,
    END_OF_LIFE,
    FIRST_UPPER,
    INDEX_BITS,
    MOST_AT_FIRST,
    MOST_LAYERS,
    MOST_POINTS,
    READMISSION,
    REATTENDANCE,
    ROUTINE_CARE,
    STEADY_STREAMS,
    STREAM_COUNT,
    STREAM_MASK,
    STREAM_SHIFT,
    candidate_key,
    layer_width,
    points_in_layer,
    second_in_hour,
)
from simulation.columns import (
    CARE_HOME_BAND,
    FIRST_OLD_BAND,
    FIRST_OLD_KIND,
    HERE,
    Drawn,
    kind_of,
)
from simulation.draws import uniform
from simulation.hazards import larger, moving_rate, tilted
from simulation.jit import compilable, compiled, compiled_within
from simulation.need_words import need_word, put_in_order, unpack
from simulation.opened import FURTHER, ITEMS, KEPT, MOVING, NO_ITEM, POINTS, TALL
from simulation.rhythm import GUIDE_STEPS

FIRST_SET_OFF = READMISSION
"""The streams from here on have hazards that attendances and discharges raise."""
BLOCK = 512
"""People whose candidates are made together."""
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@compiled
def make_candidates(first: int, last: int, at: IntArray, drawn: Drawn, of_all_streams: bool) -> int:
    """Write the needs of people in the month; how many there are.

    More than `drawn` has room for are counted but not written.

    Args:
        first: first id.
        last: id after the last.
        at: addresses of the people as they are now, of tables and month, and of working space for `BLOCK` people.
        drawn: written, in no order.
        of_all_streams: False leaves out those whose hazards move within the month.
    """
    count, after = 0, month_at(at).start - 1
    for block in range(first, last, BLOCK):
        end = min(block + BLOCK, last)
        look_at(block, end, at)
        keep_of_first_layers(block, at)
        open_tall(block, at)
        if of_all_streams:
            open_moving(after, STEADY_STREAMS, at)
        keep_of_layers(at, drawn.failed)
        count = settle(after, at, drawn.word, drawn.severity, count)
    return count


@compiled
def make_candidates_of(whole: IntArray, moving: IntArray, at: IntArray, drawn: Drawn) -> int:
    """As `make_candidates`, of some people all streams, and of others those whose hazards move within the month.

    Args:
        whole: ids of people whose needs are all made.
        moving: ids of those who get only the needs of moving streams.
        at: as of `make_candidates`.
        drawn: written, in no order.
    """
    count, after = 0, month_at(at).start - 1
    for place in range(len(whole)):
        person = whole[place]
        look_at(person, person + 1, at)
        keep_of_first_layers(person, at)
        open_tall(person, at)
        open_moving(after, STEADY_STREAMS, at)
        keep_of_layers(at, drawn.failed)
        count = settle(after, at, drawn.word, drawn.severity, count)
    opened = opened_at(at)
    for block in range(0, len(moving), BLOCK):
        people = min(BLOCK, len(moving) - block)
        for place in range(people):
            opened.moving[place] = moving[block + place]
        opened.counts[MOVING] = people
        opened.counts[ITEMS] = 0
        opened.counts[KEPT] = 0
        open_moving(after, STEADY_STREAMS, at)
        keep_of_layers(at, drawn.failed)
        count = settle(after, at, drawn.word, drawn.severity, count)
    return count


@compilable
def needs_of(person: int, after: int, at: IntArray) -> int:
    """Write one person's needs after a tick and before the end of the month, in order of (tick, key).

    Returns how many there are; when `found` has no room for them, `found.failed` is set and the rest is left out.

    Args:
        person: whose.
        after: tick; needs come later than this.
        at: addresses of the people as they are now, of tables and month, of working space for one person, whose
            content before and after means nothing, and of `found`, which is written.
    """
    look_at(person, person + 1, at)
    counts = opened_at(at).counts
    if counts[POINTS] + counts[TALL] + counts[MOVING] == 0:
        return 0
    keep_of_first_layers(person, at)
    open_tall(person, at)
    open_moving(after, STEADY_STREAMS, at)
    return write_needs(after, at)


@compilable
def needs_set_off(person: int, after: int, at: IntArray) -> int:
    """As `needs_of`, but only the needs that attendances and discharges set off: the streams from `FIRST_SET_OFF` on.

    The others are no different after an attendance or a discharge, if nothing else has changed for the person.
    """
    opened = opened_at(at)
    opened.moving[0] = person
    opened.counts[MOVING] = 1
    opened.counts[ITEMS] = 0
    opened.counts[KEPT] = 0
    open_moving(after, FIRST_SET_OFF, at)
    if opened.counts[ITEMS] == 0:
        return 0
    return write_needs(after, at)


@compilable
def write_needs(after: int, at: IntArray) -> int:
    """Settle what has been kept and opened for one person, and write it to `found` in order; how many needs."""
    found, opened, month = found_at(at), opened_at(at), month_at(at)
    keep_of_layers(at, found.failed)
    count = settle(after, at, opened.word, opened.severity, 0)
    put_in_order(opened.word, opened.severity, 0, count)
    if count > len(found.tick):
        found.failed[0] = 1
        count = len(found.tick)
    unpack(opened.word, opened.severity, count, month.month, month.start, found)
    return count


@compiled_within
def look_at(first: int, last: int, at: IntArray) -> None:
    """List points of first layers, people with tall hazards and people with hazards that move.

    The draw of the number of points is good for one more decision: where it lies between the chance of fewer points
    and that of as many or fewer is the draw of the first point.
    """
    people, tables, month, opened = columns_at(at), need_tables_at(at), month_at(at), opened_at(at)
    points, further, tall, moving = 0, 0, 0, 0
    first_key = candidate_key(month.month, 0, 0, 0)
    reached = month.count_reached
    for person in range(first, last):
        if people.alive[person] != HERE:
            continue
        kind = people.kind[person]
        in_spell = people.spell_start[person] < month.end and people.spell_end[person] > month.start
        lower = float(people.minor[person]) * (larger(1.0, tables.spell_lower) if in_spell else 1.0)
        upper = float(people.acute_old[person] if kind >= FIRST_OLD_KIND else people.acute_young[person])
        upper *= larger(1.0, tables.spell_upper) if in_spell else 1.0
        mean = lower * month.mean_of_kind[kind, 0] + upper * month.mean_of_kind[kind, 1] + month.mean_of_kind[kind, 2]
        step = int(mean * COUNT_STEPS) if mean < MOST_AT_FIRST else len(reached) - 1
        draw = uniform(month.key, person, decisions.CANDIDATE_COUNT, first_key)
        count = int(draw >= reached[step, 1]) + int(draw >= reached[step, 2]) + int(draw >= reached[step, 3])
        if draw >= reached[step, 4]:
            count = 4
            while draw >= reached[step, count + 1]:
                count += 1
            for index in range(3, count):
                opened.further[further] = person << INDEX_BITS | index
                further += 1
        opened.factor[person - first, 0] = lower
        opened.factor[person - first, 1] = upper
        opened.mean[person - first] = mean
        fewer = reached[step, count]
        opened.point[points] = person << INDEX_BITS
        opened.point_draw[points] = (draw - fewer) / (reached[step, count + 1] - fewer)
        points += count > 0
        opened.further[further] = person << INDEX_BITS | 1
        further += count > 1
        opened.further[further] = person << INDEX_BITS | 2
        further += count > 2
        opened.tall[tall] = person
        tall += ((people.in_care_home[person] == 1) | (month.raised[people.profile[person]] == 1)
                 | (mean >= MOST_AT_FIRST))
        opened.moving[moving] = person
        moving += ((people.death_tick[person] - month.end < tables.dying_reach)
                   | (people.readmission_rate[person] > 0.0) | (people.reattendance_rate[person] > 0.0)
                   | (people.stay_reattendance_rate[person] > 0.0))
    opened.counts[POINTS], opened.counts[FURTHER] = points, further
    opened.counts[TALL], opened.counts[MOVING] = tall, moving
    opened.counts[ITEMS], opened.counts[KEPT] = 0, 0


@compiled_within
def keep_of_first_layers(first: int, at: IntArray) -> None:
    """Say of which stream each point of first layers is, and how high it lies."""
    people, month, opened = columns_at(at), month_at(at), opened_at(at)
    points, kept = opened.counts[POINTS], 0
    for place in range(opened.counts[FURTHER]):
        code = opened.further[place]
        key = candidate_key(month.month, 0, 0, code & MOST_POINTS - 1)
        opened.point[points] = code
        opened.point_draw[points] = uniform(month.key, code >> INDEX_BITS, decisions.CANDIDATE_HEIGHT, key)
        points += 1
    for point in range(points):
        person, index = opened.point[point] >> INDEX_BITS, opened.point[point] & MOST_POINTS - 1
        kind, band, mean = people.kind[person], people.age_band[person], opened.mean[person - first]
        lower, upper = opened.factor[person - first, 0], opened.factor[person - first, 1]
        below, above = lower * month.mean_of_kind[kind, 0], upper * month.mean_of_kind[kind, 1]
        drawn_from = mean if mean >= MOST_AT_FIRST else (int(mean * COUNT_STEPS) + 1.0) / COUNT_STEPS
        along = opened.point_draw[point] * drawn_from
        if along >= mean:
            continue
        stream, factor = 0, lower * month.most_of_kind[kind, 0]
        if along >= below:
            along -= below
            stream, factor = FIRST_UPPER, upper * month.most_of_kind[kind, 1]
            if along >= above:
                along -= above
                stream, factor = ROUTINE_CARE, month.most_of_kind[kind, 2]
        along /= factor
        if stream < ROUTINE_CARE:
            group = stream
            for after in range(group + 1, group + FIRST_UPPER):
                stream += int(along >= month.first_before[band, after])
        height = (along - month.first_before[band, stream]) * factor / month.stream_years[stream]
        if mean >= MOST_AT_FIRST:
            height *= MOST_AT_FIRST / mean
        opened.kept_person[kept] = person
        opened.kept_key[kept] = candidate_key(month.month, stream, 0, index)
        opened.kept_height[kept] = height
        opened.kept_item[kept] = NO_ITEM
        kept += 1
    opened.counts[KEPT] = kept


@compiled_within
def open_tall(first: int, at: IntArray) -> None:
    """List the streams of tall people whose hazards may reach above the first layer."""
    people, tables, month, opened = columns_at(at), need_tables_at(at), month_at(at), opened_at(at)
    items = 0
    for place in range(opened.counts[TALL]):
        person = opened.tall[place]
        age_band, mean, row = people.age_band[person], opened.mean[person - first], people.profile[person]
        band = CARE_HOME_BAND if people.in_care_home[person] == 1 else age_band
        kind = kind_of(age_band, people.fifth[person], people.frailty[person])
        kind_now = kind_of(band, people.fifth[person], people.frailty[person])
        reach = 1.0 if mean < MOST_AT_FIRST else MOST_AT_FIRST / mean
        for stream in range(STEADY_STREAMS):
            group = stream // FIRST_UPPER
            factor = opened.factor[person - first, group] if stream < ROUTINE_CARE else 1.0
            bottom = factor * month.most_of_kind[kind, group] * tables.steady[age_band, stream] * reach
            ceiling = factor * month.most_of_kind[kind_now, group] * tables.steady[band, stream]
            ceiling *= month.most[row, stream]
            if ceiling > bottom:
                opened.person[items] = person
                opened.stream[items] = stream
                opened.layer[items] = 1
                opened.bottom[items] = bottom
                opened.ceiling[items] = ceiling
                items += 1
    opened.counts[ITEMS] = items


@compiled_within
def open_moving(after: int, first_stream: int, at: IntArray) -> None:
    """List the streams of people whose hazards rise before a death or fall after an event."""
    people, tables, month, opened = columns_at(at), need_tables_at(at), month_at(at), opened_at(at)
    items = opened.counts[ITEMS]
    begin = max(after, month.start)
    for place in range(opened.counts[MOVING]):
        person = opened.moving[place]
        death = int(people.death_tick[person])
        band = CARE_HOME_BAND if people.in_care_home[person] == 1 else people.age_band[person]
        for stream in range(first_stream, STREAM_COUNT):
            since, top = int(people.discharged[person]), begin
            one, one_life = float(people.readmission_rate[person]), tables.discharge_life
            two, two_life = 0.0, tables.discharge_life
            if stream == END_OF_LIFE:
                if death - month.end >= tables.dying_reach:
                    continue
                since, top = death, min(death, month.end)
                one, one_life = tables.dying_by_band[band] * tables.dying_short_rate, -tables.dying_short_life
                two, two_life = tables.dying_by_band[band] * tables.dying_long_rate, -tables.dying_long_life
            elif stream == REATTENDANCE:
                since = int(people.attended[person])
                one, one_life = float(people.reattendance_rate[person]), tables.attendance_life
                two = float(people.stay_reattendance_rate[person]) / (1.0 - tables.attendance_upper_share)
                two_life = tables.attendance_life
            ceiling = moving_rate(float(top - since), one, one_life, two, two_life)
            if ceiling == 0.0:
                continue
            opened.person[items] = person
            opened.stream[items] = stream
            opened.layer[items] = 0
            opened.bottom[items] = 0.0
            opened.ceiling[items] = ceiling * month.most[people.profile[person], stream]
            opened.since[items] = since
            opened.rise[items] = one
            opened.rise_life[items] = one_life
            opened.second[items] = two
            opened.second_life[items] = two_life
            items += 1
    opened.counts[ITEMS] = items


@compiled_within
def keep_of_layers(at: IntArray, failed: NDArray[np.uint8]) -> None:
    """Keep points of the items' layers that lie below the ceiling; set `failed` when they are more than can be."""
    month, opened = month_at(at), opened_at(at)
    kept = opened.counts[KEPT]
    for item in range(opened.counts[ITEMS]):
        person, stream, ceiling = opened.person[item], opened.stream[item], opened.ceiling[item]
        if kept + MOST_LAYERS * MOST_POINTS > len(opened.kept_key):
            failed[0] = 1
            break
        bottom = opened.bottom[item]
        for layer in range(opened.layer[item], MOST_LAYERS):
            if bottom >= ceiling:
                break
            key = candidate_key(month.month, stream, layer, 0)
            width = layer_width(bottom, month.least_width[stream])
            mean = width * month.stream_years[stream]
            draw = uniform(month.key, person, decisions.CANDIDATE_COUNT, key)
            points = points_in_layer(draw, mean)
            if points > MOST_POINTS:
                failed[0] = 1
                points = MOST_POINTS
            for candidate in range(key, key + points):
                height = bottom + width * uniform(month.key, person, decisions.CANDIDATE_HEIGHT, candidate)
                opened.kept_person[kept] = person
                opened.kept_key[kept] = candidate
                opened.kept_height[kept] = height
                opened.kept_item[kept] = item
                kept += height < ceiling
            bottom += width
        if bottom < ceiling:
            failed[0] = 1
    opened.counts[KEPT] = kept


@compiled_within
def settle(after: int, at: IntArray, word: IntArray, severity_of: FloatArray, count: int) -> int:
    """Write the candidates below a ceiling that lie below the hazard at their second; how many needs there are now."""
    people, tables, month, opened = columns_at(at), need_tables_at(at), month_at(at), opened_at(at)
    for kept in range(opened.counts[KEPT]):
        person, key, item = opened.kept_person[kept], opened.kept_key[kept], opened.kept_item[kept]
        stream = key >> STREAM_SHIFT & STREAM_MASK
        draw = uniform(month.key, person, decisions.CANDIDATE_SECOND, key)
        rhythm = month.stream_rhythm[stream]
        hour = int(month.guide[rhythm, int(draw * GUIDE_STEPS)])
        while month.reached[rhythm, hour + 1] <= draw:
            hour += 1
        passed = draw - month.reached[rhythm, hour]
        tick = second_in_hour(
            passed, month.reached[rhythm, hour + 1] - month.reached[rhythm, hour],
            month.hour_start[hour], month.hour_start[hour + 1])
        if tick <= after or tick < people.entered[person]:
            continue
        if tick >= people.death_tick[person] or tick >= people.leave_tick[person]:
            continue
        age_band = people.age_band[person]
        band = CARE_HOME_BAND if people.in_care_home[person] == 1 else age_band
        place = uniform(month.key, person, decisions.CANDIDATE_SEVERITY, key)
        low, high = tables.severity_from[band, stream], tables.severity_to[band, stream]
        tilt_at, hazard = 0.0, 0.0
        in_spell = people.spell_start[person] <= tick < people.spell_end[person]
        if stream < STEADY_STREAMS:
            group = stream // FIRST_UPPER
            kind = kind_of(band, people.fifth[person], people.frailty[person])
            hazard = tables.steady[band, stream] * month.weight_of_kind[kind, group]
            if group == 0:
                hazard *= float(people.minor[person]) * (tables.spell_lower if in_spell else 1.0)
            elif group == 1:
                tilt_at = place
                acute = people.acute_old[person] if age_band >= FIRST_OLD_BAND else people.acute_young[person]
                hazard *= float(acute) * (tables.spell_upper if in_spell else 1.0)
        else:
            second = opened.second[item]
            tilt_at = place
            if stream == REATTENDANCE:
                part = uniform(month.key, person, decisions.CANDIDATE_PART, key)
                if part < tables.attendance_upper_share:
                    low, high, second = high, 1.0, 0.0
                else:
                    tilt_at = 0.0
            hazard = moving_rate(float(tick - opened.since[item]), opened.rise[item], opened.rise_life[item], second,
                                 opened.second_life[item])
        severity = low + place * (high - low)
        if severity < tables.seek_ae[band, stream]:
            hazard *= tables.milder_ratio[band]
        row = people.profile[person]
        hazard *= tilted(month.factors[row, stream, 0], month.factors[row, stream, 1], tilt_at)
        if opened.kept_height[kept] >= hazard:
            continue
        if count < len(word):
            word[count] = need_word(tick - month.start, person, key)
            severity_of[count] = severity
        count += 1
    return count
