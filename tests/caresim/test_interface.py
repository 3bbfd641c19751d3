"""The Python functions return what the command line prints, as tidy data frames."""

from __future__ import annotations

from pathlib import Path

import pytest

import caresim
from scenarios.messages import BadInput
from tests.caresim.conftest import make_village


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A village of a user's."""
    place = tmp_path_factory.mktemp("interface") / "user"
    make_village(place)
    return place


@pytest.fixture(scope="module")
def result(folder: Path) -> caresim.Result:
    """The plan compared with doing nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return caresim.compare(["plan"], replications=2, seed=1, jobs=2, store=folder / "runs")


def test_a_comparison_is_tidy_tables(result: caresim.Result) -> None:
    """One row a scenario and measure; differences are against doing nothing."""
    assert [scenario.id for scenario in result.scenarios] == ["do-nothing", "plan"]
    assert set(result.levels["scenario"]) == {"do-nothing", "plan"}
    assert set(result.differences["scenario"]) == {"plan"}
    assert set(result.differences["reference"]) == {"do-nothing"}
    assert {"measure", "period", "mean", "low", "high", "verdict"} <= set(result.differences.columns)
    assert list(result.reached["team"]) == ["extensivist-teams"]
    assert {1, 2} == set(result.runs["run"])


def test_the_money_and_the_rest_are_tidy_tables_too(result: caresim.Result) -> None:
    """Books balance in every run; growth, choice, people and fifths are there without another command."""
    postings = result.ledger.postings
    assert (postings["debits_pence"] == postings["credits_pence"]).all()
    assert set(result.ledger.by_year["view"]) == {"payments", "resources", "average cost"}
    rows = result.ledger.organisations.to_dict("records")
    [paid] = [row for row in rows if (row["scenario"], row["organisation"], row["line"], row["period"]) == (
        "plan", "commissioner", "paid", "all years")]
    assert paid["difference_mean"] > 0.0
    assert set(result.growth["reading"]) == {"on the year before", "since the base year"}
    for table in (result.vanguard_marks, result.best, result.people, result.equity):
        assert len(table)
    assert result.pairing.empty, "two runs have no variance worth the name"
    assert "MONEY" in result.in_words()


def test_a_difference_is_the_mean_of_paired_differences(result: caresim.Result) -> None:
    """Run by run, on the same people and the same draws."""
    chosen = result.runs[
        (result.runs["measure"] == "emergency_admissions")
        & (result.runs["period"] == "2016/17")
        & (result.runs["stratum"] == "all")
    ].pivot(index="run", columns="scenario", values="value")
    [mean] = result.differences.loc[
        (result.differences["measure"] == "emergency_admissions")
        & (result.differences["period"] == "2016/17")
        & (result.differences["stratum"] == "all"),
        "mean",
    ]
    assert mean == pytest.approx((chosen["plan"] - chosen["do-nothing"]).mean())


def test_finished_runs_are_used_again(
    result: caresim.Result, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store given by name is added to and drawn from."""
    monkeypatch.chdir(folder)
    before = sorted((folder / "runs").iterdir())
    alone = caresim.run("plan", replications=2, seed=1, store=folder / "runs")
    assert sorted((folder / "runs").iterdir()) == before
    ours = result.levels[result.levels["scenario"] == "plan"].reset_index(drop=True)
    assert alone.levels["mean"].tolist() == pytest.approx(ours["mean"].tolist(), nan_ok=True)
    assert alone.differences.empty


def test_bad_input_is_an_exception_with_the_message() -> None:
    """The same words as on the command line."""
    with pytest.raises(BadInput, match="extensivist-teams"):
        caresim.compare(["extensivist-team"])


def test_shipped_scenarios_can_be_listed() -> None:
    """With their questions."""
    listed = caresim.list_scenarios()
    assert {"do-nothing", "extensivist-teams"} <= set(listed["scenario"])
    assert listed["question"].str.endswith("?").all()


def test_what_a_scenario_assumes_is_a_table() -> None:
    """Each value in words, where it was set, and whether it has a source."""
    table = caresim.explain("extensivist-teams")
    row = table.set_index("value").loc["acute crises, months 1-12"]
    assert row["now"].startswith("+12 %")
    assert "extensivist-teams.yaml" in row["set_in"]
    assert (table["source"] == "assumption").any()


def test_the_public_names_are_few() -> None:
    """What `dir(caresim)` shows is what there is to use."""
    assert dir(caresim) == [
        "Discovered", "Found", "Optimised", "Ranked", "Result", "Sensitivity", "__version__", "compare", "discover",
        "explain", "export", "find", "list_scenarios", "network", "optimise", "pack", "rank", "replay", "report", "run",
        "sensitivity", "verify",
    ]
