"""Each rule of the compiled flow is broken once, to see that its comparison with the SimPy engine notices."""

from __future__ import annotations

import json

import pytest

from tests.simulation.broken_rules import BROKEN
from tests.simulation.test_equality_processes import end_of, start


@pytest.fixture(scope="module")
def noticed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What was noticed of each broken rule, in one process of plain Python."""
    folder = tmp_path_factory.mktemp("broken")
    process = start("-m", "tests.simulation.broken_rules", str(folder), NUMBA_DISABLE_JIT="1")
    found: dict[str, str] = json.loads(end_of(process))
    return found


def test_every_broken_rule_is_noticed_and_nothing_else(noticed: dict[str, str]) -> None:
    """Small plays and random networks show a difference, or the engine trips; with no rule broken they agree."""
    assert noticed["nothing"] == ""
    assert [broken.rule for broken in BROKEN if not noticed[broken.rule]] == []
