"""Studies that are killed at any moment, starved of disk and damaged end as if nothing had happened."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
KILLS = 200


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes in /proc")
def test_two_hundred_kills_lose_nothing_and_change_nothing() -> None:
    """Driver, workers and their children, at each kind of file operation and at random moments; a full disk; damaged
    files; a worker that hangs. `faults.py` says what must hold after each. More: `python -m tests...faults --kills`.
    """
    ended = subprocess.run(
        [sys.executable, "-m", "tests.simulation.studies.faults", "--kills", str(KILLS)],
        cwd=PROJECT, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    befell = json.loads(ended.stdout)
    assert sum(count for what, count in befell.items() if "killed" in what) >= KILLS
    for what in ("driver killed", "worker killed", "child killed", "killed at a moment", "disk full", "file damaged"):
        assert befell[what] >= 5, f"{what}: {befell.get(what, 0)}"
    assert befell["hung"] == 1
