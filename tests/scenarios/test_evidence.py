"""The tables of evidence: every link followed, every number in its range."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenarios import evidence
from scenarios.evidence import STATUSES, Row, load


def every_row() -> list[Row]:
    """Rows of all shipped tables."""
    return list(load().rows())


def test_every_source_resolves() -> None:
    """The source of each row is a row of sources.csv with a title and a publisher."""
    sources = load().sources()
    assert {row.source for row in every_row()} - set(sources) == set()
    assert [source.id for source in sources.values() if not (source.title and source.publisher)] == []


def test_every_status_is_known() -> None:
    """A number is sourced, derived or an assumption; nothing else."""
    assert {row.status for row in every_row()} <= set(STATUSES)


def test_every_value_lies_in_its_range() -> None:
    """Low, value and high are in order, whichever way round negative numbers were written."""
    assert [row.name for row in every_row() if not row.low <= row.value <= row.high] == []


def test_every_row_says_its_unit_and_year() -> None:
    """No unit unsaid."""
    assert [row.name for row in every_row() if not (row.unit and row.year and row.law)] == []


def test_programme_results_have_their_own_ids() -> None:
    """Each published result is kept with its id, system and where it was read."""
    results = load().results()
    assert len(results) > 200
    assert [
        key for key, result in results.items()
        if not (key == result.id and key.startswith("E") and result.system and result.metric)
    ] == []


def test_rows_are_found_as_a_planner_writes_them() -> None:
    """Space, underscore and hyphen are one; the stratum may be left out when there is only one."""
    found = load().find("Discharge delay.reported-share")
    assert found is not None
    assert found.name == "discharge_delay.reported_share [all]"
    assert load().find("wards.beds [assessment unit]") == load().row("wards.beds", "assessment unit")
    assert load().find("wards.beds") is None
    assert load().find("wards.bed [assessment unit]") is None


def test_a_wrong_name_in_code_says_the_nearest() -> None:
    """A slip in a parameter or stratum is told apart and the right words are near."""
    with pytest.raises(KeyError, match=r"wards\.beds"):
        load().row("ward.beds", "assessment unit")
    with pytest.raises(KeyError, match="older people"):
        load().row("wards.beds", "older")


def test_values_come_in_the_order_asked_for() -> None:
    """An array of one parameter follows the strata given."""
    rates = load().values("emergency_admission.rate", ["85+", "0-4"])
    assert rates.dtype == np.float64
    assert rates.tolist() == [load().value("emergency_admission.rate", s) for s in ("85+", "0-4")]


def test_changes_leave_the_shipped_tables_alone() -> None:
    """A changed value is certain in the copy and unchanged in the original."""
    changed = load().with_changes({"discharge_delay.reported_share [all]": 0.5})
    row = changed.row("discharge_delay.reported_share")
    assert (row.value, row.low, row.high) == (0.5, 0.5, 0.5)
    assert load().value("discharge_delay.reported_share") != 0.5
    with pytest.raises(KeyError, match="no evidence row"):
        load().with_changes({"nothing.like.it": 1.0})


def write_table(folder: Path, line: str) -> None:
    """A library of evidence with one table of the given lines."""
    header = ",".join(evidence.ROW_COLUMNS)
    (folder / "table.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    (folder / "sources.csv").write_text("id,title,publisher,address\n", encoding="utf-8")
    (folder / "programme_results.csv").write_text("id\n", encoding="utf-8")


@pytest.fixture
def own_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty library of evidence in place of the shipped one."""
    monkeypatch.setattr(evidence, "LIBRARY", tmp_path)
    monkeypatch.setattr(evidence, "EVIDENCE", tmp_path)
    return tmp_path


def test_a_range_written_from_large_to_small_is_put_in_order(own_tables: Path) -> None:
    """Negative ranges are often written with the larger size last."""
    write_table(own_tables, "change,all,-0.03,-0.01,-0.05,share,constant,2016/17,S1,sourced,")
    row = load.__wrapped__().row("change")
    assert (row.low, row.value, row.high) == (-0.05, -0.03, -0.01)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a,all,x,,,share,constant,2016/17,S1,sourced,", "'x' is not a number"),
        ("a,all,nan,,,share,constant,2016/17,S1,sourced,", "not a finite number"),
        ("a,all,1,,,share,constant,2016/17,S1,guess,", "status 'guess'"),
        ("a,all,1,,,share,constant,2016/17,S1,sourced,\na,all,2,,,share,constant,2016/17,S1,sourced,", "line 3"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(own_tables: Path, line: str, said: str) -> None:
    """A table that breaks its own rules never gets as far as a run."""
    write_table(own_tables, line)
    with pytest.raises(ValueError, match=said):
        load.__wrapped__()
