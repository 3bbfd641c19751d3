"""What a study has to do: every scenario, so many times, cut into tasks that a worker can take away."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache

import numpy as np

KEY_LENGTH = 32
"""Characters of a run's key: 128 bits, and file names short enough for Windows."""


@dataclass(frozen=True)
class ScenarioSpec:
    """One scenario, as studies see it."""

    name: str
    """Unique within a plan."""
    identity: str
    """Canonical text of everything about the scenario that its results depend on."""
    family: str
    """Scenarios with the same text share place, window and draws; one task simulates them together."""
    payload: object
    """What the builder and the reducer are given; it must pickle."""
    first_run: int = 0
    """Number before that of its first run: scenarios whose runs have other numbers meet other chance."""


@dataclass(frozen=True)
class Recipe:
    """Importable names (`package.module:function`) of the three steps from a scenario to a table."""

    build: str
    """`build(payload, *, seed, replication) -> model`."""
    simulate: str
    """`simulate(models, seed, replication, reduce) -> list`: `reduce(index, result)` of each model, in order, each
    called once, perhaps in another process."""
    reduce: str
    """`reduce(result, payload, *, seed, replication) -> pandas.DataFrame`."""
    headline: str = ""
    """`headline(table) -> dict[str, float]`: what the driver is told of a finished run; empty: nothing. It does not
    enter the store, so it is no part of a run's key."""


@dataclass(frozen=True)
class Task:
    """The scenarios of one family that lack one replication."""

    recipe: Recipe
    specs: tuple[ScenarioSpec, ...]
    keys: tuple[str, ...]
    """(specs,) key of each run in the store."""
    seed: int
    replication: int
    model_version: str = ""

    @property
    def name(self) -> tuple[int, str]:
        """What stays the same when scenarios of the task have been finished."""
        return self.replication, self.specs[0].family

    def rest(self, missing: Set[str]) -> Task | None:
        """The task with only those of its runs that are missing; None when there are none."""
        left = [(spec, key) for spec, key in zip(self.specs, self.keys, strict=True) if key in missing]
        if not left:
            return None
        return dataclasses.replace(self, specs=tuple(spec for spec, _ in left), keys=tuple(key for _, key in left))


@dataclass(frozen=True)
class Batch:
    """Tasks that a worker takes away together, so that handing out costs little even when runs are short."""

    tasks: tuple[Task, ...]
    limits_seconds: tuple[float, ...]
    """(tasks,) after which a worker gives itself up, for each task."""


@dataclass(frozen=True)
class Plan:
    """A study: scenarios x replications, all from one seed."""

    recipe: Recipe
    specs: tuple[ScenarioSpec, ...]
    seed: int
    replications: int
    model_version: str
    """Changes whenever the same scenario could give other results."""

    def key(self, spec: ScenarioSpec, replication: int) -> str:
        """Name of a run in the store; equal only when the run would be the same."""
        steps = (self.recipe.build, self.recipe.simulate, self.recipe.reduce)
        facts = (digest_of(spec.identity), steps, self.model_version, self.seed, replication)
        return hashlib.sha256(canonical_json(facts).encode()).hexdigest()[:KEY_LENGTH]

    def runs(self) -> list[tuple[ScenarioSpec, int, str]]:
        """Every (scenario, replication, key), replication by replication; they count from 1, or where a spec says."""
        return [
            (spec, spec.first_run + number, self.key(spec, spec.first_run + number))
            for number in range(1, self.replications + 1)
            for spec in self.specs
        ]

    def shard(self, number: int, of: int) -> frozenset[str]:
        """Keys of the runs that one of several machines does; each run belongs to exactly one shard.

        Whole replications are dealt out, so that scenarios of one family stay together.

        Args:
            number: from 1.
            of: how many shards there are.
        """
        return frozenset(key for _, replication, key in self.runs() if (replication - number) % of == 0)

    def tasks(self, missing: Set[str]) -> list[Task]:
        """The work that produces the runs whose keys are `missing`, in the order in which to start it."""
        wanted: dict[tuple[int, str], list[tuple[ScenarioSpec, str]]] = {}
        for spec, replication, key in self.runs():
            if key in missing:
                wanted.setdefault((replication, spec.family), []).append((spec, key))
        return [
            Task(
                self.recipe,
                tuple(spec for spec, _ in runs),
                tuple(key for _, key in runs),
                self.seed,
                replication,
                self.model_version,
            )
            for (replication, _), runs in wanted.items()
        ]


@cache
def digest_of(identity: str) -> str:
    """A short name for a long text, worked out once."""
    return hashlib.sha256(identity.encode()).hexdigest()


def canonical_json(value: object) -> str:
    """One text for each value: keys sorted, no spaces, data classes as objects.

    Raises:
        TypeError: for a value that has no such text, so that nothing is left out of a key by mistake.
        ValueError: for a number that is not finite.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: object) -> object:
    for kinds, convert in _CONVERSIONS:
        if isinstance(value, kinds):
            return convert(value)
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"no canonical text for {type(value).__name__}")


def _plain_mapping(value: Mapping[object, object]) -> object:
    return {str(key): _plain(item) for key, item in value.items()}


def _plain_items(value: Sequence[object]) -> object:
    return [_plain(item) for item in value]


_CONVERSIONS: tuple[tuple[tuple[type, ...], Callable[..., object]], ...] = (
    ((Enum,), lambda value: _plain(value.value)),
    ((bool, int, float, str, type(None)), lambda value: value),
    ((date,), lambda value: value.isoformat()),
    ((np.generic, np.ndarray), lambda value: _plain(value.tolist())),
    ((Mapping,), _plain_mapping),
    ((list, tuple), _plain_items),
    ((set, frozenset), lambda value: sorted(canonical_json(item) for item in value)),
)
