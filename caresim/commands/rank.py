"""`caresim rank`: which of several plans is best."""

from __future__ import annotations

import click

from caresim.options import DEFAULT_RANK_BUDGET, Choices, WholeNumber, question_options


@click.command("rank")
@click.argument("scenarios", metavar="SCENARIO...", nargs=-1, required=True)
@click.option("--measure", default="emergency_admissions", show_default=True, metavar="MEASURE",
              help="By which plans are ranked: an id or a title.")
@click.option("--better", type=click.Choice(["fewer", "more"]), help="Of the measure; known for the usual ones.")
@click.option("--indifference", metavar="AMOUNT",
              help='Smallest difference that matters: "30", or "1 %" of doing nothing; what is usual if left out.')
@click.option("--confidence", default="95%", show_default=True, metavar="SHARE",
              help="With which the best shall be picked, or one within the indifference of it.")
@click.option("--equal-spend", is_flag=True,
              help="Bring all plans to the spend of the cheapest, by making their teams more or fewer.")
@click.option("--spend", metavar="MONEY", help='Bring all plans to this spend a year instead: "£1.2m".')
@click.option("--method", type=click.Choice(["elimination", "allocation"]), default="elimination", show_default=True,
              help="Drop plans until the best is clear (KN++), or spend the whole budget where it tells most (OCBA).")
@click.option("--budget", default=DEFAULT_RANK_BUDGET, show_default=True, metavar="RUNS", type=WholeNumber(),
              help="Most runs in all, over all plans.")
@question_options
def command(
    scenarios: tuple[str, ...], measure: str, better: str | None, indifference: str | None, confidence: str,
    equal_spend: bool, spend: str | None, method: str, choices: Choices,
) -> None:
    r"""Find out which of several plans is best, with as few runs as it takes.

    SCENARIO is a shipped name, a file of yours, or a+b for both at once. Doing nothing is always among the options.
    Plans are compared run by run, on the same people, chance and assumptions. Every plan gets --replications runs
    first; then plans that are clearly worse are dropped and the rest go on.

    \b
    Example: caresim rank care-home-teams extensivist-teams neighbourhood-networks --equal-spend
    """
    from caresim.asking import ask
    from caresim.ranking import question_of, wanted_of

    wanted = wanted_of(measure=measure, better=better, indifference=indifference, confidence=confidence,
                       method=method, equal_spend=equal_spend, spend=spend)  # fmt: skip
    given = {
        "--measure": wanted.measure.id, "--better": wanted.better, "--indifference": indifference,
        "--confidence": confidence, "--spend": spend, "--method": method, "--budget": str(choices.budget),
    }  # fmt: skip
    further = [word for option, value in given.items() if value is not None for word in (option, value)]
    further += ["--equal-spend"] if equal_spend and spend is None else []
    ask(question_of(scenarios, wanted, tuple(further), choices))
