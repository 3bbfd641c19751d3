"""Which files are opened: the interpreter's own audit events, so that no way of opening goes unseen."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_listening: list[tuple[Path, set[str]]] = []


def _heard(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not _listening or not isinstance(arguments[0], (str, os.PathLike)):
        return
    path = Path(os.fsdecode(arguments[0])).resolve()
    for folder, names in _listening:
        if folder in path.parents:
            names.add(path.relative_to(folder).as_posix())


sys.addaudithook(_heard)


@contextmanager
def files_opened(folder: Path) -> Iterator[set[str]]:
    """Names of the files under a folder that are opened meanwhile."""
    entry = (folder.resolve(), set[str]())
    _listening.append(entry)
    try:
        yield entry[1]
    finally:
        _listening.remove(entry)
