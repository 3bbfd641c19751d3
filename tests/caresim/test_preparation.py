"""The engine's machine code is made once on a machine, by one process, and the user is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import numba
from caresim import preparation
preparation._run_a_few_people = lambda: print("made")
preparation.make_ready("compiled", quiet=False)
print(preparation.is_ready())
"""


def started(folder: Path, program: str = PROGRAM) -> subprocess.Popen[str]:
    """A process with a cache folder of its own."""
    surroundings = {**os.environ, "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    surroundings.pop("NUMBA_DISABLE_JIT", None)
    return subprocess.Popen(
        [sys.executable, "-c", program], env=surroundings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_of_several_processes_one_makes_the_code_and_the_others_wait_for_it(tmp_path: Path) -> None:
    """However many studies start at once on a new machine."""
    said = [process.communicate()[0].split() for process in [started(tmp_path) for _ in range(3)]]
    assert sorted(said) == [["True"], ["True"], ["made", "True"]]


def test_what_a_killed_process_was_making_is_made_by_the_next(tmp_path: Path) -> None:
    """Its lock goes with it, and nothing passes for ready that is not."""
    forever = PROGRAM.replace('print("made")', '(print("making", flush=True), time.sleep(600))')
    with started(tmp_path, f"import time\n{forever}") as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == "making\n"
        killed.kill()
    assert started(tmp_path).communicate()[0].split() == ["made", "True"]


def test_the_user_is_told_once(tmp_path: Path) -> None:
    """The first study takes longer, and says why; the next says nothing."""
    _, first = started(tmp_path).communicate()
    _, second = started(tmp_path).communicate()
    assert "Preparing the engine" in first
    assert second == ""


def test_nothing_is_made_for_the_simpy_engine(tmp_path: Path) -> None:
    """It needs none of the compiled engine's code."""
    said, told = started(tmp_path, PROGRAM.replace('"compiled"', '"simpy"')).communicate()
    assert said.split() == ["False"]
    assert told == ""


def test_machine_code_of_old_versions_does_not_pile_up(tmp_path: Path) -> None:
    """The last few versions stay."""
    for age in range(5):
        old = tmp_path / f"version{age}"
        old.mkdir()
        (old / "ready").touch()
        os.utime(old / "ready", (1000 - age, 1000 - age))
    started(tmp_path).communicate()
    assert sorted(each.name for each in tmp_path.glob("version*")) == ["version0", "version1"]
