"""`caresim verify`: hold the engines to known answers."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from caresim.options import WholeNumber
from caresim.screen import show


@click.command("verify")
@click.argument("words", metavar="[WORD...]", nargs=-1)
@click.option("--quick", is_flag=True, help="Fewer runs, the same rule: about a minute.")
@click.option("--engine", metavar="NAME", help="What runs the networks; all engines give the same rows.")
@click.option("--jobs", metavar="N", type=WholeNumber(), help="Processes at once; one for each core if left out.")
@click.option("--seed", metavar="N", type=WholeNumber(), help="Another seed; the rule allows for chance.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--page", "as_page", is_flag=True, help="Print the table as it stands in docs/verification.md.")
@click.option("--quiet", "-q", is_flag=True, help="Print the results and nothing else.")
def command(
    words: tuple[str, ...],
    quick: bool,
    engine: str | None,
    jobs: int | None,
    seed: int | None,
    as_json: bool,
    as_page: bool,
    quiet: bool,
) -> None:
    """Run queues whose answers are known exactly, and published models, and judge each number; compare the engines.

    With WORDs, only cases whose name holds one of them: caresim verify V2 "stroke unit". Ends with exit code 1 when a
    number fails, or when the engines differ. docs/verification.md explains the cases and the rule.
    """
    from calibration.verification import showing
    from calibration.verification.judging import FAILS
    from caresim.errors import CheckFailed
    from caresim.verification import engines_agree, verify

    agreement = engines_agree(*words, quick=quick, jobs=jobs)
    verdicts = verify(
        *words, quick=quick, engine=engine, jobs=jobs, seed=seed, progress=not (quiet or as_json or as_page)
    )
    if as_json:
        found = {"verdicts": showing.records(verdicts), "engines": asdict(agreement)}
        show(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        show(showing.page(verdicts) if as_page else showing.table(verdicts, agreement))
    if agreement.differing or any(verdict.verdict == FAILS for verdict in verdicts):
        raise CheckFailed
