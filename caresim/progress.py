"""How far a study is, how long it still takes and how well its headline is known so far.

On standard error, since standard output is for results: a bar on a terminal, plain lines elsewhere, JSON lines for
programs; and in a log file if one is wanted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from caresim.estimate import in_words, runs_in_words
from caresim.screen import tell
from simulation.studies import Progress

PLAIN_EVERY_SECONDS = 20.0
JSON_EVERY_SECONDS = 1.0
BAR_WIDTH = 24
TRUST_PACE_AFTER_RUNS = 2
JSON_LINES = ".jsonl"


@dataclass(frozen=True)
class Known:
    """How well a figure is known by the runs that are done."""

    measure: str
    words: str
    """As read: "emergency admissions ±35"."""
    half_width: float
    """Of the 95 % interval of its mean, by Student's t."""


class Report(Protocol):
    """What is called with how far a study is."""

    def __call__(self, progress: Progress, known: Known | None = None) -> None:
        """Show it, if it is time to."""


@contextmanager
def progress_shown(
    expected_seconds: float, *, quiet: bool, form: str = "auto", log: Path | None = None
) -> Iterator[Report]:
    """A function to call with how far a study is.

    Args:
        expected_seconds: for all of it.
        quiet: show nothing; a log file is written all the same.
        form: "auto" (a bar on a terminal, lines elsewhere), "lines" or "json".
        log: file to which lines are added, JSON lines when its name ends in ".jsonl".

    Raises:
        OSError: when the log file cannot be written.
    """
    with ExitStack() as stack:
        reports: list[Report] = []
        if log is not None:
            file = stack.enter_context(log.open("a", encoding="utf-8"))
            reports.append(_lines_for(expected_seconds, log.suffix == JSON_LINES, _writer(file.write, file.flush)))
        if not quiet and form == "auto" and sys.stderr.isatty():
            reports.append(stack.enter_context(_bar(expected_seconds)))
        elif not quiet:
            reports.append(_lines_for(expected_seconds, form == "json", tell))

        def report(progress: Progress, known: Known | None = None) -> None:
            for each in reports:
                each(progress, known)

        yield report


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
        done, left = progress.done - self.done_before, progress.total - progress.done - progress.lost
        if done >= TRUST_PACE_AFTER_RUNS:
            return elapsed / done * left
        return max(0.0, self.expected_seconds - elapsed)


class _Lines:
    """Says how far it is now and then, for logs and screen readers."""

    def __init__(self, expected_seconds: float, write: Callable[[str], None], every_seconds: float) -> None:
        self.pace = Pace(expected_seconds)
        self.write = write
        self.every_seconds = every_seconds
        self.said: tuple[float, Progress] | None = None

    def __call__(self, progress: Progress, known: Known | None = None) -> None:
        left = self.pace.seconds_left(progress)
        if self._is_due(progress):
            self.said = (self.pace.clock(), progress)
            self.write(self.text(progress, left, known))

    def text(self, progress: Progress, seconds_left: float, known: Known | None) -> str:
        """A line in words."""
        return said(progress, seconds_left, known)

    def _is_due(self, progress: Progress) -> bool:
        if self.said is None:
            return True
        when, before = self.said
        ended = progress.done + progress.lost == progress.total
        return progress != before and (ended or self.pace.clock() - when >= self.every_seconds)


class _JsonLines(_Lines):
    """The same for programs."""

    def text(self, progress: Progress, seconds_left: float, known: Known | None) -> str:
        """A line in JSON."""
        headline = None if known is None else {"measure": known.measure, "half_width": known.half_width}
        return json.dumps({
            "time": datetime.now().astimezone().isoformat(timespec="seconds"),
            "runs_done": progress.done,
            "runs": progress.total,
            "runs_lost": progress.lost,
            "runs_elsewhere": progress.elsewhere,
            "seconds_left": round(seconds_left, 1),
            "headline": headline,
        })


def said(progress: Progress, seconds_left: float, known: Known | None) -> str:
    """How far it is, in a line: "12 of 48 runs done, about 3 minutes left; emergency admissions ±35"."""
    parts = [f"{progress.done} of {runs_in_words(progress.total)} done"]
    if progress.lost:
        parts.append(f"{progress.lost} could not be had")
    if progress.elsewhere:
        parts.append(f"{progress.elsewhere} being run by another process")
    if progress.done + progress.lost < progress.total:
        parts.append(f"{in_words(seconds_left)} left")
    text = ", ".join(parts)
    return text if known is None else f"{text}; {known.words}"


def _lines_for(expected_seconds: float, is_json: bool, write: Callable[[str], None]) -> _Lines:
    if is_json:
        return _JsonLines(expected_seconds, write, JSON_EVERY_SECONDS)
    return _Lines(expected_seconds, write, PLAIN_EVERY_SECONDS)


def _writer(write: Callable[[str], object], flush: Callable[[], None]) -> Callable[[str], None]:
    """Lines for a file, those in words with the time in front."""

    def line(text: str) -> None:
        stamp = "" if text.startswith("{") else f"{datetime.now():%Y-%m-%d %H:%M:%S}  "
        write(f"{stamp}{text}\n")
        flush()

    return line


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

        def report(progress: Progress, known: Known | None = None) -> None:
            text = said(progress, pace.seconds_left(progress), known)
            bar.update(task, completed=progress.done, total=progress.total, said=text)

        yield report
