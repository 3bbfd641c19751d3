"""Studies finish what is missing, whatever happened before, and give the same bytes for any number of workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulation.studies import Finished, Patience, Progress, RunsLost, Store, collect, replicate
from tests.simulation.studies.toys import Toy, forked_workers, journal_lines, listens_to_ctrl_c, plan_of

PROJECT = Path(__file__).parents[3]
SLOW_RUNS = 40
SLOW_STUDY = f"""
import sys
from pathlib import Path
from simulation.studies import Store, replicate
from tests.simulation.studies.toys import Toy, plan_of
toy = Toy(1.0, journal=sys.argv[2], seconds=float(sys.argv[3]), forks=True)
replicate(plan_of(toy, replications={SLOW_RUNS}), Store(Path(sys.argv[1])), jobs=2)
"""


def start_slow_study(folder: Path, journal: Path, seconds: float = 0.5) -> subprocess.Popen[str]:
    """A study of `SLOW_RUNS` slow runs in a process group of its own, from a script without a guard."""
    script = folder.parent / "study.py"
    script.write_text(SLOW_STUDY)
    command = [sys.executable, str(script), str(folder), str(journal), str(seconds)]
    return subprocess.Popen(
        command,
        cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT), "PATH": ""},
        text=True,
        start_new_session=True,
        preexec_fn=listens_to_ctrl_c,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for_runs(store: Store, count: int) -> None:
    """Until a store holds so many runs."""
    deadline = time.monotonic() + 60
    while len(store.keys()) < count:
        assert time.monotonic() < deadline, "the study did not get anywhere"
        time.sleep(0.05)


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a store, by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_one_worker_and_two_give_the_same_bytes(tmp_path: Path) -> None:
    """File names and contents do not depend on how many workers there were."""
    plan = plan_of(Toy(1.0), Toy(2.0), replications=4)
    for jobs in (1, 2):
        replicate(plan, Store(tmp_path / str(jobs)), jobs=jobs)
    one, two = bytes_of(tmp_path / "1"), bytes_of(tmp_path / "2")
    assert len(one) == 8
    assert one == two


def test_the_tables_of_a_study_come_as_one(tmp_path: Path) -> None:
    """Each row says which scenario and which run it is from."""
    plan = plan_of(Toy(1.0), Toy(2.0), replications=2, seed=3)
    store = Store(tmp_path)
    replicate(plan, store, jobs=1, open_workers=forked_workers)
    table = collect(plan, store)
    assert list(table.columns) == ["scenario", "run", "measure", "value"]
    totals = table[table["measure"] == "total"]
    assert list(zip(totals["scenario"], totals["run"], totals["value"], strict=True)) == [
        ("toy-0", 1, 4.125),
        ("toy-1", 1, 5.125),
        ("toy-0", 2, 4.25),
        ("toy-1", 2, 5.25),
    ]


def test_a_second_study_computes_only_what_is_missing(tmp_path: Path) -> None:
    """More replications and one more scenario cost only the new runs."""
    store, journal = Store(tmp_path / "runs"), str(tmp_path / "journal")
    first, second = Toy(1.0, journal), Toy(2.0, journal)
    replicate(plan_of(first, replications=2), store, jobs=1, open_workers=forked_workers)
    replicate(plan_of(first, second, replications=3), store, jobs=1, open_workers=forked_workers)
    assert sorted(journal_lines(journal)) == ["1.0 1", "1.0 2", "1.0 3", "2.0 1", "2.0 2", "2.0 3"]


def test_a_damaged_run_is_computed_again(tmp_path: Path) -> None:
    """The same command mends a store, and the mended file has the same bytes."""
    plan, store = plan_of(Toy(1.0)), Store(tmp_path)
    replicate(plan, store, jobs=1, open_workers=forked_workers)
    before = bytes_of(tmp_path)
    damaged = sorted(tmp_path.iterdir())[0]
    damaged.write_bytes(damaged.read_bytes()[:-9] + b"nonsense!")
    replicate(plan, store, jobs=1, open_workers=forked_workers)
    assert bytes_of(tmp_path) == before


def test_a_study_outlives_a_killed_worker(tmp_path: Path) -> None:
    """Work that was lost with its worker is handed out again, at most twice."""
    store, journal = Store(tmp_path / "runs"), str(tmp_path / "journal")
    replicate(plan_of(Toy(1.0, journal, dies=2), replications=1), store, jobs=1, open_workers=forked_workers)
    assert journal_lines(journal) == ["1.0 1"] * 3


def test_a_study_whose_workers_keep_dying_says_how_much_is_missing(tmp_path: Path) -> None:
    """After three tries the study stops; what the others finished is kept."""
    plan = plan_of(Toy(2.0), Toy(1.0, str(tmp_path / "journal"), dies=99, only=2), replications=5)
    store = Store(tmp_path / "runs")
    with pytest.raises(RunsLost, match=r"1 of 10 runs are missing: run 2 of toy-1: .*ended.*signal 9.*3 times"):
        replicate(plan, store, jobs=2, open_workers=forked_workers)
    assert store.missing([key for _, _, key in plan.runs()]) == {plan.key(plan.specs[1], 2)}
    assert journal_lines(tmp_path / "journal").count("1.0 2") == 3


def test_a_run_that_hangs_is_ended_and_tried_again(tmp_path: Path) -> None:
    """Its worker ends itself after its limit; the others' runs are not touched, and nothing of it stays behind."""
    store, journal = Store(tmp_path / "runs"), str(tmp_path / "journal")
    plan = plan_of(Toy(1.0, journal, hangs=1, only=3), replications=5)
    replicate(plan, store, jobs=2, open_workers=forked_workers, patience=Patience(limit_seconds=0.3))
    assert sorted(journal_lines(journal)) == ["1.0 1", "1.0 2", "1.0 3", "1.0 3", "1.0 4", "1.0 5"]
    assert len(bytes_of(store.folder)) == 5


def test_a_run_that_always_hangs_is_reported_with_what_it_was_judged_by(tmp_path: Path) -> None:
    """The limit doubles from try to try; the log shows in which line the worker was."""
    plan = plan_of(Toy(1.0, str(tmp_path / "journal"), hangs=9, only=1), replications=2)
    expected = r"run 1 of toy-0: its worker gave no answer within 0.4 s, the limit that was set, 3 times"
    with pytest.raises(RunsLost, match=expected) as caught:
        replicate(plan, Store(tmp_path / "runs"), jobs=1, open_workers=forked_workers, patience=Patience(0.1))
    assert "in _finish" in caught.value.details


def test_two_studies_at_once_share_the_work(tmp_path: Path) -> None:
    """Each run is simulated by one of them, and each of them ends with all."""
    store, journal = Store(tmp_path / "runs"), tmp_path / "journal"
    first, second = (start_slow_study(store.folder, journal, seconds=0.02) for _ in range(2))
    for study in (first, second):
        _, errors = study.communicate(timeout=120)
        assert study.returncode == 0, errors
    assert sorted(journal_lines(journal)) == sorted(f"1.0 {number}" for number in range(1, SLOW_RUNS + 1))


def test_shards_are_the_whole_and_nothing_twice(tmp_path: Path) -> None:
    """Each machine of a job array does its part without knowing of the others."""
    plan, store, journal = plan_of(Toy(1.0), Toy(2.0), replications=7), Store(tmp_path / "runs"), tmp_path / "journal"
    toys = plan_of(Toy(1.0, str(journal)), Toy(2.0, str(journal)), replications=7)
    for number in (3, 1, 2):
        replicate(toys, store, jobs=1, open_workers=forked_workers, only=plan.shard(number, 3))
    assert len(journal_lines(journal)) == len(set(journal_lines(journal))) == 14
    replicate(plan, Store(tmp_path / "peace"), jobs=1, open_workers=forked_workers)
    assert bytes_of(store.folder) == bytes_of(tmp_path / "peace")


def test_the_driver_is_told_of_each_run_once(tmp_path: Path) -> None:
    """With what the recipe says of it, whether it was there before or not."""
    store = Store(tmp_path)
    replicate(plan_of(Toy(1.0), replications=2), store, jobs=1, open_workers=forked_workers)
    told: list[Finished] = []
    replicate(plan_of(Toy(1.0), replications=3), store, jobs=1, open_workers=forked_workers, on_finished=told.append)
    assert sorted((run.replication, run.headline["total"]) for run in told) == [(1, 2.125), (2, 2.25), (3, 2.375)]


def test_an_error_in_a_run_names_the_run(tmp_path: Path) -> None:
    """Scenario, replication and the error in one line; the worker's traceback goes with it."""
    with pytest.raises(RunsLost, match="run 1 of toy-0 failed: ValueError: the toy broke") as caught:
        replicate(plan_of(Toy(1.0, breaks=True), replications=1), Store(tmp_path), jobs=1, open_workers=forked_workers)
    assert "toys.py" in caught.value.details


def test_one_run_that_fails_does_not_cost_the_others(tmp_path: Path) -> None:
    """All that can be had is had, and only then is the failure reported."""
    plan, store = plan_of(Toy(1.0, breaks=True, only=2), replications=4), Store(tmp_path)
    with pytest.raises(RunsLost, match=r"1 of 4 runs are missing: run 2 of toy-0 failed.* tries again what is missing"):
        replicate(plan, store, jobs=1, open_workers=forked_workers)
    assert store.missing([key for _, _, key in plan.runs()]) == {plan.key(plan.specs[0], 2)}


def test_when_nothing_succeeds_the_rest_is_left(tmp_path: Path) -> None:
    """A mistake in the model is reported after three runs rather than after eighty thousand."""
    with pytest.raises(RunsLost, match="50 of 50 runs are missing") as caught:
        replicate(plan_of(Toy(1.0, breaks=True), replications=50), Store(tmp_path), jobs=1, open_workers=forked_workers)
    assert len(caught.value.reasons) == 3


def test_progress_counts_runs_that_were_there_before(tmp_path: Path) -> None:
    """A resumed study starts from where it stopped and ends at its total."""
    store, seen = Store(tmp_path), list[Progress]()
    replicate(plan_of(Toy(1.0), replications=2), store, jobs=1, open_workers=forked_workers)
    replicate(plan_of(Toy(1.0), replications=5), store, jobs=1, open_workers=forked_workers, on_progress=seen.append)
    assert (seen[0], seen[-1]) == (Progress(2, 5), Progress(5, 5))


def test_ctrl_c_stops_a_study_at_once_and_keeps_what_is_done(tmp_path: Path) -> None:
    """It ends long before its runs would, and no worker goes on."""
    store, journal = Store(tmp_path / "runs"), tmp_path / "journal"
    study = start_slow_study(store.folder, journal)
    wait_for_runs(store, 3)
    os.killpg(study.pid, signal.SIGINT)
    _, errors = study.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    kept = len(store.keys())
    assert kept < SLOW_RUNS
    time.sleep(1.0)
    assert len(store.keys()) == kept, "a worker, or a child of one, went on"


def test_a_killed_study_leaves_no_workers_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """A study that had no chance to tidy up is completed by the same command, with the same bytes as one in peace."""
    store, journal = Store(tmp_path / "runs"), tmp_path / "journal"
    study = start_slow_study(store.folder, journal, seconds=0.2)
    wait_for_runs(store, 4)
    study.kill()
    study.communicate(timeout=20)
    time.sleep(1.0)
    kept, simulated = len(store.keys()), len(journal_lines(journal))
    time.sleep(1.0)
    assert len(journal_lines(journal)) == simulated, "a worker outlived its parent"
    plan = plan_of(Toy(1.0, str(journal)), replications=SLOW_RUNS)
    replicate(plan, store, jobs=2, open_workers=forked_workers)
    assert len(journal_lines(journal)) == simulated + SLOW_RUNS - kept
    replicate(plan_of(Toy(1.0), replications=SLOW_RUNS), Store(tmp_path / "peace"), jobs=1, open_workers=forked_workers)
    assert bytes_of(store.folder) == bytes_of(tmp_path / "peace")
