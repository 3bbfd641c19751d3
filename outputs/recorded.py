"""What an evaluator finds in the records of one run: who lived in the place, who was admitted and who joined, and when.

The table of a run has a row more than usual: comparisons need nobody but the people reached, a matched study everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from outputs.measures import reducing
from outputs.measures.measure import ALL
from outputs.measures.packing import Numbers, pack, unpack
from outputs.measures.reducing import ADMISSIONS, ENROLMENTS, AdmissionTimes, TimeWithTeams
from outputs.measures.view import build_view
from outputs.prices import load_prices
from scenarios.resolved import Resolved
from simulation.stays import RunResult

RECORDS = "_records"
NEVER_IN_A_HOME = np.iinfo(np.int64).max
FIELDS = ("person", "born", "female", "came", "went", "care_home_from")

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


@dataclass(frozen=True)
class Recorded:
    """The records of one run; times are ticks.

    Attributes:
        people: by name of `FIELDS`, one value a person who ever lived in the place, in order of id; `care_home_from`
            is `NEVER_IN_A_HOME` for people who never lived in one.
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
    care_home_from = np.full(len(people.person), NEVER_IN_A_HOME, np.int64)
    np.minimum.at(care_home_from, view.index_of(result.stays.person[stays]), result.stays.started[stays])
    columns: dict[str, Numbers] = {
        "person": people.person, "born": people.born, "female": people.female.astype(np.int64),
        "came": people.entered, "went": people.left, "care_home_from": care_home_from,
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
