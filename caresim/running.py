"""From a prepared study to a finished one: say what it takes, ask, run, compare, write, show."""

from __future__ import annotations

import json
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

from caresim import begun, preview
from caresim.errors import Interrupted
from caresim.estimate import learn, runs_in_words
from caresim.inputs import command_of, facts_of, files_used, made_with, run_files
from caresim.interface import Result, result_of
from caresim.options import Choices
from caresim.outlook import Outlook, announce, check_room, has_agreed, in_a_line, outlook_of, plan_in_words
from caresim.preparation import make_ready
from caresim.results import is_finished, results_folder, runs_folder, study_folder, title_of
from caresim.screen import show, tell
from caresim.simulating import Means, simulate, simulate_until_precise
from caresim.study import Study, check_period, findings_about, prepare, used
from caresim.targets import in_words, targets_of
from outputs import json_document, priorities, tables, where_it_went, words
from outputs.headline import Target
from outputs.writer import write_results
from scenarios.messages import BadInput, Message
from simulation.studies import Store
from simulation.studies.executor import cores


@dataclass(frozen=True)
class Asked:
    """What the user asked for: the verb, the scenarios, the options."""

    verb: str
    names: tuple[str, ...]
    choices: Choices
    title: str = ""
    """How the folder of results is called; made from the scenarios when empty."""
    next_commands: tuple[str, ...] = ()
    """Offered below the table; made from the scenarios when empty."""
    brief: bool = False
    """Whether only the first table is shown."""

    @property
    def command(self) -> str:
        """That makes the results again, without options that change none."""
        return command_of(self.verb, self.names, self.choices)


def prepare_asked(asked: Asked, *, compared: bool) -> Study:
    """Settle what was asked for; BadInput as `study.prepare`."""
    choices = asked.choices
    return prepare(
        asked.names,
        compared=compared,
        place=choices.place,
        replications=choices.replications,
        seed=choices.seed,
        engine=choices.engine,
        settings=choices.settings,
        attribute=choices.attribute,
        ensemble=choices.ensemble,
    )


def show_study(asked: Asked, *, compared: bool) -> None:
    """Carry a study out as the command line does; with --plan only say what would be done.

    Raises:
        BadInput: when its results cannot go where they were asked to go, or its year does not exist.
        Interrupted: the user pressed Ctrl-C.
    """
    study = prepare_asked(asked, compared=compared)
    found = carry_out(study, asked)
    if found is None:
        return
    show_found(study, asked, *found)


def show_found(study: Study, asked: Asked, result: Result, folder: Path | None) -> None:
    """Show what a study found, as the command line does; `folder` is None for a rough preview."""
    if folder is not None and not asked.choices.as_json:
        make_documents(folder, quiet=asked.choices.quiet)
    if asked.choices.as_json:
        document = json_document.json_document(result.comparison)
        marked = {"rough_preview": True, **document} if asked.choices.preview else document
        show(json.dumps(marked, indent=2, allow_nan=False))
        return
    symbols = words.symbols_for(sys.stdout.encoding)
    if asked.choices.preview:
        runs = runs_in_words(result.comparison.runs)
        show(preview.ROUGH.format(runs=runs, asked=asked.choices.replications))
    if study.reference is None:
        show(tables.levels(result.comparison, symbols))
    else:
        offered = asked.next_commands or _next_commands(study, folder)
        show(tables.two_block(result.comparison, symbols, () if folder is None else offered))
        board = (*priorities.in_words(result.comparison), result.in_words(symbols),
                 *where_it_went.in_words(result.comparison, symbols))
        for text in () if asked.brief else board:
            show(f"\n{text}")
    ensemble = study.scenarios[0].ensemble
    if ensemble is not None:
        show(f"\n{textwrap.fill(used(ensemble), tables.WIDTH)}")
    if folder is not None and not asked.choices.quiet:
        tell(f"Results are in {folder}")


def make_documents(folder: Path, *, quiet: bool) -> None:
    """Make the report and what goes with it where a study lacks them; a failure is said and loses nothing."""
    from outputs.documents import NoRoom, have_documents, write_documents

    if have_documents(folder):
        return
    try:
        written = write_documents(folder)
    except NoRoom as failure:
        tell(str(failure))
        return
    for remark in written.remarks:
        tell(remark)
    if not quiet:
        tell(f"Report: {written.paths[0]}")


def carry_out(study: Study, asked: Asked) -> tuple[Result, Path | None] | None:
    """Say what a study takes, run what is missing and write its folder.

    Returns:
        What was found and where it is; no folder for a rough preview; None when it went no further.

    Raises:
        BadInput: as `show_study`.
        Interrupted: the user pressed Ctrl-C.
    """
    began = time.monotonic()
    choices = asked.choices
    check_period(study, choices.period)
    _check_together(choices)
    targets = targets_of(choices.precision)
    findings = findings_about(study.scenarios)
    for scenario in study.scenarios:
        priorities.check_priorities(scenario)
    store, jobs = Store(runs_folder(choices.out)), choices.jobs or cores()
    if choices.preview:
        study = preview.rough(study, jobs)
    shard_keys = study.plan.shard(choices.shard.number, choices.shard.of) if choices.shard else None
    folder = study_folder(study, choices.period, choices.out, asked.title)
    outlook = outlook_of(study, store, jobs, shard_keys, choices.budget if targets else None)
    if choices.plan_only:
        show(plan_in_words(study, outlook, folder, findings, choices, jobs))
        return None
    if not choices.silent:
        announce(in_a_line(study), outlook, findings)
    check_room(outlook, store.folder)
    if not has_agreed(outlook, choices):
        tell("Nothing was run.")
        return None
    carrying = _Carrying(asked, store, outlook, jobs, began)
    if choices.preview:
        return carrying.roughly(study), None
    carrying.note(study)
    if shard_keys is not None:
        carrying.shard(study, shard_keys)
        return None
    study, seconds = carrying.run(study, targets)
    return finish(study, asked, store, seconds, jobs)


def finish(study: Study, asked: Asked, store: Store, seconds: float, jobs: int) -> tuple[Result, Path]:
    """Compare the runs of a study, which are all there, and write its folder unless it is finished."""
    choices = asked.choices
    folder = study_folder(study, choices.period, choices.out, asked.title)
    result = result_of(study, store, choices.period)
    if not is_finished(folder):
        write_results(
            folder,
            result.comparison,
            study_id=study.identity(choices.period),
            command=asked.command,
            made_with=made_with(study),
            inputs={**files_used(study.scenarios, asked.names, choices.place, choices.ensemble),
                    **run_files(study, store)},
            facts=facts_of(seconds, jobs),
        )
    begun.forget(results_folder(choices.out), _noted_identity(study, choices))
    return result, folder


class _Carrying:
    """A study on its way."""

    def __init__(self, asked: Asked, store: Store, outlook: Outlook, jobs: int, began: float) -> None:
        choices = asked.choices
        self.asked = asked
        self.choices = choices
        self.store = store
        self.outlook = outlook
        self.began = began
        self.means = Means(
            jobs, choices.cluster, choices.run_limit, choices.silent, choices.progress, choices.log
        )

    def note(self, study: Study) -> None:
        """Leave a note that the study was begun, unless there is nothing to do."""
        if not self.outlook.missing and self.choices.shard is None:
            return
        begun.note(results_folder(self.choices.out), begun.Begun(
            study=_noted_identity(study, self.choices),
            title=self.asked.title or title_of(study),
            command=self.asked.command,
            verb=self.asked.verb,
            names=self.asked.names,
            options=self.choices.that_change_results(),
            runs=len(study.plan.runs()),
            shard=str(self.choices.shard or ""),
        ))  # fmt: skip

    def run(self, study: Study, targets: tuple[Target, ...]) -> tuple[Study, float]:
        """Have every run, or as many as the targets take; the study with so many, and the seconds that it took."""
        began = time.monotonic()
        period = self.choices.period
        try:
            self._make_ready(study)
            began = time.monotonic()
            if targets:
                budget = max(self.choices.budget, study.plan.replications)
                study, precision = simulate_until_precise(study, self.store, self.means, targets, budget, period=period)
                self._tell_of_precision(study, precision.enough is not None, in_words(study, targets, precision))
            else:
                simulate(study, self.store, self.means, period=period)
        except KeyboardInterrupt:
            raise Interrupted(self._what_is_kept(study)) from None
        seconds = time.monotonic() - began
        if not targets and self.means.cluster is None:
            learn(self.outlook.expected, seconds, study.engine)
        return study, seconds

    def shard(self, study: Study, keys: frozenset[str]) -> None:
        """Have the runs of a shard, and say how the parts are joined."""
        try:
            self._make_ready(study)
            simulate(study, self.store, self.means, period=self.choices.period, only=keys)
        except KeyboardInterrupt:
            raise Interrupted(self._what_is_kept(study)) from None
        if self.choices.as_json:
            show(json.dumps({"shard": str(self.choices.shard), "runs": len(keys), "folder": str(self.store.folder)}))
        elif not self.choices.quiet:
            join = "caresim gather" if self.choices.out is None else f"caresim gather {self.choices.out} and the others"
            tell(f"Shard {self.choices.shard} is done: {runs_in_words(len(keys))} in {self.store.folder}. "
                 f"When all are: {join}")  # fmt: skip

    def roughly(self, study: Study) -> Result:
        """Have as many runs as there are within a minute from the start of the command."""
        try:
            self._make_ready(study)
            began = max(self.began, time.monotonic() - preview.PREVIEW_SECONDS / 2.0)
            simulate(study, self.store, self.means, period=self.choices.period,
                     keep_going=preview.until_time_is_up(began))  # fmt: skip
        except preview.TimeIsUp:
            study = preview.what_is_there(study, self.store)
        except KeyboardInterrupt:
            raise Interrupted(self._what_is_kept(study)) from None
        return result_of(study, self.store, self.choices.period)

    def _make_ready(self, study: Study) -> None:
        if self.outlook.missing and self.means.cluster is None:
            make_ready(study.engine, quiet=self.choices.silent)

    def _tell_of_precision(self, study: Study, reached: bool, lines: list[str]) -> None:
        if self.choices.silent:
            return
        runs = study.plan.replications
        tell(f"Precise enough after {runs} runs of each scenario:" if reached
             else f"NOT precise enough after the {runs} runs of each scenario that the budget allows:")  # fmt: skip
        for line in lines:
            tell(f"  {line}")

    def _what_is_kept(self, study: Study) -> str:
        keys = {key for _, _, key in study.plan.runs()}
        return (
            f"Stopped. {len(keys & self.store.keys())} of {runs_in_words(len(keys))} are kept in {self.store.folder}; "
            "the same command goes on from there. No results were written."
        )


def _noted_identity(study: Study, choices: Choices) -> str:
    """What names a study while it is not finished; with a precision, nobody knows yet how many runs it will have."""
    return study.with_replications(choices.replications).identity(choices.period)


def _check_together(choices: Choices) -> None:
    """Refuse options that say two things.

    Raises:
        BadInput: naming both.
    """
    chosen = {
        "--shard": choices.shard is not None,
        "--precision": bool(choices.precision),
        "--preview": choices.preview,
    }
    given = [name for name, is_given in chosen.items() if is_given]
    why = {
        "--precision": "how many runs a precision takes is known only to whoever sees them all",
        "--preview": "a preview is a few runs",
    }
    if len(given) > 1:
        text = f"{' and '.join(given)} do not go together: {why[given[1]]}."
        raise BadInput([Message("", 0, given[0], text=text, label="option")])


def _next_commands(study: Study, folder: Path | None) -> list[str]:
    plan = next(scenario.id for scenario in study.scenarios if scenario.id != study.reference)
    opened = folder.name if folder is not None else plan
    return [f"caresim open {opened}", f"caresim explain {plan}", f"caresim why {plan}"]
