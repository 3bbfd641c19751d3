"""What can be done with runs that are there: previews, shards, looking after studies. One small study serves all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from caresim.cli import run_command_line
from caresim.study import prepare
from tests.caresim.command_line import Ended
from tests.caresim.conftest import make_village
from tests.caresim.test_end_to_end import STUDY, contents, study_in

Command = Callable[..., Ended]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a user who has compared the plan with doing nothing, and has done nothing else."""
    folder = tmp_path_factory.mktemp("a user") / "my folder"
    make_village(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        assert run_command_line([*STUDY, "--quiet"]) == 0
    return folder


@pytest.fixture
def mine(finished: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(finished, tmp_path / "mine"))


@pytest.fixture
def caresim(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line, in this process."""

    def command(*words: str, folder: Path) -> Ended:
        monkeypatch.chdir(folder)
        capsys.readouterr()
        code = run_command_line(list(words))
        shown = capsys.readouterr()
        return Ended(code, shown.out, shown.err)

    return command


def test_a_preview_is_rough_says_so_and_keeps_its_runs(caresim: Command, mine: Path) -> None:
    """No folder of results; its runs serve the study itself, of which it shows a part."""
    before = sorted((mine / "results").iterdir())
    ended = caresim(*STUDY, "--preview", folder=mine)
    assert ended.code == 0, ended.err
    assert ended.out.startswith("ROUGH PREVIEW, for trying things out and nothing else: 2 runs instead of 2.")
    assert "Results are in" not in ended.err
    assert sorted((mine / "results").iterdir()) == before
    document = json.loads(caresim(*STUDY, "--preview", "--json", folder=mine).out)
    assert document["rough_preview"] is True


def test_a_preview_that_cannot_be_had_in_a_minute_says_so(
    caresim: Command, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instead of taking ten."""
    monkeypatch.setattr("caresim.estimate.FIRST_GUESS_PERSON_YEARS_PER_SECOND", {"compiled": 1.0, "simpy": 1.0})
    monkeypatch.setattr("caresim.estimate._speeds", dict)
    ended = caresim(*STUDY, "--preview", folder=mine)
    assert ended.code == 2
    assert "there is no preview within a minute" in " ".join(ended.err.split())


def test_a_study_goes_on_until_it_is_precise_enough_or_its_budget_ends(caresim: Command, mine: Path) -> None:
    """Two runs are not enough for anything; the budget is said, and what was reached beside what was wanted."""
    ended = caresim(*STUDY, "--precision", "emergency_admissions=0.001", "--budget", "2", folder=mine)
    assert ended.code == 0, ended.err
    assert "NOT precise enough after the 2 runs of each scenario that the budget allows" in ended.err
    assert "Emergency admissions: ±" in ended.err
    assert "wanted ±0.001." in ended.err
    assert "less than a minute" in ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--shard", "3/2"), "it must be like 3/40"),
        (("--shard", "1/2", "--precision", "enough"), "--shard and --precision do not go together"),
        (("--shard", "1/2", "--preview"), "--shard and --preview do not go together"),
        (("--precision", "lots"), 'It must be "enough"'),
        (("--run-limit", "soon"), 'it must be a time such as "90 s"'),
        (("--cluster", "tcp://127.0.0.1:9", "-n", "3"), "dask scheduler answers at tcp://127.0.0.1:9"),
    ],
)
def test_what_cannot_be_done_is_answered_in_words(
    caresim: Command, mine: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    """And nothing is run."""
    monkeypatch.setattr("simulation.studies.cluster.ANSWER_SECONDS", 1)
    runs = sorted((mine / "results" / "runs").iterdir())
    ended = caresim(*STUDY, *words, folder=mine)
    assert ended.code == (1 if "--cluster" in words else 2)
    assert said in " ".join(ended.err.split())
    assert sorted((mine / "results" / "runs").iterdir()) == runs


def test_studies_are_listed_shown_verified_and_pruned(caresim: Command, mine: Path) -> None:
    """A damaged file is named with the way back; runs that a command could use again stay unless all are to go."""
    study = study_in(mine)
    assert f"{study.name}  " in caresim("studies", folder=mine).out
    shown = caresim("studies", "show", "plan_", folder=mine).out
    for part in ("caresim compare plan --replications 2", "4 runs in results/runs", "schema 1", "Does it help?"):
        assert part in shown
    whole = caresim("studies", "verify", folder=mine)
    assert (whole.code, "as they were written" in whole.out) == (0, True)
    assert "Nothing to remove" in caresim("studies", "prune", folder=mine).out
    (study / "data" / "levels.csv").write_text("mine now")
    (study / "data" / "runs.csv").unlink()
    pruned = caresim("studies", "prune", "--all", "--yes", folder=mine)
    assert (pruned.code, list((mine / "results" / "runs").glob("*.parquet"))) == (0, [])
    damaged = caresim("studies", "verify", "plan_", folder=mine)
    assert damaged.code == 1
    for part in ("changed since: data/levels.csv", "gone: data/runs.csv", "4 of its 4 runs are not there"):
        assert part in damaged.out
    [document] = json.loads(caresim("studies", "verify", "--json", folder=mine).out)
    assert (document["is_whole"], document["runs_lost"]) == (False, 4)


def test_runs_of_another_version_of_the_model_go_and_others_stay(
    caresim: Command, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No command could use them again; the findings stay whole."""
    monkeypatch.setattr("caresim.kept.model_version", lambda: "another")
    assert "Removed 4 runs of other versions" in caresim("studies", "prune", "--yes", folder=mine).out
    assert caresim("studies", "verify", folder=mine).code == 0
    assert "another version of the model" in caresim("studies", folder=mine).out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda manifest: {**manifest, "schema": 99}, "A later caresim wrote this (schema 99"),
        (lambda _: {"schema": 1}, "It cannot be read. The tables in data/ can"),
    ],
)
def test_a_study_that_cannot_be_opened_says_the_way_forward(
    caresim: Command, mine: Path, change: Callable[[dict[str, object]], dict[str, object]], said: str
) -> None:
    """One from before there were versions opens."""
    path = study_in(mine) / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({name: value for name, value in manifest.items() if name != "schema"}))
    assert "schema 0" in caresim("studies", "show", "plan_", folder=mine).out
    path.write_text(json.dumps(change(manifest)))
    refused = caresim("studies", "show", "plan_", folder=mine)
    assert refused.code == 2
    assert said in " ".join(refused.err.split())


def test_shards_are_joined_by_gather(caresim: Command, finished: Path, mine: Path) -> None:
    """Machines that share nothing; a missing shard is named with its command; the end is that of one machine."""
    shutil.rmtree(mine / "results")
    for number in (1, 2):
        shutil.copytree(finished / "results" / "runs", mine / f"node-{number}" / "runs")
        part = caresim(*STUDY, "--shard", f"{number}/2", "--out", f"node-{number}", folder=mine)
        assert part.code == 0, part.err
        assert f"Shard {number}/2 is done: 2 runs" in part.err
    plan = prepare(["plan"], compared=True, replications=2).plan
    for number, other in ((1, 2), (2, 1)):
        for run in (mine / f"node-{number}" / "runs").glob("*.parquet"):
            if run.name.partition("-")[0] in plan.shard(other, 2):
                run.unlink()
    lacking = caresim("gather", "node-1", folder=mine)
    assert lacking.code == 1
    assert "2 runs of 4 are missing. Not finished: shard 2/2" in lacking.err
    assert "caresim compare plan --replications 2 --shard 2/2" in lacking.err
    joined = caresim("gather", "node-1", "node-2", folder=mine)
    assert joined.code == 0, joined.err
    assert contents(study_in(mine)) == contents(study_in(finished))
    assert contents(mine / "results" / "runs") == contents(finished / "results" / "runs")
    nothing = caresim("gather", folder=mine)
    assert (nothing.code, "There are no shards in results" in " ".join(nothing.err.split())) == (2, True)


def test_shards_of_a_plan_that_has_changed_since_are_refused(caresim: Command, mine: Path) -> None:
    """They are another study's."""
    assert caresim(*STUDY, "--shard", "1/1", folder=mine).code == 0
    plan = mine / "plan.yaml"
    plan.write_text(plan.read_text().replace("Apr 2016: 0.1", "Apr 2016: 0.2"))
    refused = caresim("gather", folder=mine)
    assert refused.code == 2
    assert "has changed since" in " ".join(refused.err.split())


def test_an_unfinished_study_is_listed_with_the_command_that_goes_on(caresim: Command, mine: Path) -> None:
    """Until it is finished."""
    assert caresim(*STUDY, "--shard", "1/2", folder=mine).code == 0
    listed = caresim("studies", folder=mine).out
    assert "NOT FINISHED, shard 1/2; go on with:" in listed
    assert "caresim compare plan --replications 2 --shard 1/2" in listed
    shutil.rmtree(study_in(mine))
    assert caresim(*STUDY, "--quiet", folder=mine).code == 0
    assert "NOT FINISHED" not in caresim("studies", folder=mine).out


def test_a_full_disk_stops_a_command_before_it_starts(
    caresim: Command, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what it needs and what there is."""
    usage = shutil.disk_usage(mine)
    monkeypatch.setattr("caresim.outlook.shutil.disk_usage", lambda _: usage._replace(free=1000))
    ended = caresim("compare", "plan", "--replications", "3", folder=mine)
    assert ended.code == 2
    assert "This needs about" in " ".join(ended.err.split())
