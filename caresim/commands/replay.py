"""`caresim replay`: one person's life in two plans."""

from __future__ import annotations

import json
from pathlib import Path

import click

from caresim.options import one_run_options
from caresim.screen import show, tell


@click.command("replay")
@click.argument("scenario", metavar="SCENARIO")
@click.option("--person", type=click.IntRange(min=0), metavar="ID",
              help="Whom to look at; if left out, somebody whom a team reached and whose admissions differ most.")
@click.option("--reference", metavar="SCENARIO", help="The other plan; do-nothing if left out.")
@one_run_options
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE",
              help="Also write the table as a piece of a page.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print the lives and nothing else.")
def command(scenario: str, html: Path | None, as_json: bool, quiet: bool, **given: object) -> None:
    """Show one person's life in a plan and in doing nothing, side by side, and where the two part."""
    from caresim.replaying import replay
    from outputs.replay import document, fragment, on_screen
    from scenarios.messages import BadInput, Message

    if html is not None and html.exists():
        text = "This is there already, and nothing is overwritten. Name another file."
        raise BadInput([Message("", 0, "--html", str(html), text=text, label="option")])
    found = replay(scenario, quiet=quiet or as_json, **given)  # type: ignore[arg-type]
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(fragment(found), encoding="utf-8")
    show(json.dumps(document(found), indent=2, ensure_ascii=False) if as_json else on_screen(found))
    if html is not None and not (quiet or as_json):
        tell(f"The table is in {html}")
