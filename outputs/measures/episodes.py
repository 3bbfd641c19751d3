"""Stays put together into what people count: emergency admissions, A&E attendances, and beds taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outputs.measures.in_time import day_of, order_of, order_of_two
from simulation.calendar import Calendar
from simulation.stays import FIRST_OUTSIDER, NEVER, Outcome, RunResult, Settings, Stays

FIRST_STREAM_KIND = "elective"
"""Kinds from this one on are streams of patients from outside the population."""

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Admissions:
    """Emergency admissions of residents, one row each, by person and time.

    An admission is one episode of a need with at least one stay on a ward. It begins when the person gets the first
    bed and ends when the last is left; one that is open at the horizon ends there. All arrays have one length.
    """

    person: Ints
    begin: Ints
    end: Ints
    begin_day: Ints
    """Index of the day on which it begins; a night is a midnight between two days."""
    end_day: Ints
    age_band: NDArray[np.int8]
    care_home: Bools
    """Whether the person lived in a care home."""
    through_ae: Bools
    is_open: Bools
    died: Bools
    """Whether it ended in death."""
    need: Ints
    """Key of the need that it is for; with `person` it names the admission in every run of the same people."""
    asked: Ints
    """When care was first asked for in A&E or, without A&E, on a ward."""

    def __len__(self) -> int:
        return len(self.person)

    @property
    def nights(self) -> Ints:
        """Midnights between its beginning and end."""
        return self.end_day - self.begin_day


@dataclass(frozen=True)
class Attendances:
    """A&E attendances of everybody who came, residents or not, one row each. All arrays have one length."""

    person: Ints
    type1: Bools
    """A major A&E department; otherwise a walk-in centre or minor injury unit."""
    arrival: Ints
    departure: Ints
    """Tick at which the person left the department, to a bed or elsewhere; the horizon when still there."""
    age_band: NDArray[np.int8]
    care_home: Bools
    admitted: Bools
    """Whether a bed on a ward followed in the same episode."""
    finished: Bools
    resident: Bools

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Beds:
    """Stays in ward beds, one row each, of everybody. All arrays have one length."""

    person: Ints
    start: Ints
    end: Ints
    ready: Ints
    """Tick from which the person was medically fit; the end for those who never waited."""
    reason: NDArray[np.int8]
    """Index of what the bed was held for, where that counts as a delay; 0 otherwise."""
    emergency: Bools
    """A resident's emergency admission."""
    elective: Bools
    care_home: Bools
    here: Bools
    """In this hospital, not in a bed that a neighbouring one lends."""


FEW = 16
"""Settings that are sooner compared one by one than looked up for each stay."""


@dataclass(frozen=True)
class Ordered:
    """Rows of stays in order of episode and time, and where each episode begins."""

    rows: Ints
    first: Ints


def tagged(settings: Settings, *tags: str) -> Bools:
    """(settings,) which settings carry any of some tags; a tag that nothing carries gives none."""
    flags = np.zeros(len(settings.names), np.bool_)
    for tag in tags:
        flags[list(settings.tags.get(tag, ()))] = True
    return flags


def stream_kind(settings: Settings) -> int:
    """Index of the first kind that is a stream of patients from outside; the number of kinds when there is none."""
    kinds = settings.kinds
    return kinds.index(FIRST_STREAM_KIND) if FIRST_STREAM_KIND in kinds else len(kinds)


def of_residents(stays: Stays, settings: Settings, rows: Ints) -> Bools:
    """Which of some stays are those of people who live in the place, for needs of their own."""
    found: Bools = (stays.person[rows] < FIRST_OUTSIDER) & (stays.kind[rows] < stream_kind(settings))
    return found


def started_in(stays: Stays, flags: Bools) -> Ints:
    """Rows of stays that started, in flagged settings."""
    flagged = np.flatnonzero(flags)
    if len(flagged) > FEW:
        chosen = flags[stays.setting]
    else:
        chosen = np.zeros(len(stays), np.bool_)
        for setting in flagged:
            chosen |= stays.setting == setting
    rows = np.flatnonzero(chosen)
    found: Ints = rows[stays.started[rows] != NEVER]
    return found


def ended(stays: Stays, calendar: Calendar, rows: Ints) -> Ints:
    """When each of some stays ended; the horizon for those open then."""
    end = stays.ended[rows]
    is_open = (stays.outcome[rows] == Outcome.OPEN) | (end == NEVER)
    return np.where(is_open, calendar.horizon, end)


def admissions_and_attendances(result: RunResult) -> tuple[Admissions, Attendances]:
    """Emergency admissions and A&E attendances of a run, each knowing of the other."""
    attendances, attendance_candidates = _attendances(result)
    stays, settings = result.stays, result.settings
    on_ward = started_in(stays, tagged(settings, "ward"))
    ordered = by_episode(stays, on_ward[of_residents(stays, settings, on_ward)], stays.started)
    first_rows, last_rows = ordered.rows[ordered.first], _last_of_each(ordered)
    episode_of_admission, episode_of_attendance = _same_episodes(
        (stays.person[first_rows], stays.candidate[first_rows]), (attendances.person, attendance_candidates)
    )
    begin = stays.started[first_rows]
    last_bed = _lookup(episode_of_admission, stays.started[last_rows], episode_of_attendance, missing=NEVER)
    first_arrival = _earliest(episode_of_attendance, attendances.arrival, episode_of_admission)
    end = _latest(ended(stays, result.calendar, ordered.rows), ordered.first)
    admissions = Admissions(
        person=stays.person[first_rows],
        begin=begin,
        end=end,
        begin_day=day_of(result.calendar, begin),
        end_day=day_of(result.calendar, end),
        age_band=stays.age_band[first_rows],
        care_home=stays.care_home[first_rows],
        through_ae=first_arrival <= begin,
        is_open=_any(stays.outcome[ordered.rows] == Outcome.OPEN, ordered.first),
        died=stays.outcome[last_rows] == Outcome.DIED,
        need=stays.candidate[first_rows],
        asked=np.minimum(first_arrival, stays.requested[first_rows]),
    )
    return _in_order(admissions), _with_admitted(attendances, last_bed >= attendances.arrival)


def beds(result: RunResult) -> Beds:
    """Ward beds taken in a run, by everybody. Same-day emergency care has chairs, not beds, even for the admitted."""
    stays, settings = result.stays, result.settings
    is_bed = tagged(settings, "ward") & ~tagged(settings, "same_day_emergency_care")
    rows = started_in(stays, is_bed)
    end = ended(stays, result.calendar, rows)
    is_delay = np.array(settings.delay_reasons, np.bool_)[stays.reason[rows]] & (stays.ready[rows] != NEVER)
    return Beds(
        person=stays.person[rows],
        start=stays.started[rows],
        end=end,
        ready=np.where(is_delay, stays.ready[rows], end),
        reason=np.where(is_delay, stays.reason[rows], 0).astype(np.int8),
        emergency=of_residents(stays, settings, rows),
        elective=_is_kind(settings, FIRST_STREAM_KIND)[stays.kind[rows]],
        care_home=stays.care_home[rows],
        here=~tagged(settings, "neighbouring_hospital")[stays.setting[rows]],
    )


def _attendances(result: RunResult) -> tuple[Attendances, Ints]:
    """Attendances, none yet known as admitted, and the need that began the episode of each."""
    stays, settings = result.stays, result.settings
    arriving = tagged(settings, "ae_type1_arrival")
    inside = np.flatnonzero((tagged(settings, "ae_type1") | arriving)[stays.setting])
    ordered = by_episode(stays, inside, stays.visit)
    visits = ordered.rows
    arrives = arriving[stays.setting[visits]]
    begins = arrives.copy()
    begins[ordered.first] = True
    starts = np.flatnonzero(begins)
    counted = arrives[starts]
    departure = _latest(ended(stays, result.calendar, visits), starts)[counted]
    is_open = _any(stays.outcome[visits] == Outcome.OPEN, starts)[counted]
    type1 = visits[starts][counted]
    others = np.flatnonzero(tagged(settings, "ae_other")[stays.setting])
    rows = np.concatenate([type1, others])
    return Attendances(
        person=stays.person[rows],
        type1=np.arange(len(rows)) < len(type1),
        arrival=stays.requested[rows],
        departure=np.concatenate([departure, ended(stays, result.calendar, others)]),
        age_band=stays.age_band[rows],
        care_home=stays.care_home[rows],
        admitted=np.zeros(len(rows), np.bool_),
        finished=~np.concatenate([is_open, stays.outcome[others] == Outcome.OPEN]),
        resident=of_residents(stays, settings, rows),
    ), stays.candidate[rows]


def by_episode(stays: Stays, rows: Ints, then_by: NDArray[np.signedinteger]) -> Ordered:
    """Some rows in order of person, need and time, and the positions at which a new episode begins."""
    person, candidate = stays.person[rows], stays.candidate[rows]
    change = _compared(person)
    if ((change < 0) | ((change == 0) & (_compared(candidate) < 0))).any():
        rows = rows[np.lexsort((candidate, person))]
        person, candidate = stays.person[rows], stays.candidate[rows]
    new = np.ones(len(rows), np.bool_)
    new[1:] = (person[1:] != person[:-1]) | (candidate[1:] != candidate[:-1])
    then = then_by[rows]
    if ((_compared(then) < 0) & ~new[1:]).any():
        rows = rows[order_of_two(np.cumsum(new), then)]
    return Ordered(rows, np.flatnonzero(new))


def _compared(numbers: NDArray[np.signedinteger]) -> NDArray[np.signedinteger]:
    """Each number less the one before."""
    return numbers[1:] - numbers[:-1]


def _last_of_each(ordered: Ordered) -> Ints:
    """The last row of each episode."""
    return ordered.rows[np.append(ordered.first[1:], len(ordered.rows)) - 1] if len(ordered.rows) else ordered.rows


def _latest(ticks: Ints, first: Ints) -> Ints:
    """The latest tick of each run of rows; `first` are the positions at which the runs begin."""
    return np.asarray(np.maximum.reduceat(ticks, first), np.int64) if len(first) else ticks[:0]


def _any(flags: Bools, first: Ints) -> Bools:
    """Whether any row of each run of rows is true."""
    return np.asarray(np.logical_or.reduceat(flags, first), np.bool_) if len(first) else flags[:0]


def _same_episodes(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Numbers for the episodes (person, need) of two lists, the same number for the same episode."""
    person, candidate = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    order = order_of_two(person, candidate)
    new = np.zeros(len(order), np.int64)
    if len(order):
        p, c = person[order], candidate[order]
        new[1:] = (p[1:] != p[:-1]) | (c[1:] != c[:-1])
    numbers = np.empty(len(order), np.int64)
    numbers[order] = np.cumsum(new)
    return numbers[: len(one[0])], numbers[len(one[0]) :]


def _lookup(keys: Ints, values: Ints, wanted: Ints, missing: int) -> Ints:
    """The value of each wanted key; `missing` where there is none. Keys do not repeat."""
    size = 1 + max(int(keys.max(initial=-1)), int(wanted.max(initial=-1)))
    table = np.full(size, missing, np.int64)
    table[keys] = values
    return table[wanted]


def _earliest(keys: Ints, values: Ints, wanted: Ints) -> Ints:
    """The smallest value of each wanted key; beyond any tick where there is none."""
    size = 1 + max(int(keys.max(initial=-1)), int(wanted.max(initial=-1)))
    table = np.full(size, np.iinfo(np.int64).max, np.int64)
    order = order_of(keys)
    in_order = keys[order]
    first = np.flatnonzero(np.append(True, in_order[1:] != in_order[:-1])) if len(keys) else in_order
    table[in_order[first]] = np.minimum.reduceat(values[order], first) if len(keys) else in_order
    return table[wanted]


def _in_order(admissions: Admissions) -> Admissions:
    """The same admissions by person and time."""
    order = order_of_two(admissions.person, admissions.begin)
    return Admissions(**{name: getattr(admissions, name)[order] for name in Admissions.__dataclass_fields__})


def _with_admitted(attendances: Attendances, admitted: Bools) -> Attendances:
    """The same attendances, known to be admitted or not."""
    columns = {name: getattr(attendances, name) for name in Attendances.__dataclass_fields__}
    return Attendances(**{**columns, "admitted": admitted})


def _is_kind(settings: Settings, kind: str) -> Bools:
    """(kinds,) which index is a kind's."""
    return np.array([name == kind for name in settings.kinds], np.bool_)
