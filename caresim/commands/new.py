"""`caresim new`: a plan of one's own, as a short file to edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from caresim.screen import show

if TYPE_CHECKING:
    from scenarios.resolved import Resolved

SUFFIX = ".yaml"
KEYS_TO_EDIT = ("teams_per_100000", "caseload", "who", "chosen_by", "cost", "effects")
"""Keys of a shipped intervention that a planner is likely to change."""
HEAD = """\
# A plan for caresim. Look for mistakes: caresim check {file}    Run it: caresim compare {file}
title: {title}
question: {question}
place: {place}    # caresim list places
run: {run}    # begins at least a year before the first team
starts: {starts}    # month 1 of what is used below
price_year: {price_year}
use:    # all run together; write off after a name to leave it out
"""


@click.command("new")
@click.argument("name", metavar="NAME")
@click.option("--from", "source", default="extensivist-teams", show_default=True, metavar="SCENARIO",
              help="Shipped scenario to start from: caresim list scenarios.")
@click.option("--place", default="england-average-25k", show_default=True, metavar="PLACE",
              help="Place that the plan is for: caresim list places.")
def command(name: str, source: str, place: str) -> None:
    """Write a plan to start from, as NAME.yaml in this folder."""
    path = write_plan(Path(name), source, place)
    show(f"Wrote {path}. Edit it, then: caresim check {path}")


def write_plan(path: Path, source: str, place: str) -> Path:
    """Write a copy of a shipped scenario for a user to edit and return where it is.

    Raises:
        BadInput: when the file exists, or there is no such scenario or place; nothing is written then.
    """
    from scenarios.messages import BadInput, Message
    from scenarios.resolve import resolve

    if not path.name:
        raise BadInput([Message("caresim new", 0, "", str(path), "a name such as my-plan")])
    path = path if path.suffix in (".yaml", ".yml") else path.with_name(path.name + SUFFIX)
    if path.exists():
        raise BadInput([Message(str(path), 0, "", text="This file exists, and is not overwritten. Choose a new name.")])
    text = plan_text(path, resolve(source, place=place), place)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise BadInput([Message(str(path), 0, "", text=f"It cannot be written: {error.strerror}.")]) from None
    return path


def plan_text(path: Path, scenario: Resolved, place: str) -> str:
    """The text of a plan that says what a scenario does."""
    from scenarios.wording import month, period

    title = path.stem.replace("-", " ").replace("_", " ").strip()
    head = HEAD.format(
        file=path.as_posix(),
        title=title[:1].upper() + title[1:],
        question=scenario.question,
        place=place,
        run=period(scenario.window.start, scenario.window.end),
        starts=month(scenario.window.change),
        price_year=scenario.price_year,
    )
    blocks = [f"  {plan.id}:\n{_indented(_lines_to_edit(plan.id))}" for plan in scenario.interventions]
    return head + ("".join(blocks) or "  # extensivist-teams:\n")


def _lines_to_edit(intervention: str) -> list[str]:
    """Lines of a shipped intervention's file that a planner is likely to change, comments included."""
    from scenarios.catalogue import find

    found = find("intervention", intervention)
    if found is None or not found.shipped:
        return []
    kept, keep = [], False
    for line in found.path.read_text(encoding="utf-8").splitlines():
        if line and not line[0].isspace():
            keep = line.partition(":")[0] in KEYS_TO_EDIT
        if keep and line:
            kept.append(line)
    return kept


def _indented(lines: list[str]) -> str:
    return "".join(f"    {line}\n" for line in lines)
