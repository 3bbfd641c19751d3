"""`caresim studies`: what is in results/, whether it is whole, and what may go."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from caresim.screen import show, tell

if TYPE_CHECKING:
    from caresim.kept import Checked, Kept

ACTIONS = ("list", "show", "verify", "prune")
MEGABYTE = 1e6
SHOWN = 8


@click.command("studies")
@click.argument("action", metavar="[ACTION]", default="list", type=click.Choice(ACTIONS))
@click.argument("study", metavar="[STUDY]", required=False)
@click.option("--all", "every", is_flag=True, help="With prune: every run, also those that could be used again.")
@click.option("--yes", "-y", is_flag=True, help="With prune: do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def command(action: str, study: str | None, every: bool, yes: bool, as_json: bool) -> None:
    r"""Look after studies and their runs.

    \b
    list            finished studies, unfinished ones with the command that goes on, and runs
    show STUDY      question, command, versions and files of a study
    verify [STUDY]  whether its files and runs are as they were written; all studies if none is named
    prune           remove runs of other versions of the model, never used again; findings stay

    STUDY is a folder, or how its name in results/ begins.
    """
    actions: dict[str, Callable[[], None]] = {
        "list": lambda: _list(as_json),
        "show": lambda: _show(study, as_json),
        "verify": lambda: _verify(study, as_json),
        "prune": lambda: _prune(every, yes, as_json),
    }
    actions[action]()


def _list(as_json: bool) -> None:
    from caresim.begun import all_begun
    from caresim.kept import opened
    from caresim.results import RESULTS, RUNS, finished_studies
    from simulation.studies import Store

    studies = [opened(folder) for folder in finished_studies()]
    unfinished = all_begun([RESULTS])
    store = Store(RESULTS / RUNS)
    files = store.files()
    size = store.size_bytes(set(files))
    if as_json:
        show(json.dumps({
            "studies": [_facts(one) for one in studies],
            "unfinished": [{"title": one.title, "study": one.study, "command": one.command, "shard": one.shard,
                            "runs": one.runs} for one in unfinished],
            "runs": {"folder": str(store.folder), "runs": len(files), "bytes": size},
        }, indent=2))  # fmt: skip
        return
    if not studies and not unfinished and not files:
        show("There are no studies here yet. caresim demo makes one.")
        return
    for one in studies:
        again = "" if one.is_of_this_model else "  (another version of the model)"
        show(f"{one.folder.name}  {one.date()}  {one.size_bytes() / MEGABYTE:.1f} MB{again}")
        show(f"    {one.manifest['command']}")
    for begun in unfinished:
        part = f", shard {begun.shard}" if begun.shard else ""
        how = f"{begun.command} --shard {begun.shard}" if begun.shard else begun.command
        show(f"{begun.title}_{begun.study}  NOT FINISHED{part}; go on with:\n    {how}")
    show(f"{len(files):,} runs are kept in {store.folder}: {size / MEGABYTE:,.1f} MB")


def _show(study: str | None, as_json: bool) -> None:
    from caresim.kept import opened
    from caresim.results import find_study

    one = opened(find_study(study, "caresim studies"))
    if as_json:
        show(json.dumps(_facts(one), indent=2))
        return
    readme = one.folder / "README.txt"
    first = readme.read_text(encoding="utf-8").split("\n\n") if readme.is_file() else []
    show("\n\n".join(first[:2]))
    show(f"\nFOLDER      {one.folder}")
    show(f"COMMAND     {one.manifest['command']}")
    show(f"MADE WITH   {', '.join(f'{name} {value}' for name, value in one.made_with.items())}")
    same = "the one installed here" if one.is_of_this_model else "another than the one installed here"
    show(f"MODEL       {same}; schema {one.manifest.get('schema', 0)}")
    show(f"FILES       {len(one.manifest['files'])}, {one.size_bytes() / MEGABYTE:.1f} MB; "
         f"{len(one.run_files())} runs in {one.store().folder}")  # fmt: skip


def _verify(study: str | None, as_json: bool) -> None:
    from caresim.errors import CheckFailed
    from caresim.kept import checked, opened
    from caresim.results import find_study, finished_studies

    folders = [find_study(study, "caresim studies")] if study is not None else finished_studies()
    found = [(one, checked(one)) for one in map(opened, folders)]
    if as_json:
        show(json.dumps([_result(one, result) for one, result in found], indent=2))
    else:
        if not found:
            show("There are no finished studies here.")
        for one, result in found:
            for line in _verdict(one, result):
                show(line)
    if not all(result.is_whole for _, result in found):
        raise CheckFailed


def _prune(every: bool, yes: bool, as_json: bool) -> None:
    from caresim.kept import prunable, prune

    what = prunable(every=every)
    count, size = len(what.runs), what.size_bytes()
    which = "runs" if every else "runs of other versions of the model"
    said = f"{count:,} {which} and {len(what.leftovers)} half-written files: {size / MEGABYTE:,.1f} MB"
    if not what.runs and not what.leftovers:
        said = f"Nothing to remove: there are no {which}."
    elif not yes and not as_json and not click.confirm(f"Remove {said}?", default=False, err=True):
        tell("Nothing was removed.")
        return
    gone = prune(what)
    if as_json:
        show(json.dumps({"removed": gone, "runs": count, "leftovers": len(what.leftovers), "bytes": size}))
    else:
        show(f"Removed {said}. Findings are as they were." if gone else said)


def _facts(one: Kept) -> dict[str, object]:
    return {
        "folder": str(one.folder), "date": one.date(), "schema": one.manifest.get("schema", 0),
        "study": one.manifest["study"], "command": one.manifest["command"], "made_with": one.made_with,
        "bytes": one.size_bytes(), "runs": len(one.run_files()), "is_of_this_model": one.is_of_this_model,
    }  # fmt: skip


def _result(one: Kept, result: Checked) -> dict[str, object]:
    return {
        "folder": str(one.folder), "is_whole": result.is_whole, "files": result.files, "changed": list(result.changed),
        "lost": list(result.lost), "runs": result.runs, "runs_lost": result.runs_lost,
    }  # fmt: skip


def _verdict(one: Kept, result: Checked) -> list[str]:
    lines = []
    if result.is_whole:
        lines.append(f"{one.folder.name}: whole, {result.files} files as they were written.")
    for word, names in (("changed since", result.changed), ("gone", result.lost)):
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            shown = f"{', '.join(names[:SHOWN])}{more}"
            lines.append(f"{one.folder.name}: {len(names)} of {result.files} files {word}: {shown}.")
    if not result.is_whole:
        lines.append(f"    To have it as it was: {one.manifest['command']} --out another-folder")
    if result.runs_lost:
        lines.append(f"    {result.runs_lost} of its {result.runs} runs are not there, or damaged. Its findings do not "
                     "need them; the same command would simulate them again.")  # fmt: skip
    return lines
