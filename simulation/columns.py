"""What the month's loops read and write: the columns of people and the tables of rates, as plain arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.jit import rule

FAR = 2**31 - 1
"""Tick of something that has not been decided, or never happens: later than every horizon."""
LATEST_MONTH_END = 2**31 - 2**27
"""No month of a study of people may end later, 64 years on: columns hold ticks in 32 bits."""
NOT_HERE_YET, HERE, GONE = 0, 1, 2
NO_STATE = -1
"""Latent state of people who have died or moved out."""
CARE_HOME_BAND = 7
FIRST_OLD_BAND = 4
"""Band from which susceptibility is that of people of 65 and over."""
FIFTHS, FRAILTIES = 5, 4
FIRST_OLD_KIND = FIRST_OLD_BAND * FIFTHS * FRAILTIES

STILL_HERE = -1
"""Tick of leaving of people who are still on a caseload."""
NOT_A_MEMBER = -1
"""Row of the log of people who are not on a caseload."""
LEAVING = 2**16
"""Added to the digit of what lasts, in a planned change: the person leaves with it. More than any digit."""
FORGOTTEN = -1
"""Digit of a planned change that ends what has lasted since somebody left."""
BECAUSE_OF = -2
"""Less the number of a team: the person leaves because they join that team, if they do."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Ticks = NDArray[np.int32]
Shares = NDArray[np.float32]


class Columns(NamedTuple):
    """What changes about people, and what the loops need to know of them; each column by person id."""

    alive: NDArray[np.uint8]
    in_care_home: NDArray[np.uint8]
    age_band: NDArray[np.int8]
    frailty: NDArray[np.int8]
    """As of the start of the month."""
    latent_state: NDArray[np.int8]
    """As of twelve months ahead, numbered as in `stationarity`; `NO_STATE` for those who will have died or left."""
    frail_from: NDArray[np.int16]
    """(people, 3) month from which a person is at least mildly, moderately and severely frail."""
    fifth: NDArray[np.int8]
    birth_month: NDArray[np.int16]
    entered: Ticks
    death_tick: Ticks
    need_tick: Ticks
    leave_tick: Ticks
    acute_young: Shares
    acute_old: Shares
    minor: Shares
    spell_start: Ticks
    """Tick at which the latest deterioration began; `FAR` before the first."""
    spell_end: Ticks
    readmission_rate: Shares
    """Rate a year added by past discharges, at `discharged`."""
    discharged: Ticks
    reattendance_rate: Shares
    """Rate a year added by attendances that ended without admission, at `attended`."""
    stay_reattendance_rate: Shares
    """Rate a year added by attendances that led to a stay, at `attended`; it has no part above admission."""
    attended: Ticks
    profile: NDArray[np.uint16]
    kind: NDArray[np.uint8]
    """Age band, fifth and frailty in one number, as `kind_of`, as of the start of the month."""


class CaseloadColumns(NamedTuple):
    """Who is on which team's caseload in one month, and which profile each person carries."""

    member_row: NDArray[np.int32]
    """(teams, people) row of `log` of each member; `NOT_A_MEMBER` of everybody else."""
    log: IntArray
    """(rows, 5) person, team, tick of joining, tick of leaving or `STILL_HERE`, month of joining."""
    log_count: IntArray
    """(1,) rows written; there is room for all who are planned to join this month."""
    planned: IntArray
    """(changes, 4) tick, person, team and digit: people who join (digit 1), come to a team's next band of months, leave
    (0, `LEAVING` and more, `BECAUSE_OF` and less) or lose what has lasted since (`FORGOTTEN`)."""
    strides: IntArray
    """(teams,) what one step of a team's digit adds to a profile."""
    sizes: IntArray
    """(teams,) digits of each team."""
    own_home: NDArray[np.uint8]
    """(teams,) 1 for teams that look after people in their own homes only."""
    profile: NDArray[np.uint16]
    """(people,) the column of `Columns`."""
    joins_at: IntArray
    """(teams,) event at which people join, as `enrolment.MONTHLY` and the others."""
    crisis: IntArray
    """(teams,) kind of need at whose event people join; -1 for any."""
    free: IntArray
    """(teams,) places for those who join at an event in the rest of the month."""
    offered: NDArray[np.uint8]
    """(teams, people) 1 for those who join at an event when there is a place; no people when no team works so."""
    month: int


@rule
def kind_of(band: int, fifth: int, frailty: int) -> int:
    """The number of a kind of people: those of one band, fifth and frailty; below 256."""
    return (int(band) * FIFTHS + int(fifth)) * FRAILTIES + int(frailty)


class LatentTables(NamedTuple):
    """Chances of the latent month."""

    death_rate: FloatArray
    """(ages, states) a year."""
    frailty_step: FloatArray
    """(ages, 3) a month."""
    need_chance: FloatArray
    """(ages, frailties) a month."""
    moving_out: NDArray[np.float32]
    """(latent months, ages, fifths) a month."""


class NeedTables(NamedTuple):
    """Rates of needs a year, and where on the scale of severity they lie. Bands are those of `stays.BANDS`."""

    steady: FloatArray
    """(bands, streams to `ROUTINE_CARE` included) mean over people."""
    acute_weight: FloatArray
    """(bands, frailties) relative rate of needs above admission; mean 1 over the people of a band."""
    routine_weight: FloatArray
    """(bands, frailties) likewise of booked care."""
    upper_by_fifth: FloatArray
    """(bands, fifths) relative rate of needs above admission."""
    lower_by_fifth: FloatArray
    """(bands, fifths) likewise of needs below."""
    severity_from: FloatArray
    """(bands, streams) least severity of a stream's needs; of `REATTENDANCE`, of its lower part."""
    severity_to: FloatArray
    """(bands, streams) greatest severity; of `REATTENDANCE`, of its lower part."""
    seek_ae: FloatArray
    """(bands, streams) severity from which people seek A&E in the base year."""
    milder_ratio: FloatArray
    """(bands,) rate of needs below `seek_ae`, relative to that of needs from there to admission."""
    dying_by_band: FloatArray
    """(bands,) relative rate of needs because death is near."""
    onset: FloatArray
    """(bands, frailties) deteriorations a person-year."""
    spell_seconds: float
    spell_upper: float
    """Multiplier of needs above admission while deteriorated."""
    spell_lower: float
    dying_reach: float
    dying_short_rate: float
    dying_short_life: float
    dying_long_rate: float
    dying_long_life: float
    discharge_life: float
    """Seconds after which the rate added by a discharge has fallen to 1/e."""
    attendance_life: float
    attendance_upper_share: float
    """Share above admission of the needs set off by an attendance."""


class MonthTables(NamedTuple):
    """What the loops need to know of one month."""

    key: int
    month: int
    start: int
    end: int
    stream_years: FloatArray
    """(streams,) operational length of the month."""
    least_width: FloatArray
    """(streams,) as `candidates.LEAST_WIDTH`."""
    count_reached: FloatArray
    """From `candidates.chances_of_counts`."""
    first_before: FloatArray
    """(bands, STEADY_STREAMS) expected points in first layers of the streams before each in its group."""
    mean_of_kind: FloatArray
    """(kinds, groups) expected points in first layers of somebody who is not unusual; `kind_of` numbers the kinds."""
    most_of_kind: FloatArray
    """(kinds, groups) what rates of a band are multiplied by at most."""
    weight_of_kind: FloatArray
    """(kinds, groups) what they are multiplied by for severe needs, and for milder ones before `milder_ratio`."""
    raised: NDArray[np.uint8]
    """(profiles,) 1 when a multiplier of a steady stream is above 1."""
    stream_rhythm: IntArray
    """(streams,) row of `reached`."""
    reached: FloatArray
    guide: NDArray[np.int16]
    hour_start: IntArray
    factors: FloatArray
    """(profiles, values, 2) of which the first values are the streams'."""
    most: FloatArray
    """(profiles, values) the larger of the two."""


class Drawn(NamedTuple):
    """Room for needs as words (`simulation.need_words`), and whether anything went wrong."""

    word: IntArray
    severity: FloatArray
    failed: NDArray[np.uint8]
    """(1,) set when a hazard rose above its axis or a layer held too many points."""


class Found(NamedTuple):
    """Room for needs, and whether anything went wrong."""

    tick: IntArray
    person: IntArray
    stream: NDArray[np.int8]
    key: IntArray
    severity: FloatArray
    failed: NDArray[np.uint8]
    """(1,) set when a hazard rose above its axis or a layer held too many points."""


def room_for_needs(needs: int) -> Found:
    """Room for so many needs."""
    return Found(
        np.empty(needs, np.int64), np.empty(needs, np.int64), np.empty(needs, np.int8), np.empty(needs, np.int64),
        np.empty(needs, np.float64), np.zeros(1, np.uint8),
    )


def room_to_draw(needs: int) -> Drawn:
    """Room for so many needs as words."""
    return Drawn(np.empty(needs, np.int64), np.empty(needs, np.float64), np.zeros(1, np.uint8))
