"""What a file of a run looks like, by number, so that older files stay readable and newer ones are recognised."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA_VERSION = 1
"""Of the files that are written now: version 0, from before there was a number, says nothing about the run."""
ENTRY = b"caresim"
"""Under which a Parquet file carries its version and what its run was."""


@dataclass(frozen=True)
class RunFacts:
    """What a run was: enough to know whether any command can still use it."""

    model_version: str
    seed: int
    replication: int
    scenario: str
    """First characters of the digest of everything that the scenario is."""
    reduce: str
    """Importable name of what made the table."""


UNKNOWN = RunFacts("", 0, 0, "", "")


class NewerSchema(Exception):
    """A file that a later caresim wrote."""

    def __init__(self, path: Path, version: int) -> None:
        super().__init__(path, version)
        self.path = path
        self.version = version

    def __str__(self) -> str:
        return (
            f"{self.path} was written by a later caresim (schema {self.version}; this one reads up to "
            f"{SCHEMA_VERSION}). Install that version again, or name another folder with --out"
        )


def to_bytes(table: pd.DataFrame, facts: RunFacts) -> bytes:
    """A run's table as Parquet; equal tables and facts give equal bytes."""
    content = pa.Table.from_pandas(table, preserve_index=False, nthreads=1)
    entry = json.dumps({"schema": SCHEMA_VERSION, **facts.__dict__}, sort_keys=True)
    content = content.replace_schema_metadata({**(content.schema.metadata or {}), ENTRY: entry.encode()})
    buffer = io.BytesIO()
    pq.write_table(content, buffer, compression="zstd")
    return buffer.getvalue()


def from_bytes(content: bytes, path: Path) -> pd.DataFrame:
    """The table in a file's content.

    Args:
        content: of a file that is known to be whole.
        path: where it came from, for the message.

    Raises:
        NewerSchema: when it was written in a way that is not known here.
    """
    found = pq.read_table(io.BytesIO(content), use_threads=False)
    version = _entry(found.schema.metadata).get("schema", 0)
    if version > SCHEMA_VERSION:
        raise NewerSchema(path, version)
    table: pd.DataFrame = found.to_pandas(use_threads=False)
    return table


def facts_of(path: Path) -> RunFacts:
    """What a file says about its run, without reading its table; `UNKNOWN` for version 0.

    Raises:
        OSError: when it cannot be read.
        ValueError: when it is no Parquet file.
    """
    entry = _entry(pq.read_schema(path).metadata)
    return RunFacts(**{name: entry[name] for name in UNKNOWN.__dict__}) if entry else UNKNOWN


def _entry(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((metadata or {}).get(ENTRY, b"{}"))
    return found
