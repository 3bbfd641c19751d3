"""`caresim calibrate`: fit what services do to published results, or to targets of one's own."""

from __future__ import annotations

import json
from pathlib import Path

import click

from caresim.options import WholeNumber
from caresim.screen import show, tell

SET = click.option("--set", "set_name", default="vanguards", show_default=True, metavar="NAME",
                   help="Which shipped targets: vanguards, or controlled (trials and matched studies only).")
TARGETS = click.option("--targets", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                       help="Targets of your own instead, as docs/targets.md says; CSV or Excel.")
QUICK = click.option("--quick", is_flag=True, help="A reduced fit in a small place: minutes, not hours.")
PLACE = click.option("--place", metavar="NAME",
                     help="A shipped place or a folder of yours, instead of England's average.")
JOBS = click.option("--jobs", type=WholeNumber(), metavar="N", help="Points at the same time; one a core if left out.")
OUT = click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER",
                   help="Where to put runs and results; results/ if left out.")
PLAN = click.option("--plan", "plan_only", is_flag=True, help="Say what would be done, how long it takes, and stop.")
YES = click.option("--yes", "-y", is_flag=True, help="Do not ask before something that takes long.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
QUIET = click.option("--quiet", "-q", is_flag=True, help="Print the results and nothing else.")
SEED = click.option("--seed", default=1, show_default=True, metavar="N", type=WholeNumber(),
                    help="All draws follow from it: the same seed gives the same ensemble, byte for byte.")


@click.command("calibrate")
@SET
@TARGETS
@QUICK
@PLACE
@SEED
@click.option("--prove", is_flag=True, help="Also seek five known truths by full simulation.")
@JOBS
@OUT
@PLAN
@YES
@JSON
@QUIET
def command(
    set_name: str, targets: Path | None, quick: bool, place: str | None, seed: int, prove: bool, jobs: int | None,
    out: Path | None, plan_only: bool, yes: bool, as_json: bool, quiet: bool,
) -> None:
    """Fit what services do to published results: an ensemble of sets of assumptions, and a page about it.

    Points are simulated in waves; the same command goes on where it was stopped. The ensemble and the page go to
    results/fit-NAME. Shows what the targets say, what they leave as it was, and whether known truths are found again.
    """
    from caresim import fits
    from caresim.calibrating import Means, effort_of, targets_to_fit

    effort = effort_of("" if targets else set_name, quick=quick, place=place)
    rows = targets_to_fit(set_name, targets, effort)
    means = Means(jobs, out, quiet or as_json)
    outlook = fits.calibration_outlook(rows, effort, means, seed)
    if plan_only:
        show(outlook.in_words)
        return
    if not (quiet or as_json):
        tell(outlook.in_words)
    if not fits.agreed(outlook, yes=yes or as_json):
        tell("Nothing was run.")
        return
    name = fits.name_of(targets) if targets else set_name
    made = fits.make_fit(name, rows, effort, means, seed=seed, prove=prove, file=targets)
    show(json.dumps(made.record, indent=2, ensure_ascii=False) if as_json else made.screen)
    if not (quiet or as_json):
        tell(f"The ensemble and its page are in {made.folder}; --ensemble {made.folder} takes it in run and compare")
