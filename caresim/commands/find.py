"""`caresim find`: what one value of a plan has to be."""

from __future__ import annotations

import click

from caresim.options import Choices, question_options


@click.command("find")
@click.argument("scenario", metavar="SCENARIO")
@click.option("--vary", required=True, metavar="VALUE",
              help='What may change: "extensivist-teams.teams", "extensivist-teams.acute crises, after month 12".')
@click.option("--from", "first", required=True, metavar="END",
              help='One end of where to look, as --set takes it: "-40%".')
@click.option("--to", "last", required=True, metavar="END", help="The other end.")
@click.option("--until", required=True, metavar="CONDITION",
              help='What shall be so: "emergency admission growth <= 2 % a year by 2030/31", "net cost <= do nothing".')
@click.option("--sure", default="80%", show_default=True, metavar="SHARE", help="In how many futures it shall be so.")
@click.option("--step", metavar="AMOUNT", help="How finely to look; about a thirtieth of the range if left out.")
@question_options
def command(
    scenario: str, vary: str, first: str, last: str, until: str, sure: str, step: str | None, choices: Choices
) -> None:
    r"""Find the smallest change of one value that brings what you want, as surely as you want it.

    SCENARIO is a shipped name, a file of yours, or a+b. Every value is tried on the same people, chance and
    assumptions. A measure may be held against doing nothing: "emergency admissions <= do nothing - 5 %".

    \b
    Example: caresim find care-home-teams --vary care-home-teams.teams --from 1 --to 8
                  --until "emergency admissions <= do nothing - 1 %"
    """
    from caresim.asking import ask
    from caresim.finding import question_of

    ask(question_of(scenario, vary=vary, first=first, last=last, until=until, sure=sure, step=step, choices=choices))
