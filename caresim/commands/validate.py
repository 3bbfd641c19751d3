"""`caresim validate`: predict results that nothing was fitted to, and say what was hit and missed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from caresim.commands.calibrate import JOBS, JSON, OUT, PLACE, PLAN, QUICK, QUIET, SEED, YES
from caresim.screen import show, tell


@click.command("validate")
@click.option("--targets", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Results of your own to predict: published effects, or counts by month. docs/targets.md.")
@click.option("--set", "set_name", default="vanguards", show_default=True, metavar="NAME",
              help="Which ensemble predicts: vanguards, controlled, or the folder of a fit of your own.")
@QUICK
@PLACE
@SEED
@JOBS
@OUT
@PLAN
@YES
@JSON
@QUIET
def command(
    targets: Path | None, set_name: str, quick: bool, place: str | None, seed: int, jobs: int | None, out: Path | None,
    plan_only: bool, yes: bool, as_json: bool, quiet: bool,
) -> None:
    """Predict what the fit was not shown: observed, 8-in-10 range, inside or not, and skill.

    Without FILE the shipped hold-outs. Rows that share data with what was fitted, or that made the ranges before the
    fit, are shown and not counted; the score is told with and without them. Skill is against "no effect" and against
    the assumptions before the fit.
    """
    from caresim import fits
    from caresim.calibrating import Means, effort_of, validation_targets

    rows = validation_targets(set_name, targets)
    effort = effort_of(set_name, quick=quick, place=place)
    means = Means(jobs, out, quiet or as_json)
    outlook = fits.validation_outlook(rows, set_name, effort, means, seed)
    if plan_only:
        show(outlook.in_words)
        return
    if not (quiet or as_json):
        tell(outlook.in_words)
    if not fits.agreed(outlook, yes=yes or as_json):
        tell("Nothing was run.")
        return
    found = fits.make_validation(set_name, rows, effort, means, seed=seed)
    show(json.dumps(found.record, indent=2, ensure_ascii=False) if as_json else found.screen)
