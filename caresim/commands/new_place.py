"""`caresim new-place`: a place of one's own, as a folder of files to overwrite."""

from __future__ import annotations

from pathlib import Path

import click

from caresim.screen import show

FEWEST, MOST = 1_000, 60_000_000


@click.command("new-place")
@click.argument("name", metavar="NAME")
@click.option("--people", default=250_000, show_default=True, metavar="NUMBER", help="How many people live there.")
@click.option("--year", default="2016/17", show_default=True, metavar="YEAR", help="Financial year of its numbers.")
def command(name: str, people: int, year: str) -> None:
    """Write a folder NAME with the files of a place to start from: people, services, and both as a workbook."""
    folder = new_place(Path(name), people, year)
    show(f"Wrote {folder.as_posix()}: place.yaml, population.csv, beds.csv, README.md, and all as {folder.name}.xlsx. "
         f"Overwrite what you know, then: caresim check do-nothing --place {folder.as_posix()}")


def new_place(folder: Path, people: int, year: str) -> Path:
    """Write the folder of a new place and return where it is.

    Raises:
        BadInput: when there is such a folder already, it cannot be written, or a number makes no sense; nothing is
            written then.
    """
    from scenarios.catalogue import find
    from scenarios.evidence import load
    from scenarios.messages import BadInput, Message
    from scenarios.place_files import PlaceFiles, write_place_files
    from scenarios.units import Unreadable, financial_year

    if not folder.name or folder.suffix:
        raise BadInput([Message("caresim new-place", 0, "", str(folder), "a name such as my-place")])
    shipped = find("place", folder.name)
    if shipped is not None and shipped.shipped:
        text = "A place of this name comes with caresim. Choose another name."
        raise BadInput([Message("caresim new-place", 0, "", folder.name, text=text)])
    if folder.exists():
        raise BadInput([Message(str(folder), 0, "", text="This exists, and is not overwritten. Choose a new name.")])
    if not FEWEST <= people <= MOST:
        allowed = f"a number from {FEWEST:,} to {MOST:,}"
        raise BadInput([Message("", 0, "--people", f"{people:,}", allowed, label="option")])
    try:
        year = financial_year(year)
    except Unreadable as error:
        raise BadInput([Message("", 0, "--year", year, error.allowed, label="option")]) from None
    try:
        folder.mkdir(parents=False)
        write_place_files(folder, PlaceFiles(folder.name, people, year), load())
    except OSError as error:
        raise BadInput([Message(str(folder), 0, "", text=f"It cannot be written: {error.strerror}.")]) from None
    return folder
