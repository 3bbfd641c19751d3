"""Workbooks: a place and a plan in Excel, and what Excel does to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from scenarios.catalogue import find
from scenarios.evidence import load
from scenarios.messages import BadInput
from scenarios.place_files import PlaceFiles, write_place_files
from scenarios.places import read_place
from scenarios.resolve import resolve

Rows = Sequence[Sequence[object]]
PEOPLE: Rows = (("age_from", "age_to", "sex", "deprivation_fifth", "people"), (0, 64, "F", 1, 9000),
                (65, None, "all", None, 2000))
FACTS: Rows = (("key", "value"), ("title", "Anytown"), ("year", "2024/25"))
PLAN: Rows = (
    ("service", "key", "value"), (None, "title", "Two teams"), (None, "place", "england-average-25k"),
    (None, "run", "April 2015 to March 2020"), (None, "price year", "2016/17"), ("care-home-teams", None, None),
    ("extensivist-teams", "caseload", 350), ("extensivist-teams", "teams > Apr 2017", 0.5),
    ("extensivist-teams", "teams > Oct 2017", 1), ("extensivist-teams", "cost > running", "£600,000 a year per team"),
    ("extensivist-teams", "effects > acute crises, months 1-12", "+5 % (0 % to +10 %)"),
    ("extensivist-teams", "evidence", "E103, E106"), ("neighbourhood-networks", None, "off"),
)
YAML = """\
title: Two teams
place: england-average-25k
run: April 2015 to March 2020
price_year: 2016/17
use:
  care-home-teams:
  extensivist-teams:
    caseload: 350
    teams: {Apr 2017: 0.5, Oct 2017: 1}
    cost:
      running: £600,000 a year per team
    effects:
      acute crises, months 1-12: +5 % (0 % to +10 %)
    evidence: [E103, E106]
  neighbourhood-networks: off
"""


def workbook(path: Path, **sheets: Rows) -> Path:
    """A workbook with these sheets."""
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def changed(rows: Rows, cell: tuple[int, int], value: object) -> Rows:
    """The same rows with one cell, by row and column from 1, changed."""
    made = [list(row) for row in rows]
    made[cell[0] - 1][cell[1] - 1] = value
    return made


def said_about(path: Path) -> str:
    """What is said of a place that cannot be read."""
    found = find("place", str(path))
    assert found is not None
    with pytest.raises(BadInput) as caught:
        read_place(found)
    return str(caught.value)


def test_a_place_may_be_a_workbook(tmp_path: Path) -> None:
    """Its sheets stand for the three files."""
    beds: Rows = (("service", "beds", "from"), ("acute_beds", 44, None), ("assessment beds", 9, datetime(2027, 4, 1)))
    path = workbook(tmp_path / "anytown.xlsx", place=FACTS, population=PEOPLE, beds=beds)
    found = find("place", str(path))
    assert found is not None
    place = read_place(found)
    assert (place.id, place.title, place.year, place.people) == ("anytown", "Anytown", "2024/25", 11_000)
    assert (place.services["acute_beds"], place.services["assessment_beds"]) == (44.0, 9.0)


def test_a_title_over_merged_cells_does_no_harm(tmp_path: Path) -> None:
    """The row with the columns' names is found below it."""
    path = workbook(tmp_path / "anytown.xlsx", place=FACTS,
                    population=(("Population of Anytown, 2024", None), (None,), *PEOPLE))
    found = find("place", str(path))
    assert found is not None
    assert read_place(found).people == 11_000


def test_a_new_place_reads_back_the_same_from_text_and_from_the_workbook(tmp_path: Path) -> None:
    """The folder and the workbook in it are one place."""
    folder = tmp_path / "my-place"
    folder.mkdir()
    write_place_files(folder, PlaceFiles("my-place", 30_000, "2024/25"), load())
    places = [find("place", str(path)) for path in (folder, folder / "my-place.xlsx")]
    text, book = (read_place(found) for found in places if found is not None)
    assert text == book
    assert text.people == 30_000


def test_a_plan_in_a_sheet_is_the_plan_in_a_file(tmp_path: Path) -> None:
    """Cell for line, nothing else differs."""
    (tmp_path / "text.yaml").write_text(YAML, encoding="utf-8")
    sheet = resolve(str(workbook(tmp_path / "sheet.xlsx", plan=PLAN)))
    text = resolve(str(tmp_path / "text.yaml"))
    assert (sheet.title, sheet.place, sheet.window, sheet.price_year) == (
        text.title, text.place, text.window, text.price_year)
    assert sheet.interventions == text.interventions
    assert str(sheet.origins["extensivist-teams.caseload"]).endswith("sheet.xlsx, sheet plan, cell B7")


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ((7, 3), "many", ("cell C7", 'found "many"', "people per team")),
        ((7, 2), "case load per head", ("cell B7", "case load per head", "There is no such key")),
        ((11, 2), "effects > acute crisis, months 1-12", ("cell B11", 'did you mean "acute crises, months 1-12"')),
        ((8, 2), "teams >", ("cell B8", "both sides")),
        ((2, 2), None, ("cell C2", "no key in front")),
        ((10, 3), "600000", ("cell C10", "£ sign")),
        ((6, 1), "care-home-team", ("cell A6", 'did you mean "care-home-teams"')),
        ((9, 2), "teams > Apr 2017", ("cell B9", "twice")),
        ((11, 2), "effects: acute crises", ("cell B11", 'did you mean "effects > acute crises"')),
        ((10, 2), "cost", ("cell C10", 'rows of its own, "cost > set_up" and so on')),
    ],
)
def test_a_slip_in_a_plan_names_its_cell(
    tmp_path: Path, cell: tuple[int, int], value: object, words: Sequence[str]
) -> None:
    """And what to write instead."""
    path = workbook(tmp_path / "plan.xlsx", plan=changed(PLAN, cell, value))
    with pytest.raises(BadInput) as caught:
        resolve(str(path))
    for word in words:
        assert word in str(caught.value)


def test_months_typed_into_excel_are_months(tmp_path: Path) -> None:
    """Excel keeps "Apr 2017" as a date; it is read as the month that it shows."""
    rows = changed(PLAN, (4, 2), "run")
    book = workbook(tmp_path / "plan.xlsx", plan=[*rows, (None, "starts", None)])
    opened = load_workbook(book)
    cell = opened["plan"].cell(len(PLAN) + 1, 3)
    cell.value, cell.number_format = datetime(2017, 4, 1), "mmm yyyy"
    opened.save(book)
    assert resolve(str(book)).window.change.isoformat() == "2017-04-01"


@pytest.mark.parametrize(
    ("cell", "value", "number_format", "words"),
    [
        ((2, 1), datetime(2024, 10, 14), "d-mmm", ("cell A2", "age band 10-14 into a date", "Put 10 in age_from")),
        ((2, 5), "*", "@", ("cell E2", "suppressed: 3")),
        ((2, 5), "about 9000", "@", ("cell E2", 'found "about 9000"')),
        ((3, 1), "Total", "@", ("row 3", "count everybody twice")),
        ((3, 1), 0, "0", ("cell A3", "already counted on row 2")),
        ((2, 3), "X", "@", ("cell C2", "F, M or all")),
        ((2, 4), 9, "0", ("cell D2", "Tenths are not fifths")),
        ((2, 5), "#REF!", "@", ("cell E2", "error of a formula")),
        ((2, 5), "=SUM(A1:A3)", "0", ("cell E2", "This formula has no result")),
        ((1, 5), "persons", "@", ("persons", "There is no such column")),
    ],
)
def test_each_thing_that_excel_does_has_its_message(
    tmp_path: Path, cell: tuple[int, int], value: str | int | datetime, number_format: str, words: Sequence[str]
) -> None:
    """With the cell, and what to do."""
    path = workbook(tmp_path / "anytown.xlsx", place=FACTS, population=PEOPLE)
    opened = load_workbook(path)
    target = opened["population"].cell(*cell)
    target.value, target.number_format = value, number_format
    opened.save(path)
    said = said_about(path)
    for word in words:
        assert word in said, said
    assert "Nothing was run" in said


def test_numbers_kept_as_text_with_commas_are_numbers(tmp_path: Path) -> None:
    """"1,234" typed as text is 1,234 people."""
    path = workbook(tmp_path / "anytown.xlsx", place=FACTS, population=changed(PEOPLE, (2, 5), " 1,234 "))
    found = find("place", str(path))
    assert found is not None
    assert read_place(found).people == 3_234


def test_cells_merged_down_a_table_are_refused_and_those_of_a_title_are_not(tmp_path: Path) -> None:
    """Only the first row has the value; it is said which cells, and what to do."""
    title = (("Population of Anytown, 2024", None), (None, None), *PEOPLE)
    path = workbook(tmp_path / "anytown.xlsx", place=FACTS, population=title)
    opened = load_workbook(path)
    opened["population"].merge_cells("A1:E2")
    opened.save(path)
    found = find("place", str(path))
    assert found is not None
    assert read_place(found).people == 11_000
    opened["population"]["G4"] = "A note beside the table"
    opened["population"].merge_cells("G4:G5")
    opened.save(path)
    found = find("place", str(path))
    assert found is not None
    assert read_place(found).people == 11_000
    opened["population"].merge_cells("C4:C5")
    opened.save(path)
    said = said_about(path)
    assert "sheet population, cell C5" in said
    assert "Cells C4:C5 are merged" in said
    assert "Unmerge them" in said


def test_a_service_merged_over_its_rows_is_refused(tmp_path: Path) -> None:
    """Or the rows below the first would be about the plan as a whole."""
    path = workbook(tmp_path / "plan.xlsx", plan=PLAN)
    opened = load_workbook(path)
    opened["plan"].merge_cells("A7:A9")
    opened.save(path)
    with pytest.raises(BadInput, match=r"sheet plan, cell A8(.|\n)*Cells A7:A9 are merged"):
        resolve(str(path))


def test_a_missing_sheet_is_named(tmp_path: Path) -> None:
    """With the sheets that there are."""
    said = said_about(workbook(tmp_path / "anytown.xlsx", place=FACTS, populations=PEOPLE))
    assert 'sheet population: did you mean "populations"?' in said
    assert "It has: place, populations" in said


@pytest.mark.parametrize(("name", "word"), [("old.xls", "old Excel format"), ("sheet.ods", "OpenDocument")])
def test_other_formats_are_named_and_refused(tmp_path: Path, name: str, word: str) -> None:
    """Each by what it is, with what to do."""
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    assert word in said_about(tmp_path / name)


def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    """Locked, damaged, or something else under this name."""
    (tmp_path / "locked.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 encrypted")
    assert "perhaps it has a password" in said_about(tmp_path / "locked.xlsx")
