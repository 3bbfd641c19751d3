"""A study as caresim runs it: scenarios settled side by side, a plan of their runs, and the runs themselves."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caresim.attribution import with_parts
from caresim.options import DEFAULT_ENGINE, DEFAULT_ENSEMBLE, DEFAULT_REPLICATIONS, DEFAULT_SEED
from caresim.version import model_version
from outputs.attribution import Attributed
from outputs.compare import stated_period
from outputs.periods import Period, years_of
from outputs.prices import check_years
from scenarios.ensembles import Ensemble, read_ensemble
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.plausibility import Finding, check
from scenarios.resolve import resolve_together
from scenarios.resolved import Place, Resolved
from simulation.studies import Plan, Recipe, ScenarioSpec, canonical_json

DO_NOTHING = "do-nothing"
ENGINES = {
    "compiled": "simulation.run:simulate_together",
    "simpy": "simulation.run:simulate_together_with_simpy",
}
BUILD = "scenarios.build_model:build"
REDUCE = "outputs.measures:reduce"
HEADLINE = "outputs.headline:headline"
IDENTITY_LENGTH = 6
WORDS_ONLY = ("title", "question", "owner", "origins", "aliases", "contracts", "priorities")
"""What a scenario says about itself; its results do not depend on it."""


@dataclass(frozen=True)
class Study:
    """Scenarios of one place and one stretch of time, ready to be run."""

    scenarios: tuple[Resolved, ...]
    reference: str | None
    """Id of the scenario that the others are compared with; None when there is nothing to compare."""
    plan: Plan
    engine: str
    attributed: tuple[Attributed, ...] = ()
    """Scenarios whose effect is shared out; the plan has further scenarios for that."""

    @property
    def years(self) -> tuple[Period, ...]:
        """Its years."""
        return years_of(self.scenarios[0].window)

    def reported(self, period: str | None) -> Period:
        """The year that is reported: one of its years by name, or as `outputs.compare.compare` chooses."""
        return stated_period(self.years, self.scenarios, self.reference, period)

    def with_replications(self, replications: int) -> Study:
        """The same study with so many runs of each scenario."""
        return dataclasses.replace(self, plan=dataclasses.replace(self.plan, replications=replications))

    def identity(self, period: str | None) -> str:
        """Six characters that change with anything that a report on this study, for a year, would say."""
        keys = [key for _, _, key in self.plan.runs()]
        words = [(one.title, one.question, one.owner, one.contracts, one.priorities) for one in self.scenarios]
        facts = canonical_json((keys, self.reference, words, period))
        return hashlib.sha256(facts.encode()).hexdigest()[:IDENTITY_LENGTH]


def prepare(
    names: Sequence[str],
    *,
    compared: bool,
    place: str | None = None,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    engine: str = DEFAULT_ENGINE,
    settings: Sequence[str] = (),
    attribute: bool = False,
    ensemble: str = DEFAULT_ENSEMBLE,
) -> Study:
    """Settle scenarios and plan their runs; nothing is simulated.

    Args:
        names: shipped names, files, or `a+b` for both at once.
        compared: whether the first is the reference for the rest; a single one is then compared with doing nothing.
        place: a shipped place or a folder, instead of the scenarios' own.
        replications: runs of each scenario.
        seed: from which all draws follow.
        engine: which engine runs them.
        settings: changes, "name=value".
        attribute: whether to share out what several services do together among them, which takes more runs.
        ensemble: name of fitted assumptions, or "none".

    Raises:
        BadInput: when anything about it cannot be used.
    """
    if engine not in ENGINES:
        raise _bad_option("--engine", engine, "There is no such engine.", ENGINES)
    for option, number in (("--replications", replications), ("--seed", seed)):
        if number < 1:
            raise _bad_option(option, str(number), "It must be 1 or more.")
    wanted = list(dict.fromkeys(names))
    if compared and len(wanted) == 1:
        wanted.insert(0, DO_NOTHING)
    scenarios = _with_own_ids(from_one_change(resolve_together(wanted, place=place, overrides=settings)), wanted)
    if compared and len(scenarios) == 1:
        raise BadInput([Message("", 0, "", text="These are one and the same scenario: there is nothing to compare.")])
    fitted = read_ensemble(ensemble)
    scenarios = tuple(dataclasses.replace(one, ensemble=fitted) for one in scenarios)
    for scenario in scenarios:
        check_years(scenario)
    attributed, further = with_parts(scenarios, scenarios[0].id, seed) if attribute else ((), ())
    reference = scenarios[0].id if compared else None
    study = study_of(scenarios, reference, replications=replications, seed=seed, engine=engine, further=further)
    return dataclasses.replace(study, attributed=attributed)


def study_of(
    scenarios: Sequence[Resolved],
    reference: str | None,
    *,
    replications: int,
    seed: int,
    engine: str,
    further: Sequence[Resolved] = (),
) -> Study:
    """A study of settled scenarios, each with an id of its own; `further` ones are run and not shown."""
    recipe = Recipe(BUILD, ENGINES[engine], REDUCE, HEADLINE)
    specs = tuple(map(spec_of, (*scenarios, *further)))
    return Study(tuple(scenarios), reference, Plan(recipe, specs, seed, replications, model_version()), engine)


def spec_of(scenario: Resolved) -> ScenarioSpec:
    """A scenario as studies see it."""
    return ScenarioSpec(scenario.id, identity_of(scenario), family_of(scenario), scenario)


def used(ensemble: Ensemble) -> str:
    """One line that says which fitted assumptions a study uses, and how far to trust them."""
    return f"Assumptions are fitted: ensemble {ensemble.name}, {ensemble.title} ({ensemble.about})."


def findings_about(scenarios: Sequence[Resolved]) -> list[Finding]:
    """What to know about scenarios before they are run, each thing once.

    Raises:
        BadInput: when one of them cannot be run.
    """
    findings = list(dict.fromkeys(finding for scenario in scenarios for finding in check(scenario)))
    refused = [finding for finding in findings if finding.severity == "refused"]
    if refused:
        raise BadInput([Message("", 0, "", text=finding.text) for finding in refused])
    return sorted(findings, key=lambda finding: finding.severity != "warning")


def check_period(study: Study, period: str | None) -> None:
    """See that a study has a year, before anything is run.

    Raises:
        BadInput: naming the years that it has.
    """
    names = [year.name for year in study.years]
    if period is not None and period not in names:
        raise _bad_option("--period", period, "This study has no such year.", names)


def from_one_change(scenarios: Sequence[Resolved]) -> list[Resolved]:
    """Scenarios that count their years from the same day: the first on which any of them changes anything."""
    changes = [scenario.window.change for scenario in scenarios if scenario.interventions]
    change = min(changes, default=scenarios[0].window.change)
    return [dataclasses.replace(one, window=dataclasses.replace(one.window, change=change)) for one in scenarios]


def _with_own_ids(scenarios: Sequence[Resolved], names: Sequence[str]) -> tuple[Resolved, ...]:
    """Each scenario once; two files of the same name go by their whole names."""
    found: dict[str, Resolved] = {}
    for scenario, name in zip(scenarios, names, strict=True):
        if scenario.id in found and scenario != found[scenario.id]:
            found[name] = dataclasses.replace(scenario, id=name)
        else:
            found[scenario.id] = scenario
    return tuple(found.values())


def identity_of(scenario: Resolved) -> str:
    """Everything about a scenario that its runs depend on, as one text."""
    texts = {
        field.name: _text_of(getattr(scenario, field.name))
        for field in dataclasses.fields(scenario)
        if field.name not in WORDS_ONLY
    }
    return "{" + ",".join(f'"{name}":{texts[name]}' for name in sorted(texts)) + "}"


def family_of(scenario: Resolved) -> str:
    """Scenarios whose years before the change are simulated once: they differ in nothing but teams' caseloads."""
    window = scenario.window
    adding = [(plan.id, plan.adds, plan.teams, plan.funding_ends) for plan in scenario.interventions if plan.adds]
    rest = canonical_json((window.burn_in_start, window.start, window.end, scenario.settings, adding))
    return f"[{_text_of(scenario.place)},{rest[1:]}"


MOST_PLACES = 8
_places: dict[int, tuple[Place, str]] = {}


def _text_of(value: object) -> str:
    """A value's canonical text; that of a place, which is long and the same for all points of a design, is kept."""
    if not isinstance(value, Place):
        return canonical_json(value)
    if id(value) not in _places:
        while len(_places) >= MOST_PLACES:
            _places.pop(next(iter(_places)))
        _places[id(value)] = value, canonical_json(value)
    return _places[id(value)][1]


def _bad_option(option: str, found: str, text: str, allowed: Iterable[str] = ()) -> BadInput:
    return BadInput(
        [Message("", 0, option, found, listed(allowed), nearest(found, allowed), text=text, label="option")]
    )
