"""Contracts as files: shipped ones, those a scenario or place names, and what they say in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.catalogue import shipped
from scenarios.contract_files import agreement_for, contracts, default_contracts
from scenarios.contracts import BOUNDARY, DEFAULT_CONTRACTS, KINDS, ORGANISATIONS, sectors, who_provides
from scenarios.explain import explain
from scenarios.messages import BadInput
from scenarios.resolve import resolve, resolve_together
from scenarios.resolved import Origin
from scenarios.schema.contracts import agreement_schema
from scenarios.wording import pounds, terms

SMALL = "england-average-25k"


def test_every_kind_of_contract_is_shipped() -> None:
    """Block, tariff, marginal rate, blended, capitation with gain share, pooled budget, system incentive."""
    kinds = {agreement.kind for name in shipped("contract")
             for agreement in contracts(name, Origin("", 0)).agreements}
    assert kinds == set(KINDS)


def test_every_item_has_a_provider_and_a_payer() -> None:
    """The table of providers is that of the price list, item for item."""
    assert list(who_provides()) == list(sectors())
    for one in who_provides().values():
        assert one.provider in (*ORGANISATIONS, *BOUNDARY)
        assert one.status in ("sourced", "derived", "assumption")
        assert one.note
    for name in shipped("contract"):
        agreed = contracts(name, Origin("", 0))
        assert all(agreement_for(agreed, item, sector) for item, sector in sectors().items())


def test_every_agreement_says_what_it_rests_on() -> None:
    """A source, or that it is an assumption."""
    for name in shipped("contract"):
        for agreement in contracts(name, Origin("", 0)).agreements:
            assert agreement.source, f"{name}: {agreement.name}"
            assert (agreement.status == "sourced") != ("ASSUMPTION" in agreement.source)


@pytest.mark.parametrize("name", ["population-budget", "pooled-budget", "system-incentive"])
def test_a_scenario_names_its_contracts_and_they_change_nobodys_care(name: str) -> None:
    """The money is said; what is done is that of the services alone."""
    found = resolve(name, place=SMALL)
    assert found.contracts is not None
    assert found.contracts.id == name
    assert "It changes nobody's care" in " ".join(explain(found).split())
    base = {"population-budget": "pacs-vanguard", "system-incentive": "mcp-vanguard"}.get(name)
    if base:
        assert found.interventions == resolve(base, place=SMALL).interventions


def test_who_says_nothing_has_the_contracts_of_an_average_place() -> None:
    """Do nothing is paid as England was in 2016/17."""
    found = resolve("do-nothing", place=SMALL).contracts
    assert found == default_contracts()
    assert found is not None
    assert found.id == DEFAULT_CONTRACTS


def test_the_pooled_fund_is_the_published_sum() -> None:
    """3.8bn over England's people."""
    fund = contracts("pooled-budget", Origin("", 0)).agreements[-1]
    assert fund.pounds_per_person == pytest.approx(3.8e9 / 55.6e6, abs=0.5)


def test_a_plan_may_bring_contracts_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beside the plan, which changes one agreement of a shipped one and names one of its services."""
    (tmp_path / "ours.yaml").write_text(
        "title: Ours\nextends: blended\nagreements:\n  emergency hospital care:\n    rate: 35 %\n"
        "  teams:\n    kind: block\n    payer: council\n    care: extensivist teams\n", encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(
        f"title: Plan\nplace: {SMALL}\ncontracts: ours\nuse:\n  extensivist-teams:\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = resolve("plan").contracts
    assert found is not None
    by_name = {agreement.name: agreement for agreement in found.agreements}
    assert by_name["emergency hospital care"].rate == 0.35
    assert by_name["teams"].care == ("extensivist-teams",)
    assert agreement_for(found, "extensivist-teams", "new services") is by_name["teams"]


def test_a_place_may_have_contracts_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A place says how its hospital is paid; a scenario that names contracts goes before it."""
    here = tmp_path / "here"
    here.mkdir()
    (here / "place.yaml").write_text("title: Here\nyear: 2016/17\ncontracts: block\n", encoding="utf-8")
    (here / "population.csv").write_text("age_from,people\n0,20000\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert resolve("do-nothing", place="here").contracts == contracts("block", Origin("", 0))
    assert resolve("system-incentive", place="here").contracts == contracts("system-incentive", Origin("", 0))


def test_terms_are_said_in_words() -> None:
    """Who pays whom for what, and how much."""
    said = {agreement.name: terms(agreement) for agreement in contracts("england-2016-17", Origin("", 0)).agreements}
    assert said["emergency hospital care"] == (
        "marginal rate; paid by commissioner; for emergency admissions; the sum follows the year before the change; "
        "70 % of the price above it")
    assert re.search("council 47 %, household 43 %, commissioner 10 %", said["care homes"])


def test_editors_get_a_schema() -> None:
    """JSON Schema with the kinds."""
    assert "capitation with gain share" in str(agreement_schema())


def test_the_contract_in_the_guide_can_be_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/money.md shows a file that works as it stands."""
    page = (Path(__file__).parents[2] / "docs" / "money.md").read_text(encoding="utf-8")
    (tmp_path / "ours.yaml").write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(
        f"title: Plan\nplace: {SMALL}\ncontracts: ours\nuse:\n  extensivist-teams:\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = resolve("plan").contracts
    assert found is not None
    assert found.agreements[-1].payers == {"commissioner": 0.6, "council": 0.4}


def test_contracts_may_be_set_for_all_that_is_compared() -> None:
    """`--set contracts=block`: doing nothing and the plan are paid alike, and the plan is as it was."""
    nothing, plan = resolve_together(["do-nothing", "population-budget"], place=SMALL, overrides=["contracts=block"])
    assert nothing.contracts == plan.contracts == contracts("block", Origin("", 0))
    assert plan.interventions == resolve("population-budget", place=SMALL).interventions


def test_scenarios_together_keep_the_contracts_of_the_one_that_has_them() -> None:
    """Two that are paid differently cannot run together."""
    found = resolve("extensivist-teams+system-incentive", place=SMALL).contracts
    assert found is not None
    assert found.id == "system-incentive"
    with pytest.raises(BadInput, match="paid under different contracts"):
        resolve("pooled-budget+system-incentive", place=SMALL)


@pytest.mark.parametrize(
    ("value", "said"), [(844.4, "£844"), (-844.4, "-£844"), (-0.3, "£0"), (1_234_567.0, "£1.23m"), (-2e6, "-£2.00m")]
)
def test_the_sign_of_money_stands_before_the_pound(value: float, said: str) -> None:
    """Also of millions; what rounds to nothing has none."""
    assert pounds(value) == said
