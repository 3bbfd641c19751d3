"""`caresim export`: the event log of one run, for other programs, or a film of it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from caresim.options import DEFAULT_ENGINE, DEFAULT_SEED, WholeNumber
from caresim.screen import tell

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("export")
@click.argument("scenario", metavar="SCENARIO")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--form", default="log", show_default=True, metavar="NAME",
              help="log, vidigi, pm4py, bupar or film; see below.")
@click.option("--people", default="", metavar="N", help='A sample: 1000 people, or "5%" of them; all if left out.')
@click.option("--person", "persons", multiple=True, type=int, metavar="ID", help="Only this person; more than once.")
@click.option("--from", "first", type=DAY, metavar="DATE", help="First day, such as 2018-01-01.")
@click.option("--to", "end", type=DAY, metavar="DATE", help="Day after the last.")
@click.option("--by-person", is_flag=True, help="A log in order of person and visit, not of time.")
@click.option("--beside", metavar="SCENARIO", help="Another plan, for a film to show beside this one.")
@click.option("--place", metavar="NAME", help="A shipped place or a folder of yours, instead of the plan's own.")
@click.option("--run", default=1, show_default=True, type=WholeNumber(), metavar="N", help="Which run of a study.")
@click.option("--seed", default=DEFAULT_SEED, show_default=True, metavar="N", type=WholeNumber(),
              help="Of the study.")
@click.option("--engine", default=DEFAULT_ENGINE, show_default=True, metavar="NAME",
              help="What runs the model: compiled, or simpy, which is slow and gives the same stays.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Change one value.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing unless something is wrong.")
def command(first: datetime | None, end: datetime | None, quiet: bool, **given: object) -> None:
    r"""Write the event log of one run of a plan to FILE.

    \b
    log      one row a stay: FILE.parquet or FILE.csv
    vidigi   events to animate patient flow: FILE.csv
    pm4py    an interval log for process mining in Python: FILE.parquet or FILE.csv
    bupar    start and complete rows for process mining in R: FILE.csv
    film     how many people are where, day by day: FILE.gif, FILE.html or FILE.mp4
    """
    from caresim.exporting import export
    from caresim.progress import months_shown

    scenario, file = str(given.pop("scenario")), Path(str(given.pop("file")))
    with months_shown(quiet=quiet) as progress:
        rows = export(
            scenario, file, first=_day(first), end=_day(end), progress=progress, **given,  # type: ignore[arg-type]
        )  # fmt: skip
    if not quiet:
        tell(f"{rows:,} stays are in {file}" if given["form"] != "film" else f"The film is {file}")


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
