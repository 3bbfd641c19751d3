"""Have the runs of a study: here or on a cluster, all of them, a shard's, or as many as a wanted precision takes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from caresim.estimate import estimate
from caresim.progress import Known, Report, progress_shown
from caresim.study import Study
from outputs import words
from outputs.headline import HEADLINE, Target, Watched
from outputs.measures.registry import MEASURES
from simulation.studies import Finished, Patience, Plan, Progress, Store, replicate
from simulation.studies.executor import OpenWorkers, local_workers
from simulation.studies.precision import Precision, assess, half_widths

WORKER_IS_READY = "caresim.preparation:worker_version"
THINKING_SHARE = 200.0
"""After so many times as long as it took, it is worked out again."""
MOST_AT_ONCE = 2.0
"""A guess from few runs is followed no further than twice their number."""


@dataclass(frozen=True)
class Means:
    """How runs are had; results depend on none of it."""

    jobs: int
    cluster: str | None = None
    run_limit_seconds: float | None = None
    quiet: bool = True
    progress: str = "auto"
    log: Path | None = None


def simulate(
    study: Study,
    store: Store,
    means: Means,
    *,
    period: str | None,
    only: Set[str] | None = None,
    keep_going: Callable[[], None] | None = None,
) -> None:
    """Have every run of a study in the store.

    Args:
        study: whose runs are wanted.
        store: where they are kept.
        means: who does it, and what is shown meanwhile.
        period: year that is reported, for saying how well the headline is known.
        only: keys of the runs that are wanted; None: all.
        keep_going: called now and then; what it raises stops the study.

    Raises:
        RunsLost: as `simulation.studies.replicate`.
        simulation.studies.Unusable: as there.
    """
    _have(study, store, means, _watched(study, period, HEADLINE), only, keep_going)


def simulate_until_precise(
    study: Study, store: Store, means: Means, targets: Sequence[Target], budget: int, *, period: str | None
) -> tuple[Study, Precision]:
    """Have as many runs as it takes to know some measures well enough.

    Args:
        study: its replications are the fewest.
        store: where runs are kept.
        means: who does it.
        targets: how well each measure shall be known.
        budget: most replications.
        period: year that is reported.

    Returns:
        The study with the number of replications at which the rule stops, or with all of the budget; and how well
        things are known. Neither depends on who did the runs in which order.

    Raises:
        RunsLost: as `simulate`.
    """
    measures = tuple(dict.fromkeys((*HEADLINE, *(target.measure for target in targets))))
    fewest = study.plan.replications
    runs = min(fewest, budget)
    while True:
        study = study.with_replications(runs)
        watched = _watched(study, period, measures)
        _have(study, store, means, watched, None, None)
        found = assess(*watched.series(targets, runs), fewest)
        if found.enough is not None:
            return study.with_replications(found.enough), found
        if runs == budget:
            return study, found
        runs = min(budget, max(runs + 1, min(found.expected, math.ceil(MOST_AT_ONCE * runs))))


def workers_for(means: Means, store: Store, version: str) -> OpenWorkers:
    """Who does the work: processes here, or a cluster."""
    if means.cluster is None:
        return local_workers
    from simulation.studies.cluster import cluster_workers

    return partial(
        cluster_workers, address=means.cluster, folder=store.folder, prepare=WORKER_IS_READY, version=version
    )


def known_so_far(watched: Watched) -> Known | None:
    """How well emergency admissions are known, in the scenario in which they are known least; None before two runs."""
    differences = watched.differences(words.ADMISSIONS)
    if differences.shape[1] < 2:
        return None
    widths = [half_widths(row[np.newaxis, :])[0, -1] for row in differences]
    widest = max((float(width) for width in widths if not math.isnan(width)), default=math.nan)
    if math.isnan(widest):
        return None
    title = MEASURES[words.ADMISSIONS].title.lower()
    return Known(words.ADMISSIONS, f"{title} ±{words.number(widest, 0 if widest >= 10.0 else 1)}", widest)


def _have(
    study: Study,
    store: Store,
    means: Means,
    watched: Watched,
    only: Set[str] | None,
    keep_going: Callable[[], None] | None,
) -> None:
    have_runs(
        study.plan, study.engine, store, means, lambda report: _Teller(report, watched, keep_going),
        partial(_take, watched), only,
    )  # fmt: skip


def have_runs(
    plan: Plan,
    engine: str,
    store: Store,
    means: Means,
    teller: Callable[[Report], Callable[[Progress], None]],
    on_finished: Callable[[Finished], None],
    only: Set[str] | None = None,
) -> None:
    """Have the runs of a plan in the store.

    Args:
        plan: of scenarios that are settled.
        engine: that the plan's recipe uses, for saying how long it takes.
        store: where runs are kept.
        means: who does it.
        teller: makes what is called with how far it is, from what shows it.
        on_finished: called for each run once, those from before too.
        only: keys of the runs that are wanted; None: all.

    Raises:
        RunsLost: as `simulation.studies.replicate`.
        simulation.studies.Unusable: as there.
    """
    keys = [key for _, _, key in plan.runs() if only is None or key in only]
    missing = store.missing(keys)
    expected = estimate(plan, missing, means.jobs, engine)
    tasks = max(1, len(plan.tasks(missing)))
    patience = Patience(means.run_limit_seconds, expected.seconds * means.jobs / tasks)
    quiet = means.quiet or not missing
    with progress_shown(expected.seconds, quiet=quiet, form=means.progress, log=means.log) as report:
        replicate(
            plan,
            store,
            jobs=means.jobs,
            on_progress=teller(report),
            on_finished=on_finished,
            open_workers=workers_for(means, store, plan.model_version),
            patience=patience,
            only=only,
        )


class _Teller:
    """Passes on how far a study is, and works out anew how well it is known when that costs next to nothing."""

    def __init__(self, report: Report, watched: Watched, keep_going: Callable[[], None] | None) -> None:
        self.report = report
        self.watched = watched
        self.keep_going = keep_going
        self.known: Known | None = None
        self.not_before = 0.0

    def __call__(self, progress: Progress) -> None:
        began = time.monotonic()
        if began >= self.not_before or progress.done == progress.total:
            self.known = known_so_far(self.watched)
            self.not_before = began + THINKING_SHARE * (time.monotonic() - began)
        self.report(progress, self.known)
        if self.keep_going is not None:
            self.keep_going()


def _take(watched: Watched, finished: Finished) -> None:
    watched.take(finished.scenario, finished.replication, finished.headline)


def _watched(study: Study, period: str | None, measures: tuple[str, ...]) -> Watched:
    scenarios = sorted(study.scenarios, key=lambda one: one.id != study.reference)
    return Watched(
        tuple(one.id for one in scenarios),
        study.reference is not None,
        study.reported(period).name,
        tuple(year.name for year in study.years),
        measures,
    )
