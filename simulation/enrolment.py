"""Who joins a team: entry rules, scores from recorded past, what the referrer sees, and free places.

The best-ranked join, each at their keyed second of the month. The rank is

    log score + sees_susceptibility x log susceptibility + sees_deterioration x deteriorated now + score error

The score is what records alone would expect: the admission rate of people of that band and frailty, corrected by the
person's own admissions in the last twelve months (the gamma-Poisson mean; chance and lasting differences are told
apart as well as they can be). No record holds the other two terms.

A tool's accuracy is stated as a c-statistic C. If the logarithm of the score has variance s2 among those who may
join, people who will be admitted have logarithms higher by s2 on average, and C = Phi(s / sqrt 2). Error of variance
e2 brings it down to C = Phi(s2 / sqrt(2 (s2 + e2))), which gives e2. A tool stated to be better than the records
allow gets no error, and is only as good as they are. The error stays with the person: a tool that overlooks somebody
will do so again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation import decisions
from simulation.columns import CARE_HOME_BAND, FIRST_OLD_BAND, HERE, Columns
from simulation.draws import uniforms

if TYPE_CHECKING:
    from simulation.people_tables import Team

ANY_RESIDENCE, OWN_HOME, CARE_HOME = 0, 1, 2
MOST_CONDITIONS = 9
RECORD_MONTHS = 12
"""Months of recorded admissions that a score reads."""
LEAST_SUSCEPTIBILITY = 1e-6

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class RecordTables:
    """What entry rules and scores know of people, by band of `stays.BANDS`."""

    admission_rate: FloatArray
    """(bands,) emergency admissions a person-year."""
    at_least: FloatArray
    """(age bands, fifths, frailties, MOST_CONDITIONS + 1) chance of so many long-term conditions or more."""
    lonely: FloatArray
    """(age bands,) share of people who are often lonely."""


@dataclass(frozen=True)
class Present:
    """People as they are at the start of a month, for entry rules and scores."""

    month: int
    start: int
    end: int
    key: int
    people: Columns
    acute_weight: FloatArray
    """(bands, frailties) relative rate of needs above admission."""
    shapes: tuple[float, float]
    """Shape of susceptibility under 65, and at 65 and over."""
    condition_draw: FloatArray
    """(people,) keyed; a person has at least n conditions when it is below the chance of that."""
    lonely_draw: FloatArray
    """(people,) keyed; a person is lonely when it is below the share of the band."""


def eligible(team: Team, now: Present, records: RecordTables) -> BoolArray:
    """(people,) who meets a team's entry rule, members included."""
    people = now.people
    years = (now.month - people.birth_month - 1) // 12
    meets: BoolArray = (people.alive == HERE) & (people.entered <= now.start)
    meets &= (years >= team.age_from) & (years <= team.age_to) & (people.frailty >= team.frailty_at_least)
    if team.residence != ANY_RESIDENCE:
        meets &= people.in_care_home == (1 if team.residence == CARE_HOME else 0)
    if team.conditions_at_least > 0:
        number = min(team.conditions_at_least, MOST_CONDITIONS)
        chance = records.at_least[people.age_band, people.fifth, people.frailty, number]
        meets &= now.condition_draw < chance
    if team.lonely:
        meets &= now.lonely_draw < records.lonely[people.age_band]
    return meets


def best(
    team: Team, waiting: IntArray, places: int, admissions: IntArray, now: Present, records: RecordTables
) -> IntArray:
    """The people who join, best first.

    Args:
        team: which has free places.
        waiting: ids of those who may join.
        places: how many are free.
        admissions: (waiting,) emergency admissions recorded in the last twelve months.
        now: people at the start of the month.
        records: what scores know.
    """
    if places <= 0 or len(waiting) == 0:
        return np.zeros(0, np.int64)
    chance = uniforms(now.key, waiting, decisions.SCORE_ERROR, team.number << 12)
    rank = chance
    if team.by_risk:
        rank = log_score(waiting, admissions, now, records)
        rank = rank + score_error_sd(float(np.var(rank)), team.accuracy) * special.ndtri(chance)
        rank = rank + _seen_by_referrer(team, waiting, now)
    if places < len(waiting):
        least = np.partition(rank, len(rank) - places)[len(rank) - places]
        near = np.flatnonzero(rank >= least)
    else:
        near = np.arange(len(waiting))
    order = near[np.lexsort((waiting[near], chance[near], -rank[near]))]
    return waiting[order[:places]]


def log_score(waiting: IntArray, admissions: IntArray, now: Present, records: RecordTables) -> FloatArray:
    """(waiting,) logarithm of the admissions a year that records would expect of each person."""
    people = now.people
    band = people.age_band[waiting].astype(np.int64)
    shape = np.where(band >= FIRST_OLD_BAND, now.shapes[1], now.shapes[0])
    band = np.where(people.in_care_home[waiting] == 1, CARE_HOME_BAND, band)
    usual = records.admission_rate[band] * now.acute_weight[band, people.frailty[waiting]]
    return np.asarray(np.log(usual * (shape + admissions) / (shape + usual)), np.float64)


def score_error_sd(variance: float, accuracy: float) -> float:
    """Standard deviation of the error that brings a score down to its stated c-statistic; see the top of this file.

    Args:
        variance: of the logarithm of the score among those who may join.
        accuracy: c-statistic, 0.5 to 1.
    """
    if accuracy <= 0.5:
        return 1e6
    deviate = float(special.ndtri(min(accuracy, 1.0 - 1e-12)))
    return math.sqrt(max(0.0, variance * variance / (2.0 * deviate * deviate) - variance))


def _seen_by_referrer(team: Team, waiting: IntArray, now: Present) -> FloatArray:
    """(waiting,) what the referrer sees and no record holds."""
    people = now.people
    old = people.age_band[waiting] >= FIRST_OLD_BAND
    susceptibility = np.where(old, people.acute_old[waiting], people.acute_young[waiting]).astype(np.float64)
    worse = (people.spell_start[waiting] <= now.start) & (people.spell_end[waiting] > now.start)
    seen = team.sees_susceptibility * np.log(np.maximum(susceptibility, LEAST_SUSCEPTIBILITY))
    return np.asarray(seen + team.sees_deterioration * worse, np.float64)


class RecordedAdmissions:
    """Emergency admissions that records hold, by month."""

    def __init__(self, months: int) -> None:
        self._by_month: list[list[int]] = [[] for _ in range(months)]

    def note(self, person: int, month: int) -> None:
        """Record an admission."""
        self._by_month[month].append(person)

    def note_all(self, persons: IntArray, month: int) -> None:
        """Record several admissions of one month."""
        self._by_month[month].extend(persons.tolist())

    def before(self, month: int, size: int) -> IntArray:
        """(size,) admissions of each person in the twelve months before."""
        lists = self._by_month[max(0, month - RECORD_MONTHS) : month]
        persons = np.array([person for each in lists for person in each], np.int64)
        return np.bincount(persons, minlength=size).astype(np.int64)

    def copy(self) -> RecordedAdmissions:
        """An independent copy."""
        twin = RecordedAdmissions(0)
        twin._by_month = [each.copy() for each in self._by_month]
        return twin


def seconds_in_month(persons: IntArray, team: Team, now: Present) -> IntArray:
    """(persons,) keyed tick in the month at which each joins a team, and in later months comes to its next band."""
    draw = uniforms(now.key, persons, decisions.JOINING_SECOND, team.number << 12)
    return now.start + np.floor(draw * (now.end - now.start)).astype(np.int64)


def team_numbers(teams: Sequence[Team]) -> tuple[int, ...]:
    """Numbers of teams for draws.

    Raises:
        ValueError: when two teams have the same.
    """
    numbers = tuple(team.number for team in teams)
    if len(set(numbers)) != len(numbers):
        raise ValueError("two teams have the same number for their draws")
    return numbers
