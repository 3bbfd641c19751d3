"""`caresim run`: one plan, with nothing beside it."""

from __future__ import annotations

import click

from caresim.options import Choices, study_options


@click.command("run")
@click.argument("scenario", metavar="SCENARIO")
@study_options
def command(scenario: str, choices: Choices) -> None:
    """Run one plan and show its levels.

    SCENARIO is a shipped name, a file of yours, or a+b for both at once.
    """
    from caresim.running import Asked, show_study

    show_study(Asked("run", (scenario,), choices), compared=False)
