"""`caresim sensitivity`: which assumptions drive a plan's results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from caresim.options import Choices, WholeNumber, design_options

if TYPE_CHECKING:
    from calibration.sensitivity.designs import Method

METHODS = ("sobol", "morris", "pawn", "delta")
GROUPS = ("none", "source", "grade", "file")


class Pair(click.ParamType[tuple[str, str, float]]):
    """Two inputs and their correlation: "ONE ~ OTHER = 0.6"."""

    name = "pair"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str, float]:
        """The pair; a usage error when it is none."""
        names, _, number = str(value).rpartition("=")
        one, tilde, other = names.partition("~")
        try:
            found = float(number)
        except ValueError:
            found = 2.0
        if not (tilde and one.strip() and other.strip() and -1.0 < found < 1.0):
            self.fail(f'found "{value}"; it must be like "ONE ~ OTHER = 0.6", between -1 and 1.', param, ctx)
        return one.strip(), other.strip(), found


@click.command("sensitivity")
@click.argument("scenario", metavar="SCENARIO")
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default="sobol",
    show_default=True,
    help="sobol: shares of variance, through a tested emulator. morris: screening of many assumptions. "
    "pawn, delta: from whole distributions.",
)
@click.option(
    "--measures",
    multiple=True,
    metavar="MEASURE",
    help="What is looked at; the figures of the first screen if left out. Several may be given.",
)
@click.option(
    "--vary",
    multiple=True,
    metavar="WHAT",
    help='An assumption, a pattern with "*", a service, a part of the model (pressure), or sourced, derived, '
    "assumption; every range of the plan's services if left out. Several may be given.",
)
@click.option("--structure", is_flag=True, help="Also switch parts of the model's structure on and off.")
@click.option(
    "--groups",
    type=click.Choice(GROUPS),
    default="none",
    show_default=True,
    help="Take assumptions together: by where they belong, by grade, or as --inputs says.",
)
@click.option(
    "--inputs",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A CSV of assumptions with laws of their own; --design-only writes one to start from.",
)
@click.option("--correlate", multiple=True, type=Pair(), metavar="PAIR", help='Two that hang together: "A ~ B = 0.6".')
@click.option("--direct", is_flag=True, help="Sobol indices from the runs, with no emulator: many more runs.")
@click.option("--design-only", is_flag=True, help="Write the design and the inputs, and run nothing.")
@click.option("--design", type=click.Path(path_type=Path), metavar="FILE", help="Run the points of this CSV.")
@click.option(
    "--points",
    type=WholeNumber(),
    metavar="N",
    help="Points of the design; of morris trajectories; of --direct a power of 2.",
)
@click.option("--runs", type=WholeNumber(), default=2, show_default=True, metavar="N", help="Runs of each point.")
@design_options
def command(
    scenario: str, method: Method, measures: tuple[str, ...], vary: tuple[str, ...], structure: bool, groups: str,
    inputs: Path | None, correlate: tuple[tuple[str, str, float], ...], direct: bool, design_only: bool,
    design: Path | None, points: int | None, runs: int, choices: Choices,
) -> None:
    """Find out which assumptions drive what a plan does, beside doing nothing.

    SCENARIO is a shipped name, a file of yours, or a+b for both at once. All assumptions that are not varied stay at
    their best guess. A stopped analysis goes on with the same command.
    """
    from caresim.analysing import show_sensitivity
    from caresim.sensitivity_study import Wanted

    correlated = {(one, other): value for one, other, value in correlate}
    wanted = Wanted(method, measures, vary, structure, groups, inputs, correlated, direct, design, points, runs)
    show_sensitivity(scenario, wanted, choices, design_only=design_only)
