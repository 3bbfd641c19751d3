"""`caresim evaluate`: what evaluations of a plan would report, beside what is true."""

from __future__ import annotations

import click

from caresim.options import Choices, many_runs_options


@click.command("evaluate")
@click.argument("scenario", metavar="SCENARIO")
@many_runs_options
def command(scenario: str, choices: Choices) -> None:
    r"""See what evaluations of a plan by four methods would report, beside its true effect.

    SCENARIO is a shipped name, a file of yours, or a+b. Evaluators see records only: before and after, matched
    controls, difference in differences and synthetic control each get those of every run. Comparing areas takes 8
    runs or more; with 40 the intervals of a synthetic control can be as sure as the others.

    \b
    Example: caresim evaluate extensivist-teams --place england-average-25k
    """
    from caresim.evaluating import evaluate

    evaluate(scenario, choices=choices)
