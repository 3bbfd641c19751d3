"""From a question that takes runs in several rounds to its answer: say what it takes, ask, run, write, show."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from caresim import begun, preview
from caresim.bench import Bench
from caresim.errors import Interrupted
from caresim.estimate import estimate, runs_in_words
from caresim.inputs import RUN_FILES, command_of, facts_of, files_used, made_with
from caresim.options import Choices
from caresim.outlook import Outlook, announce, check_room, has_agreed, in_a_line, outlook_of, plan_in_words
from caresim.preparation import make_ready
from caresim.results import folder_named, is_finished, results_folder, runs_folder, title_from
from caresim.screen import show, tell
from caresim.simulating import Means
from caresim.study import IDENTITY_LENGTH, Study, check_period, findings_about
from outputs import words
from outputs.answers import Answer, write_answer
from outputs.json_document import to_text
from scenarios.messages import BadInput, Message
from simulation.studies import Store, canonical_json
from simulation.studies.executor import cores

FEWEST_ROUGH = 2
"""Runs of each scenario in a preview: one alone says nothing of how sure an answer is."""


@dataclass(frozen=True)
class Limits:
    """How many runs a question may take.

    Attributes:
        each: of every scenario, at first.
        in_all: at most.
        is_rough: whether this is a preview, which takes `each` runs of everything and judges nothing.
    """

    each: int
    in_all: int
    is_rough: bool = False


Work = Callable[[Bench, Limits], Answer]
"""Has the runs that it needs of a bench, and gives the answer."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes:
        verb: the command.
        names: of the scenarios, as given.
        choices: the options shared by all commands.
        further: words of the command line that belong to this question alone, in order; results depend on them.
        study: the scenarios that are known to be needed; its replications are the first look.
        most_runs: in all, at most.
        work: what answers it.
    """

    verb: str
    names: tuple[str, ...]
    choices: Choices
    further: tuple[str, ...]
    study: Study
    most_runs: int
    work: Work

    @property
    def command(self) -> str:
        """That asks it again, without options that change no result."""
        return " ".join((command_of(self.verb, self.names, self.choices), shlex.join(self.further))).strip()

    @property
    def identity(self) -> str:
        """Six characters that change with anything that the answer depends on."""
        keys = [key for _, _, key in self.study.plan.runs()]
        facts = canonical_json((self.verb, keys, self.further, self.choices.period))
        return hashlib.sha256(facts.encode()).hexdigest()[:IDENTITY_LENGTH]

    @property
    def title(self) -> str:
        """How the name of its folder begins."""
        return title_from((self.verb, *self.names))

    def folder(self) -> Path:
        """Where its answer goes: the folder that it has already, else a new name.

        Raises:
            BadInput: when the folder that the user named holds something else.
        """
        return folder_named(self.title, self.identity, self.choices.out)


def ask(question: Question) -> None:
    """Carry a question out as the command line does.

    Raises:
        BadInput: when results cannot go where they shall go, or a year does not exist.
        Interrupted: the user pressed Ctrl-C.
    """
    began, choices = time.monotonic(), question.choices
    check_period(question.study, choices.period)
    store, jobs = Store(runs_folder(choices.out)), choices.jobs or cores()
    folder = question.folder()
    limits = _limits(question)
    study, keep_going = question.study, None
    if choices.preview:
        study = preview.rough(study, jobs, FEWEST_ROUGH)
        runs = study.plan.replications
        limits = Limits(runs, runs * len(study.scenarios), is_rough=True)
        keep_going = preview.until_time_is_up(began)
    outlook = _outlook(study, store, jobs, limits)
    if choices.plan_only:
        show(plan_in_words(study, outlook, folder, findings_about(study.scenarios), choices, jobs))
        return
    if not choices.silent:
        announce(in_a_line(study), outlook, findings_about(study.scenarios))
    check_room(outlook, store.folder)
    if not has_agreed(outlook, choices):
        tell("Nothing was run.")
        return
    means = Means(jobs, choices.cluster, choices.run_limit, choices.silent, choices.progress, choices.log)
    bench = Bench(study, store, means, choices.period, keep_going)
    if not choices.preview:
        _note(question)
    answer = _worked(question, bench, limits)
    if choices.preview:
        _show(answer, choices, limits)
        return
    if not is_finished(folder):
        write_answer(
            folder, answer, study_id=question.identity, command=question.command, made_with=made_with(question.study),
            inputs={**files_used(bench.study.scenarios, question.names, choices.place),
                    RUN_FILES: bench.run_files().encode()},
            facts=facts_of(time.monotonic() - began, jobs),
        )  # fmt: skip
    begun.forget(results_folder(choices.out), question.identity)
    _show(answer, choices, limits)
    if not choices.silent:
        tell(f"Results are in {folder}")


def answer_to(question: Question, store: str | Path | None) -> Answer:
    """Answer a question as the Python functions do: nothing is printed, noted or written but runs.

    Args:
        question: what is asked; its choices say who does the runs, and `quiet` whether progress is shown.
        store: folder of finished runs to use and to add to; None keeps nothing.

    Raises:
        BadInput: when a year does not exist, or a measure is not known in it.
    """
    choices = question.choices
    check_period(question.study, choices.period)
    folder: AbstractContextManager[str | Path] = tempfile.TemporaryDirectory() if store is None else nullcontext(store)
    with folder as kept:
        means = Means(choices.jobs or cores(), choices.cluster, quiet=choices.silent)
        bench = Bench(question.study, Store(Path(kept)), means, choices.period)
        _make_ready(question, bench)
        return question.work(bench, _limits(question))


def bad_option(option: str, found: str, text: str, allowed: str = "", near: str = "") -> BadInput:
    """The message for an option of a question that cannot be used."""
    return BadInput([Message("", 0, option, found, allowed, near, text=text, label="option")])


def _limits(question: Question) -> Limits:
    return Limits(question.study.plan.replications, question.most_runs)


def _make_ready(question: Question, bench: Bench) -> None:
    """Compile what the runs of the first look need, where there are any to be had."""
    keys = [key for _, _, key in bench.study.plan.runs()]
    if question.choices.cluster is None and bench.store.missing(keys):
        make_ready(question.study.engine, quiet=question.choices.silent)


def _worked(question: Question, bench: Bench, limits: Limits) -> Answer:
    try:
        _make_ready(question, bench)
        return question.work(bench, limits)
    except preview.TimeIsUp:
        text = "The runs that this takes were not done within a minute. Without --preview it takes the time it takes."
        raise bad_option("--preview", "", text) from None
    except KeyboardInterrupt:
        raise Interrupted(
            f"Stopped. Runs that are done are kept in {bench.store.folder}; the same command goes on from there. "
            "No results were written."
        ) from None


def _outlook(study: Study, store: Store, jobs: int, limits: Limits) -> Outlook:
    """What the first look takes, and what all of it takes at most."""
    first = outlook_of(study, store, jobs, None, None)
    whole = study.with_replications(math.ceil(limits.in_all / len(study.plan.specs)))
    if whole.plan.replications <= study.plan.replications:
        return first
    keys = {key for _, _, key in whole.plan.runs()} - store.keys()
    most = estimate(whole.plan, keys, jobs, study.engine)
    return dataclasses.replace(first, at_most=most)


def _note(question: Question) -> None:
    choices = question.choices
    begun.note(results_folder(choices.out), begun.Begun(
        study=question.identity, title=question.title, command=question.command, verb=question.verb,
        names=question.names, options=choices.that_change_results(), runs=question.most_runs,
    ))  # fmt: skip


def _show(answer: Answer, choices: Choices, limits: Limits) -> None:
    if choices.as_json:
        marked = {"rough_preview": True, **answer.document} if limits.is_rough else dict(answer.document)
        show(to_text(marked).rstrip())
        return
    if limits.is_rough:
        show(preview.ROUGH.format(runs=runs_in_words(limits.each), asked=choices.replications))
    show(answer.in_words(words.symbols_for(sys.stdout.encoding)))


def whole_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names in order, each once."""
    return tuple(dict.fromkeys(names))
