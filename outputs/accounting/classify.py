"""Each emergency admission that is in one run and not in the other: what became of the need in the same person's life.

Needs are keyed (person, need), the same in every scenario, so that an admission is found again whatever happened
before it. In people whom a team has reached, a need may not have arisen, or was met elsewhere; in people whom none has,
whatever differs is spill-over: beds, queues and thresholds of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from outputs.measures.episodes import Bools, Ints
from outputs.measures.trace import Admitted, MetOtherwise, Trace, key_of
from simulation.calendar import SECONDS_PER_DAY, SECONDS_PER_YEAR
from simulation.candidates import END_OF_LIFE, ROUTINE_CARE, STREAM_MASK, STREAM_SHIFT

DEFERRED_WITHIN_DAYS = 30
"""An admission that comes up to so many days before or after one that does not is taken to be in its place. It is the
NHS's window for readmissions: a convention, not an estimate."""
SECONDS_PER_MONTH = SECONDS_PER_YEAR / 12.0
NEARLY_ONE = 1e-9

REFERENCE, SCENARIO = "reference", "scenario"
AVOIDED, SHIFTED, RETIMED, INDUCED, LIVES = "avoided", "shifted", "retimed", "induced", "lives"
DEFERRED, DEFERRED_HERE, EARLIER, EARLIER_HERE = "deferred", "deferred_here", "earlier", "earlier_here"
SPILL_OVER_FEWER, SPILL_OVER_MORE = "spill_over_fewer", "spill_over_more"
KINDS = {
    REFERENCE: "Emergency admissions in the reference",
    AVOIDED: "Avoided: the need did not arise",
    SHIFTED: "Shifted: the need was met without an admission",
    DEFERRED: "Deferred: another admission follows within 30 days",
    DEFERRED_HERE: "Admissions that come in place of an earlier one",
    EARLIER: "Brought forward: another admission came up to 30 days before",
    EARLIER_HERE: "Admissions that come in place of a later one",
    RETIMED: "The same admission in another year",
    INDUCED: "Extra among people reached",
    LIVES: "People who live here in one scenario only by then",
    SPILL_OVER_FEWER: "Spill-over: fewer among people not reached",
    SPILL_OVER_MORE: "Spill-over: more among people not reached",
    SCENARIO: "Emergency admissions in the scenario",
}
"""What can become of an admission, in words, in the order in which a table lists it."""
NO_NEED = "the need did not arise"
NO_NEED_THERE = "the need did not arise in the reference"
IN_HOSPITAL = "during other care in hospital or intermediate care"
WITHOUT_A_STAY = "without a stay: at home, by telephone or in general practice"

Change = tuple[str, str, str, str, int]
"""Period, kind, where, "reached" or "not reached", and by how many the kind changes admissions."""


@dataclass(frozen=True)
class Differing:
    """Admissions of one run that the other does not have. Arrays of one length.

    Attributes:
        person, need, asked, begin: of each.
        period: index of the period in which each begins; -1 outside all.
        reached: whether a team had reached the person by then, in either run.
        where: where the other run met the same need, in words; `NO_NEED` where it did not arise.
        gone: whether the person does not live in the place in the other run by then.
    """

    person: Ints
    need: Ints
    asked: Ints
    begin: Ints
    period: Ints
    reached: Bools
    where: tuple[str, ...]
    gone: Bools

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Classified:
    """What became of the admissions of two runs of the same people."""

    changes: tuple[Change, ...]
    """One row for each period, kind and place, the two levels included."""
    fewer: tuple[Ints, ...]
    """For each period, people with an admission less: sorted ids."""
    more: tuple[Ints, ...]
    """For each period, people with one more and none less."""
    reached_from: dict[int, int]
    """First tick with a team, in either run, by person."""


def classify(reference: Trace, scenario: Trace) -> Classified:
    """Set a scenario's run beside the reference's run of the same people and draws.

    Raises:
        ValueError: when the runs are about different periods.
    """
    if reference.periods != scenario.periods or not np.array_equal(reference.starts, scenario.starts):
        raise ValueError("these runs are about different periods")
    reached_from = _reached_from(reference, scenario)
    lost = _differing(reference, scenario, reached_from)
    gained = _differing(scenario, reference, reached_from)
    counts: dict[tuple[str, str, str, str], int] = defaultdict(int)

    def add(period: int, kind: str, where: str, reached: str, by: int) -> None:
        if period >= 0:
            counts[scenario.periods[period], kind, where, reached] += by

    for trace, kind in ((reference, REFERENCE), (scenario, SCENARIO)):
        for period in periods_of(trace, trace.admitted.begin).tolist():
            add(period, kind, "", "", 1)
        for name in trace.periods:
            counts[name, kind, "", ""] += 0
    for before, now, is_reached in _retimed(reference, scenario, reached_from):
        add(before, RETIMED, "", _word(is_reached), -1)
        add(now, RETIMED, "", _word(is_reached), 1)
    pairs = _matched(lost, gained)
    for row, kind, where in _kinds_of_lost(lost, gained, pairs):
        add(int(lost.period[row]), kind, where, _word(lost.reached[row]), -1)
    for row, kind, where in _kinds_of_gained(lost, gained, pairs):
        add(int(gained.period[row]), kind, where, _word(gained.reached[row]), 1)
    fewer = tuple(np.unique(lost.person[lost.period == one]) for one in range(len(scenario.periods)))
    more = tuple(
        np.setdiff1d(gained.person[gained.period == one], fewer[one]) for one in range(len(scenario.periods))
    )
    order = {kind: number for number, kind in enumerate(KINDS)}
    rows = sorted(counts.items(), key=lambda item: (scenario.periods.index(item[0][0]), order[item[0][1]], item[0]))
    return Classified(tuple((*key, count) for key, count in rows), fewer, more, reached_from)


def periods_of(trace: Trace, ticks: Ints) -> Ints:
    """Index of the period in which each tick falls; -1 outside all."""
    found = np.searchsorted(trace.starts, ticks, side="right") - 1
    inside = found >= 0
    inside[inside] = ticks[inside] < trace.stops[found[inside]]
    return np.where(inside, found, -1)


def keys_of(rows: Admitted | MetOtherwise) -> Ints:
    """One number for the person and need of each row."""
    return key_of(rows.person, rows.need)


def _word(is_reached: bool | np.bool_) -> str:
    return "reached" if is_reached else "not reached"


def _reached_from(*traces: Trace) -> dict[int, int]:
    first: dict[int, int] = {}
    for trace in traces:
        for person, tick in zip(trace.with_teams.person.tolist(), trace.with_teams.joined.tolist(), strict=True):
            first[person] = min(tick, first.get(person, tick))
    return first


def _differing(own: Trace, other: Trace, reached_from: dict[int, int]) -> Differing:
    """Admissions of one run that the other run does not have."""
    rows = np.flatnonzero(~np.isin(keys_of(own.admitted), keys_of(other.admitted)))
    admitted, with_teams = own.admitted, other.with_teams
    person, begin = admitted.person[rows], admitted.begin[rows]
    went = dict(zip(with_teams.person.tolist(), with_teams.went.tolist(), strict=True))
    beyond = int(other.stops[-1]) if len(other.stops) else 0
    return Differing(
        person=person,
        need=admitted.need[rows],
        asked=admitted.asked[rows],
        begin=begin,
        period=periods_of(own, begin),
        reached=np.array([
            reached_from.get(one, tick + 1) <= tick for one, tick in zip(person.tolist(), begin.tolist(), strict=True)
        ], np.bool_),
        where=tuple(_where(own, other, rows)),
        gone=np.array([
            went.get(one, beyond) < tick for one, tick in zip(person.tolist(), begin.tolist(), strict=True)
        ], np.bool_),
    )


def _where(own: Trace, other: Trace, rows: Ints) -> Iterator[str]:
    """Where the other run met the needs of some admissions."""
    met = dict(zip(keys_of(other.met).tolist(), other.met.where.tolist(), strict=True))
    admitted = own.admitted
    wanted = set(admitted.person[rows].tolist())
    care = defaultdict(list)
    bodily = (other.admitted, np.ones(len(other.admitted.person), np.int64)), (other.met, other.met.bodily)
    for stays, chosen in bodily:
        for row in np.flatnonzero(np.isin(stays.person, list(wanted)) & (chosen == 1)).tolist():
            care[int(stays.person[row])].append((int(stays.begin[row]), int(stays.end[row])))
    own_teams, other_teams = _Teams(own, wanted), _Teams(other, wanted)
    for row, key in zip(rows.tolist(), keys_of(admitted)[rows].tolist(), strict=True):
        person, need, asked = int(admitted.person[row]), int(admitted.need[row]), int(admitted.asked[row])
        if key in met:
            yield other.where[met[key]]
        elif any(begin <= asked < end for begin, end in care[person]):
            yield IN_HOSPITAL
        elif other_teams.factor(person, need, asked) >= own_teams.factor(person, need, asked) - NEARLY_ONE:
            yield WITHOUT_A_STAY
        else:
            yield NO_NEED


class _Teams:
    """What teams multiply the needs of some people by."""

    def __init__(self, trace: Trace, wanted: Iterable[int]) -> None:
        self._trace = trace
        self._rows = defaultdict(list)
        for row in np.flatnonzero(np.isin(trace.with_teams.person, list(wanted))).tolist():
            self._rows[int(trace.with_teams.person[row])].append(row)

    def factor(self, person: int, need: int, tick: int) -> float:
        """What a person's hazard of a need is multiplied by; NaN for needs that other care sets off."""
        stream = need >> STREAM_SHIFT & STREAM_MASK
        if stream > END_OF_LIFE or stream == ROUTINE_CARE:
            return np.nan
        trace, factor = self._trace, 1.0
        time = trace.with_teams
        month = int(np.searchsorted(trace.month_start, tick, side="right")) - 1
        for row in self._rows[person]:
            joined = int(time.joined[row])
            if joined <= tick < int(time.left[row]):
                name = trace.teams[int(time.team[row])]
                if name not in trace.effects.team:
                    continue
                team = trace.effects.team.index(name)
                months = (tick - joined) / SECONDS_PER_MONTH
                band = int(np.searchsorted(trace.effects.edges[team], months, side="right")) - 1
                change = float(trace.effects.changes[team][band, stream])
                factor *= 1.0 + change * float(trace.effects.strength[team][month])
        return factor


def _retimed(reference: Trace, scenario: Trace, reached_from: dict[int, int]) -> Iterator[tuple[int, int, bool]]:
    """Admissions of both runs that fall in different periods: period before, period now, whether reached."""
    _, there, here = np.intersect1d(
        keys_of(reference.admitted), keys_of(scenario.admitted), assume_unique=True, return_indices=True
    )
    person, begin = reference.admitted.person[there], reference.admitted.begin[there]
    before = periods_of(reference, begin)
    now = periods_of(scenario, scenario.admitted.begin[here])
    for row in np.flatnonzero(before != now).tolist():
        tick = int(begin[row])
        yield int(before[row]), int(now[row]), reached_from.get(int(person[row]), tick + 1) <= tick


def _matched(lost: Differing, gained: Differing) -> dict[int, int]:
    """Admissions lost because their need did not arise, each with one gained near it, the first in time first."""
    waiting = defaultdict(list)
    for row in np.argsort(gained.begin, kind="stable").tolist():
        if gained.reached[row] and not gained.gone[row]:
            waiting[int(gained.person[row])].append(row)
    pairs = {}
    for row in np.argsort(lost.begin, kind="stable").tolist():
        if lost.reached[row] and not lost.gone[row] and lost.where[row] == NO_NEED:
            near = [
                one for one in waiting.get(int(lost.person[row]), ())
                if abs(int(gained.begin[one]) - int(lost.begin[row])) <= DEFERRED_WITHIN_DAYS * SECONDS_PER_DAY
            ]
            if near:
                pairs[row] = near[0]
                waiting[int(lost.person[row])].remove(near[0])
    return pairs


def _kinds_of_lost(lost: Differing, gained: Differing, pairs: dict[int, int]) -> Iterator[tuple[int, str, str]]:
    """What became of each admission of the reference."""
    for row in range(len(lost)):
        if lost.gone[row]:
            yield row, LIVES, ""
        elif not lost.reached[row]:
            yield row, SPILL_OVER_FEWER, lost.where[row]
        elif lost.where[row] != NO_NEED:
            yield row, SHIFTED, lost.where[row]
        elif row in pairs:
            yield row, DEFERRED if gained.begin[pairs[row]] >= lost.begin[row] else EARLIER, ""
        else:
            yield row, AVOIDED, ""


def _kinds_of_gained(lost: Differing, gained: Differing, pairs: dict[int, int]) -> Iterator[tuple[int, str, str]]:
    """Where each admission of the scenario that the reference lacks comes from."""
    in_place_of = {there: here for here, there in pairs.items()}
    for row in range(len(gained)):
        where = NO_NEED_THERE if gained.where[row] == NO_NEED else gained.where[row]
        if gained.gone[row]:
            yield row, LIVES, ""
        elif not gained.reached[row]:
            yield row, SPILL_OVER_MORE, where
        elif row in in_place_of:
            later = gained.begin[row] >= lost.begin[in_place_of[row]]
            yield row, DEFERRED_HERE if later else EARLIER_HERE, ""
        else:
            yield row, INDUCED, where
