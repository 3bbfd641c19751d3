"""Files that are there whole or not at all: written beside their place, then renamed."""

from __future__ import annotations

import os
import platform
import secrets
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

LOCKED_TRIES = 10
LOCKED_WAIT_SECONDS = 0.1
PART = ".part"
ABANDONED_AFTER_SECONDS = 3600.0


def move_into_place(temporary: Path, place: Path) -> None:
    """Rename a finished file or folder, trying again for a second.

    On Windows a virus scanner or a synced folder may hold what was just written.

    Raises:
        PermissionError: when it is still held after that.
    """
    for tries_left in reversed(range(LOCKED_TRIES)):
        try:
            temporary.replace(place)
        except PermissionError:
            if tries_left == 0:
                raise
            time.sleep(LOCKED_WAIT_SECONDS)
        else:
            return


def beside(place: Path) -> Path:
    """A name for what is being written for a place, that no other process uses."""
    return place.with_name(f".{place.name}.{_machine()}.{os.getpid()}.{secrets.token_hex(3)}{PART}")


def clear_beside(place: Path) -> None:
    """Remove what processes that have gone left half-written for a place."""
    with suppress(OSError):
        for path in place.parent.iterdir():
            if path.name.startswith(f".{place.name}.") and path.name.endswith(PART) and is_abandoned(path):
                shutil.rmtree(path, ignore_errors=True)
                path.unlink(missing_ok=True)


def is_abandoned(path: Path) -> bool:
    """Whether what is half-written will never be finished: its process has gone, or it is an hour old."""
    *_, machine, number, _, _ = path.name.split(".")
    if machine == _machine() and number.isdecimal() and sys.platform != "win32":
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False
    return time.time() - path.stat().st_mtime > ABANDONED_AFTER_SECONDS


def _machine() -> str:
    return "".join(letter for letter in platform.node() if letter.isalnum() or letter == "-") or "here"


def write_whole(place: Path, content: bytes, *, lasting: bool = False) -> None:
    """Write a file so that it is there whole or not at all.

    Args:
        place: where it goes; its folder is made.
        content: what is in it.
        lasting: wait until the disk has it. Without, a power cut may leave an empty file of that name, which those
            whose content can be told from their name do not mind.

    Raises:
        OSError: when it cannot be written; nothing half-written stays behind.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = beside(place)
    try:
        write_bytes(temporary, content, lasting=lasting)
        move_into_place(temporary, place)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def write_folder(folder: Path, files: Mapping[str, bytes], *, last: str) -> None:
    """Write the files of a folder, and last the one whose presence says that it is complete.

    A new folder is written beside its place and moved there in one step. A folder that is there already gets its files
    one by one, each whole or not at all.

    Args:
        folder: where they go.
        files: contents by path inside the folder, with "/" between its parts.
        last: name of the file that is written after all others.

    Raises:
        OSError: when something cannot be written; nothing half-written stays behind.
    """
    names = [*(name for name in files if name != last), last]
    clear_beside(folder)
    if folder.exists():
        for name in names:
            clear_beside(folder / name)
            write_whole(folder / name, files[name], lasting=True)
        return
    temporary = beside(folder)
    try:
        for name in names:
            path = temporary / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(path, files[name], lasting=True)
        move_into_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_bytes(path: Path, content: bytes, *, lasting: bool) -> None:
    """Write a file; with `lasting`, wait until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        if lasting:
            file.flush()
            os.fsync(file.fileno())
