"""Records of the compiled flow: what is kept of an episode, a visit, an event, a person, and of the frozen network.

Whole numbers that functions hand to each other take eight bytes, so that each function is compiled once.
"""

from __future__ import annotations

import numpy as np

Fields = list[tuple[str, str]]


def _record(fields: Fields) -> np.dtype[np.void]:
    return np.dtype(fields, align=True)


NETWORK = _record([
    ("classes", "i8"), ("levels", "i8"), ("lowest_priority", "i8"), ("months", "i8"), ("days", "i8"),
    ("pressure_gauge", "i8"), ("pressure_reference", "f8"), ("pressure_shift", "f8"),
    ("discharge_hour_table", "i8"), ("open_first_second", "i8"), ("open_last_second", "i8"),
    ("census_seconds", "i8"),
])  # fmt: skip
"""Numbers of the whole network; see `simulation.network.Network`."""

CLAIMS = _record([
    ("kind", "i8"), ("route", "i8"), ("share", "f8"), ("days_before", "f8"), ("wait_ticks", "i8"),
])  # fmt: skip
"""How people move into care homes; see `simulation.network.Claims`."""

SETTING = _record([
    ("pool_first", "i8"), ("pool_count", "i8"), ("queue_limit", "i8"), ("overflow", "i8"),
    ("overflow_if_free", "i8"),
    ("lead_time", "i8"), ("held_until_death_days", "f8"), ("is_contact", "u1"), ("is_body", "u1"),
    ("is_residence", "u1"), ("is_attendance", "u1"), ("is_admission", "u1"), ("hold", "u1"), ("reassesses", "u1"),
    ("takes_claims", "u1"), ("ends_on_admission", "u1"),
])  # fmt: skip
"""See `simulation.network.Setting`."""

PRIORITY, DURATION, PLAN, PATIENCE, TURNOVER, ROUTES, GAVE_UP_ROUTE, TURNED_AWAY_ROUTE = range(8)
CLASS_COLUMNS = ("priority", "duration", "plan", "patience", "turnover", "routes", "gave_up", "turned_away")
"""Columns of the class table, one after another, so that a class lies together in memory."""

LAW = _record([
    ("first", "f8"), ("second", "f8"), ("third", "f8"), ("slope", "f8"), ("reference", "f8"), ("law", "i8"),
    ("table", "i8"), ("mode", "i8"), ("value", "i8"), ("gauge", "i8"), ("form", "i8"), ("from_severity", "i8"),
])  # fmt: skip
"""See `simulation.network.Law`."""

ALTERNATIVE = _record([
    ("up_to", "f8"), ("target", "i8"), ("delay", "i8"), ("reason", "i8"), ("value", "i8"), ("diverts_to", "i8"),
    ("diverted_by", "i8"),
])  # fmt: skip
"""See `simulation.network.Alternative`."""

STATE = _record([
    ("key", "i8"), ("tick", "i8"), ("month", "i8"), ("day", "i8"), ("opens", "i8"), ("closes", "i8"),
    ("candidate", "i8"), ("candidates", "i8"), ("order", "i8"), ("serial", "i8"), ("timed_events", "i8"),
    ("heap", "i8"), ("free_event", "i8"), ("events", "i8"), ("free_episode", "i8"), ("episodes", "i8"),
    ("free_need", "i8"), ("needs", "i8"), ("live_episodes", "i8"), ("live_needs", "i8"), ("again", "i8"),
    ("gone", "i8"), ("admitted", "i8"), ("rows", "i8"),
    ("dirty", "i8"), ("settling", "i8"), ("turning", "i8"), ("failed", "i8"), ("ignored_in_care", "i8"),
    ("ignored_gone", "i8"), ("margin", "i8"), ("full", "i8"), ("most_heap", "i8"), ("most_rows", "i8"),
    ("most_needs", "i8"), ("most_episodes", "i8"), ("most_again", "i8"), ("most_gone", "i8"), ("most_admitted", "i8"),
    ("draws_again", "i8"), ("draws_all", "i8"),
])  # fmt: skip
"""Where a run is. `heap` to `rows` count what is in use; `free_...` begin lists of what is free again. `settling` is
the pool whose instant is settled, and `turning` the place among limited settings of the one that turns people away.
Whatever fills a table beyond its `most_...`, above which one more happening might not find room, says it is `full`."""

EPISODE = _record([
    ("person", "i8"), ("candidate", "i8"), ("occurrence", "i8"), ("planned_end", "i8"), ("timer", "i8"),
    ("severity", "f8"), ("row", "i8"), ("tier", "i8"), ("kind", "i8"), ("band", "i8"), ("age_band", "i8"),
    ("visit", "i8"), ("held", "i8"), ("setting", "i8"), ("stage", "i8"), ("next_beside", "i8"),
    ("attended", "u1"), ("admitted", "u1"), ("outsider", "u1"), ("active", "u1"), ("is_beside", "u1"),
])  # fmt: skip
"""See `simulation.reference.visit.Episode`. `timer` goes on when the record is used again: old timers mean nothing."""

VISIT = _record([
    ("episode", "i8"), ("setting", "i8"), ("key", "i8"), ("priority", "i8"), ("requested", "i8"), ("started", "i8"),
    ("ready", "i8"), ("reason", "i8"), ("wanted", "i8"), ("has", "i8"), ("queue", "i8"), ("level", "i8"),
    ("lane", "i8"), ("before", "i8"), ("after", "i8"), ("care_home", "i8"), ("over", "i8"), ("ends", "i8"),
    ("interrupted_at", "i8"), ("interrupted", "i8"),
])  # fmt: skip
"""See `simulation.reference.visit.Visit`. `wanted` and `has` have a bit for each pool of the visit's setting; `queue`
is the pool in whose queue it waits, in a lane between the visits `before` and `after`; it is `over` when it is about
to be turned away because too many wait."""

EVENT = _record([
    ("person", "i8"), ("visit", "i8"), ("order", "i8"), ("call", "i8"), ("what", "i8"), ("more", "i8"),
    ("next_free", "i8"),
])  # fmt: skip
"""Something that will happen: whose, in which order within its second, and what."""

HEAP_ENTRY = _record([("when", "i8"), ("event", "i8")])

PLACES = _record([
    ("open", "i8"), ("taken", "i8"), ("saved", "f8"), ("by_the_clock", "i8"), ("daily_quota", "i8"),
    ("preemptive", "i8"),
])  # fmt: skip
"""The state of one pool; see `simulation.reference.floor.Places`. `by_the_clock`: whether each day opens its places."""

PERSON = _record([
    ("in_care", "i4"), ("beside", "i4"), ("residence", "i4"), ("again", "i4"), ("deferred", "i4"), ("marks", "i2"),
    ("claimed_in", "i2"),
])  # fmt: skip
"""Episodes of a resident (bodily in care, the first of those beside the residence, in a care home), the row of
`AGAIN`, the first need put off (-1 for none), and the month of the need for a care home."""
CLAIMS_PLACE = 1
"""Flag: moves into a care home at the next discharge, or when the wait for one is over."""
OVERDUE = 2
"""Flag: has waited long enough, and asks for a care home when next at home."""
JOINED_A_TEAM = 4
"""Flag: joined a team at an event, so that all needs are to be drawn again at the next occasion."""

NEED = _record([
    ("tick", "i8"), ("person", "i8"), ("key", "i8"), ("stream", "i8"), ("severity", "f8"), ("version", "i8"),
    ("next", "i8"),
])  # fmt: skip

AGAIN = _record([
    ("person", "i8"), ("last", "i8"), ("version", "i8"), ("before", "i8"), ("version_set_off", "i8"),
    ("before_set_off", "i8"),
])  # fmt: skip
"""See `simulation.reference.needs.PendingNeeds`. The needs that attendances and discharges set off have versions of
their own, since they alone are drawn again after one."""

ARRIVAL = _record([("tick", "i8"), ("person", "i8"), ("kind", "i8"), ("setting", "i8"), ("is_last", "i8")])
"""An arrival of a stream in this month; only the next of each stream stands on the heap."""

GONE_AWAY = _record([("person", "i8"), ("tick", "i8"), ("place", "i8"), ("died", "i8")])

_MARKS_OF_ROW: Fields = [
    ("severity", "f8"), ("interrupted_seconds", "i4"), ("setting", "i2"), ("next_setting", "i2"), ("kind", "i1"),
    ("age_band", "i1"), ("outcome", "i1"), ("reason", "i1"), ("care_home", "?"),
]  # fmt: skip
_TICKS_OF_ROW = ("requested", "started", "ready", "ended")
ROW = np.dtype([("person", "i8"), ("visit", "i8"), *((tick, "i8") for tick in _TICKS_OF_ROW), *_MARKS_OF_ROW])
"""A stay; see `simulation.stays.Stays`. The need that began its episode is known from the visit."""
KEPT_ROW = np.dtype([("person", "i8"), ("visit", "i8"), *((tick, "i4") for tick in _TICKS_OF_ROW), *_MARKS_OF_ROW])
"""The same in less room, for runs whose ticks fit."""
