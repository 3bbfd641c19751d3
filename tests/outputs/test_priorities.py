"""Priorities of one's own, and money agreed for an area."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from outputs.measures.registry import MEASURES
from outputs.priorities import check_priorities
from scenarios.explain import explain
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


@pytest.mark.parametrize("name", ["population-budget", "pooled-budget", "system-incentive"])
def test_money_agreed_is_said_and_changes_nobodys_care(name: str) -> None:
    """Its kind, its total in this place and the share; what is done is that of the services alone."""
    found = resolve(name, place=SMALL)
    assert found.contract is not None
    assert found.contract.kind == name.replace("-", " ")
    assert f"Money: {found.contract.kind}" in explain(found)
    base = {"population-budget": "pacs-vanguard", "system-incentive": "mcp-vanguard"}.get(name)
    if base:
        assert found.interventions == resolve(base, place=SMALL).interventions


def test_the_pooled_fund_is_the_published_sum() -> None:
    """3.8bn over England's people."""
    contract = resolve("pooled-budget", place=SMALL).contract
    assert contract is not None
    assert contract.pounds_per_person == pytest.approx(3.8e9 / 55.6e6, abs=0.5)


def test_a_contract_without_a_sum_is_refused_where_one_is_needed(tmp_path: Path) -> None:
    """Only a population budget can be what doing nothing costs."""
    plan = tmp_path / "plan.yaml"
    plan.write_text("title: x\nextends: do-nothing\ncontract:\n  kind: pooled budget\n", encoding="utf-8")
    with pytest.raises(BadInput, match="how much money there is"):
        resolve(str(plan))
