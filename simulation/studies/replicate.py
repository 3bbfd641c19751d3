"""The driver: have every run of a plan in the store, computing only what is missing."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Set
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, field

import pandas as pd

from simulation.studies.executor import OpenWorkers, Workers, local_workers
from simulation.studies.patience import Patience
from simulation.studies.plan import Batch, Plan, Task
from simulation.studies.store import Store, Unusable
from simulation.studies.worker import Finished, Outcome, read_finished, trace_path

RETRIES = 2
"""How often a run that was lost with its worker is handed out again."""
POLL_SECONDS = 0.25
LOOK_ELSEWHERE_EVERY_SECONDS = 0.5
BATCH_SECONDS = 2.0
"""A worker takes away about so much work at a time."""
SHARE_OF_THE_REST = 0.5
"""Of what each worker would get if all that is left were dealt out: near the end, batches become small."""
FAILURES_BEFORE_GIVING_UP = 3
"""When so many runs failed and no run succeeded, the rest would fail too."""
REASONS_SHOWN = 3


@dataclass(frozen=True)
class Progress:
    """How far a study is."""

    done: int
    """Runs in the store."""
    total: int
    """Runs of the plan."""
    lost: int = 0
    """Runs that could not be had."""
    elsewhere: int = 0
    """Runs that another process is simulating and this one waits for."""


class RunsLost(Exception):
    """Some runs could not be had; all others are in the store."""

    def __init__(self, missing: int, total: int, reasons: tuple[str, ...], details: str = "") -> None:
        super().__init__(missing, total, reasons, details)
        self.missing = missing
        self.total = total
        self.reasons = reasons
        """A line for each task that failed."""
        self.details = details
        """Tracebacks, for the log."""

    def __str__(self) -> str:
        more = len(self.reasons) - REASONS_SHOWN
        shown = [*self.reasons[:REASONS_SHOWN], *([f"and {more} more like these"] if more > 0 else [])]
        return (
            f"{self.missing} of {self.total} runs are missing: {'; '.join(shown)}. "
            "All others are kept; the same command tries again what is missing"
        )


def replicate(
    plan: Plan,
    store: Store,
    *,
    jobs: int,
    on_progress: Callable[[Progress], None] | None = None,
    on_finished: Callable[[Finished], None] | None = None,
    open_workers: OpenWorkers = local_workers,
    patience: Patience | None = None,
    only: Set[str] | None = None,
) -> None:
    """Simulate what the store lacks of a plan. Results do not depend on `jobs`, or on who else does the same.

    Args:
        plan: the study.
        store: where finished runs are and will be; they stay there whatever happens here.
        jobs: workers at once.
        on_progress: called about four times a second.
        on_finished: called for each run once, also for those that were there before, in no order. It costs reading
            those if the recipe has a headline.
        open_workers: workers elsewhere than on this machine; they must share the store's folder.
        patience: how long a worker may be silent.
        only: keys of the runs to do, such as those of a shard; all when None.

    Raises:
        RunsLost: some runs failed, or their workers died or were silent, three times over; all others are there.
        StoreUnusable: the disk is full, or the folder cannot be written to.
        KeyboardInterrupt: the user stopped it; workers are gone within a second or two.
    """
    store.clear_abandoned()
    keys = [key for _, _, key in plan.runs() if only is None or key in only]
    missing = store.missing(keys)
    driver = _Driver(plan, store, len(keys), patience or Patience(), on_progress, on_finished)
    if on_finished is not None:
        driver.tell_of_those_there(set(keys) - missing)
    driver.done = len(keys) - len(missing)
    driver.waiting = deque(plan.tasks(missing))
    driver.report()
    if driver.waiting:
        with open_workers(min(jobs, len(driver.waiting))) as workers:
            driver.work_off(workers)
        store.clear_abandoned()
    driver.raise_what_was_lost()


def collect(plan: Plan, store: Store) -> pd.DataFrame:
    """The tables of all runs as one, with columns `scenario` and `run` (from 1) in front.

    Raises:
        LookupError: when a run is not in the store; `replicate` puts it there.
        NewerSchema: when a later caresim wrote one of them.
    """
    tables = []
    runs = plan.runs()
    for (spec, replication, _), table in zip(runs, store.tables(key for _, _, key in runs), strict=True):
        if table is None:
            raise LookupError(f"run {replication} of {spec.name} is not in {store.folder}")
        table.insert(0, "scenario", spec.name)
        table.insert(1, "run", replication)
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


@dataclass
class _Driver:
    """What is known of a study while it is being worked off."""

    plan: Plan
    store: Store
    total: int
    patience: Patience
    on_progress: Callable[[Progress], None] | None
    on_finished: Callable[[Finished], None] | None
    waiting: deque[Task] = field(default_factory=deque)
    running: dict[Future[Outcome], Batch] = field(default_factory=dict)
    elsewhere: list[Task] = field(default_factory=list)
    """Tasks that another process is doing."""
    looked_elsewhere: float = 0.0
    tries: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How often a task, by its name, was lost with its worker."""
    done: int = 0
    seconds_a_run: float = 0.0
    lost: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    runs_lost: int = 0

    def tell_of_those_there(self, keys: Set[str]) -> None:
        for task in self.plan.tasks(keys):
            for key in task.keys:
                self._tell(read_finished(task, key, self.store))

    def work_off(self, workers: Workers) -> None:
        while self.waiting or self.running or self.elsewhere:
            while self.waiting and len(self.running) < max(1, workers.count()):
                batch = self._next_batch(workers.count())
                self.running[workers.executor.submit(workers.run, batch, self.store.folder.resolve())] = batch
            if self.running:
                finished, _ = wait(self.running, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
                for future in finished:
                    self._take(future, self.running.pop(future))
            elif self.elsewhere:
                time.sleep(LOOK_ELSEWHERE_EVERY_SECONDS)
            self._look_elsewhere()
            self.report()
            if len(self.lost) >= FAILURES_BEFORE_GIVING_UP and self.seconds_a_run == 0.0:
                self._give_up()

    def report(self) -> None:
        if self.on_progress is not None:
            runs_elsewhere = sum(len(task.keys) for task in self.elsewhere)
            self.on_progress(Progress(self.done, self.total, self.runs_lost, runs_elsewhere))

    def raise_what_was_lost(self) -> None:
        if self.runs_lost:
            raise RunsLost(self.runs_lost, self.total, tuple(self.lost), "\n".join(self.details))

    def _next_batch(self, workers: int) -> Batch:
        """So many tasks that a worker is busy for a while; one alone where one has been lost before."""
        tasks = [self.waiting.popleft()]
        share = SHARE_OF_THE_REST * len(self.waiting) / max(1, workers)
        seconds = self.seconds_a_run * len(tasks[0].keys)
        size = min(BATCH_SECONDS / seconds, share) if seconds else 1.0
        while self.waiting and len(tasks) < size and not {tasks[0].name, self.waiting[0].name} & self.tries.keys():
            tasks.append(self.waiting.popleft())
        limits = tuple(self.patience.limit(len(task.keys), self.tries[task.name]) for task in tasks)
        return Batch(tuple(tasks), limits)

    def _take(self, future: Future[Outcome], batch: Batch) -> None:
        try:
            outcome = future.result()
        except Unusable:
            raise
        except Exception as error:  # noqa: BLE001 - each kind of executor has its own way of losing a worker
            self._lose(batch, error)
            return
        for finished in outcome.finished:
            self._tell(finished)
        self.done += len(outcome.finished)
        for seconds in outcome.seconds:
            self.patience.learn(seconds, 1)
            self.seconds_a_run = seconds if not self.seconds_a_run else 0.8 * self.seconds_a_run + 0.2 * seconds
        self.elsewhere += [batch.tasks[position] for position in outcome.elsewhere]
        for position, failure in outcome.failed:
            rest = self._rest(batch.tasks[position])
            self._give(len(rest.keys) if rest else 0, str(failure), failure.details)

    def _rest(self, task: Task) -> Task | None:
        """What is missing of a task that did not end well; the rest of it was done."""
        missing = self.store.missing(task.keys)
        for key in task.keys:
            if key not in missing:
                self._tell(read_finished(task, key, self.store))
        self.done += len(task.keys) - len(missing)
        return task.rest(missing)

    def _lose(self, batch: Batch, error: Exception) -> None:
        """A worker is gone: what it finished is there; what it was at is tried again, alone; the rest goes on."""
        again = [rest for rest in map(self._rest, batch.tasks) if rest is not None]
        if not again:
            return
        at, *rest = again
        tried = self.tries[at.name]
        trace = self._trace_of(batch)
        reason = self.patience.in_words(len(at.keys), tried) if trace else str(error) or type(error).__name__
        self.waiting.extendleft(reversed(rest))
        if tried < RETRIES:
            self.tries[at.name] += 1
            self.waiting.appendleft(at)
            return
        names = ", ".join(spec.name for spec in at.specs)
        text = f"run {at.replication} of {names}: {reason}, {RETRIES + 1} times"
        self._give(len(at.keys), text, f"{text}\n{trace or ''.join(getattr(error, '__notes__', []))}")

    def _trace_of(self, batch: Batch) -> str:
        """What a worker that gave itself up was doing; empty when it did not."""
        found = ""
        for task in batch.tasks:
            path = trace_path(self.store.folder, task)
            with suppress(OSError):
                found = path.read_text(encoding="utf-8", errors="replace") or found
                path.unlink()
        return found

    def _give(self, runs: int, reason: str, details: str) -> None:
        self.runs_lost += runs
        self.lost.append(reason)
        self.details.append(details)

    def _give_up(self) -> None:
        """Nothing succeeded: leave the rest.

        Raises:
            RunsLost: always.
        """
        self.runs_lost += sum(len(task.keys) for task in (*self.waiting, *self.elsewhere))
        self.runs_lost += sum(len(task.keys) for batch in self.running.values() for task in batch.tasks)
        self.raise_what_was_lost()

    def _look_elsewhere(self) -> None:
        """See what has become of tasks that another process was doing: there, or free again."""
        now = time.monotonic()
        if not self.elsewhere or now - self.looked_elsewhere < LOOK_ELSEWHERE_EVERY_SECONDS:
            return
        self.looked_elsewhere = now
        free = [task for task in self.elsewhere if not any(map(self.store.is_elsewhere, task.keys))]
        self.elsewhere = [task for task in self.elsewhere if task not in free]
        self.waiting.extend(free)

    def _tell(self, finished: Finished) -> None:
        if self.on_finished is not None:
            self.on_finished(finished)
