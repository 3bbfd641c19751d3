"""A run made small: its measures, who was admitted and enrolled when, what the books need, and the trace of people.

The table of one run has the columns of `COLUMNS`. Most rows are one value of one measure. A few rows, of the measures
in `PACKED`, carry arrays in `content` instead: scenarios are compared on the same people, so a comparison must be able
to ask what happened in *this* run to people who are reached in *another*, and a contract may pay what *another* run's
care would have cost. Their `value` is the number of rows packed; the books (`ACTIVITY`) need care, services and beds by
month, about 20 kB. At 25,000 people and six years a run takes about 0.2 MB, at 250,000 about 2 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs.ledger.activity import Activity
from outputs.ledger.rules import rules_for_run
from outputs.measures.for_books import activity_of
from outputs.measures.measure import ALL
from outputs.measures.registry import MEASURES
from outputs.measures.trace import TRACE, trace_of
from outputs.measures.view import View, build_view
from outputs.prices import PriceList, load_prices
from scenarios.evidence import load
from scenarios.resolved import Resolved
from simulation.stays import RunResult

COLUMNS = ("measure", "period", "stratum", "value", "content")
ADMISSIONS = "_admissions"
ENROLMENTS = "_enrolments"
ACTIVITY = "_activity"
PACKED = (ADMISSIONS, ENROLMENTS, ACTIVITY, TRACE)
"""Rows that hold arrays in `content`, not a value."""
WORD = np.dtype("<i8")
MOST_TICKS = 1 << 33
"""More seconds than any run has."""


@dataclass(frozen=True)
class AdmissionTimes:
    """When residents had emergency admissions, over the whole run with its start-up. Arrays of one length."""

    person: NDArray[np.int64]
    begin: NDArray[np.int64]

    def count(self, person: NDArray[np.int64], start: NDArray[np.int64], stop: NDArray[np.int64]) -> int:
        """Admissions of each person from `start` up to `stop`, all together."""
        people = person * MOST_TICKS
        return int((np.searchsorted(self._keys, people + stop) - np.searchsorted(self._keys, people + start)).sum())

    @cached_property
    def _keys(self) -> NDArray[np.int64]:
        """Person and second in one number, in order."""
        return np.sort(self.person * MOST_TICKS + self.begin)

    def packed(self) -> bytes:
        """As the content of a row."""
        return _pack(self.person, self.begin)

    @classmethod
    def unpacked(cls, content: bytes) -> AdmissionTimes:
        """From the content of a row."""
        return cls(*_unpack(content, 2))


@dataclass(frozen=True)
class TimeWithTeams:
    """When residents were with teams, and how long they lived in the place. Arrays of one length."""

    person: NDArray[np.int64]
    team: NDArray[np.int64]
    """Index into the run's teams: the scenario's interventions in order of id."""
    joined: NDArray[np.int64]
    left: NDArray[np.int64]
    came: NDArray[np.int64]
    """Tick from which the person lived in the place."""
    went: NDArray[np.int64]
    """Tick of death, of moving away, or the horizon."""
    died: NDArray[np.int64]
    """1 where the person died, else 0."""

    def packed(self) -> bytes:
        """As the content of a row."""
        return _pack(self.person, self.team, self.joined, self.left, self.came, self.went, self.died)

    @classmethod
    def unpacked(cls, content: bytes) -> TimeWithTeams:
        """From the content of a row."""
        return cls(*_unpack(content, 7))


def reduce(
    result: RunResult,
    resolved: Resolved,
    prices: PriceList | None = None,
    *,
    seed: int | None = None,
    replication: int | None = None,
) -> pd.DataFrame:
    """The table of one run; see the head of this file.

    Args:
        result: the run.
        resolved: the scenario that was run.
        prices: what care costs, in the money of the scenario's price year; None reads the shipped list.
        seed: with `replication`, prices are drawn from their ranges for this run, the same in every scenario.
        replication: number of the run.
    """
    prices = prices or load_prices(resolved)
    if seed is not None and replication is not None:
        prices = prices.drawn(seed, replication)
    view = build_view(result, resolved, prices)
    rows = [
        (measure.id, period.name, stratum, float(value))
        for measure in MEASURES.values()
        for period in (*view.years, *(view.months if measure.monthly else ()))
        for stratum, value in measure.values(view, period).items()
    ]
    values = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    values[COLUMNS[-1]] = b""
    rules = rules_for_run(load().with_changes(resolved.settings), seed, replication)
    return pd.concat([values, _packed(view, activity_of(view, rules), seed, replication)], ignore_index=True)


def _packed(view: View, activity: Activity, seed: int | None, replication: int | None) -> pd.DataFrame:
    enrolments, people = view.result.enrolments, view.result.residents
    place = view.index_of(enrolments.person)
    admissions = AdmissionTimes(view.admissions.person, view.admissions.begin)
    with_teams = TimeWithTeams(
        person=enrolments.person,
        team=enrolments.team.astype(np.int64),
        joined=enrolments.joined,
        left=enrolments.left,
        came=people.entered[place],
        went=people.left[place],
        died=people.died[place].astype(np.int64),
    )
    trace = trace_of(view, seed, replication)
    rows = [
        (ADMISSIONS, "", ALL, float(len(admissions.person)), admissions.packed()),
        (ENROLMENTS, "", ALL, float(len(with_teams.person)), with_teams.packed()),
        (ACTIVITY, "", ALL, float(len(activity.months)), activity.packed()),
        (TRACE, "", ALL, float(len(trace.admitted.person)), trace.packed()),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _pack(*columns: NDArray[np.int64]) -> bytes:
    """Columns of whole numbers one after the other, the first as steps, which compress well when it is sorted."""
    table = np.array(columns, WORD)
    table[0, 1:] = np.diff(table[0])
    return table.tobytes()


def _unpack(content: bytes, columns: int) -> list[NDArray[np.int64]]:
    table = np.frombuffer(content, WORD).reshape(columns, -1).astype(np.int64)
    table[0] = np.cumsum(table[0])
    return list(table)
