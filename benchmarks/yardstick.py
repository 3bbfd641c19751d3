"""The least that this machine needs for the place of `plain_simpy`: one kernel over flat records, and nothing else.

It can do that place and no other: no settings, no months, no rows, no second of a tie settled. One thing at a time is
pending for a person, in a wheel of short lists by time. Our engines, which can do any network and write every stay
down, are set beside it, and so is the machine itself: where targets were set, a kernel of this kind did
`ELSEWHERE` person-years a second.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import numba
import numpy as np
from numpy.typing import NDArray

from benchmarks.plain_simpy import (
    ACUTE_A_DAY,
    ADMITTED,
    AE_LOG_MEAN,
    AE_LOG_SD,
    DEATH_A_DAY,
    DIES_ON_WARD,
    GP_A_DAY,
    NEEDS_HOME,
    PER_100_000,
    PRIORITY_UP_TO,
    REFERRED,
    RESIDENT_ACUTE,
    RESIDENT_DEATH_A_DAY,
    RESIDENT_GP,
    SLOT_DAYS,
    WARD_LOG_MEAN,
    WARD_LOG_SD,
    Counted,
    places,
)
from simulation.draws import stream_key, uniform
from simulation.laws import exponential_quantile, lognormal_quantile

ELSEWHERE = 1_975_000
"""Person-years a second of such a kernel in a scouting study, 100,000 people, where the targets were set (quoted)."""
BUCKETS_A_PERSON_YEAR = 5.0
MOST_IN_A_BUCKET = 4096
NOBODY = -1

PERSON = np.dtype([("when", "f8"), ("after", "i4"), ("draws", "i4"), ("what", "u1"), ("resident", "u1"),
                   ("priority", "u1")], align=True)  # fmt: skip
"""When something is next for a person, and what; who comes after in the same bucket or queue."""
NEED, SLOT_OVER, AE_OVER, WARD_OVER = range(4)
SLOTS, CUBICLES, BEDS, HOMES = range(4)
QUEUES = 6
"""One for slots, three by priority for cubicles, one for beds, one for homes; cubicles' begin at `FIRST_AE`."""
SLOT_QUEUE, FIRST_AE, BED_QUEUE, HOME_QUEUE = 0, 1, 4, 5
FREE, COUNTS, HEADS, TAILS, BUCKET, FILLED, TAKEN, ALL_NUMBERS = 0, 4, 10, 16, 22, 23, 24, 25
GP, AE, ADMISSIONS, DEATHS, MOVES, EVENTS = range(COUNTS, COUNTS + 6)


class Wheel(NamedTuple):
    """All that the kernel knows."""

    key: int
    days: float
    buckets_a_day: float
    people: Any
    first: NDArray[np.int32]
    """(buckets,) first person of each."""
    now_person: NDArray[np.int32]
    """(MOST_IN_A_BUCKET,) those of the present bucket, in order."""
    now_when: NDArray[np.float64]
    numbers: NDArray[np.int64]
    """(ALL_NUMBERS,) places free, what happened, ends of queues, and where in the present bucket things are."""


def _within(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile without counting arrays, which would cost more than the work."""
    return cast(Callable[..., Any], cast(Any, numba).njit(function, _nrt=False))


def _in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, its text in place of each call."""
    return cast(Callable[..., Any], cast(Any, numba).njit(function, forceinline=True, _nrt=False))


def run(people: int, days: float, seed: int) -> Counted:
    """What happened in the place in some days."""
    wheel = set_up(people, days, seed)
    turn(wheel, residents(people))
    return counted(wheel)


def residents(people: int) -> int:
    """How many live in care homes at first."""
    return int(PER_100_000["taken"] * people / 100_000)


def set_up(people: int, days: float, seed: int) -> Wheel:
    """The place before anything happens."""
    buckets = max(16, int(BUCKETS_A_PERSON_YEAR * people * days / 365.0))
    numbers = np.zeros(ALL_NUMBERS, np.int64)
    numbers[FREE : FREE + 4] = [places(people, name) for name in ("slots", "cubicles", "beds", "homes")]
    numbers[FREE + HOMES] -= residents(people)
    numbers[HEADS : TAILS + QUEUES] = NOBODY
    return Wheel(
        stream_key(seed, 0), days, buckets / days * (1.0 - 1e-12), np.zeros(people, PERSON),
        np.full(buckets, NOBODY, np.int32), np.zeros(MOST_IN_A_BUCKET, np.int32), np.zeros(MOST_IN_A_BUCKET), numbers,
    )  # fmt: skip


def counted(wheel: Wheel) -> Counted:
    """What happened, by name."""
    gp, ae, admissions, deaths, moves, events = wheel.numbers[COUNTS : COUNTS + 6].tolist()
    return Counted(gp, ae, admissions, deaths, moves, events)


@_in_place
def _draw(wheel: Wheel, person: int) -> float:
    row = wheel.people[person]
    row.draws += 1
    return uniform(wheel.key, person, 1, row.draws)


@_within
def _expect(wheel: Wheel, person: int, when: float, what: int) -> None:
    """Let something be next for a person: in its bucket, or in its place in the present one."""
    row = wheel.people[person]
    row.when, row.what = when, what
    if when >= wheel.days:
        return
    bucket = int(when * wheel.buckets_a_day)
    if bucket != wheel.numbers[BUCKET]:
        row.after = wheel.first[bucket]
        wheel.first[bucket] = person
        return
    _put_in_order(wheel, wheel.numbers[TAKEN], person, when)


@_in_place
def _put_in_order(wheel: Wheel, first: int, person: int, when: float) -> None:
    """Put a person into the present bucket, behind place `first`."""
    place = wheel.numbers[FILLED]
    while place > first and wheel.now_when[place - 1] > when:
        wheel.now_when[place] = wheel.now_when[place - 1]
        wheel.now_person[place] = wheel.now_person[place - 1]
        place -= 1
    wheel.now_when[place] = when
    wheel.now_person[place] = person
    wheel.numbers[FILLED] += 1


@_in_place
def _join(wheel: Wheel, queue: int, person: int) -> None:
    numbers = wheel.numbers
    wheel.people[person].after = NOBODY
    if numbers[TAILS + queue] == NOBODY:
        numbers[HEADS + queue] = person
    else:
        wheel.people[numbers[TAILS + queue]].after = person
    numbers[TAILS + queue] = person


@_in_place
def _take_first(wheel: Wheel, queue: int) -> int:
    """Who has waited longest; -1 nobody."""
    numbers = wheel.numbers
    person = numbers[HEADS + queue]
    if person != NOBODY:
        numbers[HEADS + queue] = wheel.people[person].after
        if numbers[HEADS + queue] == NOBODY:
            numbers[TAILS + queue] = NOBODY
    return int(person)


@_within
def _is_home(wheel: Wheel, person: int, now: float) -> None:
    resident = wheel.people[person].resident == 1
    either = GP_A_DAY + ACUTE_A_DAY + DEATH_A_DAY
    if resident:
        either = GP_A_DAY * RESIDENT_GP + ACUTE_A_DAY * RESIDENT_ACUTE + RESIDENT_DEATH_A_DAY
    _expect(wheel, person, now + exponential_quantile(_draw(wheel, person), 1.0 / either), NEED)


@_within
def _sees_gp(wheel: Wheel, person: int, now: float) -> None:
    wheel.numbers[GP] += 1
    _expect(wheel, person, now + SLOT_DAYS, SLOT_OVER)


@_within
def _is_treated(wheel: Wheel, person: int, now: float) -> None:
    wheel.numbers[AE] += 1
    _expect(wheel, person, now + lognormal_quantile(_draw(wheel, person), AE_LOG_MEAN, AE_LOG_SD), AE_OVER)


@_within
def _comes_to_ae(wheel: Wheel, person: int, now: float) -> None:
    urgency = _draw(wheel, person)
    priority = int(urgency >= PRIORITY_UP_TO[0]) + int(urgency >= PRIORITY_UP_TO[1])
    wheel.people[person].priority = priority
    if wheel.numbers[CUBICLES] > 0:
        wheel.numbers[CUBICLES] -= 1
        _is_treated(wheel, person, now)
    else:
        _join(wheel, FIRST_AE + priority, person)


@_within
def _leaves_cubicle(wheel: Wheel, now: float) -> None:
    for queue in range(FIRST_AE, FIRST_AE + 3):
        person = _take_first(wheel, queue)
        if person != NOBODY:
            _is_treated(wheel, person, now)
            return
    wheel.numbers[CUBICLES] += 1


@_within
def _is_admitted(wheel: Wheel, person: int, now: float) -> None:
    wheel.numbers[ADMISSIONS] += 1
    _expect(wheel, person, now + lognormal_quantile(_draw(wheel, person), WARD_LOG_MEAN, WARD_LOG_SD), WARD_OVER)
    _leaves_cubicle(wheel, now)


@_within
def _leaves_bed(wheel: Wheel, now: float) -> None:
    person = _take_first(wheel, BED_QUEUE)
    if person != NOBODY:
        _is_admitted(wheel, person, now)
    else:
        wheel.numbers[BEDS] += 1


@_within
def _moves_in(wheel: Wheel, person: int, now: float) -> None:
    wheel.people[person].resident = 1
    wheel.numbers[MOVES] += 1
    _is_home(wheel, person, now)
    _leaves_bed(wheel, now)


@_within
def _dies(wheel: Wheel, person: int, now: float) -> None:
    wheel.numbers[DEATHS] += 1
    if wheel.people[person].resident == 1:
        after = _take_first(wheel, HOME_QUEUE)
        if after != NOBODY:
            _moves_in(wheel, after, now)
        else:
            wheel.numbers[HOMES] += 1


@_within
def _needs(wheel: Wheel, person: int, now: float) -> None:
    gp, acute, death = GP_A_DAY, ACUTE_A_DAY, DEATH_A_DAY
    if wheel.people[person].resident == 1:
        gp, acute, death = GP_A_DAY * RESIDENT_GP, ACUTE_A_DAY * RESIDENT_ACUTE, RESIDENT_DEATH_A_DAY
    what = _draw(wheel, person) * (gp + acute + death)
    if what >= gp + acute:
        _dies(wheel, person, now)
    elif what >= gp:
        _comes_to_ae(wheel, person, now)
    elif wheel.numbers[SLOTS] > 0:
        wheel.numbers[SLOTS] -= 1
        _sees_gp(wheel, person, now)
    else:
        _join(wheel, SLOT_QUEUE, person)


@_within
def _leaves_gp(wheel: Wheel, person: int, now: float) -> None:
    after = _take_first(wheel, SLOT_QUEUE)
    if after != NOBODY:
        _sees_gp(wheel, after, now)
    else:
        wheel.numbers[SLOTS] += 1
    if _draw(wheel, person) < REFERRED:
        _comes_to_ae(wheel, person, now)
    else:
        _is_home(wheel, person, now)


@_within
def _leaves_ae(wheel: Wheel, person: int, now: float) -> None:
    if _draw(wheel, person) >= ADMITTED[wheel.people[person].priority]:
        _is_home(wheel, person, now)
        _leaves_cubicle(wheel, now)
    elif wheel.numbers[BEDS] > 0:
        wheel.numbers[BEDS] -= 1
        _is_admitted(wheel, person, now)
    else:
        _join(wheel, BED_QUEUE, person)


@_within
def _leaves_ward(wheel: Wheel, person: int, now: float) -> None:
    end = _draw(wheel, person)
    if end < DIES_ON_WARD:
        _leaves_bed(wheel, now)
        _dies(wheel, person, now)
    elif end >= DIES_ON_WARD + NEEDS_HOME or wheel.people[person].resident == 1:
        _is_home(wheel, person, now)
        _leaves_bed(wheel, now)
    elif wheel.numbers[HOMES] > 0:
        wheel.numbers[HOMES] -= 1
        _moves_in(wheel, person, now)
    else:
        _join(wheel, HOME_QUEUE, person)


@_within
def turn(wheel: Wheel, in_homes: int) -> None:
    """Let everything happen, bucket by bucket."""
    numbers, people = wheel.numbers, wheel.people
    numbers[BUCKET] = NOBODY
    for person in range(len(people)):
        people[person].resident = person < in_homes
        _is_home(wheel, person, 0.0)
    for bucket in range(len(wheel.first)):
        person = wheel.first[bucket]
        numbers[BUCKET], numbers[FILLED], numbers[TAKEN] = bucket, 0, 0
        while person != NOBODY:
            _put_in_order(wheel, 0, person, people[person].when)
            person = people[person].after
        while numbers[TAKEN] < numbers[FILLED]:
            person = wheel.now_person[numbers[TAKEN]]
            numbers[TAKEN] += 1
            numbers[EVENTS] += 1
            now, what = people[person].when, people[person].what
            if what == NEED:
                _needs(wheel, person, now)
            elif what == SLOT_OVER:
                _leaves_gp(wheel, person, now)
            elif what == AE_OVER:
                _leaves_ae(wheel, person, now)
            else:
                _leaves_ward(wheel, person, now)
