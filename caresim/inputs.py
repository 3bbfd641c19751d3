"""What a study was made from: its command, the user's own files, and the versions of everything."""

from __future__ import annotations

import platform
import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path

from caresim import __version__
from caresim.options import DEFAULT_BUDGET, DEFAULT_ENSEMBLE, DEFAULT_REPLICATIONS, DEFAULT_SEED, Choices
from caresim.study import Study
from scenarios.catalogue import Found, find
from scenarios.drafts import SHIPPED, read_draft
from scenarios.ensembles import NONE, is_folder
from scenarios.resolved import Resolved
from scenarios.yaml_reader import Scalar
from simulation.studies import Store

PLACE_SUFFIXES = (".yaml", ".yml", ".csv", ".xlsx")
RUN_FILES = "run_files.csv"
OWN_ENSEMBLE = "own-ensemble"
"""Folder of the copy of an ensemble of the user's, whatever theirs is called."""
LIBRARIES = ("numpy", "scipy", "pandas", "numba", "simpy", "pyarrow")


def command_of(verb: str, names: Sequence[str], choices: Choices) -> str:
    """The command that makes a study again, without options that change no result."""
    words = ["caresim", verb, *names]
    if choices.place is not None:
        words += ["--place", choices.place]
    if choices.replications != DEFAULT_REPLICATIONS:
        words += ["--replications", str(choices.replications)]
    if choices.seed != DEFAULT_SEED:
        words += ["--seed", str(choices.seed)]
    for setting in choices.settings:
        words += ["--set", setting]
    if choices.ensemble != DEFAULT_ENSEMBLE:
        words += ["--ensemble", choices.ensemble]
    if choices.period is not None:
        words += ["--period", choices.period]
    if choices.attribute:
        words.append("--attribute")
    for target in choices.precision:
        words += ["--precision", target]
    if choices.precision and choices.budget != DEFAULT_BUDGET:
        words += ["--budget", str(choices.budget)]
    return shlex.join(words)


def files_used(
    scenarios: Sequence[Resolved], names: Iterable[str], place: str | None, ensemble: str = NONE
) -> dict[str, bytes]:
    """Contents of the user's own files behind some scenarios, by a name for the copy; ours come with caresim."""
    files: dict[str, bytes] = {}
    for path in _scenario_files(scenarios):
        files.setdefault(path.name, path.read_bytes())
    for found in _places(names, place):
        for path in sorted(found.path.parent.iterdir()):
            if path.suffix in PLACE_SUFFIXES:
                files[f"{found.id}/{path.name}"] = path.read_bytes()
    if is_folder(ensemble):
        files |= {f"{OWN_ENSEMBLE}/{path.name}": path.read_bytes()
                  for path in sorted(Path(ensemble).glob("*.csv"))}  # fmt: skip
    return files


def run_files(study: Study, store: Store) -> dict[str, bytes]:
    """Which file of the store each run is in: `run_files.csv`, with columns scenario, run, file."""
    files = store.files()
    lines = [f"{spec.name},{run},{files[key][0]}" for spec, run, key in study.plan.runs()]
    return {RUN_FILES: "\n".join(["scenario,run,file", *lines, ""]).encode()}


def made_with(study: Study) -> dict[str, str | int | float]:
    """What the findings depend on besides files: the same on every machine."""
    ensemble = study.scenarios[0].ensemble
    return {
        **({} if ensemble is None else {"ensemble": f"{ensemble.name}: {ensemble.about}"}),
        "caresim": __version__,
        "model": study.plan.model_version,
        "engine": study.engine,
        "seed": study.plan.seed,
        "replications": study.plan.replications,
    }


def facts_of(seconds: float, jobs: int) -> dict[str, object]:
    """What differs from one time and machine to the next."""
    return {
        "finished": datetime.now().astimezone().isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "jobs": jobs,
        "python": platform.python_version(),
        "system": platform.platform(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def _scenario_files(scenarios: Sequence[Resolved]) -> list[Path]:
    names = {origin.file for scenario in scenarios for origin in scenario.origins.values()}
    return sorted(path for path in map(Path, names - {""}) if not str(path).startswith(SHIPPED) and path.is_file())


def _places(names: Iterable[str], place: str | None) -> list[Found]:
    """Places of the user's that the scenarios, or --place, name."""
    asked: list[tuple[str, Path | None]] = [(place, None)] if place is not None else []
    for draft in (read_draft(name) for name in names) if place is None else ():
        entry = draft.tree.entries.get("place")
        if entry is not None and isinstance(entry.value, Scalar):
            asked.append((entry.value.text, draft.folder))
    found = [find("place", name, beside) for name, beside in asked]
    return [each for each in found if each is not None and not each.shipped]
