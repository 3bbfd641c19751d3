"""Priorities of one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from outputs.measures.registry import MEASURES
from outputs.priorities import check_priorities
from scenarios.messages import BadInput
from scenarios.resolve import resolve

SMALL = "england-average-25k"


def test_a_scenario_states_its_own_priorities() -> None:
    """Few, each a measure; a slip is answered with the nearest."""
    found = resolve("local-priorities", place=SMALL)
    assert 1 <= len(found.priorities) <= 5
    assert set(found.priorities) <= set(MEASURES)
    check_priorities(found)
    with pytest.raises(BadInput, match='did you mean "emergency_admissions"'):
        check_priorities(replace(found, priorities=("emergency_admission",)))
