"""Finished runs on disk: one small table each, written whole or not at all."""

from __future__ import annotations

import hashlib
import io
import os
import time
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.studies.whole_files import move_into_place

DIGEST_LENGTH = 16
SUFFIX = ".parquet"
ABANDONED_AFTER_SECONDS = 3600.0


class Store:
    """A folder of runs by key.

    A file is named `<key>-<digest of its bytes>.parquet`, so that a file that was damaged shows by its name, and any
    tool that reads Parquet reads the folder. Several processes may write to it at once.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, key: str, table: pd.DataFrame) -> None:
        """Keep a run's table. Equal tables give equal bytes.

        Raises:
            OSError: when the folder cannot be written to.
        """
        content = _parquet_bytes(table)
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f".{key}-{os.getpid()}.part"
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        move_into_place(temporary, self.folder / f"{key}-{_digest(content)}{SUFFIX}")

    def read(self, key: str) -> pd.DataFrame | None:
        """The table of a run, or None when there is none that is whole. A damaged file is removed."""
        for path in sorted(self.folder.glob(f"{key}-*{SUFFIX}")):
            content = path.read_bytes()
            if path.name == f"{key}-{_digest(content)}{SUFFIX}":
                table: pd.DataFrame = pq.read_table(io.BytesIO(content), use_threads=False).to_pandas(use_threads=False)
                return table
            path.unlink(missing_ok=True)
        return None

    def keys(self) -> set[str]:
        """Keys that have a file, whole or not; quick, for showing progress."""
        return {path.name.split("-")[0] for path in self.folder.glob(f"*-*{SUFFIX}")}

    def missing(self, keys: list[str]) -> set[str]:
        """Those keys that have no whole file, reading each file there is."""
        present = self.keys()
        return {key for key in keys if key not in present or self.read(key) is None}

    def size_bytes(self, keys: list[str]) -> int:
        """What the files of these keys take on disk."""
        wanted = set(keys)
        return sum(p.stat().st_size for p in self.folder.glob(f"*-*{SUFFIX}") if p.name.split("-")[0] in wanted)

    def clear_abandoned(self) -> None:
        """Remove half-written files that a killed process left behind more than an hour ago."""
        for path in self.folder.glob(".*.part"):
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > ABANDONED_AFTER_SECONDS:
                    path.unlink()


def _parquet_bytes(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False, nthreads=1), buffer, compression="zstd")
    return buffer.getvalue()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
