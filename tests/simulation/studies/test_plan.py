"""What a study has to do, and the names of its runs."""

from __future__ import annotations

import dataclasses
from datetime import date
from enum import Enum
from types import MappingProxyType

import numpy as np
import pytest

from simulation.studies import canonical_json
from tests.simulation.studies.toys import Toy, plan_of


class Colour(Enum):
    BLUE = "blue"


def test_each_task_is_one_family_and_one_replication() -> None:
    """Scenarios that share their beginning travel together; each replication is a task of its own."""
    plan = plan_of(Toy(1.0), Toy(2.0), replications=3)
    tasks = plan.tasks({key for _, _, key in plan.runs()})
    assert [(task.replication, [spec.name for spec in task.specs]) for task in tasks] == [
        (1, ["toy-0", "toy-1"]),
        (2, ["toy-0", "toy-1"]),
        (3, ["toy-0", "toy-1"]),
    ]


def test_scenarios_of_different_families_are_different_tasks() -> None:
    """Scenarios with another place or window cannot be simulated together."""
    plan = plan_of(Toy(1.0), Toy(2.0), replications=1)
    specs = (plan.specs[0], dataclasses.replace(plan.specs[1], family="another"))
    plan = dataclasses.replace(plan, specs=specs)
    assert [len(task.specs) for task in plan.tasks({key for _, _, key in plan.runs()})] == [1, 1]


def test_only_missing_runs_become_work() -> None:
    """A run that is there is not asked for again; a task shrinks to the scenarios that lack it."""
    plan = plan_of(Toy(1.0), Toy(2.0), replications=2)
    second_of_toy_1 = plan.key(plan.specs[1], 2)
    [task] = plan.tasks({second_of_toy_1})
    assert (task.replication, task.keys) == (2, (second_of_toy_1,))


@pytest.mark.parametrize(
    "other",
    [
        plan_of(Toy(1.5)),
        plan_of(Toy(1.0), seed=2),
        plan_of(Toy(1.0), model_version="2"),
        dataclasses.replace(plan_of(Toy(1.0)), recipe=dataclasses.replace(plan_of(Toy(1.0)).recipe, reduce="a:b")),
    ],
    ids=["scenario", "seed", "model version", "reducer"],
)
def test_a_key_changes_with_everything_that_a_run_depends_on(other: object) -> None:
    """Two runs that might differ never share a name in the store."""
    from simulation.studies import Plan

    assert isinstance(other, Plan)
    plan = plan_of(Toy(1.0))
    assert plan.key(plan.specs[0], 1) != other.key(other.specs[0], 1)
    assert plan.key(plan.specs[0], 1) != plan.key(plan.specs[0], 2)


def test_a_key_does_not_change_with_the_name_or_with_other_scenarios() -> None:
    """A run made for one study serves another."""
    plan, larger = plan_of(Toy(1.0), replications=1), plan_of(Toy(9.0), Toy(1.0), replications=5)
    assert plan.key(plan.specs[0], 1) == larger.key(larger.specs[1], 1)


def test_equal_values_have_one_text() -> None:
    """The order in which a mapping was filled does not show; dates, tuples, data classes and arrays all have a text."""
    first = {"b": (1, 2.5), "a": date(2017, 4, 1), "c": MappingProxyType({"x": Colour.BLUE}), "d": {"p", "q"}}
    second = {"d": {"q", "p"}, "c": {"x": "blue"}, "a": "2017-04-01", "b": np.array([1.0, 2.5])}
    assert canonical_json(first) == '{"a":"2017-04-01","b":[1,2.5],"c":{"x":"blue"},"d":["\\"p\\"","\\"q\\""]}'
    assert canonical_json(second) == canonical_json(first).replace("[1,", "[1.0,")


def test_a_value_without_a_text_is_refused() -> None:
    """Nothing is left out of a key in silence."""
    with pytest.raises(TypeError, match="object"):
        canonical_json({"a": object()})
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(float("nan"))
