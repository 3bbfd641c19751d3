"""Making the people: those who live in a place at the start, and everybody who will be born or move there.

Numbers follow the projection as closely as whole people can (systematic sampling), so that runs differ in who people
are rather than in how many. Ids do not depend on the scenario: first the people at the start by age, then month by
month those born and those who move in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation import decisions
from simulation.calendar import SECONDS_PER_YEAR
from simulation.columns import FAR, HERE, NOT_HERE_YET, Columns
from simulation.draws import uniform, uniforms
from simulation.jit import compiled
from simulation.laws import table_quantile
from simulation.projection import FIFTHS, Projection
from simulation.stationarity import AGE_MONTHS, FRAILTIES, STATES, Stationary

SECONDS_PER_AGE_MONTH = SECONDS_PER_YEAR // 12
BLOCK = 65_536
"""People who are made at a time, so that making them takes little more room than they do."""
NEVER_FRAIL = 32_767
NEEDED_BEFORE = -1
"""Tick of the need for a care home of people who live in one from the start."""
MOST_UNUSUAL = 1.0 - 1e-6
"""Susceptibility is cut at this quantile."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Susceptibility:
    """How lastingly people differ in their needs; all means are 1. Tables are those of `laws.gamma_table`."""

    young_shape: float
    young_table: FloatArray
    """Needs that lead to admission, under 65."""
    old_shape: float
    old_table: FloatArray
    """The same at 65 and over; a person keeps their rank."""
    main_shape: float
    main_table: FloatArray
    """Needs that do not lead to admission."""
    intensive_shape: float
    intensive_table: FloatArray
    """The same among a few intensive users."""
    intensive_share: float
    intensive_multiplier: float
    """Mean of the intensive users over that of the others."""
    correlation: float
    """Between the normal ranks of the two kinds."""


@dataclass(frozen=True)
class Roll:
    """Everybody who ever lives in the place during a run, by id. Months are counted from the study's first.

    People who move in or are born after the study's end are here too: the latent month runs ahead of the flow. What is
    seldom asked is worked out again from its keyed draws.
    """

    starters: int
    """People at the start: ids 0 to this, exclusive."""
    first_of_month: IntArray
    """(latent months + 1,) first id of those who enter in each month or later."""
    birth_month: NDArray[np.int16]
    """Month of birth; negative before the study."""
    fifth: NDArray[np.int8]
    """0 most deprived, 4 least."""
    entered: NDArray[np.int32]
    """Tick of birth or moving in; 0 for people at the start."""
    state: NDArray[np.int8]
    """State on entry, numbered as in `stationarity`."""
    acute_young: NDArray[np.float32]
    """Susceptibility to needs that lead to admission, while under 65."""
    acute_old: NDArray[np.float32]
    minor: NDArray[np.float32]
    """Susceptibility to other needs."""
    month_start: IntArray
    share_of_women: FloatArray
    """(ages, fifths)."""
    key: int

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.entered)

    @property
    def entry_month(self) -> IntArray:
        """(size,) -1 for people at the start."""
        months = len(self.first_of_month) - 1
        counts = np.diff(self.first_of_month)
        return np.concatenate([np.full(self.starters, -1, np.int64), np.repeat(np.arange(months), counts)])

    @property
    def born(self) -> IntArray:
        """(size,) tick of birth; negative before the study."""
        entry = self.entry_month
        age = np.maximum(entry, 0) - self.birth_month - 1
        part = uniforms(self.key, np.arange(self.size), decisions.START_SECOND, 0)
        before = np.floor((np.maximum(age, 0) + part) * SECONDS_PER_AGE_MONTH).astype(np.int64)
        is_birth = (entry >= 0) & (age < 0)
        return np.where(is_birth, self.entered, self.month_start[np.maximum(entry, 0)] - before)

    @property
    def female(self) -> NDArray[np.bool_]:
        """(size,) who are women."""
        age = np.maximum(np.maximum(self.entry_month, 0) - self.birth_month - 1, 0)
        draw = uniforms(self.key, np.arange(self.size), decisions.START_SEX_AND_FIFTH, 0)
        return np.asarray(draw < self.share_of_women[age, self.fifth], np.bool_)


def synthesise(
    projection: Projection, stationary: Stationary, susceptibility: Susceptibility, month_start: IntArray, key: int
) -> Roll:
    """The people of one run.

    Args:
        projection: expected numbers; as many months as `month_start` has, less one.
        stationary: states by age.
        susceptibility: laws of lasting differences.
        month_start: (latent months + 1,) tick at which each month begins.
        key: of the run's draws.
    """
    age, fifth, entry = _sample_everybody(projection, key)
    size = len(age)
    roll = Roll(
        starters=int(np.searchsorted(entry, 0)),
        first_of_month=np.searchsorted(entry, np.arange(len(month_start), dtype=np.int16)).astype(np.int64),
        birth_month=(np.maximum(entry, 0) - age - 1).astype(np.int16),
        fifth=fifth,
        entered=np.zeros(size, np.int32),
        state=np.empty(size, np.int8),
        acute_young=np.empty(size, np.float32),
        acute_old=np.empty(size, np.float32),
        minor=np.empty(size, np.float32),
        month_start=month_start,
        share_of_women=projection.female,
        key=key,
    )
    length = np.diff(month_start)
    for first in range(0, size, BLOCK):
        block = slice(first, min(first + BLOCK, size))
        persons = np.arange(block.start, block.stop)
        month = entry[block]
        second = np.floor(uniforms(key, persons, decisions.ENTRY_SECOND, 0) * length[month]).astype(np.int64)
        roll.entered[block] = np.where(month < 0, 0, month_start[month] + second)
        chance = uniforms(key, persons, decisions.START_STATE, 0)
        roll.state[block] = _states(stationary, np.maximum(age[block], 0), chance)
        roll.acute_young[block], roll.acute_old[block], roll.minor[block] = _susceptibilities(
            susceptibility, persons, key)
    return roll


def columns_of(roll: Roll) -> Columns:
    """Everybody as they enter."""
    size, starters = roll.size, roll.starters
    frailty = roll.state % FRAILTIES
    need_tick = np.full(size, FAR, np.int32)
    needing = np.flatnonzero(roll.state >= FRAILTIES)
    need_tick[needing] = np.where(needing < starters, NEEDED_BEFORE, roll.entered[needing] + 1)
    alive = np.full(size, NOT_HERE_YET, np.uint8)
    alive[:starters] = HERE
    frail_from = np.full((size, FRAILTIES - 1), NEVER_FRAIL, np.int16)
    for step in range(FRAILTIES - 1):
        frail_from[frailty > step, step] = -1
    return Columns(
        alive=alive,
        in_care_home=np.zeros(size, np.uint8),
        age_band=np.zeros(size, np.int8),
        frailty=np.zeros(size, np.int8),
        latent_state=roll.state.copy(),
        frail_from=frail_from,
        fifth=roll.fifth,
        birth_month=roll.birth_month,
        entered=roll.entered,
        death_tick=np.full(size, FAR, np.int32),
        need_tick=need_tick,
        leave_tick=np.full(size, FAR, np.int32),
        acute_young=roll.acute_young,
        acute_old=roll.acute_old,
        minor=roll.minor,
        spell_start=np.full(size, FAR, np.int32),
        spell_end=np.zeros(size, np.int32),
        readmission_rate=np.zeros(size, np.float32),
        discharged=np.zeros(size, np.int32),
        reattendance_rate=np.zeros(size, np.float32),
        stay_reattendance_rate=np.zeros(size, np.float32),
        attended=np.zeros(size, np.int32),
        profile=np.zeros(size, np.uint16),
        kind=np.zeros(size, np.uint8),
    )


def systematic(expected: FloatArray, offset: float) -> IntArray:
    """Cells of the people drawn, in order: each cell gives its expected number, rounded down or up.

    Args:
        expected: (cells,) expected numbers.
        offset: a draw between 0 and 1.
    """
    reached = np.cumsum(expected)
    people = int(np.floor(reached[-1] + 1.0 - offset)) if len(reached) else 0
    return np.searchsorted(reached, np.arange(people) + offset, side="left").astype(np.int64)


def _sample_everybody(projection: Projection, key: int) -> tuple[
        NDArray[np.int16], NDArray[np.int8], NDArray[np.int16]]:
    """Age (-1: born then), fifth and month of entry (-1: at the start) of everybody, in order of id."""
    offsets = [uniform(key, number, decisions.SAMPLING_OFFSET, 0) for number in range(3)]
    at_start = _ages_fifths_and_entries(projection.at_start[None], offsets[0])
    births = _ages_fifths_and_entries(projection.births[:, None, :], offsets[1])
    moves = _ages_fifths_and_entries(projection.moves_in, offsets[2])
    entry = np.concatenate([births[2], moves[2]])
    order = np.argsort(entry, kind="stable")
    ages, fifths = np.concatenate([births[0] - 1, moves[0]])[order], np.concatenate([births[1], moves[1]])[order]
    return (
        np.concatenate([at_start[0], ages]).astype(np.int16), np.concatenate([at_start[1], fifths]),
        np.concatenate([at_start[2] - 1, entry[order]]).astype(np.int16),
    )


def _ages_fifths_and_entries(expected: FloatArray, offset: float) -> tuple[
        NDArray[np.int16], NDArray[np.int8], NDArray[np.int16]]:
    """Where in (months, ages, fifths) expected numbers the people drawn lie."""
    cells = systematic(expected.ravel(), offset)
    fifths = (cells % FIFTHS).astype(np.int8)
    cells //= FIFTHS
    return (cells % expected.shape[1]).astype(np.int16), fifths, (cells // expected.shape[1]).astype(np.int16)


def _states(stationary: Stationary, age: NDArray[np.int16], draw: FloatArray) -> NDArray[np.int8]:
    """(people,) state of each, as common as it is at their age."""
    below = np.cumsum(stationary.share, axis=1)
    states = np.zeros(len(age), np.int64)
    for state in range(STATES - 1):
        states += draw >= below[np.minimum(age, AGE_MONTHS - 1), state]
    return states.astype(np.int8)


def _susceptibilities(
    laws: Susceptibility, persons: IntArray, key: int
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Acute under 65, acute at 65 and over, and minor susceptibility of each person."""
    acute = uniforms(key, persons, decisions.SUSCEPTIBILITY_ACUTE, 0)
    own = special.ndtri(uniforms(key, persons, decisions.SUSCEPTIBILITY_MINOR, 0))
    rank = laws.correlation
    minor = special.ndtr(rank * special.ndtri(acute) + np.sqrt(1.0 - rank * rank) * own)
    acute, minor = np.minimum(acute, MOST_UNUSUAL), np.minimum(minor, MOST_UNUSUAL)
    intensive = uniforms(key, persons, decisions.INTENSIVE_CLASS, 0) < laws.intensive_share
    main_users = _gamma_quantiles(minor, laws.main_shape, laws.main_table)
    intensive_users = _gamma_quantiles(minor, laws.intensive_shape, laws.intensive_table) * laws.intensive_multiplier
    mean = 1.0 - laws.intensive_share + laws.intensive_share * laws.intensive_multiplier
    return (
        _gamma_quantiles(acute, laws.young_shape, laws.young_table).astype(np.float32),
        _gamma_quantiles(acute, laws.old_shape, laws.old_table).astype(np.float32),
        (np.where(intensive, intensive_users, main_users) / mean).astype(np.float32),
    )


def _gamma_quantiles(draws: FloatArray, shape: float, table: FloatArray) -> FloatArray:
    """Gamma values with mean 1."""
    values = np.empty(len(draws))
    _fill_from_table(draws, table, values)
    return values / shape


@compiled
def _fill_from_table(draws: FloatArray, table: FloatArray, values: FloatArray) -> None:
    for person in range(len(draws)):
        values[person] = table_quantile(float(draws[person]), table)
