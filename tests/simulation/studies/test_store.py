"""Finished runs on disk."""

from __future__ import annotations

import errno
import hashlib
import io
import resource
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from simulation.studies import NewerSchema, Store, StoreUnusable
from simulation.studies.claims import claim, is_claimed
from simulation.studies.schema import UNKNOWN, facts_of
from simulation.studies.store import facts

TABLE = pd.DataFrame({"measure": ["a", "b"], "value": [1.5, float("nan")], "count": [1, 2]})


def only_file(folder: Path) -> Path:
    """The one file of a store."""
    [path] = [path for path in folder.iterdir() if path.is_file()]
    return path


def test_a_table_comes_back_as_it_was(tmp_path: Path) -> None:
    """Values, order, column names and types survive, missing values too."""
    store = Store(tmp_path / "runs")
    store.write("k1", TABLE)
    table = store.read("k1")
    assert table is not None
    pd.testing.assert_frame_equal(table, TABLE)


def test_equal_tables_are_equal_bytes(tmp_path: Path) -> None:
    """Two stores that hold the same run hold the same file."""
    Store(tmp_path / "one").write("k1", TABLE)
    Store(tmp_path / "two").write("k1", TABLE.copy())
    one, two = only_file(tmp_path / "one"), only_file(tmp_path / "two")
    assert (one.name, one.read_bytes()) == (two.name, two.read_bytes())


@pytest.mark.parametrize("position", [0, 40, -1])
def test_a_damaged_file_counts_as_missing_and_goes(tmp_path: Path, position: int) -> None:
    """One wrong byte anywhere is noticed, and the file does not stand in the way of the next."""
    store = Store(tmp_path)
    store.write("k1", TABLE)
    path = only_file(tmp_path)
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)
    assert store.keys() == {"k1"}
    assert store.missing(["k1", "k2"]) == {"k1", "k2"}
    assert store.keys() == set()


def test_a_file_cut_short_counts_as_missing(tmp_path: Path) -> None:
    """A disk that filled up leaves no wrong result behind."""
    store = Store(tmp_path)
    store.write("k1", TABLE)
    path = only_file(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    assert store.read("k1") is None


def test_what_killed_workers_leave_is_never_read_and_goes(tmp_path: Path) -> None:
    """Half-written files and claims of runs that nobody simulates now; those of a living process stay."""
    store = Store(tmp_path)
    for name in (".k1-a.parquet.1-2.part", ".k1.claim", ".k2-b.parquet.1-2.part"):
        (tmp_path / name).write_bytes(b"half")
    claimed = claim(tmp_path, "k2")
    store.clear_abandoned()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".k2-b.parquet.1-2.part", ".k2.claim"]
    assert store.keys() == set()
    assert claimed is not None
    claimed.release()
    store.clear_abandoned()
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_claimed_by_one_process_at_a_time(tmp_path: Path) -> None:
    """Who comes second goes on with something else, until the first has finished or died."""
    first = claim(tmp_path, "k1")
    assert first is not None
    assert claim(tmp_path, "k1") is None
    assert is_claimed(tmp_path, "k1")
    first.release()
    assert not is_claimed(tmp_path, "k1")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_where_nothing_can_be_locked_runs_go_on_unclaimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Some file systems of clusters know no locks; a run may then be simulated twice, with the same bytes."""

    def refuse(lock: object) -> None:
        raise OSError(code, "no locks here")

    monkeypatch.setattr("simulation.studies.claims.FileLock.acquire", refuse)
    claims = [claim(tmp_path, "k1"), claim(tmp_path, "k1")]
    assert [each is not None and each.lock is None for each in claims] == [True, True]


def test_a_file_says_what_its_run_was(tmp_path: Path) -> None:
    """So that somebody can tell later which runs are of any use."""
    store, about = Store(tmp_path), facts("{}", "abc", 7, 3, "a:b")
    store.write("k1", TABLE, about)
    assert facts_of(only_file(tmp_path)) == about
    assert (about.seed, about.replication, about.model_version) == (7, 3, "abc")


def test_a_file_from_before_files_had_a_version_is_read(tmp_path: Path) -> None:
    """It has the same columns and says nothing about its run."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(TABLE, preserve_index=False), buffer)
    content = buffer.getvalue()
    (tmp_path / f"k1-{hashlib.sha256(content).hexdigest()[:16]}.parquet").write_bytes(content)
    table = Store(tmp_path).read("k1")
    assert table is not None
    pd.testing.assert_frame_equal(table, TABLE)
    assert facts_of(only_file(tmp_path)) == UNKNOWN


def test_a_file_of_a_later_caresim_is_refused_with_the_way_forward(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its columns may mean something else."""
    store = Store(tmp_path)
    monkeypatch.setattr("simulation.studies.schema.SCHEMA_VERSION", 99)
    store.write("k1", TABLE)
    monkeypatch.undo()
    with pytest.raises(NewerSchema, match=r"later caresim \(schema 99.*another folder with --out"):
        store.read("k1")
    assert only_file(tmp_path).exists()


def test_a_file_that_cannot_be_read_counts_as_missing_and_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bad sector, or somebody else's rights."""
    store = Store(tmp_path)
    name = store.write("k1", TABLE)
    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert store.missing(["k1"]) == {"k1"}
    monkeypatch.setattr(Path, "read_bytes", read)
    assert store.write("k1", TABLE) == name
    assert store.missing(["k1"]) == set()


def test_a_full_disk_is_said_as_such_and_leaves_nothing(tmp_path: Path) -> None:
    """The system's own limit stops the write half-way; the message says what to do."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))
        with pytest.raises(StoreUnusable, match=r"no room left .* give the same command again") as caught:
            Store(tmp_path).write("k1", TABLE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.is_full
    assert list(tmp_path.iterdir()) == []


def test_a_store_knows_what_its_runs_take(tmp_path: Path) -> None:
    """Only the runs asked for are counted."""
    store = Store(tmp_path)
    store.write("k1", TABLE)
    size = only_file(tmp_path).stat().st_size
    store.write("k2", TABLE)
    assert store.size_bytes(["k1"]) == size
