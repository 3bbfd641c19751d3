"""Finished tables: all there, documented, tidy, and the same for the same runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from outputs.comparison import Comparison
from outputs.findings import tables_of
from outputs.measures.fifths import KINDS
from outputs.over_runs import DIFFERENCES, NUMBERS
from outputs.people_tables import PEOPLE
from outputs.ranges import TOO_FEW_RUNS
from tests.outputs.books import activity, study_of
from tests.outputs.studies import study

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("tables.md", "tables-accounting.md"))


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """Two scenarios of made-up months."""
    return study_of([activity()] * 6, [activity(services={"a-team": 100.0})] * 6)


def test_every_table_and_column_is_on_its_page(comparison: Comparison) -> None:
    """docs/tables.md, or the page beside it, names every table, and every column of the tables that came with it."""
    words = set(re.findall(r"[a-z_0-9]+", PAGE)) | {*NUMBERS, *DIFFERENCES}
    for name, table in tables_of(comparison).items():
        assert f"`{name}`" in PAGE, name
        if name not in ("runs", "levels", "measures", "differences", "reached"):
            assert set(table.columns) - words == set(), name


def test_tables_are_made_once(comparison: Comparison) -> None:
    """Report, folder and screen share them."""
    assert tables_of(comparison) is tables_of(comparison)


def test_rows_are_statements_and_keys_do_not_repeat(comparison: Comparison) -> None:
    """One row a key in every table that has numbers."""
    for name in ("growth", "ledger", "organisations", "bays", "present_values", "break_even", "vanguard_marks"):
        table = tables_of(comparison)[name]
        keys = [column for column in table.columns if column in (
            "scenario", "series", "step", "period", "reading", "interval_kind", "view", "organisation", "account",
            "counterparty", "line", "rate_percent", "mark")]
        assert not table.duplicated(keys).any(), name
        assert len(table), name


def test_people_and_equity_are_what_was_measured() -> None:
    """Levels and paired differences of the reported year, with the unit of each; ratios are called ratios."""
    values = {"handovers_per_1000": [300.0, 310], "admissions_by_fifth|fifth 1": [140.0, 150],
              "admissions_by_fifth|most to least": [1.7, 1.9], "admission_growth_by_fifth|fifth 1": [3.0, 3.2]}
    other = {name: [value - 1 for value in runs] for name, runs in values.items()}
    found = tables_of(study(values, other))
    people = found["people"].set_index("scenario")
    assert people.loc["a-team", "mean"] == 304.0
    assert people.loc["a-team", "difference_mean"] == -1.0
    assert people.loc["a-team", "verdict"] == TOO_FEW_RUNS
    equity = found["equity"].set_index(["scenario", "measure", "group"])
    assert equity.loc[("a-team", "admissions_by_fifth", "most to least"), "unit"] == "ratio"
    assert equity.loc[("a-team", "admissions_by_fifth", "fifth 1"), "kind"] == "use"
    assert equity.loc[["do-nothing"], "difference_mean"].isna().all()
    assert not equity.loc[["a-team"], "difference_mean"].isna().any()


def test_every_measure_of_these_tables_exists() -> None:
    """Names are ids of measures."""
    from outputs.measures import MEASURES

    assert set(PEOPLE) <= set(MEASURES)
    assert set(KINDS) <= set(MEASURES)
