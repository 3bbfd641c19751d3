"""Targets say what was measured, agree with the published numbers behind them, and are refused when out of reach."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from calibration.fitting import discrepancies
from calibration.targets import (
    FIT,
    FOLDER,
    HOLD_OUTS,
    LEVELS,
    REPORT_ONLY,
    SETS,
    SINCE_START,
    YEAR_BEFORE,
    Target,
    derived,
    fitted_targets,
    read_targets,
    standard_error,
)
from scenarios.evidence import load
from scenarios.messages import BadInput
from tests.calibration.opened import files_opened

FILES = (*SETS, HOLD_OUTS)


def shipped(name: str) -> tuple[Target, ...]:
    """Rows of a shipped file."""
    return read_targets(FOLDER / f"{name}.csv")


def written(folder: Path, text: str) -> Path:
    """A file with a text."""
    path = folder / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FILES)
def test_every_value_is_what_its_derivation_makes_of_the_published_numbers(name: str) -> None:
    """To the two decimals that the tables show. A row of which no number is in the table of results is only shown."""
    published = {key: float(row.value) for key, row in load().results().items() if _is_number(row.value)}
    for row in shipped(name):
        if not row.derivation:
            assert row.role == REPORT_ONLY, row.id
            continue
        assert row.value == pytest.approx(derived(row.derivation, published), abs=0.0051), row.id
        assert set(row.derivation.split()[1:]) == {each.strip() for each in row.source.split(";")}, row.id


@pytest.mark.parametrize("name", FILES)
def test_every_standard_error_covers_differences_between_sites(name: str) -> None:
    """It is what its parts make, and never below the difference between sites that few sites leave."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            names = ("site_sd", "sites", "control_sites", "counts", "published_error")
            parts = [float(row[name] or 0.0) for name in names]
            if any(parts):
                assert float(row["standard_error"]) == pytest.approx(standard_error(*parts), rel=0.01), row["id"]


def test_the_error_of_a_difference_in_growth_adds_sites_and_chance() -> None:
    """Six points between sites, nine sites against 186: 2 points; 20,000 events add their own."""
    assert standard_error(6.0, 9.0, 186.0, 0.0, 0.0) == pytest.approx((36 / 9 + 36 / 186) ** 0.5)
    assert standard_error(6.0, 9.0, 186.0, 20_000.0, 0.0) == pytest.approx((36 / 9 + 36 / 186 + 1.0) ** 0.5)
    assert standard_error(6.0, 9.0, 186.0, 20_000.0, 3.0) == 3.0


def test_the_set_of_vanguards_has_the_published_contrasts_under_both_readings() -> None:
    """-2.19, -3.53 and -7.59 %, each since the start and on the year before; the years' pattern as log rates."""
    rows = {row.id: row for row in fitted_targets("vanguards")}
    assert [rows[f"{kind}-quarter"].value for kind in ("mcp", "pacs", "homes")] == [-2.19, -3.53, -7.59]
    assert rows["mcp-quarter"].readings == (SINCE_START, YEAR_BEFORE)
    assert [rows[f"areas-year-{year}"].log_value for year in (1, 2, 3)] == pytest.approx([0.011, 0.015, -0.031])
    assert all("homes-area" not in name for name in rows)


def test_the_controlled_set_has_no_result_of_a_whole_programme() -> None:
    """Trials and matched studies only."""
    results = load().results()
    for row in fitted_targets("controlled"):
        assert row.level in ("person", "home"), row.id
        for source in row.derivation.split()[1:]:
            assert "vanguards" not in results[source].system.lower(), row.id


def test_nothing_held_out_is_fitted_by_the_default_set() -> None:
    """No hold-out has the id of a fitted row; those of the same data are told apart by their lineage."""
    fitted = fitted_targets("vanguards")
    held = shipped(HOLD_OUTS)
    assert not {row.id for row in fitted} & {row.id for row in held}
    shared = {row.id for row in held} & {row.id for row in held if row.lineage in {one.lineage for one in fitted}}
    years, spread = {"mcp-2016-17", "pacs-2016-17"}, {"highest-of-23", "fifth-of-23"}
    assert shared == {"vanguards-only", "both-programmes"} | years | spread


def test_reading_a_set_opens_its_own_file_and_no_other() -> None:
    """The interpreter itself tells of every file that is opened in the folder of targets."""
    for name in SETS:
        with files_opened(FOLDER) as opened:
            fitted_targets(name)
        assert opened == {f"{name}.csv"}


def test_a_target_beyond_its_dilution_ceiling_is_refused_with_the_reason(tmp_path: Path) -> None:
    """Care-home residents have 3.3 % of an area's admissions: a fall of 6.5 % cannot be fitted to."""
    row = "id,measure,system,from_month,to_month,value,standard_error,ceiling,role\nhomes,emergency admissions,"
    refused = written(tmp_path, row + "ehch-vanguard,24,36,-6.5,3,3.3,fit\n")
    with pytest.raises(BadInput, match=r"mine\.csv, line 2, column value: found \"-6\.5\".*\n.*have 3\.3 %"):
        read_targets(refused)
    assert read_targets(written(tmp_path, row + "ehch-vanguard,24,36,-6.5,3,3.3,report-only\n"))[0].role != FIT


def test_a_monthly_series_needs_only_month_measure_and_value(tmp_path: Path) -> None:
    """One row a month and measure; counts of any area."""
    rows = read_targets(written(tmp_path, 'period,measure,value\n2018-04,A&E attendances,"1,984,369"\n'))
    assert rows[0].estimator == "monthly series"
    assert rows[0].period == ((2018, 4), (2018, 5))
    assert rows[0].value == 1_984_369


@pytest.mark.parametrize(
    ("columns", "line", "said"),
    [
        ("measure,value,period", "A&E atendances,1,2018-04", 'found "A&E atendances"; did you mean "A&E attendances"?'),
        ("measure,value,period", "A&E attendances,many,2018-04", "Allowed: a number"),
        ("measure,value,period", "A&E attendances,1,April 2018", "a month such as 2018-04"),
        ("measure,value,period", "A&E attendances,1,2018-13", "a month such as 2018-04"),
        ("measure,value,system", "emergency admissions,-3,mcp-vanguard", "An effect needs a window"),
        ("measure,value,from_month,to_month", "emergency admissions,-3,0,12", "the scenario that is set beside"),
        ("measure,value,system,from_month,to_month", "emergency admissions,-3,mcp-vanguard,12,0", "whole months"),
        ("measure,value,system,from_month,to_month", "emergency admissions,-130,mcp-vanguard,0,12", "above -100 %"),
        ("measure,value,sytem", "emergency admissions,-3,mcp-vanguard", 'did you mean "system"?'),
        ("measure,value,period,role", "emergency admissions,5,2018-04,fitted", 'did you mean "fit"?'),
        ("measure,value,period,people", "emergency admissions,5,2018-04,older", "aged 65 and over"),
        ("measure,value,period,role,unit,estimator", 'emergency admissions,5,2018-04,fit,"per 1,000 a year",level',
         "how well it is known"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_message(tmp_path: Path, columns: str, line: str, said: str) -> None:
    """File, line or column, what was found and what is allowed."""
    with pytest.raises(BadInput) as refused:
        read_targets(written(tmp_path, f"{columns}\n{line}\n"))
    assert "mine.csv" in str(refused.value)
    assert said in str(refused.value)

@pytest.mark.parametrize("level", LEVELS)
def test_every_level_that_is_allowed_can_be_written(tmp_path: Path, level: str) -> None:
    """And has a discrepancy; no word of ours may look like a line of totals."""
    row = read_targets(written(tmp_path, f"period,measure,value,level\n2018-04,A&E attendances,5,{level}\n"))[0]
    assert row.level == level
    assert discrepancies()[level] > 0.0


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
