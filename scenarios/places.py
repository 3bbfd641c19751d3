"""Reads a place: a folder with `place.yaml`, `population.csv` and perhaps `beds.csv`."""

from __future__ import annotations

import re
from collections.abc import Mapping as AnyMapping
from datetime import date
from pathlib import Path

from scenarios import units
from scenarios.catalogue import Found, require
from scenarios.checking import checked
from scenarios.evidence import load
from scenarios.excel_reader import is_workbook, read_sheet
from scenarios.kinds_of_homes import split_places
from scenarios.memory import too_large_for_memory
from scenarios.messages import BadInput, Message, nearest
from scenarios.pools import average_services, places_at, pool_names
from scenarios.resolved import Place, Plan, PopulationCell, Sex
from scenarios.schema.fields import ALWAYS
from scenarios.schema.place import BY_AGE, PlaceFile
from scenarios.services_by_age import bed_people, services_by_age
from scenarios.tables import Cells, Table, looks_like_excel_date, open_table
from scenarios.units import Unreadable, plain
from scenarios.who import OLDEST
from scenarios.yaml_reader import Mapping as AnyTree
from scenarios.yaml_reader import canonical

SEXES: dict[str, Sex] = {
    "f": "F", "female": "F", "females": "F", "women": "F", "m": "M", "male": "M", "males": "M", "men": "M",
    "all": "all", "persons": "all", "both": "all", "": "all",
}
COLUMNS = ("age_from", "age_to", "sex", "deprivation_fifth", "people")
BEDS_FILE = "beds.csv"
POPULATION_SHEET, BEDS_SHEET = "population", "beds"
MIDDLE_OF_YEAR = (10, 1)
"""Month and day in the middle of a financial year."""
TEMPLATE = "(template: caresim new-place my-place)"


def read_place(found: Found) -> Place:
    """The place that a file or folder describes; services not given are England's average for its people.

    Raises:
        BadInput: with everything wrong in its files.
    """
    tree = found.read()
    said, messages = checked(PlaceFile, tree)
    if said is None:
        raise BadInput(messages)
    path, shown = _table_of(found, said.population)
    cells = read_population(path, shown, said.suppressed)
    people = sum(cell.people for cell in cells)
    too_large = too_large_for_memory(people)
    if too_large:
        raise BadInput([Message(shown, 0, "people", text=too_large, label="column")])
    agreed = _contracts_of(found, said, tree)
    plans = {**said.services, **_read_beds(found, said)}
    own_year = date(int(said.year[:4]), *MIDDLE_OF_YEAR)
    usual = services_by_age(cells, load()) if said.services_for == BY_AGE else average_services(people, load())
    usual = split_places(usual, said.residents_in_residential_homes)
    services = usual | {pool: places_at(plan, own_year) for pool, plan in plans.items()}
    growth = {"demography": said.growth.demography, "residual": said.growth.residual}
    dated = {pool: plan for pool, plan in plans.items() if plan[0][0] != ALWAYS or len(plan) > 1}
    return Place(found.id, said.title, said.year, cells, services, said.network, growth,
                 bed_people=bed_people(cells, load()) if said.services_for == BY_AGE else None,
                 levels={**said.match, **said.today}, ran=said.ran, ran_sources=said.ran_sources,
                 assumed=said.assumed, plans=dated, contracts=agreed,
                 residential_share=said.residents_in_residential_homes)


def _contracts_of(found: Found, said: PlaceFile, tree: AnyTree) -> str:
    """The contracts that a place names: a shipped name, or a file of its own folder as written from here."""
    if not said.contracts:
        return ""
    origin = tree.entries["contracts"].value.origin
    agreed = require("contract", said.contracts, origin, "contracts", found.path.parent)
    return agreed.id if agreed.shipped else agreed.shown


def read_population(path: Path, shown: str, suppressed: float | None) -> tuple[PopulationCell, ...]:
    """People by age band, sex and deprivation fifth.

    Args:
        path: a table with columns age_from, age_to, sex, deprivation_fifth, people (sex and fifth may be left out).
        shown: its name in messages.
        suppressed: how many people "*" stands for, or None when nobody said.

    Raises:
        BadInput: with everything wrong in the table.
    """
    table = open_table(path, shown, COLUMNS, ("age_from", "people"), POPULATION_SHEET)
    cells = [_read_cell(table, row, suppressed) for row in table.rows]
    messages = table.messages()
    if not messages:
        messages = _counted_twice(table, cells)
    if not messages and sum(cell.people for cell in cells) <= 0:
        messages = [Message(shown, 0, "people", "0", text="Nobody lives here.", label="column")]
    if messages:
        raise BadInput(messages)
    return tuple(cells)


def _read_cell(table: Table, row: Cells, suppressed: float | None) -> PopulationCell:
    age_from = table.read(row, "age_from", _age, 0)
    age_to = table.read(row, "age_to", _last_age, None)
    if age_to is not None and age_to < age_from:
        table.object(row, "age_to", Unreadable(f"an age of at least {age_from}", "The band ends before it begins."))
    everybody: Sex = "all"
    sex = table.read(row, "sex", _sex, everybody)
    fifth = table.read(row, "deprivation_fifth", _fifth, 0)
    people = table.read(row, "people", lambda text: _people(text, suppressed), 0.0)
    return PopulationCell(age_from, age_to, sex, fifth, people)


def _age(text: str) -> int:
    if looks_like_excel_date(text):
        raise Unreadable("", f"{_band_behind(text)}\n{TEMPLATE}.", alike="Excel")
    match = re.fullmatch(r"(\d+) ?(?:-|to) ?(\d+)", plain(text))
    if match:
        text = f"Put {match.group(1)} in age_from and {match.group(2)} in age_to {TEMPLATE}."
        raise Unreadable("", text, alike="band")
    if re.fullmatch(r"\d+ ?(?:\+|and over)", plain(text)):
        raise Unreadable("", f"Put the age in age_from and leave age_to empty {TEMPLATE}.")
    if not re.fullmatch(r"\d{1,3}", text) or int(text) > OLDEST:
        raise Unreadable(f"a whole number of years from 0 to {OLDEST}")
    return int(text)


def _band_behind(text: str) -> str:
    """What to put instead of a band that Excel took for a date: 14-Oct is 10-14."""
    match = re.fullmatch(r"(\d{1,2})-([a-z]{3})", plain(text))
    names = [name[:3] for name in units.MONTHS]
    if match is None or match.group(2) not in names:
        return "Excel has turned an age band into a date. Put its first age in age_from and its last in age_to"
    first, last = sorted((names.index(match.group(2)) + 1, int(match.group(1))))
    return f"Excel has turned the age band {first}-{last} into a date. Put {first} in age_from and {last} in age_to"


def _last_age(text: str) -> int | None:
    return None if plain(text) in ("", "+", "and over") else _age(text)


def _sex(text: str) -> Sex:
    sex = SEXES.get(plain(text))
    if sex is None:
        raise Unreadable("F, M or all", nearest=nearest(text, ("F", "M", "all", "female", "male")))
    return sex


def _fifth(text: str) -> int:
    if plain(text) in ("", "all"):
        return 0
    if not re.fullmatch("[0-5]", text):
        raise Unreadable("1 (most deprived) to 5 (least), or empty for all together", _tenth(text))
    return int(text)


def _tenth(text: str) -> str:
    return "Tenths are not fifths: add 1 and 2, 3 and 4, and so on." if re.fullmatch("[6-9]|10", text) else ""


def _people(text: str, suppressed: float | None) -> float:
    if not text:
        raise Unreadable("a number of people", "Nothing stands here. Where cells were merged, only the first one has "
                         "the number: split them.")
    if text == "*":
        if suppressed is None:
            raise Unreadable("", '"*" stands for a number too small to print. Say in place.yaml, or on the sheet '
                                 'place, what to take for it, for example "suppressed: 3".')
        return suppressed
    if looks_like_excel_date(text):
        raise Unreadable("a number of people", "Excel has turned a number into a date.")
    return units.amount(text)


def _counted_twice(table: Table, cells: list[PopulationCell]) -> list[Message]:
    """Messages for cells that hold the same people as an earlier one."""
    messages = []
    seen: dict[int, list[tuple[int, PopulationCell]]] = {}
    for row, cell in zip(table.rows, cells, strict=True):
        last = OLDEST if cell.age_to is None else min(cell.age_to, OLDEST)
        earlier = next((line for age in range(cell.age_from, last + 1) for line, other in seen.get(age, ())
                        if _share_people(cell, other)), None)
        if earlier is not None:
            text = f"These people are already counted on {table.line_word} {earlier}."
            messages.append(Message(*table.location(row.line, "age_from"), "age_from", row.cells.get("age_from", ""),
                                    text=text, label="column"))
            continue
        for age in range(cell.age_from, last + 1):
            seen.setdefault(age, []).append((row.line, cell))
    return messages


def _share_people(first: PopulationCell, second: PopulationCell) -> bool:
    return (first.sex == second.sex or "all" in (first.sex, second.sex)) and (
        first.deprivation_fifth == second.deprivation_fifth
        or 0 in (first.deprivation_fifth, second.deprivation_fifth)
    )


def _read_beds(found: Found, said: PlaceFile) -> AnyMapping[str, Plan]:
    """Places from the table of beds; a pool given in place.yaml as well is objected to."""
    path, shown = _table_of(found, said.beds or BEDS_FILE)
    if not said.beds and not _has_beds(path, shown):
        return {}
    table = open_table(path, shown, ("service", "beds", "from"), ("service", "beds"), BEDS_SHEET)
    plans: dict[str, Plan] = {}
    for row in table.rows:
        pool = table.read(row, "service", _pool, "")
        begins = table.read(row, "from", _begins, ALWAYS)
        beds = table.read(row, "beds", units.amount, 0.0)
        if pool in said.services:
            table.object(row, "service", Unreadable("", "This service is also in place.yaml; keep one of the two."))
        elif pool in plans and plans[pool][-1][0] >= begins:
            table.object(row, "from", Unreadable("for each service one line a month, in order",
                                                 "This service has a line above from the same month or later."))
        plans[pool] = (*plans.get(pool, ()), (begins, beds))
    messages = table.messages()
    if messages:
        raise BadInput(messages)
    return plans


def _begins(text: str) -> date:
    return units.month(text) if text else ALWAYS


def _pool(text: str) -> str:
    pools = pool_names(load())
    if canonical(text) not in pools:
        raise Unreadable(", ".join(pools), nearest=nearest(canonical(text), pools))
    return canonical(text)


def _has_beds(path: Path, shown: str) -> bool:
    """Whether there is a table of beds although nobody named one."""
    if is_workbook(path):
        return path.is_file() and read_sheet(path, shown, BEDS_SHEET) is not None
    return path.is_file()


def _table_of(found: Found, name: str) -> tuple[Path, str]:
    """A table of a place, and its name in messages: a file beside place.yaml, or the workbook that the place is."""
    if is_workbook(found.path):
        return found.path, found.shown
    return found.path.parent / name, _beside(found, name)


def _beside(found: Found, name: str) -> str:
    """How a file beside place.yaml is shown."""
    if found.shipped:
        return f"{found.shown}/{name}"
    return (Path(found.shown).parent / name).as_posix()
