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
from simulation.draws import uniform, uniforms
from simulation.jit import compiled
from simulation.laws import table_quantile
from simulation.projection import FIFTHS, Projection
from simulation.stationarity import AGE_MONTHS, STATES, Stationary

SECONDS_PER_AGE_MONTH = SECONDS_PER_YEAR // 12
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

    People who move in or are born after the study's end are here too: the latent month runs ahead of the flow.
    """

    starters: int
    """People at the start: ids 0 to this, exclusive."""
    first_of_month: IntArray
    """(latent months + 1,) first id of those who enter in each month or later."""
    birth_month: NDArray[np.int32]
    """Month of birth; negative before the study."""
    born: IntArray
    female: NDArray[np.bool_]
    fifth: NDArray[np.int8]
    """0 most deprived, 4 least."""
    entered: IntArray
    entry_month: NDArray[np.int16]
    """-1 for people at the start."""
    state: NDArray[np.int8]
    """State on entry, numbered as in `stationarity`."""
    acute_young: NDArray[np.float32]
    """Susceptibility to needs that lead to admission, while under 65."""
    acute_old: NDArray[np.float32]
    minor: NDArray[np.float32]
    """Susceptibility to other needs."""

    @property
    def size(self) -> int:
        """How many they are."""
        return len(self.born)


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
    starters = int(np.searchsorted(entry, 0))
    persons = np.arange(len(age))
    second = uniforms(key, persons, decisions.ENTRY_SECOND, 0)
    length = np.diff(month_start)
    entered = np.where(entry < 0, 0, month_start[entry] + np.floor(second * length[entry]).astype(np.int64))
    is_birth = (entry >= 0) & (age < 0)
    whole_age = np.maximum(age, 0)
    part = uniforms(key, persons, decisions.START_SECOND, 0)
    born = month_start[np.maximum(entry, 0)] - np.floor((whole_age + part) * SECONDS_PER_AGE_MONTH).astype(np.int64)
    women = uniforms(key, persons, decisions.START_SEX_AND_FIFTH, 0) < projection.female[whole_age, fifth]
    young, old, minor = _susceptibilities(susceptibility, persons, key)
    return Roll(
        starters=starters,
        first_of_month=np.searchsorted(entry, np.arange(len(month_start))).astype(np.int64),
        birth_month=(np.maximum(entry, 0) - age - 1).astype(np.int32),
        born=np.where(is_birth, entered, born),
        female=women,
        fifth=fifth.astype(np.int8),
        entered=entered,
        entry_month=entry.astype(np.int16),
        state=_states(stationary, whole_age, uniforms(key, persons, decisions.START_STATE, 0)),
        acute_young=young,
        acute_old=old,
        minor=minor,
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


def _sample_everybody(projection: Projection, key: int) -> tuple[IntArray, IntArray, IntArray]:
    """Age (-1: born then), fifth and month of entry (-1: at the start) of everybody, in order of id."""
    parts = (
        (projection.at_start[None], -1, 0),
        (projection.births[:, None, :], 0, -1),
        (projection.moves_in, 0, 0),
    )
    ages, fifths, entries = [], [], []
    for number, (expected, first_month, first_age) in enumerate(parts):
        offset = uniform(key, number, decisions.SAMPLING_OFFSET, 0)
        cells = systematic(expected.ravel(), offset)
        fifths.append(cells % FIFTHS)
        ages.append(cells // FIFTHS % expected.shape[1] + first_age)
        entries.append(cells // FIFTHS // expected.shape[1] + first_month)
    entry = np.concatenate(entries)
    order = np.argsort(entry, kind="stable")
    return np.concatenate(ages)[order], np.concatenate(fifths)[order], entry[order]


def _states(stationary: Stationary, age: IntArray, draw: FloatArray) -> NDArray[np.int8]:
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
