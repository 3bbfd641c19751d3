"""A study as caresim runs it: scenarios settled side by side, a plan of their runs, and the runs themselves."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from caresim.version import model_version
from scenarios.messages import BadInput, Message, listed, nearest
from scenarios.resolve import resolve
from scenarios.resolved import Resolved
from simulation.studies import Plan, Recipe, ScenarioSpec, canonical_json

DO_NOTHING = "do-nothing"
ENGINES = {"simpy": "simulation.run:simulate_together"}
BUILD = "scenarios.build_model:build"
REDUCE = "outputs.measures:reduce"
WORDS_ONLY = ("title", "question", "owner", "origins", "aliases")
"""What a scenario says about itself; its results do not depend on it."""
PLAN_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Study:
    """Scenarios of one place and one stretch of time, ready to be run."""

    scenarios: tuple[Resolved, ...]
    reference: str | None
    """Id of the scenario that the others are compared with; None when there is nothing to compare."""
    plan: Plan
    engine: str

    @property
    def id(self) -> str:
        """Six characters that change with anything that the study's results depend on."""
        keys = [key for _, _, key in self.plan.runs()]
        words = [(scenario.title, scenario.question, scenario.owner) for scenario in self.scenarios]
        return identity_of((keys, self.reference, words))


def prepare(
    names: Sequence[str],
    *,
    compared: bool,
    place: str | None = None,
    replications: int = 8,
    seed: int = 1,
    engine: str = "simpy",
    settings: Sequence[str] = (),
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

    Raises:
        BadInput: when anything about it cannot be used.
    """
    if engine not in ENGINES:
        raise _bad_option("--engine", engine, "Only SimPy can run this version.", ENGINES)
    for option, number in (("--replications", replications), ("--seed", seed)):
        if number < 1:
            raise _bad_option(option, str(number), "It must be 1 or more.")
    wanted = list(dict.fromkeys(names))
    if compared and len(wanted) == 1:
        wanted.insert(0, DO_NOTHING)
    scenarios = settle_together(wanted, place, settings)
    if compared and len(scenarios) == 1:
        raise BadInput([Message("", 0, "", text="These are one and the same scenario: there is nothing to compare.")])
    recipe = Recipe(BUILD, ENGINES[engine], REDUCE)
    specs = tuple(ScenarioSpec(s.id, _identity(s), _family(s), s) for s in scenarios)
    plan = Plan(recipe, specs, seed, replications, model_version())
    return Study(scenarios, scenarios[0].id if compared else None, plan, engine)


def settle_together(names: Sequence[str], place: str | None, settings: Sequence[str]) -> tuple[Resolved, ...]:
    """Scenarios for one place and one stretch of time: those of the first file of the user's, else of the first listed.

    Raises:
        BadInput: when a scenario is bad, or two files are about different places or years.
    """
    leader = next((name for name in names if is_file(name)), names[0])
    first = resolve(leader, place=place, overrides=settings)
    found = {}
    for name in names:
        scenario = first if name == leader else _beside(first, name, place, settings)
        if scenario.id in found and scenario != found[scenario.id]:
            scenario = dataclasses.replace(scenario, id=name)
        found.setdefault(scenario.id, scenario)
    return tuple(found.values())


def is_file(name: str) -> bool:
    """Whether a scenario's name is that of a file."""
    return name.endswith(PLAN_SUFFIXES) or Path(name).is_file()


def identity_of(value: object) -> str:
    """Six hexadecimal digits of a value's canonical text."""
    import hashlib

    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:6]


def _beside(first: Resolved, name: str, place: str | None, settings: Sequence[str]) -> Resolved:
    """A scenario in the place and the years of another; only one of ours can be moved there."""
    if is_file(name):
        scenario = resolve(name, place=place, overrides=settings)
        if (scenario.place, _dates(scenario)) != (first.place, _dates(first)):
            text = f"{first.id} and {scenario.id} are about different places or years and cannot be compared."
            raise BadInput([Message(name, 0, "", text=f"{text} Make their place and run the same.")])
        return scenario
    return resolve(
        name,
        place=place or first.place.id,
        overrides=settings,
        start=first.window.start,
        end=first.window.end,
    )


def _dates(scenario: Resolved) -> tuple[object, object, object]:
    return scenario.window.burn_in_start, scenario.window.start, scenario.window.end


def _identity(scenario: Resolved) -> str:
    return canonical_json(
        {
            field.name: getattr(scenario, field.name)
            for field in dataclasses.fields(scenario)
            if field.name not in WORDS_ONLY
        }
    )


def _family(scenario: Resolved) -> str:
    return canonical_json((scenario.place, _dates(scenario), scenario.settings))


def _bad_option(option: str, found: str, text: str, allowed: Sequence[str] | dict[str, str] = ()) -> BadInput:
    return BadInput(
        [Message("", 0, option, found, listed(allowed), nearest(found, allowed), text=text, label="option")]
    )
