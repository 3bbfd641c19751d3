"""The command `caresim sensitivity`: say what it takes, ask, run, analyse, write, show."""

from __future__ import annotations

import json
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from calibration.sensitivity.answer import answer_of
from calibration.sensitivity.inputs import DUMMY, as_table
from calibration.sensitivity.noise import RULE, TooManyFailed
from calibration.sensitivity.words import finding
from caresim import preview as previews
from caresim.errors import CheckFailed, Interrupted
from caresim.estimate import Estimate, estimate, learn, runs_in_words
from caresim.estimate import in_words as seconds_in_words
from caresim.inputs import command_of, facts_of, files_used, made_with
from caresim.options import Choices
from caresim.outlook import Outlook, announce, check_room, has_agreed, where_in_words
from caresim.results import folder_named, is_finished, runs_folder, title_of
from caresim.screen import show, tell
from caresim.sensitivity_study import (
    Sensitivity,
    SensitivityStudy,
    Wanted,
    carry_out_sensitivity,
    prepare_sensitivity,
)
from caresim.simulating import Means
from caresim.study import findings_about
from outputs import words
from outputs.answers import Answer, folded, write_answer
from outputs.json_document import to_text
from outputs.writer import csv_bytes
from scenarios.messages import BadInput, Message
from simulation.studies import Store
from simulation.studies.executor import cores
from simulation.studies.whole_files import write_folder

ANALYSIS_SECONDS = 40.0
"""Fitting, testing and drawing, for each measure."""
PREFIX = "sensitivity"


def words_of(wanted: Wanted) -> tuple[str, ...]:
    """Words of the command line that ask for an analysis, beside the options that other commands have too."""
    usual, said = Wanted(), []
    for name, flag in (("method", "--method"), ("grouping", "--groups"), ("inputs", "--inputs"),
                       ("design", "--design"), ("points", "--points"), ("runs", "--runs")):  # fmt: skip
        if getattr(wanted, name) != getattr(usual, name):
            said += [flag, str(getattr(wanted, name))]
    said += [word for measure in wanted.measures for word in ("--measures", measure)]
    said += [word for what in wanted.vary for word in ("--vary", what)]
    for (one, other), value in wanted.correlated.items():
        said += ["--correlate", f"{one} ~ {other} = {value:g}"]
    said += [flag for flag, is_set in (("--structure", wanted.structure), ("--direct", wanted.direct)) if is_set]
    return tuple(said)


def show_sensitivity(scenario: str, wanted: Wanted, choices: Choices, *, design_only: bool) -> None:
    """Carry an analysis out as the command line does.

    Raises:
        BadInput: when anything asked for cannot be used.
        Interrupted: the user pressed Ctrl-C.
    """
    study = prepare_sensitivity(
        scenario, wanted, place=choices.place, seed=choices.seed, engine=choices.engine, settings=choices.settings,
        period=choices.period, preview=choices.preview,
    )  # fmt: skip
    findings = findings_about(study.base.scenarios)
    if design_only:
        _write_design(study, choices)
        return
    store, jobs = Store(runs_folder(choices.out)), choices.jobs or cores()
    folder = folder_named(f"{PREFIX}-{study.design.method}-{title_of(study.base)}", study.identity, choices.out)
    outlook = _outlook(study, store, jobs)
    if choices.preview:
        _check_minute(outlook)
    if choices.plan_only:
        show(_plan_in_words(study, outlook, folder, where_in_words(choices.cluster, jobs)))
        return
    if not choices.silent:
        announce(_what(study), outlook, findings)
    check_room(outlook, store.folder)
    if not has_agreed(outlook, choices):
        tell("Nothing was run.")
        return
    found, seconds = _run(study, store, choices, outlook, jobs)
    command = f"{command_of('sensitivity', (scenario,), choices)} {shlex.join(words_of(wanted))}".rstrip()
    answer = answer_of(found.analysis, study.scenario, study.identity, command)
    if not choices.preview and not is_finished(folder):
        inputs = files_used(study.base.scenarios, [scenario], choices.place)
        inputs |= {path.name: path.read_bytes() for path in (wanted.inputs, wanted.design) if path}
        points: dict[str, str | int | float] = {"points": len(study.design), "replications": study.design.runs}
        write_answer(folder, answer, study_id=study.identity, command=command, inputs=inputs,
                     made_with={**made_with(study.base), **points}, facts=facts_of(seconds, jobs))  # fmt: skip
    _show(found, answer, choices, folder)


def _run(
    study: SensitivityStudy, store: Store, choices: Choices, outlook: Outlook, jobs: int
) -> tuple[Sensitivity, float]:
    """Have the runs and analyse them; the seconds that both took."""
    began = time.monotonic()
    told = 0

    def on_output(name: str) -> None:
        nonlocal told
        if not told and not choices.cluster:
            learn(outlook.expected, time.monotonic() - began, study.base.engine)
        told += 1
        if not choices.silent:
            tell(f"Analysing the {name.replace('_', ' ')} ...")

    means = Means(jobs, choices.cluster, choices.run_limit, choices.silent, choices.progress, choices.log)
    try:
        return carry_out_sensitivity(study, store, means, on_output, _minute(choices)), time.monotonic() - began
    except KeyboardInterrupt:
        keys = {key for _, _, key in study.plan.runs()}
        raise Interrupted(
            f"Stopped. {len(keys & store.keys())} of {runs_in_words(len(keys))} are kept in {store.folder}; "
            "the same command goes on from there. No results were written."
        ) from None
    except previews.TimeIsUp:
        text = "The preview was not done within a minute. Try a smaller place: --place england-average-25k."
        raise BadInput([Message("", 0, "--preview", text=text, label="option")]) from None
    except TooManyFailed as error:
        tell(f"{error} What is finished is kept.")
        raise CheckFailed from None


def _minute(choices: Choices) -> Callable[[], None] | None:
    return previews.until_time_is_up(time.monotonic()) if choices.preview else None


def _check_minute(outlook: Outlook) -> None:
    """Refuse a preview that could not be one.

    Raises:
        BadInput: it would take longer than a minute.
    """
    if outlook.expected.seconds > previews.PREVIEW_SECONDS:
        text = (
            f"Both ends of every assumption take {seconds_in_words(outlook.expected.seconds)} here, so there is no "
            "preview within a minute. Vary fewer with --vary, or take a smaller place."
        )
        raise BadInput([Message("", 0, "--preview", text=text, label="option")])


def _outlook(study: SensitivityStudy, store: Store, jobs: int) -> Outlook:
    keys = [key for _, _, key in study.plan.runs()]
    missing = store.missing(keys)
    expected = estimate(study.plan, missing, jobs, study.base.engine)
    outputs = 2.0 * len(study.measures) if study.design.method != "preview" else 0.0
    return Outlook(
        len(keys),
        len(missing),
        Estimate(expected.person_years, expected.seconds + ANALYSIS_SECONDS * outputs, expected.megabytes),
    )


def _plan_in_words(study: SensitivityStudy, outlook: Outlook, folder: Path, where: str) -> str:
    from caresim.columns import in_columns

    design = study.design
    names = [one.name for one in design.inputs.every if one.name != DUMMY]
    emulator = " through an emulator" if design.method == "sobol" and not design.direct else ""
    tests = int(design.held_out.sum())
    rows = [
        ("Place", f"{study.scenario.place.id}: {study.scenario.place.people:,} people"),
        ("Scenario", f"{study.scenario.id}, in {study.period}"),
        (
            "Method",
            f"{design.method}{emulator}: {len(design)} points of {design.runs} runs each"
            + (f", {tests} of them to test the emulator" if tests else ""),
        ),
        ("Varied", f"{len(names)} assumptions, and a dummy that changes nothing"),
        *(("", name) for name in names),
        ("Measures", ", ".join(study.measures)),
        ("Runs", str(outlook)),
        ("Where", where),
        ("Failed runs", RULE),
        ("Results", f"{folder}{' (finished already)' if is_finished(folder) else ''}"),
    ]
    return f"{in_columns(rows)}\nNothing was run."


def _write_design(study: SensitivityStudy, choices: Choices) -> None:
    """The design and its inputs as files, and nothing else."""
    folder = choices.out or Path(f"{PREFIX}-design-{title_of(study.base)}")
    if folder.exists():
        text = "This is there already, and nothing is overwritten. Name another folder."
        raise BadInput([Message("", 0, "--out", str(folder), text=text, label="option")])
    design = study.design
    points = pd.DataFrame([design.inputs.values(row) for row in design.shares])
    points.insert(0, "point", range(1, len(points) + 1))
    points.insert(1, "first_run", design.first_run + 1)
    files = {"design.csv": csv_bytes(points), "inputs.csv": csv_bytes(pd.DataFrame(as_table(design.inputs)))}
    write_folder(folder, files, last="design.csv")
    if choices.as_json:
        show(json.dumps({"folder": str(folder), "points": len(points), "runs": len(study.plan.runs())}))
        return
    show(
        f"{len(points)} points of {len(design.inputs.every) - 1} assumptions are in {folder / 'design.csv'}, what "
        f"each may be in {folder / 'inputs.csv'}. Nothing was run."
    )


def _show(found: Sensitivity, answer: Answer, choices: Choices, folder: Path) -> None:
    if choices.as_json:
        said = dict(answer.document)
        show(to_text({"rough_preview": True, **said} if choices.preview else said).rstrip())
        return
    if choices.preview:
        show("ROUGH PREVIEW, one assumption at a time, for trying things out and nothing else.")
        for sentence in finding(found.analysis):
            show("\n".join(folded(sentence)))
        show(_ends_in_words(found))
        return
    show(answer.in_words(words.symbols_for(sys.stdout.encoding)))
    if not choices.quiet:
        tell(f"Results are in {folder}")


def _ends_in_words(found: Sensitivity) -> str:
    from caresim.columns import in_columns

    first = found.analysis.outputs[0]
    table = found.ends[(found.ends["measure"] == first.measure) & (found.ends["of"] == first.of)]
    order = table.assign(swing=(table["at_high"] - table["at_low"]).abs()).sort_values("swing", ascending=False)
    rows = [
        (str(row["input"]), *(f"{float(row[key]):,.4g}" for key in ("low_value", "high_value", "at_low", "at_high")))
        for row in order.to_dict("records")
    ]
    return f"\n{first.name.replace('_', ' ')}:\n" + in_columns(rows, ("assumption", "low", "high", "at low", "at high"))


def _what(study: SensitivityStudy) -> str:
    place, design = study.scenario.place, study.design
    count = len(design.inputs.every) - 1
    return (
        f"{study.scenario.id} in {place.id} ({place.people:,} people): {count} assumptions, {design.method}, "
        f"{len(design)} points"
    )

