"""Finished runs on disk: one small table each, written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from simulation.studies import schema
from simulation.studies.claims import CLAIM, claim, is_claimed
from simulation.studies.schema import UNKNOWN, RunFacts
from simulation.studies.whole_files import ABANDONED_AFTER_SECONDS, PART, write_whole

DIGEST_LENGTH = 16
SUFFIX = ".parquet"
TRACE = ".trace"
"""Of a file in which a worker that was given up says what it was doing."""
LEFTOVERS = (PART, CLAIM, TRACE)
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Unusable(Exception):
    """Something that a whole study depends on is not as it must be; going on would be of no use."""


class StoreUnusable(Unusable):
    """A folder that runs cannot be kept in."""

    def __init__(self, folder: str, reason: str, is_full: bool) -> None:
        super().__init__(folder, reason, is_full)
        self.folder = folder
        self.reason = reason
        self.is_full = is_full

    def __str__(self) -> str:
        if self.is_full:
            return f"there is no room left for {self.folder} ({self.reason}). Make room and give the same command again"
        return f"{self.folder} cannot be written to: {self.reason}"


class Store:
    """A folder of runs by key.

    A file is named `<key>-<digest of its bytes>.parquet`, so that a file that was damaged shows by its name, and any
    tool that reads Parquet reads the folder. Several processes may write to it at once.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, key: str, table: pd.DataFrame, facts: RunFacts = UNKNOWN) -> str:
        """Keep a run's table and return the name of its file. Equal tables and facts give equal bytes.

        Raises:
            StoreUnusable: when the folder cannot be written to, or its disk is full.
        """
        content = schema.to_bytes(table, facts)
        name = _name(key, content)
        try:
            write_whole(self.folder / name, content)
        except OSError as error:
            raise unusable(self.folder, error) from error
        return name

    def read(self, key: str) -> pd.DataFrame | None:
        """The table of a run, or None when there is none that is whole. A damaged file is removed.

        Raises:
            NewerSchema: when a later caresim wrote it.
        """
        return self._read(path.name for path in sorted(self.folder.glob(f"{key}-*{SUFFIX}")))

    def tables(self, keys: Iterable[str]) -> Iterator[pd.DataFrame | None]:
        """What `read` gives for each key, looking into the folder once."""
        files = self.files()
        for key in keys:
            yield self._read(files.get(key, ()))

    def files(self) -> dict[str, tuple[str, ...]]:
        """Names of the files of each key, whole or not, in order; nearly always one."""
        found: dict[str, tuple[str, ...]] = {}
        for name in sorted(_names(self.folder)):
            key, dash, _ = name.partition("-")
            if dash and name.endswith(SUFFIX) and not name.startswith("."):
                found[key] = (*found.get(key, ()), name)
        return found

    def keys(self) -> set[str]:
        """Keys that have a file, whole or not; quick, for showing progress."""
        return set(self.files())

    def missing(self, keys: Collection[str]) -> set[str]:
        """Those keys that have no whole file, reading each file there is."""
        files = self.files()
        return {key for key in keys if self.whole(files.get(key, ())) is None}

    def whole(self, names: Iterable[str]) -> str | None:
        """The first of some files of a key whose bytes are those that were written; damaged ones are removed."""
        return next((name for name in names if self._content(name) is not None), None)

    def size_bytes(self, keys: Collection[str]) -> int:
        """What the files of these keys take on disk."""
        files = self.files()
        return sum((self.folder / name).stat().st_size for key in keys for name in files.get(key, ()))

    def clear_abandoned(self) -> None:
        """Remove what killed processes left: half-written files and claims of runs that nobody is simulating now."""
        for path in self.abandoned():
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def abandoned(self) -> list[Path]:
        """Half-written files and claims of runs that nobody is simulating now."""
        found = []
        for name in _names(self.folder):
            if name.startswith(".") and name.endswith(LEFTOVERS):
                path = self.folder / name
                with suppress(OSError):
                    is_old = time.time() - path.stat().st_mtime > ABANDONED_AFTER_SECONDS
                    if self._is_free(name[1:].partition("-")[0].partition(".")[0]) or is_old:
                        found.append(path)
        return found

    def take_over(self, other: Store, keys: Collection[str]) -> None:
        """Copy those runs from another store that are missing here and whole there.

        Raises:
            StoreUnusable: when this store cannot be written to.
        """
        if other.folder.resolve() == self.folder.resolve():
            return
        theirs = other.files()
        for key in self.missing(keys):
            for name in theirs.get(key, ()):
                content = other._content(name)
                if content is not None:
                    try:
                        write_whole(self.folder / name, content)
                    except OSError as error:
                        raise unusable(self.folder, error) from error

    def is_damaged(self, name: str) -> bool:
        """Whether a file of a run is not there, or not as it was written; it stays as it is."""
        try:
            content = (self.folder / name).read_bytes()
        except OSError:
            return True
        return name != _name(name.partition("-")[0], content)

    def _is_free(self, key: str) -> bool:
        """Whether it is certain that no process is simulating a run; where there are no locks it never is."""
        taken = claim(self.folder, key)
        if taken is None:
            return False
        taken.release()
        return taken.lock is not None

    def is_elsewhere(self, key: str) -> bool:
        """Whether another process is simulating a run now."""
        return is_claimed(self.folder, key)

    def _read(self, names: Iterable[str]) -> pd.DataFrame | None:
        for name in names:
            content = self._content(name)
            if content is not None:
                return schema.from_bytes(content, self.folder / name)
        return None

    def _content(self, name: str) -> bytes | None:
        """The bytes of a file if they are those that were written; else it is removed, if it can be."""
        path = self.folder / name
        try:
            content = path.read_bytes()
        except OSError:
            content = b""
        if name == _name(name.partition("-")[0], content):
            return content
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return None


def unusable(folder: Path, error: OSError) -> StoreUnusable:
    """What an error of the file system means for a store."""
    return StoreUnusable(str(folder), error.strerror or str(error), error.errno in FULL)


def facts(spec_identity: str, model_version: str, seed: int, replication: int, reduce: str) -> RunFacts:
    """What is written into a run's file about it; all of it is in the run's key too."""
    scenario = hashlib.sha256(spec_identity.encode()).hexdigest()[:DIGEST_LENGTH]
    return RunFacts(model_version, seed, replication, scenario, reduce)


def sizes(folder: Path, files: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Bytes on disk by key."""
    return {key: sum((folder / name).stat().st_size for name in names) for key, names in files.items()}


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names of ten thousand files, without a path object for each
    except FileNotFoundError:
        return []


def _name(key: str, content: bytes) -> str:
    return f"{key}-{_digest(content)}{SUFFIX}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]
