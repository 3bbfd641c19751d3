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
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from simulation import decisions
from simulation.columns import CARE_HOME_BAND, FIRST_OLD_BAND, HERE, Columns
from simulation.draws import uniform, uniforms
from simulation.jit import compiled

if TYPE_CHECKING:
    from simulation.people_tables import Team

ANY_RESIDENCE, OWN_HOME, CARE_HOME = 0, 1, 2
MONTHLY, AT_AE, AT_ADMISSION, AT_DISCHARGE = range(4)
"""When people join a team: month by month, or at an event of their own."""
MOST_CONDITIONS = 9
RECORD_MONTHS = 12
"""Months of recorded admissions that a score reads."""
LEAST_SUSCEPTIBILITY = 1e-6

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Homes = Callable[[], IntArray]
"""Gives the setting of the care home in which each person lives, (people,); -1 for those who live in none."""


@dataclass(frozen=True)
class RecordTables:
    """What entry rules and scores know of people, by band of `stays.BANDS`."""

    admission_rate: FloatArray
    """(bands,) emergency admissions a person-year."""
    at_least: FloatArray
    """(age bands, fifths, frailties, MOST_CONDITIONS + 1) chance of so many long-term conditions or more."""
    lonely: FloatArray
    """(age bands,) share of people who are often lonely."""
    named: Mapping[str, FloatArray]
    """By name of a condition: (own or care home, age bands, MOST_CONDITIONS + 1) chance that it is among so many."""


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


def no_homes() -> IntArray:
    """Nobody lives in a care home, in a place without a flow."""
    return np.full(1, -1, np.int64)


class EntryRule(NamedTuple):
    """A team's entry rule as plain numbers; see `people_tables.Team`."""

    month: int
    start: int
    key: int
    age_from: int
    age_to: int
    frailty_at_least: int
    residence: int
    conditions_at_least: int
    lonely: int
    fifths: int


def eligible(team: Team, now: Present, records: RecordTables) -> BoolArray:
    """(people,) who meets a team's entry rule, members included."""
    rule = EntryRule(
        now.month, now.start, now.key, team.age_from, team.age_to, team.frailty_at_least, team.residence,
        min(team.conditions_at_least, MOST_CONDITIONS), int(team.lonely), team.fifths)
    meets = np.zeros(len(now.people.alive), np.bool_)
    _look_at_everybody(rule, now.people, records.at_least, records.lonely, meets)
    for name in team.named_conditions:
        _leave_those_with(condition_number(name), now.key, now.people, records.at_least, records.named[name], meets)
    return meets


def condition_number(name: str) -> int:
    """A condition's number for draws: its name's own, so that another condition in the table changes nothing."""
    return int.from_bytes(sha256(name.encode()).digest()[:4], "little") >> 2


@compiled
def _look_at_everybody(
    rule: EntryRule, people: Columns, at_least: FloatArray, lonely: FloatArray, meets: BoolArray
) -> None:
    """Write who meets an entry rule.

    Somebody has at least n conditions when their keyed draw is below the chance of that, and is lonely when another is
    below the share of their band.
    """
    for person in range(len(meets)):
        if people.alive[person] != HERE or people.entered[person] > rule.start:
            continue
        years = (rule.month - int(people.birth_month[person]) - 1) // 12
        if years < rule.age_from or years > rule.age_to or people.frailty[person] < rule.frailty_at_least:
            continue
        if rule.residence != ANY_RESIDENCE and (people.in_care_home[person] == 1) != (rule.residence == CARE_HOME):
            continue
        if people.fifth[person] >= rule.fifths:
            continue
        band = people.age_band[person]
        if rule.conditions_at_least > 0:
            chance = at_least[band, people.fifth[person], people.frailty[person], rule.conditions_at_least]
            if uniform(rule.key, person, decisions.CONDITIONS, 0) >= chance:
                continue
        if rule.lonely == 1 and uniform(rule.key, person, decisions.LONELY, 0) >= lonely[band]:
            continue
        meets[person] = True


@compiled
def _leave_those_with(
    condition: int, key: int, people: Columns, at_least: FloatArray, among: FloatArray, meets: BoolArray
) -> None:
    """Leave, of those who meet a rule, the people who have a condition.

    The draw that says how many conditions somebody has is the one of `_look_at_everybody`; another says whether this
    one is among them. Both last a lifetime: people come to have more conditions as they age and grow frail.
    """
    for person in range(len(meets)):
        if not meets[person]:
            continue
        band = people.age_band[person]
        chances = at_least[band, people.fifth[person], people.frailty[person]]
        draw = uniform(key, person, decisions.CONDITIONS, 0)
        number = 0
        while number < MOST_CONDITIONS and draw < chances[number + 1]:
            number += 1
        chance = among[people.in_care_home[person], band, number]
        meets[person] = uniform(key, person, decisions.NAMED_CONDITION, condition) < chance


def dropping_out(team: Team, members: IntArray, now: Present) -> BoolArray:
    """(members,) who gives up this month."""
    draw = uniforms(now.key, members, decisions.DROPPING_OUT, team.number << 12 | now.month)
    return np.asarray(draw < team.drop_out, np.bool_)


def best(
    team: Team, waiting: IntArray, places: int, admissions: NDArray[np.uint16], now: Present, records: RecordTables
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
    if team.by_risk_in_month[now.month]:
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


def log_score(waiting: IntArray, admissions: NDArray[np.uint16], now: Present, records: RecordTables) -> FloatArray:
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
        self._by_month = [array("i") for _ in range(months)]

    def note(self, person: int, month: int) -> None:
        """Record an admission."""
        self._by_month[month].append(person)

    def note_all(self, persons: IntArray, month: int) -> None:
        """Record several admissions of one month."""
        self._by_month[month].frombytes(persons.astype(np.intc).tobytes())

    def before(self, month: int, size: int) -> NDArray[np.uint16]:
        """(size,) admissions of each person in the twelve months before."""
        recorded = array("i")
        for persons in self._by_month[max(0, month - RECORD_MONTHS) : month]:
            recorded += persons
        return np.bincount(np.frombuffer(recorded, np.intc), minlength=size).astype(np.uint16)

    def copy(self) -> RecordedAdmissions:
        """An independent copy."""
        twin = RecordedAdmissions(0)
        twin._by_month = [each[:] for each in self._by_month]
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
