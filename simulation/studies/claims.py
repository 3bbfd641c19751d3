"""Who is simulating what: a run is claimed before it starts, so that processes that share a store share the work.

A claim is a lock that the operating system holds on a small file; it ends with the process that took it, however that
ends. Where a file system knows no locks nothing is claimed: runs may then be simulated twice, with the same bytes.
"""

from __future__ import annotations

import errno
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

CLAIM = ".claim"
WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)


@dataclass
class Claim:
    """A run that this process may simulate."""

    lock: FileLock | None
    """None where there are no locks."""
    path: Path

    def release(self) -> None:
        """Let others have it; its file goes, so that a finished store holds nothing but runs."""
        if self.lock is None:
            return
        if sys.platform == "win32":
            self.lock.release()
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
            return
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        self.lock.release()


def claim(folder: Path, key: str) -> Claim | None:
    """Claim a run of a store; None when another process has it.

    Raises:
        OSError: when the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f".{key}{CLAIM}"
    lock = FileLock(path, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return None
    except NotImplementedError:
        return Claim(None, path)
    except OSError as error:
        if error.errno in WITHOUT_LOCKS:
            return Claim(None, path)
        raise
    return Claim(lock, path)


def is_claimed(folder: Path, key: str) -> bool:
    """Whether another process is simulating a run."""
    if not (folder / f".{key}{CLAIM}").exists():
        return False
    taken = claim(folder, key)
    if taken is None:
        return True
    taken.release()
    return False
