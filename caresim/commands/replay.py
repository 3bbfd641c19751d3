"""`caresim replay`: one person's life in two plans."""

from __future__ import annotations

import json
from pathlib import Path

import click

from caresim.options import DEFAULT_ENGINE, DEFAULT_SEED, WholeNumber
from caresim.screen import show, tell


@click.command("replay")
@click.argument("scenario", metavar="SCENARIO")
@click.option("--person", type=click.IntRange(min=0), metavar="ID",
              help="Whom to look at; if left out, somebody whom a team reached and whose admissions differ most.")
@click.option("--reference", metavar="SCENARIO", help="The other plan; do-nothing if left out.")
@click.option("--place", metavar="NAME", help="A shipped place or a folder of yours, instead of the plan's own.")
@click.option("--run", default=1, show_default=True, type=WholeNumber(), metavar="N", help="Which run of a study.")
@click.option("--seed", default=DEFAULT_SEED, show_default=True, metavar="N", type=WholeNumber(),
              help="Of the study.")
@click.option("--engine", default=DEFAULT_ENGINE, show_default=True, metavar="NAME",
              help="What runs the model: compiled, or simpy, which is slow and gives the same lives.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Change one value.")
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
