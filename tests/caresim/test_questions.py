"""`caresim rank`, `find` and `discover` from the command line to the folder, with three lines in place of the model.

What is put in place of the simulation follows from each run's own draws by a formula, so that answers are known.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Set
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from caresim.cli import run_command_line
from caresim.simulating import Means
from caresim.study import Study
from scenarios.assumption_draws import draw
from scenarios.resolved import Resolved
from simulation.studies import Store

YEARS = ("2015/16", "2016/17", "2017/18", "2018/19", "2019/20")
HERE = ("--place", "england-average-25k", "--jobs", "1", "--yes")
SIZES = {"care-home-teams": 0.1, "extensivist-teams": 0.02}


def toy_run(scenario: Resolved, run: int) -> pd.DataFrame:
    """Admissions follow from the first effect of each service as the run draws it, cost from teams and admissions."""
    base = 2_800.0 + 60.0 * float(np.random.default_rng(run).normal())
    changes = [
        SIZES[plan.id] * draw(plan.effects[0].change, f"{plan.id}.{plan.effects[0].phrase}", 1, run)
        for plan in scenario.interventions
    ]
    admissions = base * (1.0 + sum(changes))
    cost = 1e6 + 400.0 * (admissions - base) + 50_000.0 * sum(plan.most_teams for plan in scenario.interventions)
    values = {"emergency_admissions": admissions, "net_cost_gbp": cost,
              "emergency_admission_growth_percent": 2.9 + 10.0 * (admissions / base - 1.0)}  # fmt: skip
    rows = [(name, year, "all", value) for name, value in values.items() for year in YEARS]
    return pd.DataFrame(rows, columns=["measure", "period", "stratum", "value"])


class Toy:
    """In place of the simulation: notes which runs it was asked for, and may be stopped by Ctrl-C."""

    def __init__(self) -> None:
        self.had: list[tuple[str, int]] = []
        self.stop_after = 10_000

    def __call__(
        self, study: Study, store: Store, means: Means, *, period: str | None, only: Set[str],
        keep_going: Callable[[], None] | None = None,
    ) -> None:
        missing = store.missing(list(only))
        for spec, run, key in study.plan.runs():
            if key in missing:
                if len(self.had) >= self.stop_after:
                    raise KeyboardInterrupt
                assert isinstance(spec.payload, Resolved)
                store.write(key, toy_run(spec.payload, run))
                self.had.append((spec.name, run))


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A folder of the user's, and the toy in place of the simulation."""
    monkeypatch.chdir(tmp_path)
    found = Toy()
    monkeypatch.setattr("caresim.bench.simulate", found)
    monkeypatch.setattr("caresim.asking.make_ready", lambda *_, **__: None)
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    """Contents by name, but for the facts of the run and the runs themselves."""
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run_facts.json" and "runs" not in path.parts
    }  # fmt: skip


RANK = ("rank", "extensivist-teams", "care-home-teams", *HERE, "--indifference", "2", "-n", "8")


def test_rank_picks_the_best_and_a_stopped_ranking_goes_on_to_the_same_bytes(
    toy: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C keeps what is done and says so; the same command simulates only the rest."""
    assert run_command_line([*RANK, "--out", "whole"]) == 0
    assert "Best: Care-home teams." in capsys.readouterr().out
    whole, toy.had, toy.stop_after = len(toy.had), [], 13
    assert run_command_line([*RANK, "--out", "stopped"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    assert not (Path("stopped") / "manifest.json").exists()
    toy.stop_after = 10_000
    assert run_command_line([*RANK, "--out", "stopped"]) == 0
    assert len(toy.had) == whole
    first = files_of(Path("whole"))
    assert first == files_of(Path("stopped"))
    assert len(first) > 8


def test_rank_at_equal_spend_says_how_plans_were_scaled(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """In words and in the document, where every option has the same spend but doing nothing."""
    assert run_command_line([*RANK, "--spend", "£60,000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["best"], found["spend_gbp_a_year"]) == ("care-home-teams", 60_000.0)
    spends = {one["scenario"]: one["spend_gbp_a_year"] for one in found["options"]}
    assert spends == {"care-home-teams": 60_000.0, "extensivist-teams": 60_000.0, "do-nothing": None}
    assert found["runs_spent"] == len(toy.had)


FIND = ("find", "care-home-teams", *HERE, "--vary", "care-home-teams.all crises in residential homes", "--from", "-50%",
        "--to", "0%", "-n", "4")  # fmt: skip


def test_find_gives_the_value_that_arithmetic_gives(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """A tenth of the effect reaches admissions: 4.05 % fewer takes -40.5 %, so -41 % on whole steps, and -40 % not."""
    until = ("--until", "emergency admissions <= do nothing - 4.05 %", "--step", "1%", "--json")
    assert run_command_line([*FIND, *until]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["answer"], found["short_of"], found["now"]) == (-41.0, -40.0, pytest.approx(-30.0))
    assert found["goes_one_way"]
    assert (Path("results") / "unfinished").exists() is False


def test_find_says_when_no_value_does_it(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """With how near the nearest comes, the ceiling of the service, its evidence, and what else to try."""
    assert run_command_line([*FIND, "--until", "emergency admission growth <= 1 % a year by 2019/20"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "No value in this range does it: at -50 % it is 2.4 %" in said
    assert "Ceiling of this service" in said
    assert "Rushcliffe" in said
    assert "--vary 'care-home-teams.teams'" in said


def test_discover_finds_when_a_plan_does_not_pay(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """It pays when its first effect is strong enough, by the formula; that assumption is named, and no other."""
    line = ("discover", "care-home-teams", *HERE, "-n", "48", "--fails", "emergency admissions >= do nothing - 2.6 %")
    assert run_command_line([*line, "--out", "found"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Mostly when care-home-teams.all crises in residential homes is above -2" in said
    conditions = pd.read_csv(Path("found") / "data" / "conditions.csv")
    box = conditions[conditions["found_by"] == "box"]
    assert box["assumption"].tolist() == ["care-home-teams.all crises in residential homes"]
    assert box["low"].item() == pytest.approx(-0.26, abs=0.03)
    assert box["density"].item() > 0.9
    assert (Path("found") / "figures" / "conditions_failing_1.png").is_file()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ((*RANK, "--measure", "emergency_admisions"), 'did you mean "emergency_admissions"'),
        ((*RANK, "--confidence", "20%"), "below 100 %"),
        ((*RANK, "--budget", "10"), "first look alone takes 24 runs"),
        ((*RANK, "--measure", "intervention_cost_gbp"), "fewer or more is better"),
        ((*FIND, "--until", "emergency admissions <= 5", "--sure", "95%"), "it takes 18: --replications 18"),
        ((*FIND, "--until", "emergency admissions"), "a measure, a sign and a bound"),
        (("discover", "care-home-teams", *HERE, "-n", "10"), "fewer than 40 runs would be chance"),
        (("discover", "do-nothing", *HERE), "one and the same scenario"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_before_anything_is_run(
    toy: Toy, capsys: pytest.CaptureFixture[str], line: tuple[str, ...], says: str
) -> None:
    """One message that helps, exit code 2, no run and no folder."""
    assert run_command_line(list(line)) == 2
    assert says in " ".join(capsys.readouterr().err.split())
    assert toy.had == []
    assert not Path("results").exists()


def test_plan_says_what_would_be_done_and_a_preview_is_marked_as_rough(
    toy: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first leaves nothing behind, the second no folder of results."""
    assert run_command_line([*RANK, "--plan"]) == 0
    assert "Nothing was run." in capsys.readouterr().out
    assert toy.had == []
    assert run_command_line([*RANK, "--preview"]) == 0
    assert "ROUGH PREVIEW" in capsys.readouterr().out
    assert not list(Path("results").glob("rank*"))
