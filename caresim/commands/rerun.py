"""`caresim rerun`: the same study with this version of caresim, beside what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from caresim.options import DEFAULT_ENGINE, DEFAULT_REPLICATIONS, DEFAULT_SEED, Choices, WholeNumber
from caresim.screen import show, tell

if TYPE_CHECKING:
    import pandas as pd

MOST_LINES = 40


@click.command("rerun")
@click.argument("study", metavar="[STUDY]", required=False)
@click.option("--jobs", type=WholeNumber(), metavar="N", help="Runs at the same time; one for each core if left out.")
@click.option("--plan", is_flag=True, help="Say what would be done, how long it takes, and stop.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before something that takes long.")
@click.option("--quiet", "-q", is_flag=True, help="Print the results and nothing else.")
def command(study: str | None, *, jobs: int | None, plan: bool, yes: bool, quiet: bool) -> None:
    """Run a finished study again with this version of caresim, and say what really changed and what is noise.

    STUDY is a folder, or how its name in results/ begins; the latest if left out. The copies of the inputs in its
    folder are used. The old study stays as it is; the new one gets a folder of its own.
    """
    from caresim.rerunning import asked_of
    from caresim.results import find_comparison
    from caresim.running import carry_out, make_documents, prepare_asked
    from caresim.version import model_version
    from outputs.finished import read_findings
    from outputs.versions import NotTheSameStudy, compare_versions
    from scenarios.messages import BadInput, Message

    folder = find_comparison(study, "caresim rerun")
    before = read_findings(folder)
    if before.made_with.get("model") == model_version():
        show(f"{folder.name} was made with this version of the model ({model_version()}): nothing can have changed.")
        return
    choices = Choices(None, DEFAULT_REPLICATIONS, DEFAULT_SEED, jobs, DEFAULT_ENGINE, (), None, None, False, yes,
                      as_json=False, quiet=quiet, plan_only=plan)
    asked = asked_of(before, folder, choices)
    found = carry_out(prepare_asked(asked, compared=asked.verb == "compare"), asked)
    if found is None or found[1] is None:
        return
    result, new = found[0], found[1]
    make_documents(new, quiet=quiet)
    try:
        changes = compare_versions(before.comparison, result.comparison)
    except NotTheSameStudy as refusal:
        text = f"The two cannot be set side by side: {refusal}. The new one is in {new}."
        raise BadInput([Message("", 0, "study", str(folder), text=text, label="folder")]) from refusal
    path = new / f"compared_with_{before.study}.csv"
    path.write_bytes(changes.to_csv(index=False, lineterminator="\n").encode("utf-8-sig"))
    show(in_words(changes, str(before.made_with.get("model")), model_version()))
    if not quiet:
        tell(f"All of it: {path}")


def in_words(changes: pd.DataFrame, old: str, new: str) -> str:
    """What really changed, a line each, and how many numbers did not."""
    from caresim.columns import in_columns
    from outputs import words
    from outputs.measures.registry import MEASURES
    from outputs.versions import CHANGED

    real = changes[changes["verdict"] == CHANGED]
    counts = changes["verdict"].value_counts()
    lines = [f"Model {old} before, {new} now: {len(changes)} headline numbers, each run beside itself.",
             ", ".join(f"{number} {verdict}" for verdict, number in counts.items()) + "."]
    rows = [
        (row["scenario"], row["title"], row["what"],
         *(words.number(row[name], _decimals(MEASURES[row["measure"]].decimals, row["unit"]), signed=name == "change")
           for name in ("before", "now", "change", "simulation_error")))
        for row in real.head(MOST_LINES).to_dict("records")
    ]
    if rows:
        lines += ["", in_columns(rows, ("scenario", "measure", "what", "before", "now", "change", "+/-"))]
    if len(real) > MOST_LINES:
        lines.append(f"... and {len(real) - MOST_LINES} more")
    return "\n".join(lines)


def _decimals(decimals: int, unit: str) -> int:
    """One more than is printed elsewhere: changes are small."""
    return decimals + (3 if unit == "share" else 1)
