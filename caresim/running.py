"""From a prepared study to a finished one: say what it takes, ask, run, compare, write."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import click

from caresim.errors import Interrupted
from caresim.estimate import Estimate, estimate, in_words, learn
from caresim.options import Choices
from caresim.progress import progress_shown
from caresim.results import runs_folder
from caresim.study import Study
from simulation.studies import Store, replicate
from simulation.studies.executor import cores

ASK_FROM_SECONDS = 600.0


@dataclass(frozen=True)
class Outlook:
    """What is left to do of a study."""

    runs: int
    missing: int
    expected: Estimate

    def __str__(self) -> str:
        """As said before it starts: "32 runs: about 6 minutes; 3 MB"."""
        if not self.missing:
            return f"{self.runs} runs, all there from before"
        before = f", {self.runs - self.missing} of them there from before" if self.missing < self.runs else ""
        return f"{self.runs} runs{before}: {in_words(self.expected.seconds)}; {self.expected.megabytes:.0f} MB"


def look_ahead(study: Study, store: Store, jobs: int) -> Outlook:
    """What the store lacks of a study, and how long that will take."""
    keys = [key for _, _, key in study.plan.runs()]
    missing = store.missing(keys)
    return Outlook(len(keys), len(missing), estimate(study.plan, missing, jobs, study.engine))


def has_agreed(outlook: Outlook, choices: Choices) -> bool:
    """Whether to go on: asked only when it takes long, somebody is at the keyboard and --yes was not given."""
    if choices.yes or choices.silent or outlook.expected.seconds < ASK_FROM_SECONDS or not sys.stdin.isatty():
        return True
    return click.confirm("Go on?", default=True, err=True)


def run_study(study: Study, store: Store, outlook: Outlook, jobs: int, *, quiet: bool) -> float:
    """Have every run of a study in the store and return the seconds that it took.

    Raises:
        Interrupted: the user pressed Ctrl-C; the text says what is kept.
    """
    began = time.monotonic()
    try:
        with progress_shown(outlook.expected.seconds, quiet=quiet or not outlook.missing) as report:
            replicate(study.plan, store, jobs=jobs, on_progress=report)
    except KeyboardInterrupt:
        raise Interrupted(_what_is_kept(study, store)) from None
    seconds = time.monotonic() - began
    learn(outlook.expected, seconds, study.engine)
    return seconds


def workers(choices_jobs: int | None) -> int:
    """Runs at the same time: as asked for, else one a core."""
    return choices_jobs or cores()


def store_of(out: Path | None) -> Store:
    """Where the runs of a study are kept."""
    return Store(runs_folder(out))


def _what_is_kept(study: Study, store: Store) -> str:
    keys = {key for _, _, key in study.plan.runs()}
    kept = len(keys & store.keys())
    return (
        f"Stopped. {kept} of {len(keys)} runs are kept in {store.folder}; "
        "the same command goes on from there. No results were written."
    )
