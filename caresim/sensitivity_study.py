"""A sensitivity analysis as caresim runs it: a scenario at every point of a design, beside doing nothing."""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from calibration.sensitivity.analysis import Analysis, analyse, design_table
from calibration.sensitivity.designs import METHODS, Design, Method, design_for, design_from, preview_design
from calibration.sensitivity.inputs import Inputs, inputs_for
from calibration.sensitivity.laws import Floats
from calibration.sensitivity.noise import Output, TooManyFailed
from calibration.sensitivity.recording import recorded_otherwise
from calibration.sensitivity.words import finding
from caresim.options import DEFAULT_ENGINE, DEFAULT_SEED
from caresim.preparation import make_ready
from caresim.simulating import Means, have_runs
from caresim.study import DO_NOTHING, IDENTITY_LENGTH, Study, check_period, family_of, identity_of, prepare
from outputs.headline import HEADLINE, reported_year
from outputs.measures.registry import MEASURES
from outputs.periods import base_year
from scenarios.ensembles import NONE
from scenarios.evidence import load
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.resolved import Resolved
from scenarios.uncertain import RECORDING, at_best_guess
from simulation.studies import Finished, Plan, Progress, RunsLost, ScenarioSpec, Store, canonical_json
from simulation.studies.executor import cores

DEFAULT_RUNS = 2
LEVEL, DIFFERENCE = "level", "difference"
Values = dict[tuple[str, int], Mapping[str, float]]
"""What each run is in figures, by name of its scenario and number."""


@dataclass(frozen=True)
class Wanted:
    """What somebody asks of an analysis.

    Attributes:
        method: "sobol", "morris", "pawn" or "delta".
        measures: ids; those of the first screen when empty.
        vary: names, patterns, groups or grades; the scenario's own when empty.
        structure: whether switches of structure are inputs too.
        grouping: "none", "source", "grade" or "file".
        inputs: table of inputs with laws of their own.
        correlated: pairs of names and their correlation.
        direct: Sobol indices from the runs themselves.
        design: a design of one's own.
        points: of the design; None chooses.
        runs: of each point.
    """

    method: Method = "sobol"
    measures: tuple[str, ...] = ()
    vary: tuple[str, ...] = ()
    structure: bool = False
    grouping: str = "none"
    inputs: Path | None = None
    correlated: Mapping[tuple[str, str], float] = field(default_factory=dict)
    direct: bool = False
    design: Path | None = None
    points: int | None = None
    runs: int = DEFAULT_RUNS


@dataclass(frozen=True)
class SensitivityStudy:
    """An analysis that is settled and not yet run.

    Attributes:
        base: the scenario, and doing nothing beside it.
        design: what is run.
        plan: every run of it.
        names: (points,) names in the plan of the scenario and of its reference ("" without one).
        measures: ids of what is analysed.
        period: year that is reported.
    """

    base: Study
    design: Design
    plan: Plan
    names: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]
    period: str

    @property
    def scenario(self) -> Resolved:
        """Whose assumptions are varied."""
        return self.base.scenarios[-1]

    @property
    def identity(self) -> str:
        """Six characters that change with anything that the analysis would say."""
        design = self.design
        facts = canonical_json(
            (
                sorted(key for _, _, key in self.plan.runs()),
                design.method,
                design.direct,
                design.inputs.groups,
                design.raw,
                design.held_out,
                self.measures,
                self.period,
            )
        )
        return hashlib.sha256(facts.encode()).hexdigest()[:IDENTITY_LENGTH]


@dataclass(frozen=True)
class Sensitivity:
    """What an analysis found: tidy data frames, and a finding in plain words."""

    study: SensitivityStudy
    analysis: Analysis

    @property
    def indices(self) -> pd.DataFrame:
        """How much each input matters: measure, of, period, input, index, value, low, high (95 %)."""
        return self.analysis.indices

    @property
    def shares(self) -> pd.DataFrame:
        """Where the spread of single runs comes from: assumptions, structure, both together, seed; adds up to 1."""
        return self.analysis.shares

    @property
    def noise(self) -> pd.DataFrame:
        """What chance does in one run, and how many points are left out."""
        return self.analysis.noise

    @property
    def emulators(self) -> pd.DataFrame:
        """How emulators did on runs they had not seen; empty without emulators."""
        return self.analysis.emulators

    @property
    def convergence(self) -> pd.DataFrame:
        """The indices from a part of the points."""
        return self.analysis.convergence

    @property
    def ends(self) -> pd.DataFrame:
        """The mean output with an input at either end of its central 8 in 10."""
        return self.analysis.ends

    @property
    def design(self) -> pd.DataFrame:
        """The one tidy table: each point and output with the values of all inputs, the mean and its noise."""
        return design_table(self.analysis.design, self.analysis.outputs)

    def in_words(self) -> str:
        """The finding, a sentence for each measure."""
        return "\n".join(finding(self.analysis))


def prepare_sensitivity(
    name: str,
    wanted: Wanted,
    *,
    place: str | None = None,
    seed: int = DEFAULT_SEED,
    engine: str = DEFAULT_ENGINE,
    settings: Sequence[str] = (),
    period: str | None = None,
    preview: bool = False,
) -> SensitivityStudy:
    """Settle an analysis; nothing is simulated.

    Raises:
        BadInput: when anything about it cannot be used.
    """
    base = prepare(
        [name], compared=name != DO_NOTHING, place=place, replications=1, seed=seed, engine=engine, settings=settings,
        ensemble=NONE,
    )
    check_period(base, period)
    measures = _checked(wanted)
    scenario = base.scenarios[-1]
    inputs = inputs_for(
        scenario,
        load(),
        vary=wanted.vary,
        structure=wanted.structure,
        grouping=wanted.grouping,
        table=wanted.inputs,
        correlated=wanted.correlated,
    )
    design = _design(wanted, inputs, seed, preview)
    specs, names = _specs(base, design)
    plan = replace(base.plan, specs=specs, replications=design.runs)
    return SensitivityStudy(base, design, plan, names, measures, base.reported(period).name)


def carry_out_sensitivity(
    study: SensitivityStudy,
    store: Store,
    means: Means,
    on_output: Callable[[str], None] | None = None,
    keep_going: Callable[[], None] | None = None,
) -> Sensitivity:
    """Simulate what a store lacks, and analyse. Runs that failed are left out by `noise.RULE`.

    Raises:
        RunsLost: when no run could be had.
        calibration.sensitivity.noise.TooManyFailed: when too many failed.
    """
    if means.cluster is None and store.missing([key for _, _, key in study.plan.runs()]):
        make_ready(study.base.engine, quiet=means.quiet)
    values: Values = {}
    reason = ""

    def take(finished: Finished) -> None:
        values[finished.scenario, finished.replication] = finished.headline

    def teller(report: Callable[[Progress], None]) -> Callable[[Progress], None]:
        def tell(progress: Progress) -> None:
            report(progress)
            if keep_going is not None:
                keep_going()

        return tell

    try:
        have_runs(study.plan, study.base.engine, store, means, teller, take)
    except RunsLost as lost:
        if not values:
            raise
        reason = f" {lost.missing} runs failed; the first: {lost.reasons[0]}."
    try:
        return Sensitivity(study, analyse(study.design, outputs_of(study, values), on_output))
    except TooManyFailed as failed:
        raise TooManyFailed(f"{failed}{reason}") from None


def sensitivity(
    scenario: str,
    *,
    method: Method = "sobol",
    measures: str | Sequence[str] = (),
    vary: str | Sequence[str] = (),
    structure: bool = False,
    groups: str = "none",
    inputs: str | Path | None = None,
    correlated: Mapping[tuple[str, str], float] | None = None,
    direct: bool = False,
    design: str | Path | None = None,
    points: int | None = None,
    runs: int = DEFAULT_RUNS,
    place: str | None = None,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    engine: str = DEFAULT_ENGINE,
    settings: Sequence[str] = (),
    period: str | None = None,
    store: str | Path | None = None,
    progress: bool = False,
    cluster: str | None = None,
) -> Sensitivity:
    """Which assumptions drive a scenario's results, on levels and on differences from doing nothing.

    Args:
        scenario: a shipped name, a file, or `a+b` for both at once.
        method: "sobol" (shares of variance through a tested emulator), "morris" (screening), "pawn" or "delta" (from
            whole distributions).
        measures: ids of measures; those of the first screen when empty.
        vary: names of assumptions, patterns with "*", an intervention or part of the model, or a grade; every value
            with a range of the scenario's own interventions when empty.
        structure: whether switches of structure are inputs too.
        groups: "none", "source", "grade", or "file" for those of `inputs`.
        inputs: a CSV of inputs with laws of their own.
        correlated: pairs of inputs and the correlation of their normal scores.
        direct: Sobol indices from the runs themselves, without an emulator; takes many more runs.
        design: a CSV with a column for each input, and a row for each point.
        points: of the design; trajectories for morris; a power of two for direct Sobol. None chooses.
        runs: of each point, two or more.
        place: as for `compare`, and so for the rest.
        seed: as for `compare`.
        jobs: as for `compare`.
        engine: as for `compare`.
        settings: as for `compare`.
        period: as for `compare`.
        store: as for `compare`.
        progress: as for `compare`.
        cluster: as for `compare`.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used.
        calibration.sensitivity.noise.TooManyFailed: when more of the design failed than the rule allows.
    """
    wanted = Wanted(
        method,
        _many(measures),
        _many(vary),
        structure,
        groups,
        _path(inputs),
        correlated or {},
        direct,
        _path(design),
        points,
        runs,
    )
    study = prepare_sensitivity(
        scenario, wanted, place=place, seed=seed, engine=engine, settings=settings, period=period
    )
    with tempfile.TemporaryDirectory() if store is None else nullcontext(str(store)) as folder:
        return carry_out_sensitivity(study, Store(Path(folder)), Means(jobs or cores(), cluster, quiet=not progress))


def outputs_of(study: SensitivityStudy, values: Values) -> list[Output]:
    """What was run as outputs: each measure's difference and levels; those without any value are left out."""
    found = []
    names = [year.name for year in study.base.years]
    said = next(iter(values.values()))
    for measure in study.measures:
        period = reported_year(measure, said, study.period, names) or study.period
        here, there = (_taken(study, values, measure, period, side) for side in (0, 1))
        if study.base.reference is not None:
            found.append(Output(measure, DIFFERENCE, period, here - there))
        found.append(Output(measure, LEVEL, period, here))
    known = [one for one in found if np.isfinite(one.values).any() and np.nanvar(one.values) > 0.0]
    if not known:
        text = (
            f"No run has {listed(study.measures)} in {study.period}, or it never changes: there is nothing to explain."
        )
        raise BadInput([Message("", 0, "--measures", text=text, label="option")])
    return known


def _taken(study: SensitivityStudy, values: Values, measure: str, period: str, side: int) -> Floats:
    """(points, runs) a measure of the scenario (0), counted as its area records by then, or of its reference (1)."""
    design = study.design
    years = [year.name for year in study.base.years]
    base = base_year(study.base.years, study.scenario.window.change).name
    found = np.full((len(design), design.runs), math.nan)
    for point, shares in enumerate(design.shares):
        share = 0.0 if side else design.inputs.settings(shares).get(RECORDING, 0.0)
        for run in range(design.runs):
            said = values.get((study.names[point][side], int(design.first_run[point]) + run + 1), {})
            found[point, run] = recorded_otherwise(measure, period, said, share, base, years)
    return found


def _specs(base: Study, design: Design) -> tuple[tuple[ScenarioSpec, ...], tuple[tuple[str, str], ...]]:
    """Every scenario that the design asks for, each once, and the two names of each point."""
    found: dict[tuple[str, int], ScenarioSpec] = {}
    names = []
    shares = design.shares
    for point, row in enumerate(shares):
        values, first_run = design.inputs.settings(row), int(design.first_run[point])
        pair = []
        for scenario in base.scenarios:
            varied = at_best_guess(scenario, values)
            text = identity_of(varied)
            name = f"{scenario.id} {point + 1}"
            spec = found.setdefault((text, first_run), ScenarioSpec(name, text, family_of(varied), varied, first_run))
            pair.append(spec.name)
        names.append((pair[-1], pair[0] if len(pair) > 1 else ""))
    return tuple(found.values()), tuple(names)


def _design(wanted: Wanted, inputs: Inputs, seed: int, preview: bool) -> Design:
    if preview:
        return preview_design(inputs, seed)
    if wanted.design is not None:
        return design_from(wanted.design, wanted.method, inputs, direct=wanted.direct, runs=wanted.runs, seed=seed)
    return design_for(wanted.method, inputs, direct=wanted.direct, points=wanted.points, runs=wanted.runs, seed=seed)


def _checked(wanted: Wanted) -> tuple[str, ...]:
    """Measures that are wanted.

    Raises:
        BadInput: one of them, or the method, is not known.
    """
    if wanted.method not in METHODS:
        raise _bad("--method", wanted.method, METHODS)
    if wanted.direct and wanted.method != "sobol":
        raise _bad("--direct", "", (), f"Only sobol uses an emulator; {wanted.method} is direct as it is.")
    for measure in wanted.measures:
        if measure not in MEASURES:
            raise _bad("--measures", measure, MEASURES)
    return wanted.measures or HEADLINE


def _many(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _path(given: str | Path | None) -> Path | None:
    return None if given is None else Path(given)


def _bad(option: str, found: str, allowed: Sequence[str] | Mapping[str, object], text: str = "") -> BadInput:
    close = nearest(found, allowed)
    return BadInput([Message("", 0, option, found, listed(allowed) if allowed else "", close, text, label="option")])
