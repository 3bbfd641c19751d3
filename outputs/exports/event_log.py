"""The event log as a file: one row a stay, in Parquet or CSV, written a month at a time.

Parquet keeps moments as instants with London's time zone; CSV has what clocks on the wall showed. The file is written
beside its place and moved there when it is whole.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simulation.calendar import Calendar, clock_seconds, unix_seconds
from simulation.stays import AGE_BANDS, NEVER, Outcome, Settings, Stays
from simulation.studies.whole_files import move_into_place

SCHEMA_VERSION = 1
"""Raised whenever a column changes its name or meaning."""
ENTRY = b"caresim event log"
ROWS_PER_GROUP = 1 << 17
"""Rows of a Parquet row group: as many as wait in memory before they are written."""
ROWS_SORTED_AT_ONCE = 1 << 19
LONDON = "Europe/London"
TIMES = ("requested", "started", "ready", "ended")
WORDS = ("setting", "kind", "age_band", "outcome", "next_setting", "held_for")
PARQUET: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": list(WORDS),
    "column_encoding": dict.fromkeys(("person", "visit", "need", *TIMES), "DELTA_BINARY_PACKED"),
}
"""Numbers seldom repeat: looking for repeats in them is half of the work of writing."""
COLUMNS = {
    "person": "who; patients from outside have ids from 2^40 on",
    "visit": "orders a person's visits",
    "need": "with person, names what began the episode; the same need has the same number in every scenario",
    "setting": "where",
    "kind": "kind of need, or of stream of patients from outside",
    "severity": "0 (least) to 1 (worst) within its kind and age",
    "age_band": "in years, when the stay was asked for",
    "care_home": "whether the person lived in a care home then",
    "requested": "when it was asked for",
    "started": "when it began; empty for a place in a queue that came to nothing",
    "ready": "when care was over; until ended the place was held",
    "ended": "when it was left",
    "outcome": "how it ended; open: still going on at the end of the run",
    "next_setting": "where the person went; empty: nowhere that is in this log",
    "held_for": "what the place was held for after ready; empty: nothing",
    "interrupted_seconds": "for how long somebody of higher priority had the place",
}
"""What each column is, in the order of the file."""
OUTCOMES = tuple(outcome.name.lower().replace("_", " ") for outcome in Outcome)
WHOLE = {"person": pa.int64(), "visit": pa.int64(), "need": pa.int64(), "interrupted_seconds": pa.int32()}

Bools = NDArray[np.bool_]


class EventLog:
    """A log being written; a context manager, and nothing is left behind when it ends with an error.

    Args:
        path: ends in .parquet or .csv.
        settings: names of the run's settings.
        calendar: of the run.
        about: what the run was (scenario, place, seed, run), kept in the file where the form can.
    """

    def __init__(self, path: Path, settings: Settings, calendar: Calendar, about: dict[str, str | int]) -> None:
        self.rows = 0
        self._path = path
        self._temporary = path.with_name(f".{path.name}.part-{os.getpid()}")
        self._settings, self._calendar = settings, calendar
        self._is_csv = path.suffix == ".csv"
        entry = {"schema": SCHEMA_VERSION, "start": calendar.start.isoformat(), **about}
        self._schema = pa.schema(
            [(name, _type_of(name, self._is_csv)) for name in COLUMNS], {ENTRY: json.dumps(entry).encode()}
        )
        self._waiting: list[Any] = []
        self._writer: Any = None

    def __enter__(self) -> Self:
        """Open the file."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._is_csv:
            self._writer = pyarrow.csv.CSVWriter(self._temporary, self._schema)
        else:
            self._writer = pq.ParquetWriter(self._temporary, self._schema, **PARQUET)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file, or remove what there is of it."""
        try:
            if kind is None:
                self._flush()
            self._writer.close()
            if kind is None:
                move_into_place(self._temporary, self._path)
        finally:
            self._temporary.unlink(missing_ok=True)

    def write(self, stays: Stays, chosen: Bools | None = None) -> None:
        """Add rows, or the chosen ones of them."""
        table = pa.table(
            {name: self._column(name, stays, chosen) for name in COLUMNS}, schema=self._schema
        )
        self.rows += len(table)
        self._waiting.append(table)
        if sum(map(len, self._waiting)) >= ROWS_PER_GROUP:
            self._flush()

    def write_table(self, table: Any) -> None:  # noqa: ANN401 - a pyarrow table
        """Add rows of another log of the same form."""
        self.rows += len(table)
        self._writer.write_table(table)

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting))
        self._waiting = []

    def _column(self, name: str, stays: Stays, chosen: Bools | None) -> Any:  # noqa: ANN401 - a pyarrow array
        own = {"need": "candidate", "held_for": "reason"}.get(name, name)
        values = getattr(stays, own)
        values = values if chosen is None else values[chosen]
        if name in TIMES:
            ticks = values.astype(np.int64)
            shown = clock_seconds(self._calendar, ticks) if self._is_csv else ticks + unix_seconds(self._calendar)
            return pa.array(shown, mask=ticks == NEVER).cast(pa.timestamp("s")).cast(self._schema.field(name).type)
        if name in WORDS:
            empty = values < 0 if name != "held_for" else values == 0
            codes = pa.array(values.astype(np.int16), mask=empty)
            words = pa.DictionaryArray.from_arrays(codes, self._words(name))
            return words.cast(pa.string()) if self._is_csv else words
        return pa.array(values).cast(self._schema.field(name).type)

    def _words(self, name: str) -> list[str]:
        return list({
            "setting": self._settings.names, "next_setting": self._settings.names, "kind": self._settings.kinds,
            "age_band": AGE_BANDS, "outcome": OUTCOMES, "held_for": self._settings.reasons,
        }[name])  # fmt: skip


def read_log(path: Path) -> pd.DataFrame:
    """A log as a data frame: moments in London's time, words as categories. For logs that fit into memory.

    Raises:
        ValueError: when it was written by a later caresim, or is no event log.
    """
    if path.suffix == ".csv":
        return pd.read_csv(path, parse_dates=list(TIMES))
    about(path)
    table: pd.DataFrame = pq.read_table(path).to_pandas()
    return table


def about(path: Path) -> dict[str, str | int]:
    """What a Parquet log says about its run.

    Raises:
        ValueError: when it was written by a later caresim, or is no event log.
    """
    metadata = pq.read_schema(path).metadata or {}
    if ENTRY not in metadata:
        raise ValueError(f"{path} is no event log of caresim")
    entry: dict[str, str | int] = json.loads(metadata[ENTRY])
    if int(entry["schema"]) > SCHEMA_VERSION:
        raise ValueError(f"{path} was written by a later caresim (schema {entry['schema']})")
    return entry


def tables_by_person(path: Path) -> Iterator[Any]:
    """A Parquet log as tables in order of person and visit, nobody in two of them; a part in memory at a time."""
    log = pq.ParquetFile(path)
    persons = np.sort(np.concatenate([
        np.zeros(0, np.int64),
        *(batch.column(0).to_numpy() for batch in log.iter_batches(columns=["person"])),
    ]))  # fmt: skip
    edges = np.unique(persons[::ROWS_SORTED_AT_ONCE]).tolist()
    del persons
    for first, after in zip(edges, [*edges[1:], None], strict=True):
        parts = []
        for batch in log.iter_batches():
            inside = pc.greater_equal(batch.column(0), first)
            if after is not None:
                inside = pc.and_(inside, pc.less(batch.column(0), after))
            parts.append(pa.Table.from_batches([batch]).filter(inside))
        whole = pa.concat_tables(parts)
        yield whole.take(pc.sort_indices(whole, [(name, "ascending") for name in ("person", "visit", "started")]))


def sorted_by_person(path: Path, target: Path) -> None:
    """Write a Parquet log again in order of person and visit, a part of the people in memory at a time."""
    temporary = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        with pq.ParquetWriter(temporary, pq.read_schema(path), **PARQUET) as writer:
            for table in tables_by_person(path):
                writer.write_table(table, row_group_size=ROWS_PER_GROUP)
        move_into_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def _type_of(name: str, is_csv: bool) -> Any:  # noqa: ANN401 - a pyarrow type
    if name in TIMES:
        return pa.timestamp("s") if is_csv else pa.timestamp("s", tz=LONDON)
    if name in WORDS:
        return pa.string() if is_csv else pa.dictionary(pa.int16(), pa.string())
    if name in WHOLE:
        return WHOLE[name]
    return pa.float64() if name == "severity" else pa.bool_()
