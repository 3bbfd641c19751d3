"""The event log: every stay as it was, a month at a time, whole or not there at all."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from outputs.exports import COLUMNS, SCHEMA_VERSION, EventLog, Sample, event_log, read_log, sorted_by_person, stream
from outputs.exports.event_log import ENTRY, about
from scenarios.build_model import build
from simulation.calendar import unix_seconds
from simulation.model import Model
from simulation.run import settings_of, simulate
from simulation.stays import FIRST_OUTSIDER, NEVER, RunResult, Stays
from tests.outputs.factory import RunBuilder
from tests.simulation.small_place import small

SEED = 5


@pytest.fixture(scope="module")
def model() -> Model:
    """Four years of six hundred people with a team."""
    return build(small("extensivist-teams", people=600), seed=SEED, replication=1)


@pytest.fixture(scope="module")
def whole(model: Model) -> RunResult:
    """The same run, kept in memory."""
    return simulate(model, SEED, 1)


def write(path: Path, model: Model, sample: Sample | None = None) -> Path:
    """Stream the run into a file."""
    with EventLog(path, settings_of(model.network), model.calendar, {"seed": SEED, "scenario": "a"}) as log:
        stream(model, SEED, 1, lambda stays: log.write(stays, None if sample is None else sample.of(stays.person)))
    return path


def test_a_streamed_log_is_the_run_row_for_row(tmp_path: Path, model: Model, whole: RunResult) -> None:
    """Put in order of person, every column of every stay comes back."""
    path = tmp_path / "log.parquet"
    sorted_by_person(write(tmp_path / "by time.parquet", model), path)
    found = read_log(path)
    stays, settings = whole.stays, whole.settings
    assert list(found.columns) == list(COLUMNS)
    assert len(found) == len(stays)
    for name, own in (("person", "person"), ("visit", "visit"), ("need", "candidate"), ("severity", "severity")):
        assert np.array_equal(found[name].to_numpy(), getattr(stays, own))
    assert found["setting"].tolist() == [settings.names[index] for index in stays.setting.tolist()]
    assert found["started"].isna().to_numpy().tolist() == (stays.started == NEVER).tolist()
    seconds = found["requested"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("M8[s]").astype(np.int64)
    assert np.array_equal(seconds - unix_seconds(whole.calendar), stays.requested)
    assert set(found["outcome"]) >= {"completed", "open", "died"}


def test_sorting_a_part_at_a_time_loses_nobody(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In parts of 500 rows the file is the same, and nobody is in two parts."""
    log = write(tmp_path / "log.parquet", model)
    sorted_by_person(log, tmp_path / "whole.parquet")
    monkeypatch.setattr(event_log, "ROWS_SORTED_AT_ONCE", 500)
    parts = [set(table.column("person").to_pylist()) for table in event_log.tables_by_person(log)]
    assert len(parts) > 3
    assert len(set.union(*parts)) == sum(map(len, parts))
    sorted_by_person(log, tmp_path / "parts.parquet")
    pd.testing.assert_frame_equal(read_log(tmp_path / "parts.parquet"), read_log(tmp_path / "whole.parquet"))


def test_no_more_than_a_group_of_rows_waits_in_memory(
    tmp_path: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With groups of 300 rows the file has many, and none is much larger than a month."""
    monkeypatch.setattr(event_log, "ROWS_PER_GROUP", 300)
    file = pq.ParquetFile(write(tmp_path / "log.parquet", model))
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    assert len(sizes) > 5
    assert max(sizes[:-1]) < 1000


def test_csv_has_what_clocks_on_the_wall_showed(tmp_path: Path) -> None:
    """In winter and in summer, and nothing where nothing happened."""
    run = RunBuilder(start=date(2016, 1, 1), end=date(2017, 1, 1)).person(1)
    run.admission(1, "2016-01-05 10:00", "2016-01-06 11:00").admission(1, "2016-07-05 10:00", None, need=2)
    result = run.build()
    for name in ("log.csv", "log.parquet"):
        with EventLog(tmp_path / name, result.settings, result.calendar, {}) as log:
            log.write(result.stays)
    table = read_log(tmp_path / "log.csv")
    assert table["requested"].tolist() == [datetime(2016, 1, 5, 10), datetime(2016, 7, 5, 10)]
    assert table["ready"].isna().all()
    assert table["next_setting"].isna().all()
    assert table["outcome"].tolist() == ["completed", "open"]
    moments = read_log(tmp_path / "log.parquet")["requested"]
    assert moments.tolist()[1] == pd.Timestamp("2016-07-05 10:00", tz=ZoneInfo("Europe/London"))


def test_a_sample_is_of_people_and_the_same_in_every_scenario(whole: RunResult) -> None:
    """A tenth of the people with all of their stays; outsiders all or none; or only those who are named."""
    persons = np.arange(20_000)
    tenth = Sample(0.1).of(persons)
    assert tenth.mean() == pytest.approx(0.1, abs=4 * (0.1 * 0.9 / 20_000) ** 0.5)
    assert (Sample(0.3).of(persons) | ~tenth).all()
    rows = Sample(0.5, outsiders=False).of(whole.stays.person)
    taken = set(whole.stays.person[rows].tolist())
    assert not taken & set(whole.stays.person[~rows].tolist())
    assert max(taken) < FIRST_OUTSIDER
    assert Sample(persons=(3, 5)).of(persons).nonzero()[0].tolist() == [3, 5]


def test_a_log_says_what_it_is(tmp_path: Path, model: Model) -> None:
    """Its schema's number and its run; a later number and a foreign file are refused."""
    path = write(tmp_path / "log.parquet", model, Sample(0.1))
    assert about(path) == {"schema": SCHEMA_VERSION, "start": "2015-04-01", "seed": SEED, "scenario": "a"}
    table = pq.read_table(path)
    later = table.replace_schema_metadata({ENTRY: json.dumps({"schema": SCHEMA_VERSION + 1}).encode()})
    pq.write_table(later, tmp_path / "later.parquet")
    pq.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    for name, complaint in (("later", "later caresim"), ("other", "no event log")):
        with pytest.raises(ValueError, match=complaint):
            read_log(tmp_path / f"{name}.parquet")


def test_a_run_that_fails_leaves_no_file(tmp_path: Path) -> None:
    """Neither a log nor a part of one."""
    result = RunBuilder().person(1).admission(1, "2016-01-05", "2016-01-06").build()
    for name in ("log.csv", "log.parquet"):
        with pytest.raises(RuntimeError, match="void"):
            _fails_after(result, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def _fails_after(result: RunResult, path: Path) -> None:
    with EventLog(path, result.settings, result.calendar, {}) as log:
        log.write(result.stays)
        raise RuntimeError("the run is void")


def test_every_column_of_a_stay_is_in_the_log() -> None:
    """A column that is added to stays must be added here."""
    renamed = {"candidate": "need", "reason": "held_for"}
    assert {renamed.get(each.name, each.name) for each in fields(Stays)} == set(COLUMNS)
