"""How far a study is and how long it still takes, on standard error; standard output is for results."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from caresim.estimate import in_words, runs_in_words
from caresim.screen import tell
from simulation.studies import Progress

PLAIN_EVERY_SECONDS = 20.0
BAR_WIDTH = 24
TRUST_PACE_AFTER_RUNS = 2

Report = Callable[[Progress], None]


@contextmanager
def progress_shown(expected_seconds: float, *, quiet: bool) -> Iterator[Report]:
    """A function to call with how far a study is: a bar on a terminal, plain lines elsewhere, nothing when quiet."""
    if quiet:
        yield _say_nothing
    elif sys.stderr.isatty():
        with _bar(expected_seconds) as report:
            yield report
    else:
        yield _PlainLines(expected_seconds)


class Pace:
    """Estimates the time left: from the expectation at first, from the pace once a few runs are done."""

    def __init__(self, expected_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.expected_seconds = expected_seconds
        self.clock = clock
        self.started = clock()
        self.done_before: int | None = None

    def seconds_left(self, progress: Progress) -> float:
        """Seconds until the last run, as well as can be said now."""
        if self.done_before is None:
            self.done_before = progress.done
        elapsed = self.clock() - self.started
        done, left = progress.done - self.done_before, progress.total - progress.done
        if done >= TRUST_PACE_AFTER_RUNS:
            return elapsed / done * left
        return max(0.0, self.expected_seconds - elapsed)


class _PlainLines:
    """Says how far it is now and then, for logs and screen readers."""

    def __init__(self, expected_seconds: float) -> None:
        self.pace = Pace(expected_seconds)
        self.said: tuple[float, int] | None = None

    def __call__(self, progress: Progress) -> None:
        left = self.pace.seconds_left(progress)
        if not self._is_due(progress):
            return
        self.said = (self.pace.clock(), progress.done)
        text = f"{progress.done} of {runs_in_words(progress.total)} done"
        tell(text if progress.done == progress.total else f"{text}, {in_words(left)} left")

    def _is_due(self, progress: Progress) -> bool:
        if self.said is None:
            return True
        when, done = self.said
        news = progress.done > done
        return news and (progress.done == progress.total or self.pace.clock() - when >= PLAIN_EVERY_SECONDS)


@contextmanager
def months_shown(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A function to call with months done and months in all of a single run; None when quiet."""
    said = [time.monotonic()]

    def report(done: int, total: int) -> None:
        if time.monotonic() - said[0] >= PLAIN_EVERY_SECONDS:
            said[0] = time.monotonic()
            tell(f"{done} of {total} months done")

    yield None if quiet else report


@contextmanager
def _bar(expected_seconds: float) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    columns = (BarColumn(BAR_WIDTH), TextColumn("{task.fields[said]}", table_column=Column(no_wrap=True)))
    pace = Pace(expected_seconds)
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, said="starting")

        def report(progress: Progress) -> None:
            said = f"{progress.done} of {runs_in_words(progress.total)}, {in_words(pace.seconds_left(progress))} left"
            bar.update(task, completed=progress.done, total=progress.total, said=said)

        yield report


def _say_nothing(progress: Progress) -> None:
    del progress
