"""Finished runs on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from simulation.studies import Store

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


def test_half_written_files_are_never_read_and_are_cleared_later(tmp_path: Path) -> None:
    """What a killed worker leaves is ignored, and removed once it is old; a fresh one may still be being written."""
    old, fresh = tmp_path / ".k1-1.part", tmp_path / ".k2-2.part"
    for path in (old, fresh):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    store = Store(tmp_path)
    store.clear_abandoned()
    assert store.keys() == set()
    assert (old.exists(), fresh.exists()) == (False, True)


def test_a_store_knows_what_its_runs_take(tmp_path: Path) -> None:
    """Only the runs asked for are counted."""
    store = Store(tmp_path)
    store.write("k1", TABLE)
    size = only_file(tmp_path).stat().st_size
    store.write("k2", TABLE)
    assert store.size_bytes(["k1"]) == size
