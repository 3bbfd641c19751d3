"""Files of a place of one's own to start from: an average English place of the size asked for, to be overwritten."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.england_population import england_population
from scenarios.evidence import Evidence
from scenarios.excel_reader import column_letters
from scenarios.pools import average_services

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[str | float]]
POPULATION_COLUMNS = ("age_from", "age_to", "sex", "deprivation_fifth", "people")
BEDS_COLUMNS = ("service", "beds", "from")
WIDEST = 60

PLACE_TEXT = """\
# A place of your own. Until you overwrite them, its numbers are England's for {people:,} people.
# Look for mistakes: caresim check do-nothing --place {name}    See how well it fits: caresim match {name}
title: {title}
year: {year}          # financial year of the people and the services below
# match:              # levels that you know; the model is scaled to them
#   emergency admissions: 96.2 per 1,000
#   A&E attendances: 372 per 1,000
#   emergency bed days: 503 per 1,000
# today:              # set beside the days of the model's own year; the run does not start from it
#   beds occupied: 412
#   ready to leave: 57
# suppressed: 3       # what "*" stands for in population.csv
"""

README_TEXT = """\
# {title}

Start: an average English place of {people:,} people. Overwrite what you know; leave the rest.

| file | what it is |
|---|---|
| place.yaml | name, year, the levels that you know |
| population.csv | people by age, sex (F, M or all) and deprivation fifth (1 most deprived; empty: all together) |
| beds.csv | places of each service; `from` (a month) when they change during the run |
| {name}.xlsx | the same as one workbook, and a plan to start from |

Use either the text files or the workbook. `--place {name}` reads the text files; `--place {name}/{name}.xlsx` reads the
workbook. A plan in the workbook's sheet "plan" is run with `caresim compare {name}/{name}.xlsx`.

    caresim check do-nothing --place {name}
    caresim match {name}
    caresim compare care-home-teams --place {name}
"""

PLAN_ROWS = (
    ("", "title", "Care-home teams from April 2017"),
    ("", "question", "What happens to emergency admissions and cost?"),
    ("", "place", "{workbook}"),
    ("", "run", "April 2015 to March 2020"),
    ("", "starts", "April 2017"),
    ("", "price_year", "2016/17"),
    ("care-home-teams", "takes effect after", "3 months"),
    ("extensivist-teams", "", "off"),
)


@dataclass(frozen=True)
class PlaceFiles:
    """What a new place is made of.

    Attributes:
        name: of its folder.
        people: how many live there.
        year: financial year.
    """

    name: str
    people: int
    year: str

    @property
    def title(self) -> str:
        """Its name as a title."""
        words = self.name.replace("-", " ").replace("_", " ").strip()
        return words[:1].upper() + words[1:]


def write_place_files(folder: Path, place: PlaceFiles, evidence: Evidence) -> tuple[Path, ...]:
    """Write the files of a new place into a folder that exists, and say which."""
    words = {"name": place.name, "title": place.title, "people": place.people, "year": place.year}
    population, beds = population_rows(place.people, evidence), beds_rows(place.people, evidence)
    texts = {
        "place.yaml": PLACE_TEXT.format(**words),
        "population.csv": _as_csv([POPULATION_COLUMNS, *population]),
        "beds.csv": _as_csv([BEDS_COLUMNS, *beds]),
        "README.md": README_TEXT.format(**words),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    workbook = folder / f"{place.name}.xlsx"
    _write_workbook(workbook, place, population, beds)
    return (*(folder / name for name in texts), workbook)


def population_rows(people: int, evidence: Evidence) -> list[tuple[str | float, ...]]:
    """Rows of the population table, in its columns' order."""
    return [
        (cell.age_from, "" if cell.age_to is None else cell.age_to, cell.sex, cell.deprivation_fifth, int(cell.people))
        for cell in england_population(people, evidence)
    ]


def beds_rows(people: int, evidence: Evidence) -> list[tuple[str | float, ...]]:
    """Rows of the table of services, in its columns' order."""
    return [
        (service, int(places) if places == int(places) else places, "")
        for service, places in average_services(people, evidence).items()
    ]


def _write_workbook(path: Path, place: PlaceFiles, population: Rows, beds: Rows) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    first = workbook.active
    assert first is not None
    workbook.remove(first)
    facts = (("title", place.title), ("year", place.year))
    plan = [tuple(cell.format(workbook=path.name) for cell in row) for row in PLAN_ROWS]
    for name, heading, rows in (
        ("place", ("key", "value"), facts), ("population", POPULATION_COLUMNS, population),
        ("beds", BEDS_COLUMNS, beds), ("plan", ("service", "key", "value"), plan),
    ):
        _fill(workbook.create_sheet(name), heading, rows)
    workbook.save(path)


def _fill(sheet: Worksheet, heading: Sequence[str], rows: Rows) -> None:
    """Put a table on a sheet; text stays text, so that Excel makes no dates of it."""
    from openpyxl.styles import Font

    for row in (heading, *rows):
        sheet.append(list(row))
    for column, cells in enumerate(sheet.iter_cols(), 1):
        for cell in cells:
            if isinstance(cell.value, str):
                cell.number_format = "@"
        longest = max(len(str(cell.value or "")) for cell in cells)
        sheet.column_dimensions[column_letters(column - 1)].width = min(longest + 2, WIDEST)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def _as_csv(rows: Rows) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
