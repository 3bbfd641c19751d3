"""`caresim optimise`: which mix of services does most for the money."""

from __future__ import annotations

import click

from caresim.options import Choices, rounds_options


@click.command("optimise")
@click.argument("services", metavar="SERVICE...", nargs=-1, required=True)
@click.option("--spend", required=True, metavar="MONEY", help='Most that a mix may cost a year: "£1.2m".')
@click.option("--measure", default="emergency_admissions", show_default=True, metavar="MEASURE",
              help="By which mixes are judged: an id or a title.")
@click.option("--better", type=click.Choice(["fewer", "more"]), help="Of the measure; known for the usual ones.")
@click.option("--most", default="1", show_default=True, metavar="TIMES",
              help="How many times as many teams as its file says a service may have.")
@rounds_options
def command(
    services: tuple[str, ...], spend: str, measure: str, better: str | None, most: str, choices: Choices
) -> None:
    r"""Find out which mix of two to five services does most for the money, and what less money buys.

    SERVICE is a shipped name, a file of yours, or a+b for both as one. Each service is run at three sizes, and each
    pair together; from these follows what every mix does. The best mix for each fifth of the money, and each service
    by itself, are then run again, --replications times, on runs that built nothing. Doing nothing is beside them all.

    \b
    Example: caresim optimise care-home-teams extensivist-teams neighbourhood-networks
                  --spend £100,000 --place england-average-25k
    """
    from caresim.asking import ask
    from caresim.optimising import question_of, wanted_of

    wanted = wanted_of(measure=measure, better=better, spend=spend, most=most)
    further = ["--spend", spend, "--measure", wanted.measure.id, "--better", wanted.better, "--most", most]
    ask(question_of(services, wanted, tuple(further), choices))
