"""The command `caresim sensitivity`: say what it takes, ask, run, analyse, write, show."""

from __future__ import annotations

import json
import shlex
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from calibration.sensitivity.designs import Method
from calibration.sensitivity.files import WIDTH, About, document, files_of, readme
from calibration.sensitivity.inputs import DUMMY, as_table
from calibration.sensitivity.noise import RULE, TooManyFailed
from calibration.sensitivity.words import finding
from caresim import preview as previews
from caresim.errors import CheckFailed, Interrupted
from caresim.estimate import Estimate, estimate, learn, runs_in_words
from caresim.estimate import in_words as seconds_in_words
from caresim.inputs import facts_of, files_used
from caresim.options import DEFAULT_ENGINE, DEFAULT_SEED, Choices
from caresim.outlook import Outlook, check_room, has_agreed
from caresim.results import RESULTS, is_finished, refuse_others, runs_folder, title_of
from caresim.screen import show, tell
from caresim.sensitivity_study import (
    DEFAULT_RUNS,
    Sensitivity,
    SensitivityStudy,
    Wanted,
    carry_out_sensitivity,
    prepare_sensitivity,
)
from caresim.simulating import Means
from caresim.study import findings_about
from caresim.version import model_version
from outputs.writer import csv_bytes, write_finished
from scenarios.messages import BadInput, Message
from scenarios.wording import period as period_in_words
from simulation.studies import Store
from simulation.studies.executor import cores
from simulation.studies.whole_files import write_folder

ANALYSIS_SECONDS = 40.0
"""Fitting, testing and drawing, for each measure."""
PREFIX = "sensitivity"


@dataclass(frozen=True)
class Options:
    """What a user chose; see `caresim.commands.sensitivity`."""

    method: Method = "sobol"
    measures: tuple[str, ...] = ()
    vary: tuple[str, ...] = ()
    structure: bool = False
    groups: str = "none"
    inputs: Path | None = None
    correlate: tuple[tuple[str, str, float], ...] = ()
    direct: bool = False
    design_only: bool = False
    design: Path | None = None
    points: int | None = None
    runs: int = DEFAULT_RUNS
    place: str | None = None
    seed: int = DEFAULT_SEED
    settings: tuple[str, ...] = ()
    period: str | None = None
    engine: str = DEFAULT_ENGINE
    jobs: int | None = None
    cluster: str | None = None
    out: Path | None = None
    plan_only: bool = False
    preview: bool = False
    yes: bool = False
    as_json: bool = False
    quiet: bool = False

    @property
    def wanted(self) -> Wanted:
        """What the analysis is."""
        correlated = {(one, other): value for one, other, value in self.correlate}
        return Wanted(
            self.method,
            self.measures,
            self.vary,
            self.structure,
            self.groups,
            self.inputs,
            correlated,
            self.direct,
            self.design,
            self.points,
            self.runs,
        )

    @property
    def silent(self) -> bool:
        """Whether standard error stays empty unless something is wrong."""
        return self.quiet or self.as_json

    def command(self, scenario: str) -> str:
        """That makes the results again, without options that change none."""
        usual, words = Options(), ["caresim", "sensitivity", scenario]
        for name in ("method", "groups", "inputs", "design", "points", "runs", "place", "seed", "period", "engine"):
            if getattr(self, name) != getattr(usual, name):
                words += [f"--{name}", str(getattr(self, name))]
        for name, flag in (("measures", "--measures"), ("vary", "--vary"), ("settings", "--set")):
            words += [word for value in getattr(self, name) for word in (flag, str(value))]
        words += [
            word for one, other, value in self.correlate for word in ("--correlate", f"{one} ~ {other} = {value:g}")
        ]
        words += [flag for name, flag in (("structure", "--structure"), ("direct", "--direct")) if getattr(self, name)]
        return shlex.join(words)


def show_sensitivity(scenario: str, options: Options) -> None:
    """Carry an analysis out as the command line does.

    Raises:
        BadInput: when anything asked for cannot be used.
        Interrupted: the user pressed Ctrl-C.
    """
    began = time.monotonic()
    study = prepare_sensitivity(
        scenario,
        options.wanted,
        place=options.place,
        seed=options.seed,
        engine=options.engine,
        settings=options.settings,
        period=options.period,
        preview=options.preview,
    )
    findings = findings_about(study.base.scenarios)
    if options.design_only:
        _write_design(study, options)
        return
    store, jobs = Store(runs_folder(options.out)), options.jobs or cores()
    folder = _folder(study, options)
    outlook = _outlook(study, store, jobs)
    if options.preview:
        _check_minute(outlook)
    if options.plan_only:
        show(_plan_in_words(study, outlook, folder, jobs))
        return
    if not options.silent:
        tell(f"{_what(study)}. {outlook}.")
        for one in findings:
            if one.severity == "warning":
                tell(f"CHECK: {one.text}")
    check_room(outlook, store.folder)
    if not has_agreed(outlook, _as_choices(options)):
        tell("Nothing was run.")
        return
    found, seconds = _run(study, store, options, outlook, jobs)
    about = _about(study, options.command(scenario))
    if not options.preview and not is_finished(folder):
        files = files_of(found.analysis, about)
        inputs = files_used(study.base.scenarios, [scenario], options.place)
        files |= {f"inputs/{name}": content for name, content in inputs.items()}
        files |= {f"inputs/{path.name}": path.read_bytes() for path in (options.inputs, options.design) if path}
        write_finished(
            folder,
            files,
            study_id=study.identity,
            command=about.command,
            made_with=_made_with(study),
            facts=facts_of(seconds or time.monotonic() - began, jobs),
        )
    _show(found, about, options, folder)


def _run(
    study: SensitivityStudy, store: Store, options: Options, outlook: Outlook, jobs: int
) -> tuple[Sensitivity, float]:
    """Have the runs and analyse them; the seconds that both took."""
    began = time.monotonic()
    told = 0

    def on_output(name: str) -> None:
        nonlocal told
        if not told and not options.cluster:
            learn(outlook.expected, time.monotonic() - began, study.base.engine)
        told += 1
        if not options.silent:
            tell(f"Analysing the {name.replace('_', ' ')} ...")

    means = Means(jobs, options.cluster, quiet=options.silent)
    try:
        return carry_out_sensitivity(study, store, means, on_output, _minute(options)), time.monotonic() - began
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


def _minute(options: Options) -> Callable[[], None] | None:
    return previews.until_time_is_up(time.monotonic()) if options.preview else None


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


def _plan_in_words(study: SensitivityStudy, outlook: Outlook, folder: Path, jobs: int) -> str:
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
        ("Where", f"{jobs} at a time, on this machine"),
        ("Failed runs", RULE),
        ("Results", f"{folder}{' (finished already)' if is_finished(folder) else ''}"),
    ]
    return f"{in_columns(rows)}\nNothing was run."


def _write_design(study: SensitivityStudy, options: Options) -> None:
    """The design and its inputs as files, and nothing else."""
    folder = options.out or Path(f"{PREFIX}-design-{title_of(study.base)}")
    if folder.exists():
        text = "This is there already, and nothing is overwritten. Name another folder."
        raise BadInput([Message("", 0, "--out", str(folder), text=text, label="option")])
    design = study.design
    points = pd.DataFrame([design.inputs.values(row) for row in design.shares])
    points.insert(0, "point", range(1, len(points) + 1))
    points.insert(1, "first_run", design.first_run + 1)
    files = {"design.csv": csv_bytes(points), "inputs.csv": csv_bytes(pd.DataFrame(as_table(design.inputs)))}
    write_folder(folder, files, last="design.csv")
    if options.as_json:
        show(json.dumps({"folder": str(folder), "points": len(points), "runs": len(study.plan.runs())}))
        return
    show(
        f"{len(points)} points of {len(design.inputs.every) - 1} assumptions are in {folder / 'design.csv'}, what "
        f"each may be in {folder / 'inputs.csv'}. Nothing was run."
    )


def _show(found: Sensitivity, about: About, options: Options, folder: Path) -> None:
    if options.as_json:
        said = document(found.analysis, about)
        show(json.dumps({"rough_preview": True, **said} if options.preview else said, indent=2, allow_nan=False))
        return
    if options.preview:
        show("ROUGH PREVIEW, one assumption at a time, for trying things out and nothing else.")
        for sentence in finding(found.analysis):
            show(textwrap.fill(sentence, WIDTH))
        show(_ends_in_words(found))
        return
    show(readme(found.analysis, about).partition("\nCOMMAND")[0].rstrip())
    if not options.quiet:
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


def _folder(study: SensitivityStudy, options: Options) -> Path:
    if options.out is not None:
        refuse_others(options.out, study.identity)
        return options.out
    title = f"{PREFIX}-{study.design.method}-{title_of(study.base)}"
    earlier = sorted(RESULTS.glob(f"{title}_*_{study.identity}"))
    return earlier[-1] if earlier else RESULTS / f"{title}_{date.today():%Y-%m-%d}_{study.identity}"


def _what(study: SensitivityStudy) -> str:
    place, design = study.scenario.place, study.design
    count = len(design.inputs.every) - 1
    return (
        f"{study.scenario.id} in {place.id} ({place.people:,} people): {count} assumptions, {design.method}, "
        f"{len(design)} points"
    )


def _about(study: SensitivityStudy, command: str) -> About:
    scenario, window = study.scenario, study.scenario.window
    place = scenario.place
    return About(
        scenario.title,
        place.title if "people" in place.title else f"{place.title}, {place.people:,} people",
        period_in_words(window.start, window.end),
        command,
        study.identity,
        place.id.startswith("england-average"),
    )


def _made_with(study: SensitivityStudy) -> dict[str, str | int | float]:
    from caresim import __version__

    return {
        "caresim": __version__,
        "model": model_version(),
        "engine": study.base.engine,
        "seed": study.design.seed,
        "points": len(study.design),
        "replications": study.design.runs,
    }


def _as_choices(options: Options) -> Choices:
    return Choices(
        options.place,
        options.runs,
        options.seed,
        options.jobs,
        options.engine,
        options.settings,
        options.period,
        options.out,
        options.preview,
        options.yes,
        options.as_json,
        options.quiet,
    )
