"""Files that are there whole or not at all: written beside their place, then renamed."""

from __future__ import annotations

import time
from pathlib import Path

LOCKED_TRIES = 10
LOCKED_WAIT_SECONDS = 0.1


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
