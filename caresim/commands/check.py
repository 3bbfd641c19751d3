"""`caresim check`: mistakes in a plan, and what to know before it is run."""

from __future__ import annotations

import textwrap

import click

from caresim.columns import WIDTH
from caresim.screen import show

SAID = {"warning": "CHECK: ", "note": "Note: "}


@click.command("check")
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, required=True)
@click.option("--place", metavar="NAME", help="A shipped place or a folder of yours, instead of the plan's own.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Change one value first.")
def command(scenarios: tuple[str, ...], place: str | None, settings: tuple[str, ...]) -> None:
    """Look for mistakes in plans, without running anything.

    Ends with exit code 2 when a plan cannot be used, and 1 when something in it should be looked at first.
    """
    from caresim.errors import CheckFailed
    from caresim.study import findings_about
    from scenarios.resolve import resolve_together

    settled = resolve_together(scenarios, place=place, overrides=settings)
    findings = findings_about(settled)
    for scenario in settled:
        teams = ", ".join(plan.title.lower() for plan in scenario.interventions) or "nothing changed"
        people = f"{scenario.place.people:,} people"
        show(f"{scenario.id}: no mistakes found ({teams}; {scenario.place.id}, {people}).")
    for finding in findings:
        said = SAID[finding.severity]
        show("\n".join(textwrap.wrap(said + finding.text, WIDTH, subsequent_indent="  ")))
    if any(finding.severity == "warning" for finding in findings):
        raise CheckFailed
