"""The public Python functions: what the command line does, returning data frames."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from caresim.attribution import titles_of
from caresim.options import DEFAULT_BUDGET, DEFAULT_ENGINE, DEFAULT_ENSEMBLE, DEFAULT_REPLICATIONS, DEFAULT_SEED
from caresim.preparation import make_ready
from caresim.simulating import Means, simulate, simulate_until_precise
from caresim.study import Study, check_period, prepare
from caresim.targets import targets_of
from outputs import board_words
from outputs.attribution import attribution_of
from outputs.choosing import best_table, pairing_table
from outputs.compare import compare as compare_runs
from outputs.comparison import Comparison
from outputs.growth_tables import growth_table
from outputs.ledger.views import Ledger, ledger_of
from outputs.people_tables import equity_table, people_table
from outputs.vanguard_marks import vanguard_marks
from outputs.words import RICH, Symbols
from scenarios.catalogue import shipped
from scenarios.explain import described
from scenarios.resolve import resolve
from scenarios.resolved import Resolved
from simulation.studies import Store, collect
from simulation.studies.executor import cores


@dataclass(frozen=True)
class Result:
    """What a study found."""

    scenarios: tuple[Resolved, ...]
    """As they were run."""
    comparison: Comparison

    @property
    def runs(self) -> pd.DataFrame:
        """Every measure of every run: scenario, run, measure, period, stratum, value."""
        return self.comparison.run_values

    @property
    def levels(self) -> pd.DataFrame:
        """One row a scenario and measure: mean, low, high and what the range is."""
        return self.comparison.levels

    @property
    def differences(self) -> pd.DataFrame:
        """One row a scenario and measure, against the reference in the same runs, with a verdict; empty for `run`."""
        return self.comparison.differences

    @property
    def reached(self) -> pd.DataFrame:
        """Among people reached by each intervention: true effect, before-and-after claim, most it could do."""
        return self.comparison.reached

    def in_words(self, symbols: Symbols = RICH) -> str:
        """What a board asks next, in sentences: vanguards, who gains and loses, which is best."""
        return board_words.in_words(self.comparison, symbols)

    @property
    def ledger(self) -> Ledger:
        """The money: `by_year`, `organisations`, `bays`, `present_values`, `break_even`, `summary`, `contracts`."""
        found = ledger_of(self.comparison)
        assert found is not None
        return found

    @property
    def growth(self) -> pd.DataFrame:
        """Growth of emergency admissions by quarter and year, under both readings of what it is since."""
        return growth_table(self.comparison)

    @property
    def vanguard_marks(self) -> pd.DataFrame:
        """Published growth of the vanguards beside the model's, as long after the change."""
        return vanguard_marks(self.comparison)

    @property
    def best(self) -> pd.DataFrame:
        """Chance that each scenario is best, and how much worse it is than the best on average."""
        return best_table(self.comparison)

    @property
    def pairing(self) -> pd.DataFrame:
        """What it is worth that scenarios share people, chance and assumptions: variances paired and not."""
        return pairing_table(self.comparison)

    @property
    def people(self) -> pd.DataFrame:
        """The people's side: days at home, handovers, named co-ordinators, gaps after hospital, deaths by place."""
        return people_table(self.comparison)

    @property
    def equity(self) -> pd.DataFrame:
        """Every headline by deprivation fifth, standardised for age and sex, with its slope index."""
        return equity_table(self.comparison)

    @property
    def accounting(self) -> pd.DataFrame:
        """Where did it go: what became of each emergency admission that is in one scenario only; all adds up."""
        return self.comparison.accounting

    @property
    def instead(self) -> pd.DataFrame:
        """What people received instead: care and its cost, scenario less reference, by group of people and item."""
        return self.comparison.instead

    @property
    def attribution(self) -> pd.DataFrame:
        """Which part did it: effects of several services shared out among them; empty unless asked for."""
        return self.comparison.attribution


def run(
    scenario: str,
    *,
    place: str | None = None,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    engine: str = DEFAULT_ENGINE,
    settings: Sequence[str] = (),
    period: str | None = None,
    store: str | Path | None = None,
    progress: bool = False,
    precision: str | Sequence[str] = (),
    budget: int = DEFAULT_BUDGET,
    cluster: str | None = None,
    ensemble: str = DEFAULT_ENSEMBLE,
) -> Result:
    """Simulate one scenario and return its levels.

    Args:
        scenario: a shipped name, a file, or `a+b` for both at once.
        place: a shipped place or a folder, instead of the scenario's own.
        replications: runs; each draws its assumptions.
        seed: from which all draws follow.
        jobs: runs at the same time; one a core when None. Results do not depend on it.
        engine: "compiled", or "simpy", which is slow and gives the same results.
        settings: changes of single values, each "name=value".
        period: financial year that is reported, "2018/19"; None: the last of the programme, or the place's own year
            when nothing changes.
        store: folder of finished runs to use and to add to; None keeps nothing.
        progress: whether to show progress on standard error.
        precision: go on beyond `replications` until this is known: "enough", "0.5 %", "emergency_admissions=30", or
            several of these.
        budget: with `precision`, most runs of each scenario.
        cluster: a dask scheduler's address or file, or "local", instead of processes here; `store` must then be a
            folder that its workers see.
        ensemble: fitted assumptions of which each run takes a set: "vanguards", "controlled", or the folder of a fit
            of your own; "none": each assumption is drawn from its own range.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used.
        simulation.studies.RunsLost: when some runs could not be had; the others are in `store`.
        simulation.studies.Unusable: when the store or the cluster cannot be used.
    """
    study = prepare(
        [scenario], compared=False, place=place, replications=replications, seed=seed, engine=engine, settings=settings,
        ensemble=ensemble,
    )
    return carry_out(study, jobs=jobs, period=period, store=store, progress=progress, precision=precision,
                     budget=budget, cluster=cluster)  # fmt: skip


def compare(
    scenarios: str | Sequence[str],
    *,
    place: str | None = None,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    engine: str = DEFAULT_ENGINE,
    settings: Sequence[str] = (),
    period: str | None = None,
    store: str | Path | None = None,
    progress: bool = False,
    attribute: bool = False,
    precision: str | Sequence[str] = (),
    budget: int = DEFAULT_BUDGET,
    cluster: str | None = None,
    ensemble: str = DEFAULT_ENSEMBLE,
) -> Result:
    """Simulate scenarios on the same people and the same draws and return how they differ.

    Args:
        scenarios: the first is the reference; a single one is compared with doing nothing.
        place: as for `run`, and so for the rest.
        replications: as for `run`.
        seed: as for `run`.
        jobs: as for `run`.
        engine: as for `run`.
        settings: as for `run`.
        period: as for `run`.
        store: as for `run`.
        progress: as for `run`.
        attribute: whether to share out what several services of a scenario do together; see `Result.attribution`.
        precision: as for `run`.
        budget: as for `run`.
        cluster: as for `run`.
        ensemble: as for `run`.

    Raises:
        scenarios.messages.BadInput: when something asked for cannot be used.
    """
    names = [scenarios] if isinstance(scenarios, str) else list(scenarios)
    study = prepare(
        names, compared=True, place=place, replications=replications, seed=seed, engine=engine, settings=settings,
        attribute=attribute, ensemble=ensemble,
    )  # fmt: skip
    return carry_out(study, jobs=jobs, period=period, store=store, progress=progress, precision=precision,
                     budget=budget, cluster=cluster)  # fmt: skip


def carry_out(
    study: Study,
    *,
    jobs: int | None,
    period: str | None,
    store: str | Path | None,
    progress: bool,
    precision: str | Sequence[str] = (),
    budget: int = DEFAULT_BUDGET,
    cluster: str | None = None,
) -> Result:
    """Simulate what a store lacks of a study and compare."""
    check_period(study, period)
    wanted = targets_of([precision] if isinstance(precision, str) else precision)
    folder: AbstractContextManager[str | Path] = tempfile.TemporaryDirectory() if store is None else nullcontext(store)
    with folder as kept:
        runs = Store(Path(kept))
        if cluster is None and runs.missing([key for _, _, key in study.plan.runs()]):
            make_ready(study.engine, quiet=not progress)
        means = Means(jobs or cores(), cluster, quiet=not progress)
        if wanted:
            most = max(budget, study.plan.replications)
            study, _ = simulate_until_precise(study, runs, means, wanted, most, period=period)
        else:
            simulate(study, runs, means, period=period)
        return result_of(study, runs, period)


def result_of(study: Study, store: Store, period: str | None) -> Result:
    """Compare the runs of a study that are all in a store."""
    runs = collect(study.plan, store)
    shown = runs[runs["scenario"].isin([scenario.id for scenario in study.scenarios])]
    comparison = compare_runs(shown, study.scenarios, study.reference, period)
    if study.attributed:
        table = attribution_of(runs, comparison, study.attributed, titles_of(study.scenarios))
        comparison = dataclasses.replace(comparison, attribution=table)
    return Result(study.scenarios, comparison)


def list_scenarios() -> pd.DataFrame:
    """Shipped scenarios: columns scenario, title, question."""
    settled = [(name, resolve(name)) for name in shipped("scenario")]
    rows = [(name, scenario.title, scenario.question) for name, scenario in settled]
    return pd.DataFrame(rows, columns=["scenario", "title", "question"])


def explain(scenario: str, *, place: str | None = None, settings: Sequence[str] = ()) -> pd.DataFrame:
    """What a scenario assumes: one row a value of each intervention.

    Columns: intervention; value (its name, as `settings` take it); now (best guess and central 8-in-10 range, in
    words); set_in (file and line); source ("assumption" where there is none).

    Args:
        scenario: a shipped name, a file, or `a+b`.
        place: a shipped place or a folder, instead of the scenario's own.
        settings: changes of single values, each "name=value".

    Raises:
        scenarios.messages.BadInput: when there is no such scenario, place or value.
    """
    settled = resolve(scenario, place=place, overrides=settings)
    rows = [
        (
            plan.id,
            name,
            words,
            str(settled.origins.get(f"{plan.id}.{name}", "")),
            "assumption" if name in plan.assumptions else "; ".join(plan.evidence),
        )
        for plan in settled.interventions
        for name, words in described(plan).items()
    ]
    return pd.DataFrame(rows, columns=["intervention", "value", "now", "set_in", "source"])
