"""`caresim network`: run a network file on its own."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import click

from caresim.options import WholeNumber
from caresim.screen import show, tell


def _schema(context: click.Context, _option: click.Parameter, asked: bool) -> None:
    """Print the schema and end, before a file is asked for."""
    if not asked or context.resilient_parsing:
        return
    from scenarios.schema.network import network_schema

    show(json.dumps(network_schema(), indent=2, ensure_ascii=False))
    context.exit()


@click.command("network")
@click.argument("file", metavar="FILE")
@click.option("--schema", is_flag=True, is_eager=True, expose_value=False, callback=_schema,
              help="Print the JSON Schema of network files, for an editor, and nothing else.")
@click.option("--runs", "-n", metavar="N", type=WholeNumber(), help="Independent runs, instead of those of the file.")
@click.option("--seed", metavar="N", type=WholeNumber(), help="Instead of the seed of the file.")
@click.option("--jobs", metavar="N", type=WholeNumber(), help="Runs at the same time; one for each core if left out.")
@click.option("--engine", metavar="NAME", help="What runs it; all engines give the same rows.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER",
              help="A new folder for tables (CSV, JSON), the drawing and a copy of the file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print the results and nothing else.")
def command(
    file: str,
    runs: int | None,
    seed: int | None,
    jobs: int | None,
    engine: str | None,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Run a network of settings, places and queues, with no population.

    FILE is a network file of yours or a shipped one: caresim list networks. docs/networks.md explains the file.
    """
    from caresim.networks import network, refuse_folder
    from outputs import network_document, network_tables
    from outputs.words import symbols_for

    if out is not None:
        refuse_folder(out)
    result = network(file, runs=runs, seed=seed, engine=engine, jobs=jobs, progress=not (quiet or as_json))
    if out is not None:
        asked = [f"--runs {runs}" if runs else "", f"--seed {seed}" if seed else ""]
        words = " ".join(["caresim network", shlex.quote(file), *(part for part in asked if part)])
        network_document.write_network(out, result, words)
    if as_json:
        show(network_document.to_text(network_document.document(result)))
        return
    show(network_tables.screen(result, symbols_for(sys.stdout.encoding)))
    if out is not None and not quiet:
        tell(f"Results are in {out}")
