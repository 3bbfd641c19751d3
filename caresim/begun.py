"""Studies that were begun and are not finished: a note each, so that they can be listed, joined and gone on with."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from simulation.studies.whole_files import write_whole

UNFINISHED = "unfinished"
SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Begun:
    """A study that somebody asked for.

    Attributes:
        study: its identity.
        title: with which the name of its folder begins.
        command: that goes on with it.
        verb: "compare", "run" or another command.
        names: of the scenarios, as given.
        options: that change results, by name, as `caresim.options.Choices` has them.
        runs: how many it has in all.
        shard: "3/40" when only a part was asked for; else empty.
    """

    study: str
    title: str
    command: str
    verb: str
    names: tuple[str, ...]
    options: dict[str, object]
    runs: int
    shard: str = ""

    @property
    def file_name(self) -> str:
        """Of its note."""
        part = f".shard-{self.shard.replace('/', '-of-')}" if self.shard else ""
        return f"{self.title}_{self.study}{part}.json"


def note(results: Path, begun: Begun) -> None:
    """Leave a note that a study was begun.

    Raises:
        OSError: when the folder cannot be written to.
    """
    write_whole(results / UNFINISHED / begun.file_name, _text(begun).encode())


def forget(results: Path, study: str) -> None:
    """Remove the notes of a study that is finished."""
    folder = results / UNFINISHED
    for path in folder.glob(f"*_{study}*.json"):
        with suppress(OSError):
            path.unlink()
    with suppress(OSError):
        folder.rmdir()


def all_begun(folders: Iterable[Path]) -> list[Begun]:
    """Every study that was begun in some folders of results, by title; notes that cannot be read are passed over."""
    found: dict[str, Begun] = {}
    for folder in folders:
        for path in sorted((folder / UNFINISHED).glob("*.json")):
            with suppress(OSError, ValueError, TypeError, KeyError):
                noted = json.loads(path.read_text(encoding="utf-8"))
                if noted.pop("schema") <= SCHEMA_VERSION:
                    found[path.name] = Begun(**{**noted, "names": tuple(noted["names"])})
    return [found[name] for name in sorted(found)]


def _text(begun: Begun) -> str:
    return json.dumps({"schema": SCHEMA_VERSION, **asdict(begun)}, indent=2, sort_keys=True) + "\n"
