"""What is kept in a folder of results, finished studies and runs: whether it is whole, and what may go."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caresim.inputs import RUN_FILES
from caresim.results import MANIFEST, RESULTS, RUNS
from caresim.version import model_version
from outputs.finished import INPUTS, RUN_FACTS
from outputs.writer import SCHEMA_VERSION
from scenarios.messages import BadInput, Message
from simulation.studies import Store
from simulation.studies.schema import facts_of
from simulation.studies.whole_files import clear_beside


@dataclass(frozen=True)
class Kept:
    """A finished study."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def made_with(self) -> dict[str, Any]:
        """What its findings depend on besides its inputs."""
        found: dict[str, Any] = self.manifest["made_with"]
        return found

    @property
    def is_of_this_model(self) -> bool:
        """Whether the same command would use its runs."""
        return bool(self.made_with.get("model") == model_version())

    def date(self) -> str:
        """When it was finished, as its facts have it; empty when they are gone."""
        with suppress(OSError, ValueError):
            facts = json.loads((self.folder / RUN_FACTS).read_text(encoding="utf-8"))
            return str(facts.get("finished", ""))[:10]
        return ""

    def run_files(self) -> list[str]:
        """Names of the files that its runs are in; none for a study from before these were written down."""
        with suppress(OSError):
            text = (self.folder / INPUTS / RUN_FILES).read_text(encoding="utf-8")
            return [row["file"] for row in csv.DictReader(io.StringIO(text))]
        return []

    def size_bytes(self) -> int:
        """On the disk, without runs that are kept inside it."""
        files = (path for path in self.folder.rglob("*") if path.is_file() and RUNS not in path.parts[-2:-1])
        return sum(path.stat().st_size for path in files)

    def store(self) -> Store:
        """Where its runs are."""
        own = self.folder / RUNS
        return Store(own if own.is_dir() else self.folder.parent / RUNS)


@dataclass(frozen=True)
class Checked:
    """How a study, or the store, has come through the time since."""

    files: int
    changed: tuple[str, ...]
    lost: tuple[str, ...]
    runs: int
    runs_lost: int
    """Runs that are not there or are damaged; the findings do not need them."""

    @property
    def is_whole(self) -> bool:
        """Whether every file that belongs to the findings is as it was written."""
        return not self.changed and not self.lost


def opened(folder: Path) -> Kept:
    """A finished study.

    Raises:
        BadInput: when a later caresim wrote it, or its manifest cannot be read; with the way forward.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        version, _ = int(manifest.get("schema", 0)), manifest["files"]
        command = manifest["command"]
    except (OSError, ValueError, TypeError, KeyError):
        text = "It cannot be read. The tables in data/ can; the same command with another --out makes the study again."
        raise BadInput([Message(str(path), 0, "", text=text)]) from None
    if version > SCHEMA_VERSION:
        text = (
            f"A later caresim wrote this (schema {version}; this one reads up to {SCHEMA_VERSION}). Install that "
            f"version, or run it again here with another --out: {command}"
        )
        raise BadInput([Message(str(path), 0, "", text=text)])
    return Kept(folder, manifest)


def checked(study: Kept) -> Checked:
    """See whether a study's files, and the runs that it was made from, are as they were written."""
    changed, lost = [], []
    for name, fingerprint in study.manifest["files"].items():
        try:
            content = (study.folder / name).read_bytes()
        except OSError:
            lost.append(name)
            continue
        if hashlib.sha256(content).hexdigest() != fingerprint:
            changed.append(name)
    runs, store = study.run_files(), study.store()
    gone = sum(store.is_damaged(name) for name in runs)
    return Checked(len(study.manifest["files"]), tuple(changed), tuple(lost), len(runs), gone)


@dataclass(frozen=True)
class Prunable:
    """Files that no command will use again."""

    runs: tuple[Path, ...]
    leftovers: tuple[Path, ...]

    def size_bytes(self) -> int:
        """On the disk."""
        return sum(path.stat().st_size for path in (*self.runs, *self.leftovers) if path.exists())


def prunable(results: Path = RESULTS, *, every: bool = False) -> Prunable:
    """Runs of other versions of the model, or every run; and what was left half-written."""
    store = Store(results / RUNS)
    runs = [store.folder / name for names in store.files().values() for name in names]
    old = [path for path in runs if every or not _is_usable(path)]
    return Prunable(tuple(old), tuple(store.abandoned()))


def prune(what: Prunable, results: Path = RESULTS) -> int:
    """Remove files and return how many have gone; those that something holds stay."""
    gone = 0
    for path in (*what.runs, *what.leftovers):
        with suppress(OSError):
            path.unlink()
            gone += 1
    for folder in results.glob("*"):
        clear_beside(folder)
    return gone


def _is_usable(path: Path) -> bool:
    """Whether a run is of the model that is installed."""
    try:
        return facts_of(path).model_version == model_version()
    except (OSError, ValueError):
        return False
