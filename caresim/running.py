"""From a prepared study to a finished one: say what it takes, ask, run, compare, write, show."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from caresim.columns import in_columns
from caresim.errors import Interrupted
from caresim.estimate import Estimate, estimate, in_words, learn, runs_in_words
from caresim.inputs import command_of, facts_of, files_used, made_with
from caresim.interface import Result, result_of
from caresim.options import Choices
from caresim.preparation import make_ready
from caresim.progress import progress_shown
from caresim.results import is_finished, runs_folder, study_folder
from caresim.screen import show, tell
from caresim.study import Study, check_period, findings_about, prepare
from outputs import agreements, json_document, tables, where_it_went, words
from outputs.writer import write_results
from scenarios import wording
from scenarios.plausibility import Finding
from simulation.studies import Store, replicate
from simulation.studies.executor import cores

ASK_FROM_SECONDS = 600.0
REPORT_SECONDS = 5.0
"""Comparing, drawing and writing, on top of the runs."""


@dataclass(frozen=True)
class Outlook:
    """What is left to do of a study."""

    runs: int
    missing: int
    expected: Estimate

    def __str__(self) -> str:
        """As said before it starts: "32 runs: about 6 minutes; 3 MB"."""
        if not self.missing:
            return f"{runs_in_words(self.runs)}, all there from before"
        before = f", {self.runs - self.missing} of them there from before" if self.missing < self.runs else ""
        size = max(1.0, self.expected.megabytes)
        return f"{runs_in_words(self.runs)}{before}: {in_words(self.expected.seconds + REPORT_SECONDS)}; {size:.0f} MB"


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
    )


def show_study(asked: Asked, *, compared: bool) -> None:
    """Carry a study out as the command line does; with --preview only say what would be done.

    Raises:
        BadInput: when its results cannot go where they were asked to go, or its year does not exist.
        Interrupted: the user pressed Ctrl-C.
    """
    study = prepare_asked(asked, compared=compared)
    found = carry_out(study, asked)
    if found is None:
        return
    result, folder = found
    if asked.choices.as_json:
        show(json.dumps(json_document.json_document(result.comparison), indent=2, allow_nan=False))
        return
    symbols = words.symbols_for(sys.stdout.encoding)
    if study.reference is None:
        show(tables.levels(result.comparison, symbols))
    else:
        offered = asked.next_commands or _next_commands(study, folder)
        show(tables.two_block(result.comparison, symbols, offered))
        for text in (*agreements.in_words(result.comparison), *where_it_went.in_words(result.comparison, symbols)):
            show(f"\n{text}")
    if not asked.choices.quiet:
        tell(f"Results are in {folder}")


def carry_out(study: Study, asked: Asked) -> tuple[Result, Path] | None:
    """Say what a study takes, run what is missing and write its folder; None when it goes no further.

    Raises:
        BadInput: as `show_study`.
        Interrupted: the user pressed Ctrl-C.
    """
    choices = asked.choices
    check_period(study, choices.period)
    findings = findings_about(study.scenarios)
    for scenario in study.scenarios:
        agreements.check_priorities(scenario)
    store = Store(runs_folder(choices.out))
    jobs = choices.jobs or cores()
    folder = study_folder(study, choices.period, choices.out, asked.title)
    outlook = _outlook(study, store, jobs)
    if choices.preview:
        show(_preview(study, outlook, folder, findings))
        return None
    if not choices.silent:
        _announce(study, outlook, findings)
    if not has_agreed(outlook, choices):
        tell("Nothing was run.")
        return None
    seconds = _run(study, store, outlook, jobs, quiet=choices.silent)
    result = result_of(study, store, choices.period)
    if not is_finished(folder):
        write_results(
            folder,
            result.comparison,
            study_id=study.identity(choices.period),
            command=command_of(asked.verb, asked.names, choices),
            made_with=made_with(study),
            inputs=files_used(study.scenarios, asked.names, choices.place),
            facts=facts_of(seconds, jobs),
        )
    return result, folder


def _outlook(study: Study, store: Store, jobs: int) -> Outlook:
    keys = [key for _, _, key in study.plan.runs()]
    missing = store.missing(keys)
    return Outlook(len(keys), len(missing), estimate(study.plan, missing, jobs, study.engine))


def _announce(study: Study, outlook: Outlook, findings: Sequence[Finding]) -> None:
    place = study.scenarios[0].place
    names = ", ".join(scenario.id for scenario in study.scenarios)
    tell(f"{names} in {place.id} ({place.people:,} people). {outlook}.")
    for finding in findings:
        if finding.severity == "warning":
            tell(f"CHECK: {finding.text}")


def _preview(study: Study, outlook: Outlook, folder: Path, findings: Sequence[Finding]) -> str:
    window, place = study.scenarios[0].window, study.scenarios[0].place
    years = f"{wording.period(window.start, window.end)}, after a year to settle"
    rows = [
        ("Place", f"{place.id}: {place.people:,} people, {place.year}"),
        ("Years", f"{years}; change from {wording.month(window.change)}"),
        *(("Scenario", f"{scenario.id}: {scenario.title}") for scenario in study.scenarios),
        ("Runs", str(outlook)),
        ("Results", f"{folder}{' (finished already)' if is_finished(folder) else ''}"),
        *(("CHECK" if finding.severity == "warning" else "Note", finding.text) for finding in findings),
    ]
    return f"{in_columns(rows)}\nNothing was run."


def has_agreed(outlook: Outlook, choices: Choices) -> bool:
    """Whether to go on: asked only when it takes long, somebody is at the keyboard and --yes was not given."""
    if choices.yes or choices.silent or outlook.expected.seconds < ASK_FROM_SECONDS or not sys.stdin.isatty():
        return True
    return click.confirm("Go on?", default=True, err=True)


def _run(study: Study, store: Store, outlook: Outlook, jobs: int, *, quiet: bool) -> float:
    """Have every run of a study in the store and return the seconds that it took."""
    try:
        if outlook.missing:
            make_ready(study.engine, quiet=quiet)
    except KeyboardInterrupt:
        raise Interrupted(_what_is_kept(study, store)) from None
    began = time.monotonic()
    try:
        with progress_shown(outlook.expected.seconds, quiet=quiet or not outlook.missing) as report:
            replicate(study.plan, store, jobs=jobs, on_progress=report)
    except KeyboardInterrupt:
        raise Interrupted(_what_is_kept(study, store)) from None
    seconds = time.monotonic() - began
    learn(outlook.expected, seconds, study.engine)
    return seconds


def _what_is_kept(study: Study, store: Store) -> str:
    keys = {key for _, _, key in study.plan.runs()}
    return (
        f"Stopped. {len(keys & store.keys())} of {runs_in_words(len(keys))} are kept in {store.folder}; "
        "the same command goes on from there. No results were written."
    )


def _next_commands(study: Study, folder: Path) -> list[str]:
    plan = next(scenario.id for scenario in study.scenarios if scenario.id != study.reference)
    return [f"caresim open {folder.name}", f"caresim explain {plan}", f"caresim why {plan}"]
