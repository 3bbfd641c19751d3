"""`caresim pack`: a study as one file for a colleague."""

from __future__ import annotations

from pathlib import Path

import click

from caresim.screen import show, tell


@click.command("pack")
@click.argument("study", metavar="[STUDY]", required=False)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE",
              help="Name of the zip; beside the study if left out.")
def command(study: str | None, out: Path | None) -> None:
    """Make one zip of finished results: reports, charts, data, inputs and the command that makes them again.

    STUDY is a folder, or how its name in results/ begins; the latest if left out. Whoever unpacks it opens
    report.html, or README.txt where there is no report; caresim report and caresim rerun work on an unpacked study of
    compare and run.
    """
    from caresim.packing import pack
    from caresim.results import find_study, first_page

    folder = find_study(study, "caresim pack")
    path, megabytes = pack(folder, out)
    show(str(path))
    tell(f"{megabytes:.1f} MB. Unpack it and open {first_page(folder).name}.")
