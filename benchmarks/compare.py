"""How long `caresim compare` takes for a planner: four scenarios, 20 runs, 250,000 people, three simulated years.

The command line as it is, in a process of its own, with compiled code kept from before and results in a new folder. The
three years are one of burn-in, one before the services start, and one with them; the scenarios share the first two.
Clock time depends on what else the machine does; processor time of all workers is printed beside it.
Run: python -m benchmarks.compare [runs]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure
from caresim.options import DEFAULT_ENGINE
from caresim.preparation import make_ready
from simulation.studies.executor import cores

PLAN = """title: Do nothing
question: What happens if care stays organised as it is?
extends: do-nothing
run: April 2016 to March 2018
starts: April 2017
"""
"""A year of burn-in comes before the first month of `run`."""
OTHERS = ("care-home-teams", "hospital-at-home", "same-day-emergency-care")
"""Services that are at full size within a year."""
PLACE = "england-average"
RUNS = 20
MOST_SECONDS = 180.0


@dataclass(frozen=True)
class Compared:
    """One comparison, from pressing Enter to the results on disk, in seconds."""

    clock: float
    processor: float
    """Of all its processes."""
    runs: int
    shown: str
    """What it printed."""


def compared(runs: int) -> Compared:
    """Compare once.

    Raises:
        subprocess.CalledProcessError: when the command fails.
    """
    make_ready(DEFAULT_ENGINE, quiet=False)
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "do-nothing-for-two-years.yaml"
        plan.write_text(PLAN, encoding="utf-8")
        command = [sys.executable, "-m", "caresim", "compare", str(plan), *OTHERS, "--place", PLACE, "--yes",
                   "--replications", str(runs), "--out", str(Path(folder) / "results")]  # fmt: skip
        before, began = _children(), time.perf_counter()
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        return Compared(time.perf_counter() - began, _children() - before, runs, done.stdout)


def _children() -> float:
    """Seconds of processor time of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def figure(found: Compared) -> Figure:
    """The row of the table; with fewer runs than asked for it is scaled, and says so."""
    share = RUNS / found.runs
    scaled = "" if found.runs == RUNS else f"scaled from {found.runs} runs, so start-up counts too often; "
    return Figure(
        f"compare: do-nothing + {len(OTHERS)}, {RUNS} runs, 250,000 people, 3 years, clock", found.clock * share, "s",
        at_most=MOST_SECONDS, note=f"{scaled}{found.processor * share:,.0f} CPU-seconds on {cores()} cores",
    )  # fmt: skip


def main() -> None:
    """Compare and print what it took; progress goes to standard error."""
    found = compared(int(sys.argv[1]) if sys.argv[1:] else RUNS)
    print(found.shown)
    print(figure(found))


if __name__ == "__main__":
    main()
