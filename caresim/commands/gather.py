"""`caresim gather`: the shards of a study, run by machines that did not know of each other, become one study."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("gather")
@click.argument("folders", metavar="[FOLDER]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Where to put the results; a new folder in results/ if left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print the results and nothing else.")
def command(folders: tuple[Path, ...], out: Path | None, as_json: bool, quiet: bool) -> None:
    """Join the shards of a study, compare, and write its results.

    FOLDER is a folder in which shards were run with --out; results/ if left out. Nothing is simulated: shards that are
    not finished are named, with the command that finishes them. The plan files must be here as they were.
    """
    from caresim.gathering import gather

    gather(folders, out, as_json=as_json, quiet=quiet)
