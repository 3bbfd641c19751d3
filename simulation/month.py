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
from simulation.columns import HERE, NO_STATE, Columns, LatentTables, NeedTables
from simulation.draws import uniform
from simulation.hazards import frailty_after, happens_within, share_of_time_until
from simulation.jit import compiled
from simulation.stationarity import AGE_MONTHS, FRAILTIES

DIES, LEAVES, NEEDS_CARE_HOME = 0, 1, 2

IntArray = NDArray[np.int64]


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
            fated[count], fate[count] = person, DIES
            count += 1
            continue
        leaving = float(tables.moving_out[month, age, people.fifth[person]])
        if leaving > 0.0:
            draw = uniform(key, person, decisions.MOVING_OUT, month)
            if draw < leaving:
                people.leave_tick[person] = begin + math.floor(draw / leaving * (end - begin))
                people.latent_state[person] = NO_STATE
                fated[count], fate[count] = person, LEAVES
                count += 1
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
                fated[count], fate[count] = person, NEEDS_CARE_HOME
                count += 1
        people.latent_state[person] = state - frailty + after
    return count


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
    years = (end - start) / SECONDS_PER_YEAR
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
