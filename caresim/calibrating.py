"""Fits and their scores as functions: `calibrate` makes ensembles, `validate` predicts what nothing was fitted to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calibration.contrasts import PROGRAMMES, Span, scenarios_of
from calibration.design import even_points
from calibration.estimands import Counts
from calibration.fitting import (
    FULL,
    QUICK,
    Effort,
    FirstLook,
    Fit,
    fit_effects,
    positions_of,
    prior_scores,
)
from calibration.hold_outs import Score, Simulated, score, together, unpredicted
from calibration.own_area import check_members, own_targets
from calibration.points import Points
from calibration.series import series_scores
from calibration.target_files import fitted_targets, read_targets, require_set
from calibration.targets import FIRST_YEAR, FIT, FOLDER, HOLD_OUTS, LEVEL, NEITHER, SERIES, WITH_TEAM, Target
from caresim.preparation import make_ready
from caresim.progress import progress_shown
from caresim.results import runs_folder
from scenarios.ensembles import Ensemble, parameters
from simulation.engines import DEFAULT_ENGINE
from simulation.studies import Progress, Store
from simulation.studies.executor import cores

Floats = NDArray[np.float64]
SEED = 1
PRIOR_DRAWS = 1024
Group = tuple[tuple[str, ...], Span]


@dataclass(frozen=True)
class Means:
    """Who does the work and where it is kept; results depend on none of it."""

    jobs: int | None = None
    out: Path | None = None
    quiet: bool = True

    @property
    def store(self) -> Store:
        """Where points are kept."""
        return Store(runs_folder(self.out))


def effort_of(set_name: str = "vanguards", *, quick: bool, place: str | None = None) -> Effort:
    """How much to spend on a set: minutes, or hours.

    Trials and matched studies rule nothing out in the first wave: a second would only cost.
    """
    effort = QUICK if quick else FULL
    if set_name == "controlled":
        effort = replace(effort, sizes=effort.sizes[:1])
    return replace(effort, place=place) if place else effort


def targets_to_fit(set_name: str, path: Path | None, effort: Effort) -> tuple[Target, ...]:
    """Rows to fit to: of a shipped set, or of a file; BadInput as the readers."""
    if path is None:
        return fitted_targets(set_name)
    require_set(set_name)
    rows = own_targets(read_targets(path, str(path)), effort.span)
    require_services(rows, effort)
    return rows


def require_services(rows: Sequence[Target], effort: Effort) -> None:
    """BadInput when a result is about members of a service that its scenario does not have."""
    about_members = [row for row in rows if row.estimator in (FIRST_YEAR, WITH_TEAM)]
    services = {}
    for system in dict.fromkeys(row.system for row in about_members):
        _, scenario = scenarios_of((system,), effort.place, effort.span)
        services[system] = [plan.id for plan in scenario.interventions]
    check_members(about_members, services)


def calibrate(
    targets: Sequence[Target], effort: Effort, means: Means, *, seed: int = SEED,
    on_first_look: Callable[[FirstLook], None] | None = None,
) -> Fit:
    """Fit to targets, simulating what is missing; `on_first_look` is told what the first wave shows before the fit.

    Raises:
        calibration.out_of_reach.BeyondReach: a target lies beyond its dilution ceiling.
        scenarios.messages.BadInput: a scenario that a target names is not there.
        simulation.studies.RunsLost: some points could not be had; the same call goes on.
    """
    if not means.quiet:
        make_ready(DEFAULT_ENGINE, quiet=False)
    runs = runs_of((PROGRAMMES, effort.span), effort, means, seed)
    return fit_effects(targets, effort, runs, seed, on_first_look)


def runs_of(group: Group, effort: Effort, means: Means, seed: int) -> Callable[[Floats, int], list[Counts]]:
    """Simulates points of some scenarios, showing how far it is."""
    programmes, span = group

    def runs(positions: Floats, first: int) -> list[Counts]:
        points = Points.of(programmes, effort.place, span, means.store, means.jobs or cores(), seed)
        missing = points.missing(positions, first)
        expected = missing * points.seconds / (means.jobs or cores())
        with progress_shown(expected, quiet=means.quiet or not missing) as report:
            def on_progress(progress: Progress) -> None:
                report(progress)

            return replace(points, on_progress=on_progress)(positions, first)

    return runs


def validate(
    targets: Sequence[Target], ensemble: Ensemble, fitted: Sequence[Target], effort: Effort, means: Means,
    *, seed: int = SEED,
) -> list[Score]:
    """Predict rows and score them, in their order.

    Args:
        targets: rows, whatever their role.
        ensemble: with which they are predicted.
        fitted: rows to which it was fitted; rows that share their data are not counted.
        effort: of the fit: its place and its first wave's points.
        means: who does the work.
        seed: of the fit.
    """
    members = np.array(ensemble.members)
    prior = even_points(PRIOR_DRAWS, len(parameters()), 0)
    own = [target for target in targets if target.estimator in (LEVEL, SERIES)]
    scores = {id(one.target): one for one in _counts_scores(own, members, fitted, effort, means, seed)} if own else {}
    effects = [target for target in targets if target.estimator not in (LEVEL, SERIES)]
    for group, rows in together(effects, effort.span).items():
        count = effort.sizes[0] if group == (PROGRAMMES, effort.span) else effort.hold_out_points
        positions = positions_of(prior_scores(count, seed))
        simulated = Simulated(positions, tuple(runs_of(group, effort, means, seed)(positions, 0)))
        for target in rows:
            scores[id(target)] = _scored(target, simulated, members, prior, fitted, seed)
    return [scores[id(target)] for target in targets]


def validation_targets(set_name: str, path: Path | None) -> tuple[Target, ...]:
    """Rows to predict: the shipped hold-outs (of the controlled set the programmes' results too), or a file's."""
    if path is not None:
        return read_targets(path, str(path))
    rows = read_targets(FOLDER / f"{HOLD_OUTS}.csv")
    if set_name == "vanguards":
        return rows
    programmes = [row for row in read_targets(FOLDER / "vanguards.csv") if row.role == FIT]
    return (*rows, *programmes)


def points_of(
    targets: Sequence[Target], ensemble: Ensemble, effort: Effort, seed: int, means: Means
) -> list[tuple[Points, int, int]]:
    """What `validate` would simulate: each group's points, how many are wanted, and how many are missing."""
    found = []
    effects = [target for target in targets if target.estimator not in (LEVEL, SERIES)]
    for (programmes, span), _ in together(effects, effort.span).items():
        fits_own = (programmes, span) == (PROGRAMMES, effort.span)
        count = effort.sizes[0] if fits_own else effort.hold_out_points
        points = Points.of(programmes, effort.place, span, means.store, 1, seed)
        found.append((points, count, points.missing(positions_of(prior_scores(count, seed)), 0)))
    own = [target for target in targets if target.estimator in (LEVEL, SERIES)]
    for programmes, span, _ in _own_groups(own, effort):
        points = Points.of(programmes, effort.place, span, means.store, 1, seed)
        for positions in _own_positions(np.array(ensemble.members), effort, seed):
            found.append((points, len(positions), points.missing(positions, 0)))
    return found


def _own_positions(members: Floats, effort: Effort, seed: int) -> tuple[Floats, Floats]:
    """Points for an area's own counts: members spread over the ensemble, and as many of the prior, of equal chance."""
    count = effort.hold_out_points
    chosen = np.linspace(0, len(members) - 1, count).round().astype(int)
    return members[chosen], positions_of(prior_scores(count, seed))


def _own_groups(rows: Sequence[Target], effort: Effort) -> list[tuple[tuple[str, ...], Span, list[Target]]]:
    """An area's own counts by scenario, and what must be simulated for each."""
    groups: list[tuple[tuple[str, ...], Span, list[Target]]] = []
    for system in dict.fromkeys(row.system for row in rows):
        chosen = [row for row in rows if row.system == system]
        groups.append((() if system == NEITHER else (system,), _span_for(chosen, effort.span), chosen))
    return groups


def _scored(
    target: Target, simulated: Simulated, members: Floats, prior: Floats, fitted: Sequence[Target], seed: int
) -> Score:
    try:
        return score(target, simulated, members, prior, fitted, seed)
    except KeyError as missing:
        return unpredicted(target, f"not simulated: {missing.args[0]}")


def _counts_scores(
    rows: Sequence[Target], members: Floats, fitted: Sequence[Target], effort: Effort, means: Means, seed: int
) -> list[Score]:
    """An area's own counts by month or year, beside what the model shows of doing nothing, or of a scenario.

    Simulated twice with the same people and chance: with members of the ensemble, and with assumptions before the fit.
    """
    found: list[Score] = []
    for programmes, span, chosen in _own_groups(rows, effort):
        runs = runs_of((programmes, span), effort, means, seed)
        after, before = (runs(positions, 0) for positions in _own_positions(members, effort, seed))
        found += series_scores(chosen, after, before, fitted)
    return found


def _span_for(rows: Sequence[Target], span: Span) -> Span:
    """Years that hold every month of some rows; of a scenario at least those of a fit, in which its services come."""
    months = [month for row in rows for ends in (row.period, row.base) if ends for month in ends]
    before, after = -(min(months) // 12), -(-max(months) // 12)
    least = 1 if rows[0].system == NEITHER else span.years_from
    return Span(max(span.years_before, before), max(least, after))
