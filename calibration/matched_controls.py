"""For each person who joined a service, people like them in the records who had not: matched as the studies did.

A control is of the same sex, age band and frailty, lived in the same kind of home, was alive and in the place on the
very day on which the other joined (their index dates are the same), and had a recorded past as like as can be found:
admissions in several stretches of time before that day, and an address as deprived. Both are followed from that day for
as long; death, moving away and, for a control, joining the service themselves end the watching. Nothing that records do
not hold is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from calibration.estimators import Bools, Estimate, Floats, Followed, Ints, matched_controls
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_YEAR

AGE_BANDS_FROM = (0, 5, 18, 30, 40, 50, 60, 65, 70, 75, 80, 85, 90)
"""Years of age at which a new band begins."""
PAST_DAYS = (0, 30, 91, 182, 365)
"""Recorded admissions are counted between each of these days before joining and the next."""
FOLLOWED_DAYS = 365
YEAR_WEIGHT = 3.0
"""How much admissions of the whole year count beside those of one part of it: services choose by them."""
UNLIKE = 4
"""A control's admissions of the year may differ by one for each four of the joiner's, by none below four. Without such
a limit the illest are set beside people less ill, and even a study that reads all there is finds harm."""
AGE_WEIGHT = 0.1
"""How much a year of age counts beside one standard deviation of a count of admissions."""
FIFTH_WEIGHT = 0.5
"""How much a fifth of deprivation does."""
NOBODY_JOINED = np.iinfo(np.int64).max

Table = NDArray[np.int64]


@dataclass(frozen=True)
class Records:
    """What records hold of everybody in a place. Arrays of one length; times in seconds from one and the same start.

    Attributes:
        person: ids, each once, in rising order.
        born: time of birth.
        female: sex.
        fifth: deprivation of where they live, 1 most deprived to 5 least.
        came: time from which the person lived in the place.
        went: time of death or of moving away, or the end of the records.
        care_home_from: time from which they lived in a care home; `NOBODY_JOINED` for those who never did.
        frail_from: (people, 3) time from which they were at least mildly, moderately and severely frail, likewise.
    """

    person: Ints
    born: Ints
    female: Bools
    fifth: Ints
    came: Ints
    went: Ints
    care_home_from: Ints
    frail_from: Ints

    def frailty(self, place: Ints, tick: int) -> Ints:
        """(people,) how frail people at some places in the records were: 0 fit to 3 severely."""
        found: Ints = (self.frail_from[place] <= tick).sum(axis=1)
        return found


@dataclass(frozen=True)
class Events:
    """Recorded admissions, in any order. Arrays of one length."""

    person: Ints
    begin: Ints


@dataclass(frozen=True)
class Matches:
    """Who is whose control. Arrays of one length, one row a match.

    Attributes:
        joiner: position in the list of people who joined.
        control: id of the control.
    """

    joiner: Ints
    control: Ints


class Past:
    """Counts recorded admissions of people in stretches of time."""

    def __init__(self, records: Records, events: Events) -> None:
        self._step = 2 + int(max(records.went.max(initial=0), events.begin.max(initial=0)))
        known = np.isin(events.person, records.person)
        place = np.searchsorted(records.person, events.person[known])
        self._keys = np.sort(place * self._step + events.begin[known])

    def upto(self, place: Ints, stop: Ints | int) -> Ints:
        """(people,) position in the list of admissions at `stop`, of the people at some places in the records.

        The difference between two such positions of a person is a count.
        """
        found: Ints = np.searchsorted(self._keys, place * self._step + np.clip(stop, 0, self._step - 1))
        return found

    def count(self, place: Ints, start: Ints | int, stop: Ints | int) -> Ints:
        """(people,) admissions from `start` up to `stop` of the people at some places in the records."""
        return self.upto(place, stop) - self.upto(place, start)


def match(
    records: Records, events: Events, person: Ints, joined: Ints, *, controls_each: int = 1, seed: int = 1
) -> Matches:
    """Find the controls of people who joined.

    Args:
        records: of everybody in the place.
        events: recorded admissions of all of them.
        person: (joined,) ids of those who joined, each once.
        joined: (joined,) when.
        controls_each: how many controls each gets; fewer where there are fewer like them.
        seed: of the order in which people equally alike are taken.

    Returns:
        Only people who have lived in the place for as long as the past is looked at, on either side, and of those who
        joined only such as somebody is like.
    """
    past = Past(records, events)
    generator = np.random.default_rng(seed)
    own = np.searchsorted(records.person, person)
    when = np.full(len(records.person), NOBODY_JOINED, np.int64)
    when[own] = joined
    whose, who = [], []
    for number, (place, tick) in enumerate(zip(own.tolist(), joined.tolist(), strict=True)):
        if records.came[place] > tick - PAST_DAYS[-1] * SECONDS_PER_DAY or records.went[place] <= tick:
            continue
        alike = _alike(records, past, when, place, tick)
        if not len(alike):
            continue
        distance = _distances(past, records, place, alike, tick)
        order = np.lexsort((generator.random(len(alike)), distance))[:controls_each]
        whose += [number] * len(order)
        who += records.person[alike[order]].tolist()
    return Matches(np.array(whose, np.int64), np.array(who, np.int64))


def matched_study(
    records: Records, events: Events, person: Ints, joined: Ints, *, controls_each: int = 1, seed: int = 1
) -> Estimate | None:
    """What a matched study of people who joined would report; arguments as `match`.

    An admission at whose very second somebody joins is the cause of that and does not count as after.

    Returns:
        None when nobody has a control, or one of the sides had no admissions.
    """
    pairs = match(records, events, person, joined, controls_each=controls_each, seed=seed)
    return study_of_matches(records, events, person, joined, pairs)


def study_of_matches(
    records: Records, events: Events, person: Ints, joined: Ints, pairs: Matches
) -> Estimate | None:
    """As `matched_study`, with controls that were found by `match`."""
    past = Past(records, events)
    when = np.full(len(records.person), NOBODY_JOINED, np.int64)
    own = np.searchsorted(records.person, person)
    when[own] = joined
    control = np.searchsorted(records.person, pairs.control)
    return matched_controls(
        _followed(past, joined, own, records.went[own]),
        _followed(past, joined[pairs.joiner], control, np.minimum(records.went[control], when[control])),
        pairs.joiner, pairs.control,
    )  # fmt: skip


def _alike(records: Records, past: Past, when: Ints, place: int, tick: int) -> Ints:
    """Places in the records of people who could be a control of somebody who joined at a tick."""
    since = tick - PAST_DAYS[-1] * SECONDS_PER_DAY
    could = (records.came <= since) & (records.went > tick) & (when > tick)
    could &= records.female == records.female[place]
    could &= (records.care_home_from <= tick) == (records.care_home_from[place] <= tick)
    low, high = _same_band(records, place, tick)
    could &= (records.born > low) & (records.born <= high)
    could[place] = False
    found = np.flatnonzero(could)
    found = found[records.frailty(found, tick) == records.frailty(np.array([place]), tick)]
    own = int(past.count(np.array([place]), since, tick + 1)[0])
    near: Ints = found[np.abs(past.count(found, since, tick + 1) - own) <= own // UNLIKE]
    return near


def _same_band(records: Records, place: int, tick: int) -> tuple[float, float]:
    """Between which times of birth somebody is in the same age band at a tick."""
    age = (tick - int(records.born[place])) / SECONDS_PER_YEAR
    edges: Sequence[float] = (*AGE_BANDS_FROM, np.inf)
    band = int(np.searchsorted(AGE_BANDS_FROM, age, side="right")) - 1
    return tick - edges[band + 1] * SECONDS_PER_YEAR, tick - edges[band] * SECONDS_PER_YEAR


def _distances(past: Past, records: Records, place: int, alike: Ints, tick: int) -> Floats:
    """(alike,) how unlike each person's past is to that of somebody who joined."""
    everybody = np.append(alike, place)
    upto = [past.upto(everybody, tick - days * SECONDS_PER_DAY + (days == 0)) for days in PAST_DAYS]
    parts = [(later - earlier, 1.0) for later, earlier in pairwise(upto)]
    distance = AGE_WEIGHT**2 * ((records.born[alike] - records.born[place]) / SECONDS_PER_YEAR) ** 2
    distance = distance + FIFTH_WEIGHT**2 * (records.fifth[alike] - records.fifth[place]) ** 2
    for counts, weight in (*parts, (upto[0] - upto[-1], YEAR_WEIGHT)):
        spread = max(float(counts.std()), 1e-9)
        distance = distance + (weight * (counts[:-1] - counts[-1]) / spread) ** 2
    return np.asarray(distance, np.float64)


def _followed(past: Past, joined: Ints, place: Ints, went: Ints) -> Followed:
    stop = np.minimum(joined + FOLLOWED_DAYS * SECONDS_PER_DAY, went)
    time = np.maximum(stop - joined, 1)
    return Followed(past.count(place, joined + 1, stop + 1).astype(np.float64), time.astype(np.float64))
