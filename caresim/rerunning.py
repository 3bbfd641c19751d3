"""A finished study carried out again, from the copies of its own inputs."""

from __future__ import annotations

import importlib
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from caresim.inputs import OWN_ENSEMBLE
from caresim.options import Choices
from caresim.running import Asked
from outputs.finished import INPUTS, Findings
from scenarios.ensembles import NONE, shipped_ensembles
from scenarios.messages import BadInput, Message

SUFFIXES = ("", ".yaml", ".yml", ".xlsx")
VERBS = ("compare", "run")


def asked_of(findings: Findings, folder: Path, choices: Choices) -> Asked:
    """What a study's command asked for, with the user's files read from the study's own copies.

    Args:
        findings: the study.
        folder: where it is.
        choices: of the present command, whose jobs, yes and quiet are used.

    Raises:
        BadInput: when its command is not one that caresim knows.
    """
    words = shlex.split(findings.command)
    if len(words) < 3 or words[0] != "caresim" or words[1] not in VERBS:
        text = f"Its command is not one that can be run again: {findings.command}"
        raise BadInput([Message("", 0, "study", str(folder), text=text, label="folder")])
    given = _parsed(words[1], words[2:])
    inputs = folder / INPUTS
    names = given.pop("scenarios", None) or (given.pop("scenario"),)
    place = given["place"]
    told = replace(
        choices,
        place=_copy(place, inputs) if place else None,
        replications=given["replications"], seed=given["seed"], settings=tuple(given["settings"]),
        period=given["period"], engine=str(findings.made_with.get("engine", choices.engine)),
        ensemble=_ensemble(given["ensemble"], findings, inputs),
    )
    copies = tuple("+".join(_copy(part.strip(), inputs) for part in name.split("+")) for name in names)
    return Asked(words[1], copies, told)


def _parsed(verb: str, words: Sequence[str]) -> dict[str, Any]:
    """The options and names after a verb."""
    command: click.Command = importlib.import_module(f"caresim.commands.{verb}").command
    with command.make_context(verb, list(words)) as context:
        return dict(context.params)


def _ensemble(name: str, findings: Findings, inputs: Path) -> str:
    """The study's own copy of an ensemble of the user's; else the shipped one that was used, whatever is usual now."""
    if name not in (*shipped_ensembles(), NONE):
        return str(inputs / OWN_ENSEMBLE)
    return str(findings.made_with.get("ensemble", NONE)).partition(":")[0]


def _copy(name: str, inputs: Path) -> str:
    """The study's own copy of a file or folder; the name itself for what comes with caresim."""
    last = Path(name).name
    found = next((inputs / f"{last}{suffix}" for suffix in SUFFIXES if (inputs / f"{last}{suffix}").exists()), None)
    return name if found is None else str(found)
