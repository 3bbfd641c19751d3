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
    """Make one zip of a finished study: report, paper, workbook, data, inputs and the command that makes it again.

    STUDY is a folder, or how its name in results/ begins; the latest if left out. Whoever unpacks it opens report.html;
    caresim report and caresim rerun work on the unpacked folder.
    """
    from caresim.packing import pack
    from caresim.results import find_study

    path, megabytes = pack(find_study(study, "caresim pack"), out)
    show(str(path))
    tell(f"{megabytes:.1f} MB. Unpack it and open report.html.")
