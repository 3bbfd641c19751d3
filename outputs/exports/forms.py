"""The event log in the forms that other programs read.

vidigi (animation of patient flow): `entity_id, event_type, event, time, resource_id, pathway, run_number, timestamp`.
pm4py (process mining in Python): `case:concept:name, concept:name, start_timestamp, time:timestamp, org:resource`.
bupaR (process mining in R): a row each for start and complete, `activity_instance_id` and `lifecycle_id`.

In all of them a case is one episode: a person and one need of theirs, from first contact with a stay to the last.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection

import numpy as np
import pandas as pd

from simulation.stays import FIRST_OUTSIDER

VIDIGI_COLUMNS = (
    "entity_id", "event_type", "event", "time", "resource_id", "pathway", "run_number", "timestamp",
)
PM4PY_COLUMNS = (
    "case:concept:name", "concept:name", "start_timestamp", "time:timestamp", "lifecycle:transition", "org:resource",
    "case:person", "case:kind", "age_band", "outcome", "waited_minutes",
)
BUPAR_COLUMNS = (
    "case_id", "activity_id", "activity_instance_id", "lifecycle_id", "timestamp", "resource_id", "person", "kind",
    "age_band", "outcome",
)
SECONDS_PER_MINUTE = 60.0
ARRIVES_AND_LEAVES, QUEUES, USES, ENDS = "arrival_departure", "queue", "resource_use", "resource_use_end"


def cases(log: pd.DataFrame) -> pd.Series:
    """Name of each row's case: person and need, "1042-1638400"; for patients from outside "outside-17"."""
    outside = log["person"] >= FIRST_OUTSIDER
    own = log["person"].astype(str) + "-" + log["need"].astype(str)
    return own.where(~outside, "outside-" + (log["person"] - FIRST_OUTSIDER).astype(str))


def to_pm4py(log: pd.DataFrame) -> pd.DataFrame:
    """Stays that began and ended, as an interval log; one that is open at the end of the run has no completion."""
    done = log[log["started"].notna() & (log["outcome"] != "open")]
    return pd.DataFrame({
        "case:concept:name": cases(done),
        "concept:name": done["setting"].astype(str),
        "start_timestamp": done["started"],
        "time:timestamp": done["ended"],
        "lifecycle:transition": "complete",
        "org:resource": done["setting"].astype(str),
        "case:person": done["person"].astype(str),
        "case:kind": done["kind"].astype(str),
        "age_band": done["age_band"].astype(str),
        "outcome": done["outcome"].astype(str),
        "waited_minutes": _minutes(done["started"] - done["requested"]),
    }, columns=list(PM4PY_COLUMNS))  # fmt: skip


def to_bupar(log: pd.DataFrame) -> pd.DataFrame:
    """Stays that began: a row for the start of each, and one for its completion unless it is open at the end."""
    begun = log[log["started"].notna()]
    same = {
        "case_id": cases(begun),
        "activity_id": begun["setting"].astype(str),
        "activity_instance_id": begun["person"].astype(str) + "-" + begun["visit"].astype(str),
        "resource_id": begun["setting"].astype(str),
        "person": begun["person"].astype(str),
        "kind": begun["kind"].astype(str),
        "age_band": begun["age_band"].astype(str),
        "outcome": begun["outcome"].astype(str),
    }
    starts = pd.DataFrame({**same, "lifecycle_id": "start", "timestamp": begun["started"]})
    ends = pd.DataFrame({**same, "lifecycle_id": "complete", "timestamp": begun["ended"]})[begun["outcome"] != "open"]
    both = pd.concat([starts, ends])
    order = both["lifecycle_id"].map({"start": 0, "complete": 1})
    both = both.assign(order=order).sort_values(["case_id", "timestamp", "order"], kind="stable")
    return both[list(BUPAR_COLUMNS)].reset_index(drop=True)


def to_vidigi(log: pd.DataFrame, run: int, since: pd.Timestamp, homes: Collection[str] = ()) -> pd.DataFrame:
    """Events of an animation: an episode arrives, queues for and uses places, and departs.

    Args:
        log: of few enough people or days to look at, with moments in a time zone.
        run: number of the run.
        since: moment from which `time` counts, in minutes; what began before it begins then.
        homes: settings to leave out, since nobody leaves them: care homes.
    """
    rows = log[log["requested"].notna() & ~log["setting"].isin(homes)].reset_index(drop=True)
    if rows.empty:
        return pd.DataFrame(columns=list(VIDIGI_COLUMNS))
    entity = pd.Series(pd.factorize(cases(rows))[0] + 1, rows.index)
    started = rows["started"].notna()
    left = rows["ended"].where(rows["outcome"] != "open")
    place = places(rows)
    events = [
        _events(rows, entity, rows["requested"], QUEUES, None),
        _events(rows[started], entity, rows["started"], USES, place),
        _events(rows[started & left.notna()], entity, left, ENDS, place),
        _ends_of_cases(rows, entity),
    ]
    found = pd.concat(events, ignore_index=True)
    found["timestamp"] = found["timestamp"].where(found["timestamp"] >= since, since)
    found["time"] = _minutes(found["timestamp"] - since)
    found["timestamp"] = found["timestamp"].dt.tz_localize(None)
    found["run_number"] = run
    found["order"] = found["event"].map({"arrival": 0, "depart": 4}).fillna(
        found["event_type"].map({ENDS: 1, QUEUES: 2, USES: 3}))  # fmt: skip
    found = found.sort_values(["time", "order", "entity_id"], kind="stable")
    found["resource_id"] = found["resource_id"].astype("Int64")
    return found[list(VIDIGI_COLUMNS)].reset_index(drop=True)


def places(rows: pd.DataFrame) -> pd.Series:
    """The number of the place that each stay has in its setting, from 1: the lowest that is free when it begins."""
    numbers = np.zeros(len(rows), np.int64)
    free: dict[str, list[int]] = defaultdict(list)
    busy: dict[str, list[tuple[pd.Timestamp, int]]] = defaultdict(list)
    most: dict[str, int] = defaultdict(int)
    begun = rows[rows["started"].notna()].sort_values("started", kind="stable")
    settings, starts, ends = begun["setting"].astype(str), begun["started"], begun["ended"]
    for row, setting, start, end in zip(begun.index.tolist(), settings, starts, ends, strict=True):
        while busy[setting] and busy[setting][0][0] <= start:
            heapq.heappush(free[setting], heapq.heappop(busy[setting])[1])
        if not free[setting]:
            most[setting] += 1
            heapq.heappush(free[setting], most[setting])
        numbers[row] = heapq.heappop(free[setting])
        heapq.heappush(busy[setting], (end, int(numbers[row])))
    return pd.Series(numbers, rows.index)


def _minutes(lengths: pd.Series) -> pd.Series:
    minutes: pd.Series = lengths.dt.total_seconds() / SECONDS_PER_MINUTE
    return minutes


def _events(
    rows: pd.DataFrame, entity: pd.Series, when: pd.Series, what: str, place: pd.Series | None
) -> pd.DataFrame:
    """Events of one type, one for each of some rows."""
    name = rows["setting"].astype(str)
    return pd.DataFrame({
        "entity_id": entity[rows.index],
        "event_type": what,
        "event": "wait_" + name if what == QUEUES else name + "_ends" if what == ENDS else name,
        "timestamp": when[rows.index],
        "resource_id": pd.NA if place is None else place[rows.index],
        "pathway": rows["kind"].astype(str),
    })  # fmt: skip


def _ends_of_cases(rows: pd.DataFrame, entity: pd.Series) -> pd.DataFrame:
    """Each case's arrival and, unless something of it is open at the end, its departure."""
    by_case = rows.assign(entity_id=entity, is_open=rows["outcome"] == "open").groupby("entity_id")
    found = by_case.agg(arrival=("requested", "min"), depart=("ended", "max"), is_open=("is_open", "any"),
                        pathway=("kind", "first")).reset_index()  # fmt: skip
    arrivals = found.assign(event="arrival", timestamp=found["arrival"])
    departures = found[~found["is_open"]].assign(event="depart", timestamp=found["depart"])
    both = pd.concat([arrivals, departures])
    return pd.DataFrame({
        "entity_id": both["entity_id"], "event_type": ARRIVES_AND_LEAVES, "event": both["event"],
        "timestamp": both["timestamp"], "resource_id": pd.NA, "pathway": both["pathway"].astype(str),
    })  # fmt: skip
