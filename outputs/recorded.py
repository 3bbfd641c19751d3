"""What an evaluator finds in the records of one run: who lived in the place, who was admitted and who joined, and when.

The table of a run has a row more than usual: comparisons need nobody but the people reached, a matched study everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from outputs.measures import reducing
from outputs.measures.measure import ALL
from outputs.measures.packing import Numbers, pack, unpack
from outputs.measures.reducing import ADMISSIONS, ENROLMENTS, AdmissionTimes, TimeWithTeams
from outputs.measures.view import build_view
from outputs.prices import load_prices
from scenarios.resolved import Resolved
from simulation.calendar import Calendar
from simulation.stays import RunResult

RECORDS = "_records"
NEVER = np.iinfo(np.int64).max
FIELDS = ("person", "born", "female", "fifth", "came", "went", "care_home_from", "frail_from")

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class Recorded:
    """The records of one run; times are ticks.

    Attributes:
        people: by name of `FIELDS`, one value a person who ever lived in the place, in order of id; `care_home_from`
            is `NEVER` for people who never lived in one. `frail_from` is (people, 3): from when a GP's records hold
            them as mildly, moderately and severely frail.
        admissions: emergency admissions of all of them.
        teams: who was with a team, and when.
    """

    people: dict[str, Ints]
    admissions: AdmissionTimes
    teams: TimeWithTeams


def reduce(
    result: RunResult, resolved: Resolved, *, seed: int | None = None, replication: int | None = None
) -> pd.DataFrame:
    """The table of one run, as `outputs.measures.reducing.reduce`, and the records of everybody."""
    table = reducing.reduce(result, resolved, seed=seed, replication=replication)
    view = build_view(result, resolved, load_prices(resolved))
    people = result.residents
    stays, _ = view.resident_stays("residence")
    care_home_from = np.full(len(people.person), NEVER, np.int64)
    np.minimum.at(care_home_from, view.index_of(result.stays.person[stays]), result.stays.started[stays])
    columns: dict[str, Numbers] = {
        "person": people.person, "born": people.born, "female": people.female.astype(np.int64),
        "fifth": people.deprivation_fifth, "came": people.entered, "went": people.left,
        "care_home_from": care_home_from, "frail_from": _ticks(people.frail_from, result.calendar),
    }  # fmt: skip
    row = pd.DataFrame([(RECORDS, "", ALL, float(len(people.person)), pack({}, columns))], columns=table.columns)
    return pd.concat([table, row], ignore_index=True)


def recorded(table: pd.DataFrame) -> Recorded:
    """The records in the table of a run.

    Raises:
        KeyError: when the table was made without them.
    """
    rows = table[table["measure"].isin([RECORDS, ADMISSIONS, ENROLMENTS])]
    content = dict(zip(rows["measure"], rows["content"], strict=True))
    people = {name: values.astype(np.int64) for name, values in unpack(content[RECORDS])[1].items()}
    return Recorded(
        people, AdmissionTimes.unpacked(content[ADMISSIONS]), TimeWithTeams.unpacked(content[ENROLMENTS])
    )


def _ticks(months: NDArray[np.int16], calendar: Calendar) -> Ints:
    """When months of the study begin; 0 for those before it, `NEVER` for those after."""
    begin = np.append(calendar.month_start[: calendar.months].astype(np.int64), NEVER)
    found: Ints = begin[np.clip(months, 0, calendar.months)]
    return found
