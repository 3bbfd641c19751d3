"""A study's folder as one zip: the same folder gives the same bytes, and nothing half-written is left."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from caresim.results import RUNS
from scenarios.messages import BadInput, Message
from simulation.studies.whole_files import move_into_place

SAME_TIME = (1980, 1, 1, 0, 0, 0)
"""Times of files are left out of the zip, so that it follows from their contents."""
BYTES_PER_MEGABYTE = 1e6


def pack(folder: Path, out: Path | None = None) -> tuple[Path, float]:
    """Write the zip and return where it is and its size in megabytes.

    Args:
        folder: of a finished study.
        out: the zip; None puts it beside the folder, under the folder's name.

    Raises:
        BadInput: when `out` is a folder or lies inside the study.
        OSError: when it cannot be written.
    """
    folder = folder.resolve()
    target = (out or folder.with_name(f"{folder.name}.zip")).resolve()
    if target.is_dir() or folder in target.parents:
        text = "A file beside or outside the study is wanted, such as study.zip."
        raise BadInput([Message("", 0, "--out", str(out), text=text, label="option")])
    beside = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in _files(folder):
                entry = zipfile.ZipInfo(f"{folder.name}/{path.relative_to(folder).as_posix()}", SAME_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, path.read_bytes())
        move_into_place(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    return out or target, target.stat().st_size / BYTES_PER_MEGABYTE


def _files(folder: Path) -> list[Path]:
    """What belongs to the study: not its single runs, and nothing that is being written."""
    return [
        path for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != RUNS and ".part-" not in path.name
    ]
