"""`caresim sensitivity`: which assumptions drive a plan's results."""

from __future__ import annotations

from pathlib import Path

import click

from caresim.options import DEFAULT_ENGINE, DEFAULT_SEED, WholeNumber

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
@click.option("--place", metavar="NAME", help="A shipped place or a folder of yours, instead of the plan's own.")
@click.option(
    "--seed",
    default=DEFAULT_SEED,
    show_default=True,
    metavar="N",
    type=WholeNumber(),
    help="Design, runs and ranges follow from it.",
)
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Change one value before anything varies.")
@click.option("--period", metavar="YEAR", help="Year to look at; the last of the programme if left out.")
@click.option("--engine", default=DEFAULT_ENGINE, show_default=True, metavar="NAME", help="compiled or simpy.")
@click.option("--jobs", type=WholeNumber(), metavar="N", help="Runs at the same time; one for each core if left out.")
@click.option("--cluster", metavar="ADDRESS", help="Run on a dask cluster. Needs caresim[cluster].")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where to put the results; a new folder in results/ if left out.",
)
@click.option("--plan", "plan_only", is_flag=True, help="Say what would be done, how long it takes, and stop.")
@click.option("--preview", is_flag=True, help="A rough answer: each assumption at either end, one at a time.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before something that takes long.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--quiet", "-q", is_flag=True, help="Print the results and nothing else.")
def command(scenario: str, **given: object) -> None:
    """Find out which assumptions drive what a plan does, beside doing nothing.

    SCENARIO is a shipped name, a file of yours, or a+b for both at once. All assumptions that are not varied stay at
    their best guess. A stopped analysis goes on with the same command.
    """
    from caresim.analysing import Options, show_sensitivity

    show_sensitivity(scenario, Options(**given))  # type: ignore[arg-type]
