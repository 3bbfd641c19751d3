"""The month, person by person: what is decided a year ahead, and what people are now.

Each loop over people is written once and compiled; under `NUMBA_DISABLE_JIT=1` it runs as plain Python with the same
results. What it decides is in scalar rules (`hazards`).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from simulation import decisions
from simulation.calendar import SECONDS_PER_YEAR
from simulation.columns import FAR, HERE, NO_STATE, Columns, LatentTables, NeedTables, kind_of
from simulation.draws import uniform
from simulation.hazards import frailty_after, happens_within, is_forgotten, share_of_time_until
from simulation.jit import compiled, rule
from simulation.stationarity import AGE_MONTHS, FRAILTIES

NOTHING, DIES, LEAVES, NEEDS_CARE_HOME = range(4)

IntArray = NDArray[np.int64]


@rule
def age_in_months(month: int, birth_month: int) -> int:
    """Whole months of age at the start of a month, as rows of tables by age: not below 0 nor above the last."""
    age = month - birth_month - 1
    if age < 0:
        return 0
    if age >= AGE_MONTHS:
        return AGE_MONTHS - 1
    return age


@compiled
def live_latent_month(
    first: int, last: int, month: int, start: int, end: int, years: float, key: int, people: Columns,
    tables: LatentTables, fated: IntArray, fate: NDArray[np.int8],
) -> int:
    """Decide who dies, becomes frailer, comes to need a care home or moves out in a month to come.

    Returns how many people something happens to; a person dies, leaves or comes to need a care home at most once in
    a month, and only one of these.

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
        fated: ids of those people are written here.
        fate: and what happens to each: `DIES`, `LEAVES` or `NEEDS_CARE_HOME`.
    """
    count = 0
    for person in range(first, last):
        state = int(people.latent_state[person])
        if state == NO_STATE:
            continue
        begin = max(start, int(people.entered[person]))
        span = end - begin
        age = age_in_months(month, int(people.birth_month[person]))
        what = NOTHING
        draw = uniform(key, person, decisions.DEATH, month)
        expected = tables.death_rate[age, state] * years * (span / (end - start))
        leaving = float(tables.moving_out[month, age, people.fifth[person]])
        if happens_within(draw, expected):
            what = DIES
            people.death_tick[person] = begin + math.floor(share_of_time_until(draw, expected) * span)
        elif leaving > 0.0:
            draw = uniform(key, person, decisions.MOVING_OUT, month)
            if draw < leaving:
                what = LEAVES
                people.leave_tick[person] = begin + math.floor(draw / leaving * span)
        if what == NOTHING:
            frailty = state % FRAILTIES
            after = frailty
            if frailty < FRAILTIES - 1 and tables.frailty_step[age, frailty] > 0.0:
                draw = uniform(key, person, decisions.FRAILTY, month)
                step = tables.frailty_step[age]
                after = frailty_after(draw, frailty, step[0], step[1], step[2])
                for reached in range(frailty, after):
                    people.frail_from[person, reached] = month + 1
            chance = tables.need_chance[age, after]
            if state < FRAILTIES and chance > 0.0:
                draw = uniform(key, person, decisions.CARE_HOME_NEED, month)
                if draw < chance:
                    what = NEEDS_CARE_HOME
                    people.need_tick[person] = begin + math.floor(draw / chance * span)
                    state += FRAILTIES
            state += after - frailty
        people.latent_state[person] = NO_STATE if what in (DIES, LEAVES) else state
        if what != NOTHING:
            fated[count], fate[count] = person, what
            count += 1
    return count


@compiled
def settle_month(first: int, last: int, month: int, start: int, end: int, key: int, people: Columns,
                 tables: NeedTables, band_of_age: IntArray) -> None:
    """Bring age band and frailty up to date, forget old attendances and discharges, decide who deteriorates.

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
    years = (end - start) / SECONDS_PER_YEAR
    for person in range(first, last):
        if people.alive[person] != HERE:
            continue
        band = int(band_of_age[age_in_months(month, int(people.birth_month[person]))])
        people.age_band[person] = band
        frailty = 0
        while frailty < FRAILTIES - 1 and people.frail_from[person, frailty] <= month:
            frailty += 1
        people.frailty[person] = frailty
        people.kind[person] = kind_of(band, people.fifth[person], frailty)
        if people.readmission_rate[person] > 0.0 and is_forgotten(
                float(start - people.discharged[person]), tables.discharge_life):
            people.readmission_rate[person] = 0.0
        if (people.reattendance_rate[person] > 0.0 or people.stay_reattendance_rate[person] > 0.0) and is_forgotten(
                float(start - people.attended[person]), tables.attendance_life):
            people.reattendance_rate[person] = people.stay_reattendance_rate[person] = 0.0
        expected = tables.onset[band, frailty] * years
        draw = uniform(key, person, decisions.DETERIORATION_ONSET, month)
        if happens_within(draw, expected):
            onset = start + math.floor(share_of_time_until(draw, expected) * (end - start))
            draw = uniform(key, person, decisions.DETERIORATION_DURATION, month)
            ends = min(onset - math.floor(tables.spell_seconds * math.log(1.0 - draw)), FAR)
            if people.spell_end[person] <= start:
                people.spell_start[person] = onset
                people.spell_end[person] = ends
            elif people.spell_end[person] < ends:
                people.spell_end[person] = ends
