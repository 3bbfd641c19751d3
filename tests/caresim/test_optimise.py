"""`caresim optimise` from the command line to the folder, with a formula in place of the model.

Care-home teams do most of what they can with few teams, extensivist teams do a little with every pound, and a run's
future makes both do more or less.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import caresim
from caresim.cli import run_command_line
from scenarios.messages import BadInput
from scenarios.resolved import Resolved
from tests.caresim.toy import Toy, put_in_place, table_of

PLACE = "england-average-25k"
SERVICES = ("care-home-teams", "extensivist-teams")
TEAMS = {"care-home-teams": 0.205, "extensivist-teams": 0.2}
"""Of the shipped services in this place."""
AVERTS = {"care-home-teams": (60.0, 3.0), "extensivist-teams": (80.0, 0.6)}
"""How many admissions each averts at most, and how soon."""
HERE = ("--place", PLACE, "--jobs", "1", "--yes", "-n", "8")
ASKED = ("optimise", *SERVICES, "--spend", "£100,000", *HERE)


def averted(plan: str, times: float) -> float:
    """By a service with so many times as many teams as shipped."""
    most, soon = AVERTS[plan]
    return most * (1.0 - float(np.exp(-soon * times)))


def toy_run(scenario: Resolved, run: int) -> pd.DataFrame:
    """Admissions and cost of a run: chance is small beside what services do, and scenarios share it in part."""
    future = np.random.default_rng(run).normal(1.0, 0.1)
    own = np.random.default_rng([run, len(scenario.interventions), len(scenario.id)]).normal()
    fewer = sum(averted(plan.id, plan.most_teams / TEAMS[plan.id]) for plan in scenario.interventions)
    values = {"emergency_admissions": 2_800.0 - future * fewer + own, "net_cost_gbp": 1e6 - 400.0 * fewer,
              "emergency_admission_growth_percent": 2.9 - 0.01 * fewer}  # fmt: skip
    return table_of(values)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A folder of the user's, and the toy in place of the simulation."""
    return put_in_place(toy_run, tmp_path, monkeypatch)


def test_the_mix_that_arithmetic_gives_is_found_and_judged_by_runs_that_built_nothing(toy: Toy) -> None:
    """The best split of the money is known from the formula; fresh runs have other numbers than those of the response.

    Every mix that is run again keeps to the money, and what is said of it is the average of its own fresh runs.
    """
    found = caresim.optimise(SERVICES, spend_gbp=100_000, place=PLACE, replications=8, jobs=1, store="kept")
    costs = {one["id"]: one["spend_gbp"] for one in found.answer.document["services"]}  # type: ignore[attr-defined]
    splits = []
    for first in np.linspace(0.0, 1.0, 201):
        second = (100_000.0 - first * costs[SERVICES[0]]) / costs[SERVICES[1]]
        if 0.0 <= second <= 1.0:
            splits.append(averted(SERVICES[0], float(first)) + averted(SERVICES[1], second))
    times = {name: found.teams[name] / TEAMS[name] for name in SERVICES}
    assert sum(averted(name, times[name]) for name in SERVICES) > 0.97 * max(splits)
    assert (found.mixes["spend_gbp_a_year"] <= 100_000.01).all()
    assert found.mixes["spend_gbp_a_year"].max() == pytest.approx(100_000.0, rel=1e-6)
    fresh = found.runs[found.runs["stage"] == "run again"]
    assert set(fresh["run"]) == set(range(9, 17))
    assert set(found.runs.loc[found.runs["stage"] == "built", "run"]) == set(range(1, 9))
    means = fresh.groupby("mix")["difference"].mean()
    for row in found.mixes.to_dict("records"):
        assert row["difference_mean"] == pytest.approx(means[row["mix"]])
        error = np.hypot(row["foretold_simulation_error"], row["difference_simulation_error"])
        assert row["foretold_mean"] == pytest.approx(row["difference_mean"], abs=6.0 * error + 3.0)
    assert found.mixes.set_index("mix").loc[found.best, "on_front"]
    assert len(toy.had) == found.answer.document["runs_spent"]


def test_a_stopped_search_goes_on_to_the_same_bytes(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C in the fresh runs keeps what is done; the same command simulates only the rest."""
    assert run_command_line([*ASKED, "-q", "--out", "whole"]) == 0
    assert "Best: Care-home teams x" in capsys.readouterr().out
    whole, toy.had, toy.stop_after = len(toy.had), [], 70
    assert run_command_line([*ASKED, "-q", "--out", "stopped"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    toy.stop_after = 10_000
    assert run_command_line([*ASKED, "-q", "--out", "stopped"]) == 0
    assert len(toy.had) == whole

    def files(folder: str) -> dict[str, bytes]:
        return {str(path.relative_to(folder)): path.read_bytes() for path in Path(folder).rglob("*")
                if path.is_file() and path.name != "run_facts.json" and "runs" not in path.parts}  # fmt: skip

    first = files("whole")
    assert first == files("stopped")
    assert {"report.html", "figures/mixes_chart.png", "data/mixes.csv", "data/answer.json"} <= set(first)


def test_plan_says_what_it_takes_and_json_is_the_document(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """The first runs nothing; the other prints one document and nothing else."""
    assert run_command_line([*ASKED, "--plan"]) == 0
    assert "Nothing was run." in capsys.readouterr().out
    assert toy.had == []
    assert run_command_line([*ASKED, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["question"], found["spend_gbp_a_year"], found["better_than_nothing"]) == ("optimise", 1e5, True)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("care-home-teams", "--spend", "£1m"), "2 to 5 services"),
        (("care-home-teams", "extensivist-team", "--spend", "£1m"), "extensivist-teams"),
        (("care-home-teams", "care-home-teams", "--spend", "£1m"), "It is there twice"),
        (("care-home-teams", "do-nothing", "--spend", "£1m"), "Doing nothing is always beside"),
        (("care-home-teams", "care-home-teams+extensivist-teams", "--spend", "£1m"), "both have care-home-teams"),
        ((*SERVICES, "--spend", "lots"), "an amount of money above nothing"),
        ((*SERVICES, "--spend", "£9m"), "there is nothing to choose"),
        ((*SERVICES, "--spend", "£90,000", "--most", "none"), "twice as many teams"),
        ((*SERVICES, "--spend", "£90,000", "--measure", "emergency_admisions"), 'did you mean "emergency_admissions"'),
        ((*SERVICES, "--spend", "£90,000", "-n", "2"), "It takes 4 runs"),
        ((*SERVICES, "--spend", "£90,000", "--period", "2011/12"), "This study has no such year"),
        ((*SERVICES,), "--spend"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_run(
    toy: Toy, capsys: pytest.CaptureFixture[str], line: tuple[str, ...], says: str
) -> None:
    """One message that helps, exit code 2, no run and no folder."""
    assert run_command_line(["optimise", "--place", PLACE, "--yes", *line]) == 2
    assert says in " ".join(capsys.readouterr().err.split())
    assert toy.had == []
    assert not Path("results").exists()


def test_bad_input_in_python_is_an_exception_with_the_message(toy: Toy) -> None:
    """The same words as on the command line; a misspelt option is Python's own error."""
    with pytest.raises(BadInput, match="nothing to choose"):
        caresim.optimise(SERVICES, spend_gbp=9e6, place=PLACE)
    with pytest.raises(TypeError, match="plce"):
        caresim.optimise(SERVICES, spend_gbp=9e4, plce=PLACE)  # type: ignore[call-arg]
    assert toy.had == []
