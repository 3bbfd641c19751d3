"""Running caresim as a user does: in a process of its own, from a folder of the user's."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def caresim(*arguments: str, folder: Path, encoding: str = "utf-8", **environment: str) -> Ended:
    """Run `caresim` with these arguments in a folder; logs and caches go there too."""
    completed = subprocess.run(
        [sys.executable, "-m", "caresim", *arguments],
        cwd=folder,
        env=environment_in(folder, PYTHONIOENCODING=encoding, **environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=600,
        check=False,
    )
    return Ended(completed.returncode, completed.stdout.decode(encoding), completed.stderr.decode(encoding))


def environment_in(folder: Path, **environment: str) -> dict[str, str]:
    """An environment whose home is a folder, with this project first on Python's path."""
    home = folder / "home"
    kept = {name: os.environ[name] for name in ("NUMBA_CACHE_DIR", "PATH", "SYSTEMROOT") if name in os.environ}
    own = {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "XDG_STATE_HOME": str(home / "state")}
    own["NUMBA_CACHE_DIR"] = kept.get("NUMBA_CACHE_DIR", str(Path.home() / ".cache" / "caresim" / "compiled"))
    return {**kept, **own, "PYTHONPATH": str(PROJECT), "COLUMNS": "100", **environment}
