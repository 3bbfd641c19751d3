"""The event log in the forms of other programs: their columns, their rules, and everybody accounted for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from outputs.exports import EventLog, read_log
from outputs.exports.film import DailyCounts, Reel, write_film
from outputs.exports.forms import BUPAR_COLUMNS, PM4PY_COLUMNS, VIDIGI_COLUMNS, places, to_bupar, to_pm4py, to_vidigi
from simulation.stays import Outcome, RunResult
from tests.outputs.factory import RunBuilder

START, END = date(2016, 1, 1), date(2016, 3, 1)
SINCE = pd.Timestamp("2016-01-01", tz="Europe/London")


def result() -> RunResult:
    """Two people in A&E and on a ward at once, one who gives up waiting, one in a care home, one stay still open."""
    run = RunBuilder(start=START, end=END).crowd(1, 5)
    run.attendance(1, "2016-01-05 10:00", "2016-01-05 12:00").admission(1, "2016-01-05 12:00", "2016-01-07 09:00")
    run.attendance(2, "2016-01-05 11:00", "2016-01-05 13:00").admission(2, "2016-01-05 13:00", "2016-01-06 09:00")
    run.admission(2, "2016-01-08 10:00", None, need=2)
    run.stay(3, "cubicle", "2016-01-05 10:00", "2016-01-05 14:00", started=None, outcome=Outcome.GAVE_UP)
    run.stay(4, "nursing_home", "2016-01-02", None)
    return run.build()


@pytest.fixture
def log(tmp_path: Path) -> pd.DataFrame:
    """The log of that run, as read back."""
    made = result()
    with EventLog(tmp_path / "log.parquet", made.settings, made.calendar, {}) as written:
        written.write(made.stays)
    return read_log(tmp_path / "log.parquet")


def test_pm4py_gets_an_interval_log(log: pd.DataFrame) -> None:
    """A row for each finished stay, in a case of its episode, ending no earlier than it began."""
    found = to_pm4py(log)
    assert tuple(found.columns) == PM4PY_COLUMNS
    assert found["case:concept:name"].tolist() == ["1-1"] * 3 + ["2-1"] * 3
    assert (found["time:timestamp"] >= found["start_timestamp"]).all()
    assert set(found["concept:name"]) == {"triage", "cubicle", "acute_ward"}
    assert set(found["lifecycle:transition"]) == {"complete"}


def test_bupar_gets_a_start_and_a_completion_of_each_stay(log: pd.DataFrame) -> None:
    """Each activity instance has one start, and one completion unless it is still going on."""
    found = to_bupar(log)
    assert tuple(found.columns) == BUPAR_COLUMNS
    by_instance = found.groupby("activity_instance_id")["lifecycle_id"].apply(list)
    assert sorted(map(tuple, by_instance)) == [("start",)] * 2 + [("start", "complete")] * 6
    assert found["timestamp"].notna().all()


def test_vidigi_gets_arrivals_queues_uses_and_departures(log: pd.DataFrame) -> None:
    """Reserved events stand at the two ends of each episode; nobody who is still there departs; homes are left out."""
    found = to_vidigi(log, run=3, since=SINCE, homes=("nursing_home",))
    assert tuple(found.columns) == VIDIGI_COLUMNS
    assert set(found["event_type"]) == {"arrival_departure", "queue", "resource_use", "resource_use_end"}
    ends = found[found["event_type"] == "arrival_departure"]
    assert ends["event"].value_counts().to_dict() == {"arrival": 4, "depart": 3}
    by_case = found.groupby("entity_id")
    assert (by_case["event"].first() == "arrival").all()
    assert sorted(by_case["event"].last()) == ["acute_ward", "depart", "depart", "depart"]
    assert found["time"].is_monotonic_increasing
    assert found["time"].min() == (4 * 24 + 10) * 60
    used = found[found["event_type"].isin(["resource_use", "resource_use_end"])]
    assert used["resource_id"].notna().all()
    assert set(found["run_number"]) == {3}
    assert "nursing_home" not in set(found["event"])


def test_what_began_before_the_film_begins_with_it(log: pd.DataFrame) -> None:
    """No event has a time below nought."""
    found = to_vidigi(log, run=1, since=pd.Timestamp("2016-01-06", tz="Europe/London"))
    assert found["time"].min() == 0.0


def test_nobody_shares_a_place_and_a_place_that_is_free_is_used_again(log: pd.DataFrame) -> None:
    """Two on the ward at once have places 1 and 2; the one who comes when both are free has 1."""
    rows = log.reset_index(drop=True)
    ward = rows["setting"] == "acute_ward"
    assert places(rows)[ward].tolist() == [1, 2, 1]


def test_a_log_of_nothing_is_an_empty_table() -> None:
    """With the columns that are expected."""
    nothing = pd.DataFrame({"requested": pd.Series(dtype="datetime64[s, Europe/London]"), "setting": []})
    assert tuple(to_vidigi(nothing, 1, SINCE).columns) == VIDIGI_COLUMNS


def test_daily_counts_are_of_people_who_are_there_at_noon() -> None:
    """Somebody who comes at noon is there, somebody who leaves at noon is not."""
    made = result()
    counts = DailyCounts(made.settings, made.calendar)
    half = np.arange(len(made.stays)) % 2 == 0
    for chosen in (half, ~half):
        counts.add(type(made.stays)(**{
            name: getattr(made.stays, name)[chosen] for name in made.stays.__dataclass_fields__}))
    table = counts.table()
    assert table.shape[1] == made.calendar.days
    assert table[0, 4] == 1
    assert table[0].sum() == 1
    assert (table >= 0).all()


def test_a_film_has_a_frame_for_each_day(tmp_path: Path) -> None:
    """As GIF and as a page that needs nothing else; an MP4 without its program is refused before it is drawn."""
    from PIL import Image

    made = result()
    counts = np.random.default_rng(1).integers(0, 9, (8, made.calendar.days))
    reels = [Reel("Do nothing", counts), Reel("A team", counts[:, ::-1])]
    write_film(tmp_path / "film.gif", reels, made.calendar, range(4), "Small place.")
    with Image.open(tmp_path / "film.gif") as film:
        assert getattr(film, "n_frames", 0) == 4
    write_film(tmp_path / "film.html", reels[:1], made.calendar, range(2), "Small place.")
    page = (tmp_path / "film.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64") == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.gif", "film.html"]
