"""A whole study, from a planner's files to a results folder, as a planner would do it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from caresim.study import prepare
from outputs.documents import MAKERS
from tests.caresim.command_line import Ended, caresim, environment_in
from tests.caresim.conftest import make_village
from tests.simulation.studies.toys import listens_to_ctrl_c

pytestmark = pytest.mark.end_to_end
STUDY = ("compare", "plan", "--replications", "2")


@pytest.fixture(scope="module")
def finished(village: Path) -> Ended:
    """The plan compared with doing nothing, once for all tests here."""
    return caresim(*STUDY, folder=village)


def study_in(folder: Path, begins: str = "plan_") -> Path:
    """The one study folder of that name in a folder's results."""
    [study] = (folder / "results").glob(f"{begins}*")
    return study


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a study but those that hold dates and timings, and pictures of its drawings."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("run_facts.json", *MAKERS) and path.suffix != ".png"
    }


def test_a_comparison_ends_with_the_table_of_two_blocks(finished: Ended) -> None:
    """The table alone on standard output; what was being done on standard error."""
    assert finished.code == 0, finished.err
    assert "WHOLE AREA" in finished.out
    assert "AMONG THOSE REACHED" in finished.out
    assert "Before-and-after" in finished.out
    assert "too few runs to say" in finished.out
    assert "VANGUARDS" in finished.out
    assert "MONEY" in finished.out
    assert max(len(line) for line in finished.out.splitlines()) <= 100
    assert "do-nothing, plan in village (1,500 people). 4 runs: " in finished.err
    assert "Results are in results" in finished.err


@pytest.mark.usefixtures("finished")
def test_the_results_folder_is_complete(village: Path) -> None:
    """The answer, the command, the user's files, data, charts, report, and a manifest of all that follows from runs."""
    study = study_in(village)
    assert "caresim compare plan --replications 2" in (study / "README.txt").read_text(encoding="utf-8")
    assert (study / "inputs" / "plan.yaml").read_bytes() == (village / "plan.yaml").read_bytes()
    assert (study / "inputs" / "village" / "population.csv").exists()
    assert {path.stem for path in study.glob("figures/*.png")} == {path.stem for path in study.glob("figures/*.svg")}
    assert {"report.html", "paper.docx", "workbook.xlsx", "slide.png"} <= {path.name for path in study.iterdir()}
    assert list(study.glob("data/*.csv"))
    assert list(study.glob("data/*.parquet"))
    tables = {path.stem for path in study.glob("data/*.parquet")}
    assert tables == {path.stem for path in study.glob("data/*.csv") if "_chart" not in path.stem}
    assert tables >= {"ledger", "organisations", "growth", "vanguard_marks", "best", "pairing", "people", "equity"}
    manifest = json.loads((study / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["files"]) == set(contents(study)) - {"manifest.json"}
    assert manifest["study"] == study.name.rpartition("_")[2]


def test_the_same_command_again_runs_nothing_and_changes_nothing(finished: Ended, village: Path) -> None:
    """It prints the same table at once; a finished study is never overwritten."""
    before = {path: path.stat().st_mtime_ns for path in study_in(village).rglob("*")}
    again = caresim(*STUDY, folder=village)
    assert (again.code, again.out) == (0, finished.out)
    assert "4 runs, all there from before" in again.err
    assert {path: path.stat().st_mtime_ns for path in study_in(village).rglob("*")} == before


@pytest.mark.usefixtures("finished")
def test_one_worker_and_two_write_the_same_bytes(village: Path, tmp_path: Path) -> None:
    """Whatever else happened: every file but the one with dates and timings."""
    shutil.copytree(village / "village", tmp_path / "village")
    shutil.copy(village / "plan.yaml", tmp_path)
    alone = caresim(*STUDY, "--jobs", "1", folder=tmp_path)
    assert alone.code == 0, alone.err
    ours, theirs = contents(study_in(tmp_path)), contents(study_in(village))
    assert sorted(ours) == sorted(theirs)
    assert [name for name in ours if ours[name] != theirs[name]] == []
    kept, others = contents(tmp_path / "results" / "runs"), contents(village / "results" / "runs")
    assert [name for name in kept if kept[name] != others.get(name)] == []


@pytest.mark.usefixtures("finished")
def test_json_is_one_document_and_nothing_else(village: Path) -> None:
    """Each number says what its range is; differences carry a verdict; standard error is empty."""
    ended = caresim(*STUDY, "--json", folder=village)
    document = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert [scenario["id"] for scenario in document["scenarios"]] == ["do-nothing", "plan"]
    [comparison] = document["comparisons"]
    assert (comparison["scenario"], comparison["reference"]) == ("plan", "do-nothing")
    level = document["scenarios"][0]["measures"]["emergency_admissions_per_1000"]
    assert {"mean", "low", "high", "unit", "interval_kind", "level", "period", "base_period", "runs"} <= set(level)
    assert comparison["differences"]["emergency_admissions"]["verdict"] == "too few runs to say"
    assert {"growth", "organisations", "money_summary", "people", "equity"} <= set(document["tables"])


@pytest.mark.usefixtures("finished")
def test_a_run_lists_only_what_was_asked_for(village: Path) -> None:
    """Doing nothing is reported for the place's own year, and uses the runs of the comparison."""
    ended = caresim("run", "do-nothing", "--place", "village", "-n", "1", "--json", folder=village)
    document = json.loads(ended.out)
    assert not list(study_in(village, "do-nothing_").glob("report.html"))
    assert [scenario["id"] for scenario in document["scenarios"]] == ["do-nothing"]
    assert document["comparisons"] == []
    assert document["period"] == "2016/17"


@pytest.mark.usefixtures("finished")
def test_quiet_prints_results_only(village: Path) -> None:
    """Nothing on standard error."""
    ended = caresim(*STUDY, "--quiet", folder=village)
    assert (ended.code, ended.err) == (0, "")
    assert "WHOLE AREA" in ended.out


def test_a_plan_runs_nothing_and_writes_nothing(tmp_path: Path) -> None:
    """It says place, years, scenarios, runs, time, room, and where results would go."""
    make_village(tmp_path / "user")
    ended = caresim(*STUDY, "--plan", folder=tmp_path / "user")
    assert ended.code == 0
    words = ("village", "April 2015 to March 2017", "plan: A team in the village", "4 runs", "MB", "Nothing was run.")
    for word in words:
        assert word in ended.out
    assert not (tmp_path / "user" / "results").exists()


@pytest.mark.usefixtures("finished")
def test_results_go_to_the_folder_that_was_named(village: Path, tmp_path: Path) -> None:
    """That folder itself; another study is refused there, and nothing is overwritten."""
    out = tmp_path / "here please"
    ended = caresim("run", "plan", "-n", "1", "--out", str(out), folder=village)
    assert ended.code == 0, ended.err
    before = contents(out)
    assert "manifest.json" in before
    refused = caresim("run", "do-nothing", "--place", "village", "-n", "1", "--out", str(out), folder=village)
    assert refused.code == 2
    assert "never overwritten" in refused.err
    assert contents(out) == before


@pytest.mark.usefixtures("finished")
def test_why_is_the_chain_from_the_people_reached_to_the_area(village: Path) -> None:
    """It uses the runs that are there and ends with what a before-and-after study would claim."""
    ended = caresim("why", "plan", "--replications", "2", folder=village)
    assert ended.code == 0, ended.err
    assert "all there from before" in ended.err
    steps = [line for line in ended.out.splitlines() if line[:1].isdigit()]
    assert "people are with a team at a time" in steps[0]
    assert "A before-and-after study" in steps[-1]


@pytest.mark.usefixtures("finished")
def test_a_study_is_found_by_how_its_name_begins(village: Path) -> None:
    """And an unknown one is answered with those there are."""
    found = caresim("open", "plan_", "--print", folder=village)
    assert found.out == f"{study_in(village).relative_to(village) / 'report.html'}\n"
    missing = caresim("open", "plam_", "--print", folder=village)
    assert missing.code == 2
    assert study_in(village).name in missing.err


@pytest.mark.usefixtures("finished")
def test_a_damaged_run_is_simulated_again(village: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mended store has the same bytes."""
    mine = tmp_path / "mine"
    shutil.copytree(village, mine)
    monkeypatch.chdir(mine)
    _, _, key = prepare(["plan"], compared=True, replications=2).plan.runs()[0]
    runs = mine / "results" / "runs"
    before = contents(runs)
    [damaged] = runs.glob(f"{key}-*")
    damaged.write_bytes(damaged.read_bytes()[:100])
    ended = caresim(*STUDY, folder=mine)
    assert ended.code == 0, ended.err
    assert "3 of them there from before" in ended.err
    assert contents(runs) == before


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(tmp_path: Path) -> None:
    """Exit 130, no half-written results; the end is the same as without the interruption."""
    folder = tmp_path / "user"
    make_village(folder)
    study = subprocess.Popen(
        [sys.executable, "-m", "caresim", "compare", "plan", "--replications", "4", "--jobs", "2"],
        cwd=folder, env=environment_in(folder), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, preexec_fn=listens_to_ctrl_c,
    )
    runs = folder / "results" / "runs"
    deadline = time.monotonic() + 120
    while not list(runs.glob("*.parquet")):
        assert time.monotonic() < deadline
        assert study.poll() is None, study.communicate()
        time.sleep(0.05)
    os.killpg(study.pid, signal.SIGINT)
    out, err = study.communicate(timeout=60)
    assert (study.returncode, out) == (130, "")
    kept = len(list(runs.glob("*.parquet")))
    assert f"Stopped. {kept} of 8 runs are kept in results/runs; the same command goes on from there." in err
    assert "Traceback" not in err
    assert not list((folder / "results").glob("plan_*"))
    resumed = caresim("compare", "plan", "--replications", "4", folder=folder)
    assert resumed.code == 0, resumed.err
    assert f"{kept} of them there from before" in resumed.err


@pytest.mark.parametrize("command", ["compare", "run", "check", "explain", "why"])
def test_bad_input_is_answered_in_words_and_nothing_is_written(tmp_path: Path, command: str) -> None:
    """Exit 2, the file, the line, the key, the nearest word; no traceback."""
    folder = tmp_path / "user"
    make_village(folder)
    plan = folder / "plan.yaml"
    plan.write_text(plan.read_text().replace("extensivist-teams:", "extensivist-team:"))
    ended = caresim(command, "plan", folder=folder)
    assert (ended.code, ended.out) == (2, "")
    assert "plan.yaml, line 7" in ended.err
    assert "extensivist-teams" in ended.err
    assert "Nothing was run." in ended.err
    assert "Traceback" not in ended.err
    assert not (folder / "results").exists()


def test_check_says_what_to_look_at_and_ends_with_one(tmp_path: Path) -> None:
    """A village of 1,500 is too few people to show much: worth a look, not a mistake."""
    folder = tmp_path / "user"
    make_village(folder)
    ended = caresim("check", "plan", folder=folder)
    assert ended.code == 1
    assert "plan: no mistakes found (extensivist teams; village, 1,500 people)." in ended.out
    assert "CHECK: 1,500 people are few" in ended.out
    assert ended.err == ""


def test_explain_follows_a_value_to_its_evidence(tmp_path: Path) -> None:
    """A value, a second scenario, an assumption and a published result are each explained."""
    make_village(tmp_path / "user")
    value = caresim("explain", "plan", "acute crises, after month 12", folder=tmp_path / "user")
    assert "E103" in value.out
    difference = caresim("explain", "do-nothing", "plan", folder=tmp_path / "user")
    assert "With Extensivist teams" in difference.out
    result = caresim("explain", "E103", folder=tmp_path / "user")
    assert "Fylde Coast" in result.out
    assert [value.code, difference.code, result.code] == [0, 0, 0]
