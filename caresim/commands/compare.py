"""`caresim compare`: plans beside doing nothing."""

from __future__ import annotations

import click

from caresim.options import Choices, study_options


@click.command("compare")
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, required=True)
@click.option("--attribute", is_flag=True,
              help="Also share out what several services do together (a+b) among them; takes more runs.")
@study_options
def command(scenarios: tuple[str, ...], choices: Choices) -> None:
    """Run plans on the same people and show what differs.

    SCENARIO is a shipped name, a file of yours, or a+b for both at once. The first is what the others are compared
    with; a single one is compared with doing nothing.
    """
    from caresim.running import Asked, show_study

    show_study(Asked("compare", scenarios, choices), compared=True)
