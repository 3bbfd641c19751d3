"""The month, person by person: the latent future, the present state, and the candidate needs.

Three loops over people, each written once and compiled; under `NUMBA_DISABLE_JIT=1` they run as plain Python with the
same results. What they decide is in scalar rules (`hazards`, `candidates`). Loops take a range of ids, so that the
needs of one person can be made again within a month.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.candidates import (
    END_OF_LIFE,
    FIRST_UPPER,
    MOST_LAYERS,
    MOST_POINTS,
    READMISSION,
    REATTENDANCE,
    ROUTINE_CARE,
    STREAM_COUNT,
    candidate_key,
)
from simulation.draws import uniform
from simulation.hazards import (
    dying_rate,
    frailty_after,
    happens_within,
    larger,
    share_of_time_until,
    tilted,
    trigger_rate,
)
from simulation.jit import compiled
from simulation.laws import poisson_quantile
from simulation.rhythm import GUIDE_STEPS
from simulation.stationarity import AGE_MONTHS, FRAILTIES

FAR = 2**62
"""Tick of something that has not been decided, or never happens: later than every horizon."""
NOT_HERE_YET, HERE, GONE = 0, 1, 2
NO_STATE = -1
"""Latent state of people who have died or moved out, or have not entered."""
CARE_HOME_BAND = 7
FIRST_OLD_BAND = 4
"""Band from which susceptibility is that of people of 65 and over."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Columns(NamedTuple):
    """What changes about people, and what the loops need to know of them; each column by person id."""

    alive: NDArray[np.uint8]
    in_care_home: NDArray[np.uint8]
    age_band: NDArray[np.int8]
    frailty: NDArray[np.int8]
    """As of the start of the month."""
    latent_state: NDArray[np.int8]
    """As of twelve months ahead, numbered as in `stationarity`; `NO_STATE` when out of the latent population."""
    frail_from: NDArray[np.int16]
    """(people, 3) month from which a person is at least mildly, moderately and severely frail."""
    fifth: NDArray[np.int8]
    birth_month: NDArray[np.int32]
    entered: IntArray
    death_tick: IntArray
    need_tick: IntArray
    leave_tick: IntArray
    acute_young: NDArray[np.float32]
    acute_old: NDArray[np.float32]
    minor: NDArray[np.float32]
    spell_start: IntArray
    """Tick at which the latest deterioration began; `FAR` before the first."""
    spell_end: IntArray
    readmission_rate: FloatArray
    """Rate a year added by past discharges, at `discharged`."""
    discharged: IntArray
    reattendance_rate: FloatArray
    """Rate a year added by attendances that ended without admission, at `attended`."""
    stay_reattendance_rate: FloatArray
    """Rate a year added by attendances that led to a stay, at `attended`; it has no part above admission."""
    attended: IntArray
    profile: NDArray[np.uint16]


class LatentTables(NamedTuple):
    """Chances of the latent month."""

    death_rate: FloatArray
    """(ages, states) a year."""
    frailty_step: FloatArray
    """(ages, 3) a month."""
    need_chance: FloatArray
    """(ages, frailties) a month."""
    moving_out: NDArray[np.float32]
    """(latent months, ages, fifths) a month."""


class NeedTables(NamedTuple):
    """Rates of needs a year, and where on the scale of severity they lie. Bands are those of `stays.BANDS`."""

    steady: FloatArray
    """(bands, streams to `ROUTINE_CARE` included) mean over people."""
    acute_weight: FloatArray
    """(bands, frailties) relative rate of needs above admission; mean 1 over the people of a band."""
    routine_weight: FloatArray
    """(bands, frailties) likewise of booked care."""
    upper_by_fifth: FloatArray
    """(bands, fifths) relative rate of needs above admission."""
    lower_by_fifth: FloatArray
    """(bands, fifths) likewise of needs below."""
    severity_from: FloatArray
    """(bands, streams) least severity of a stream's needs; of `REATTENDANCE`, of its lower part."""
    severity_to: FloatArray
    """(bands, streams) greatest severity; of `REATTENDANCE`, of its lower part."""
    seek_ae: FloatArray
    """(bands, streams) severity from which people seek A&E in the base year."""
    milder_ratio: FloatArray
    """(bands,) rate of needs below `seek_ae`, relative to that of needs from there to admission."""
    dying_by_band: FloatArray
    """(bands,) relative rate of needs because death is near."""
    onset: FloatArray
    """(bands, frailties) deteriorations a person-year."""
    spell_seconds: float
    spell_upper: float
    """Multiplier of needs above admission while deteriorated."""
    spell_lower: float
    dying_reach: float
    dying_short_rate: float
    dying_short_life: float
    dying_long_rate: float
    dying_long_life: float
    discharge_life: float
    """Seconds after which the rate added by a discharge has fallen to 1/e."""
    attendance_life: float
    attendance_upper_share: float
    """Share above admission of the needs set off by an attendance."""


class MonthTables(NamedTuple):
    """What the loops need to know of one month."""

    key: int
    month: int
    start: int
    end: int
    layer_edge: FloatArray
    """(streams, MOST_LAYERS + 1) a year."""
    stream_years: FloatArray
    """(streams,) operational length of the month."""
    no_point: FloatArray
    """(streams, MOST_LAYERS) chance that a layer is empty."""
    stream_rhythm: IntArray
    """(streams,) row of `reached`."""
    reached: FloatArray
    guide: IntArray
    hour_start: IntArray
    factors: FloatArray
    """(profiles, values, 2) of which the first values are the streams'."""


class Found(NamedTuple):
    """Room for candidates, and whether anything went wrong."""

    tick: IntArray
    person: IntArray
    stream: NDArray[np.int8]
    key: IntArray
    severity: FloatArray
    failed: NDArray[np.uint8]
    """(1,) set when a hazard rose above its axis or a layer held too many points."""


@compiled
def live_latent_month(
    first: int, last: int, month: int, start: int, end: int, years: float, key: int, people: Columns,
    tables: LatentTables,
) -> None:
    """Decide who dies, becomes frailer, comes to need a care home or moves out in a month to come.

    Args:
        first: first id.
        last: id after the last; people who enter later than this month are left out.
        month: the latent month.
        start: its first tick.
        end: tick after its last.
        years: length of the month in years times its index of deaths.
        key: of the run's draws.
        people: latent columns are written.
        tables: chances by age.
    """
    for person in range(first, last):
        state = int(people.latent_state[person])
        if state == NO_STATE:
            continue
        begin = start
        part = 1.0
        if people.entered[person] > start:
            begin = int(people.entered[person])
            part = (end - begin) / (end - start)
        age = month - int(people.birth_month[person]) - 1
        age = min(max(age, 0), AGE_MONTHS - 1)
        draw = uniform(key, person, decisions.DEATH, month)
        expected = tables.death_rate[age, state] * years * part
        if happens_within(draw, expected):
            people.death_tick[person] = begin + math.floor(share_of_time_until(draw, expected) * (end - begin))
            people.latent_state[person] = NO_STATE
            continue
        leaving = float(tables.moving_out[month, age, people.fifth[person]])
        if leaving > 0.0:
            draw = uniform(key, person, decisions.MOVING_OUT, month)
            if draw < leaving:
                people.leave_tick[person] = begin + math.floor(draw / leaving * (end - begin))
                people.latent_state[person] = NO_STATE
                continue
        frailty = state % FRAILTIES
        after = frailty
        if frailty < FRAILTIES - 1 and tables.frailty_step[age, frailty] > 0.0:
            draw = uniform(key, person, decisions.FRAILTY, month)
            after = frailty_after(
                draw, frailty, tables.frailty_step[age, 0], tables.frailty_step[age, 1], tables.frailty_step[age, 2]
            )
            for step in range(frailty, after):
                people.frail_from[person, step] = month + 1
        if state < FRAILTIES and tables.need_chance[age, after] > 0.0:
            draw = uniform(key, person, decisions.CARE_HOME_NEED, month)
            chance = tables.need_chance[age, after]
            if draw < chance:
                people.need_tick[person] = begin + math.floor(draw / chance * (end - begin))
                state += FRAILTIES
        people.latent_state[person] = state - frailty + after


@compiled
def settle_month(first: int, last: int, month: int, start: int, end: int, key: int, people: Columns,
                 tables: NeedTables, band_of_age: IntArray) -> None:
    """Bring age band and frailty up to date, and decide who deteriorates in the month.

    A deterioration that begins in the month in which an earlier one ends carries that one on.

    Args:
        first: first id.
        last: id after the last.
        month: the month.
        start: its first tick.
        end: tick after its last.
        key: of the run's draws.
        people: columns of the present are written.
        tables: rates of deterioration.
        band_of_age: (ages,) age band by month of age.
    """
    years = (end - start) / 31557600.0
    for person in range(first, last):
        if people.alive[person] != HERE:
            continue
        age = month - int(people.birth_month[person]) - 1
        age = min(max(age, 0), AGE_MONTHS - 1)
        band = int(band_of_age[age])
        people.age_band[person] = band
        frailty = 0
        while frailty < FRAILTIES - 1 and people.frail_from[person, frailty] <= month:
            frailty += 1
        people.frailty[person] = frailty
        expected = tables.onset[band, frailty] * years
        draw = uniform(key, person, decisions.DETERIORATION_ONSET, month)
        if happens_within(draw, expected):
            onset = start + math.floor(share_of_time_until(draw, expected) * (end - start))
            draw = uniform(key, person, decisions.DETERIORATION_DURATION, month)
            ends = onset - math.floor(tables.spell_seconds * math.log(1.0 - draw))
            if people.spell_end[person] <= start:
                people.spell_start[person] = onset
                people.spell_end[person] = ends
            elif people.spell_end[person] < ends:
                people.spell_end[person] = ends


@compiled
def make_candidates(first: int, last: int, after: int, people: Columns, tables: NeedTables, month: MonthTables,
                    found: Found) -> int:
    """Write the needs of people after a tick and before the end of the month; how many there are.

    More than `found` has room for are counted but not written. Order: person, key.

    Args:
        first: first id.
        last: id after the last.
        after: tick; needs come later than this.
        people: columns, as they are now.
        tables: rates and severities.
        month: the month.
        found: written.
    """
    count = 0
    room = len(found.tick)
    for person in range(first, last):
        if people.alive[person] != HERE:
            continue
        begin = max(after, int(people.entered[person]) - 1)
        stop = min(month.end, min(int(people.death_tick[person]), int(people.leave_tick[person])))
        age_band = int(people.age_band[person])
        band = CARE_HOME_BAND if people.in_care_home[person] == 1 else age_band
        frailty = int(people.frailty[person])
        fifth = int(people.fifth[person])
        row = int(people.profile[person])
        lower = float(people.minor[person]) * tables.lower_by_fifth[band, fifth]
        upper = float(people.acute_old[person] if age_band >= FIRST_OLD_BAND else people.acute_young[person])
        upper *= tables.upper_by_fifth[band, fifth] * tables.acute_weight[band, frailty]
        routine = tables.routine_weight[band, frailty]
        spell_start = int(people.spell_start[person])
        spell_end = int(people.spell_end[person])
        in_spell = spell_start < stop and spell_end > begin
        death = int(people.death_tick[person])
        dying = tables.dying_by_band[band] if death - month.end < tables.dying_reach else 0.0
        for stream in range(STREAM_COUNT):
            at_threshold = month.factors[row, stream, 0]
            at_worst = month.factors[row, stream, 1]
            rate = 0.0
            spell = 1.0
            if stream < FIRST_UPPER:
                rate = tables.steady[band, stream] * lower
                spell = tables.spell_lower
                ceiling = rate * at_threshold * larger(1.0, tables.milder_ratio[band])
            elif stream < ROUTINE_CARE:
                rate = tables.steady[band, stream] * upper
                spell = tables.spell_upper
                ceiling = rate * larger(at_threshold, at_worst)
            elif stream == ROUTINE_CARE:
                rate = tables.steady[band, stream] * routine
                ceiling = rate * at_threshold
            elif stream == END_OF_LIFE:
                if dying == 0.0:
                    continue
                ceiling = dying * larger(at_threshold, at_worst) * dying_rate(
                    float(death - stop), tables.dying_reach, tables.dying_short_rate, tables.dying_short_life,
                    tables.dying_long_rate, tables.dying_long_life)
            elif stream == READMISSION:
                if people.readmission_rate[person] == 0.0:
                    continue
                ceiling = larger(at_threshold, at_worst) * trigger_rate(
                    people.readmission_rate[person], float(begin - people.discharged[person]), tables.discharge_life)
            else:
                rate = people.reattendance_rate[person]
                rate += people.stay_reattendance_rate[person] / (1.0 - tables.attendance_upper_share)
                if rate == 0.0:
                    continue
                ceiling = larger(at_threshold, at_worst) * trigger_rate(
                    rate, float(begin - people.attended[person]), tables.attendance_life)
            if in_spell:
                ceiling *= larger(1.0, spell)
            if ceiling > month.layer_edge[stream, MOST_LAYERS]:
                found.failed[0] = 1
            layer = 0
            while layer < MOST_LAYERS and month.layer_edge[stream, layer] < ceiling:
                bottom = month.layer_edge[stream, layer]
                width = month.layer_edge[stream, layer + 1] - bottom
                candidate = candidate_key(month.month, stream, layer, 0)
                draw = uniform(month.key, person, decisions.CANDIDATE_COUNT, candidate)
                points = 0
                if draw >= month.no_point[stream, layer]:
                    points = poisson_quantile(draw, width * month.stream_years[stream])
                    if points > MOST_POINTS:
                        found.failed[0] = 1
                        points = MOST_POINTS
                for index in range(points):
                    candidate = candidate_key(month.month, stream, layer, index)
                    height = bottom + width * uniform(month.key, person, decisions.CANDIDATE_HEIGHT, candidate)
                    if height >= ceiling:
                        continue
                    # second
                    draw = uniform(month.key, person, decisions.CANDIDATE_SECOND, candidate)
                    rhythm = month.stream_rhythm[stream]
                    hour = month.guide[rhythm, int(draw * GUIDE_STEPS)]
                    while month.reached[rhythm, hour + 1] <= draw:
                        hour += 1
                    part = (draw - month.reached[rhythm, hour]) / (
                        month.reached[rhythm, hour + 1] - month.reached[rhythm, hour])
                    tick = int(month.hour_start[hour]) + int(
                        part * (month.hour_start[hour + 1] - month.hour_start[hour]))
                    if tick <= begin or tick >= stop:
                        continue
                    place = uniform(month.key, person, decisions.CANDIDATE_SEVERITY, candidate)
                    low = tables.severity_from[band, stream]
                    high = tables.severity_to[band, stream]
                    severity = low + place * (high - low)
                    hazard = rate * at_threshold
                    if stream < FIRST_UPPER:
                        if severity < tables.seek_ae[band, stream]:
                            hazard *= tables.milder_ratio[band]
                    elif stream < ROUTINE_CARE:
                        hazard = rate * tilted(at_threshold, at_worst, place)
                    elif stream == END_OF_LIFE:
                        hazard = dying * tilted(at_threshold, at_worst, place) * dying_rate(
                            float(death - tick), tables.dying_reach, tables.dying_short_rate, tables.dying_short_life,
                            tables.dying_long_rate, tables.dying_long_life)
                    elif stream == READMISSION:
                        hazard = tilted(at_threshold, at_worst, place) * trigger_rate(
                            people.readmission_rate[person], float(tick - people.discharged[person]),
                            tables.discharge_life)
                    elif stream == REATTENDANCE:
                        draw = uniform(month.key, person, decisions.CANDIDATE_PART, candidate)
                        share = tables.attendance_upper_share
                        amount = people.reattendance_rate[person]
                        tilt = at_threshold
                        if draw < share:
                            severity = high + place * (1.0 - high)
                            tilt = tilted(at_threshold, at_worst, place)
                        else:
                            amount += people.stay_reattendance_rate[person] / (1.0 - share)
                        hazard = tilt * trigger_rate(
                            amount, float(tick - people.attended[person]), tables.attendance_life)
                    if in_spell and spell_start <= tick < spell_end:
                        hazard *= spell
                    if height >= hazard:
                        continue
                    if count < room:
                        found.tick[count] = tick
                        found.person[count] = person
                        found.stream[count] = stream
                        found.key[count] = candidate
                        found.severity[count] = severity
                    count += 1
                layer += 1
    return count
