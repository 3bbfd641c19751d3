"""Joining what several machines have run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from caresim.begun import Begun, all_begun
from caresim.errors import CheckFailed
from caresim.estimate import runs_in_words
from caresim.options import Choices, Shard
from caresim.results import RESULTS, RUNS, results_folder, runs_folder
from caresim.running import Asked, finish, prepare_asked, show_found
from caresim.screen import show, tell
from caresim.study import Study
from scenarios.messages import BadInput, Message
from simulation.studies import Store

SHOWN = 10


def gather(folders: Sequence[Path], out: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Join the shards found in some folders.

    Raises:
        BadInput: when there are none, of several studies, or not of the plan as it is now.
        CheckFailed: when shards are missing; they are named.
    """
    places = list(folders) or [RESULTS]
    shards = _of_one_study([one for one in all_begun(places) if one.shard], places)
    choices = replace(Choices.noted(shards[0].options), out=out, as_json=as_json, quiet=quiet)
    asked = Asked(shards[0].verb, shards[0].names, choices, title=shards[0].title)
    study = prepare_asked(asked, compared=shards[0].verb != "run")
    if study.identity(choices.period) != shards[0].study:
        text = "The plan, its place or caresim itself has changed since: these shards are of another study."
        raise BadInput([Message("caresim gather", 0, "", shards[0].title, text=text)])
    store = Store(runs_folder(out))
    keys = {key for _, _, key in study.plan.runs()}
    for folder in places:
        store.take_over(Store(folder / RUNS), keys)
    _check_complete(study, store, shards, as_json=as_json)
    result, folder = finish(study, asked, store, 0.0, 0)
    for place in {*places} - {results_folder(out)}:
        if not quiet and not as_json:
            tell(f"The runs of {place} are now in {store.folder}; {place} is no longer needed.")
    show_found(study, asked, result, folder)


def _of_one_study(shards: list[Begun], places: Sequence[Path]) -> list[Begun]:
    where = ", ".join(map(str, places))
    if not shards:
        text = f"There are no shards in {where}. A shard is made by: caresim compare PLAN --shard 1/4"
        raise BadInput([Message("caresim gather", 0, "", text=text)])
    if len({one.study for one in shards}) > 1:
        names = sorted({f"{one.title} ({one.command})" for one in shards})
        text = f"There are shards of several studies in {where}: {'; '.join(names)}. Name the folders of one."
        raise BadInput([Message("caresim gather", 0, "", text=text)])
    return shards


def _check_complete(study: Study, store: Store, shards: Sequence[Begun], *, as_json: bool) -> None:
    missing = store.missing([key for _, _, key in study.plan.runs()])
    if not missing:
        return
    of = max(int(one.shard.partition("/")[2]) for one in shards)
    unfinished = [Shard(number, of) for number in range(1, of + 1) if missing & study.plan.shard(number, of)]
    if as_json:
        show(json.dumps({"runs_missing": len(missing), "shards_missing": [str(shard) for shard in unfinished]}))
        raise CheckFailed
    more = f" and {len(unfinished) - SHOWN} more" if len(unfinished) > SHOWN else ""
    tell(f"{runs_in_words(len(missing))} of {len(study.plan.runs())} are missing. Not finished: shard "
         f"{', '.join(map(str, unfinished[:SHOWN]))}{more}. Finish with:")  # fmt: skip
    for shard in unfinished[:SHOWN]:
        tell(f"  {shards[0].command} --shard {shard}")
    raise CheckFailed
