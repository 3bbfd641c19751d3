"""Targets say what was measured, agree with the published numbers behind them, and are refused when out of reach."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from calibration.calendar_months import in_words
from calibration.contrasts import Span
from calibration.fitting import ASSUMED, FULL, QUICK, discrepancy_of, errors_of
from calibration.own_area import check_members, own_targets, simulated_months
from calibration.posterior import alike
from calibration.target_files import COLUMNS, fitted_targets, read_targets
from calibration.targets import (
    ALSO_CALLED,
    ESTIMATORS,
    FIT,
    FOLDER,
    HOLD_OUTS,
    LEVELS,
    MEASURES,
    REPORT_ONLY,
    SETS,
    SINCE_START,
    UNITS,
    YEAR_BEFORE,
    Target,
    derived,
    standard_error,
)
from outputs.discrepancy import discrepancies
from scenarios.evidence import load
from scenarios.messages import BadInput
from tests.calibration.opened import files_opened

FILES = (*SETS, HOLD_OUTS)


def shipped(name: str) -> tuple[Target, ...]:
    """Rows of a shipped file."""
    return read_targets(FOLDER / f"{name}.csv")


SERIES_HEADING = "period,measure,value,base_period,base_value\n"


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
    assert rows[0].period == (12, 13)
    assert rows[0].value == 1_984_369


@pytest.mark.parametrize(
    ("columns", "line", "said"),
    [
        ("measure,value,period", "A&E atendances,1,2018-04", 'found "A&E atendances"; did you mean "A&E attendances"?'),
        ("measure,value,period", "A&E attendances,many,2018-04", "Allowed: a number"),
        ("measure,value,period", "A&E attendances,1,spring 2018", "a month such as 2018-04"),
        ("measure,value,period", "A&E attendances,1,2018-13", "a month such as 2018-04"),
        ("measure,value,system", "emergency admissions,-3,mcp-vanguard", "An effect needs a window"),
        ("measure,value,from_month,to_month", "emergency admissions,-3,0,12", "the scenario that is set beside"),
        ("measure,value,system,from_month,to_month", "emergency admissions,-3,mcp-vanguard,12,0", "whole months"),
        ("measure,value,system,from_month,to_month", "emergency admissions,-130,mcp-vanguard,0,12", "above -100 %"),
        ("measure,value,sytem", "emergency admissions,-3,mcp-vanguard", 'did you mean "system"?'),
        ("measure,value,period,role", "emergency admissions,5,2018-04,fitted", 'did you mean "fit"?'),
        ("measure,value,period,people", "emergency admissions,5,2018-04,older", "aged 65 and over"),
        ("measure,value,system,from_month,to_month,unit",
         'emergency admissions,-3,mcp-vanguard,0,12,"per 1,000 a year"',
         'column unit: found "per 1,000 a year"'),
        ("measure,value,system,from_month,to_month,unit", "emergency admissions,-3,mcp-vanguard,0,12,count",
         "Allowed: % or log points"),
        ("measure,value,system,from_month,to_month,unit", "emergency admissions,-3,mcp-vanguard,0,12,log point",
         'did you mean "log points"?'),
        ("measure,value,period,estimator,unit", "emergency admissions,2500,2017/18,level,count",
         'The estimator "level" does not go with this unit'),
        ("measure,value,period,unit", 'emergency admissions,2500,2018-04,"per 1,000 a year"',
         "Allowed: count, % or log points"),
        ("measure,value,period,estimator,people", "emergency admissions,250,2017/18,level,aged 65 and over",
         "Allowed: everyone or care-home residents"),
        ("measure,value,estimator,people,from_month,to_month",
         "emergency admissions,9,growth per head over 3 years,aged 65 and over,24,36",
         "Allowed: everyone or care-home residents"),
        ("measure,value,estimator", "emergency admissions,9,growth per head over 3 years", "An effect needs a window"),
        ("measure,value,estimator,from_month,to_month,role,standard_error",
         "emergency admissions,9,rank 1 of 5,24,36,fit,1", "A rank among areas is predicted, not fitted"),
        ("measure,value,system,estimator,people,from_month,to_month",
         'A&E attendances,9,mcp-vanguard,"members, first year",extensivist-teams,0,12', "Of members only these"),
        ("measure,value,period,estimator", "people,1000,2017/18,level", "The number of people is a series"),
        ("measure,value,period,unit", "A&E attendances,3,2018/19,%", "A growth needs the months on which it is"),
        ("measure,value,period,base_value", "A&E attendances,3,2018/19,900", "base_period, which says its months"),
        ("measure,value,period,base_period,estimator", "A&E attendances,3,2018/19,2017/18,level",
         "only a monthly series"),
        ("measure,value,period,system", "A&E attendances,5,2018-04,population-vanguards", "beside one scenario"),
        ("measure,value,period", "A&E attendances,-5,2018-04", "a count, 0 or more"),
        ("measure,value,period,sites", "A&E attendances,5,2018-04,-3", "column sites"),
        ("measure,value,period,low", "A&E attendances,5,2018-04,3", "both ends of the 95 % interval"),
        ("measure,value,period", "A&E attendances,5,2018-04 to 2018-01", "2017-07 to 2017-09"),
        ("measure,value,period,role,unit,estimator", 'emergency admissions,5,2018-04,fit,"per 1,000 a year",level',
         "how well it is known"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_message(tmp_path: Path, columns: str, line: str, said: str) -> None:
    """File, line or column, what was found and what is allowed."""
    with pytest.raises(BadInput) as refused:
        read_targets(written(tmp_path, f"{columns}\n{line}\n"))
    assert "mine.csv" in str(refused.value)
    assert said in " ".join(str(refused.value).split())


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_that_is_allowed_can_be_written(tmp_path: Path, level: str) -> None:
    """And has a discrepancy; no word of ours may look like a line of totals."""
    row = read_targets(written(tmp_path, f"period,measure,value,level\n2018-04,A&E attendances,5,{level}\n"))[0]
    assert row.level == level
    assert discrepancies()[level] > 0.0


@pytest.mark.parametrize(
    "measure", ["type 2 attendances", "ambulance handovers", "elective admissions", "outpatient attendances"]
)
def test_a_measure_that_no_run_of_a_fit_keeps_is_refused_once_with_those_that_are(tmp_path: Path, measure: str) -> None:
    """One message for a series of two years, which names every measure that there is and suggests none in its place."""
    lines = [f"{year}-{month:02d},{measure},5" for year in (2018, 2019) for month in range(1, 13)]
    with pytest.raises(BadInput) as refused:
        read_targets(written(tmp_path, "period,measure,value\n" + "\n".join(lines) + "\n"))
    said = " ".join(str(refused.value).split())
    assert f'mine.csv, line 2, column measure: found "{measure}" Runs of a fit keep' in said
    assert "24 lines affected: 2, 3, 4" in said
    assert all(each in said for each in MEASURES)
    assert len(refused.value.messages) == 1


def test_names_of_the_official_returns_are_read(tmp_path: Path) -> None:
    """In any letters; and a number in a name is never taken for a slip."""
    names = {"Four-hour breaches": "attendances over four hours",
             "Emergency admissions via A&E": "admissions through A&E",
             "Type 1 A&E attendances": "type 1 attendances", "Delayed transfers of care": "delayed days"}  # fmt: skip
    lines = [f"2018-04,{name},5" for name in names]
    found = read_targets(written(tmp_path, "period,measure,value\n" + "\n".join(lines) + "\n"))
    assert [row.measure for row in found] == list(names.values())
    assert set(ALSO_CALLED.values()) <= set(MEASURES)
    with pytest.raises(BadInput, match="Runs of a fit keep"):
        read_targets(written(tmp_path, "period,measure,value\n2018-04,type 3 attendances,5\n"))
    with pytest.raises(BadInput, match="kept of everyone together only"):
        read_targets(written(tmp_path, "period,measure,people,value\n2018-04,delayed days,aged 65 and over,5\n"))


def test_rows_without_a_lineage_are_data_of_their_own_and_months_of_one_file_belong_together(tmp_path: Path) -> None:
    """An effect's is its own; an area's counts are one body of data, whatever they count."""
    heading = "measure,system,from_month,to_month,period,value\n"
    lines = ["emergency admissions,mcp-vanguard,0,12,,-1", "A&E attendances,pacs-vanguard,0,12,,-1",
             "emergency admissions,,,,2018-04,5", "A&E attendances,,,,2018-04,50"]  # fmt: skip
    rows = read_targets(written(tmp_path, heading + "\n".join(lines) + "\n"))
    assert [row.lineage for row in rows] == ["mine.csv, line 2", "mine.csv, line 3", *["mine.csv, do-nothing"] * 2]


def test_a_country_may_be_named_in_words_and_months_as_excel_shows_them(tmp_path: Path) -> None:
    """England as a source is no line of totals; "Apr 2016" is what a workbook makes of a month."""
    row = read_targets(written(tmp_path, "period,measure,value,source\nApr 2016,A&E attendances,5,England\n"))[0]
    assert (in_words(row.months), row.source) == ("2016-04", "England")
    with pytest.raises(BadInput, match="Total line"):
        read_targets(written(tmp_path, "period,measure,value\nTotal,A&E attendances,5\n"))


@pytest.mark.parametrize(
    ("text", "value"), [('"1,867,781"', 1867781.0), ('"4,2"', None), ('"1867781,5"', None), ("1e300", None)]
)
def test_a_comma_stands_before_three_digits_and_for_no_decimals(tmp_path: Path, text: str, value: float | None) -> None:
    """What other countries write for 4.2 is asked about, and never taken for 42."""
    path = written(tmp_path, f"period,measure,value\n2018-04,A&E attendances,{text}\n")
    if value is not None:
        assert read_targets(path)[0].value == value
        return
    with pytest.raises(BadInput, match="column value"):
        read_targets(path)


@pytest.mark.parametrize(
    ("columns", "line", "said"),
    [
        ("measure,from_month,to_month,estimator,value", "emergency admissions,0,12,rank 30 of 23,5", "no larger than"),
        ("measure,system,from_month,to_month,value", "emergency admissions,mcp-vanguard,0,600,5", "No run goes so far"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, columns: str, line: str, said: str) -> None:
    """Before anything is simulated."""
    with pytest.raises(BadInput, match=said):
        read_targets(written(tmp_path, f"{columns}\n{line}\n"))


def test_a_base_said_twice_is_said_alike(tmp_path: Path) -> None:
    """Rows of the base, and its sum; rounding apart."""
    months = [f"{year}-{month:02d}" for year in (2016, 2017) for month in range(1, 13)][3:15]
    for base, wrong in ((12_000, False), (12_100, False), (12_345, True)):
        lines = [f"{month},A&E attendances,1000,2016/17,{base}" for month in months]
        path = written(tmp_path, SERIES_HEADING + "\n".join(lines) + "\n")
        if not wrong:
            assert len(read_targets(path)) == 12
            continue
        with pytest.raises(BadInput, match="rows of the base make another number"):
            read_targets(path)


def test_parts_of_an_error_make_log_points_whatever_the_unit(tmp_path: Path) -> None:
    """Six log points between sites are six of a level, however high it is."""
    text = "period,measure,estimator,value,site_sd,sites\n2017/18,emergency admissions,level,{},6,1\n"
    for value in (8, 600):
        assert read_targets(written(tmp_path, text.format(value)))[0].log_error == pytest.approx(0.06)


def test_a_year_that_no_run_reaches_is_refused(tmp_path: Path) -> None:
    """Before anybody simulates until 2081."""
    with pytest.raises(BadInput, match="No run goes so far"):
        read_targets(written(tmp_path, "period,measure,value\n2081-04,A&E attendances,5\n"))


@pytest.mark.parametrize(
    ("comparator", "wide"), [("matched controls", True), ("Matched controls", True), ("unmatched controls", False)]
)
def test_what_matching_could_not_see_is_allowed_for_where_there_was_matching(
    tmp_path: Path, comparator: str, wide: bool
) -> None:
    """Told by the word, in any letters."""
    line = f'emergency admissions,mcp-vanguard,extensivist-teams,{comparator},0,12,"members, first year",-20,5\n'
    heading = "measure,system,people,comparator,from_month,to_month,estimator,value,standard_error\n"
    row = read_targets(written(tmp_path, heading + line))[0]
    assert discrepancy_of(row) == discrepancies()["person, MATCHED" if wide else "person"]


def test_what_a_fit_cannot_simulate_is_refused_before_it_simulates(tmp_path: Path) -> None:
    """A window beyond its years, a service that the scenario does not have, a base that is not fitted."""
    heading = "measure,system,people,from_month,to_month,estimator,value,standard_error,role\n"
    late = read_targets(written(tmp_path, heading + "emergency admissions,mcp-vanguard,everyone,48,60,,-1,1,fit\n"))
    with pytest.raises(BadInput, match="found \"60\""):
        own_targets(late, Span(1, 3))
    member = 'emergency admissions,mcp-vanguard,extensivist-team,0,12,"members, first year",-20,5,fit\n'
    with pytest.raises(BadInput, match='did you mean "extensivist-teams"'):
        check_members(read_targets(written(tmp_path, heading + member)), {"mcp-vanguard": ["extensivist-teams"]})
    months = [f"{year}-{month:02d}" for year in (2016, 2017, 2018) for month in range(1, 13)][3:27]
    lines = [f"{month},A&E attendances,100,2016/17,{'hold-out' if i < 12 else 'fit'}" for i, month in enumerate(months)]
    mixed = read_targets(written(tmp_path, "period,measure,value,base_period,role\n" + "\n".join(lines) + "\n"))
    with pytest.raises(BadInput, match="months of the base are fitted rows too"):
        own_targets(mixed, Span(1, 3))


def test_years_of_one_series_teach_a_fit_little_more_than_one_of_them(tmp_path: Path) -> None:
    """What growth is off by stays: discrepancies of a series go together, with those of the area's others by half."""
    months = [f"{year}-{month:02d}" for year in range(2016, 2020) for month in range(1, 13)][3:39]
    lines = [f"{month},{measure},1000" for measure in ("A&E attendances", "emergency admissions") for month in months]
    rows = own_targets(read_targets(written(tmp_path, "period,measure,value\n" + "\n".join(lines) + "\n")), Span(1, 3))
    apart = np.array([discrepancy_of(row) for row in rows])
    chance = np.array([row.log_error for row in rows])
    found = errors_of(rows, ASSUMED) - np.outer(chance, chance) * alike(["one"] * 4, 0.5)
    together = found / np.outer(apart, apart)
    assert together[0] == pytest.approx([1.0, 0.9, 0.5, 0.5])


def test_the_page_says_what_can_be_read_and_which_months_a_fit_simulates(tmp_path: Path) -> None:
    """Every column, measure, estimator and unit; its examples are files that can be read."""
    page = (Path(__file__).parents[2] / "docs" / "targets.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert all(any(f"`{column}`" in line for line in rows) for column in COLUMNS)
    for word in (*MEASURES, *ESTIMATORS, *UNITS):
        assert any(word.lower() in line.lower() for line in rows), word
    for effort in (QUICK, FULL):
        assert in_words(simulated_months(effort.span)) in page
    for example in page.split("```")[1::2]:
        assert read_targets(written(tmp_path, example.lstrip()))


def test_an_interval_gives_the_standard_error_in_log_points(tmp_path: Path) -> None:
    """Rushcliffe's residential homes, a rate ratio of 0.60 (0.42 to 0.86): 18.3 log points, as the shipped row has."""
    row = "measure,system,people,from_month,to_month,value,low,high\nemergency admissions,ehch-vanguard,"
    found = read_targets(written(tmp_path, f"{row}residents of residential homes,12,36,-40,-58,-14\n"))[0]
    shipped_row = next(each for each in shipped(HOLD_OUTS) if each.id == "rushcliffe-residential")
    assert found.standard_error == pytest.approx(shipped_row.standard_error, abs=0.05)
    assert found.log_error == pytest.approx(shipped_row.log_error, abs=0.0005)
    level = "period,measure,estimator,value,low,high\n2017/18,emergency admissions,level,100,96.08,103.92\n"
    assert read_targets(written(tmp_path, level))[0].log_error == pytest.approx(0.02)




@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["2018-04,A&E attendances,5,,", "2018-05,A&E attendances,5,,", "2018-05,A&E attendances,6,,"],
         ['line 4, column period: found "2018-05"', "Twice: 2018-05 in lines 3 and 4."]),
        (["2018-04,A&E attendances,5,,", "2018/19,A&E attendances,5,,"],
         ["2018/19 (line 3) lies inside 2018-04 (line 2)"]),
        (["2018-04,A&E attendances,5,,", "2018-07,A&E attendances,5,,", "2018-10,A&E attendances,6,,"],
         ['line 3, column period: found "2018-07"', "Missing: 2018-05 to 2018-06 between 2018-04 (line 2) and 2018-07",
          "2018-08 to 2018-09 between 2018-07 (line 3) and 2018-10 (line 4)", "say in base_period"]),
        (["2018-04,A&E attendances,5,2016/17,60", "2018-07,A&E attendances,5,2017/18,60"],
         ['line 3, column base_period: found "2017/18"', "line 2 says otherwise"]),
        (["2017-03,A&E attendances,5,2016/17,", "2018-07,A&E attendances,5,2016/17,"],
         ['line 2, column base_period: found "2016/17"', "In the file: 2017-03."]),
    ],
)  # fmt: skip
def test_a_series_that_cannot_be_used_has_one_message(tmp_path: Path, lines: list[str], said: list[str]) -> None:
    """With file, lines and what was found."""
    with pytest.raises(BadInput) as refused:
        read_targets(written(tmp_path, SERIES_HEADING + "\n".join(lines) + "\n"))
    assert len(refused.value.messages) == 1
    for each in ("mine.csv, ", "A&E attendances of everyone, do-nothing", *said):
        assert each in " ".join(str(refused.value).split())


def test_an_id_that_stands_for_several_rows_has_one_message(tmp_path: Path) -> None:
    """However many rows have it."""
    lines = [f"same,2018-{month:02d},A&E attendances,5" for month in range(1, 13)]
    with pytest.raises(BadInput, match="12 lines have it") as refused:
        read_targets(written(tmp_path, "id,period,measure,value\n" + "\n".join(lines) + "\n"))
    assert len(refused.value.messages) == 1


def test_a_base_that_one_row_states_is_that_of_its_series(tmp_path: Path) -> None:
    """Months may then be missing, and periods of any length stand beside each other."""
    rows = read_targets(written(tmp_path, SERIES_HEADING + "2018-04,A&E attendances,5,2016/17,60\n"
                                "2018-07 to 2018-09,A&E attendances,16,,\n"))  # fmt: skip
    assert [row.months for row in rows] == [(12, 13), (15, 18)]
    assert [(row.base, row.base_value) for row in rows] == [((-12, 0), 60.0)] * 2


def test_a_ceiling_is_compared_on_the_scale_of_the_value(tmp_path: Path) -> None:
    """3.3 per cent are 3.36 log points: a fall of 3.35 is within it, one of 3.37 is not."""
    row = "id,measure,system,from_month,to_month,unit,value,standard_error,ceiling,role\nhomes,emergency admissions,"
    within = written(tmp_path, row + "ehch-vanguard,24,36,log points,-3.35,3,3.3,fit\n")
    assert read_targets(within)[0].role == FIT
    with pytest.raises(BadInput, match=r"Allowed: -3\.36 log points or more"):
        read_targets(written(tmp_path, row + "ehch-vanguard,24,36,log points,-3.37,3,3.3,fit\n"))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
