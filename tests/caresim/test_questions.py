"""`caresim rank`, `find` and `discover` from the command line to the folder, with three lines in place of the model.

What is put in place of the simulation follows from each run's own draws by a formula, so that answers are known.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import caresim
from caresim.cli import run_command_line
from scenarios.assumption_draws import draw
from scenarios.drafts import Draft, read_draft
from scenarios.messages import BadInput
from scenarios.resolved import Resolved
from tests.caresim.toy import Toy, put_in_place, table_of

PLACE = "england-average-25k"
HERE = ("--place", PLACE, "--jobs", "1", "--yes")
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
    return table_of(values)


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """A folder of the user's, and the toy in place of the simulation."""
    return put_in_place(toy_run, tmp_path, monkeypatch)


def files_of(folder: Path) -> dict[str, bytes]:
    """Contents by name, but for the facts of the run and the runs themselves."""
    return {
        str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run_facts.json" and "runs" not in path.parts
    }  # fmt: skip


OPTIONS = ("extensivist-teams", "care-home-teams")
RANK = ("rank", *OPTIONS, *HERE, "--indifference", "2", "-n", "8")


def test_rank_picks_the_best_and_a_stopped_ranking_goes_on_to_the_same_bytes(
    toy: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C keeps what is done and says so; the same command simulates only the rest."""
    assert run_command_line([*RANK, "-q", "--out", "whole"]) == 0
    assert "Best: Care-home teams." in capsys.readouterr().out
    whole, toy.had, toy.stop_after = len(toy.had), [], 13
    assert run_command_line([*RANK, "-q", "--out", "stopped"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    assert not (Path("stopped") / "manifest.json").exists()
    toy.stop_after = 10_000
    assert run_command_line([*RANK, "-q", "--out", "stopped"]) == 0
    assert len(toy.had) == whole
    first = files_of(Path("whole"))
    assert first == files_of(Path("stopped"))
    assert len(first) > 8


def test_rank_in_python_gives_the_tables_of_the_command(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """From the same runs, with numbers where the command line has text; nothing is printed, no results are written."""
    found = caresim.rank(OPTIONS, place=PLACE, indifference=2, replications=8, jobs=1, seed=1, store="kept")
    spent = len(toy.had)
    assert (found.best, found.decided, found.in_contention) == ("care-home-teams", True, ("care-home-teams",))
    assert list(found.options["place"]) == [1, 2, 3]
    assert len(found.runs) == spent == found.options["runs"].sum()
    assert capsys.readouterr().out == ""
    assert not Path("results").exists()
    assert run_command_line([*RANK, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found.answer.document
    again = caresim.rank(OPTIONS, place=PLACE, indifference="2", replications=8, jobs=1, seed=1, store="results/runs")
    assert len(toy.had) == 2 * spent, "the last of the three simulated nothing"
    pd.testing.assert_frame_equal(again.options, found.options)
    scaled = caresim.rank(OPTIONS, place=PLACE, spend_gbp=60_000.0, replications=8, jobs=1, store="kept")
    assert scaled.options["spend_gbp_a_year"].dropna().tolist() == [60_000.0, 60_000.0]


def test_rank_at_equal_spend_says_how_plans_were_scaled(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """In words and in the document, where every option has the same spend but doing nothing."""
    assert run_command_line([*RANK, "--spend", "£60,000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["best"], found["spend_gbp_a_year"]) == ("care-home-teams", 60_000.0)
    spends = {one["scenario"]: one["spend_gbp_a_year"] for one in found["options"]}
    assert spends == {"care-home-teams": 60_000.0, "extensivist-teams": 60_000.0, "do-nothing": None}
    assert found["runs_spent"] == len(toy.had)


VARY = "care-home-teams.serious illness sent to hospital in residential homes"
FIND = ("find", "care-home-teams", *HERE, "--vary", VARY, "--from", "-50%", "--to", "0%", "-n", "4")


def test_find_gives_the_value_that_arithmetic_gives(
    toy: Toy, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tenth of the effect reaches admissions: 4.05 % fewer takes -40.5 %, so -41 % on whole steps, and -40 % not.

    However many values are tried, the files are read to check the question and once more for all of them.
    """
    read: list[str] = []

    def reading(name: str) -> Draft:
        read.append(name)
        return read_draft(name)

    monkeypatch.setattr("scenarios.resolve.read_draft", reading)
    until = "emergency admissions <= do nothing - 4.05 %"
    assert run_command_line([*FIND, "--until", until, "--step", "1%", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["answer"], found["short_of"], found["now"]) == (-41.0, -40.0, pytest.approx(-30.0))
    assert found["goes_one_way"]
    assert (Path("results") / "unfinished").exists() is False
    spent = len(toy.had)
    assert read == ["do-nothing", "care-home-teams"] * 2
    in_python = caresim.find("care-home-teams", vary=VARY, first="-50%", last=0, until=until, step="1%", place=PLACE,
                             replications=4, seed=1, jobs=1, store="results/runs")  # fmt: skip
    assert in_python.answer.document == found
    assert (in_python.value, in_python.short_of) == (-41.0, -40.0)
    assert in_python.values.loc[in_python.values["is_answer"], "set_to"].tolist() == [-41.0]
    assert len(in_python.runs) == 4 * len(in_python.values)
    assert len(toy.had) == spent, "the command's runs were used"


def test_find_says_when_no_value_does_it(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """With how near the nearest comes, the ceiling of the service, its evidence, and what else to try."""
    assert run_command_line([*FIND, "--until", "emergency admission growth <= 1 % a year by 2019/20", "-q"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "No value in this range does it: at -50 % it is 2.4 %" in said
    assert "Ceiling of this service" in said
    assert "Rushcliffe" in said
    assert "--vary 'care-home-teams.teams'" in said


def test_discover_finds_when_a_plan_does_not_pay(toy: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    """It pays when its first effect is strong enough, by the formula; that assumption is named, and no other."""
    fails = "emergency admissions >= do nothing - 2.6 %"
    line = ("discover", "care-home-teams", *HERE, "-n", "48", "--fails", fails, "-q", "--out", "found")
    assert run_command_line([*line]) == 0
    printed = capsys.readouterr().out
    said = " ".join(printed.split())
    assert "Mostly when care-home-teams.serious illness sent to hospital in residential homes is above -2" in said
    conditions = pd.read_csv(Path("found") / "data" / "conditions.csv")
    box = conditions[conditions["found_by"] == "box"]
    assert box["assumption"].tolist() == ["care-home-teams.serious illness sent to hospital in residential homes"]
    assert box["low"].item() == pytest.approx(-0.26, abs=0.03)
    assert box["density"].item() > 0.9
    assert (Path("found") / "figures" / "conditions_failing_1.png").is_file()
    found = caresim.discover("care-home-teams", fails=fails, place=PLACE, replications=48, seed=1, jobs=1,
                             store="found/runs")  # fmt: skip
    assert found.in_words() in printed
    pd.testing.assert_frame_equal(found.conditions, pd.read_parquet(Path("found") / "data" / "conditions.parquet"))
    assert found.futures["failing_1"].sum() > 10
    assert set(found.worth_knowing["assumption"]) == set(found.futures.columns) - {"run", "failing_1"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ((*RANK, "--measure", "emergency_admisions"), 'did you mean "emergency_admissions"'),
        ((*RANK, "--confidence", "20%"), "below 100 %"),
        ((*RANK, "--budget", "10"), "first look alone takes 24 runs"),
        ((*RANK, "--equal-spend", "--period", "2011/12"), "This study has no such year"),
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


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (lambda: caresim.rank(OPTIONS, place=PLACE, method="luck"), "elimination or allocation"),
        (lambda: caresim.rank(OPTIONS, place=PLACE, better="less"), "fewer or more"),
        (lambda: caresim.rank(OPTIONS, place=PLACE, confidence=95), "below 100 %"),
        (lambda: caresim.rank(OPTIONS, place=PLACE, spend_gbp=-1.0), "an amount of money above nothing"),
        (lambda: caresim.rank("extensivist-team", place=PLACE), "extensivist-teams"),
        (lambda: caresim.find("care-home-teams", vary=VARY, first=1, last=1, until="net cost <= 0", place=PLACE),
         "The two ends are the same"),
        (lambda: caresim.discover("care-home-teams", replications=10, place=PLACE), "fewer than 40 runs"),
    ],
)  # fmt: skip
def test_bad_input_in_python_is_an_exception_with_the_message(
    toy: Toy, asked: Callable[[], object], says: str
) -> None:
    """The same words as on the command line, before anything is run."""
    with pytest.raises(BadInput, match=says):
        asked()
    assert toy.had == []


def test_an_answer_can_be_packed_and_says_what_cannot_be_done_with_it(
    toy: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """The zip's first page is one that is there; rerun and report give one message, exit code 2, and change nothing."""
    assert run_command_line([*FIND, "--until", "net cost <= do nothing", "--quiet"]) == 0
    [folder] = Path("results").glob("find-*")
    capsys.readouterr()
    assert run_command_line(["pack"]) == 0
    assert "Unpack it and open report.html." in capsys.readouterr().err
    with zipfile.ZipFile(f"{folder}.zip") as packed:
        assert {f"{folder.name}/report.html", f"{folder.name}/data/answer.json"} <= set(packed.namelist())
    assert run_command_line(["open", "--print"]) == 0
    assert capsys.readouterr().out == f"{folder / 'report.html'}\n"
    before = files_of(Path("results"))
    command = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["command"]
    for verb in ("rerun", "report"):
        assert run_command_line([verb]) == 2
        said = " ".join(capsys.readouterr().err.split())
        assert f"This is the answer of caresim find, and caresim {verb} works only on studies" in said
        assert command in said
    with pytest.raises(BadInput, match="This is the answer of caresim find"):
        caresim.report(folder)
    assert files_of(Path("results")) == before
