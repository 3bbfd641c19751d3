"""Making the engine ready on a machine: its machine code is made once, before workers start, and kept."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from caresim.screen import tell
from caresim.version import model_version
from scenarios.build_model import build
from scenarios.resolve import resolve
from scenarios.resolved import Place
from simulation.addresses import DISABLED
from simulation.engines import DEFAULT_ENGINE
from simulation.jit import KEEPS_KERNELS, cache_folder
from simulation.run import Run

READY = "ready"
MONTHS = 2
PEOPLE = 200.0
KEPT_VERSIONS = 3
"""Machine code of so many versions of the model stays; older ones are removed."""


def is_ready() -> bool:
    """Whether the machine code of this version is kept, or cannot be kept at all."""
    return DISABLED or not KEEPS_KERNELS or (cache_folder() / READY).exists()


def make_ready(engine: str, *, quiet: bool) -> None:
    """Make an engine's machine code if there is none yet. Of several processes that ask at once, one makes it."""
    if engine != DEFAULT_ENGINE or is_ready():
        return
    if not quiet:
        tell("Preparing the engine for this machine, this once: about half a minute.")
    folder = cache_folder()
    with FileLock(folder / "being-made.lock"):
        if not is_ready():
            _run_a_few_people()
            (folder / READY).touch()
            _remove_old_versions(folder)


def worker_version() -> str:
    """What a worker on another machine does first: make its engine ready, and say which model it has."""
    make_ready(DEFAULT_ENGINE, quiet=True)
    return model_version()


def _run_a_few_people() -> None:
    """A run so small that all of its time goes into making machine code."""
    scenario = resolve("do-nothing", place="england-average-25k")
    model = build(replace(scenario, place=_smaller(scenario.place)), seed=1, replication=1)
    run = Run(model, model.teams, seed=1, replication=1)
    run.run_until(MONTHS)
    run.engine.close()


def _smaller(place: Place) -> Place:
    share = PEOPLE / place.people
    return replace(place, population=tuple(replace(cell, people=cell.people * share) for cell in place.population))


def _remove_old_versions(folder: Path) -> None:
    """Remove machine code that no version used of late."""
    versions = [each for each in folder.parent.iterdir() if (each / READY).exists()]
    for old in sorted(versions, key=lambda each: (each / READY).stat().st_mtime)[:-KEPT_VERSIONS]:
        with suppress(OSError):
            shutil.rmtree(old)
