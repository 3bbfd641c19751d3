"""`caresim discover`: in which conditions a plan fails."""

from __future__ import annotations

import click

from caresim.options import Choices, many_runs_options


@click.command("discover")
@click.argument("scenario", metavar="SCENARIO")
@click.option("--fails", multiple=True, metavar="CONDITION",
              help='What counts as failing: "emergency admissions >= do nothing - 1 %"; if left out, not paying for '
                   "itself and not slowing the growth of admissions. May be given more than once.")
@many_runs_options
def command(scenario: str, fails: tuple[str, ...], choices: Choices) -> None:
    r"""Find out in which conditions a plan fails, and what would be worth knowing before choosing it.

    SCENARIO is a shipped name, a file of yours, or a+b. Each run draws what the plan assumes from its ranges; the
    conditions are those that tell the runs in which it fails from the others, in words.

    \b
    Example: caresim discover extensivist-teams --place england-average-25k
    """
    from caresim.asking import ask
    from caresim.discovering import question_of

    ask(question_of(scenario, fails=fails, choices=choices))
